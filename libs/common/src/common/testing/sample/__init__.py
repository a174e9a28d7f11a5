"""The smallest service: the shared tables and two of its own, for the tests of `common`."""
