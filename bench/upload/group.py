"""Uploading: one large file, many small objects, memory, the price of the digest, and whether the sandbox keeps up.

The server is bench-sink, which takes bytes off the socket and answers 204, unless a group says otherwise.
"""
import os
import pathlib
import shutil
import subprocess
import sys

from frame import Bound, Contender, Goal, Group, Server

PEERS = pathlib.Path(__file__).resolve().parent / 'peers'
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
KEYS = {'MINIO_ACCESS_KEY': 'AKIAPOSTAGESANDBOX00', 'MINIO_SECRET_KEY': 'postage/sandbox/test/secret/not/for/production'}


def file_of(place, size):
    """Zeros, in the page cache after the first round, which does not count."""
    path = place.work / f'{size}.bin'
    if not path.exists():
        path.touch()
        os.truncate(path, size)
    return path


def by_tool(place, file, server, scheme='http', more=()):
    return Contender([place.tool(), 'upload', file, 'minio://bench/file.bin', '--endpoint', f'{scheme}://127.0.0.1:{{{server}}}',
                      '--region', 'us-east-1', '--quiet', '--verify', 'crc64', *more], whole=True, environment=KEYS)


def by_curl(file, server, scheme='http', more=()):
    return Contender(['curl', '-sS', '-f', '-o', os.devnull, '-H', 'Expect:', '-F', 'key=file.bin', '-F', f'file=@{file}', *more,
                      f'{scheme}://127.0.0.1:{{{server}}}/bench'], whole=True)


def stream(place):
    file = file_of(place, 64 * MIB if place.quick else 2 * GIB)
    contenders = {'postage': by_tool(place, file, 'sink'), 'curl -F': by_curl(file, 'sink')}
    for way in ('loop', 'sendfile'):
        contenders[way] = Contender([place.program('stream_floor'), '{sink}', file, way], whole=True)
    goals = [Goal('seconds', 'curl -F', 'postage', at_least=1.25, note='how many times as fast'),
             Goal('seconds', 'loop', 'postage', at_least=1.0, note='how many times as fast'),
             Goal('seconds', 'sendfile', 'postage', note='no goal: nobody sees the bytes, so there is no digest'),
             Goal('cpu_s', 'postage', 'curl -F', at_most=0.9),
             Goal('cpu_s', 'postage', 'loop', at_most=1.05)]
    return Group('upload-stream', 'A file of 2 GiB over plain HTTP, whole processes, CRC-64 on', contenders, goals,
                 servers={'sink': Server([place.program('sink')])})


def certificate_of(place):
    """The sink's, and its key."""
    certificate, key = place.work / 'cert.pem', place.work / 'key.pem'
    if not certificate.exists():
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
                        '-keyout', key, '-out', certificate, '-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1'],
                       check=True, capture_output=True)
    return certificate, key


def stream_tls(place):
    file, (certificate, key) = file_of(place, 64 * MIB if place.quick else GIB), certificate_of(place)
    contenders = {'postage': by_tool(place, file, 'tls', 'https', ['--ca-file', certificate]),
                  'curl -F': by_curl(file, 'tls', 'https', ['--cacert', certificate])}
    goals = [Goal('seconds', 'curl -F', 'postage', at_least=1.0, note='how many times as fast'),
             Goal('cpu_s', 'postage', 'curl -F')]
    return Group('upload-stream-tls', 'A file of 1 GiB over TLS 1.3, whole processes, CRC-64 on', contenders, goals,
                 servers={'tls': Server([place.program('sink'), certificate, key])})


# Goals by size and connections: what postage's CPU time for an object may be, of libcurl mime's and of the raw loop's.
CPU_GOALS = {(10 * KIB, 8): (0.36, 2.2), (10 * KIB, 32): (0.3, 2.0), (10 * KIB, 128): (0.3, 2.0), (100 * KIB, 32): (0.45, None)}
ALLOCATIONS_MAX = 6  # an object; libcurl's and OpenSSL's are counted


def over(connections):
    return f'{connections} connection{"s" if connections > 1 else ""}'


def objects_goals(size, connections):
    ours, mime, raw = (f'{name}, {over(connections)}' for name in ('postage', 'curl_mime', 'raw loop'))
    of_mime, of_raw = CPU_GOALS.get((size, connections), (None, None))
    # With one connection everybody waits for the server: the raw loop itself is 1.25 to 1.45 times as fast as mime.
    return [Goal('objects_per_s', ours, mime, at_least=1.1 if connections == 1 else 1.5),
            Goal('cpu_us_per_object', ours, mime, at_most=of_mime),
            Goal('cpu_us_per_object', ours, raw, at_most=of_raw),
            Bound('allocations_per_object', ours, at_most=ALLOCATIONS_MAX)]


def objects(place, size):
    contenders, goals = {}, []
    for connections in (1, 8, 32, 128):
        for name, program in (('postage', 'postage'), ('curl_mime', 'mime'), ('raw loop', 'raw')):
            contenders[f'{name}, {over(connections)}'] = Contender(
                [place.program(f'objects_{program}'), '{sink}', size, connections])
        goals += objects_goals(size, connections)
    if size == 10 * KIB:
        contenders['boto3, 32 connections'] = Contender(
            [place.python(), PEERS / 'objects_boto3.py', '{sink}', size, 32], needs=place.python())
        modules = place.sdk / 'js' / 'node_modules'
        contenders['minio-js, 32 connections'] = Contender(
            ['node', PEERS / 'objects_minio.cjs', modules.parent, '{sink}', size, 32], needs=str(modules / 'minio'))
        for peer in ('boto3', 'minio-js'):
            goals.append(Goal('cpu_us_per_object', 'postage, 32 connections', f'{peer}, 32 connections', note='signs each form'))
    return Group(f'upload-{size // KIB}-kib', f'Objects of {size // KIB} KiB, a new key each', contenders, goals,
                 servers={'sink': Server([place.program('sink')])})


def objects_tls(place):
    certificate, key = certificate_of(place)
    contenders, goals = {}, []
    for connections, at_most in ((1, None), (32, 0.4)):
        ours, mime = f'postage, {over(connections)}', f'curl_mime, {over(connections)}'
        for name, program in ((ours, 'postage'), (mime, 'mime')):
            contenders[name] = Contender(
                [place.program(f'objects_{program}'), '{tls}', 10 * KIB, connections, f'ca={certificate}'])
        goals += [Goal('objects_per_s', ours, mime), Goal('cpu_us_per_object', ours, mime, at_most=at_most)]
    return Group('upload-10-kib-tls', 'Objects of 10 KiB over TLS 1.3, a new key each', contenders, goals,
                 servers={'tls': Server([place.program('sink'), certificate, key])})


def idle(place):
    """An upload must not pay for connections that it does not use. The client and the server need a descriptor for each."""
    certificate, key = certificate_of(place)
    contenders, goals = {}, []
    # Over TLS fewer, since each costs a handshake.
    for way, server, many, settings in (('plain', 'sink', 1000 if place.quick else 10000, []),
                                        ('TLS', 'tls', 200 if place.quick else 1000, [f'ca={certificate}'])):
        few_name, many_name = f'{way}, beside 32', f'{way}, beside {many:,}'
        for name, count in ((few_name, 32), (many_name, many)):
            contenders[name] = Contender([place.program('objects_postage'), f'{{{server}}}', 10 * KIB, 1, f'idle={count}', *settings])
        goals += [Goal('cpu_us_per_object', many_name, few_name, at_most=1.5), Goal('objects_per_s', many_name, few_name)]
    return Group('upload-idle', 'Objects of 10 KiB, one after another, beside connections that are idle', contenders, goals,
                 servers={'sink': Server([place.program('sink')]), 'tls': Server([place.program('sink'), certificate, key])})


def minio(place):
    """The server is the limit there, so that it is CPU per object that is judged, with nothing verified by anybody."""
    found = shutil.which('minio') or shutil.which('minio', path=str(place.sdk.parent / 'bin'))
    program = found or str(place.sdk.parent / 'bin' / 'minio')
    contenders = {name: Contender([place.program(f'objects_{way}'), '{minio}', 10 * KIB, 32, *settings], needs=program)
                  for name, way, settings in (('postage', 'postage', ['verify=none']), ('curl_mime', 'mime', []),
                                              ('raw loop', 'raw', []), ('postage, MD5', 'postage', ['verify=md5']))}
    goals = [Goal('cpu_us_per_object', 'postage', 'curl_mime', at_most=0.6, note='nothing verified'),
             Goal('cpu_us_per_object', 'postage', 'raw loop', note='nothing verified'),
             Goal('cpu_us_per_object', 'postage, MD5', 'curl_mime', note='no goal: only postage verifies'),
             Goal('objects_per_s', 'postage', 'curl_mime', note='the server is the limit')]
    server = Server([sys.executable, '-B', pathlib.Path(__file__).with_name('minio_server.py')])
    return Group('upload-minio', 'Objects of 10 KiB over 32 connections to a MinIO on the other core', contenders, goals,
                 servers={'minio': server} if found else {})


def memory(place):
    sizes = [KIB, MIB, 64 * MIB] if place.quick else [KIB, MIB, 64 * MIB, GIB, 64 * GIB]
    program, (certificate, key) = place.program('memory'), certificate_of(place)
    contenders = {'sizes': Contender([program, 'size', '{sink}', *sizes])}
    goals = [Bound('growth_bytes', 'sizes', at_most=4096, note='own heap at its peak, the largest object against 1 KiB'),
             Bound('growth_allocations', 'sizes', at_most=0, note='the same in allocations: none per piece'),
             Bound('heap_growth_bytes', 'sizes', at_most=4096, note='the same for the whole heap, without pooled scratch')]
    for count in (64, 4096):
        contenders[f'{count} at once'] = Contender([program, 'flight', '{sink}', min(count, 256) if place.quick else count])
        goals += [Bound('heap_bytes_per_upload', f'{count} at once', at_most=20000, note="libcurl's included, without pooled scratch"),
                  Bound('heap_bytes_per_idle_connection', f'{count} at once', at_most=12000)]
    contenders['64 at once, TLS'] = Contender([program, 'flight', '{tls}', 64, certificate])
    return Group('upload-memory', 'Memory: one object of 1 KiB to 64 GiB, and 64 and 4,096 uploads at once', contenders, goals,
                 servers={'sink': Server([place.program('sink')]), 'tls': Server([place.program('sink'), certificate, key])},
                 rounds=1)


def digest(place):
    file, program = file_of(place, 64 * MIB if place.quick else 512 * MIB), place.program('stream')
    contenders = {way: Contender([program, '{sink}', file, way]) for way in ('none', 'crc64', 'crc32c', 'md5')}
    goals = [Goal('gb_per_s', 'crc64', 'none', at_least=0.98), Goal('gb_per_s', 'crc32c', 'none', at_least=0.98),
             Goal('gb_per_s', 'md5', 'none', note='no goal: what MinIO returns'),
             *(Goal('cpu_s_per_gb', way, 'none') for way in ('crc64', 'crc32c', 'md5'))]
    return Group('upload-digests', 'What the digest of one stream costs', contenders, goals,
                 servers={'sink': Server([place.program('sink')])})


def sandbox(place):
    contenders, servers = {}, {'sink': Server([place.program('sink')]), 'sandbox': Server([place.program('sandbox')])}
    file = file_of(place, 64 * MIB if place.quick else GIB)
    for server in servers:
        contenders[f'postage to {server}'] = Contender([place.program('objects_postage'), f'{{{server}}}', 10 * KIB, 32])
        contenders[f'raw loop to {server}'] = Contender([place.program('objects_raw'), f'{{{server}}}', 10 * KIB, 32])
        contenders[f'a large file to {server}'] = by_tool(place, file, server)
    goals = [Goal('objects_per_s', 'postage to sandbox', 'postage to sink', at_least=0.7),
             Goal('objects_per_s', 'raw loop to sandbox', 'raw loop to sink', at_least=0.7,
                  note='the bare ceiling'),
             Goal('seconds', 'a large file to sink', 'a large file to sandbox', at_least=0.7)]
    return Group('upload-sandbox', 'The sandbox against a server that only swallows: 10 KiB objects, and a file of 1 GiB',
                 contenders, goals, servers=servers)


def groups(place):
    return [stream(place), stream_tls(place), objects(place, KIB), objects(place, 10 * KIB), objects(place, 100 * KIB),
            objects_tls(place), idle(place), minio(place), memory(place), digest(place), sandbox(place)]
