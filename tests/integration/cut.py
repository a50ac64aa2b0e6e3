"""The last 0 to 8 bytes of the body never reach the server: what the client says must agree with what the server holds.

A relay stands between them and keeps the end of the body back. Either it passes the server's answer on, or it goes away
without a word, as a failing network would. A real server stores some of these bodies: that is why "unknown" exists.
"""
import copy
import re
import secrets
import socket
import threading

import harness
import servers

SIZE = 70_000


class Relay:
    """Passes one request on, but for its last `missing` bytes; then the reply, or nothing at all."""

    def __init__(self, endpoint, missing, answer):
        host, _, port = endpoint.removeprefix("http://").rpartition(":")
        self.server = (host, int(port))
        self.missing, self.answer = missing, answer
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join(60)
        self.socket.close()

    def run(self):
        client, _ = self.socket.accept()
        client.settimeout(30)
        with client, socket.create_connection(self.server, 30) as server:
            request = self.whole_request(client)
            server.sendall(request[:len(request) - self.missing])
            if self.missing:
                server.shutdown(socket.SHUT_WR)
            reply = self.reply(server)
            if self.answer:
                client.sendall(reply)

    @staticmethod
    def whole_request(client):
        data = b""
        while b"\r\n\r\n" not in data:
            data += client.recv(65536)
        head, _, _ = data.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?im)^content-length: (\d+)", head).group(1))
        while len(data) < len(head) + 4 + length:
            data += client.recv(65536)
        return data

    @staticmethod
    def reply(server):
        """The head of the reply and what comes with it at once: enough for an answer to a form."""
        data = b""
        while b"\r\n\r\n" not in data or (b"<Error>" in data and b"</Error>" not in data):
            more = server.recv(65536)
            if not more:
                break
            data += more
        return data


def agrees(run, result, held, digest):
    """stored and not_stored must be true; unknown may be either."""
    state = result["object_state"]
    if state == "stored":
        harness.same("exit status", run.exit, 0)
        harness.same("digest held", held and held.sha256, digest)
    elif state == "not_stored":
        harness.same("object held", held, None)
    else:
        harness.same("object_state", state, "unknown")
        harness.same("exit status", run.exit, 6)


def cut(server, arguments, files, missing, answer):
    key = secrets.token_hex(6) + "/cut.bin"
    path = files.make("cut.bin", SIZE)
    with Relay(server.endpoint, missing, answer) as relay:
        behind = copy.copy(server)
        behind.endpoint = relay.endpoint
        run = harness.Tool(arguments.tool, behind).upload(path, key)
    result = run.result()
    held = harness.read_back(server, servers.BUCKET, key)
    print(f"        {missing} missing: {result['object_state']} ({result['class']}); the server holds "
          f"{'nothing' if held is None else f'{held.size} bytes'}")
    agrees(run, result, held, harness.sha256(path))
    if missing == 0 and answer:
        harness.same("object_state", result["object_state"], "stored")
    if not answer:
        harness.same("object_state without an answer", result["object_state"], "unknown")


def script(server, report, arguments):
    files = harness.Files()
    for answer in (True, False):
        for missing in range(9):
            words = "the answer comes" if answer else "no answer comes"
            report.check(f"{missing} bytes missing, {words}", cut, server, arguments, files, missing, answer)


if __name__ == "__main__":
    harness.main(script, __doc__)
