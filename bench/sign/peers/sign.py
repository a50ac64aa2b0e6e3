"""Forms signed per second by Python's SDKs, for bench/sign/group.py. Usage: sign.py boto3|minio-py"""
import datetime
import json
import os
import sys
import time

BUCKET, REGION = 'bench-bucket', 'eu-west-1'
ID, SECRET = 'AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
BATCH = 16


def boto3_signer():
    import boto3
    import botocore.config
    client = boto3.client('s3', region_name=REGION, aws_access_key_id=ID, aws_secret_access_key=SECRET,
                          config=botocore.config.Config(signature_version='s3v4'))

    def sign(key):
        client.generate_presigned_post(
            BUCKET, key, Fields={'Content-Type': 'image/png', 'x-amz-meta-user': '42'},
            Conditions=[{'Content-Type': 'image/png'}, ['content-length-range', 1, 10485760], {'x-amz-meta-user': '42'}],
            ExpiresIn=600)
    return sign


def minio_signer():
    from minio import Minio
    from minio.datatypes import PostPolicy
    client = Minio('s3.eu-west-1.amazonaws.com', access_key=ID, secret_key=SECRET, region=REGION)

    def sign(key):
        policy = PostPolicy(BUCKET, datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=10))
        policy.add_equals_condition('key', key)
        policy.add_equals_condition('Content-Type', 'image/png')
        policy.add_content_length_range_condition(1, 10485760)
        policy.add_equals_condition('x-amz-meta-user', '42')
        client.presigned_post_policy(policy)
    return sign


def main():
    sign = {'boto3': boto3_signer, 'minio-py': minio_signer}[sys.argv[1]]()
    seconds = float(os.environ.get('BENCH_SECONDS', '0.5'))
    number = 0

    def run(seconds):
        nonlocal number
        first, end = number, time.monotonic() + seconds
        while time.monotonic() < end:
            for _ in range(BATCH):
                sign(f'uploads/{number:08}.png')
                number += 1
        return number - first

    run(seconds / 10)
    wall, cpu = time.monotonic(), time.process_time()
    forms = run(seconds)
    print(json.dumps({'forms_per_cpu_s': forms / (time.process_time() - cpu), 'forms_per_s': forms / (time.monotonic() - wall)}))


main()
