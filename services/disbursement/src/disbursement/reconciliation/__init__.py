"""List, results and statement: three that must agree."""
