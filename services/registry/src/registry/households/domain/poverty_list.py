"""The yearly list of poor and near-poor households: what its rows say.

Thuật ngữ: danh sách hộ nghèo, hộ cận nghèo được công nhận. One row is one member; rows of one
household carry its code, or stand below their head. A list of heads alone is a list too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from common.kernel.errors import Conflict, InvalidInput, NotFound, TooLarge, UnsupportedMedia
from common.kernel.names import normalise, search_key
from registry.households.domain.classes import PovertyClass
from registry.households.domain.members import Relation
from registry.households.domain.wording import read_class

Cell = object
Grid = Sequence[Sequence[Cell]]
RowOutcome = Literal["placed", "unchanged", "unknown", "refused"]

ROWS_MAX = 50_000
_SEARCHED_ROWS = 40
_NUMBER_LENGTH = 12
_YEAR_LENGTH = 4
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ZEROS_LOST = frozenset({10, 11})
"""A number that a spreadsheet took for one: provinces' codes begin with one zero or two."""

HEADINGS: Mapping[str, frozenset[str]] = {
    "household_code": frozenset({"ma ho", "ma so ho", "so ho", "ma ho gia dinh"}),
    "full_name": frozenset(
        {"ho va ten", "ho ten", "ho va ten chu ho", "ho ten chu ho", "ten chu ho"}
        | {"ho va ten thanh vien", "ho ten thanh vien", "ho va ten thanh vien ho"}
    ),
    "personal_id": frozenset(
        {"so dinh danh", "so dinh danh ca nhan", "ma dinh danh", "ma dinh danh ca nhan", "cccd"}
        | {"so cccd", "cccd cmnd", "so cccd cmnd", "so dinh danh cccd", "so dinh danh cmnd"}
    ),
    "birth": frozenset({"ngay sinh", "nam sinh", "ngay thang nam sinh"}),
    "relation": frozenset({"quan he", "quan he voi chu ho", "quan he chu ho"}),
    "poverty_class": frozenset({"phan loai", "loai ho", "phan loai ho", "ket qua", "dien ho"}),
    "is_poor": frozenset({"ho ngheo"}),
    "is_near_poor": frozenset({"ho can ngheo"}),
    "village": frozenset({"thon", "thon to dan pho", "to dan pho", "thon tdp", "dia ban"}),
    "no_labour": frozenset(
        {"khong co kha nang lao dong", "ho khong co kha nang lao dong", "khong kha nang lao dong"}
    ),
}
_NEEDED = ({"full_name"}, {"personal_id"}, {"poverty_class", "is_poor", "is_near_poor"})
_RELATIONS: tuple[tuple[Relation, frozenset[str]], ...] = (
    ("head", frozenset({"chu ho", "ban than", "chu"})),
    ("spouse", frozenset({"vo", "chong"})),
    ("child", frozenset({"con", "con de", "con trai", "con gai", "con nuoi"})),
    ("parent", frozenset({"bo", "me", "cha", "bo de", "me de", "bo me"})),
    ("grandchild", frozenset({"chau", "chau noi", "chau ngoai", "chau ruot"})),
    ("sibling", frozenset({"anh", "chi", "em", "anh ruot", "chi ruot", "em ruot"})),
)


class PovertyListNotFound(
    NotFound, code="poverty_list_not_found", title="Không tìm thấy danh sách hộ nghèo này"
):
    """No such list, or not in a commune of the caller."""


class PovertyListUnreadable(
    UnsupportedMedia,
    code="poverty_list_unreadable",
    title="Tệp không phải bảng tính .xlsx hoặc bảng CSV ở bảng mã UTF-8, hoặc đã hỏng",
):
    """The file is neither an .xlsx workbook nor a UTF-8 text table."""


class PovertyListTooLarge(TooLarge):
    """The file unpacks to more, or has more rows, than a commune's list can have."""

    code = "poverty_list_too_large"
    title = f"Danh sách quá lớn (nhiều nhất {ROWS_MAX} dòng)"


class PovertyListHasFormulas(
    InvalidInput,
    code="poverty_list_has_formulas",
    title="Có công thức trong các ô dữ liệu; hãy sao chép và dán giá trị (Paste Values)",
):
    """Cells that would be read hold formulas, whose stored results may be stale."""


class PovertyListHeaderMissing(
    InvalidInput,
    code="poverty_list_header_missing",
    title="Không tìm thấy dòng tên cột (cần: họ và tên, số định danh, phân loại hộ)",
):
    """No row names the columns that such a list needs."""


class PovertyListEmpty(
    InvalidInput, code="poverty_list_empty", title="Danh sách không có dòng nào"
):
    """The file has not one row about a person."""


class PovertyListDiffers(
    Conflict, code="poverty_list_differs", title="Tệp này đã được nhập theo một quyết định khác"
):
    """The same file was taken in under another decision."""


class DecisionOutsideYear(
    InvalidInput,
    code="decision_outside_year",
    title="Ngày quyết định chưa đến hoặc không phù hợp với năm của danh sách",
):
    """The decision was signed on a day that cannot recognise this year's list."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a row that a person should know."""

    code: str
    message: str


@dataclass(slots=True)
class ListedRow:
    """One row: who, in which household, as what."""

    number: int
    full_name: str
    personal_id: str | None
    birth_year: int | None
    birth_day: date | None
    """The whole birth date, where the list tells it."""
    relation: Relation | None
    household_code: str | None
    poverty_class: PovertyClass | None
    village: str | None
    no_labour: bool
    notes: list[Note] = field(default_factory=list)
    refused: bool = False

    def refuse(self, code: str, message: str) -> None:
        """Refuse the row, saying why."""
        self.refused = True
        self.notes.append(Note(code, message))


@dataclass(slots=True)
class ListedHousehold:
    """The rows of one household."""

    code: str | None
    rows: list[ListedRow]

    @property
    def poverty_class(self) -> PovertyClass | None:
        """The class that its rows state; the first one counts."""
        return next((row.poverty_class for row in self.rows if row.poverty_class), None)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand; rows and columns from 0."""

    row: int
    of: Mapping[str, int]


def find_columns(grid: Grid) -> Columns:
    """Find the row that names the columns, wherever it stands.

    Raises:
        PovertyListHeaderMissing: none among the first rows.
    """
    best: Columns | None = None
    for number, row in enumerate(grid[:_SEARCHED_ROWS]):
        found: dict[str, int] = {}
        for column, cell in enumerate(row):
            key = search_key(cell) if isinstance(cell, str) else ""
            name = next((name for name, words in HEADINGS.items() if key in words), None)
            if name is not None:
                found.setdefault(name, column)
        complete = all(any(name in found for name in needed) for needed in _NEEDED)
        if complete and (best is None or len(found) > len(best.of)):
            best = Columns(number, found)
    if best is None:
        raise PovertyListHeaderMissing
    return best


def read_households(grid: Grid, columns: Columns) -> list[ListedHousehold]:
    """Read the households of a list; titles, totals and signatures are passed over.

    Raises:
        PovertyListEmpty: not one row about a person.
    """
    households: dict[str, ListedHousehold] = {}
    latest: ListedHousehold | None = None
    seen: set[str] = set()
    for number, cells in enumerate(grid[columns.row + 1 :], start=columns.row + 2):
        row = _row(number, cells, columns)
        if row is None:
            continue
        if row.personal_id is not None:
            if row.personal_id in seen:
                row.refuse("row_repeated", "Người này đã có ở một dòng phía trên.")
            seen.add(row.personal_id)
        starts = row.household_code is not None or row.relation in {"head", None}
        if row.household_code is not None:
            latest = households.setdefault(row.household_code, ListedHousehold(None, []))
            latest.code = row.household_code
        elif starts or latest is None:
            latest = households.setdefault(f"\x00{number}", ListedHousehold(None, []))
        latest.rows.append(row)
    if not households:
        raise PovertyListEmpty
    for household in households.values():
        _check(household)
    return list(households.values())


def _check(household: ListedHousehold) -> None:
    stated = household.poverty_class
    heads = 0
    for row in household.rows:
        if stated is None:
            row.refuse("class_missing", "Chưa ghi hộ nghèo hay hộ cận nghèo.")
        elif row.poverty_class not in {None, stated}:
            row.notes.append(Note("class_contradicts", "Phân loại khác với dòng đầu của hộ."))
        heads += row.relation == "head"
        if row.relation == "head" and heads > 1:
            row.relation = "other"
            row.notes.append(Note("head_repeated", "Hộ đã có chủ hộ ở dòng trên."))
    if heads == 0 and household.rows[0].relation is None:
        household.rows[0].relation = "head"


def _row(number: int, cells: Sequence[Cell], columns: Columns) -> ListedRow | None:
    def cell(name: str) -> Cell:
        place = columns.of.get(name)
        return cells[place] if place is not None and place < len(cells) else None

    name = _text(cell("full_name"))
    raw = _text(cell("personal_id"))
    digits = "".join(char for char in raw if char.isdigit())
    if not any(char.isalpha() for char in name) or (not digits and not _text(cell("birth"))):
        return None
    row = ListedRow(
        number=number,
        full_name=name,
        personal_id=digits if len(digits) == _NUMBER_LENGTH else None,
        birth_year=_year(cell("birth")),
        birth_day=_day(cell("birth")),
        relation=_relation(_text(cell("relation"))),
        household_code=_text(cell("household_code")) or None,
        poverty_class=_class(cell, columns),
        village=_text(cell("village")) or None,
        no_labour=_marked(cell("no_labour")),
    )
    if len(digits) in _ZEROS_LOST:
        row.personal_id = digits.zfill(_NUMBER_LENGTH)
        row.notes.append(Note("id_zero_lost", "Số định danh mất số 0 ở đầu, đã thêm lại."))
    elif row.personal_id is None:
        message = "Số định danh phải có 12 chữ số; hãy bổ sung rồi nhập lại dòng này."
        row.refuse("id_invalid_length", message)
    return row


def _class(read: Callable[[str], Cell], columns: Columns) -> PovertyClass | None:
    if "poverty_class" in columns.of:
        return read_class(_text(read("poverty_class"))).poverty_class
    if _marked(read("is_near_poor")):
        return "near_poor"
    return "poor" if _marked(read("is_poor")) else None


def _relation(text: str) -> Relation | None:
    key = search_key(text)
    if not key:
        return None
    return next((relation for relation, words in _RELATIONS if key in words), "other")


def _marked(cell: Cell) -> bool:
    return search_key(_text(cell)) in {"x", "1", "co", "v"}


def _year(cell: Cell) -> int | None:
    if isinstance(cell, date | datetime):
        return cell.year
    runs = "".join(char if char.isdigit() else " " for char in _text(cell)).split()
    years = [int(run) for run in runs if len(run) == _YEAR_LENGTH]
    return years[-1] if years else None


def _day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = _DAY.fullmatch(_text(cell))
    if match is None:
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def _text(cell: Cell) -> str:
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return normalise(str(cell)).lstrip("'")
