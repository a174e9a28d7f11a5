"""The one linear chain of migrations of eligibility."""
