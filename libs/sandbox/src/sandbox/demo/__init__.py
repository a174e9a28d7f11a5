"""The main job, done as its users do it: an HTTP client that imports no service.

Every figure that it prints was fetched. Run a second time it changes nothing and pays no one twice.
"""
