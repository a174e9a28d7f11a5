"""Which list is asked for, and the columns that its reader may see."""

from __future__ import annotations

from dataclasses import dataclass

from common.kernel.errors import Conflict
from reporting.selections.domain import AsOf, ListColumn, Selection


class ListNotForPosting(
    Conflict,
    code="list_not_for_posting",
    title="Danh sách này cho biết tình trạng sức khỏe, không được niêm yết",
):
    """Being on the list tells something about health.

    Căn cứ: điểm b khoản 1 Điều 8 Nghị định 20/2021/NĐ-CP (niêm yết, trừ thông tin về HIV).
    """


@dataclass(frozen=True, slots=True)
class ListAsked:
    """A list, as of when, of one village or all, and whether it will hang where everybody reads it."""

    selection: Selection
    when: AsOf
    village: str | None = None
    posted: bool = False


_IDENTITY = (
    ListColumn("full_name", "Họ và tên"),
    ListColumn("birth_date", "Ngày sinh"),
    ListColumn("sex", "Giới tính", words="sex"),
    ListColumn("personal_id", "Số định danh cá nhân"),
    ListColumn("village", "Thôn, tổ dân phố"),
)
_POSTED_WITHOUT = frozenset({"personal_id", "birth_date"})
_SIGNATURE = ListColumn("signature", "Ký nhận")


def columns_of(asked: ListAsked) -> tuple[ListColumn, ...]:
    """Give identity, the list's own columns, and a place to sign; posted lists say less.

    Raises:
        ListNotForPosting: the list itself tells something about health.
    """
    selection = asked.selection
    if asked.posted and selection.health:
        raise ListNotForPosting
    columns = (*_IDENTITY, *selection.columns)
    if asked.posted:
        return tuple(c for c in columns if not c.health and c.key not in _POSTED_WITHOUT)
    return (*columns, _SIGNATURE) if selection.signed else columns
