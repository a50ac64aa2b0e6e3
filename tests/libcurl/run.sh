#!/bin/sh
# run.sh PROGRAM ARGUMENT...: runs the program with the libcurl that build.sh built in place of the system's. Where there is
# none it says so and exits with 77, which CTest shows as skipped, or with 1 when POSTAGE_REQUIRE_SERVERS=1.
folder=$("$(dirname "$0")/where.sh")
if [ ! -e "$folder/libcurl.so.4" ]; then
    echo "SKIPPED: $folder/libcurl.so.4 is not there (./dev servers builds it), so this was not tested with it: $*" >&2
    [ "$POSTAGE_REQUIRE_SERVERS" = 1 ] && exit 1
    exit 77
fi
export LD_LIBRARY_PATH="$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
loaded=$(ldd "$1" | sed -n 's/.*libcurl\.so\.4 => \([^ ]*\).*/\1/p')
if [ -n "$loaded" ] && [ "$loaded" != "$folder/libcurl.so.4" ]; then
    echo "$1 would run with $loaded, not with $folder/libcurl.so.4" >&2
    exit 1
fi
exec "$@"
