#!/bin/sh
# Backups of one PostgreSQL server, with its own tools, on a folder of another disk or machine.
#   full          base backup, verified          incremental   what changed since the last base backup
#   dump          pg_dump of each database       verify        check every base backup again
#   prune         delete what is older than KEEP_DAYS, but never the newest chain
set -eu
umask 077
PGPASSWORD=$(cat /run/secrets/backup_password)
export PGPASSWORD
databases="registry eligibility disbursement reporting"
base=$BACKUPS/base
dumps=$BACKUPS/dump
now=$(date -u +%Y%m%dT%H%M%SZ)

newest() { find "$1" -mindepth 1 -maxdepth 1 -type d ! -name '*.part' 2>/dev/null | sort | tail -1; }

take() { # kind, more arguments of pg_basebackup
    kind=$1
    shift
    target=$base/$now-$kind
    mkdir -p "$base"
    pg_basebackup --pgdata="$target.part" --format=plain --wal-method=stream --checkpoint=fast \
        --manifest-checksums=SHA256 --no-password "$@"
    pg_verifybackup --quiet "$target.part"
    mv "$target.part" "$target"
    sync
    mkdir -p "$BACKUPS/status"
    touch "$BACKUPS/status/base"
    echo "backup: $target $(du -sh "$target" | cut -f1)"
}

dump() {
    mkdir -p "$dumps/$now.part"
    for database in $databases; do
        pg_dump --format=directory --jobs=2 --compress=gzip:6 --no-password \
            --file="$dumps/$now.part/$database" "$database"
        pg_restore --list "$dumps/$now.part/$database" | grep -q 'TABLE DATA'
    done
    mv "$dumps/$now.part" "$dumps/$now"
    sync
    echo "backup: $dumps/$now $(du -sh "$dumps/$now" | cut -f1)"
}

prune() {
    days=${KEEP_DAYS:-35}
    rm -rf "$base"/*.part "$dumps"/*.part
    # A chain begins with a full backup; it goes when its successor is old enough.
    previous=""
    for full in $(find "$base" -mindepth 1 -maxdepth 1 -name '*-full' 2>/dev/null | sort); do
        if [ -n "$previous" ] && [ -n "$(find "$full" -maxdepth 0 -mtime "+$days")" ]; then
            first=$(basename "$full")
            for old in "$base"/*; do
                if expr "$(basename "$old")" \< "$first" >/dev/null; then rm -rf "$old"; fi
            done
        fi
        previous=$full
    done
    find "$dumps" -mindepth 1 -maxdepth 1 -type d -mtime "+$days" -exec rm -rf {} + 2>/dev/null || true
    oldest=$(find "$base" -mindepth 1 -maxdepth 1 -name '*-full' 2>/dev/null | sort | head -1)
    if [ -n "$oldest" ] && [ -d "$BACKUPS/wal" ]; then
        segment=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\)).*/\1/p' "$oldest/backup_label")
        pg_archivecleanup "$BACKUPS/wal" "$segment"
    fi
    echo "backup: pruned"
}

case ${1:-help} in
full) take full ;;
incremental)
    last=$(newest "$base")
    [ -n "$last" ] || { echo "backup: no base backup yet; run full first" >&2; exit 1; }
    take incremental --incremental="$last/backup_manifest"
    ;;
dump) dump ;;
verify)
    for each in "$base"/*; do
        [ -d "$each" ] || { echo "backup: nothing to verify" >&2; exit 1; }
        pg_verifybackup --quiet "$each"
        echo "backup: $each is whole"
    done
    ;;
prune) prune ;;
*) sed -n '2,7p' "$0" ;;
esac
