"""What is not certain about the columns of a table: two that mean the same, units, numbers for sexes.

Thuật ngữ: mức cũ và mức mới, tháng và tổng nhiều tháng, truy lĩnh và tổng cộng, chủ hộ và người hưởng.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from registry.lists.domain.encodings import read_text
from registry.lists.domain.mapping import holds_amounts, holds_identities
from registry.lists.domain.questions import Choice, Question
from registry.lists.domain.vocabulary import phrase

if TYPE_CHECKING:
    from registry.lists.domain.header import Grid
    from registry.lists.domain.vocabulary import Vocabulary

_SHARE: Final = 0.6
_SMALL: Final = 20_000
"""Nobody is paid less than this in đồng a month, nor more than this in thousands."""
_SHORT = re.compile(r"\d{1,5}(?:[.,]\d{1,2})?")
_MONTH = re.compile(r"tháng\s*(\d{1,2})\s*(?:năm|[/.-])\s*(20\d{2})", re.IGNORECASE)
FIELD_NAMES: Final[Mapping[str, str]] = {
    "amount": "mức hưởng một tháng",
    "full_name": "họ tên người hưởng",
    "identity": "số định danh của người hưởng",
    "birth": "ngày sinh của người hưởng",
    "category": "loại đối tượng",
    "village": "thôn đang ở",
    "account": "số tài khoản nhận tiền",
    "decision_number": "số quyết định hưởng",
    "decision_date": "ngày quyết định hưởng",
}


def rival_columns(
    titles: Sequence[str],
    columns: Mapping[str, int],
    lines: Grid,
    words: Vocabulary,
    fields: Collection[str] = FIELD_NAMES,
) -> Iterator[Question]:
    """Ask which column is meant, wherever another one may mean the same."""
    named = {at: field for field, at in columns.items()}
    known = {
        field: {
            at for at in named if named[at] == field or phrase(titles[at]) in words.exact(field)
        }
        for field in FIELD_NAMES
    }
    for field, phrases in words.rivals.items():
        if field not in fields:
            continue
        places = set(known[field])
        for at, title in enumerate(titles):
            if at in named or not phrase(title):
                continue
            text = f" {phrase(title)} "
            if any(f" {one} " in text for one in phrases) or _same_content(field, lines, at, words):
                places.add(at)
        places -= {at for at in places if _is_empty(lines, at)}
        if len(places) > 1:
            yield _which(field, sorted(places), titles)


def _which(field: str, places: Sequence[int], titles: Sequence[str]) -> Question:
    return Question(
        code=f"column_of.{field}",
        text=f"Có nhiều cột có thể là {FIELD_NAMES[field]}. Lấy cột nào?",
        choices=tuple(Choice(str(at + 1), f"Cột {at + 1}: {titles[at][:80]}") for at in places),
        columns=tuple(at + 1 for at in places),
    )


def _same_content(field: str, lines: Grid, at: int, words: Vocabulary) -> bool:
    cells = [row[at] for row in lines if at < len(row) and str(row[at] or "").strip()]
    if len(cells) < 2:
        return False
    if field == "amount":
        fits = sum(map(holds_amounts, cells))
    elif field == "identity":
        fits = sum(map(holds_identities, cells))
    elif field == "full_name":
        fits = sum(1 for cell in cells if _is_name(cell, words.surnames))
    else:
        return False
    return fits >= _SHARE * len(cells)


def _is_name(cell: object, surnames: frozenset[str]) -> bool:
    if not isinstance(cell, str):
        return False
    parts = read_text(cell.strip()).text.split()
    return 2 <= len(parts) <= 6 and parts[0].lower() in surnames


def _is_empty(lines: Grid, at: int) -> bool:
    return bool(lines) and all(at >= len(row) or not str(row[at] or "").strip() for row in lines)


def name_in_two_columns(titles: Sequence[str], columns: Mapping[str, int]) -> Question | None:
    """Ask whether a name stands in two columns."""
    if "given_name" not in columns or "full_name" not in columns:
        return None
    first, second = columns["full_name"], columns["given_name"]
    return Question(
        code="name_in_two_columns",
        text="Họ tên ghi ở hai cột. Ghép hai cột thành họ tên đầy đủ?",
        choices=(
            Choice("join", f"Ghép: {titles[first][:60]} + {titles[second][:60]}"),
            Choice("first", f"Chỉ lấy cột {first + 1}: {titles[first][:60]}"),
        ),
        columns=(first + 1, second + 1),
    )


def amount_unit(
    texts: Sequence[str], amounts: Sequence[object], words: Vocabulary
) -> Question | None:
    """Ask for the unit where titles or headings name another one, or the numbers are too small."""
    said = {
        unit
        for unit, phrases in words.units.items()
        for text in texts
        if any(f" {one} " in f" {phrase(text)} " for one in phrases)
    }
    numbers = [float(cell) for cell in amounts if isinstance(cell, int | float)]
    texts_of = [cell.strip() for cell in amounts if isinstance(cell, str)]
    numbers += [float(text.replace(",", ".")) for text in texts_of if _SHORT.fullmatch(text)]
    small = bool(numbers) and sum(1 for one in numbers if 0 < one < _SMALL) > len(numbers) / 2
    if not said and not small:
        return None
    evidence = ", ".join(sorted(said)) or "số tiền rất nhỏ"
    return Question(
        code="amount_unit",
        text=f"Đơn vị tính của số tiền có thể không phải là đồng ({evidence}). Đơn vị nào?",
        choices=(
            Choice("dong", "đồng"),
            Choice("thousand", "nghìn đồng"),
            Choice("million", "triệu đồng"),
        ),
    )


def sex_numbers(cells: Sequence[object]) -> Question | None:
    """Ask what numbers in the column of sexes mean."""
    said = {str(int(cell)) if isinstance(cell, float) else str(cell).strip() for cell in cells}
    numbers = sorted(said & {"0", "1", "2"})
    if not numbers or not said - {""} <= {"0", "1", "2"}:
        return None
    return Question(
        code="sex_numbers",
        text=f"Giới tính ghi bằng số ({', '.join(numbers)}). Số nào là nam?",
        choices=tuple(Choice(f"male_{one}", f"{one} là nam") for one in ("0", "1", "2")),
    )


def month_differs(titles: Sequence[str], month: tuple[int, int]) -> Question | None:
    """Ask when the title of the list names another month than the one it was sent for."""
    named = {
        (int(found[2]), int(found[1]))
        for title in titles
        if "danh sach" in phrase(title) or phrase(title).startswith("thang")
        for found in _MONTH.finditer(title)
    }
    if not named or month in named:
        return None
    year, number = min(named)
    return Question(
        code="month_differs",
        text=(
            f"Tiêu đề ghi tháng {number}/{year} nhưng danh sách được gửi cho tháng {month[1]}/{month[0]}."
            " Nếu tháng đã gửi là đúng hãy xác nhận, nếu không hãy gửi lại với đúng tháng"
        ),
        choices=(Choice("keep", f"Đúng là danh sách tháng {month[1]}/{month[0]}"),),
        of_layout=False,
    )
