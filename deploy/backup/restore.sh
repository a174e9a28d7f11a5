#!/bin/sh
# Restores the newest chain of base backups and all received log. PostgreSQL of the stack is stopped.
#   drill               restore beside the backups, start there, count rows, throw away: changes nothing
#   into-empty-volume   restore into the data volume, which must be empty; the next start replays the log
# TARGET_TIME='2026-12-18 09:00:00+07' stops the replay at that moment.
set -eu
umask 077
base=$BACKUPS/base
postgres_bin=$(dirname "$(command -v postgres || ls /usr/lib/postgresql/18/bin/postgres)")
PATH=$postgres_bin:$PATH

chain() { # the newest full backup and the incremental ones after it, oldest first
    full=$(find "$base" -mindepth 1 -maxdepth 1 -name '*-full' | sort | tail -1)
    [ -n "$full" ] || { echo "restore: no full backup in $base" >&2; exit 1; }
    first=$(basename "$full")
    for each in $(find "$base" -mindepth 1 -maxdepth 1 -type d ! -name '*.part' | sort); do
        if ! expr "$(basename "$each")" \< "$first" >/dev/null; then echo "$each"; fi
    done
}

lay_out() { # target folder, empty
    target=$1
    set -- $(chain)
    echo "restore: from $(basename "$1") and $(($# - 1)) incremental"
    if [ $# -eq 1 ]; then
        mkdir -p "$target"
        cp -a "$1/." "$target/"
    else
        pg_combinebackup --output="$target" "$@"
    fi
    chmod 0700 "$target"
    {
        # The last segment is still called .partial; it is complete up to where it was received.
        echo "restore_command = 'cp $BACKUPS/wal/%f \"%p\" || cp $BACKUPS/wal/%f.partial \"%p\"'"
        if [ -n "${TARGET_TIME:-}" ]; then
            echo "recovery_target_time = '$TARGET_TIME'"
            echo "recovery_target_action = 'promote'"
        fi
    } >>"$target/postgresql.auto.conf"
    touch "$target/recovery.signal"
}

drill() {
    place=$BACKUPS/drill
    rm -rf "$place"
    lay_out "$place"
    began=$(date +%s)
    pg_ctl --pgdata="$place" --wait --timeout=600 --silent --log="$place.log" \
        --options="-c config_file=/etc/postgresql/postgresql.conf -c listen_addresses='' -c shared_buffers=128MB -c archive_mode=off -c summarize_wal=off" \
        start
    PGPASSWORD=$(cat /run/secrets/postgres_superuser_password)
    export PGPASSWORD PGUSER=postgres PGHOST=/var/run/postgresql
    until [ "$(psql --no-psqlrc -Atc 'SELECT pg_is_in_recovery()' postgres)" = f ]; do sleep 1; done
    for database in registry eligibility disbursement reporting; do
        rows=0
        for table in $(psql --no-psqlrc -Atd "$database" -c \
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"); do
            count=$(psql --no-psqlrc -Atd "$database" -c "SELECT count(*) FROM public.$table")
            rows=$((rows + count))
        done
        echo "restore: drill: $database has $rows rows"
    done
    pg_ctl --pgdata="$place" --mode=fast --wait --silent stop
    rm -rf "$place" "$place.log"
    echo "restore: drill finished after $(($(date +%s) - began)) s"
}

case ${1:-help} in
drill) drill ;;
into-empty-volume)
    if [ -e "$PGDATA/PG_VERSION" ]; then
        echo "restore: $PGDATA holds a cluster; nothing was changed. Remove the volume first." >&2
        exit 1
    fi
    mkdir -p "$(dirname "$PGDATA")"
    rm -rf "$PGDATA"
    lay_out "$PGDATA"
    echo "restore: done; start postgres, which replays the log"
    ;;
*) sed -n '2,5p' "$0" ;;
esac
