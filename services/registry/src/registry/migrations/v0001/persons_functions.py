"""Functions of the room `persons`, as they were first installed; frozen."""

FUNCTIONS: tuple[str, ...] = (
    # Whether a number is somebody's, anywhere; who and where is not said.
    """
    CREATE FUNCTION personal_ids_taken(p_numbers text[], p_except uuid, p_present boolean)
    RETURNS text[] LANGUAGE plpgsql AS $$
    DECLARE
        own text := current_setting('app.communes', true);
        taken text[];
    BEGIN
        PERFORM set_config('app.communes', '*', true);
        taken := ARRAY(
            SELECT p.personal_id FROM person p
            WHERE p_present AND p.personal_id = ANY (p_numbers)
                AND p.person_id IS DISTINCT FROM p_except
            UNION
            SELECT n.number FROM person_number n
            WHERE n.number = ANY (p_numbers) AND n.superseded_at IS NULL
                AND n.kind = 'personal_id' AND n.reason = 'reissued'
                AND n.person_id IS DISTINCT FROM p_except
        );
        PERFORM set_config('app.communes', coalesce(own, ''), true);
        RETURN taken;
    END
    $$
    """,
    # One of the two communes of a move is enough: for this transaction both are open, and no third.
    """
    CREATE FUNCTION open_person_move(p_personal_id text, p_person_id uuid, p_to text)
    RETURNS TABLE (moving uuid, from_commune text) LANGUAGE plpgsql AS $$
    DECLARE
        own text := current_setting('app.communes', true);
        mover person;
    BEGIN
        PERFORM set_config('app.communes', '*', true);
        SELECT * INTO mover FROM person p
        WHERE p.personal_id = p_personal_id OR p.person_id = p_person_id;
        IF mover.person_id IS NULL OR own IS NULL OR NOT (
            own = '*' OR ARRAY[mover.commune_code, p_to] && string_to_array(own, ',')
        ) THEN
            PERFORM set_config('app.communes', coalesce(own, ''), true);
            RETURN;
        END IF;
        IF own <> '*' THEN
            PERFORM set_config('app.communes', concat_ws(',', mover.commune_code, p_to), true);
        END IF;
        moving := mover.person_id;
        from_commune := mover.commune_code;
        RETURN NEXT;
    END
    $$
    """,
    # Several reads in one round trip and one commit, each under the communes of its own caller, each
    # with its line in the audit log.
    """
    CREATE FUNCTION read_persons(
        p_numbers text[], p_ids uuid[], p_communes text[], p_actors text[],
        p_requests text[], p_purposes text[]
    ) RETURNS TABLE (place integer, reading person) LANGUAGE plpgsql AS $$
    DECLARE
        one person;
        nobody person;
    BEGIN
        FOR i IN 1 .. cardinality(p_communes) LOOP
            PERFORM set_config('app.communes', p_communes[i], true);
            one := nobody;
            IF p_ids[i] IS NOT NULL THEN
                SELECT * INTO one FROM person p WHERE p.person_id = p_ids[i];
            ELSE
                SELECT * INTO one FROM person p WHERE p.personal_id = p_numbers[i];
                IF one.person_id IS NULL THEN
                    SELECT p.* INTO one FROM person_number n JOIN person p USING (person_id)
                    WHERE n.number = p_numbers[i] AND n.kind = 'personal_id'
                        AND n.superseded_at IS NULL
                    ORDER BY n.recorded_at DESC LIMIT 1;
                END IF;
            END IF;
            IF one.person_id IS NOT NULL THEN
                PERFORM set_config('app.actor', p_actors[i], true);
                INSERT INTO audit_entry
                    (action, outcome, purpose, subject_type, subject_id, request_id)
                VALUES ('person.read', 'read', p_purposes[i], 'person', one.person_id::text,
                    p_requests[i]);
                place := i;
                reading := one;
                RETURN NEXT;
            END IF;
        END LOOP;
    END
    $$
    """,
    # Several searches in one round trip and one commit, each under the communes of its own caller,
    # each with its line in the audit log. Every statement is planned for its own values: the beginning
    # of a name, a span of births and a list of communes each have a best index, and no plan fits all.
    # Likeness is the dear part, so it is computed once, and only of names that hold one of the three
    # pieces of what was typed: two errors spoil two of them.
    """
    CREATE FUNCTION search_persons(p_searches jsonb)
    RETURNS TABLE (place integer, found person) LANGUAGE plpgsql AS $$
    DECLARE
        one record;
        conditions text;
        shown bigint;
    BEGIN
        FOR one IN SELECT * FROM jsonb_to_recordset(p_searches) AS s (
            place integer, scope text, actor text, request text, purpose text, subject text,
            narrowed jsonb, communes text[], match text, name text, name_end text, pieces text[],
            alike real, born_from date, born_to date, number text, village text, verification text,
            after_sort text, after_id uuid, at_most bigint
        ) LOOP
            PERFORM set_config('app.communes', one.scope, true);
            conditions := concat_ws(' AND ',
                CASE WHEN cardinality(one.communes) = 1 THEN 'commune_code = ($1)[1]'
                    ELSE 'commune_code = ANY ($1)' END,
                CASE WHEN one.match = 'exact' THEN 'name_key = $2'
                    WHEN one.match = 'prefix' THEN 'name_key ~>=~ $2 AND name_key ~<~ $3'
                    WHEN one.match = 'similar' THEN
                        '(strpos(name_key, ($4)[1]) > 0 OR strpos(name_key, ($4)[2]) > 0'
                        ' OR strpos(name_key, ($4)[3]) > 0)' END,
                CASE WHEN one.born_from IS NOT NULL
                    THEN 'birth_date >= $5 AND birth_date < $6' END,
                CASE WHEN one.number IS NOT NULL THEN
                    'person_id = ANY (ARRAY('
                    'SELECT p.person_id FROM person p WHERE p.personal_id = $7'
                    ' UNION SELECT p.person_id FROM person p WHERE p.former_number = $7'
                    ' UNION SELECT n.person_id FROM person_number n'
                    ' WHERE n.number = $7 AND n.superseded_at IS NULL))' END,
                CASE WHEN one.village IS NOT NULL
                    THEN 'unaccent(lower(village)) = unaccent(lower($8))' END,
                CASE WHEN one.verification IS NOT NULL THEN 'verification = $9' END,
                CASE WHEN one.after_sort IS NOT NULL AND one.match IS DISTINCT FROM 'similar'
                    THEN '(name_sort, person_id) > ($10, $11)' END
            );
            RETURN QUERY EXECUTE CASE WHEN one.match = 'similar' THEN
                'WITH near AS MATERIALIZED ('
                ' SELECT person_id, similarity(name_key, $2) AS likeness'
                ' FROM person WHERE ' || conditions ||
                '), best AS MATERIALIZED ('
                ' SELECT person_id, likeness FROM near WHERE likeness >= $14'
                ' ORDER BY likeness DESC, person_id LIMIT $12'
                ') SELECT $13, person FROM best JOIN person USING (person_id)'
                ' ORDER BY likeness DESC, name_sort, person_id'
            ELSE
                'SELECT $13, person FROM person WHERE ' || conditions ||
                ' ORDER BY name_sort, person_id LIMIT $12'
            END
            USING one.communes, one.name, one.name_end, one.pieces, one.born_from, one.born_to,
                one.number, one.village, one.verification, one.after_sort, one.after_id,
                one.at_most, one.place, one.alike;
            GET DIAGNOSTICS shown = ROW_COUNT;
            PERFORM set_config('app.actor', one.actor, true);
            INSERT INTO audit_entry
                (action, outcome, purpose, subject_type, subject_id, request_id, detail)
            VALUES ('persons.listed', 'read', one.purpose, 'commune', one.subject, one.request,
                jsonb_build_object('by', one.narrowed, 'rows', shown));
        END LOOP;
    END
    $$
    """,
)
