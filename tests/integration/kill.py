"""What the client says when it or the server is killed, against what the server holds when it is back.

The file comes through a pipe, so that the moment of the kill is exact. Runs its own MinIO.
"""
import argparse
import os
import signal
import subprocess
import sys
import time

import harness
import servers

SIZE = 32 * 1024 * 1024  # more than the socket buffers and the tool's own can hold
HALF = os.urandom(SIZE // 2)
KEY = "killed.bin"


class Upload:
    """An upload of SIZE bytes from standard input, half of them given."""

    def __init__(self, tool):
        command = tool.command("upload", "-", *tool.target(KEY), "--size", SIZE, "--json", "--quiet")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=tool.environment)
        self.process.stdin.write(HALF)
        self.process.stdin.flush()

    def finish(self):
        """Gives the rest, as far as it is taken, and waits."""
        try:
            output, errors = self.process.communicate(HALF, timeout=60)
        finally:
            self.process.kill()
        return harness.Run(self.process.returncode, output.decode(), errors.decode())


def nothing_held(server):
    harness.same("object held", server.client().held(servers.BUCKET, KEY), None)
    harness.same("keys held", server.client().keys_under(servers.BUCKET), [])


def client_killed(server, tool, how, exit_status):
    upload = Upload(tool)
    upload.process.send_signal(how)
    upload.process.wait(30)
    harness.same("exit status", upload.process.returncode, exit_status)
    time.sleep(0.5)  # the server notices the end of the connection by itself
    nothing_held(server)


def agrees(run, server):
    """Exit status, object_state and the server's ledger tell one story."""
    result = run.result()
    harness.true(f"exit status 5 or 6, not {run.exit} ({result}, {run.stderr})", run.exit in (5, 6))
    harness.same("object_state", result["object_state"], {5: "not_stored", 6: "unknown"}[run.exit])
    if run.exit == 5:
        nothing_held(server)


def server_killed_in_the_middle(server, tool):
    upload = Upload(tool)
    server.kill()
    run = upload.finish()
    server.start()
    agrees(run, server)
    harness.same("exit status: the end of the body was never handed over", run.exit, 5)


def server_killed_before_it_answered(server, tool):
    """The kernel takes a small body for a server that stands still: whether it was stored, nobody can know."""
    path = server.directory / "small.bin"
    path.write_bytes(b"x" * 1000)
    for process in server.processes:
        process.send_signal(signal.SIGSTOP)
    upload = subprocess.Popen(tool.command("upload", path, *tool.target("small.bin"), "--json", "--quiet"),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=tool.environment)
    time.sleep(1)
    server.kill()
    output, errors = upload.communicate(timeout=60)
    server.start()
    run = harness.Run(upload.returncode, output, errors)
    agrees(run, server)
    harness.same("exit status: all of the body was handed over", run.exit, 6)


def server_not_there(server, tool):
    path = server.directory / "small.bin"
    path.write_bytes(b"x")
    server.kill()
    run = tool.upload(path, KEY)
    server.start()
    agrees(run, server)
    harness.same("class", run.result()["class"], "connect")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    report = harness.Report(arguments.only)
    try:
        with servers.MinIO() as server:
            tool = harness.Tool(arguments.tool, server)
            report.check("client killed", client_killed, server, tool, signal.SIGKILL, -signal.SIGKILL)
            report.check("client interrupted", client_killed, server, tool, signal.SIGINT, 130)
            report.check("server killed in the middle", server_killed_in_the_middle, server, tool)
            report.check("server killed before it answered", server_killed_before_it_answered, server, tool)
            report.check("server not there", server_not_there, server, tool)
    except servers.Missing as missing:
        servers.skip(str(missing))
    sys.exit(report.done())


if __name__ == "__main__":
    main()
