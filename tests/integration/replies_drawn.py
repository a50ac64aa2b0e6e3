"""Draws replies by seed: well-formed ones, ones with a single rule broken, and ones with bytes changed anywhere."""

STATUSES = (200, 200, 200, 204, 204, 201, 206, 303, 304, 400, 403, 404, 500, 503, 599, 600, 999)
ODD_STATUSES = ("099", "20", "2000", "2 0", "+20", "-20", "0x1", "200.", "2०0", "")
VERSIONS = (
    "HTTP/1.0", "HTTP/1.1", "HTTP/1.2", "HTTP/2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.1 ", " HTTP/1.1",
    "HTTP/1", "HTTP/01.1", "HTTP/1.10", "ICY", "RTSP/1.0", "",
)
REASONS = (" OK", " OK", " No Content", "", " ", "  ", " Ä", " a\tb", " \xff", " 200", " x\r y")
HEADERS = (
    'ETag: "9b2cf5"', "etag:x", "ETag:\t x \t", "X-Empty:", "X-Amz-Request-Id: 7F", "Location: http://h/b/k?a=b#c",
    "Date: Sat, 28 Nov 2026 08:00:00 GMT", "Server: a:b:c", "X-Obs: \xe4\xff", "X!#$%&'*+-.^_`|~9: token",
    "Content-Type: application/xml", "Keep-Alive: timeout=5", "Upgrade: h2c", "Connection: close",
    "Connection: keep-alive", "Connection: Close", "connection: keep-alive, close", "Connection: close, x",
    "Connection: x,close ,", "Connection: closed", "Connection: close x", "Connection:", "Connection: upgrade",
    "Connection: ,,close", "Connection: \tclose\t", "Proxy-Connection: close", "Trailer: X-End", "Vary: a", "Vary: b",
    "X-Content-Length: 9", "Content-Length-X: 9", "TE: chunked", "X-Transfer-Encoding: chunked",
)
ODD_HEADERS = (
    "X : blank", "X\t: tab", ": nothing", "no colon", " X: begins with a blank", "\tX: begins with a tab",
    "X: folded\r\n on", "X: folded\r\n\ton", "X(y): no token", "X\x80: no token", "X: \x00", "X: a\x01b", "X: a\x7fb",
    "X: a\rb", "X: a\nb", "X: a\r", "X: a\x0b", "X: a\x0c", "\x00: x", "X\x0b: y", "X: y\r\r", "\"X\": y",
)
LENGTHS = (
    "{}", "{}", "0{}", "+{}", "-{}", "{} ", "\t{}", "{}, {}", "{},", "0x{}", "{}.0", "{}e0", "1{}",
    "18446744073709551616", "18446744073709551615", "9223372036854775808", "", "{}\x0b", "\x0c{}", "{}_", "{} {}",
    "'{}'",
)
CODINGS = (
    "chunked", "chunked", "Chunked", "CHUNKED", "chunked ", "\tchunked", "identity", "gzip, chunked",
    "chunked, chunked", "chunked, gzip", "chunked,", ",chunked", "chunked;q=1", "xchunked", "chunked\x0b",
    "\x0cchunked", "chun ked", "", "gzip",
)
SIZES = (
    "{:x}", "{:x}", "{:x}", "{:X}", "0{:x}", "0000000000000{:x}", "00000000000000000000{:x}", "+{:x}", "-{:x}",
    "0x{:x}", "{:x} ", "{:x}\t", " {:x}", "{:x}h", "{:x}.", "{:x}_0", "1{:x}", "10000000000000000", "ffffffffffffffff",
    "",
)
EXTENSIONS = (
    "", "", "", ";", ";x", ";x=y", " ;x=y", "; x = y", ';x="q;r"', ";x;y=z", ";=", ";\t", ";\x80", ";\x7f", ";\x01",
    ";\x00", " x", "\tx", ";\rx", ";x\ny", ";x=\"a\\\"b\"", ";x y", ";@", " \t;x", ';x="', ";x=y;", ";;x",
)
LINE_ENDS = ("\r\n",) * 30 + ("\n", "\r", "\r\r\n", "\n\r", " \r\n", "")
AFTER = ("", "", "", "junk", "\r\n", "HTTP/1.1 204 N\r\n\r\n", "HTTP/1.1 403 F\r\nContent-Length: 1\r\n\r\nx", "\x00")
SPECIAL = "\r\n\0 \t:,;=\"0159afgx-+\x01\x0b\x0c\x15\x7f\x80\xff"


class Drawing:
    """Draws one reply. Each choice is between what is ordinary and what is odd."""

    def __init__(self, random):
        self.random = random
        self.faults = random.choice((0, 0, 0, 1, 1, 2))  # rules that may be broken

    def any_of(self, ordinary, odd):
        """One of the ordinary, or of the odd as long as faults are left."""
        if self.faults and self.random.random() < 0.2:
            self.faults -= 1
            return self.random.choice(odd)
        return self.random.choice(ordinary)

    def line_end(self):
        return self.any_of(("\r\n",), LINE_ENDS)

    def content(self):
        length = self.random.choice((0, 1, 2, 3, 5, 17, 40))
        return "".join(self.random.choice("ab\r\n0\x00\xff;: HT") for _ in range(length))

    def chunk(self, content):
        size = self.any_of(SIZES[:2], SIZES)
        extension = self.any_of(EXTENSIONS[:6], EXTENSIONS)
        return size.format(len(content)) + extension + self.line_end() + content + (self.line_end() if content else "")

    def chunks(self, content):
        text = ""
        while content:
            cut = self.random.randint(1, len(content))
            text += self.chunk(content[:cut])
            content = content[cut:]
        text += self.chunk("")
        for _ in range(self.any_of((0, 0, 0, 1), (1, 2))):
            text += self.any_of(HEADERS, ODD_HEADERS) + self.line_end()
        return text + self.line_end()

    def framing(self, content):
        """Header lines and the body that they announce."""
        kinds = ("length", "length", "chunks", "chunks", "close")
        kind = self.any_of(kinds, ("both", "two lengths", "same length twice", "two codings", "none", "short", "long", "bare"))
        length = "Content-Length: " + self.any_of(("{}",), LENGTHS).replace("{}", str(len(content)))
        coding = "Transfer-Encoding: " + self.any_of(CODINGS[:4], CODINGS)
        chunked = "" if kind in ("length", "close") else self.chunks(content)
        return {
            "length": ([length], content),
            "chunks": ([coding], chunked),
            "close": ([], content),
            "both": ([length, coding], chunked),
            "two lengths": ([length, f"Content-Length: {len(content) + 1}"], content),
            "same length twice": ([length, length], content),
            "two codings": ([coding, coding], chunked),
            "none": ([length], ""),
            "short": ([length], content[:-1]),
            "long": ([length], content + self.content()),
            "bare": ([], chunked),
        }[kind]

    def head(self, status, lines):
        lines = lines + [self.any_of(HEADERS, ODD_HEADERS) for _ in range(self.random.choice((0, 1, 1, 2, 4)))]
        self.random.shuffle(lines)
        version = self.any_of(("HTTP/1.1",) * 8 + ("HTTP/1.0",), VERSIONS)
        status = self.any_of((str(status),), ODD_STATUSES)
        text = version + " " + status + self.any_of(REASONS[:8], REASONS) + self.line_end()
        return text + "".join(line + self.line_end() for line in lines) + self.line_end()

    def reply(self):
        """Interim replies, a final one, and what may stand behind it."""
        text = ""
        while self.random.random() < 0.15:
            lines = self.any_of(((),), (("Content-Length: 5",), ("Transfer-Encoding: chunked",), ("Connection: close",)))
            text += self.head(self.random.choice((100, 100, 102, 103, 199)), list(lines))
        status = self.any_of(STATUSES, (101, 100, 204, 304, 205))
        lines, body = self.framing(self.content())
        if status in (204, 304) and self.random.random() < 0.7:
            lines, body = self.any_of(([], ["Content-Length: 0"]), (lines,)), ""
        return text + self.head(status, lines) + body + self.any_of(AFTER[:3], AFTER)


def mutated(random, text):
    """A bit flipped; a character taken out, put in or replaced; the end cut off; a piece said twice; a line said twice or not."""
    at, other = random.randrange(len(text) + 1), random.randrange(len(text) + 1)
    kind = random.randrange(7)
    if kind == 0:
        return text[:at] + chr(ord(text[at]) ^ 1 << random.randrange(8)) + text[at + 1 :] if at < len(text) else text
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + random.choice(SPECIAL) + text[at:]
    if kind == 3:
        return text[:at] + random.choice(SPECIAL) + text[at + 1 :]
    if kind == 4:
        return text[:at]
    if kind == 5:
        return text[:at] + text[min(at, other) : max(at, other)] + text[at:]
    lines = text.split("\r\n")
    line = random.randrange(len(lines))
    return "\r\n".join(lines[: line + 1] + lines[line + random.randrange(2) :])


def draw(random):
    """@return the bytes of one reply."""
    text = Drawing(random).reply()
    while random.random() < 0.3:
        text = mutated(random, text)
    return text.encode("utf-8" if max(text, default="") > "\xff" else "latin-1")
