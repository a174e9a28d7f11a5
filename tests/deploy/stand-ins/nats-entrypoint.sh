#!/bin/sh
# As the official entry point: options alone mean the server.
set -eu
case ${1:-nats-server} in -*) set -- nats-server "$@" ;; esac
exec "$@"
