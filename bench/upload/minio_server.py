"""A MinIO of its own, as the integration tests start it, with the benchmarks' keys and bucket. Prints its port; ends with standard input."""
import pathlib
import signal
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / 'tests' / 'integration'))
import s3  # noqa: E402
import servers  # noqa: E402


class BenchMinIO(servers.MinIO):
    keys = s3.Keys('AKIAPOSTAGESANDBOX00', 'postage/sandbox/test/secret/not/for/production')


signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that it is stopped on the way out
with BenchMinIO() as minio:
    if minio.client().make_bucket('bench').status != 200:
        sys.exit('minio_server: no bucket')
    print(minio.endpoint.rsplit(':', 1)[1], flush=True)
    sys.stdin.read()
