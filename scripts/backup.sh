#!/bin/sh
# Thin front for a documented line of cron: finds the built ffwatt and becomes `ffwatt backup`. Flags, output and exit
# status are ffwatt's.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
for ffwatt in "$root/bin/ffwatt" "$root"/build/*/bin/ffwatt "$(command -v ffwatt || true)"; do
  if [ -n "$ffwatt" ] && [ -x "$ffwatt" ]; then
    exec "$ffwatt" backup "$@"
  fi
done
echo "backup.sh: ffwatt is not built: nothing in $root/bin, $root/build/*/bin or PATH. Build it: make -C $root build-cli" >&2
exit 127
