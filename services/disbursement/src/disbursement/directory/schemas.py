"""Bodies of the directory: partners, their keys, accounts and routes, and proposals about them."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from common.contracts.fields import CommuneCode

_KEY_BYTES = 32
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,29}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


def _ed25519(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("khóa công khai ed25519 phải ở dạng base64") from error
    if len(raw) != _KEY_BYTES:
        raise ValueError("khóa công khai ed25519 dài 32 byte")
    return text


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ContractContent(_Closed):
    """The contract between commune or province and the partner (khoản 3 Điều 28)."""

    number: Text = Field(examples=["05/2026/HĐ-CT"])
    valid_from: date
    valid_to: date | None = None


class FeesContent(_Closed):
    """What the budget pays the partner. Never taken from the beneficiary."""

    percent_of_amount: Annotated[str, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,4})?$")] = "0"
    dong_per_line: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class ColumnContent(_Closed):
    """One column of a CSV or XLSX list."""

    field: Literal[
        "position", "end_to_end_id", "name", "beneficiary", "personal_id", "place", "amount",
        "text", "bank_code", "account",
    ]  # fmt: skip
    header: Text


class ProfileContent(_Closed):
    """How this partner wants its file written, within the format."""

    charge_bearer: Literal["DEBT", "SLEV"] = "DEBT"
    columns: list[ColumnContent] = []
    separator: Literal[",", ";", "\t", "|"] = ","
    accents: bool = True
    capitals: bool = False
    byte_order_mark: bool = True
    trailer: bool = True
    reasons: dict[Annotated[str, StringConstraints(max_length=40)], str] = Field(
        default={}, description="Mã lý do riêng của đơn vị -> mã lý do của hệ thống"
    )


class PartnerContent(_Closed):
    """A bank or post office: new, or as it is to stand from now on."""

    kind: Literal["partner"]
    partner_kind: Literal["bank", "post_office"]
    name: Text = Field(examples=["Ngân hàng Nông nghiệp, chi nhánh tỉnh"])
    format: Annotated[str, StringConstraints(max_length=40)] = Field(examples=["pain.001.001.09"])
    delivery: Literal["pull", "folder", "push"] = "pull"
    address: Annotated[str, StringConstraints(max_length=500)] = ""
    client_id: Text = Field(description="Ứng dụng OAuth2 của đơn vị", examples=["bank"])
    token_url: Annotated[str, StringConstraints(max_length=500)] = ""
    contract: ContractContent
    fees: FeesContent = FeesContent()
    profile: ProfileContent = ProfileContent()


class KeyContent(_Closed):
    """A verification key; two keys may overlap while one replaces the other."""

    kind: Literal["key"]
    key_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
    public_key: Annotated[str, AfterValidator(_ed25519)]
    valid_from: date
    valid_to: date | None = None


class KeyEndContent(_Closed):
    """The last day of a key; yesterday ends it at once."""

    kind: Literal["key_end"]
    key_id: Annotated[str, StringConstraints(max_length=100)]
    valid_to: date


class DebtorAccountContent(_Closed):
    """The account that the partner takes the money from, for one commune or the whole province."""

    kind: Literal["debtor_account"]
    commune_code: CommuneCode | None = None
    holder: Text = Field(examples=["UBND xã Di Linh"])
    account: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{4,34}$")]
    bank_code: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{3,20}$")]
    valid_from: date


class RouteContent(_Closed):
    """Whom the partner pays: accounts at a bank (or at all), or cash in a commune (or in all)."""

    kind: Literal["route"]
    method: Literal["account", "cash"]
    bank_code: Annotated[str, StringConstraints(max_length=20)] | None = None
    commune_code: CommuneCode | None = None


ChangeContent = Annotated[
    PartnerContent | KeyContent | KeyEndContent | DebtorAccountContent | RouteContent,
    Field(discriminator="kind"),
]


class ChangeRequest(_Closed):
    """A proposal about a partner. It counts when another person has confirmed it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "partner": "ngan_hang_a",
                    "change": {
                        "kind": "route", "method": "account", "bank_code": "970405",
                    },
                    "reason": "Hợp đồng 05/2026",
                }
            ]
        },
    )  # fmt: skip

    partner: Code
    change: ChangeContent
    reason: Reason


class DecisionRequest(BaseModel):
    """Why a proposal is confirmed or refused."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"reason": "Đã đối chiếu hợp đồng"}]}
    )

    reason: Reason


class ChangeView(BaseModel):
    """A proposal, and what became of it."""

    model_config = ConfigDict(from_attributes=True)

    change_id: UUID
    partner: str
    kind: str
    content: dict[str, Any]
    reason: str
    state: Literal["proposed", "confirmed", "refused"]
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None


class PartnerView(BaseModel):
    """A partner as it stands."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    kind: str
    name: str
    format: str
    delivery: str
    address: str
    client_id: str
    contract: dict[str, Any]
    fees: dict[str, Any]
    profile: dict[str, Any]
    version: int


class KeyView(BaseModel):
    """A verification key with its days."""

    model_config = ConfigDict(from_attributes=True)

    key_id: str
    public_key: str
    valid_from: date
    valid_to: date | None


class DebtorAccountView(BaseModel):
    """An account that the partner takes money from; the number is shown by its end."""

    commune_code: str | None
    holder: str
    account_end: str
    bank_code: str
    valid_from: date


class RouteView(BaseModel):
    """Which partner pays whom."""

    model_config = ConfigDict(from_attributes=True)

    method: str
    bank_code: str | None
    commune_code: str | None
    partner: str


class PartnerDetailView(PartnerView):
    """A partner with its keys, the accounts it takes money from, and its routes."""

    keys: list[KeyView]
    debtor_accounts: list[DebtorAccountView]
    routes: list[RouteView]


class PartnersView(BaseModel):
    """Every partner."""

    items: list[PartnerView]
