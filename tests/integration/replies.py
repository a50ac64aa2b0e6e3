"""Judges replies by our reader and by other people's: http_parser, llhttp (Node's) and Go's net/http.

    replies.py JUDGE_REPLIES [--http-parser PROGRAM] [--count N] [--seed N]

What we accept, each of them must accept, with the same status, headers, body and end, and with a connection that can carry
another reply, if we say so; DIFFERENCES are all that is excepted. What we refuse though all of them accept it must be refused
for a reason in STRICTER. A reader that is missing is a skip (exit code 77), or a failure when POSTAGE_REQUIRE_SERVERS=1.
"""

import argparse
import collections
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys

import replies_drawn

HERE = pathlib.Path(__file__).parent
GO = dict(GOTOOLCHAIN="local", GOFLAGS="", GO111MODULE="off")

# What others refuse or read otherwise, and we accept: who, their words, how it is seen in the reply, why it does no harm.
DIFFERENCES = (
    (
        ("llhttp",),
        r"refused (HPE_CLOSED_CONNECTION|no head)",  # newer and older versions
        rb"(\A|\n)HTTP/1\.(0 1|1 1.*\n(proxy-)?connection:)",
        "an interim reply that ends the connection: the final one is still taken, and nothing after it",
    ),
    (
        ("http_parser", "llhttp"),
        r"refused HPE_UNEXPECTED_CONTENT_LENGTH",
        rb"\ncontent-length:.*\ncontent-length:",
        "the same length twice, which RFC 9112 6.3 allows",
    ),
    (
        ("http_parser",),
        r"refused HPE_UNEXPECTED_CONTENT_LENGTH",
        rb"\ntransfer-encoding[^:\r\n]+:.*\ncontent-length:|\ncontent-length:.*\ntransfer-encoding[^:\r\n]+:",
        "a name that begins with Transfer-Encoding: http_parser takes it for that",
    ),
    (
        ("http_parser", "llhttp"),
        r"refused HPE_INVALID_CONTENT_LENGTH",
        rb"\ncontent-length:[ \t]*\d+ *\t[ \t]*\r\n",
        "a tab behind a length, which RFC 9110 5.5 allows",
    ),
    (
        ("http_parser", "llhttp"),
        r"end is 'close', not 'complete'",
        rb"\ntransfer-encoding:[ \t]*chunked *\t[ \t]*\r\n",
        "a tab behind a coding, which RFC 9110 5.5 allows",
    ),
    (
        ("go", "http_parser"),
        r"refused (bad Content-Length|HPE_INVALID_CONTENT_LENGTH)",
        rb"\ncontent-length:[ \t]*\d{19,}[ \t]*\r\n",
        "a length of more than 63 bits",
    ),
    (
        ("llhttp",),
        r"cut|used is",
        rb"(\A|\n)HTTP/1\.1 1.*\ncontent-length:.*\nHTTP/1\.",
        "a length in an interim reply, which has no body: old versions read the next reply wrongly",
    ),
    (
        ("llhttp",),
        r"refused HPE_(STRICT|INVALID_CHUNK_SIZE)",
        rb"\n[0-9a-f]+;",
        "what a chunk extension says: it is not read, and cannot hold a line end",
    ),
    (
        ("http_parser", "llhttp", "go"),
        r"refused (HPE_INVALID_CHUNK_SIZE|invalid byte in chunk length|HPE_STRICT)",
        rb"\n[0-9a-f]+[ \t]+[;\r]",
        "blanks behind a chunk size, which RFC 9112 7.1.1 lets be and forbids to send",
    ),
    (
        ("go",),
        r"refused http chunk length too large",
        rb"\n0[0-9a-f]{16,}[ \t]*[;\r]",
        "a chunk size of more than 16 digits that begins with zeros",
    ),
    (
        ("http_parser",),
        r"no other reply can follow",
        rb"\r\n0+[ \t]*(;[^\r\n]*)?\r\n.*?(proxy-)?connection:",
        "Connection in a trailer: trailers are not obeyed (RFC 9110 6.5.1)",
    ),
)

# Why we refuse what all others accept: the beginning of our words.
STRICTER = {
    "an unrequested switch of protocols": "nobody asked for it, so what follows is no HTTP",
    "Transfer-Encoding in HTTP/1.0": "RFC 9112 6.1: faulty framing",
    "a Transfer-Encoding other than chunked": "HTTP/1.0 lets them ignore it; nobody asked for another",
    "not an HTTP/1.1 status line": "versions that are not ours",
    "a status under 100": "no such class",
    "Content-Length is not a number": "it has leading zeros, which a reader may take for octal",
    "a header line that ends in a bare LF": "a reader in between may see another line end (RFC 9112 2.2 allows both)",
    "a header name that is not a token": "RFC 9112 5.1: a blank before the colon; old versions of llhttp let it pass",
    "a control character inside a header line": "RFC 9110 5.5; others let DEL pass in the reason phrase",
    "CR or NUL inside a header line": "RFC 9110 5.5; others let them pass in the reason phrase",
}

# What Go changes in the headers that it shows: it takes out what it has obeyed.
NOT_SHOWN = {b"connection", b"content-length", b"transfer-encoding", b"trailer"}

Verdict = collections.namedtuple("Verdict", "end status used keeps body headers")


def headers_of(text):
    """Those that all show, in one order: by name, then as they came."""
    pairs = [line.partition(b":")[::2] for line in text.split(b"\n")[:-1]]
    pairs = [(name.lower(), value.strip(b" \t")) for name, value in pairs]
    return sorted((pair for pair in pairs if pair[0] not in NOT_SHOWN), key=lambda pair: pair[0])


def verdict_of(line):
    fields = line.split("\t")
    if fields[0] == "refused":
        return Verdict("refused", 0, 0, False, fields[1], [])
    end, status, used, keeps, body, headers = fields
    return Verdict(end, int(status), int(used), keeps == "1", bytes.fromhex(body), headers_of(bytes.fromhex(headers)))


def verdicts(command, replies):
    text = "".join(reply.hex() + "\n" for reply in replies).encode()
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, check=True, env={**os.environ, **GO})
    lines = done.stdout.decode("latin-1").split("\n")
    assert lines.pop() == "" and len(lines) == len(replies), (command, len(lines), len(replies))
    return [verdict_of(line) for line in lines]


def peers_of(arguments):
    """{name: command} of those that are there, and the names of those that are not."""
    path = os.environ["PATH"] + ":/usr/local/go/bin:/usr/lib/go/bin"
    go, node = shutil.which("go", path=path), shutil.which("node", path=path)
    peers = {
        "http_parser": arguments.http_parser and [arguments.http_parser],
        "llhttp": node and [node, HERE / "replies.js"],
        "go": go and [go, "run", HERE / "replies.go"],
    }
    return {name: peer for name, peer in peers.items() if peer}, [name for name, peer in peers.items() if not peer]


def is_accepted(verdict):
    return verdict.end in ("complete", "close")


def difference(ours, theirs):
    """What they say otherwise of a reply that we accept; None: nothing."""
    if not is_accepted(theirs):
        return f"{theirs.end} {theirs.body if theirs.end == 'refused' else ''}"
    for field in ("end", "status", "used", "body", "headers"):
        if getattr(ours, field) != getattr(theirs, field):
            return f"{field} is {getattr(theirs, field)!r}, not {getattr(ours, field)!r}"
    return "no other reply can follow" if ours.keeps and not theirs.keeps else None


def excepted(peer, words, reply):
    """The reason why this difference does no harm; None: it may."""
    for peers, their_words, pattern, reason in DIFFERENCES:
        if peer in peers and re.match(their_words, words) and re.search(pattern, reply, re.S | re.I):
            return reason
    return None


def compare(replies, ours, theirs, all_here):
    """@return what was counted, what is wrong. Where one is missing, the rest is not everybody."""
    counts, wrong = collections.Counter(), []
    for at, (reply, mine) in enumerate(zip(replies, ours)):
        others = {name: verdict[at] for name, verdict in theirs.items()}
        if is_accepted(mine):
            counts["accepted: " + mine.end] += 1
            for name, other in others.items():
                words = difference(mine, other)
                reason = words and excepted(name, words, reply)
                if reason:
                    counts[f"excepted, {name}: {reason}"] += 1
                elif words:
                    wrong.append((f"{name}: {words}", reply))
            continue
        reason = mine.body if mine.end == "refused" else mine.end
        alone = all_here and all(is_accepted(other) for other in others.values())
        counts[f"refused, {'by us alone' if alone else 'by others too'}: {reason}"] += 1
        if alone and not any(reason.startswith(known) for known in STRICTER):
            wrong.append((f"refused by us alone: {reason}", reply))
    return counts, wrong


def report(counts, wrong):
    for name, count in sorted(counts.items()):
        print(f"{count:8} {name}")
    kinds = collections.defaultdict(list)
    for words, reply in wrong:
        kinds[words.partition(" is ")[0]].append((words, reply))
    for found in kinds.values():
        words, reply = min(found, key=lambda pair: len(pair[1]))
        print(f"WRONG {len(found)} times: {words}\n      {reply!r}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("judge")
    parser.add_argument("--http-parser")
    parser.add_argument("--count", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    drawing = random.Random(arguments.seed)
    replies = [replies_drawn.draw(drawing) for _ in range(arguments.count)]
    peers, missing = peers_of(arguments)
    ours = verdicts([arguments.judge], replies)
    theirs = {name: verdicts(command, replies) for name, command in peers.items()}
    counts, wrong = compare(replies, ours, theirs, not missing)
    report(counts, wrong)
    if missing:
        print(f"SKIPPED: not compared with {', '.join(missing)}, which is not here", file=sys.stderr)
    if wrong or (missing and os.environ.get("POSTAGE_REQUIRE_SERVERS") == "1"):
        return 1
    return 77 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
