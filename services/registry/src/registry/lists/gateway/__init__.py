"""What intake reads from outside itself: workbooks, text tables, the files of words."""
