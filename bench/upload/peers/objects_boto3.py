"""boto3 and requests, as its documentation shows presigned POST: a form signed for each object, sessions that keep connections.

Usage: objects_boto3.py PORT OBJECT_BYTES CONNECTIONS
"""
import json
import os
import sys
import threading
import time

import boto3
import botocore.config
import requests

PORT, OBJECT_BYTES, CONNECTIONS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
SECONDS = float(os.environ.get('BENCH_SECONDS', '0.5'))
DATA = b'x' * OBJECT_BYTES

client = boto3.client('s3', region_name='us-east-1', endpoint_url=f'http://127.0.0.1:{PORT}', aws_access_key_id='AKIAPOSTAGESANDBOX00',
                      aws_secret_access_key='postage/sandbox/test/secret/not/for/production',
                      config=botocore.config.Config(signature_version='s3v4', s3={'addressing_style': 'path'}))
latencies, lock = [], threading.Lock()
numbers = iter(range(10**12))


def upload(session):
    with lock:
        key = f'objects/{next(numbers):012}.bin'
    start = time.monotonic()
    form = client.generate_presigned_post('bench', key, Fields={'Content-Type': 'application/octet-stream', 'x-amz-meta-batch': '1'},
                                          Conditions=[{'Content-Type': 'application/octet-stream'}, {'x-amz-meta-batch': '1'},
                                                      ['content-length-range', 0, 1 << 32]])
    answer = session.post(form['url'], data=form['fields'], files={'file': (key, DATA, 'application/octet-stream')})
    if answer.status_code != 204:
        sys.exit(f'objects_boto3: status {answer.status_code}')
    return time.monotonic() - start


def work(until, kept):
    with requests.Session() as session:
        session.trust_env = False
        while time.monotonic() < until:
            kept.append(upload(session))


def run(seconds):
    kept = []
    threads = [threading.Thread(target=work, args=(time.monotonic() + seconds, kept)) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(kept)


run(SECONDS / 10)
start, cpu = time.monotonic(), time.process_time()
latencies = run(SECONDS)
seconds, cpu = time.monotonic() - start, time.process_time() - cpu
print(json.dumps({'objects_per_s': len(latencies) / seconds, 'cpu_us_per_object': cpu * 1e6 / len(latencies),
                  'p50_us': latencies[len(latencies) // 2] * 1e6, 'p99_us': latencies[len(latencies) * 99 // 100] * 1e6}))
