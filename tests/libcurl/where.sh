#!/bin/sh
# where.sh: prints the folder in which build.sh puts libcurl.so.4. The version stands in Cargo.lock alone.
here=$(dirname "$0")
version=$(sed -n 's/^version = ".*+curl-\(.*\)"$/\1/p' "$here/Cargo.lock")
echo "${XDG_CACHE_HOME:-$HOME/.cache}/postage/curl-${version:?}/lib"
