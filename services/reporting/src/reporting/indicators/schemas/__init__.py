"""Bodies of the answers, and how figures become one."""
