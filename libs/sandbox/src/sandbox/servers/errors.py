"""What can go wrong while starting or stopping the embedded servers."""

from __future__ import annotations


class ServersError(Exception):
    """A fault that the person at the terminal can read and act on."""


class WrongVersionError(ServersError):
    """A binary has another version than the one that is tested and pinned."""


class StartFailedError(ServersError):
    """A server or program did not become ready."""
