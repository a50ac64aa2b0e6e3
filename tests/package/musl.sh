#!/usr/bin/env bash
# musl.sh CACHE BUILD: postage::core with musl instead of glibc: warnings are errors, its tests run, and a program without any
# shared library is linked. Debian has musl-gcc but no library built with it, so what core needs is built first, from Debian's
# own sources, and kept in CACHE.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
cache=$1 build=$2
prefix=$cache/prefix
mkdir -p "$cache" && cd "$cache"

# Debian's sources, by a list of our own: the machine's may lack deb-src lines.
fetch_sources() {
    local codename mirror
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' | sed -n "s/^$codename //p" | head -n 1)
    echo "deb-src $mirror $codename main" >sources.list
    mkdir -p lists/partial
    set -- -q -o Dir::Etc::SourceList="$cache/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$cache/lists" \
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
    apt-get "$@" update
    rm -rf openssl-* cjson-* cmocka-*
    apt-get "$@" source openssl cjson cmocka
}

# libcrypto alone, without what wants ucontext or the kernel's crypto sockets. Of the kernel's headers it needs mman.h.
build_openssl() {
    mkdir -p kernel "$prefix/include" "$prefix/lib/pkgconfig"
    ln -sfn /usr/include/linux kernel/linux
    ln -sfn /usr/include/asm-generic kernel/asm-generic
    ln -sfn "/usr/include/$(gcc -print-multiarch)/asm" kernel/asm
    cd openssl-*/
    ./Configure "linux-$(uname -m)" --prefix="$prefix" --libdir=lib CC="musl-gcc -idirafter $cache/kernel" \
        no-shared no-tests no-async no-engine no-afalgeng no-dso no-legacy no-module no-tls no-dtls
    make build_generated
    make -j "$(nproc)" libcrypto.a libcrypto.pc
    cp -r include/openssl "$prefix/include/"
    cp libcrypto.a "$prefix/lib/"
    cp libcrypto.pc "$prefix/lib/pkgconfig/"
}

build_with_cmake() { # NAME OPTIONS...
    local name=$1
    shift
    cmake -S "$name"-* -B "$name-build" -G Ninja -DCMAKE_C_COMPILER=musl-gcc -DCMAKE_INSTALL_PREFIX="$prefix" \
        -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF "$@"
    cmake --build "$name-build"
    cmake --install "$name-build"
}

if [ ! -e "$prefix/complete" ]; then
    fetch_sources
    (build_openssl)
    build_with_cmake cjson -DENABLE_CJSON_TEST=OFF -DENABLE_CUSTOM_COMPILER_FLAGS=OFF
    build_with_cmake cmocka -DWITH_EXAMPLES=OFF
    touch "$prefix/complete"
fi

cd "$source"
export PKG_CONFIG_LIBDIR=$prefix/lib/pkgconfig PKG_CONFIG_PATH=
cmake -S . -B "$build" -G Ninja -DCMAKE_C_COMPILER=musl-gcc -DPOSTAGE_WERROR=ON -DPOSTAGE_CORE_ONLY=ON \
    -DCMAKE_PREFIX_PATH="$prefix" -DOPENSSL_ROOT_DIR="$prefix" -DOPENSSL_USE_STATIC_LIBS=ON
cmake --build "$build"
ctest --test-dir "$build" --output-on-failure --no-tests=error

musl-gcc -static -o "$build/issue_form" -Iinclude examples/issue_form.c "$build/libpostage-core.a" -L"$prefix/lib" -lcrypto -lcjson
AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=secret AWS_REGION=eu-west-1 "$build/issue_form" s3://my-bucket/ | grep -q '^{"url": '
if readelf -d "$build/issue_form" | grep NEEDED; then
    exit 1
fi
