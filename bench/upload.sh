#!/usr/bin/env bash
# A 1 GiB file to a discarding server on loopback: whole processes of `postage upload` and `curl -F`, in turn.
# What counts is the ratio of neighbours, since a machine's speed drifts: above 1 postage is faster.
#
# Usage: bench/upload.sh BUILD [PAIRS] [MIB]
set -euo pipefail
build=$1 pairs=${2:-7} mib=${3:-1024}
postage=$build/tools/postage/postage
[ -x "$postage" ] || { echo "upload.sh: no $postage" >&2; exit 1; }

work=$(mktemp -d)
sink=$work/sink
cleanup() {
    [ -z "${SINK_PID:-}" ] || kill "$SINK_PID" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cc -O2 -std=c11 -D_DEFAULT_SOURCE bench/sink.c -o "$sink" -pthread
coproc SINK { exec "$sink"; }
read -r port <&"${SINK[0]}"
url=http://127.0.0.1:$port
head -c "$((mib * 1024 * 1024))" /dev/zero >"$work/file.bin" # in the page cache, as both read it

export MINIO_ACCESS_KEY=benchmark MINIO_SECRET_KEY=benchmark
by_postage() { "$postage" upload "$work/file.bin" minio://bench/file.bin --endpoint "$url" --region us-east-1 --quiet >/dev/null; }
by_curl() { curl -sS -f -o /dev/null -H Expect: -F key=file.bin -F "file=@$work/file.bin" "$url/bench"; }

seconds() { # COMMAND: how long it takes
    local start=$EPOCHREALTIME
    "$1"
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.4f", b - a }'
}

printf '%s MiB, %s pairs; %s; %s; %s\n' "$mib" "$pairs" "$(uname -srm)" "$(nproc) cores" "$(curl --version | cut -d' ' -f1,2 | head -n 1)"
by_postage
by_curl
for ((i = 1; i <= pairs; i++)); do
    if ((i % 2)); then # the order changes, so that neither always runs on a warmer machine
        p=$(seconds by_postage) c=$(seconds by_curl)
    else
        c=$(seconds by_curl) p=$(seconds by_postage)
    fi
    awk -v p="$p" -v c="$c" -v m="$mib" 'BEGIN { printf "%.4f  postage %.3f s (%.0f MiB/s)  curl -F %.3f s (%.0f MiB/s)\n", c / p, p, m / p, c, m / c }'
done | tee "$work/pairs"
sort -n "$work/pairs" | awk '{ r[NR] = $1 } END {
    m = NR % 2 ? r[(NR + 1) / 2] : (r[NR / 2] + r[NR / 2 + 1]) / 2
    printf "speed against curl -F: median %.2f, range %.2f to %.2f\n", m, r[1], r[NR] }'
