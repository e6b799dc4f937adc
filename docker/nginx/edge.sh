#!/bin/sh
# Starts the edge, or lets the one that runs load its configuration anew: edge.sh start, edge.sh reload.
# From nginx 1.27.3 on, a gateway that does not answer is left out for a while; before, nginx can look the gateways up by
# their name or leave one out, not both. Which version it is, is known here only: nginx.conf takes these files where they are.
set -eu
version=$(nginx -v 2>&1 | sed -n 's|.*nginx/\([0-9.]*\).*|\1|p')
oldest=1.27.3

if [ "$(printf '%s\n' "$oldest" "$version" | sort -V | head -n 1)" = "$oldest" ]; then
  cat >/tmp/gateways.conf <<'END'
upstream gateways {
  zone gateways 256k;
  server gateway:8080 resolve max_fails=1 fail_timeout=10s;
}
END
  echo 'set $gateway http://gateways;' >/tmp/to-gateways.conf
else
  rm -f /tmp/gateways.conf /tmp/to-gateways.conf
fi

# The sums say which configuration it runs with: docker/upgrade loads another one, and only then.
note_loaded() { sha256sum /etc/sluice/nginx.conf /etc/sluice/edge.sh >/tmp/loaded; }

case $1 in
  start)
    note_loaded
    exec nginx -c /etc/sluice/nginx.conf -e stderr -g 'daemon off;'
    ;;
  reload)
    nginx -c /etc/sluice/nginx.conf -s reload
    note_loaded
    ;;
esac
