"""Files from outside: opened in a limited child process; files for outside: written without formulas."""
