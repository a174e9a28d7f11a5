"""What may be said about groups whose facts are sealed: a neutral code, and nothing that hints.

Căn cứ: design §3 điều 8; thông tin về HIV không được niêm yết (khoản 1 Điều 8 Nghị định 20/2021).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from eligibility.law.domain.conditions import Condition, Provision


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: may they know, and which code stands for the group when they may not."""

    may_know: bool = True
    code: str = "NHOM00"


EVERYTHING = Reader()
"""Inside the law itself nothing is hidden; whatever leaves it names its reader."""


def provision_for(provision: Provision, reader: Reader) -> Provision:
    """Give a provision as a reader may see it."""
    if reader.may_know or not provision.sealed:
        return provision
    decree = decree_of(provision.article)
    return replace(
        provision,
        code=reader.code,
        group=reader.code,
        title=f"Người thuộc nhóm {reader.code}",
        article=f"Điều 5, Điều 6 {decree}",
        conditions=tuple(
            replace(condition_for(item, reader), article=f"Điều 5 {decree_of(item.article)}")
            for item in provision.conditions
        ),
    )


def condition_for(condition: Condition, reader: Reader) -> Condition:
    """Give a condition as a reader may see it."""
    if reader.may_know or not condition.sealed:
        return condition
    return replace(
        condition,
        text=f"Thuộc nhóm {reader.code}",
        article=f"Điều 5 {decree_of(condition.article)}",
    )


def code_for(code: str | None, sealed: frozenset[str], reader: Reader) -> str | None:
    """Give a provision's code as a reader may see it."""
    return reader.code if code in sealed and not reader.may_know else code


def decree_of(article: str) -> str:
    """Give the decree that an article is of."""
    return article[article.index("Nghị định") :]
