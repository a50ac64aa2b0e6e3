"""A loopback server that takes one kind of request and answers as it is told: enough to see what the tool makes of an answer."""
import email.parser
import email.policy
import hashlib
import socket
import struct
import threading

REFUSAL = (b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>EntityTooLarge</Code><Message>Your proposed upload exceeds the '
           b"maximum allowed object size.</Message><RequestId>REQ1</RequestId><HostId>HOST1</HostId></Error>")
BROKEN = (b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>InternalError</Code><Message>We encountered an internal error.'
          b"</Message><RequestId>REQ2</RequestId><HostId>HOST2</HostId></Error>")


def reply(status, body=b"", *headers):
    head = [f"HTTP/1.1 {status}", "Connection: close", f"Content-Length: {len(body)}", *headers]
    if body:
        head.append("Content-Type: application/xml")
    return ("\r\n".join(head) + "\r\n\r\n").encode() + body


# What each provider's answers bear, and answers of other servers do not.
MARK = {"s3": "x-amz-request-id: REQ0", "minio": "x-amz-request-id: REQ0", "oss": "x-oss-request-id: REQ0"}

STORED = reply("204 No Content", b"", 'ETag: "MD5 OF THE FILE"', MARK["minio"])
REFUSED = reply("400 Bad Request", REFUSAL, "x-amz-request-id: REQ1")
EXPIRED_TOKEN = reply("400 Bad Request", b"<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>")
STRANGER = reply("200 OK", b"<!DOCTYPE html><html><head><title>Sign in to hotel wifi</title></head></html>", "Server: portal/1")
FAILED = reply("500 Internal Server Error", BROKEN, "x-amz-request-id: REQ2")


class Server:
    """`behave(connection, index)` says what to do once a request was read whole; None: answer STORED.

    `hold`: read nothing and answer nothing. `posts` are the parsed requests, in order of arrival.
    """

    def __init__(self, answer=STORED, hold=False, reset=False):
        self.answer, self.hold, self.reset = answer, hold, reset
        self.posts = []
        self.connected = threading.Event()
        self.closing = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.1)
        self.url = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.threads = []

    def __enter__(self):
        self.accepting = threading.Thread(target=self.accept)
        self.accepting.start()
        return self

    def __exit__(self, *_):
        self.closing.set()
        self.accepting.join()
        for thread in self.threads:
            thread.join()
        self.listener.close()

    def accept(self):
        while not self.closing.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                continue
            thread = threading.Thread(target=self.serve, args=(connection,))
            thread.start()
            self.threads.append(thread)

    def serve(self, connection):
        self.connected.set()
        with connection:
            if self.hold:
                self.closing.wait(30)
                return
            try:
                request = self.read(connection)
            except OSError:
                return
            if self.reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            self.posts.append(request)
            connection.sendall(self.answer.replace(b"MD5 OF THE FILE", hashlib.md5(request.file or b"").hexdigest().encode()))

    def read(self, connection):
        connection.settimeout(30)
        data = b""
        while b"\r\n\r\n" not in data:
            got = connection.recv(65536)
            if not got:
                raise OSError("cut head")
            data += got
        head, body = data.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in lines[1:]}
        length = int(headers["content-length"])
        while len(body) < length:
            got = connection.recv(min(65536, length - len(body)))
            if not got:
                raise OSError("cut body")
            body += got
        return Post(lines[0], headers, body)


class Post:
    """A request taken apart by Python's mail parser, which knows nothing of ours."""

    def __init__(self, line, headers, body):
        self.path = line.split(" ")[1]
        self.headers = headers
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            b"Content-Type: " + headers["content-type"].encode("latin-1") + b"\r\n\r\n" + body)
        self.fields, self.file, self.file_name, self.file_type = [], None, None, None
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            if name == "file":
                self.file, self.file_name, self.file_type = content, part.get_filename(), part.get_content_type()
            else:
                self.fields.append((name, content.decode()))

    def field(self, name):
        return {field.lower(): value for field, value in self.fields}.get(name.lower())
