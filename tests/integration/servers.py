"""Real servers for the tests, each on free loopback ports and in a temporary directory of its own.

    with servers.MinIO() as server:         # started, ready, and gone afterwards
        server.client().make_bucket("b")

From the shell:

    servers.py run NAME                     until Ctrl-C, printing what a client needs
    servers.py with NAME -- COMMAND...      while COMMAND runs, with its endpoint and keys in the environment
    servers.py start NAME INFO              in the background (see `keep`); INFO receives its endpoint and keys as JSON
    servers.py stop INFO                    stops that one

NAME is minio, radosgw, sandbox-s3 or sandbox-minio. A server that is not installed is a skip (exit code 77), or a failure when
POSTAGE_REQUIRE_SERVERS=1.
"""
import ctypes
import fcntl
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
import uuid

import s3

SKIPPED = 77
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "postage"
READY_SECONDS = 90
TRIES = 5
BUCKET = "tests"


class Missing(Exception):
    """Something that the tests need and this machine lacks."""


def skip(reason):
    """Ends the process: loudly skipped, or failed where everything has to be there."""
    required = os.environ.get("POSTAGE_REQUIRE_SERVERS") == "1"
    print(f"{'FAILED' if required else 'SKIPPED'}: {reason}; ./dev servers installs it", flush=True)
    sys.exit(1 if required else SKIPPED)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def program(name):
    """The path of a program, from PATH or from what ./dev built."""
    path = shutil.which(name) or shutil.which(name, path=str(CACHE / "bin"))
    if not path:
        raise Missing(f"{name} is not installed")
    return path


def die_with_parent():
    """No server outlives a test that was itself killed (Linux: prctl(PR_SET_PDEATHSIG, SIGKILL))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Server:
    """A server: `endpoint`, `keys` and `region` after `start`."""

    name = ""
    programs = ()
    region = "us-east-1"
    role_arn = None  # of a role to assume, where the server has one
    keys = s3.Keys("postagetests", "a secret/of+the tests")

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix=f"postage-{self.name}-"))
        self.processes = []
        self.endpoint = ""

    def __enter__(self):
        self.check()
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    @classmethod
    def check(cls):
        """Raises Missing unless the programs of this server are here."""
        for name in cls.programs:
            program(name)

    def client(self, keys=None):
        return s3.Client(self.endpoint, keys or self.keys, self.region)

    def info(self):
        """What a client in another process needs."""
        return {"name": self.name, "endpoint": self.endpoint, "region": self.region, "bucket": BUCKET,
                "access_key": self.keys.access, "secret_key": self.keys.secret, "role_arn": self.role_arn}

    def spawn(self, *command, **environment):
        """Starts a process in the foreground of its own session; its output goes to a log."""
        with open(self.directory / "log", "ab") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory,
                                       env={**os.environ, **environment}, start_new_session=True,
                                       preexec_fn=die_with_parent)
        self.processes.append(process)
        return process

    def until(self, what, is_true):
        """Waits for a fact, as long as all processes live."""
        end = time.monotonic() + READY_SECONDS
        while not is_true():
            dead = [p.args[0] for p in list(self.processes) if p.poll() is not None and not self.replaced(p)]
            if dead or time.monotonic() > end:
                raise RuntimeError(f"{self.name}: not {what}; ended: {dead}\n{self.log()}")
            time.sleep(0.05)

    def replaced(self, ended):
        """Whether another process was started for one that ended; a server may have reason to."""
        return False

    def log(self):
        return (self.directory / "log").read_text(errors="replace")[-4000:]

    def makes_bucket(self):
        """The one test of readiness that holds: MinIO calls itself ready while it still answers 503 to this."""
        try:
            return self.client().make_bucket(BUCKET).status in (200, 409)  # 409: there already
        except OSError:
            return False

    def kill(self):
        """kill -9, as a power cut would."""
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes.clear()

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()
        shutil.rmtree(self.directory, ignore_errors=True)


class MinIO(Server):
    name = "minio"
    programs = ("minio",)

    def start(self):
        """Also starts it again on the same port and data, after `kill`."""
        self.endpoint = self.endpoint or f"http://127.0.0.1:{free_port()}"
        self.spawn(program("minio"), "server", "--quiet", "--address", self.endpoint.removeprefix("http://"),
                   str(self.directory / "data"),
                   MINIO_ROOT_USER=self.keys.access, MINIO_ROOT_PASSWORD=self.keys.secret,
                   MINIO_SITE_REGION=self.region,  # without it any region in the scope is accepted
                   MINIO_BROWSER="off", MINIO_UPDATE="off")
        self.until("ready", self.makes_bucket)


class Sandbox(Server):
    """Our own, `postage sandbox`, with one bucket of the dialect in its name. POSTAGE_TOOL is the program."""

    def start(self):
        self.endpoint = f"http://127.0.0.1:{free_port()}"
        keys = self.directory / "keys.json"
        keys.touch(mode=0o600)
        keys.write_text(json.dumps({"access_key_id": self.keys.access, "secret_access_key": self.keys.secret}))
        self.spawn(os.environ.get("POSTAGE_TOOL") or program("postage"), "sandbox", "--json", "--credentials", str(keys),
                   "--region", self.region, "--listen", self.endpoint.removeprefix("http://"),
                   "--bucket", f"{BUCKET}={self.name.removeprefix('sandbox-')}")
        self.until("ready", self.makes_bucket)


class SandboxS3(Sandbox):
    name = "sandbox-s3"


class SandboxMinIO(Sandbox):
    name = "sandbox-minio"


class RadosGW(Server):
    """A whole Ceph cluster in memory: one monitor, one store, one gateway, no authentication between them.

    A client of Ceph 16 may send its first command before it has learnt the cluster's fsid, and is refused with EPERM, "wrong
    fsid". The `monmap` setting tells it the fsid from the start, which makes this rare; `run` and `replaced` try again.
    """

    name = "radosgw"
    programs = ("ceph", "ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool")
    role_arn = "arn:aws:iam:::role/uploader"
    replacements = 0

    def start(self):
        self.endpoint = f"http://127.0.0.1:{free_port()}"
        self.write_config()
        self.start_monitor()
        self.start_store()
        self.make_user()
        self.spawn("radosgw", "-f", *self.config, "-n", "client.rgw.a")  # the name selects the section of the file
        self.until("ready", self.makes_bucket)
        self.make_role()

    def write_config(self):
        self.fsid, self.monitor = str(uuid.uuid4()), f"[v1:127.0.0.1:{free_port()}/0]"
        self.config = ("-c", str(self.directory / "ceph.conf"))
        (self.directory / "ceph.conf").write_text(textwrap.dedent(f"""\
            [global]
            fsid = {self.fsid}
            monmap = {self.directory}/monmap
            mon host = {self.monitor}
            mon initial members = a
            auth supported = none
            auth cluster required = none
            auth service required = none
            auth client required = none
            ms bind msgr2 = false
            public network = 127.0.0.0/8
            cluster network = 127.0.0.0/8
            osd pool default size = 1
            osd pool default min size = 1
            osd pool default pg num = 1
            osd pool default pgp num = 1
            osd pool default pg autoscale mode = off
            osd crush chooseleaf type = 0
            mon allow pool size one = true
            mon max pg per osd = 5000
            mon data avail warn = 1
            mon data avail crit = 1
            run dir = {self.directory}
            crash dir = {self.directory}
            pid file = {self.directory}/$name.pid
            admin socket = {self.directory}/$name.asok
            log file = {self.directory}/$name.log
            [mon.a]
            mon data = {self.directory}/mon
            mon addr = {self.monitor}
            [osd]
            osd data = {self.directory}/osd
            osd objectstore = memstore
            memstore device bytes = 1073741824
            [client.rgw.a]
            rgw frontends = beast endpoint={self.endpoint.removeprefix("http://")}
            rgw sts key = sixteen letters.
            rgw s3 auth use sts = true
            """))

    def run(self, *command):
        """Runs an administration command to its end."""
        for _ in range(TRIES):
            done = subprocess.run(command, cwd=self.directory, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=READY_SECONDS, check=False)
            if done.returncode == 0:
                return done.stdout
            if "EPERM" not in done.stderr and "wrong fsid" not in done.stderr:
                break
        raise RuntimeError(f"radosgw: {' '.join(command)}: {done.stderr[-2000:]}")

    def start_monitor(self):
        monmap = str(self.directory / "monmap")
        (self.directory / "mon").mkdir()
        self.run("monmaptool", "--create", "--clobber", "--addv", "a", self.monitor, "--fsid", self.fsid, monmap)
        self.run("ceph-mon", *self.config, "-i", "a", "--mkfs", "--monmap", monmap)
        self.spawn("ceph-mon", "-f", *self.config, "-i", "a")

    def start_store(self):
        identity = str(uuid.uuid4())
        (self.directory / "osd").mkdir()
        self.run("ceph", *self.config, "osd", "new", identity)
        self.run("ceph-osd", *self.config, "-i", "0", "--mkfs", "--osd-uuid", identity, "--no-mon-config")
        self.spawn("ceph-osd", "-f", *self.config, "-i", "0", "--no-mon-config")
        self.until("up", lambda: "1 up" in self.run("ceph", *self.config, "osd", "stat"))

    def replaced(self, ended):
        if ended.args[0] != "ceph-osd" or "wrong fsid" not in self.log() or self.replacements == TRIES:
            return False
        self.replacements += 1
        self.processes.remove(ended)
        self.spawn(*ended.args)
        return True

    def make_user(self):
        self.run("radosgw-admin", *self.config, "user", "create", "--uid=tester", "--display-name=tester",
                 f"--access-key={self.keys.access}", f"--secret-key={self.keys.secret}")

    def make_role(self):
        """A role that the user can assume; `client().assume_role(role_arn)` then gives temporary keys."""
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["sts:AssumeRole"],
                 "Principal": {"AWS": ["arn:aws:iam:::user/tester"]}}]}
        allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:*"], "Resource": ["*"]}]}
        self.run("radosgw-admin", *self.config, "role", "create", "--role-name=uploader", "--path=/",
                 "--assume-role-policy-doc=" + json.dumps(trust))
        self.run("radosgw-admin", *self.config, "role-policy", "put", "--role-name=uploader", "--policy-name=all",
                 "--policy-doc=" + json.dumps(allow))


SERVERS = {kind.name: kind for kind in (MinIO, RadosGW, SandboxS3, SandboxMinIO)}


def environment(info):
    """How a client finds the keys: variables of the tool for either provider, and the endpoint for scripts."""
    return {"AWS_ACCESS_KEY_ID": info["access_key"], "AWS_SECRET_ACCESS_KEY": info["secret_key"],
            "AWS_SESSION_TOKEN": info.get("session_token", ""),
            "MINIO_ACCESS_KEY": info["access_key"], "MINIO_SECRET_KEY": info["secret_key"],
            "MINIO_ROOT_USER": info["access_key"], "MINIO_ROOT_PASSWORD": info["secret_key"],
            "TEST_SERVER": info["name"], "TEST_ENDPOINT": info["endpoint"], "TEST_BUCKET": info["bucket"]}


def alive(pid):
    try:
        os.kill(pid, 0)
        return True
    except ProcessLookupError:
        return False


def lock_of(path):
    return open(path.with_suffix(".lock"), "w", encoding="ascii")


def keep(kind, path, watched):
    """Runs a server until its INFO file is removed, or until the process `watched` is gone: an interrupted CTest leaves
    no server behind. The lock beside INFO is held all the while."""
    with lock_of(path) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            with kind() as server:
                partial = path.with_suffix(".partial")
                partial.write_text(json.dumps(server.info()))
                partial.rename(path)  # whoever finds the file finds it complete
                while path.exists() and alive(watched):
                    time.sleep(0.1)
        except Exception as error:  # the reason is all that the waiting process can show
            path.with_suffix(".failed").write_text(str(error))
        finally:
            path.unlink(missing_ok=True)


def start(kind, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    stop(path)
    failed = path.with_suffix(".failed")
    failed.unlink(missing_ok=True)
    kind.check()
    watched = os.getppid()
    if os.fork() == 0:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):  # CTest waits until its pipes are closed
            os.dup2(nowhere, descriptor)
        keep(kind, path, watched)
        os._exit(0)
    end = time.monotonic() + 2 * READY_SECONDS
    while not path.exists():
        if failed.exists() or time.monotonic() > end:
            sys.exit(failed.read_text() if failed.exists() else f"{kind.name}: not ready in time")
        time.sleep(0.1)
    print(f"{kind.name}: {json.loads(path.read_text())['endpoint']}")


def stop(path):
    """Stops the server that INFO describes and waits until it is gone; nothing to do if there is none."""
    path.unlink(missing_ok=True)
    with lock_of(path) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


def main(arguments):
    match arguments:
        case ["run", name]:
            with SERVERS[name]() as server:
                for variable, value in environment(server.info()).items():
                    print(f"export {variable}='{value}'")
                sys.stdout.flush()
                signal.sigwait([signal.SIGINT, signal.SIGTERM])
        case ["with", name, "--", *command]:
            with SERVERS[name]() as server:
                return subprocess.run(command, env={**os.environ, **environment(server.info())}, check=False).returncode
        case ["start", name, path]:
            start(SERVERS[name], pathlib.Path(path))
        case ["stop", path]:
            stop(pathlib.Path(path))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers are stopped on the way out
    try:
        sys.exit(main(sys.argv[1:]))
    except Missing as missing:
        skip(str(missing))
