"""Stand-ins of the outside world: identity provider, population database, portal, bank, post office.

They see only the wire, keep their own store, recompute totals and refuse what is wrong. Production
has the real ones; no service imports anything from here.
"""
