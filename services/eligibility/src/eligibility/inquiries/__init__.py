"""Other provincial systems ask whether people receive a benefit: yes or no, for a stated purpose."""
