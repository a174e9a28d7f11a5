"""Which partner takes which format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from disbursement.partners.domain import FileHeader, FileLine
from disbursement.partners.formats import pain001, post_csv


@dataclass(frozen=True, slots=True)
class Adapter:
    """A format: how it is called, and how it is written."""

    code: str
    media_type: str
    extension: str
    needs_accounts: bool
    render: Callable[[FileHeader, Sequence[FileLine]], str]


ADAPTERS: Mapping[str, Adapter] = {
    "agribank": Adapter(pain001.CODE, pain001.MEDIA_TYPE, pain001.EXTENSION, True, pain001.render),
    "vnpost": Adapter(
        post_csv.CODE, post_csv.MEDIA_TYPE, post_csv.EXTENSION, False, post_csv.render
    ),
}
"""Partner code -> adapter."""
