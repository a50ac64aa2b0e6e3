#!/bin/sh
# need.sh PROGRAM COMMAND...: runs the command if PROGRAM is there. If not, says so and exits with 77, which CTest shows as
# skipped, or with 1 when POSTAGE_REQUIRE_SERVERS=1 says that nothing may be missing.
program=$1
shift
PATH=$PATH:/usr/local/go/bin:/usr/lib/go/bin
if command -v "$program" >/dev/null 2>&1; then
    exec "$@"
fi
echo "SKIPPED: $program is not installed, so this was not tested: $*" >&2
[ "$POSTAGE_REQUIRE_SERVERS" = 1 ] && exit 1
exit 77
