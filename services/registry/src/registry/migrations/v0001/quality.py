"""Room `quality`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE quality_finding (
  finding_id uuid PRIMARY KEY,
  commune_code text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('missing_id', 'unverified', 'contradictory', 'duplicate',
    'dead_receiving', 'moved', 'certificate_due', 'missing_paper', 'representative_expiring',
    'no_village', 'residence_open', 'household_without_head', 'child_without_carer')),
  person_id uuid NOT NULL REFERENCES person,
  subject_key text NOT NULL DEFAULT '',
  other_id uuid REFERENCES person,
  other_commune text,
  reasons text[] NOT NULL,
  score smallint CHECK (score BETWEEN 0 AND 100),
  due_on date,
  state text NOT NULL CHECK (state IN ('open', 'resolved', 'dismissed', 'gone')),
  found_at timestamptz NOT NULL,
  closed_at timestamptz,
  closed_by text,
  note text,
  CONSTRAINT quality_finding_state_closed_at_check CHECK ((state = 'open') = (closed_at IS NULL)),
  CONSTRAINT quality_finding_kind_other_id_check CHECK ((kind = 'duplicate') = (other_id IS NOT
    NULL)),
  CONSTRAINT quality_finding_other_id_other_commune_check CHECK ((other_id IS NULL) =
    (other_commune IS NULL)),
  CONSTRAINT quality_finding_other_id_person_id_check CHECK (other_id <> person_id),
  UNIQUE (commune_code, kind, person_id, subject_key)
)
""",
    """
CREATE INDEX quality_finding_listed ON quality_finding (commune_code, state, kind, finding_id)
""",
    "CREATE INDEX quality_finding_person ON quality_finding (person_id)",
    "CREATE INDEX quality_finding_other ON quality_finding (other_id) WHERE other_id IS NOT NULL",
    """
CREATE TABLE duplicate_pair (
  pair_id uuid PRIMARY KEY,
  earlier_id uuid NOT NULL REFERENCES person,
  later_id uuid NOT NULL REFERENCES person,
  outcome text CHECK (outcome IN ('merged', 'two_people', 'not_found')),
  version bigint NOT NULL CHECK (version > 0),
  changed_at timestamptz NOT NULL,
  CONSTRAINT duplicate_pair_order_check CHECK (earlier_id < later_id),
  UNIQUE (earlier_id, later_id)
)
""",
    "CREATE INDEX duplicate_pair_later ON duplicate_pair (later_id)",
    """
CREATE TABLE quality_refresh (
  commune_code text PRIMARY KEY,
  refreshed_at timestamptz NOT NULL
)
""",
    """
CREATE TABLE quality_receiving (
  entitlement_id uuid PRIMARY KEY,
  person_id uuid NOT NULL,
  payee_person_id uuid,
  commune_code text NOT NULL,
  benefit text NOT NULL,
  status text NOT NULL CHECK (status IN ('active', 'held', 'suspended', 'stopped')),
  last_month date
)
""",
    "CREATE INDEX quality_receiving_person ON quality_receiving (person_id)",
    """
CREATE INDEX quality_receiving_payee ON quality_receiving (payee_person_id)
  WHERE payee_person_id IS NOT NULL
""",
)
SECURED: tuple[str, ...] = (
    "quality_finding",
    "quality_refresh",
    "quality_receiving",
)
AFTERWARDS: tuple[str, ...] = (
    """
    CREATE POLICY both_communes ON quality_finding AS RESTRICTIVE USING (
        other_commune IS NULL
        OR (SELECT current_setting('app.communes', true)) = '*'
        OR other_commune = ANY (
            (SELECT string_to_array(current_setting('app.communes', true), ','))::text[]
        )
    )

""",
)
