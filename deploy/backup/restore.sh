#!/bin/sh
# Restores the newest chain of base backups and all received log. PostgreSQL of the stack is stopped.
#   drill               restore beside the backups, start there, count rows, throw away: changes nothing
#   into-empty-volume   restore into the data volume, which must be empty, and replay the log
# BACKUPS=/backups/before-<time> restores from what was set aside by an earlier restore.
# TARGET_TIME='2026-12-18 09:00:00+07' stops the replay at that moment.
set -eu
umask 077
base=$BACKUPS/base
postgres_bin=$(dirname "$(command -v postgres || ls /usr/lib/postgresql/18/bin/postgres)")
PATH=$postgres_bin:$PATH

chain() { # the newest full backup before the moment, and the incremental ones after it, oldest first
    limit=99999999T999999Z
    [ -z "${TARGET_TIME:-}" ] || limit=$(date -u -d "$TARGET_TIME" +%Y%m%dT%H%M%SZ)
    chosen=$(find "$base" -mindepth 1 -maxdepth 1 -type d ! -name '*.part' | sort \
        | while read -r each; do if expr "$(basename "$each")" \< "$limit" >/dev/null; then echo "$each"; fi; done)
    full=$(echo "$chosen" | grep -e '-full$' | tail -1)
    [ -n "$full" ] || { echo "restore: no full backup in $base before ${TARGET_TIME:-now}" >&2; exit 1; }
    echo "$chosen" | sed -n "\|^$full\$|,\$p"
}

lay_out() { # target folder, empty
    target=$1
    chosen=$(chain)
    # shellcheck disable=SC2086 # one argument for each backup; their names hold no blanks
    set -- $chosen
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

replay() { # folder that was laid out: starts there, waits until the log is replayed, leaves it running
    began=$(date +%s)
    pg_ctl --pgdata="$1" --wait --timeout=3600 --silent --log="$BACKUPS/restore.log" \
        --options="-c config_file=/etc/postgresql/postgresql.conf -c listen_addresses='' -c shared_buffers=128MB -c summarize_wal=off" \
        start
    PGPASSWORD=$(cat /run/secrets/postgres_superuser_password)
    export PGPASSWORD PGUSER=postgres PGHOST=/var/run/postgresql
    until [ "$(psql --no-psqlrc -Atc 'SELECT pg_is_in_recovery()' postgres)" = f ]; do sleep 1; done
    echo "restore: log replayed in $(($(date +%s) - began)) s, up to $(psql --no-psqlrc -Atc 'SELECT pg_current_wal_lsn()' postgres)"
}

stop() { # folder; a clean stop, so that the next start has nothing to replay
    pg_ctl --pgdata="$1" --mode=fast --wait --timeout=600 --silent stop
    rm -f "$BACKUPS/restore.log"
}

count() {
    for database in registry eligibility disbursement reporting; do
        rows=0
        for table in $(psql --no-psqlrc -Atd "$database" -c \
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"); do
            rows=$((rows + $(psql --no-psqlrc -Atd "$database" -c "SELECT count(*) FROM public.$table")))
        done
        echo "restore: $database has $rows rows"
    done
}

case ${1:-help} in
drill)
    place=$BACKUPS/drill
    rm -rf "$place"
    lay_out "$place"
    replay "$place"
    count
    stop "$place"
    rm -rf "$place"
    echo "restore: drill finished"
    ;;
into-empty-volume)
    if [ -e "$PGDATA/PG_VERSION" ]; then
        echo "restore: $PGDATA holds a cluster; nothing was changed. Remove the volume first." >&2
        exit 1
    fi
    # Beside its final place, which stays empty until everything is there.
    place=$(dirname "$PGDATA")/restoring
    mkdir -p "$(dirname "$PGDATA")"
    rm -rf "$place" "$PGDATA"
    lay_out "$place"
    # The server of the stack does not see the backups, so the log is replayed here.
    replay "$place"
    count
    stop "$place"
    sed -i '/^restore_command = /d; /^recovery_target/d' "$place/postgresql.auto.conf"
    mv "$place" "$PGDATA"
    # From here the log goes another way: old backups and their log stay together, new ones begin.
    before=$BACKUPS/before-$(date -u +%Y%m%dT%H%M%SZ)
    mkdir -p "$before"
    mv "$base" "$BACKUPS/wal" "$before/"
    echo "restore: done; docker compose up -d, then a full backup. The old ones are in $(basename "$before")"
    ;;
*) sed -n '2,6p' "$0" ;;
esac
