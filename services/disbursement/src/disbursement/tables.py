"""State machines of all rooms, and the base of this service's table classes."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from common.database.tables import (
    AppendOnly,
    TableBase,
    computed,
    identity,
    table_registry,
)


class Base(TableBase, registry=table_registry()):
    """Base of the table classes of this service."""


class StateTransition(Base, table=True):
    """Changes of state that a machine allows; others are refused by trigger."""

    machine: str = Field(primary_key=True)
    from_state: str = Field(primary_key=True)
    to_state: str = Field(primary_key=True)


class StateHistory(Base, AppendOnly, table=True):
    """Every change of state, with who made it."""

    history_id: int = identity()
    machine: str
    subject_id: UUID
    """Row whose state changed."""
    from_state: str
    to_state: str
    actor: str
    recorded_at: datetime = computed("clock_timestamp()")


OBJECTS = (
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
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON state_transition FROM {app_role}",
)
