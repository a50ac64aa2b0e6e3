"""Parses bodies of the encoder with Python's email package and compares them with what was meant.

    parse_back.py ENCODE_BODY CASES_JSON
"""

import email
import email.policy
import json
import subprocess
import sys
import tempfile


def text_of(value):
    """A value as a case writes it: a text, or one that is repeated and cut."""
    if isinstance(value, str):
        return value
    text = value["text"] * value.get("repeat", 1)
    return text[: len(text) - value.get("cut", 0)]


def file_bytes(case):
    """Files are bytes: each character of the case stands for the byte of its number."""
    return text_of(case["file"]).encode("latin-1")


def file_name(case):
    return case.get("file_name", "file") * case.get("file_name_repeat", 1)


def encode(program, case, read_size):
    with tempfile.NamedTemporaryFile() as content:
        content.write(file_bytes(case))
        content.flush()
        name = file_name(case) if "file_name" in case else "-"
        arguments = [program, str(read_size), case.get("boundary", "-"), name, case.get("file_type", "-"), content.name]
        for field, value in case["fields"]:
            arguments += [field, text_of(value)]
        done = subprocess.run(arguments, stdout=subprocess.PIPE, check=True)
    content_type, body = done.stdout.split(b"\n", 1)
    return content_type, body


def parameter(part, name):
    return part.get_param(name, header="content-disposition")


def parts_of(content_type, body):
    head = b"MIME-Version: 1.0\r\nContent-Type: " + content_type + b"\r\n\r\n"
    message = email.message_from_bytes(head + body, policy=email.policy.compat32)
    assert not message.defects, message.defects
    assert message.is_multipart()
    assert not message.preamble, message.preamble
    assert not message.epilogue, message.epilogue
    for part in message.get_payload():
        assert not part.defects, part.defects
        # The package keeps header bytes above 127 as surrogates: what they say in UTF-8 takes their place.
        raw = dict(part.raw_items())["Content-Disposition"]
        part.replace_header("Content-Disposition", raw.encode("utf-8", "surrogateescape").decode("utf-8"))
        assert part.get_content_disposition() == "form-data"
        yield part


def check_case(program, case, read_size):
    content_type, body = encode(program, case, read_size)
    parts = list(parts_of(content_type, body))
    names = case.get("sent_names", [name for name, _ in case["fields"]])
    assert len(parts) == len(names) + 1, len(parts)
    for part, name, (_, value) in zip(parts, names, case["fields"]):
        assert part.keys() == ["Content-Disposition"], part.keys()
        assert parameter(part, "name") == name, (parameter(part, "name"), name)
        assert parameter(part, "filename") is None
        assert part.get_payload(decode=True) == text_of(value).encode("utf-8"), name
    last = parts[-1]
    assert last.keys() == ["Content-Disposition", "Content-Type"], last.keys()
    assert parameter(last, "name") == "file"
    assert parameter(last, "filename") == case.get("sent_file_name", file_name(case)), parameter(last, "filename")
    assert last["Content-Type"] == case.get("file_type", "application/octet-stream")
    assert last.get_payload(decode=True) == file_bytes(case)


def main():
    program, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)
    for case in cases["cases"]:
        for read_size in cases["read_sizes"]:
            try:
                check_case(program, case, read_size)
            except AssertionError as error:
                sys.exit(f"{case['case']}, read {read_size} at a time: {error!r}")
        print("ok", case["case"])
    assert cases["cases"]


if __name__ == "__main__":
    main()
