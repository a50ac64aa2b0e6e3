"""Signing whole forms, against the bare HMAC and other SDKs; reading and checking a form's JSON, against cJSON's parser."""
import pathlib
import shutil

from frame import Contender, Goal, Group

PEERS = pathlib.Path(__file__).resolve().parent / 'peers'
KINDS = {'s3': 'S3', 'oss': 'OSS V4', 'oss-v1': 'OSS V1'}
THREADS = 2


def peers(place):
    """name -> contender; what they sign has a number of bytes close to ours."""
    go = shutil.which('go') or '/usr/bin/go'
    build = {'GOTOOLCHAIN': 'local', 'GOFLAGS': '-mod=readonly', 'CGO_ENABLED': '0'}
    found = {name: Contender([go, 'run', '-C', PEERS, '.', name], environment=build, needs=go)
             for name in ('aws-sdk-go-v2', 'minio-go')}
    found |= {name: Contender([place.python(), PEERS / 'sign.py', name], needs=place.python()) for name in ('boto3', 'minio-py')}
    modules = place.sdk / 'js'
    found |= {name: Contender([shutil.which('node') or 'node', PEERS / 'sign.mjs', modules, name],
                              needs=str(modules / 'node_modules' / package))
              for name, package in (('js-v3', '@aws-sdk/s3-presigned-post'), ('minio-js', 'minio'), ('ali-oss', 'ali-oss'))}
    return found


def sign(place):
    contenders, goals = {}, []
    for kind, name in KINDS.items():
        for mode in ('loop', 'new', 'again'):
            contenders[f'{name}, {mode}'] = Contender([place.program('sign'), mode, kind])
        goals.append(Goal('forms_per_cpu_s', f'{name}, new', f'{name}, loop', at_least=0.4, note='a policy for each form'))
        goals.append(Goal('forms_per_cpu_s', f'{name}, again', f'{name}, loop', at_least=0.4, note='one policy, signed again'))
    for name, contender in peers(place).items():
        contenders[name] = contender
        goals.append(Goal('forms_per_cpu_s', 'OSS V4, new' if name == 'ali-oss' else 'S3, new', name, at_least=1))
    return Group('sign', 'Signing a whole form: policy, base64, signature, fields', contenders, goals)


def threads(place):
    many = f'{THREADS} threads'
    contenders = {f'{mode}, {count}': Contender([place.program('sign'), mode, 's3', number], cores='all')
                  for mode in ('loop', 'new') for count, number in (('1 thread', 1), (many, THREADS))}
    return Group('sign-threads', 'Signing in threads, each with a signer of its own, forms a second and thread', contenders, [
        Goal('forms_per_cpu_s', f'new, {many}', 'new, 1 thread', at_least=0.9, note='by processor time'),
        Goal('forms_per_thread_s', f'new, {many}', 'new, 1 thread', note='by the clock, where other work shows as well'),
        Goal('forms_per_thread_s', f'loop, {many}', 'loop, 1 thread', note='by the clock, what the machine itself gives'),
    ])


def read(place):
    contenders = {name: Contender([place.program('read_form'), name]) for name in ('postage', 'cjson')}
    return Group('read-form', "Reading a form's JSON and checking it, against cJSON's parser on the same text", contenders,
                 [Goal('cpu_ns_per_form', 'postage', 'cjson', at_most=3)])


def groups(place):
    return [sign(place), threads(place), read(place)]
