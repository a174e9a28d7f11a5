#!/usr/bin/env bash
# The stack in Docker, for real (make test-deploy): builds the image without a network, brings the
# stack up, tells the main story through the proxy over TLS, restarts and kills each container, takes
# it down and up again, compares every figure, loses the database and restores it. Needs root on Debian or Ubuntu.
#   KEEP=1          leave the stack running and the images in place
#   LIMIT=seconds   for a machine that is busy with other things (default 1110)
#   REAL_IMAGES=1   pull postgres:18, nats:2.15-alpine, caddy:2.11.7, python:3.11-slim-bookworm instead of stand-ins
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
if [ -z "${ANSINH_DEPLOY_TEST:-}" ]; then
    exec env ANSINH_DEPLOY_TEST=1 nice -n 10 timeout --signal=TERM --kill-after=90 "${LIMIT:-1110}" bash "$0" "$@"
fi
# shellcheck source=tests/deploy/stack.sh
source tests/deploy/stack.sh
trap 'status=$?; finish; exit $status' EXIT
trap 'exit 143' TERM INT

step "tools"
need_tools
need_engine
step "base images"
base_images
step "image of the services, without a network"
build_images
check_image
step "secrets"
make_secrets
make_certificate
write_settings
step "up"
compose up -d --no-build --quiet-pull >"$work/up.log" 2>&1 || { cat "$work/up.log"; fail "the stack does not start"; }
wait_healthy all
check_exposure
check_proxy
step "the main story through the proxy"
tell_story first
check_invariants
step "each container restarted in turn"
restart_each
step "killed: PostgreSQL, NATS, disbursement"
kill_some
step "backup: full, incremental, log, dumps"
back_up
check_logs
step "down and up again"
compose down >"$work/down.log" 2>&1 || { cat "$work/down.log"; fail "down"; }
compose up -d --no-build >"$work/up2.log" 2>&1 || { cat "$work/up2.log"; fail "the stack does not start again"; }
wait_healthy all
step "the main story a second time: nothing changes"
tell_story second
compare_stories
check_invariants
check_logs
step "what it needs"
memory
step "the volume of PostgreSQL is lost and restored"
lose_and_restore
check_invariants
say "all good"
