"""What each form contains: headings, rows and notes, before any file format."""
