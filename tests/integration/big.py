"""Large files: memory that does not grow with them, and sizes that no form can carry refused before anything is sent."""
import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

import harness
import servers

MIB = 1024 * 1024
GIB = 1024 * MIB


class Sink:
    """bench/upload/sink.c: a server that swallows uploads."""

    name = "minio"
    region = "us-east-1"
    role_arn = None

    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.endpoint = f"http://127.0.0.1:{self.process.stdout.readline().strip()}"

    def info(self):
        return {"name": self.name, "endpoint": self.endpoint, "bucket": servers.BUCKET, "access_key": "access",
                "secret_key": "secretsecret"}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def sparse(folder, size):
    path = folder / f"{size // MIB}-MiB.bin"
    with open(path, "wb") as file:
        file.truncate(size)
    return path


def peak_kib(process):
    """The largest resident size while a process runs, from the kernel's own high-water mark."""
    peak = 0
    while process.poll() is None:
        try:
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        except OSError:
            continue
        peak = max([peak] + [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")])
        time.sleep(0.01)
    return peak


def memory_stays_small(tool, folder, size, limit_mib):
    path = sparse(folder, size)
    process = subprocess.Popen(tool.command("upload", path, *tool.target("big.bin"), "--json", "--quiet"),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=tool.environment)
    peak = peak_kib(process)
    output, errors = process.communicate()
    result = harness.Run(process.returncode, output, errors).result()
    harness.same(f"exit status ({result}, {errors})", process.returncode, 0)
    harness.same("bytes", result["bytes"], size)
    harness.true(f"a peak was seen: {peak} KiB", peak > 0)
    if limit_mib:
        harness.true(f"peak {peak / 1024:.1f} MiB is at most {limit_mib} MiB", peak <= limit_mib * 1024)


def too_large_for_a_form(tool, folder):
    """S3 takes at most 5 GB in one operation; nothing listens on the endpoint, so the refusal is ours and early."""
    run = tool.run("upload", sparse(folder, 8 * GIB), "s3://bucket/big.bin", "--region", "us-east-1",
                   "--endpoint", "http://127.0.0.1:9", timeout=20)
    harness.same(f"exit status ({run.stdout}, {run.stderr})", run.exit, 2)
    harness.true(f"the limit and the way out are named: {run.stderr}", "5" in run.stderr and "multipart" in run.stderr.lower())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--sink", required=True, help="the program made from bench/upload/sink.c")
    parser.add_argument("--mib", type=int, default=1024, help="size of the large file")
    parser.add_argument("--peak-mib", type=int, default=64, help="allowed resident size; 0: any (sanitizers keep their own books)")
    arguments = parser.parse_args()
    report = harness.Report()
    with Sink(arguments.sink) as sink, tempfile.TemporaryDirectory(prefix="postage-big-") as directory:
        tool, folder = harness.Tool(arguments.tool, sink), pathlib.Path(directory)
        report.check(f"{arguments.mib} MiB in at most {arguments.peak_mib} MiB", memory_stays_small, tool, folder,
                     arguments.mib * MIB, arguments.peak_mib)
        report.check("8 GiB to s3:// is refused when the form is built", too_large_for_a_form, tool, folder)
    sys.exit(report.done())


if __name__ == "__main__":
    main()
