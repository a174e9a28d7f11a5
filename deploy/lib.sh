# Functions shared by the commands of this folder. Sourced by POSIX sh; needs nothing on the host but Docker.
# shellcheck shell=sh
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
docker=${DOCKER:-docker}

say() { printf '%s\n' "$*"; }
fail() { # text, next step
    printf 'LỖI: %s\n' "$1" >&2
    [ -z "${2:-}" ] || printf '  -> %s\n' "$2" >&2
    exit 1
}

# A setting as Compose sees it: the environment wins over .env; quotes around a value are not part of it.
setting() { # name, default
    eval "set -- \"\$1\" \"\${2:-}\" \"\${$1:-}\""
    if [ -n "$3" ]; then
        printf '%s' "$3"
        return
    fi
    found=$(sed -n "s/^$1=//p" "$root/.env" 2>/dev/null | tail -1 | sed -e 's/[[:space:]]*$//' -e 's/^"\(.*\)"$/\1/' -e "s/^'\(.*\)'\$/\1/")
    printf '%s' "${found:-$2}"
}

# A path of .env as the host sees it: relative ones count from the project's folder, as in Compose.
path_setting() { # name, default
    found=$(setting "$1" "$2")
    case $found in /*) printf '%s' "$found" ;; *) printf '%s/%s' "$root" "${found#./}" ;; esac
}

find_compose() {
    if [ -n "${COMPOSE:-}" ]; then
        return
    elif $docker compose version >/dev/null 2>&1; then
        COMPOSE="$docker compose"
    elif command -v docker-compose >/dev/null 2>&1; then
        COMPOSE=docker-compose
    else
        fail "không tìm thấy Docker Compose" "cài docker-compose-plugin (v2) hoặc docker-compose 1.29"
    fi
}
compose() { # shellcheck disable=SC2086 # COMPOSE may be two words
    (cd "$root" && $COMPOSE "$@")
}
image() { setting ANSINH_IMAGE ansinh:local; }
container() { compose ps -q "$1" 2>/dev/null | head -1; }
health() { # container id: healthy, unhealthy, starting, exited, missing
    [ -n "$1" ] || { printf missing; return; }
    $docker inspect -f '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}' "$1" 2>/dev/null || printf missing
}
# Services that stay up with the profiles of .env, and jobs that must have ended with 0.
lasting() { # the second copies and workers only when their profile is on
    names="postgres nats streams registry eligibility disbursement reporting proxy"
    case ",$(setting COMPOSE_PROFILES)," in *,workers,*) names="$names registry-worker eligibility-worker disbursement-worker reporting-worker" ;; esac
    case ",$(setting COMPOSE_PROFILES)," in *,second-copy,*) names="$names registry-second eligibility-second disbursement-second reporting-second" ;; esac
    printf '%s' "$names"
}
wait_healthy() { # seconds, names
    limit=$(($(date +%s) + $1))
    shift
    for name in "$@"; do
        until [ "$(health "$(container "$name")")" = healthy ]; do
            if [ "$(date +%s)" -ge "$limit" ]; then
                compose logs --no-color --tail=20 "$name" >&2 || true
                fail "$name chưa sẵn sàng ($(health "$(container "$name")"))" \
                    "đọc nhật ký ở trên; chạy: $COMPOSE exec $name python -m ${name%%-*} doctor"
            fi
            sleep 1
        done
    done
}
