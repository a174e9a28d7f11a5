"""Room `registrations`: people who filed a dossier and whom nobody knows yet."""
