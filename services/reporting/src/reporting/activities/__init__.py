"""The office's own year: activities, papers, plans, base figures and targets, entered with a source."""
