#!/bin/sh
# where.sh: prints the folder in which build.sh puts libcurl.so.4. The version stands in Cargo.toml alone.
here=$(dirname "$0")
version=$(sed -n 's/^libcurl = "\(.*\)"$/\1/p' "$here/Cargo.toml")
echo "${XDG_CACHE_HOME:-$HOME/.cache}/postage/curl-${version:?}/lib"
