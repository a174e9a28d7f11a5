"""Pure values and rules that every service speaks: nothing here reads a clock, a file or a database."""
