"""What two or more services share: kernel, contracts, database, events, web, sealing, audit."""
