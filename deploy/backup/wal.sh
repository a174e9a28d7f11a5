#!/bin/sh
# Receives the log of PostgreSQL as it is written, so that at most the last moments can be lost.
# The slot makes the server keep what was not received yet (max_slot_wal_keep_size bounds that).
set -eu
PGPASSWORD=$(cat /run/secrets/backup_password)
export PGPASSWORD
slot=ansinh_wal
mkdir -p "$BACKUPS/wal"
umask 077
until pg_receivewal --directory="$BACKUPS/wal" --slot="$slot" --create-slot --if-not-exists --no-password; do
    echo "wal: the slot could not be made yet; trying again" >&2
    sleep 5
done
exec pg_receivewal --directory="$BACKUPS/wal" --slot="$slot" --synchronous --no-password --verbose
