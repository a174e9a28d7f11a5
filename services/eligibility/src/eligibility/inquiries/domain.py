"""What may be asked, by whom, and what is told.

Thuật ngữ: mục đích tra cứu (purpose), đang hưởng (receives).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Literal

from common.contracts.benefits import CATALOGUE, Label
from common.kernel.errors import FieldError, Forbidden, InvalidInput
from common.kernel.months import Month
from eligibility.entitlements.domain import Entitlement

PEOPLE_MAX = 100
"""People in one question."""


class PurposeUnknown(
    InvalidInput, code="purpose_unknown", title="Mục đích tra cứu không có trong danh mục"
):
    """The stated purpose is not in the list; `known` names those that are."""


class PurposeNotGranted(
    Forbidden, code="purpose_not_granted", title="Hệ thống này không được tra cứu cho mục đích đó"
):
    """The caller's token does not carry the scope of the stated purpose."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """One reason to ask: the scope it needs and how much is told."""

    code: str
    title: str
    scope: str
    told: Literal["receives", "benefits"]


def _loaded() -> dict[str, Purpose]:
    path = resources.files("eligibility.inquiries").joinpath("data/purposes.toml")
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["purpose"]
    return {entry["code"]: Purpose(**entry) for entry in entries}


PURPOSES = _loaded()


def purpose_for(code: str, scopes: frozenset[str]) -> Purpose:
    """Find a purpose that the caller may state.

    Raises:
        PurposeUnknown: no such purpose.
        PurposeNotGranted: not this caller's.
    """
    found = PURPOSES.get(code)
    if found is None:
        message = "Chọn một mục đích trong danh mục."
        raise PurposeUnknown(
            errors=[FieldError("/purpose", "purpose_unknown", message)], known=sorted(PURPOSES)
        )
    if found.scope not in scopes:
        raise PurposeNotGranted
    return found


def labels_in(entitlements: Iterable[Entitlement], month: Month) -> list[Label]:
    """List what is received in a month, under the labels told outside the sealed scope, by code.

    A right whose payment is held or suspended is still received; one that has been stopped is not.
    """
    found = {
        label.code: label
        for item in entitlements
        if item.status != "stopped" and item.owed(month).get(month)
        for label in (CATALOGUE.label_of(item.benefit),)
    }
    return [found[code] for code in sorted(found)]
