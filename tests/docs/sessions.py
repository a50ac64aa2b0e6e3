#!/usr/bin/env python3
"""Does what a page tells its reader to do, in an empty folder with postage installed, and compares what comes out.

usage: sessions.py SOURCE_ROOT BUILD_TREE_OR_PREFIX PAGE...

    ```sh session        commands, which have to succeed; what they export the later blocks have as well
    ```sh terminal       a program for a terminal of its own: it runs until the page ends, and the `export` lines that it
                         prints are pasted into the session
    ```python session    the same with Python and the SDKs that ./dev servers installs
    ```text output       what the block before printed, line by line: an ellipsis stands for any text, alone for any lines

127.0.0.1:9000 in a page is a free port of this machine. A page that needs a program which is not here is a skip (77).
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import page

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "integration"))
import servers  # noqa: E402

PRINTED_PORT = "127.0.0.1:9000"
PYTHON = servers.CACHE / "sdk/python/bin/python"
BLOCK_SECONDS = 120
READY_SECONDS = 30


class Wrong(Exception):
    """What the page says does not hold."""


class Session:
    def __init__(self, root, prefix, directory):
        self.directory, self.processes, self.printed = directory, [], ""
        self.port = f"127.0.0.1:{servers.free_port()}"
        (directory / "home").mkdir()
        (directory / "examples").symlink_to(root / "examples")
        lib = next(prefix.rglob("libpostage*")).parent
        kept = {name: value for name, value in os.environ.items() if name in ("LANG", "TERM", "XDG_CACHE_HOME")}
        self.environment = kept | {"PATH": f"{prefix}/bin:{os.environ['PATH']}:{servers.CACHE}/bin",
                                   "HOME": str(directory / "home"), "LD_LIBRARY_PATH": str(lib),
                                   "PKG_CONFIG_PATH": str(lib / "pkgconfig")}

    def start(self, command, text):
        """Starts a block in a process group of its own, so that nothing of it outlives the page."""
        path = self.directory / f"home/{len(self.processes)}.log"
        with open(path, "wb") as log:
            process = subprocess.Popen([*command, text.replace(PRINTED_PORT, self.port)], cwd=self.directory,
                                       env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                       start_new_session=True)
        self.processes.append(process)
        return process, path

    def read(self, path):
        return path.read_text(errors="replace").replace(self.port, PRINTED_PORT)

    def finish(self, command, text):
        process, path = self.start(command, text)
        try:
            code = process.wait(BLOCK_SECONDS)
        except subprocess.TimeoutExpired as timeout:
            raise Wrong(f"still running after {BLOCK_SECONDS} s:\n{self.read(path)}") from timeout
        self.printed = self.read(path)
        if code != 0:
            raise Wrong(f"ended with {code}:\n{self.printed}")

    def run(self, block):
        state = self.directory / "home/exports"
        self.finish(["bash", "-euc"], f"{block.text}\nenv -0 > {state}")
        pairs = (pair.partition("=") for pair in state.read_text().split("\0") if pair)
        self.environment |= {name: value for name, _, value in pairs if name not in ("_", "SHLVL", "PWD")}

    def run_python(self, block):
        self.finish([str(PYTHON), "-c"], block.text)

    def open_terminal(self, block):
        process, path = self.start(["bash", "-euc"], block.text)
        end = time.monotonic() + READY_SECONDS
        while not re.search(r"^export .*\n\n", path.read_text(errors="replace"), re.M):
            if process.poll() is not None or time.monotonic() > end:
                raise Wrong(f"prints no export lines:\n{self.read(path)}")
            time.sleep(0.05)
        for assignments in re.findall(r"^export (.*)$", path.read_text(errors="replace"), re.M):
            self.environment |= dict(pair.split("=", 1) for pair in assignments.split(" "))
        self.printed = self.read(path)

    def compare(self, block):
        lines = [".*".join(re.escape(part) for part in line.split("…")) + r"\n" for line in block.text.splitlines()]
        pattern = "".join(r"(?:.*\n)*?" if line == r".*\n" else line for line in lines)
        if not re.fullmatch(pattern, self.printed):
            raise Wrong(f"printed is\n{self.printed}")

    def close(self):
        for process in reversed(self.processes):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


STEPS = {("sh", "session"): Session.run, ("sh", "terminal"): Session.open_terminal, ("python", "session"): Session.run_python,
         ("text", "output"): Session.compare}


def check_needs(blocks):
    """Raises Missing for a page that needs what is not on this machine."""
    text = "\n".join(block.text for block in blocks)
    for name in ("minio", "node"):
        if re.search(rf"(^|[ ;|]){name} [\w.-]", text, re.M):
            servers.program(name)
    if any(block.language() == "python" for block in blocks) and not PYTHON.exists():
        raise servers.Missing(f"no {PYTHON}")


def run_page(path, root, prefix):
    blocks = [block for block in page.Page(path).blocks() if tuple(block.info) in STEPS]
    check_needs(blocks)
    with tempfile.TemporaryDirectory(prefix="postage-session-") as directory:
        session = Session(root, prefix, pathlib.Path(directory))
        try:
            for block in blocks:
                try:
                    STEPS[tuple(block.info)](session, block)
                except Wrong as wrong:
                    return f"{path}:{block.line}: {' '.join(block.info)}: {wrong}"
        finally:
            session.close()
    print(f"{path.name}: {len(blocks)} blocks do what they say")
    return None if blocks else f"{path}: nothing to run"


def main():
    root, tree = (pathlib.Path(name).resolve() for name in sys.argv[1:3])
    with tempfile.TemporaryDirectory(prefix="postage-installed-") as directory:
        prefix = pathlib.Path(directory)
        if (tree / "CMakeCache.txt").exists():
            subprocess.run(["cmake", "--install", tree, "--prefix", prefix], check=True, stdout=subprocess.DEVNULL)
        else:
            prefix = tree
        faults = [run_page(pathlib.Path(name).resolve(), root, prefix) for name in sys.argv[3:]]
    print("\n".join(fault for fault in faults if fault))
    return 1 if any(faults) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except servers.Missing as missing:
        servers.skip(str(missing))
