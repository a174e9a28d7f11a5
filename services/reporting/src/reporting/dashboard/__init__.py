"""One server-rendered page with the same figures as the API."""
