#!/bin/sh
# run.sh BUILD SOURCE [COMPONENT]: what is installed can be used, from plain cc with pkg-config and from CMake.
set -eu
build=$1 source=$2 prefix=$1/package/prefix user=$1/package/user
rm -rf "$build/package"
cmake --install "$build" --prefix "$prefix" >/dev/null

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name postage.pc)")
export PKG_CONFIG_PATH
for example in upload_file upload_from_callback; do
    cc -std=c11 -Wall -Wextra -Werror "$source/examples/$example.c" $(pkg-config --cflags --libs postage) -o "$build/package/$example"
done
export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=secret AWS_REGION=eu-west-1
cc -std=c11 "$source/examples/issue_form.c" $(pkg-config --cflags --libs postage-core) -o "$build/package/issue"
"$build/package/issue" s3://my-bucket/ | grep -q '^{"url": "https://my-bucket.s3.eu-west-1.amazonaws.com/", "fields": {'

generator=$(sed -n 's/^CMAKE_GENERATOR:INTERNAL=//p' "$build/CMakeCache.txt") # CMake's own default may not be installed
cmake -G "$generator" -S "$source/tests/package" -B "$user" -DCMAKE_PREFIX_PATH="$prefix" -DEXAMPLES="$source/examples" -DCOMPONENTS="${3:-}" >/dev/null
cmake --build "$user" >/dev/null
"$user/issue" s3://my-bucket/ | grep -q '"fields"'
"$prefix/bin/postage" --version
