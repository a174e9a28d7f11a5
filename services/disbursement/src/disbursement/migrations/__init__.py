"""Schema of the disbursement database: one linear chain."""
