# What docker/upgrade and docker/rotate-secrets do to a running compose installation, step by step; they read it in. Which
# installation: COMPOSE_PROJECT_NAME, COMPOSE_FILE.

patience_seconds=300

say() { printf '%s: %s\n' "${0##*/}" "$*"; }

# Runs a one-shot of docker-compose.yml again, by the image that is built, and waits for its end. Nothing else is touched.
repeat_one_shot() {
  docker compose up --detach --no-deps --no-build "$1" 2>/dev/null
  id=$(docker compose ps --all --quiet "$1")
  if [ "$(docker wait "$id")" != 0 ]; then
    docker logs --tail 20 "$id" >&2
    say "$1 failed" >&2
    exit 1
  fi
}

# Lets the nats-servers read their configuration again; connections stay.
reload_nats() {
  for server in $(docker compose ps --services | grep '^nats'); do
    docker compose kill -s HUP "$server" 2>/dev/null
  done
}

# Waits until each of these containers says that it can serve.
wait_for() {
  waited=0
  for id in "$@"; do
    until [ "$(docker inspect --format '{{.State.Health.Status}}' "$id")" = healthy ]; do
      if [ "$waited" -ge "$patience_seconds" ]; then
        docker logs --tail 20 "$id" >&2
        say "$id is not healthy after $patience_seconds s. The old containers go on serving; remove the new one and try again." >&2
        exit 1
      fi
      waited=$((waited + 1))
      sleep 1
    done
  done
}

# Replaces the containers of these services, one service after the other: new ones stand beside the old ones until they are
# healthy, then the old ones are drained one by one. The services that others ask come first.
replace_services() {
  for service in "$@"; do
    old=$(docker compose ps --quiet "$service")
    count=$(printf '%s\n' "$old" | grep -c .)
    docker compose up --detach --no-deps --no-build --no-recreate --scale "$service=$((2 * count))" "$service"
    new=$(docker compose ps --quiet "$service" | grep -vxF "$old")
    wait_for $new
    for id in $old; do
      docker stop --time 40 "$id" >/dev/null
      docker rm --volumes "$id" >/dev/null
    done
    say "$service: $count of $count replaced"
  done
}
