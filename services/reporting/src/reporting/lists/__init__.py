"""Lists of people as papers: scoped, recorded in the audit log, printable."""
