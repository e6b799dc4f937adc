#!/bin/sh
# A secret comes as a file: NAME_FILE=/run/secrets/… becomes NAME, unless NAME itself is set. User and password of NATS stand
# in one, so that they are of the same moment. Then this shell is gone.
set -eu
if [ -z "${NATS_PASSWORD:-}" ] && [ -n "${NATS_LOGIN_FILE:-}" ]; then
  read -r NATS_USER NATS_PASSWORD <"$NATS_LOGIN_FILE"
  export NATS_USER NATS_PASSWORD
fi
for name in SLUICE_ADMIN_KEY MONGO_URL NATS_PASSWORD; do
  eval "value=\${$name:-} file=\${${name}_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then
    value=$(cat "$file")
    export "$name=$value"
  fi
done
exec "$@"
