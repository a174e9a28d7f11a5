"""What is told of a person's benefits outside the sealed scope, from facts that are stored.

One decider for every output: `common.contracts.benefits.told_line`. Under a shared label neither
group nor provision nor condition is told, of anyone: what is left out of one person's answer is left
out of everybody's. Căn cứ: khoản 1 Điều 8 Nghị định 20/2021/NĐ-CP (không niêm yết thông tin về HIV).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from common.contracts.benefits import CATALOGUE, told_line
from eligibility.law.domain.conditions import Row
from eligibility.law.domain.explain import Award, Explained, sentences
from eligibility.law.domain.sealed import decree_of

SEALED_BENEFITS = frozenset(item.benefit for item in CATALOGUE.groups.values() if item.sealed)
"""Benefits that a sealed group may give: their conditions are told in the sealed scope only."""

_ARTICLES = "Điều 5, Điều 6"
_SEALED_CONDITION = "neutral_group"


def told_outside(explained: Explained, rows: Sequence[Row]) -> Explained:
    """Give an explanation as it is told outside the sealed scope.

    Args:
        explained: the whole explanation.
        rows: the evaluated rows that it explains.
    """
    shared = any(CATALOGUE.label_of(award.benefit).shared for award in explained.awards)
    awards = tuple(_award(award) for award in explained.awards)
    changes = (
        ()
        if shared
        else tuple(
            change
            for change in explained.changes_next
            if change.code != _SEALED_CONDITION and not SEALED_BENEFITS.issuperset(change.benefits)
        )
    )
    conditions = (
        ()
        if shared
        else tuple(item for item in explained.conditions if item.code != _SEALED_CONDITION)
    )
    text = (*sentences(rows, awards), *(change.text for change in changes))
    return Explained(awards, conditions, changes, text, explained.total)


def _award(award: Award) -> Award:
    if not CATALOGUE.label_of(award.benefit).shared:
        return award
    told = told_line(award.benefit)
    other = award.excluded_by
    return replace(
        award,
        benefit=told.benefit,
        title=told.title,
        provision=told.provision,
        article=f"{_ARTICLES} {decree_of(award.article)}",
        excluded_by=None if other is None else told_line(other).benefit,
        notes=(),
    )


def told_explanation(body: Mapping[str, Any], *, sealed_scope: bool) -> dict[str, Any]:
    """Give the stored explanation of a line: conditions that only one group asks are left out."""
    if sealed_scope or body.get("benefit") not in SEALED_BENEFITS:
        return dict(body)
    told = told_line(str(body["benefit"]))
    article = body.get("provision_article")
    return {
        **body,
        "title": told.title,
        **({"provision": told.provision} if body.get("provision") else {}),
        **({"provision_article": f"{_ARTICLES} {decree_of(article)}"} if article else {}),
        **({"conditions": []} if "conditions" in body else {}),
    }
