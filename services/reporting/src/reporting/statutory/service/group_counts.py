"""Exact counts by group of the law, for the forms that stay in the sealed scope (Mẫu 05, 10a).

Căn cứ: khoản 5 Điều 30 Nghị định 335/2026/NĐ-CP; ADR 0012. Groups that reveal a health fact are counted
here and nowhere else; nothing of the opened counts is kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from common.audit import record
from common.database.session import AsyncSession
from common.kernel.months import Month
from common.sealing import unseal
from reporting.indicators.service import labels
from reporting.projections.service import sealed_boxes
from reporting.statutory.domain import CountsStayClosed, ExactCount, ExactCounts


async def exact_counts(
    session: AsyncSession, communes: Sequence[str] | None, month: Month, private_key: str
) -> ExactCounts:
    """Open and add up the counts of a month; who opened which is in the audit log.

    Raises:
        CountsStayClosed: this installation has no key for them.
        SealBroken: a box was sealed to another key.
    """
    if not private_key:
        raise CountsStayClosed
    boxes = await sealed_boxes(session, communes, month)
    added: dict[tuple[str, str], tuple[int, int]] = {}
    for _, _, box in boxes:
        for row in json.loads(unseal(private_key, box)) if box else ():
            people, amount = added.get((row["group"], row["benefit"]), (0, 0))
            added[row["group"], row["benefit"]] = (people + row["people"], amount + row["amount"])
    detail = {
        "month": str(month),
        "communes": "*" if communes is None else sorted(communes),
        "opened": sum(box is not None for _, _, box in boxes),
    }
    await record(session, "group_counts.opened", "group_counts", str(month), detail)
    return ExactCounts(
        counts=tuple(
            ExactCount(group, labels().of("group", group), benefit, people, amount)
            for (group, benefit), (people, amount) in sorted(added.items())
        ),
        communes=tuple(commune for commune, _, box in boxes if box),
        closed=tuple(commune for commune, _, box in boxes if not box),
        counted_on=min((counted_on for _, counted_on, _ in boxes), default=None),
    )
