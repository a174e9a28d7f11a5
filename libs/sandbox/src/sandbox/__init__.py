"""The whole system on one machine, with stand-ins for the outside world."""
