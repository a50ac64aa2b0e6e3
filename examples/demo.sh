#!/usr/bin/env bash
# What postage does, in five commands on a real server. `./dev demo` starts a MinIO and runs this against it;
# $TEST_ENDPOINT and $TEST_BUCKET say where, MINIO_ACCESS_KEY and MINIO_SECRET_KEY who.
#
# Usage: demo.sh POSTAGE
set -euo pipefail
PATH=$(cd "$(dirname "$1")" && pwd):$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
at=(--endpoint "$TEST_ENDPOINT" --region us-east-1)
bucket=minio://$TEST_BUCKET

bold() { if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }
shorten() { printf '%.110s…\n' "$1"; }
exec 3>&1
show() { # COMMAND...: prints it, without the part that says where the server is, and runs it
    local word line=
    for word in "$@"; do
        [ "$word" != --endpoint ] || break
        case $word in *[!A-Za-z0-9_./:=@%+-]*) word="'$word'" ;; esac
        line="$line $word"
    done
    printf '$%s\n' "$line" >&3
    "$@"
}

echo "A MinIO of this demo's own answers at $TEST_ENDPOINT; each command is also given --endpoint and --region."
head -c 96M /dev/urandom >holiday.mov
head -c 2M /dev/urandom >photo.jpg

bold '1. Sign a form: one upload below photos/, an image, at most 1 MiB, for five minutes.'
show postage sign "$bucket/photos/\${filename}" --type-prefix image/ --max-size 1MiB --expires 5m "${at[@]}" >form.json
shorten "$(cat form.json)"

bold '2. Upload a file: signed for exactly this name, type and size, and sent.'
show postage upload holiday.mov "$bucket/videos/" "${at[@]}"

bold '3. Hand out a URL, read the file back, compare.'
url=$(show postage presign get "$bucket/videos/holiday.mov" "${at[@]}")
shorten "$url"
curl -sS -f -o back.mov "$url"
show cmp holiday.mov back.mov
echo 'the same, byte for byte'

bold '4. Post 2 MiB with the form of step 1: the server refuses, and postage says why.'
status=0
show postage post form.json photo.jpg --field Content-Type=image/jpeg || status=$?
echo "exit status $status"
[ "$status" = 3 ] || exit 1

bold '5. Post what the form allows.'
head -c 500K photo.jpg >small.jpg
show postage post form.json small.jpg --field Content-Type=image/jpeg
