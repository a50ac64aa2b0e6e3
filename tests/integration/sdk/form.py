"""Prints a POST form made by boto3 or minio-py; see form.go. Usage: form.py boto3-v4|boto3-v2|minio < wish.json"""
import datetime
import json
import sys


def by_boto3(wish, signature_version):
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "s3", endpoint_url=wish["Endpoint"], region_name=wish["Region"], aws_access_key_id=wish["AccessKey"],
        aws_secret_access_key=wish["SecretKey"],
        config=Config(signature_version=signature_version, s3={"addressing_style": "path"}))
    fields = {"Content-Type": wish["ContentType"]}
    fields.update({"x-amz-meta-" + name: value for name, value in wish["Metadata"].items()})
    conditions = [{name: value} for name, value in fields.items()]
    conditions.append(["content-length-range", wish["MinSize"], wish["MaxSize"]])
    return client.generate_presigned_post(wish["Bucket"], wish["Key"], fields, conditions, wish["ExpiresSeconds"])


def by_minio(wish):
    from minio import Minio
    from minio.datatypes import PostPolicy

    scheme, host = wish["Endpoint"].split("://")
    client = Minio(host, wish["AccessKey"], wish["SecretKey"], region=wish["Region"], secure=scheme == "https")
    expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=wish["ExpiresSeconds"])
    policy = PostPolicy(wish["Bucket"], expires)
    own = {"key": wish["Key"], "Content-Type": wish["ContentType"]}
    own.update({"x-amz-meta-" + name: value for name, value in wish["Metadata"].items()})
    for name, value in own.items():
        policy.add_equals_condition(name, value)
    policy.add_content_length_range_condition(wish["MinSize"], wish["MaxSize"])
    # minio-py returns its own fields only, and no URL.
    return {"url": f"{wish['Endpoint']}/{wish['Bucket']}", "fields": {**own, **client.presigned_post_policy(policy)}}


MAKERS = {
    "boto3-v4": lambda wish: by_boto3(wish, "s3v4"),
    "boto3-v2": lambda wish: by_boto3(wish, "s3"),
    "minio": by_minio,
}

if __name__ == "__main__":
    print(json.dumps(MAKERS[sys.argv[1]](json.load(sys.stdin))))
