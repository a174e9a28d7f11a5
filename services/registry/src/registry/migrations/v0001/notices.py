"""Notices: one table for deaths and moves from every source."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE notice (
  notice_id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('death', 'move')),
  source text NOT NULL CHECK (source IN ('authority', 'list', 'bank')),
  commune_code text NOT NULL,
  place text NOT NULL,
  book_year integer NOT NULL,
  notice_number text NOT NULL,
  personal_id text CHECK (personal_id ~ '^[0-9]{12}$'),
  former_number text CHECK (former_number ~ '^[0-9]{9}$'),
  full_name text NOT NULL,
  name_key text NOT NULL,
  birth_date date,
  birth_precision text NOT NULL CHECK (birth_precision IN ('day', 'month', 'year')),
  happened_on date NOT NULL,
  happened_precision text NOT NULL CHECK (happened_precision IN ('day', 'month', 'year')),
  to_commune text,
  trusted boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'applied', 'unchanged', 'outdated',
    'contradicts', 'to_check')),
  person_id uuid REFERENCES person,
  import_id uuid,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  settled_at timestamptz,
  CONSTRAINT notice_kind_to_commune_check CHECK (kind = 'move' OR to_commune IS NULL),
  CONSTRAINT notice_state_settled_at_check CHECK ((state = 'pending') = (settled_at IS NULL)),
  UNIQUE (place, kind, book_year, notice_number)
)
""",
    """
CREATE INDEX notice_undecided ON notice (notice_id)
  WHERE state IN ('pending', 'to_check')
""",
    "CREATE INDEX notice_commune ON notice (commune_code, notice_id)",
    """
CREATE INDEX notice_person ON notice (person_id)
  WHERE person_id IS NOT NULL
""",
    """
CREATE INDEX notice_personal_id ON notice (personal_id)
  WHERE state IN ('pending', 'to_check')
""",
    """
CREATE INDEX notice_former_number ON notice (former_number)
  WHERE state IN ('pending', 'to_check')
""",
)
SECURED: tuple[str, ...] = ("notice",)
