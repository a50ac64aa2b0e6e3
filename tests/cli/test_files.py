"""Paths that lead to no usable file: each place that takes one says what was found there, and names it."""
import os
import unittest

from tool import CREDENTIALS, Case, MINIO, S3, SOURCE_FAILED, USAGE

TARGET = "s3://bucket/key"


class Mistakes(Case):
    def setUp(self):
        super().setUp()
        self.form = self.file("good.json", self.ok("sign", "minio://bucket/k", env=MINIO).stdout)

    def places(self, path):
        """name: (words, exit code for what cannot be read)."""
        return {
            "FORM of post": (("post", path, self.form), SOURCE_FAILED),
            "FORM of check": (("check", path), SOURCE_FAILED),
            "--policy": (("sign", TARGET, "--policy", path), SOURCE_FAILED),
            "--credentials": (("sign", TARGET, "--credentials", path), CREDENTIALS),
            "FILE of check": (("check", self.form, path), SOURCE_FAILED),
            "FILE of post": (("post", self.form, path), SOURCE_FAILED),
            "FILE of upload": (("upload", path, TARGET), SOURCE_FAILED),
        }

    def each(self, path, says, without=()):
        for place, (words, code) in self.places(path).items():
            if place not in without:
                with self.subTest(place=place):
                    self.refused(code, *words, env=S3, says=(path, says))

    def test_a_directory(self):
        self.each(self.directory, "is a directory")

    def test_a_path_that_does_not_exist(self):
        self.each(os.path.join(self.directory, "none"), "No such file or directory")

    def test_a_pipe_is_not_waited_for(self):
        path = os.path.join(self.directory, "pipe")
        os.mkfifo(path, 0o600)
        self.each(path, "pipe")
        self.refused(SOURCE_FAILED, "check", path, says="give - to read from stdin")

    def test_a_file_that_may_not_be_read(self):
        path = self.file("closed.json", mode=0o000)
        options = {"user": 65534} if os.geteuid() == 0 else {}  # root may read every file
        for place, (words, code) in self.places(path).items():
            if place in ("FORM of post", "FORM of check", "--policy", "--credentials", "FILE of upload"):
                with self.subTest(place=place):
                    self.refused(code, *words, env=S3, says=(path, "Permission denied"), **options)

    def test_an_empty_file(self):
        path = self.file("empty.json", b"")
        for words, code in ((("post", path, self.form), USAGE), (("check", path), USAGE), (("check", "-"), USAGE),
                            (("sign", TARGET, "--policy", path), USAGE), (("sign", TARGET, "--credentials", path), CREDENTIALS)):
            with self.subTest(words=words):
                self.refused(code, *words, says="stdin: is empty" if words[-1] == "-" else path + ": is empty")


if __name__ == "__main__":
    unittest.main()
