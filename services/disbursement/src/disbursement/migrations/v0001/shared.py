"""Shared by the rooms, as it was first installed; frozen."""

STATEMENTS: tuple[str, ...] = (
    """
CREATE TABLE state_transition (
  machine text NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  PRIMARY KEY (machine, from_state, to_state)
)
""",
    """
CREATE TABLE state_history (
  history_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  machine text NOT NULL,
  subject_id uuid NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  actor text NOT NULL,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
""",
    """
CREATE FUNCTION name_uuid(name text) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT encode(
    set_byte(
      set_byte(h, 6, (get_byte(h, 6) & 15) | 128),
      8, (get_byte(h, 8) & 63) | 128),
    'hex')::uuid
  FROM (SELECT substring(
    sha256(convert_to('ansinh:disbursement:' || name, 'UTF8')) FROM 1 FOR 16) AS h) AS digest
$$
""",
    """
CREATE FUNCTION guard_states() RETURNS trigger LANGUAGE plpgsql
SET enable_nestloop = off AS $$
DECLARE
  machine_name text := TG_ARGV[0];
  key_column text := TG_ARGV[1];
  refused text;
BEGIN
  EXECUTE format(
    'SELECT min(o.state || '' -> '' || n.state) FROM before_rows o JOIN after_rows n USING (%I)
      WHERE o.state <> n.state AND NOT EXISTS (
        SELECT FROM state_transition t
         WHERE t.machine = $1 AND t.from_state = o.state AND t.to_state = n.state)', key_column) INTO refused USING machine_name;
  IF refused IS NOT NULL THEN
    RAISE EXCEPTION 'transition refused: % %', machine_name, refused
      USING ERRCODE = 'check_violation', CONSTRAINT = 'state_transition';
  END IF;
  EXECUTE format(
    'INSERT INTO state_history (machine, subject_id, from_state, to_state, actor)
     SELECT $1, n.%1$I, o.state, n.state, coalesce(current_setting(''app.actor'', true), '''')
       FROM before_rows o JOIN after_rows n USING (%1$I) WHERE o.state <> n.state', key_column)
    USING machine_name;
  RETURN NULL;
END $$
""",
)
APPEND_ONLY: tuple[str, ...] = ("state_history",)
AFTERWARDS: tuple[str, ...] = (
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON state_transition FROM {app_role}",
)


def transitions(machine: str, *pairs: tuple[str, str]) -> str:
    """Give the rows of the table of allowed changes for one machine."""
    values = ",\n  ".join(f"('{machine}', '{a}', '{b}')" for a, b in pairs)
    return f"INSERT INTO state_transition (machine, from_state, to_state) VALUES\n  {values}"
