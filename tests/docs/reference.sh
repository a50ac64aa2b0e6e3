#!/bin/sh
# reference.sh SOURCE BUILD: Doxygen has nothing to say about the public headers, so everything in them is documented.
set -eu
if ! command -v doxygen >/dev/null; then
    echo 'SKIPPED: doxygen is not installed; the API reference was not made'
    [ "${POSTAGE_REQUIRE_SERVERS:-}" != 1 ] || exit 1
    exit 77
fi
mkdir -p "$2/reference"
cd "$1"
{ cat docs/Doxyfile; printf 'OUTPUT_DIRECTORY = "%s/reference"\n' "$2"; } | doxygen -
grep -q 'postage_signer_sign' "$2/reference/html/signer_8h.html"
grep -q 'the provider cannot do this' "$2/reference/html/status_8h.html" # what the macros' lists say is there, too
echo "$2/reference/html/index.html"
