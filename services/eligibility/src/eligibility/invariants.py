"""Truths that must always hold; each violation is one line with ids only."""

from __future__ import annotations

from common.runtime.invariants import sql_invariant
from eligibility.facts.service import DIFFERING
from eligibility.law.domain.benefits import BESIDE_SINGLE_PARENT

INVARIANTS = (
    sql_invariant("the flat sheet says of everyone what the dated rows say", DIFFERING),
    sql_invariant(
        "of benefits of which the highest alone is due nobody is paid two at once",
        """
        SELECT person_id, count(*) AS active FROM entitlement
        WHERE status = 'active' AND benefit IN ('social_pension', 'disability_allowance',
            'social_allowance', 'facility_allowance')
        GROUP BY 1 HAVING count(*) > 1
        """,
    ),
    sql_invariant(
        "a single parent's allowance is paid beside groups 5.5, 5.6 and the sealed one only",
        f"""
        SELECT s.person_id, e.benefit FROM entitlement s
        JOIN entitlement e ON e.person_id = s.person_id AND e.status = 'active'
        WHERE s.status = 'active' AND s.benefit = 'single_parent_allowance'
            AND e.benefit IN ('social_pension', 'disability_allowance', 'social_allowance',
                'facility_allowance')
            AND e.group_code <> ALL('{{{",".join(BESIDE_SINGLE_PARENT)}}}') AND e.group_code !~ '^[A-Z0-9]{{6}}$'
        """,
    ),
    sql_invariant(
        "every rule of the province was confirmed by a second person who saw its effect",
        """
        SELECT p.proposal_id FROM law_proposal p
        WHERE p.proposal_id IN (SELECT proposal_id FROM law_level
                UNION ALL SELECT proposal_id FROM law_local_benefit
                UNION ALL SELECT proposal_id FROM law_choice)
            AND (p.state <> 'confirmed' OR p.decided_by = p.proposed_by OR p.effect IS NULL)
        """,
    ),
    sql_invariant(
        "no active level reaches beyond the month of death",
        """
        SELECT l.entitlement_id, l.from_month FROM entitlement_level l
        JOIN entitlement e USING (entitlement_id)
        JOIN person_fact p ON p.person_id = e.person_id AND p.superseded_at IS NULL
        WHERE l.superseded_at IS NULL AND p.death_date IS NOT NULL
            AND coalesce(l.to_month, 'infinity') > p.death_date
        """,
    ),
    sql_invariant(
        "every entitlement stands on a signed decision of this service or on the old paper",
        """
        SELECT e.entitlement_id FROM entitlement e
        LEFT JOIN decision d ON d.decision_id = e.decision_id AND d.status = 'signed'
        WHERE (e.decision_id IS NOT NULL AND d.decision_id IS NULL)
            OR (e.decision_id IS NULL AND e.origin <> 'taken_over')
        """,
    ),
    sql_invariant(
        "every version of an entitlement was told",
        """
        SELECT e.entitlement_id, e.version FROM entitlement e
        WHERE e.version <> (
            SELECT max(o.aggregate_version) FROM outbox o
            WHERE o.aggregate_type = 'entitlement' AND o.aggregate_id = e.entitlement_id::text
        )
        """,
    ),
    sql_invariant(
        "a signed decision has the lines it counts, each with its explanation",
        """
        SELECT d.decision_id FROM decision d
        WHERE d.status = 'signed' AND (
            d.line_count <> (SELECT count(*) FROM decision_line l WHERE l.decision_id = d.decision_id)
            OR EXISTS (
                SELECT 1 FROM decision_line l CROSS JOIN jsonb_array_elements(l.reasons) r
                WHERE l.decision_id = d.decision_id AND NOT EXISTS (
                    SELECT 1 FROM decision_explanation x
                    WHERE x.decision_id = d.decision_id AND x.key = r ->> 'explanation'
                )
            )
        )
        """,
    ),
    sql_invariant(
        "every step of a dossier is on its way to the portal or there",
        """
        SELECT s.dossier_code, s.version FROM dossier_step s
        WHERE NOT EXISTS (
            SELECT 1 FROM portal_message m
            WHERE m.dossier_code = s.dossier_code AND m.status = s.status
                AND m.dossier_version <= s.version
        )
        """,
    ),
)
