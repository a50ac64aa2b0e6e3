#!/usr/bin/env bash
# What postage does, on its own sandbox: for each provider sign and upload a file, read it back, compare; then a form that a
# rule refuses, first offline and then by the server. `./dev demo` builds the tool and runs this.
#
# Usage: demo.sh [POSTAGE]      the tool, if not the one in PATH
set -euo pipefail
[ $# = 0 ] || PATH=$(cd "$(dirname "$1")" && pwd):$PATH
work=$(mktemp -d)
cleanup() {
    [ -z "${SANDBOX_PID:-}" ] || kill "$SANDBOX_PID" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
cd "$work"

bold() { if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi; }
shorten() { printf '%.110s…\n' "$1"; }
exec 3>&1
show() { # COMMAND...: prints it and runs it
    local word line=
    for word in "$@"; do
        case $word in *[!A-Za-z0-9_./:=@%+-]*) word="'$word'" ;; esac
        line="$line $word"
    done
    printf '$%s\n' "$line" >&3
    "$@"
}
refused() { # COMMAND...: has to end with 3, refused by a rule
    local status=0
    show "$@" || status=$?
    echo "exit status $status"
    [ "$status" = 3 ]
}

bold 'A sandbox: strict rules of S3, MinIO and OSS, a bucket for each, on a free port of this machine.'
echo '$ postage sandbox --json'
coproc SANDBOX { exec postage sandbox --json --ledger ledger.jsonl; }
read -r started <&"${SANDBOX[0]}"
shorten "$started"
member() { python3 -c 'import json, sys; print(json.loads(sys.argv[1])[sys.argv[2]])' "$started" "$1"; }
endpoint=$(member endpoint) id=$(member access_key_id) secret=$(member secret_access_key) region=$(member region)
export AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret AWS_REGION=$region AWS_ENDPOINT_URL_S3=$endpoint
export MINIO_ACCESS_KEY=$id MINIO_SECRET_KEY=$secret MINIO_REGION=$region MINIO_ENDPOINT=$endpoint
export OSS_ACCESS_KEY_ID=$id OSS_ACCESS_KEY_SECRET=$secret OSS_REGION=$region OSS_ENDPOINT=$endpoint

head -c 64M /dev/urandom >holiday.mov
head -c 2M /dev/urandom >photo.jpg

for provider in s3 minio oss; do
    target=$provider://$provider/videos/holiday.mov
    bold "$provider: sign and upload, read back through a presigned URL, compare."
    show postage upload holiday.mov "$target"
    url=$(show postage presign get "$target")
    curl -sS -f -o back.mov "$url"
    show cmp holiday.mov back.mov
    echo 'the same, byte for byte'
done

bold 'A form for others: an image below photos/, at most 1 MiB, for five minutes.'
show postage sign 's3://s3/photos/${filename}' --type-prefix image/ --max-size 1MiB --expires 5m >form.json
shorten "$(cat form.json)"

bold 'A photo of 2 MiB breaks its rule. Offline, before a byte is sent:'
refused postage check form.json photo.jpg

bold 'And sent all the same: the server gives the same reason.'
refused postage post form.json photo.jpg --no-check

bold 'What the form allows goes through.'
head -c 500K photo.jpg >small.jpg
show postage post form.json small.jpg

bold 'The ledger has what the server really received and stored.'
cut -c 1-150 ledger.jsonl
