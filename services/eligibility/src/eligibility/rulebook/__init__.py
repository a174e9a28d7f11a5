"""Room `rulebook`: what the law says, what the province sets for itself, what is given once."""
