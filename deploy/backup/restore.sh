#!/bin/sh
# Restores the newest chain of base backups and all received log. PostgreSQL of the stack is stopped.
#   check               is every part of the newest chain, and the log after it, whole? Changes nothing
#   drill               check, restore beside the backups, start there, amcheck, count rows, throw away
#   into-empty-volume   the same into the data volume, which must be empty
# Nothing is restored from damaged backups or from a log with a hole: the message says up to where it is whole.
# BACKUPS=/backups/before-<time> restores from what was set aside by an earlier restore.
# TARGET_TIME='2026-12-18 09:00:00+07' stops the replay at that moment.
# HOLD=1 with drill: leaves the server running on the network until the file drill-done appears (deploy/drill).
# ACCEPT_LOSS=yes restores up to the hole or the damage of the log; what came after is lost.
set -eu
umask 077
base=$BACKUPS/base
scratch=${SCRATCH:-/tmp}
segments=$scratch/segments
postgres_bin=$(dirname "$(command -v postgres || ls /usr/lib/postgresql/18/bin/postgres)")
PATH=$postgres_bin:$PATH

refuse() { # text, next step
    echo "restore: LỖI: $1" >&2
    echo "restore:   -> $2" >&2
    exit 1
}

chain() { # the newest full backup before the moment, and the incremental ones after it, oldest first
    limit=99999999T999999Z
    [ -z "${TARGET_TIME:-}" ] || limit=$(date -u -d "$TARGET_TIME" +%Y%m%dT%H%M%SZ)
    chosen=$(find "$base" -mindepth 1 -maxdepth 1 -type d ! -name '*.part' 2>/dev/null | sort \
        | while read -r each; do if expr "$(basename "$each")" \< "$limit" >/dev/null; then echo "$each"; fi; done)
    full=$(echo "$chosen" | grep -e '-full$' | tail -1)
    [ -n "$full" ] || refuse "không có bản sao lưu đầy đủ nào trước ${TARGET_TIME:-bây giờ}" "kiểm tra thư mục $base"
    echo "$chosen" | sed -n "\|^$full\$|,\$p"
}

check_backups() { # every file against the manifest's checksum, the log inside it read record by record
    for each in $1; do
        pg_verifybackup --quiet "$each" >"$scratch/verify" 2>&1 || {
            head -5 "$scratch/verify" >&2
            refuse "bản sao lưu $(basename "$each") bị hỏng" \
                "dùng bản trước đó: TARGET_TIME trước $(basename "$each"), hoặc bản ở máy thứ hai"
        }
        echo "restore: $(basename "$each") is whole"
    done
}

# The received log from the last backup on: every segment there, of full length, every record with its checksum.
check_log() { # last backup of the chain
    rm -rf "$segments"
    mkdir -p "$segments"
    first=$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\)).*/\1/p' "$1/backup_label")
    timeline=$(echo "$first" | cut -c1-8)
    for file in "$BACKUPS/wal/$timeline"*; do
        [ -f "$file" ] || continue
        name=$(basename "$file" .partial)
        [ ${#name} -eq 24 ] || continue
        if expr "$name" \< "$first" >/dev/null; then continue; fi
        [ -e "$segments/$name" ] || ln -s "$file" "$segments/$name"
    done
    for file in "$1"/pg_wal/"$timeline"*; do
        [ ! -f "$file" ] || [ -e "$segments/$(basename "$file")" ] || ln -s "$file" "$segments/$(basename "$file")"
    done
    last=$(ls "$segments" | sort | tail -1)
    [ -n "$last" ] || refuse "không có nhật ký giao dịch (WAL) nào" "kiểm tra $BACKUPS/wal"
    # pg_waldump reads until something is wrong; where that is tells whether it is the end, a hole or damage.
    pg_waldump --quiet --path="$segments" --timeline="$((0x$timeline))" --start="$(start_of "$1")" --end=FFFFFFFF/0 \
        >/dev/null 2>"$scratch/waldump" || true
    missing=$(sed -n 's/.*could not find file "\([0-9A-F]*\)".*/\1/p' "$scratch/waldump")
    cut=$(sed -n 's/.*could not read from file "\([0-9A-F]*\)".*/\1/p' "$scratch/waldump")
    if [ -n "$cut" ]; then
        end=$(lsn_of "$cut") whole=no
    elif [ -n "$missing" ]; then
        end=$(lsn_of "$missing")
        whole=$([ "$missing" = "$(next_of "$last")" ] && echo yes || echo no)
    else
        end=$(grep -o 'at [0-9A-F]*/[0-9A-F]*' "$scratch/waldump" | tail -1 | cut -c4-)
        [ -n "$end" ] || refuse "không đọc được nhật ký" "$(head -1 "$scratch/waldump")"
        whole=$(nothing_after "$end" && echo yes || echo no)
    fi
    if [ "$whole" = yes ]; then
        echo "restore: the log is whole up to $end"
        return
    fi
    [ "${ACCEPT_LOSS:-}" = yes ] || refuse "nhật ký bị hỏng hoặc thiếu từ $end; đoạn cuối nhận được là $last" \
        "tìm các đoạn từ $(segment_of "$end" "$timeline") ở máy thứ hai; hoặc ACCEPT_LOSS=yes để phục hồi đến đó và mất phần sau"
    echo "restore: ACCEPTED LOSS of everything after $end"
}
nothing_after() { # LSN of the record that cannot be read: is it the end of what was received?
    stopped_in=$(segment_of "$1" "$timeline")
    offset=$((0x${1#*/} % 16777216))
    if [ "$stopped_in" != "$last" ]; then
        # Only an unused segment may follow, and nothing but zeros in this one.
        [ "$(next_of "$stopped_in")" = "$last" ] && ! has_bytes "$segments/$last" 0 || return 1
    fi
    [ -e "$segments/$stopped_in" ] || return 0
    # A record that was received in part is the end; bytes behind its length are other records.
    length=$(od -An -tu4 -j "$offset" -N 4 "$segments/$stopped_in" | tr -d ' ')
    [ "${length:-0}" -le 16777216 ] || length=0
    ! has_bytes "$segments/$stopped_in" "$((offset + ${length:-0} + 8192 * (${length:-0} > 0)))"
}
has_bytes() { # file, offset: anything but zeros from there on
    [ -n "$(tail -c "+$(($2 + 1))" "$1" | tr -d '\000' | head -c 1 | od -An -tx1)" ]
}
start_of() { sed -n 's/^START WAL LOCATION: \([0-9A-F/]*\).*/\1/p' "$1/backup_label"; }
segment_of() { # LSN, timeline: name of the 16 MB segment
    printf '%s%08X%08X' "$2" "$((0x${1%/*}))" "$((0x${1#*/} / 16777216))"
}
lsn_of() { # segment: where it begins
    printf '%X/%X' "$((0x$(echo "$1" | cut -c9-16)))" "$((0x$(echo "$1" | cut -c17-24) * 16777216))"
}
next_of() { # segment
    high=$((0x$(echo "$1" | cut -c9-16))) low=$((0x$(echo "$1" | cut -c17-24) + 1))
    [ "$low" -lt 256 ] || { high=$((high + 1)); low=0; }
    printf '%s%08X%08X' "$(echo "$1" | cut -c1-8)" "$high" "$low"
}

lay_out() { # target folder, empty; the chosen backups
    target=$1
    shift
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

sql() { psql --no-psqlrc -At "$@"; }

replay() { # folder that was laid out, addresses to listen on: starts there, waits until the log is replayed
    began=$(date +%s)
    pg_ctl --pgdata="$1" --wait --timeout=3600 --silent --log="$BACKUPS/restore.log" \
        --options="-c config_file=/etc/postgresql/postgresql.conf -c listen_addresses='$2' -c shared_buffers=128MB -c summarize_wal=off" \
        start || { tail -5 "$BACKUPS/restore.log" >&2; refuse "không phát lại được nhật ký" "đọc $BACKUPS/restore.log"; }
    PGPASSWORD=$(cat /run/secrets/postgres_superuser_password)
    export PGPASSWORD PGUSER=postgres PGHOST=/var/run/postgresql
    until [ "$(sql -c 'SELECT pg_is_in_recovery()' postgres)" = f ]; do sleep 1; done
    reached=$(sql -c 'SELECT pg_current_wal_lsn()' postgres)
    if [ -z "${TARGET_TIME:-}" ] && [ "$(sql -c "SELECT '$reached'::pg_lsn >= '$end'::pg_lsn" postgres)" != t ]; then
        refuse "chỉ phát lại được đến $reached, nhật ký có đến $end" "đọc $BACKUPS/restore.log; không dùng dữ liệu này"
    fi
    echo "restore: log replayed in $(($(date +%s) - began)) s, up to $reached"
}

check_data() { # indexes and tables page by page, then the rows
    for database in registry eligibility disbursement reporting; do
        sql -qd "$database" -c 'CREATE EXTENSION IF NOT EXISTS amcheck'
        pg_amcheck --heapallindexed --database="$database" >"$scratch/amcheck" 2>&1 || {
            head -5 "$scratch/amcheck" >&2
            refuse "cấu trúc của $database bị hỏng (amcheck)" "không dùng dữ liệu này; thử bản sao lưu trước đó"
        }
        sql -qd "$database" -c 'DROP EXTENSION amcheck'
        rows=0
        for table in $(sql -d "$database" -c "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"); do
            rows=$((rows + $(sql -d "$database" -c "SELECT count(*) FROM public.$table")))
        done
        echo "restore: $database has $rows rows, amcheck found nothing"
    done
}

stop() { # folder; a clean stop, so that the next start has nothing to replay
    pg_ctl --pgdata="$1" --mode=fast --wait --timeout=600 --silent stop
    rm -f "$BACKUPS/restore.log"
}

hold() { # until the invariants were asked for, ten minutes at most
    rm -f "$BACKUPS/drill-done"
    echo "restore: ready for invariants"
    waited=0
    until [ -e "$BACKUPS/drill-done" ] || [ "$waited" -ge 600 ]; do
        sleep 1
        waited=$((waited + 1))
    done
    rm -f "$BACKUPS/drill-done"
}

case ${1:-help} in
check | drill | into-empty-volume)
    if [ "$1" = into-empty-volume ] && [ -e "$PGDATA/PG_VERSION" ]; then
        refuse "$PGDATA đang có dữ liệu; không có gì bị thay đổi" "xóa ổ trước: docker volume rm <project>_postgres-data"
    fi
    chosen=$(chain)
    check_backups "$chosen"
    check_log "$(echo "$chosen" | tail -1)"
    ;;
esac

case ${1:-help} in
check) echo "restore: everything is whole" ;;
drill)
    place=$BACKUPS/drill
    rm -rf "$place"
    # shellcheck disable=SC2086 # one argument for each backup; their names hold no blanks
    lay_out "$place" $chosen
    replay "$place" "${HOLD:+*}"
    check_data
    [ -z "${HOLD:-}" ] || hold
    stop "$place"
    rm -rf "$place"
    mkdir -p "$BACKUPS/status"
    touch "$BACKUPS/status/drill"
    echo "restore: drill finished"
    ;;
into-empty-volume)
    # Beside its final place, which stays empty until everything is there.
    place=$(dirname "$PGDATA")/restoring
    mkdir -p "$(dirname "$PGDATA")"
    rm -rf "$place" "$PGDATA"
    # shellcheck disable=SC2086 # one argument for each backup
    lay_out "$place" $chosen
    # The server of the stack does not see the backups, so the log is replayed here.
    replay "$place" ""
    check_data
    stop "$place"
    sed -i '/^restore_command = /d; /^recovery_target/d' "$place/postgresql.auto.conf"
    mv "$place" "$PGDATA"
    # From here the log goes another way: old backups and their log stay together, new ones begin.
    before=$BACKUPS/before-$(date -u +%Y%m%dT%H%M%SZ)
    mkdir -p "$before"
    mv "$base" "$BACKUPS/wal" "$before/"
    echo "restore: done; deploy/install, invariants, then a full backup. The old ones are in $(basename "$before")"
    ;;
*) sed -n '2,11p' "$0" ;;
esac
