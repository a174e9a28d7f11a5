"""One register of difficulties, feedback and complaints, open to officers, partners and, through the office, citizens."""
