"""What a database of a service holds besides rows, as plain values that two databases can share."""

from __future__ import annotations

import asyncpg

Structure = dict[str, dict[str, str]]
"""Kind of thing -> its name -> its definition, as PostgreSQL words it."""

_OURS = "n.nspname = 'public' AND c.relname NOT LIKE 'alembic%'"

_QUERIES = {
    "column": f"""
        SELECT c.relname || '.' || a.attname, concat_ws(' ', format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            'identity ' || nullif(a.attidentity::text, ''),
            'generated ' || nullif(a.attgenerated::text, ''),
            'default ' || pg_get_expr(d.adbin, d.adrelid))
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE {_OURS} AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "constraint": f"""
        SELECT c.relname || '.' || o.conname, pg_get_constraintdef(o.oid, true)
        FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_OURS} AND o.contype <> 'n'
    """,
    "index": f"""
        SELECT c.relname || '.' || i.indexname, i.indexdef
        FROM pg_indexes i JOIN pg_class c ON c.relname = i.tablename
        JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = i.schemaname
        WHERE {_OURS}
    """,
    "policy": f"""
        SELECT c.relname || '.' || p.polname, concat_ws(' ', p.polcmd, p.polpermissive, p.polroles::regrole[],
            'using', pg_get_expr(p.polqual, p.polrelid, true),
            'check', pg_get_expr(p.polwithcheck, p.polrelid, true))
        FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_OURS}
    """,
    "trigger": f"""
        SELECT c.relname || '.' || t.tgname, pg_get_triggerdef(t.oid, true)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_OURS} AND NOT t.tgisinternal
    """,
    "function": """
        SELECT p.oid::regprocedure::text, pg_get_functiondef(p.oid)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname = 'public' AND p.prokind IN ('f', 'p')
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    """,
    "view": f"""
        SELECT c.relname, concat_ws(' ', c.reloptions::text, pg_get_viewdef(c.oid, true))
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_OURS} AND c.relkind IN ('v', 'm')
    """,
    "table": f"""
        SELECT c.relname, concat_ws(' ', 'kind', c.relkind, 'secured', c.relrowsecurity,
            'forced', c.relforcerowsecurity, c.reloptions::text)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_OURS} AND c.relkind IN ('r', 'p')
    """,
    "privilege": f"""
        SELECT concat_ws('.', c.relname, a.attname), (
            SELECT string_agg(g.grantee::regrole::text || ':' || g.privilege_type, ' '
                ORDER BY g.grantee::regrole::text, g.privilege_type)
            FROM aclexplode(coalesce(a.attacl, c.relacl)) g)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN LATERAL (
            SELECT NULL::name AS attname, NULL::aclitem[] AS attacl UNION ALL
            SELECT attname, attacl FROM pg_attribute WHERE attrelid = c.oid AND attacl IS NOT NULL
        ) a ON true
        WHERE {_OURS} AND c.relkind IN ('r', 'v', 'm', 'S')
    """,
    "extension": "SELECT extname, '' FROM pg_extension WHERE extname <> 'plpgsql'",
}


async def structure_of(connection: asyncpg.Connection[asyncpg.Record]) -> Structure:
    """Read tables, columns, constraints, indexes, policies, triggers, functions, views, privileges.

    Args:
        connection: of a superuser, who sees what is granted to nobody.
    """
    return {
        kind: {name: text or "" for name, text in await connection.fetch(query)}
        for kind, query in _QUERIES.items()
    }


def differences(one: Structure, other: Structure) -> list[str]:
    """Name what stands in only one of two databases or is defined otherwise there."""
    return [
        f"{kind} {name}: {mine.get(name, 'missing')} | {theirs.get(name, 'missing')}"
        for kind in _QUERIES
        for mine, theirs in [(one[kind], other[kind])]
        for name in sorted(mine.keys() | theirs.keys())
        if mine.get(name) != theirs.get(name)
    ]
