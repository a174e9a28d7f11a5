#!/bin/sh
# What the stack uses of the official entry point: PGDATA, POSTGRES_PASSWORD_FILE, POSTGRES_INITDB_ARGS.
set -eu
case ${1:-postgres} in -*) set -- postgres "$@" ;; esac
if [ "$1" = postgres ] && [ ! -e "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"
    chmod 0700 "$PGDATA"
    # shellcheck disable=SC2086 # several arguments are meant
    initdb --pgdata="$PGDATA" --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" ${POSTGRES_INITDB_ARGS:-}
fi
exec "$@"
