#!/usr/bin/env bash
# deploy/README.md to the letter, in production mode: the commands of its sections are taken out of the page and run
# one after the other on a fresh copy of the repository. The OpenID provider is the sandbox's, but seen as a real one is:
# https, another host, a certificate of an authority of "the province". Needs root on Debian or Ubuntu.
#   KEEP=1    leave everything running        LIMIT=seconds    (default 1500)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
if [ -z "${ANSINH_DEPLOY_TEST:-}" ]; then
    exec env ANSINH_DEPLOY_TEST=1 nice -n 5 timeout --signal=TERM --kill-after=90 "${LIMIT:-1500}" bash "$0" "$@"
fi
# shellcheck source=tests/deploy/stack.sh
source tests/deploy/stack.sh
# shellcheck source=tests/deploy/readme.sh
source tests/deploy/readme.sh
trap 'status=$?; leave; exit $status' EXIT
trap 'exit 143' TERM INT
trap 'printf "stopped at line %s of %s\n" "$LINENO" "${BASH_SOURCE[0]}" >&2' ERR
set -E

step "tools"; need_tools; need_engine
step "base images"; base_images
step "a copy of the repository, packages for a build without a network"; copy_repository
step "the outside: a provider over https with an authority of the province"; start_outside
step "README: Install"; install_by_readme
step "exposure and proxy"; exposed
step "a person is registered and known in every service"; one_person
step "what others give, and install again"; install_again
step "README: Back up"; back_up_by_readme
step "README: Upgrade, with POSTs all the time"; upgrade_under_load
step "logs"; check_logs
say "all good"
