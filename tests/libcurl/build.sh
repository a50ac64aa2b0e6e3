#!/bin/sh
# build.sh: builds the current libcurl for tests as a shared library, from the sources in the crate curl-sys, with OpenSSL and
# nothing else. Its symbols carry the versions that Debian's have, so that one program runs with either (run.sh).
set -eu
cd "$(dirname "$0")"
prefix=$(dirname "$(./where.sh)")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp Cargo.toml nothing.rs "$work" # the lock file that Cargo writes stays out of the tree
cargo vendor --manifest-path "$work/Cargo.toml" --versioned-dirs "$work/crates" >/dev/null
digest=$(sed -n 's/^sha256 = "\(.*\)"$/\1/p' Cargo.toml)
if ! grep -q "\"package\":\"$digest\"" "$work"/crates/curl-sys-*/.cargo-checksum.json; then
    echo "build.sh: the crate curl-sys is not the one with the digest $digest" >&2
    exit 1
fi
# Perl is looked for only to make documents, which the crate leaves out.
cmake -S "$work"/crates/curl-sys-*/curl -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_INSTALL_PREFIX="$work/prefix" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_DISABLE_FIND_PACKAGE_Perl=ON -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DBUILD_EXAMPLES=OFF -DBUILD_LIBCURL_DOCS=OFF \
    -DBUILD_MISC_DOCS=OFF -DENABLE_CURL_MANUAL=OFF -DPICKY_COMPILER=OFF \
    -DBUILD_SHARED_LIBS=ON -DCURL_LIBCURL_VERSIONED_SYMBOLS=ON -DCURL_USE_OPENSSL=ON -DHTTP_ONLY=ON \
    -DCURL_ZLIB=OFF -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DUSE_NGHTTP2=OFF -DUSE_LIBIDN2=OFF -DCURL_USE_LIBPSL=OFF \
    -DCURL_USE_LIBSSH2=OFF
cmake --build "$work/build" --target install
mkdir -p "$(dirname "$prefix")"
rm -rf "$prefix"
mv "$work/prefix" "$prefix" # last, so that what is there is whole
