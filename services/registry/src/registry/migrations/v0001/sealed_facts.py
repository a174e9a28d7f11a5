"""Room `sealed_facts`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE sealed_fact (
  fact_id uuid PRIMARY KEY,
  person_id uuid NOT NULL REFERENCES person,
  commune_code text NOT NULL,
  content bytea NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  superseded_at timestamptz,
  superseded_by text
)
""",
    """
CREATE UNIQUE INDEX sealed_fact_person ON sealed_fact (person_id)
  WHERE superseded_at IS NULL
""",
)
SECURED: tuple[str, ...] = ("sealed_fact",)
AFTERWARDS: tuple[str, ...] = (
    "GRANT USAGE ON SCHEMA public TO registry_sealed",
    "GRANT SELECT, INSERT ON sealed_fact TO registry_sealed",
    "GRANT UPDATE (commune_code, superseded_at, superseded_by) ON sealed_fact TO registry_sealed",
    "REVOKE ALL ON sealed_fact FROM {app_role}",
)
