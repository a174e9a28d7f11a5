"""Room `reviews`: sweeps over current beneficiaries; so far the move to a new level."""
