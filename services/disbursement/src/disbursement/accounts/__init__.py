"""How and to whom someone is paid."""
