"""Keys: where they come from, what is refused, and that no secret is ever seen."""
import json
import os
import socket
import subprocess
import unittest

from tool import AT, CREDENTIALS, Case, KEY_ID, MINIO, S3, SECRET, USAGE, expected_signature, run, start

TARGET = "minio://bucket/key"


def without(env, *names):
    return {name: value for name, value in env.items() if name not in names}


class Where(Case):
    def key_id(self, *words, **options):
        return self.form(*words, **options)["fields"]["x-amz-credential"].split("/")[0]

    def test_missing_keys_list_what_was_looked_for(self):
        self.refused(CREDENTIALS, "sign", "s3://bucket/key", env={"AWS_REGION": "us-east-1"},
                     says=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "--credentials"))
        self.refused(CREDENTIALS, "sign", TARGET, env={"MINIO_ENDPOINT": "http://127.0.0.1:9"},
                     says=("MINIO_ACCESS_KEY", "MINIO_ROOT_USER", "MC_HOST_<alias>", "AWS_ACCESS_KEY_ID", "--credentials"))
        self.refused(CREDENTIALS, "sign", "s3://bucket/key", env={**S3, "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""},
                     says="AWS_ACCESS_KEY_ID")

    def test_half_a_pair_is_an_error(self):
        self.refused(CREDENTIALS, "sign", "s3://bucket/key", env=without(S3, "AWS_SECRET_ACCESS_KEY"), says="AWS_SECRET_ACCESS_KEY is not")
        self.refused(CREDENTIALS, "sign", "s3://bucket/key", env=without(S3, "AWS_ACCESS_KEY_ID"), says="AWS_ACCESS_KEY_ID is not")
        self.refused(CREDENTIALS, "sign", TARGET, env={**MINIO, "MINIO_SECRET_KEY": ""}, says="MINIO_SECRET_KEY is not")

    def test_a_value_that_cannot_be_names_both_variables(self):
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            self.refused(CREDENTIALS, "sign", "s3://bucket/key", env={**S3, name: "canary\n"},
                         says=("AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: " + name[4:].lower(),))

    def test_minio_takes_its_own_names_before_those_of_others(self):
        place = {"MINIO_ENDPOINT": "http://127.0.0.1:9"}
        aws = {"AWS_ACCESS_KEY_ID": "AWSID", "AWS_SECRET_ACCESS_KEY": "s" * 20}
        root = {"MINIO_ROOT_USER": "ROOTID", "MINIO_ROOT_PASSWORD": "s" * 20}
        host = {"MC_HOST_a": "http://HOSTID:ssssssssss@127.0.0.1:9"}
        self.assertEqual(self.key_id(TARGET, env={**place, **aws}), "AWSID")
        self.assertEqual(self.key_id(TARGET, env={**place, **aws, **host}), "HOSTID")
        self.assertEqual(self.key_id(TARGET, env={**place, **aws, **host, **root}), "ROOTID")
        self.assertEqual(self.key_id(TARGET, env={**aws, **host, **root, **MINIO}), KEY_ID)

    def test_the_token_goes_into_form_and_policy(self):
        for env in ({**S3, "AWS_SESSION_TOKEN": "TOKENTOKEN"}, {**MINIO, "MINIO_SESSION_TOKEN": "TOKENTOKEN"}):
            target = "s3://bucket/key" if "AWS_REGION" in env else TARGET
            self.assertEqual(self.form(target, env=env)["fields"]["x-amz-security-token"], "TOKENTOKEN")
            self.assertIn({"x-amz-security-token": "TOKENTOKEN"}, self.policy(target, env=env)["conditions"])

    def test_the_form_does_not_outlive_its_keys(self):
        env = {**S3, "AWS_SESSION_TOKEN": "t", "AWS_CREDENTIAL_EXPIRATION": "2015-12-29T00:05:00+00:00"}
        done = self.ok("sign", "s3://bucket/key", "--at", AT, "--type", "a/b", "--max-size", "1", "-o", "policy", env=env)
        self.assertEqual(json.loads(done.stdout)["expiration"], "2015-12-29T00:05:00.000Z")
        self.assertIn(b"postage: note: ", done.stderr)
        self.refused(CREDENTIALS, "sign", "s3://bucket/key", "--at", "2015-12-29T00:05:00Z", env=env,
                     says="expired at 2015-12-29T00:05:00.000Z; it is 2015-12-29T00:05:00.000Z")
        self.refused(CREDENTIALS, "sign", "s3://bucket/key", env={**env, "AWS_CREDENTIAL_EXPIRATION": "soon"},
                     says=("AWS_CREDENTIAL_EXPIRATION", "soon"))


class McHost(Case):
    def test_a_single_variable_gives_endpoint_and_keys(self):
        form = self.form(TARGET, "--at", AT, env={"MC_HOST_play": f"http://{KEY_ID}:{SECRET.replace('/', '%2F')}:TOKEN@127.0.0.1:9000"})
        self.assertEqual(form["url"], "http://127.0.0.1:9000/bucket")
        self.assertEqual(form["fields"]["x-amz-security-token"], "TOKEN")
        self.assertEqual(form["fields"]["x-amz-signature"], expected_signature(form["fields"]["policy"]))

    def test_several_variables_ask_for_one(self):
        env = {"MC_HOST_a": "http://IDA:secretsecret@127.0.0.1:1", "MC_HOST_b": "http://IDB:secretsecret@127.0.0.1:2"}
        self.refused(USAGE, "sign", TARGET, env=env, says=("MC_HOST_a", "MC_HOST_b", "--endpoint"))
        form = self.form(TARGET, "--endpoint", "http://127.0.0.1:2/", env=env)
        self.assertTrue(form["fields"]["x-amz-credential"].startswith("IDB/"))
        self.refused(CREDENTIALS, "sign", TARGET, "--endpoint", "http://127.0.0.1:3", env=env)

    def test_what_is_malformed_is_named_but_not_shown(self):
        for value in ("http://ID:CANARYSECRET", "http://ID:CANARYSECRET@", "ID:CANARYSECRET@h", "http://ID:CANARYSECRET@h/path"):
            text = self.refused(CREDENTIALS, "sign", TARGET, env={"MC_HOST_x": value}, says="MC_HOST_x")
            self.assertNotIn("CANARY", text)


class File(Case):
    def keys(self, content, mode=0o600):
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        return self.file("keys.json", content, mode)

    def sign(self, path, env={"AWS_REGION": "us-east-1"}):
        return self.form("s3://bucket/key", "--at", AT, "--credentials", path, env=env)

    def test_both_spellings_are_read(self):
        for content in ({"access_key_id": KEY_ID, "secret_access_key": SECRET, "session_token": "T", "expires": "2030-01-01T00:00:00Z"},
                        {"Version": 1, "AccessKeyId": KEY_ID, "SecretAccessKey": SECRET, "SessionToken": "T", "Expiration": "2030-01-01T00:00:00Z"}):
            form = self.sign(self.keys(content))
            self.assertEqual(form["fields"]["x-amz-security-token"], "T")
            self.assertEqual(form["fields"]["x-amz-signature"], expected_signature(form["fields"]["policy"]))

    def test_the_file_goes_before_the_environment(self):
        form = self.sign(self.keys({"access_key_id": "FROMFILE", "secret_access_key": SECRET}), env=S3)
        self.assertTrue(form["fields"]["x-amz-credential"].startswith("FROMFILE/"))

    def test_a_file_that_others_may_read_is_refused(self):
        for mode in (0o644, 0o640, 0o604, 0o660, 0o610):
            path = self.keys({"access_key_id": KEY_ID, "secret_access_key": SECRET}, mode)
            self.refused(CREDENTIALS, "sign", "s3://bucket/key", "--credentials", path, says=("--credentials", "%03o" % mode, "chmod 600"))

    def test_what_is_no_file_of_keys_is_refused(self):
        self.refused(CREDENTIALS, "sign", "s3://bucket/key", "--credentials", self.directory, says="is a")
        self.refused(CREDENTIALS, "sign", "s3://bucket/key", "--credentials", self.directory + "/none", says="No such file")
        fifo = self.directory + "/fifo"
        os.mkfifo(fifo, 0o600)
        self.refused(CREDENTIALS, "sign", "s3://bucket/key", "--credentials", fifo, says="is a")

    def test_contents_are_read_strictly_and_never_quoted(self):
        good = b'"access_key_id":"%s","secret_access_key":"CANARYSECRET"' % KEY_ID.encode()
        for content in (b"", b"CANARYSECRET", b"[]", b"null", b"{%s} x" % good, b"{%s}{%s}" % (good, good), b"{%s" % good,
                        b'{%s,"secret_access_key":"CANARY2"}' % good, b'{%s,"SecretAccessKey":"CANARY2"}' % good,
                        b'{"access_key_id":"A","secret_access_key":"CANARY\\u0000x"}', b'{"access_key_id":"A","secret_access_key":"CANARY\0x"}',
                        b'{"access_key_id":"A"}', b'{"secret_access_key":"CANARY"}', b'{"access_key_id":1,"secret_access_key":"CANARY"}',
                        b'{"access_key_id":"A","secret_access_key":""}', b'{"ACCESS_KEY_ID":"A","secret_access_key":"CANARY"}',
                        b'{%s,"expires":"CANARY"}' % good, b"{%s}" % good + b" " * 70000, b'{"access_key_id":"A\\nCANARY","secret_access_key":"b"}',
                        b'{"a":' * 2000 + b"1" + b"}" * 2000):
            with self.subTest(content=content[:60]):
                path = self.keys(content)
                text = self.refused(CREDENTIALS, "sign", "s3://bucket/key", "--credentials", path, says="keys.json")
                self.assertNotIn("CANARY", text)


class Secrets(Case):
    def test_secrets_are_not_taken_from_flags(self):
        for words in (("--secret-access-key", "CANARY"), ("--secret-key=CANARY",), ("--session-token=CANARY",), ("--access-key=CANARY",)):
            text = self.refused(USAGE, "sign", "s3://bucket/key", *words, says="never taken from the command line")
            self.assertNotIn("CANARY", text)

    def test_keys_in_addresses_are_not_shown(self):
        for words in (("minio://ID:CANARY@bucket/key",), ("minio://bucket/key", "--endpoint", "http://ID:CANARY@127.0.0.1:9"),
                      ("minio://bucket/key", "--public-url", "http://ID:CANARY@h/")):
            text = self.refused(USAGE, "sign", *words, env=MINIO)
            self.assertNotIn("CANARY", text)
        text = self.refused(USAGE, "sign", TARGET, env={**MINIO, "MINIO_ENDPOINT": "http://ID:CANARY@127.0.0.1:9"}, says="MINIO_ENDPOINT")
        self.assertNotIn("CANARY", text)

    def test_no_command_prints_a_secret(self):
        secret, token = "CANARYSECRETCANARYSECRET", "CANARYTOKENCANARYTOKEN"
        s3 = {**S3, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}
        minio = {"MINIO_ENDPOINT": "http://127.0.0.1:9", "MINIO_ROOT_USER": "u", "MINIO_ROOT_PASSWORD": secret}
        host = {"MC_HOST_a": f"http://ID:{secret}:{token}@127.0.0.1:9"}
        path = self.file("photo.jpg")
        form = self.file("form.json", run("sign", TARGET, env=host).stdout)
        commands = [(words, env) for env in (s3, minio, host) for target in (("s3://bucket/" if env is s3 else "minio://bucket/"),)
                    for words in (("sign", target, "-v"), ("sign", target, "--type", ""), ("presign", "get", target + "k", "-v"),
                                  ("upload", path, target + "x", "-v", "--endpoint", "http://127.0.0.1:9"), ("upload", path, "none", target, "-v", "--endpoint", "http://127.0.0.1:9"),
                                  ("post", form, path, "-v"), ("post", form, path, "-v", "--json"), ("sign", target, "--nonsense"), ("--help",))]
        for words, env in commands:
            with self.subTest(words=words):
                done = run(*words, env=env)
                self.assertNotIn(secret.encode(), done.stdout + done.stderr)
                self.assertNotIn(token.encode(), done.stderr)
                if words[0] in ("upload", "post"):
                    self.assertNotIn(token.encode(), done.stdout)

    def test_the_environment_keeps_none_while_a_command_runs(self):
        secret = "CANARYSECRETCANARYSECRET"
        env = {**S3, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": secret, "MC_HOST_a": f"http://ID:{secret}@127.0.0.1:9",
               "MINIO_ROOT_PASSWORD": secret, "OSS_ACCESS_KEY_SECRET": secret}
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(30)
            place = ("s3://bucket/key", "--endpoint", "http://127.0.0.1:%d" % listener.getsockname()[1])
            form = self.file("form.json", run("sign", *place).stdout)
            for words in (("upload", "-", *place), ("post", form, "-")):
                with self.subTest(words=words), start(*words, "--size", "9", env=env, stdin=subprocess.PIPE) as child:
                    child.stdin.write(b"x")
                    child.stdin.flush()
                    with listener.accept()[0]:  # whatever it needs keys for is behind it
                        self.assertNotIn(secret.encode(), environment_of(child.pid))
                    child.kill()


def environment_of(pid):
    """As a core file would show it; nothing to see where the kernel keeps it from us."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return file.read()
    except OSError:
        return b""


if __name__ == "__main__":
    unittest.main()
