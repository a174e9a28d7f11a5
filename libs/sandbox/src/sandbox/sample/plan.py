"""The plan of a generated commune: who, which dirt, what the law owes. README.md shows the JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sandbox.sample import lookup, months
from sandbox.sample.groups import GroupProfile
from sandbox.sample.law import Money
from sandbox.sample.people import Life, Truth

Cell = str | int | Decimal | date | None
"""What a cell holds: text, a number, a real date, nothing."""
COLUMNS: tuple[tuple[str, str, float], ...] = (
    ("stt", "STT", 6),
    ("full_name", "Họ và tên", 26),
    ("birth_date", "Ngày sinh", 12),
    ("sex", "Giới tính", 9),
    ("personal_id", "Số định danh/CMND", 17),
    ("village", "Thôn", 24),
    ("category", "Loại đối tượng", 44),
    ("coefficient", "Hệ số", 8),
    ("amount", "Mức hưởng", 12),
    ("decision_number", "Số quyết định", 15),
    ("decision_date", "Ngày quyết định", 15),
    ("method", "Hình thức nhận", 15),
    ("account", "Số tài khoản", 17),
    ("bank", "Ngân hàng", 14),
    ("phone", "Điện thoại", 13),
    ("note", "Ghi chú", 30),
    ("other_income", "Lương hưu, trợ cấp BHXH", 14),
    ("children", "Con đang nuôi", 34),
    ("carer_name", "Người nhận chăm sóc, nuôi dưỡng", 26),
    ("carer_id", "Số định danh người nhận chăm sóc", 17),
)
"""Key, heading and width of each column of the list."""
SEX_TEXT = {"male": "Nam", "female": "Nữ"}
FORMAT = "ansinh-sample-plan/2"


@dataclass(slots=True)
class Dirt:
    """One fault put into a row on purpose."""

    code: str
    outcome: Literal["accepted", "refused"]
    column: str | None = None
    overrides: dict[str, Cell] = field(default_factory=dict)
    read_as: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The fault with the content of its cell."""
        shown: dict[str, Any] = {"code": self.code, "column": self.column}
        if self.column is not None:
            cell = self.overrides[self.column]
            shown["cell"] = _cell_json(cell)
            shown["cell_type"] = _cell_type(cell)
            shown["read_as"] = self.read_as
        return {**shown, **self.detail}


@dataclass(slots=True)
class Entry:
    """One row of the list: a person's benefit."""

    profile: GroupProfile
    provision: str
    tenths: int
    amount: int
    decision_number: str
    decision_date: date
    note: str | None = None
    dirt: Dirt | None = None
    row: int = 0
    stt: int = 0
    money: Money | None = None
    payee: PlannedPerson | None = None
    """Who is paid for the beneficiary: the carer."""
    proposal: dict[str, str | int] | None = None

    @property
    def accepted(self) -> bool:
        """Whether the row goes in."""
        return self.dirt is None or self.dirt.outcome == "accepted"

    def to_json(self) -> dict[str, Any]:
        """The row as the plan tells it."""
        told: dict[str, Any] = {
            "row": self.row,
            "stt": self.stt,
            "benefit": self.profile.benefit,
            "group": self.profile.group,
            "provision": self.provision,
            "coefficient": tenths_text(self.tenths),
            "amount": self.amount,
            "decision_number": self.decision_number,
            "decision_date": self.decision_date.isoformat(),
            "outcome": "accepted" if self.accepted else "refused",
            "dirt": self.dirt.to_json() if self.dirt else None,
            "payee": self.payee.key if self.payee else None,
            "proposal": self.proposal,
        }
        if self.money is not None:
            told["money"] = money_json(self.money)
        return told


@dataclass(slots=True)
class Verification:
    """What the population database knows about a person, and what a check must find."""

    expected: Literal["verified", "mismatch", "not_found", "unverified"]
    fields: tuple[str, ...] = ()
    known_name: str | None = None
    known_birth: date | None = None
    known: bool = True


@dataclass(slots=True)
class PlannedPerson:
    """A person with all rows."""

    key: str
    truth: Truth
    situations: list[str]
    entries: list[Entry]
    verification: Verification = field(default_factory=lambda: Verification("verified"))

    @property
    def accepted(self) -> bool:
        """Whether any row of the person goes in."""
        return any(entry.accepted for entry in self.entries)

    @property
    def paid_by(self) -> Literal["account", "cash"]:
        """How December is paid: people without the 12 digits are paid in cash."""
        without_id = any(e.dirt and e.dirt.code == "id_cmnd" for e in self.entries)
        return "cash" if without_id else self.truth.method

    def row_paid_by(self, entry: Entry) -> Literal["account", "cash"]:
        """How one row is paid: a carer's own way, where there is a carer."""
        return (entry.payee or self).paid_by

    def to_json(self) -> dict[str, Any]:
        """The person as the plan tells it."""
        truth = self.truth
        in_use = self.accepted or not self.entries
        return {
            "key": self.key,
            "truth": {
                "full_name": truth.full_name,
                "birth_date": truth.birth_date.isoformat(),
                "sex": truth.sex,
                "personal_id": truth.personal_id,
                "cmnd": truth.cmnd,
                "village": truth.village,
                "household": truth.household,
                "poverty_class": truth.poverty_class,
                "disability_degree": truth.disability_degree,
                "death_date": truth.death_date.isoformat() if truth.death_date else None,
                "phone": truth.phone,
                "method": truth.method,
                "bank": truth.bank.name if truth.bank else None,
                "bin": truth.bank.bin if truth.bank else None,
                "account": truth.account,
                "life": life_json(truth.life),
            },
            "situations": self.situations,
            "paid_by": self.paid_by if in_use else None,
            "verification": {
                "expected": self.verification.expected if in_use else None,
                "fields": list(self.verification.fields),
            },
            "rows": [{**e.to_json(), "paid_by": self.row_paid_by(e)} for e in self.entries],
        }


@dataclass(slots=True)
class Layout:
    """Where things stand on the sheet, counted from 1 as Excel does."""

    header_row: int
    numbering_row: bool
    other_rows: list[int]
    first_data_row: int
    last_data_row: int
    printed_total: int


@dataclass(slots=True)
class Plan:
    """Everything about one generated commune."""

    commune: lookup.Commune
    seed: int
    size: int
    list_month: int
    people: list[PlannedPerson]
    carers: list[PlannedPerson]
    """Who is paid for somebody else and has no row of their own."""
    layout: Layout
    population: list[dict[str, Any]]
    deaths: list[dict[str, str]]
    applicants: list[dict[str, Any]]
    moves: list[dict[str, str]]
    summary: dict[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> list[tuple[PlannedPerson, Entry]]:
        """Every data row in the order of the sheet."""
        found = [(person, entry) for person in self.people for entry in person.entries]
        return sorted(found, key=lambda pair: pair[1].row)

    @property
    def workbook_name(self) -> str:
        """File name of the list."""
        return f"danh-sach-chi-tra-{months.write(self.list_month)}.xlsx"


def cells(person: PlannedPerson, entry: Entry) -> dict[str, Cell]:
    """What the row's cells hold, dirt included."""
    truth = person.truth
    payee = entry.payee.truth if entry.payee else truth
    by_account = payee.method == "account"
    clean: dict[str, Cell] = {
        "stt": entry.stt,
        "full_name": truth.full_name,
        "birth_date": truth.birth_date,
        "sex": SEX_TEXT[truth.sex],
        "personal_id": truth.personal_id,
        "village": truth.village,
        "category": entry.profile.label(truth, entry.provision),
        "coefficient": Decimal(entry.tenths) / 10,
        "amount": entry.amount,
        "decision_number": entry.decision_number,
        "decision_date": entry.decision_date,
        "method": "Chuyển khoản" if by_account else ("Bưu điện", "Tiền mặt")[entry.stt % 2],
        "account": payee.account,
        "bank": payee.bank.name if payee.bank else None,
        "phone": truth.phone,
        "note": entry.note,
        "other_income": truth.life.pension_income or None,
        "children": children_text(truth.life) if entry.profile.states_children else None,
        "carer_name": payee.full_name if entry.payee else None,
        "carer_id": payee.personal_id if entry.payee else None,
    }
    return clean | (entry.dirt.overrides if entry.dirt else {})


def children_text(life: Life) -> str | None:
    """The children of a row: "Nguyễn Văn An 05/3/2015; Nguyễn Thị Hoa 12/9/2008 (đang học)"."""
    told = [
        f"{child.full_name} {child.birth_date:%d/%m/%Y}{' (đang học)' if child.studying else ''}"
        for child in life.children
    ]
    return "; ".join(told) or None


def life_json(life: Life) -> dict[str, Any]:
    """What sets a person apart from somebody about whom nothing is stated."""
    plain = asdict(Life())
    told = {key: value for key, value in asdict(life).items() if value != plain[key]}
    if life.children:
        told["children"] = [
            {**asdict(child), "birth_date": child.birth_date.isoformat()} for child in life.children
        ]
    return told


def tenths_text(tenths: int) -> str:
    """Write 25 as "2.5"."""
    return f"{tenths // 10}.{tenths % 10}"


def money_json(money: Money) -> dict[str, Any]:
    """Amounts in đồng by month."""

    def by_month(amounts: dict[int, int]) -> dict[str, int]:
        return {months.write(month): amounts[month] for month in sorted(amounts)}

    return {
        "owed": by_month(money.owed),
        "paid": by_month(money.paid),
        "arrears": by_month(money.arrears),
        "recovery": by_month(money.recovery),
        "held": money.held,
        "december": money.december,
    }


def _cell_json(cell: Cell) -> str | int | float | None:
    if isinstance(cell, date):
        return cell.isoformat()
    return float(cell) if isinstance(cell, Decimal) else cell


def _cell_type(cell: Cell) -> str:
    if cell is None:
        return "empty"
    if isinstance(cell, date):
        return "date"
    return "number" if isinstance(cell, int | Decimal) else "text"
