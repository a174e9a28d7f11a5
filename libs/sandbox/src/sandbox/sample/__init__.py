"""Synthetic communes: a list as communes really keep them, and the plan of what is right.

    plan = generate("25000", seed=1, size=2300)
    write_all(plan, Path("out"))

The plan's shape is in README.md beside this file. Nothing here imports a service.
"""

from __future__ import annotations

from sandbox.sample.files import write_all
from sandbox.sample.generate import generate
from sandbox.sample.lookup import communes
from sandbox.sample.plan import Plan

__all__ = ["Plan", "communes", "generate", "write_all"]
