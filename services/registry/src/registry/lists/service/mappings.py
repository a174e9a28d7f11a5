"""How a file is read: proposed to a person, confirmed, remembered for the next file of the layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from common import audit
from registry.lists.domain.arranging import FROM_SECTIONS, STATABLE
from registry.lists.domain.imports import Import
from registry.lists.domain.mapping import MappingInvalid, MappingSettled, chosen_columns
from registry.lists.domain.questions import Choices, check_answers
from registry.lists.gateway.vocabulary import vocabulary
from registry.lists.service.imports import find, queue
from registry.lists.service.layouts import found_in, sealed_choices
from registry.lists.service.understanding import Understanding
from registry.lists.store import imports as store
from registry.lists.store import mappings

if TYPE_CHECKING:
    from common.database.session import AsyncSession
    from registry.settings import RegistrySettings


@dataclass(frozen=True, slots=True)
class MappingProposal:
    """The columns of an import's file and the questions about it, as a person is shown them."""

    made: Import
    found: Understanding
    fields: Sequence[str]
    """Every field that a column may hold."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person says of a file; without columns those that are proposed."""

    columns: Mapping[str, int] | None = None
    """Field -> column, from 1."""
    answers: Mapping[str, str] = field(default_factory=dict)
    stated: Mapping[str, str] = field(default_factory=dict)
    sections: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


async def proposal(
    session: AsyncSession, import_id: UUID, *, settings: RegistrySettings
) -> MappingProposal:
    """Give what an import's file seems to say.

    Raises:
        ImportNotFound: none that the caller may see.
    """
    made = await find(session, import_id)
    found = found_in(settings, made)
    return MappingProposal(made, found, list(vocabulary().columns[made.kind]))


def choices_of(made: Import, found: Understanding, told: Confirmation) -> Choices:
    """Check what a person says of a file.

    Raises:
        MappingInvalid: columns or fields that cannot be, or something needed is missing.
        AnswersNeeded: a question is open.
    """
    answers = check_answers(found.questions, told.answers, told.columns)
    fields = {*told.stated, *(name for values in told.sections.values() for name in values)}
    unknown = sorted(fields - (set(STATABLE) if made.kind == "beneficiary_list" else set()))
    if unknown:
        raise MappingInvalid(unknown_fields=unknown)
    columns = dict(told.columns or {name: at + 1 for name, at in found.proposed.items()})
    for code, answer in answers.items():
        name = code.removeprefix("column_of.")
        if name != code and told.columns is None:
            columns = {f: at for f, at in columns.items() if at != int(answer)}
            columns[name] = int(answer)
    given = {*fields, *_from_sections(answers)}
    known = vocabulary().columns[made.kind]
    return Choices(
        columns=chosen_columns(made.kind, columns, known, len(found.columns), given),
        answers=answers,
        stated=told.stated,
        sections=told.sections,
    )


def _from_sections(answers: Mapping[str, str]) -> set[str]:
    """Give the fields whose values stand in headings of groups."""
    named = {name for name in FROM_SECTIONS if answers.get(f"sections_{name}") == "apply"}
    if answers.get("sections_decision") == "apply":
        named |= {"decision_number", "decision_date"}
    return named | {answers.get("sections_unknown", "")} & {"village", "category"}


async def confirm(
    session: AsyncSession,
    import_id: UUID,
    told: Confirmation,
    *,
    now: datetime,
    settings: RegistrySettings,
) -> Import:
    """Take what a person says: the import runs, columns and answers are remembered.

    Raises:
        ImportNotFound: none that the caller may see.
        MappingSettled: the import does not wait for a choice.
        MappingInvalid, AnswersNeeded: the choice cannot be used.
    """
    made = await find(session, import_id)
    await store.lock_commune(session, made.commune_code)
    made = await find(session, import_id)
    if made.operation_id is not None:
        raise MappingSettled
    found = found_in(settings, made)
    choices = choices_of(made, found, told)
    sealed = sealed_choices(settings, import_id, choices)
    await mappings.settle(session, import_id, choices.columns, sealed)
    kept = {one.code for one in found.questions if one.of_layout}
    answers = {code: answer for code, answer in choices.answers.items() if code in kept}
    await mappings.remember(session, made, made.fingerprint or "", choices, answers, now)
    await store.set_operation(
        session, import_id, await queue(session, import_id, made.commune_code)
    )
    await audit.record(
        session,
        "import.mapping_confirmed",
        "import",
        import_id,
        {"fields": sorted(choices.columns), "answers": sorted(choices.answers)},
    )
    return await find(session, import_id)
