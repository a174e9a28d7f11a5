"""Room `law`: dated numbers, dated provisions, and what they give a person in a month."""
