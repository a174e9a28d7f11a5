"""What is owed: person, benefit, month, kind."""
