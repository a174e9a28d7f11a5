"""Read models, filled only from the events of the other services."""
