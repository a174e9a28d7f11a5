"""Functions, triggers and privileges of the audit log and of attempts, the same in every service.

`infrastructure_v1` and `shared_tables` both use them: there is one text of them.
"""

from __future__ import annotations

AUDIT_OBJECTS = (
    """
    CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF OLD.block IS NULL AND NEW.block IS NOT NULL
            AND to_jsonb(OLD) - 'block' = to_jsonb(NEW) - 'block' THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'audit_entry is append-only' USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    """
    CREATE TRIGGER append_only_row BEFORE UPDATE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()
    """,
    """
    CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
    """
    CREATE FUNCTION audit_digest(number bigint, previous text) RETURNS text
    LANGUAGE sql STABLE AS $$
        SELECT encode(sha256(convert_to(previous, 'UTF8') || string_agg(
            (SELECT string_agg(convert_to(octet_length(part) || ':' || part || ',', 'UTF8'), '')
             FROM unnest(ARRAY[
                seq::text, to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
                actor, client_id, communes, action, outcome, purpose, subject_type, subject_id,
                coalesce(request_id, ''), detail::text
             ]) WITH ORDINALITY AS parts (part, place)), '' ORDER BY seq)), 'hex')
        FROM audit_entry WHERE block = number
    $$
    """,
    """
    CREATE FUNCTION begin_attempt(p_purpose text, p_caller text, p_target text, p_window interval,
        p_per_caller integer, p_per_target integer) RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        since timestamptz := clock_timestamp() - p_window;
        made bigint;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtextextended('attempt:' || p_purpose, 0));
        IF (SELECT count(*) FROM attempt WHERE purpose = p_purpose AND failed
                AND target = p_target AND attempted_at > since) >= p_per_target
            OR (SELECT count(*) FROM attempt WHERE purpose = p_purpose AND failed
                AND caller = p_caller AND attempted_at > since) >= p_per_caller THEN
            RETURN NULL;
        END IF;
        INSERT INTO attempt (purpose, caller, target) VALUES (p_purpose, p_caller, p_target)
        RETURNING attempt_id INTO made;
        RETURN made;
    END
    $$
    """,
    """
    CREATE FUNCTION record_access(p_actor text, p_client text, p_communes text, p_action text,
        p_outcome text, p_purpose text, p_subject_type text, p_subject_id text, p_request text,
        p_detail jsonb) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM set_config('app.actor', p_actor, true), set_config('app.client', p_client, true),
            set_config('app.communes', p_communes, true),
            set_config('synchronous_commit', 'off', true);
        INSERT INTO audit_entry
            (action, outcome, purpose, subject_type, subject_id, request_id, detail)
        VALUES (p_action, p_outcome, p_purpose, p_subject_type, p_subject_id, p_request, p_detail);
    END
    $$
    """,
    """
    CREATE FUNCTION seal_audit() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        last audit_block;
        number bigint;
        sealed bigint;
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('seal_audit'));
        SELECT * INTO last FROM audit_block ORDER BY block DESC LIMIT 1;
        number := coalesce(last.block, 0) + 1;
        UPDATE audit_entry SET block = number WHERE block IS NULL;
        GET DIAGNOSTICS sealed = ROW_COUNT;
        IF sealed > 0 THEN
            INSERT INTO audit_block (block, entries, previous, digest)
            VALUES (number, sealed, coalesce(last.digest, ''),
                audit_digest(number, coalesce(last.digest, '')));
        END IF;
        RETURN sealed;
    END
    $$
    """,
    # The server writes time, actor and communes; the application may not even name the columns.
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON audit_entry FROM {app_role}",
    """
    GRANT INSERT (action, outcome, purpose, subject_type, subject_id, request_id, detail)
    ON audit_entry TO {app_role}
    """,
    "REVOKE INSERT ON audit_block FROM {app_role}",
)
"""Entries are sealed in blocks: each block's digest covers its entries and the digest before it.

A transaction that commits late is in the next block: membership is written down, not computed.
"""
