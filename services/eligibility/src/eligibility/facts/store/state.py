"""One query: what was true of people on some days, as it was known at an instant.

Both the dated answer (`months_frame`) and the flat sheet of what is known now are made of it.
"""

from __future__ import annotations

COLUMNS: tuple[tuple[str, str], ...] = (
    ("person_id", "uuid"),
    ("day", "date"),
    ("sex", "text"),
    ("birth_date", "date"),
    ("birth_precision", "text"),
    ("death_date", "date"),
    ("missing_since", "date"),
    ("commune_code", "text"),
    ("village", "text"),
    ("former_province_code", "text"),
    ("setting", "text"),
    ("poverty_class", "text"),
    ("abandoned", "boolean"),
    ("adopted", "boolean"),
    ("father_status", "text"),
    ("mother_status", "text"),
    ("study_level", "text"),
    ("study_continuous", "boolean"),
    ("had_no_care_at_16", "boolean"),
    ("neutral_code", "text"),
    ("wage_income", "bigint"),
    ("pension_income", "bigint"),
    ("survivor_allowance", "boolean"),
    ("other_allowance", "boolean"),
    ("marital_status", "text"),
    ("children", "text"),
    ("child_kept_studying", "boolean"),
    ("support", "text"),
    ("cannot_live_in_community", "boolean"),
    ("taken_in", "boolean"),
    ("disability_degree", "text"),
    ("certificate_date", "date"),
    ("pregnant", "boolean"),
    ("spouse_supported", "boolean"),
    ("care", "text"),
    ("carer_qualifies", "boolean"),
    ("carer_person_id", "uuid"),
    ("detained_since", "date"),
    ("imprisoned_since", "date"),
    ("local_group", "text"),
    ("request", "text"),
    ("signed_on", "date"),
    ("receiving_since", "date"),
    ("kinds", "text"),
)
"""What a state says of a person on a day."""

NAMES = tuple(name for name, _ in COLUMNS)

_KNOWN = "{0}.recorded_at <= {known} AND ({0}.superseded_at IS NULL OR {0}.superseded_at > {known})"

_PEOPLE = """
    d AS MATERIALIZED (SELECT unnest({days}) AS day),
    p AS MATERIALIZED (
        SELECT a.person_id AS asked, coalesce(a.merged_into, a.person_id) AS root
        FROM person_fact a WHERE a.person_id = ANY({people}) AND {known_a}
    ),
    members AS MATERIALIZED (
        SELECT asked, root AS source, true AS own FROM p
        UNION SELECT asked, asked, false FROM p WHERE asked <> root
        UNION SELECT p.asked, a.person_id, false FROM p
            JOIN person_fact a ON a.merged_into = p.root AND {known_a}
    )
"""
"""A merged record stands for the same human: what either one says counts for both.

Of one kind on one day what the record that stays says of itself (`own`) wins; so do its children,
all together, since two records may name one child differently."""

_FACTS = """
    c AS MATERIALIZED (
        SELECT DISTINCT ON (m.asked, d.day, f.kind, f.child_key) m.asked, d.day, f.kind,
            f.child_key, f.fact, coalesce(f.valid_from, '1900-01-01'::date) AS since
        FROM members m JOIN circumstance_fact f ON f.person_id = m.source
        JOIN d ON (f.valid_from IS NULL OR f.valid_from <= d.day)
            AND (f.valid_to IS NULL OR f.valid_to > d.day)
        WHERE {known_f} AND (m.own OR f.kind <> 'child' OR NOT EXISTS (
            SELECT FROM members s JOIN circumstance_fact o ON o.person_id = s.source
            WHERE s.asked = m.asked AND s.own AND o.kind = 'child' AND {known_o}
                AND (o.valid_from IS NULL OR o.valid_from <= d.day)
                AND (o.valid_to IS NULL OR o.valid_to > d.day)
        ))
        ORDER BY m.asked, d.day, f.kind, f.child_key, m.own DESC, f.recorded_at DESC,
            f.version DESC
    ),
    k AS MATERIALIZED (
        SELECT asked, day,
            max(since) FILTER (WHERE kind = 'missing' AND fact ->> 'missing' <> 'false')
                AS missing_since,
            bool_or((fact ->> 'resident')::boolean) FILTER (WHERE kind = 'facility') AS resident,
            bool_or((fact ->> 'abandoned')::boolean) FILTER (WHERE kind = 'care_source')
                AS abandoned,
            bool_or((fact ->> 'adopted')::boolean) FILTER (WHERE kind = 'care_source') AS adopted,
            max(fact ->> 'father') FILTER (WHERE kind = 'care_source') AS father,
            max(fact ->> 'mother') FILTER (WHERE kind = 'care_source') AS mother,
            max(fact ->> 'level') FILTER (WHERE kind = 'study') AS study_level,
            bool_or((fact ->> 'continuous')::boolean) FILTER (WHERE kind = 'study')
                AS study_continuous,
            max(fact ->> 'code') FILTER (WHERE kind = 'neutral') AS neutral_code,
            max((fact ->> 'monthly_amount')::bigint) FILTER (WHERE kind = 'wage_income')
                AS wage_income,
            max((fact ->> 'monthly_amount')::bigint) FILTER (WHERE kind = 'pension_income')
                AS income,
            max(coalesce(fact ->> 'income_kind', 'pension')) FILTER (WHERE kind = 'pension_income')
                AS income_kind,
            max(fact ->> 'status') FILTER (WHERE kind = 'marital') AS marital_status,
            jsonb_agg(jsonb_build_object('birth_date', fact ->> 'birth_date', 'studying',
                (fact ->> 'studying')::boolean) ORDER BY child_key)
                FILTER (WHERE kind = 'child') AS children,
            max(fact ->> 'support') FILTER (WHERE kind = 'support') AS support,
            bool_or((fact ->> 'cannot_live_in_community')::boolean)
                FILTER (WHERE kind = 'care_need') AS cannot_live_in_community,
            bool_or((fact ->> 'taken_in')::boolean) FILTER (WHERE kind = 'care_need') AS taken_in,
            max(fact ->> 'degree') FILTER (WHERE kind = 'disability') AS disability_degree,
            max((fact ->> 'certificate_date')::date) FILTER (WHERE kind = 'disability')
                AS certificate_date,
            bool_or((fact ->> 'pregnant')::boolean) FILTER (WHERE kind = 'pregnancy') AS pregnant,
            bool_or((fact ->> 'spouse_supported')::boolean) FILTER (WHERE kind = 'couple')
                AS spouse_supported,
            max(fact ->> 'care') FILTER (WHERE kind = 'care') AS care,
            bool_or((fact ->> 'carer_qualifies')::boolean) FILTER (WHERE kind = 'care')
                AS carer_qualifies,
            max(fact ->> 'carer_person_id') FILTER (WHERE kind = 'care') AS carer_person_id,
            max(since) FILTER (WHERE kind = 'detention' AND fact ->> 'detention' = 'detained')
                AS detained_since,
            max(since) FILTER (WHERE kind = 'detention' AND fact ->> 'detention' = 'imprisoned')
                AS imprisoned_since,
            max(fact ->> 'code') FILTER (WHERE kind = 'local_group') AS local_group,
            string_agg(DISTINCT kind, ' ' ORDER BY kind) AS kinds
        FROM c GROUP BY asked, day
    )
"""

_OTHERS = """
    v AS MATERIALIZED (
        SELECT DISTINCT ON (m.asked, d.day) m.asked, d.day, f.poverty_class
        FROM members m JOIN poverty_fact f ON f.person_id = m.source
        JOIN d ON f.valid_from <= d.day AND (f.valid_to IS NULL OR f.valid_to > d.day)
        WHERE f.recorded_at <= {known}
        ORDER BY m.asked, d.day, m.own DESC, f.recorded_at DESC, f.version DESC
    ),
    r AS MATERIALIZED (
        SELECT DISTINCT ON (p.asked, d.day) p.asked, d.day, f.commune_code, f.village
        FROM p JOIN move_fact f ON f.person_id = p.root JOIN d ON f.moved_on > d.day
        WHERE f.recorded_at <= {known}
        ORDER BY p.asked, d.day, f.moved_on, f.recorded_at DESC, f.version DESC
    ),
    levels AS MATERIALIZED (
        SELECT m.asked, f.benefit, f.group_code, f.signed_on, l.from_month, l.to_month
        FROM members m JOIN receipt_fact f ON f.person_id = m.source
        CROSS JOIN LATERAL jsonb_to_recordset(f.levels) AS l (from_month date, to_month date)
        WHERE {known_f}
    ),
    t AS MATERIALIZED (
        SELECT l.asked, min(l.from_month) AS receiving_since, min(l.signed_on) AS signed_on,
            min(l.signed_on) FILTER (WHERE l.benefit = 'social_pension') AS pension_signed_on,
            bool_or(l.benefit = 'social_pension') AS has_pension,
            min(least(l.from_month, l.signed_on))
                FILTER (WHERE l.benefit = 'single_parent_allowance') AS parent_since,
            bool_or(l.group_code = '5.2' OR (l.group_code = '5.1'
                AND l.from_month <= b.birth_date + interval '16 years'
                AND coalesce(l.to_month, 'infinity'::date)
                    >= b.birth_date + interval '16 years' - interval '1 month')) AS had_no_care
        FROM levels l JOIN p USING (asked)
        JOIN person_fact b ON b.person_id = p.root AND {known_b}
        GROUP BY l.asked
    )
"""

_STATE = """
    SELECT p.asked AS person_id, d.day, b.sex, b.birth_date, b.birth_precision, b.death_date,
        k.missing_since, coalesce(r.commune_code, b.commune_code) AS commune_code,
        CASE WHEN r.asked IS NULL THEN b.village ELSE r.village END AS village,
        b.former_province_code,
        CASE WHEN k.resident THEN 'facility' ELSE 'community' END AS setting,
        coalesce(v.poverty_class, nullif(b.poverty_class, 'none')) AS poverty_class,
        coalesce(k.abandoned, false) AS abandoned, coalesce(k.adopted, false) AS adopted,
        coalesce(k.father, 'able') AS father_status, coalesce(k.mother, 'able') AS mother_status,
        k.study_level, k.study_continuous, coalesce(t.had_no_care, false) AS had_no_care_at_16,
        k.neutral_code, k.wage_income,
        CASE WHEN k.income_kind IN ('pension', 'social_insurance') THEN k.income
            WHEN k.income_kind IS NOT NULL THEN 0 END AS pension_income,
        coalesce(k.income_kind = 'survivor' AND k.income > 0, false) AS survivor_allowance,
        coalesce(k.income_kind = 'other_allowance' AND k.income > 0, false) AS other_allowance,
        k.marital_status, k.children::text AS children,
        coalesce(EXISTS (
            SELECT FROM jsonb_to_recordset(k.children) AS child (birth_date date, studying boolean)
            WHERE child.studying AND child.birth_date + interval '16 years' <= d.day
                AND child.birth_date + interval '16 years' > t.parent_since
        ), false) AS child_kept_studying,
        k.support, coalesce(k.cannot_live_in_community, false) AS cannot_live_in_community,
        coalesce(k.taken_in, false) AS taken_in, k.disability_degree, k.certificate_date,
        coalesce(k.pregnant, false) AS pregnant,
        coalesce(k.spouse_supported, false) AS spouse_supported, coalesce(k.care, 'none') AS care,
        k.carer_qualifies, k.carer_person_id::uuid AS carer_person_id, k.detained_since,
        k.imprisoned_since, k.local_group,
        CASE WHEN t.pension_signed_on < '2025-07-01'::date THEN 'converted'
            WHEN t.has_pension THEN 'decided' END AS request,
        t.signed_on, t.receiving_since, k.kinds
    FROM p CROSS JOIN d
    JOIN person_fact b ON b.person_id = p.root AND {known_b}
    LEFT JOIN k ON k.asked = p.asked AND k.day = d.day
    LEFT JOIN v ON v.asked = p.asked AND v.day = d.day
    LEFT JOIN r ON r.asked = p.asked AND r.day = d.day
    LEFT JOIN t ON t.asked = p.asked
"""


def state(people: str, days: str, known: str) -> str:
    """Give the query with SQL expressions in the places of people, days and the instant.

    Args:
        people: an array of person ids.
        days: an array of days; a fact counts on a day within its own period.
        known: what was recorded by this instant, and not superseded by then, counts;
            `'infinity'` is what is known now.
    """
    alive = {f"known_{name}": _KNOWN.format(name, known=known) for name in "abfo"}
    parts = ", ".join(part for part in (_PEOPLE, _FACTS, _OTHERS))
    return f"WITH {parts} {_STATE}".format(people=people, days=days, known=known, **alive)
