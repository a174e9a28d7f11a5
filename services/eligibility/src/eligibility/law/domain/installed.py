"""What the province of this installation set at run time, laid over the law of the files.

One installation serves one province. The local law is replaced as a whole when its rows change;
a law that was given before stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eligibility.law.domain.law import Law
from eligibility.law.domain.provincial import LocalBenefit, LocalLevel, ProvinceLaw
from eligibility.law.domain.switches import LocalChoice


@dataclass(frozen=True)
class LocalLaw:
    """Everything entered at run time; `version` counts its rows, -1: not read yet."""

    province_code: str
    version: int = -1
    levels: Sequence[LocalLevel] = ()
    benefits: Sequence[LocalBenefit] = ()
    choices: Sequence[LocalChoice] = ()
    groups: Sequence[tuple[str, str]] = ()


class _Installation:
    """The local law of this process; none until one is installed."""

    def __init__(self) -> None:
        self.local: LocalLaw | None = None
        self.made: tuple[Law, LocalLaw, Law] | None = None


_INSTALLATION = _Installation()


def install(local: LocalLaw | None) -> None:
    """Make `local` what this process decides by; None: the files alone."""
    _INSTALLATION.local = local


def installed() -> LocalLaw | None:
    """Give the local law of this process."""
    return _INSTALLATION.local


def with_local(files: Law) -> Law:
    """Give the law of the files with the local law laid over it; the same object while neither changes."""
    local = _INSTALLATION.local
    if local is None:
        return files
    made = _INSTALLATION.made
    if made is not None and made[0] is files and made[1] is local:
        return made[2]
    law = overlay(files, local)
    _INSTALLATION.made = (files, local, law)
    return law


def overlay(files: Law, local: LocalLaw) -> Law:
    """Lay a province's own data over the law of the files."""
    code = local.province_code
    own = files.provinces.get(code, ProvinceLaw(code, code))
    province = replace(
        own,
        benefits=(*own.benefits, *local.benefits),
        groups={**(own.groups or {}), **dict(local.groups)},
    )
    return replace(
        files,
        provinces={**files.provinces, code: province},
        choices=(*own.choices, *local.choices),
        recorded_levels=tuple(local.levels),
    )
