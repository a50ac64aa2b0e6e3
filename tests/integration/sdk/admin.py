"""Gives a new MinIO user a policy, through MinIO's admin interface: no S3 call does that.

A wish on standard input: {"Endpoint", "AccessKey", "SecretKey" (root's), "User", "Password", "Policy": a document}
"""
import json
import sys

import minio
from minio.credentials import StaticProvider

wish = json.load(sys.stdin)
admin = minio.MinioAdmin(endpoint=wish["Endpoint"].removeprefix("http://"), secure=False,
                         credentials=StaticProvider(wish["AccessKey"], wish["SecretKey"]))
admin.policy_add(wish["User"], policy=wish["Policy"])
admin.user_add(wish["User"], wish["Password"])
admin.attach_policy([wish["User"]], user=wish["User"])
