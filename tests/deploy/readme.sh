# Functions of literal.sh. Sourced after stack.sh.
# shellcheck shell=bash disable=SC2154
server=$work/server
project=server
containers="postgres nats proxy registry eligibility disbursement reporting"
hostname=ansinh.test
https_port=8443
outside_port=9443
outside_ip=""
outside=()
unset ANSINH_IMAGE ANSINH_SECRETS ANSINH_NATS_CONFIG

compose() { (cd "$server" && docker-compose "$@"); }

leave() {
    [ ${#outside[@]} -eq 0 ] || kill "${outside[@]}" 2>/dev/null || true
    if [ "${status:-0}" -ne 0 ] && [ -d "$server" ]; then
        compose ps 2>/dev/null || true
        compose logs --no-color --tail=15 2>/dev/null | cut -c1-300 || true
    fi
    say "($((SECONDS - step_began)) s); in all $((SECONDS - began)) s"
    [ -z "${KEEP:-}" ] || { say "left as it is: $work"; return; }
    [ ! -d "$server" ] || COMPOSE_PROFILES=backup,workers,second-copy compose down --volumes --remove-orphans >/dev/null 2>&1 || true
    $docker image rm ansinh:local ansinh:next >/dev/null 2>&1 || true
    if [ -n "$started_engine" ]; then kill "$started_engine" 2>/dev/null || true; wait "$started_engine" 2>/dev/null || true; fi
    rm -rf "$work"
}

# The commands of one section of the page, in its order; `docker compose` is written docker-compose here.
commands_of() {
    awk -v section="## $1" '
        /^## / { inside = ($0 == section) }
        inside && /^ *```sh$/ { block = 1; next }
        /^ *```$/ { block = 0 }
        inside && block { sub(/^ +/, ""); print }
    ' "$server/deploy/README.md" | sed 's/docker compose/docker-compose/g'
}

run_section() { # section, file of the log
    local command
    commands_of "$1" >"$work/commands"
    [ -s "$work/commands" ] || fail "README has no commands under $1"
    while read -r command; do
        say "\$ $command"
        (cd "$server" && script -qefc "$command" /dev/null) >>"$2" 2>&1 </dev/null || { tail -30 "$2"; fail "README, $1: $command"; }
        [ "$command" != "cp .env.example .env" ] || fill_in
    done <"$work/commands"
}

copy_repository() {
    mkdir -p "$server"
    git ls-files -z --cached --others --exclude-standard | tar --null -T - -c | (umask 022 && tar -x -C "$server")
    local get=("$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary ":all:" -d "$server/deploy/wheels")
    "${get[@]}" --no-binary nkeys -r deploy/requirements.lock 2>"$work/pip.log" || { tail -5 "$work/pip.log"; fail "download of the locked packages"; }
    "${get[@]}" -r deploy/build.lock 2>"$work/pip.log" || { tail -5 "$work/pip.log"; fail "download of the build tools"; }
}

start_outside() { # the sandbox's issuer, reached as an outside provider is
    outside_ip=$(ip -4 -o addr show docker0 | awk '{sub("/.*", "", $4); print $4}')
    local tls=$work/outside secrets=$work/outside-secrets name
    mkdir -p "$tls" "$secrets" "$work/world" "$server/deploy/authorities"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=authority of the province" \
        -keyout "$tls/ca.key" -out "$tls/ca.pem" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=sso" -keyout "$tls/key.pem" -out "$tls/request.pem" 2>/dev/null
    printf 'subjectAltName=IP:%s\nextendedKeyUsage=serverAuth\n' "$outside_ip" >"$tls/extensions"
    openssl x509 -req -days 2 -in "$tls/request.pem" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial \
        -extfile "$tls/extensions" -out "$tls/certificate.pem" 2>/dev/null
    cp "$tls/ca.pem" "$server/deploy/authorities/province.pem"
    for name in registry eligibility disbursement portal bank post; do openssl rand -hex 16 >"$secrets/client_${name}_secret"; done
    for name in bank_signing_key post_signing_key disbursement_verify_key; do openssl rand -base64 32 >"$secrets/$name"; done
    date -u +%Y-%m-%dT%H:%M:%S+00:00 >"$work/world/clock"
    env ANSINH_PORT="$world_port" ANSINH_PUBLIC_URL="https://$outside_ip:$outside_port" ANSINH_WORLD_FOLDER="$work/world" \
        ANSINH_SECRETS_FOLDER="$secrets" ANSINH_BUSINESS_CLOCK_FILE="$work/world/clock" \
        "$python" -m sandbox.world >"$work/world.log" 2>&1 &
    outside+=($!)
    cat >"$work/outside.Caddyfile" <<CADDY
{
	admin off
	auto_https off
	storage file_system $work/outside/caddy
}
https://$outside_ip:$outside_port {
	bind $outside_ip
	tls $tls/certificate.pem $tls/key.pem
	reverse_proxy 127.0.0.1:$world_port
}
CADDY
    "$root/.venv/bin/caddy" run --config "$work/outside.Caddyfile" --adapter caddyfile >"$work/outside.log" 2>&1 &
    outside+=($!)
    for _ in $(seq 100); do
        ! curl -sf --cacert "$tls/ca.pem" "https://$outside_ip:$outside_port/issuer/jwks" >/dev/null || return 0
        sleep 0.3
    done
    tail -5 "$work/world.log" "$work/outside.log"
    fail "the outside does not start"
}

fill_in() { # .env as an operator fills it in; the images are those that stand in for the official ones
    local provider=https://$outside_ip:$outside_port/issuer
    set_variables ANSINH_HOSTNAME=$hostname ANSINH_PUBLIC_URL=https://$hostname:$https_port ANSINH_HTTPS_PORT=$https_port \
        ANSINH_OIDC_ISSUER="$provider" ANSINH_OIDC_JWKS_URL="$provider/jwks" ANSINH_TOKEN_URL="$provider/token" \
        ANSINH_POSTGRES_IMAGE="$postgres_image" ANSINH_NATS_IMAGE="$nats_image" ANSINH_PROXY_IMAGE="$caddy_image" COMPOSE_PROFILES=backup
    export ANSINH_BUILD_ARGUMENTS="--build-arg BASE_IMAGE=$base_image" DOCKER_BUILDKIT=0
}
set_variables() { # NAME=value...
    local each
    for each in "$@"; do
        sed -i "/^#\?${each%%=*}=/d" "$server/.env"
        printf '%s\n' "$each" >>"$server/.env"
    done
}

install_by_readme() {
    local began_install=$SECONDS
    run_section Install "$work/install.log"
    sed 's/^/   | /' "$work/install.log"
    say "installed and checked in $((SECONDS - began_install)) s, the image's build included"
    $docker cp "$(container proxy):/data/caddy/pki/authorities/local/root.crt" "$work/root.crt" >/dev/null
}

ask() {
    local path=$1
    shift
    curl --silent --max-time 60 --cacert "$work/root.crt" --resolve "$hostname:$https_port:127.0.0.1" "$@" "https://$hostname:$https_port$path"
}

exposed() {
    ln -sfn "$server/secrets" "$work/secrets"
    check_exposure ansinh:local
    check_proxy
    for name in registry eligibility disbursement reporting; do
        [ "$($docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' "$(container $name)" | grep ENVIRONMENT)" = ANSINH_ENVIRONMENT=production ] || fail "$name is not in production mode"
    done
}

client() { # command of the client, arguments
    # shellcheck disable=SC2016
    printf '127.0.0.1 localhost %s\n' "$hostname" >"$work/hosts"
    cat "$work/root.crt" "$work/outside/ca.pem" >"$work/trusted.pem"
    # shellcheck disable=SC2016
    unshare --mount bash -c 'mount --bind "$1" /etc/hosts && shift && exec "$@"' _ "$work/hosts" \
        env SSL_CERT_FILE="$work/trusted.pem" "$python" tests/deploy/client.py "https://$hostname:$https_port" \
        "https://$outside_ip:$outside_port/issuer/token" "$work/world/users.json" "$@"
}

one_person() { client register-and-wait || fail "a person does not reach every service"; }

install_again() {
    local before after
    before=$(cd "$server/secrets" && sha256sum -- * | sha256sum)
    for name in registry eligibility disbursement; do
        cp "$work/outside-secrets/client_${name}_secret" "$server/secrets/client_${name}_secret"
    done
    (cd "$server" && deploy/install) >"$work/again.log" 2>&1 || { tail -20 "$work/again.log"; fail "install cannot be run again"; }
    ! grep -q client_registry_secret "$work/again.log" || fail "install still asks for a secret that was given"
    after=$(cd "$server/secrets" && sha256sum -- * | sha256sum)
    [ "$before" != "$after" ] || fail "what others gave was lost"
    [ -z "$(find "$server/secrets" -type f ! -perm 0400 ! -perm 0440)" ] || fail "a secret that was written by hand is readable"
}

back_up_by_readme() {
    run_section "Back up" "$work/backup.log"
    grep '^backup:\|^restore:' "$work/backup.log" | tr -d '\r' | sed 's/^/   /'
    grep -q 'diễn tập phục hồi xong' "$work/backup.log" || { tail -20 "$work/backup.log"; fail "the drill did not finish"; }
}

next_image() { # the next release: the same programs, and a revision of the registry that only adds
    mkdir -p "$work/next"
    local head
    head=$($docker run --rm --network none ansinh:local python -c 'from common.database import migrations; print(migrations.head("registry.migrations"))')
    cat >"$work/next/next.py" <<REVISION
from alembic import op

revision, down_revision, additive = "next", "$head", True


def upgrade():
    op.execute("CREATE TABLE only_in_the_next_release (id bigint PRIMARY KEY)")
    op.execute("ALTER TABLE person ADD COLUMN only_in_the_next_release text")
REVISION
    cat >"$work/next/Dockerfile" <<'DOCKERFILE'
FROM ansinh:local
COPY next.py /opt/members/registry/migrations/versions/next.py
DOCKERFILE
    build ansinh:next "$work/next"
}

upgrade_under_load() {
    next_image
    local load
    rm -f "$work/stop"
    client load "$work/stop" "$work/answers.json" >"$work/load.log" 2>&1 &
    load=$!
    run_section Upgrade "$work/upgrade.log"
    sed 's/^/   | /' "$work/upgrade.log" | tr -d '\r'
    for name in registry eligibility disbursement reporting; do
        [ "$($docker inspect -f '{{.Config.Image}}' "$(container $name)")" = ansinh:local ] || fail "$name was not rolled back"
    done
    grep -q 'đang chạy ansinh:next' "$work/upgrade.log" || fail "the next release never ran"
    touch "$work/stop"
    wait "$load" || { cat "$work/load.log"; fail "POSTs were lost while the release was exchanged"; }
    sed 's/^/   /' "$work/load.log"
    client check "$work/answers.json" | sed 's/^/   /'
}
