"""What the world outside the commune office knows: population database, deaths, new applicants."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from sandbox.sample import lookup, months
from sandbox.sample.people import Numbers, Sex, Truth, full_name, random_day, weighted
from sandbox.sample.plan import PlannedPerson, Verification

World = tuple[
    list[dict[str, Any]], list[dict[str, str]], list[dict[str, Any]], list[dict[str, str]]
]
_NEIGHBOUR = {"68": "24931"}
"""Commune to which people of a province move; its officer is one of the sandbox's users."""
_GENDER_CODE = {"male": "1", "female": "2"}
_LAST_NOTICE = date(2026, 11, 11)
_MISMATCHES = (("name", 12), ("birth", 8), ("not_found", 10), ("spelling", 5))
"""Planned disagreements with the database, in a thousand people, at least one of each."""
_TONE_PLACES = (("òa", "oà"), ("óa", "oá"), ("úy", "uý"), ("ủy", "uỷ"), ("ùy", "uỳ"), ("ỳ", "ì"))


def world(
    rng: Random,
    numbers: Numbers,
    people: list[PlannedPerson],
    place: lookup.Commune,
    list_month: int,
) -> World:
    """Population records, death notices, applicants and who moves away from a commune."""
    _plan_mismatches(rng, people)
    applicants = _applicants(rng, numbers, place, list_month)
    population = [record(p.truth, p.verification, place) for p in people if p.verification.known]
    population += [record(truth, Verification("verified"), place) for truth, _ in applicants]
    population.sort(key=lambda row: str(row["SoDinhDanh"]))
    deaths = _deaths(rng, numbers, people, place)
    return population, deaths, [told for _, told in applicants], _moves(people, place)


def _moves(people: list[PlannedPerson], place: lookup.Commune) -> list[dict[str, str]]:
    """Two people who live elsewhere in the province from 10/12/2026, after they were paid.

    The old place pays December, the month of the move; the new one from 1/2027 (law.md W19).
    """
    to = _NEIGHBOUR.get(place.province_code)
    if to is None or to == place.code:
        return []
    clean = (
        p
        for p in people
        if len(p.entries) == 1
        and not p.situations
        and p.entries[0].dirt is None
        and p.verification == Verification("verified")
    )
    found: dict[str, PlannedPerson] = {}
    for person in clean:
        found.setdefault(person.entries[0].profile.group, person)
    told = []
    for group in ("social_pension", "5.6"):
        if group in found:
            truth = found[group].truth
            told.append(
                {
                    "key": found[group].key,
                    "personal_id": truth.personal_id,
                    "full_name": truth.full_name,
                    "to_commune": to,
                    "moved_on": "2026-12-10",
                    "old_place_pays_to": "2026-12",
                    "new_place_pays_from": "2027-01",
                }
            )
    return told


def _plan_mismatches(rng: Random, people: list[PlannedPerson]) -> None:
    # Of a carer the list tells the number only: the year of birth, nothing that could disagree.
    clean = [p for p in people if p.entries and not any(e.dirt for e in p.entries)]
    rng.shuffle(clean)
    for person in people:
        codes = {entry.dirt.code for entry in person.entries if entry.dirt}
        if "sex_contradicts_id" in codes:
            person.verification = Verification("mismatch", ("sex",))
        elif "birth_year_contradicts_id" in codes:
            person.verification = Verification("mismatch", ("birth_date",))
        elif "id_cmnd" in codes:
            person.verification = Verification("unverified")
    for kind, per_mille in _MISMATCHES:
        for _ in range(max(1, round(len(people) * per_mille / 1000))):
            able = (p for p in clean if kind != "spelling" or _respelt(p.truth))
            chosen = next(able, None)
            if chosen is not None:
                clean.remove(chosen)
                chosen.verification = _disagreement(rng, kind, chosen.truth)


def _disagreement(rng: Random, kind: str, truth: Truth) -> Verification:
    if kind == "not_found":
        return Verification("not_found", known=False)
    if kind == "spelling":
        return Verification("verified", known_name=_respelt(truth))
    if kind == "birth":
        birth = truth.birth_date
        other = date(birth.year, birth.month % 12 + 1, (birth.day + 6) % 28 + 1)
        return Verification("mismatch", ("birth_date",), known_birth=other)
    words = truth.full_name.replace("K'", "Ka ").split()
    cohort = lookup.names()["given"][truth.sex]["old"]
    others = {name: w for name, w in cohort.items() if name[0] != words[-1][0]}
    name = " ".join([*words[:-1], weighted(rng, others)])
    return Verification("mismatch", ("full_name",), known_name=name)


def _respelt(truth: Truth) -> str | None:
    """The same name with the tone mark elsewhere: without accents there is no difference."""
    name = truth.full_name
    for one, other in _TONE_PLACES[:5]:
        if one in name:
            return name.replace(one, other)
    return None


def record(truth: Truth, known: Verification, place: lookup.Commune) -> dict[str, Any]:
    """A `CongDan` of call 037 (law-corrections section 6). There is no field for a death."""
    name = (known.known_name or truth.full_name).upper()
    birth = known.known_birth or truth.birth_date
    whole = int(truth.personal_id[-1]) % 2 == 0 or len(name.split()) < 3
    words = name.split()
    address = {
        "MaTinhThanh": place.province_code,
        "MaQuanHuyen": "",
        "MaPhuongXa": place.code,
        "ChiTiet": truth.village,
        "QuocGia": "VN",
    }
    return {
        "SoDinhDanh": truth.personal_id,
        "SoCMND": truth.cmnd or "",
        "HoVaTen": {
            "Ho": "" if whole else words[0],
            "ChuDem": "" if whole else " ".join(words[1:-1]),
            "Ten": name if whole else words[-1],
        },
        "GioiTinh": _GENDER_CODE[truth.sex],
        "DanToc": "15" if name.startswith(("K'", "KA ")) else "01",
        "TonGiao": "00",
        "TinhTrangHonNhan": "1" if birth.year > 2006 else "2",
        "NhomMau": "00",
        "NgayThangNamSinh": {"Nam": f"{birth.year}", "NgayThangNam": f"{birth:%Y%m%d}"},
        "ThuongTru": address,
        "NoiOHienTai": address,
        "QuocTich": "VN",
        "SoSoHoKhau": truth.household,
    }


def _deaths(
    rng: Random, numbers: Numbers, people: list[PlannedPerson], place: lookup.Commune
) -> list[dict[str, str]]:
    """Notices of those who died, and of as many people who are not on the list."""
    dead = [p.truth for p in people if p.truth.death_date is not None]
    strangers = []
    for number in range(max(3, len(dead) // 2)):
        sex: Sex = rng.choice(("male", "female"))
        birth = random_day(rng, date(1930, 1, 1), date(1990, 12, 31))
        name = full_name(rng, sex, birth, None, koho=False)
        if number == 0:
            alive = next(p.truth for p in people if p.truth.death_date is None)
            name, sex = alive.full_name, alive.sex
            birth = date(alive.birth_date.year, alive.birth_date.month % 12 + 1, 11)
        truth = Truth(name, birth, sex, numbers.personal_id(birth, sex), "", "")
        truth.death_date = random_day(rng, date(2026, 2, 1), date(2026, 10, 25))
        strangers.append(truth)
    rows = [(truth, _notice_date(rng, truth)) for truth in dead + strangers]
    rows.sort(key=lambda row: (row[1], row[0].personal_id))
    return [
        {
            "notice_number": f"TLKT-{place.code}-2026-{number:03d}",
            "full_name": truth.full_name,
            "birth_date": truth.birth_date.isoformat(),
            "sex": truth.sex,
            "personal_id": truth.personal_id,
            "death_date": truth.death_date.isoformat() if truth.death_date else "",
            "commune_code": place.code,
            "notice_date": day.isoformat(),
        }
        for number, (truth, day) in enumerate(rows, start=7)
    ]


def _notice_date(rng: Random, truth: Truth) -> date:
    if truth.death_date is None:
        message = "only a death has a notice"
        raise ValueError(message)
    return min(truth.death_date + timedelta(days=rng.randint(1, 12)), _LAST_NOTICE)


_APPLICANTS: tuple[tuple[str, tuple[int, int, int], str, int, str], ...] = (
    ("demo", (1951, 10, 8), "none", 0, "pension_75"),
    ("near_poor_72", (1954, 5, 3), "near_poor", 0, "pension_70_near_poor"),
    ("small_pension_77", (1949, 6, 12), "none", 300_000, "pension_75"),
    ("too_young", (1953, 2, 20), "none", 0, "age_below_75_and_not_poor"),
    ("large_pension_80", (1946, 8, 1), "none", 2_850_000, "pension_income_not_lower"),
    ("not_yet_75", (1951, 12, 25), "none", 0, "age_below_75_and_not_poor"),
)
"""Key, birth, poverty class, monthly pension in đồng, provision or reason of refusal."""


def _applicants(
    rng: Random, numbers: Numbers, place: lookup.Commune, list_month: int
) -> list[tuple[Truth, dict[str, Any]]]:
    found = []
    bank = lookup.banks()[0]
    for key, born, poverty, pension, outcome in _APPLICANTS:
        birth = date(*born)
        sex: Sex = rng.choice(("male", "female"))
        personal_id = numbers.personal_id(birth, sex)
        name = full_name(rng, sex, birth, None, koho=False)
        truth = Truth(name, birth, sex, personal_id, f"{_village_word(place)} 2", "")
        truth.household = f"H{personal_id[-6:]}"
        told: dict[str, Any] = {
            "key": key,
            "demo": key == "demo",
            "full_name": name,
            "birth_date": birth.isoformat(),
            "sex": sex,
            "personal_id": personal_id,
            "commune_code": place.code,
            "village": truth.village,
            "phone": numbers.phone(),
            "poverty_class": poverty,
            "pension_income": pension,
            "written_request": True,
            "method": "account",
            "bank": bank.name,
            "bin": bank.bin,
            "account": numbers.account(bank),
            "expected": _expected(outcome, list_month),
        }
        found.append((truth, told))
    return found


def _expected(outcome: str, list_month: int) -> dict[str, Any]:
    """The right answer to a dossier received 12/11/2026 and signed in the month of the list."""
    if not outcome.startswith("pension_7"):
        return {"eligible": False, "reason": outcome}
    amount = lookup.law().standard
    return {
        "eligible": True,
        "provision": outcome,
        "coefficient": "1.0",
        "monthly_amount": amount,
        "first_month": months.write(list_month),
        "december": amount,
        "arrears": {months.write(list_month): amount},
    }


def _village_word(place: lookup.Commune) -> str:
    return "Thôn" if place.kind == "xã" else "Tổ dân phố"
