"""What the law owes a person in a month, and why."""
