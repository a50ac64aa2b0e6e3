"""Forms of the real signer, judged by the sandbox: valid ones are stored; each single mutation is refused by the rule that is meant."""
import base64
import json
import os
import random
import socket
import subprocess
import unittest

from sandbox_harness import KEY_ID, NOW, SECRET, Case, Reply, body_of, replaced, request_of, without

COUNT = int(os.environ.get("SANDBOX_FORMS", "600"))
SEED = int(os.environ.get("SANDBOX_SEED", "20261121"))
SIGNATURES = ("x-amz-signature", "x-oss-signature", "signature")
CREDENTIALS = ("x-amz-credential", "x-oss-credential", "ossaccesskeyid")


class Mutual(Case):
    words = ("--no-sync", "--bucket", "s3-bucket=s3", "--bucket", "minio=minio", "--bucket", "oss=oss")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        out = subprocess.run([os.environ["WRITE_FORMS"], str(SEED), str(COUNT), str(NOW), KEY_ID, SECRET, "http://localhost:1"],
                             check=True, stdout=subprocess.PIPE).stdout
        cls.forms = [json.loads(line) for line in out.decode().splitlines()]
        cls.sock = socket.create_connection(cls.sandbox.address)

    @classmethod
    def tearDownClass(cls):
        cls.sock.close()
        super().tearDownClass()

    def judge(self, form, fields, size):
        """One request on a connection that is kept while it can be."""
        host = f"{form['bucket']}.localhost"
        request = request_of(body_of(fields, content=b"x" * size), "/", host).replace(b"Connection: close\r\n", b"")
        self.sock.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            piece = self.sock.recv(65536)
            self.assertTrue(piece)
            answer += piece
        reply = Reply(answer)
        while len(reply.body) < int(reply.headers.get("content-length", "0")):
            answer += self.sock.recv(65536)
            reply = Reply(answer)
        if reply.headers["connection"] == "close":
            self.sock.close()
            type(self).sock = socket.create_connection(self.sandbox.address)
        return reply

    def rule_of(self, form, fields, size):
        reply = self.judge(form, fields, size)
        entry = self.sandbox.ledger_tail()
        self.assertEqual(entry["status"], reply.status)
        return entry["rule"] if entry["verdict"] != "stored" else None

    def mutations(self, form, fields, draw):
        """Name of the mutation, fields, size, the rules that may answer."""
        good = form["min"]
        signed = next(name for name, _ in fields if name.lower() in SIGNATURES)
        who = next(name for name, _ in fields if name.lower() in CREDENTIALS)
        policy = dict(fields)["policy"]
        own = [n for n, _ in fields if n.lower() not in (*SIGNATURES, *CREDENTIALS, "policy", "bucket", "x-amz-algorithm", "x-amz-date",
                                                         "x-oss-date", "x-oss-signature-version")]
        name = draw.choice(own)
        value = dict(fields)[name]
        broken = {"condition"} if name != "key" or form["provider"] != "minio" else {"condition", "key-name"}
        yield "another value", replaced(fields, name, "#" + value), good, broken
        yield "field left out", without(fields, name), good, {"missing-key"} if name == "key" else {"condition-no-field"}
        yield "signature", replaced(fields, signed, "0" + dict(fields)[signed][1:]), good, {"signature"}
        bit = draw.randrange(len(policy) - 4)
        changed = policy[:bit] + ("A" if policy[bit] != "A" else "B") + policy[bit + 1:]
        yield "policy", replaced(fields, "policy", changed), good, {"signature"}
        yield "too large", fields, form["max"] + 1, {"size-large"}
        if form["min"] > 0:
            yield "too small", fields, form["min"] - 1, {"size-small"}
        if form["provider"] != "oss":
            yield "extra field", [("x-amz-meta-extra", "1")] + fields, good, {"extra-field"}
        yield "another key id", replaced(fields, who, "Z" + dict(fields)[who]), good, {"access-key"}
        yield "a field twice", fields + [(name, value)], good, {"duplicate-field"}

    def test_each_form_is_accepted_and_each_mutation_refused(self):
        draw, judged = random.Random(SEED), 0
        for number, form in enumerate(self.forms):
            fields = list(form["form"]["fields"].items())
            for size in (form["min"], form["max"]):
                self.assertIsNone(self.rule_of(form, fields, size), (number, form))
            for name, mutated, size, rules in self.mutations(form, fields, draw):
                if dict(mutated) == dict(fields) and len(mutated) == len(fields) and form["min"] <= size <= form["max"]:
                    continue
                rule = self.rule_of(form, mutated, size)
                if name == "another value" and rule is None and self.is_open(form, fields, mutated):
                    continue
                self.assertIn(rule, rules, (number, name, mutated, form))
                judged += 1
        self.assertGreater(judged, 7 * len(self.forms))

    def is_open(self, form, fields, mutated):
        """A rule of any value: the mutation is no violation."""
        name = next(n for (n, a), (_, b) in zip(fields, mutated) if a != b)
        conditions = json.loads(base64.b64decode(dict(fields)["policy"]))["conditions"]
        return ["starts-with", "$" + name.lower(), ""] in [[c[0], c[1].lower(), c[2]] for c in conditions if isinstance(c, list) and len(c) == 3
                                                           and isinstance(c[1], str)]

    def test_expired_forms(self):
        self.sandbox.set_clock(NOW + 600)
        for form in self.forms[:100]:
            self.assertEqual(self.rule_of(form, list(form["form"]["fields"].items()), form["min"]), "expired")
        self.sandbox.set_clock(NOW)


if __name__ == "__main__":
    unittest.main()
