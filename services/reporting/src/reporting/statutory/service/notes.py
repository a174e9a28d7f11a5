"""Notes that stand under tables of several forms."""

from __future__ import annotations

from reporting.indicators.domain.figures import Figures

MILLIONS_NOTE = (
    "Cột triệu đồng được làm tròn đến một chữ số thập phân khi in ra; mọi phép cộng dùng số đồng."
)


def completeness_notes(figures: Figures) -> tuple[str, ...]:
    """Say what is still missing, if anything."""
    lists = figures.standing.lists
    if not lists.sealed:
        return ("Kỳ này chưa có danh sách chi trả nào được chốt.",)
    notes: list[str] = []
    if not figures.counted:
        notes.append(
            f"Danh sách đã chốt có {lists.announced_lines} dòng, hiện mới nhận"
            f" {figures.total.lines} dòng: số liệu còn thay đổi."
        )
    if figures.pending.lines:
        notes.append(
            f"Số liệu tạm tính: mới có kết quả của {figures.lines_with_result} trên"
            f" {lists.announced_lines} dòng."
        )
    return tuple(notes)
