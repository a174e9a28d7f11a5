"""A curious clerk reads everything that a role may read, and tries to list who is in a sealed group.

Twins go in by one list: two people alike in all that a list says (birth, sex, village, amount, decision),
one of them in the group that reveals HIV, the other severely disabled. Whatever holds for every one of
the first and for none of the second, or the other way round, tells them apart: a value, a member that is
there or not, a number of entries. By chance that happens once in two million attributes.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sandbox.world.issuer import USERS

pytestmark = [pytest.mark.xdist_group("scenarios"), pytest.mark.timeout(900)]

PAIRS = 12
COMMUNE = "25000"
KEEPERS = frozenset({"giu_ho_so"})
HEADINGS = (
    "STT,Họ và tên,Ngày sinh,Giới tính,Số định danh/CMND,Thôn,Loại đối tượng,Hệ số,Mức hưởng,"
    "Số quyết định,Ngày quyết định,Hình thức nhận,Số tài khoản,Ngân hàng,Điện thoại,Ghi chú"
)
SEALED, OTHER = "Người nhiễm HIV/AIDS thuộc hộ nghèo", "Người khuyết tật nặng thuộc hộ nghèo"
QUERY = {
    "commune_code": COMMUNE,
    "month": "2026-12",
    "province_code": "68",
    "on": "2026-12-01",
    "from": "2026-09",
    "to": "2026-12",
    "known_before": "2026-10-04",
    "known_now": "2026-12-18",
}
FACTS = "/registry/v1/persons/{personal_id}/circumstances"
VERSION = re.compile(r"^/registry/v1/persons\S* \S*/version ")
"""How often a record was written: real records differ by their own changes (docs/security.md)."""
OWN = frozenset({"personal_id", "person_id", "full_name"})
Attribute = tuple[str, str, str]


@dataclass
class Seen:
    """What one role was shown: the attributes of each person, and everything as text."""

    attributes: dict[str, set[Attribute]] = field(default_factory=lambda: defaultdict(set))
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Twins:
    """Numbers of the two kinds, and the registry's ids."""

    sealed: frozenset[str]
    others: frozenset[str]
    person_ids: dict[str, str]


def rows() -> Iterator[tuple[str, str]]:
    """Give number and line of each of the twins, the two kinds in turn."""
    number = 0
    for pair in range(PAIRS):
        day = f"{pair % 27 + 1:02d}/0{pair % 9 + 1}/19{60 + pair * 3}"
        for kind in (SEALED, OTHER) if pair % 2 else (OTHER, SEALED):
            number += 1
            personal_id = f"0050{60 + pair * 3}{number:06d}"
            yield (
                personal_id,
                (
                    f"{number},Lò Văn Đôi {chr(65 + number)},{day},Nam,{personal_id},Thôn {pair % 5 + 1},"
                    f"{kind},1.5,810000,{pair + 501}/QĐ-UBND,01/09/2026,Tiền mặt,,,,"
                ),
            )


@pytest.fixture(scope="module")
def twins(story: Any, settle: Any, tmp_path_factory: pytest.TempPathFactory) -> Twins:
    """Let the twins in, draft what follows for them, and build the next list."""
    settle()
    file = tmp_path_factory.mktemp("twins") / "danh-sach-doi.csv"
    lines = dict(rows())
    file.write_text("\n".join([HEADINGS, *lines.values(), ""]), encoding="utf-8")
    receipt = story.stage.import_file(
        "can_bo", file, kind="beneficiary_list", commune_code=COMMUNE, list_month="2026-12"
    )
    told = story.stage.finish("can_bo", receipt)
    assert told["counts"]["created"] == 2 * PAIRS, told
    settle()
    call = story.client.call
    sweep = {"month": "2026-12", "commune_code": COMMUNE}
    call("can_bo", "POST", "/eligibility/v1/reviews/sweeps", json=sweep, key="twins-sweep")
    list_of = {"commune_code": COMMUNE, "month": "2027-01"}
    path = "/disbursement/v1/payment-lists"
    call("ke_toan", "POST", path, json=list_of, key="scenario-january")
    settle()
    people = {
        number: call("can_bo", "GET", f"/registry/v1/persons/{number}").json() for number in lines
    }
    return Twins(
        frozenset(number for number, line in lines.items() if SEALED in line),
        frozenset(number for number, line in lines.items() if OTHER in line),
        {number: str(person["person_id"]) for number, person in people.items()},
    )


class Clerk:
    """Reads every address of every service with one role's token, with the ids met on the way."""

    def __init__(self, story: Any, user: str, twins: Twins) -> None:
        self._client = story.client
        self._user = user
        self._twins = twins
        self._ids: dict[str, list[str]] = defaultdict(list)
        self._ids_of_twins: dict[str, list[str]] = defaultdict(list)
        self._owner = {id_: number for number, id_ in twins.person_ids.items()}
        self._owner |= {number: number for number in twins.person_ids}
        self._fixed = {"code": [COMMUNE], "month": ["2026-12"]}
        self._fixed["personal_id"] = list(twins.person_ids)
        self._fixed["person_id"] = list(twins.person_ids.values())
        self.seen = Seen()

    def read(self) -> Seen:
        """Read lists first, then each thing by its id, twice, since ids lead to more."""
        reads = list(self._reads())
        for _ in range(2):
            for path, names in reads:
                for address in self._addresses(path, names):
                    self._get(path, address)
        return self.seen

    def _reads(self) -> Iterator[tuple[str, list[str]]]:
        for service in ("registry", "eligibility", "disbursement", "reporting"):
            document = self._client.http.get(
                self._client.addresses.of(f"/{service}/openapi.json")
            ).json()
            for path, operations in document["paths"].items():
                if "get" in operations and path.startswith(f"/{service}/v1/"):
                    asked = operations["get"].get("parameters", [])
                    yield path, [item["name"] for item in asked if item["in"] == "query"]

    def _addresses(self, path: str, names: Iterable[str]) -> Iterator[str]:
        query = "&".join(f"{name}={QUERY[name]}" for name in names if name in QUERY)
        query += "&limit=1000" if "limit" in names else ""
        parameters = re.findall(r"{(\w+)}", path)
        values = [self._known(name) for name in parameters]
        for turn in range(max((len(found) for found in values), default=1)):
            address = path
            for name, found in zip(parameters, values, strict=True):
                if not found:
                    return
                address = address.replace(f"{{{name}}}", found[min(turn, len(found) - 1)])
            yield f"{address}?{query}" if query else address

    def _known(self, name: str) -> list[str]:
        """Give ids of a kind: those that belong to the twins, or the newest ones."""
        own = self._ids_of_twins[name]
        return self._fixed.get(name) or own[: 4 * PAIRS] or self._ids[name][-4:]

    def _get(self, path: str, address: str) -> None:
        if address in self.seen.texts:
            return
        answer = self._client.attempt(self._user, "GET", address)
        self.seen.texts[address] = answer.text if answer.is_success else ""
        if not answer.is_success:
            return
        kind = answer.headers.get("content-type", "")
        owner = next(
            (self._owner[part] for part in re.split(r"[/?]", address) if part in self._owner), None
        )
        if kind.startswith("application/json"):
            self._take(path, answer.json(), owner, "")
        elif kind.startswith("text/csv"):
            for row in csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))):
                self._take(path, row, owner, "")

    def _take(self, path: str, content: Any, owner: str | None, place: str) -> None:
        """Note every attribute of the person whom an object is about, and every id."""
        if isinstance(content, list):
            if owner is not None:
                self._note(owner, path, f"{place}#", str(len(content)))
            for item in content:
                self._take(path, item, owner, place)
            return
        if not isinstance(content, dict):
            if owner is not None:
                self._note(owner, path, place, str(content))
            return
        named = [self._owner[str(v)] for v in content.values() if str(v) in self._owner]
        inside = owner or next(iter(named), None)
        for name, value in content.items():
            if isinstance(value, str) and name.endswith(("_id", "code")):
                pool = (self._ids if inside is None else self._ids_of_twins)[name]
                if value not in pool:
                    pool.append(value)
            if name not in OWN:
                self._take(path, value, inside, f"{place}/{name}")

    def _note(self, number: str, path: str, place: str, value: str) -> None:
        self.seen.attributes[number].add((path, place, value))


def telling(seen: Seen, twins: Twins) -> list[str]:
    """Give what holds for all of one kind and none of the other."""
    holders: dict[Attribute, set[str]] = defaultdict(set)
    for number, attributes in seen.attributes.items():
        for attribute in attributes:
            holders[attribute].add(number)
            holders[(*attribute[:2], "(present)")].add(number)
    # Disability is a fact that officers work with: who has none is known by that (docs/adr/0012).
    of_disabled = {attribute for attribute in holders if attribute[0] == FACTS}
    holders.pop((FACTS, "#", "0"), None)
    found = {
        " ".join(attribute)
        for attribute, numbers in holders.items()
        if tells(numbers, twins.sealed, twins.others)
        or (tells(numbers, twins.others, twins.sealed) and attribute not in of_disabled)
    }
    return sorted(attribute for attribute in found if not VERSION.search(attribute))


def tells(numbers: set[str], kind: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether an attribute is had by all of a kind (but one) and by nobody of the other."""
    return len(numbers & kind) >= PAIRS - 1 and not numbers & other


READERS = sorted(set(USERS) - KEEPERS)


@pytest.mark.parametrize("user", READERS)
def test_nothing_that_a_role_may_read_tells_the_twins_apart(
    story: Any, twins: Twins, user: str
) -> None:
    seen = Clerk(story, user, twins).read()
    assert telling(seen, twins) == []
    naming = [address for address, text in seen.texts.items() if story.neutral_code in text]
    assert naming == []


def test_the_clerk_would_find_what_is_there(story: Any, twins: Twins) -> None:
    """The keeper may know: read as the keeper, the facts tell the twins apart by the neutral code."""
    seen = Clerk(story, "giu_ho_so", twins).read()
    attribute = f"{FACTS} /content/code {story.neutral_code}"
    assert attribute in telling(seen, twins)
