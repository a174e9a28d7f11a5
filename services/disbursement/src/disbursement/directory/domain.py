"""Partners as rows: what they are, and who may change them.

Thuật ngữ: đơn vị chi trả (ngân hàng, bưu điện); tài khoản chi; khóa ký.
Căn cứ: khoản 3 Điều 28 Nghị định 335/2026/NĐ-CP (hợp đồng với đơn vị chi trả).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from common.kernel.errors import Conflict, Forbidden, InvalidInput, NotFound

PartnerKind = Literal["bank", "post_office"]
DeliveryMode = Literal["pull", "folder", "push"]
ChangeKind = Literal["partner", "key", "key_end", "debtor_account", "route"]


class PartnerUnknown(NotFound, code="partner_unknown", title="Không có đơn vị chi trả này"):
    """No partner has this code."""


class PartnerNotYours(
    Forbidden, code="partner_not_yours", title="Ứng dụng gọi đến không phải của đơn vị chi trả này"
):
    """The caller's client is not the one that the partner's row names."""


class ChangeNotFound(
    NotFound, code="partner_change_not_found", title="Không tìm thấy đề nghị thay đổi"
):
    """No proposal has this id."""


class ChangeDecided(
    Conflict, code="partner_change_decided", title="Đề nghị này đã được quyết định"
):
    """The proposal was confirmed or refused before."""


class ChangeByProposer(
    Forbidden, code="partner_change_by_proposer", title="Người đề nghị không được tự quyết định"
):
    """Who proposes a change does not decide it (nguyên tắc hai người)."""


class KeyTaken(Conflict, code="partner_key_taken", title="Mã khóa đã được dùng"):
    """A key id is given once, for ever."""


class ClientTaken(
    Conflict, code="partner_client_taken", title="Ứng dụng này đã thuộc đơn vị chi trả khác"
):
    """A client belongs to one partner."""


class AddressRefused(
    InvalidInput,
    code="partner_address_refused",
    title="Địa chỉ nhận danh sách không được chấp nhận",
):
    """Lists are sent to https addresses outside, or into the folder of deliveries."""


class FormatUnknown(InvalidInput, code="format_unknown", title="Không có định dạng tệp này"):
    """No adapter writes this format."""


@dataclass(frozen=True, slots=True)
class Partner:
    """A bank or post office as the province has contracted it."""

    code: str
    kind: PartnerKind
    name: str
    format: str
    delivery: DeliveryMode
    address: str
    client_id: str
    token_url: str
    contract: Mapping[str, Any]
    fees: Mapping[str, Any]
    profile: Mapping[str, Any]
    version: int


@dataclass(frozen=True, slots=True)
class Key:
    """A verification key (ed25519) with its days; two overlap during a rotation."""

    partner: str
    key_id: str
    public_key: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class DebtorAccount:
    """The account that a partner takes the money from, for one commune or for all."""

    partner: str
    commune_code: str | None
    holder: str
    account: str
    bank_code: str
    valid_from: date

    def __repr__(self) -> str:
        """Never show the number."""
        return f"DebtorAccount({self.partner}, {self.commune_code})"


@dataclass(frozen=True, slots=True)
class Route:
    """Which partner pays whom: by the bank of the account, or by commune for cash."""

    method: Literal["account", "cash"]
    bank_code: str | None
    commune_code: str | None
    partner: str
