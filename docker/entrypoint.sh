#!/bin/sh
# A secret comes as a file: NAME_FILE=/run/secrets/… becomes NAME, unless NAME itself is set. Then this shell is gone.
set -eu
for name in SLUICE_ADMIN_KEY MONGO_URL NATS_PASSWORD; do
  eval "value=\${$name:-} file=\${${name}_FILE:-}"
  if [ -z "$value" ] && [ -n "$file" ]; then
    value=$(cat "$file")
    export "$name=$value"
  fi
done
exec "$@"
