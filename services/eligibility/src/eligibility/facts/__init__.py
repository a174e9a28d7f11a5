"""Room `facts`: this service's own dated copy of what the registry says about people."""
