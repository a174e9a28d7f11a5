"""Double entry by construction: transfers that never change."""
