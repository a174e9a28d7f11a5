"""Room `directory`, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE partner (
  code text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('bank', 'post_office')),
  name text NOT NULL,
  format text NOT NULL,
  delivery text NOT NULL CHECK (delivery IN ('pull', 'folder', 'push')),
  address text NOT NULL,
  client_id text NOT NULL UNIQUE,
  token_url text NOT NULL,
  contract jsonb NOT NULL,
  fees jsonb NOT NULL,
  profile jsonb NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  CONSTRAINT partner_delivery_address_check CHECK (delivery = 'pull' OR address <> '')
)
""",
    """
CREATE TABLE partner_key (
  key_id text PRIMARY KEY,
  partner text NOT NULL REFERENCES partner,
  public_key text NOT NULL,
  valid_from date NOT NULL,
  valid_to date
)
""",
    """
CREATE TABLE debtor_account (
  partner text NOT NULL REFERENCES partner,
  commune_code text,
  holder text NOT NULL,
  account text NOT NULL,
  bank_code text NOT NULL,
  valid_from date NOT NULL,
  UNIQUE NULLS NOT DISTINCT (partner, commune_code, valid_from)
)
""",
    """
CREATE TABLE partner_route (
  method text NOT NULL CHECK (method IN ('account', 'cash')),
  bank_code text,
  commune_code text,
  partner text NOT NULL REFERENCES partner,
  UNIQUE NULLS NOT DISTINCT (method, bank_code, commune_code),
  CONSTRAINT partner_route_method_bank_code_check CHECK (method = 'account' OR
    bank_code IS NULL)
)
""",
    """
CREATE TABLE partner_change (
  change_id uuid PRIMARY KEY,
  partner text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('partner', 'key', 'key_end', 'debtor_account', 'route')),
  content jsonb NOT NULL,
  reason text NOT NULL,
  state text NOT NULL CHECK (state IN ('proposed', 'confirmed', 'refused')),
  proposed_by text NOT NULL,
  proposed_at timestamptz NOT NULL,
  decided_by text,
  decided_at timestamptz,
  decision_reason text,
  CONSTRAINT partner_change_state_decided_by_check CHECK ((state = 'proposed') =
    (decided_by IS NULL)),
  CONSTRAINT partner_change_decided_by_proposed_by_check CHECK (decided_by <> proposed_by)
)
""",
    """
CREATE FUNCTION open_clearing_account() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_account (code, name, normal_side)
  VALUES ('clearing:' || NEW.code, 'Đang chuyển qua ' || NEW.name, 'credit')
  ON CONFLICT (code) DO UPDATE SET name = excluded.name;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER partner_clearing AFTER INSERT OR UPDATE OF name ON partner
FOR EACH ROW EXECUTE FUNCTION open_clearing_account()
""",
    """
CREATE FUNCTION paying_partner(wanted_method text, wanted_bank text, wanted_commune text)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT r.partner FROM partner_route r
  WHERE r.method = wanted_method
    AND (r.bank_code IS NULL OR r.bank_code = wanted_bank)
    AND (r.commune_code IS NULL OR r.commune_code = wanted_commune)
  ORDER BY r.bank_code NULLS LAST, r.commune_code NULLS LAST LIMIT 1
$$
""",
)

SECURED: tuple[str, ...] = ()
APPEND_ONLY: tuple[str, ...] = ()
