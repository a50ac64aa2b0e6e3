"""Encoding a form's body, and reading one: against copying, scanning, libcurl's mime engine and Go's mime/multipart."""
import pathlib
import shutil

from frame import Contender, Goal, Group

PEERS = pathlib.Path(__file__).resolve().parent / 'peers'
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
SIZES = {KIB: '1 KiB', MIB: '1 MiB', 64 * MIB: '64 MiB', GIB: '1 GiB'}

CHROME = '----WebKitFormBoundary7MA4YWxkTrZu0gW'
OWN = 'kQ3vXbA0fT9wZr2LmN7pYsU1'  # as the encoder draws them, and the shortest in use


def encode_small(place):
    contenders, goals = {}, []
    for fields in (1, 10, 50):
        form = f'{fields} field{"s" if fields > 1 else ""}'
        for way in ('postage', 'libcurl', 'postage-build', 'libcurl-build'):
            contenders[f'{way}, {form}'] = Contender([place.program('encode'), way, fields, KIB])
        for suffix, note in (('', 'encode alone'), ('-build', 'build and encode')):
            goals.append(Goal('us_per_form', f'postage{suffix}, {form}', f'libcurl{suffix}, {form}', at_most=0.3, note=note))
    return Group('encode-small', 'Encoding a small form: fields and a file of 1 KiB', contenders, goals)


def encode_large(place):
    contenders, goals = {}, []
    forms = [(1, MIB), (10, MIB), (50, MIB), (10, 64 * MIB)] + ([] if place.quick else [(10, GIB)])
    for fields, size in forms:
        form = f'{SIZES[size]}, {fields} field{"s" if fields > 1 else ""}'
        for way in ('postage', 'memcpy'):
            contenders[f'{way}, {form}'] = Contender([place.program('encode'), way, fields, size])
        goals.append(Goal('us_per_form', f'postage, {form}', f'memcpy, {form}', at_most=1.05))
    for size in (MIB, 64 * MIB):
        form = f'{SIZES[size]}, 10 fields'
        contenders[f'postage-crc64, {form}'] = Contender([place.program('encode'), 'postage-crc64', 10, size])
        goals.append(Goal('us_per_form', f'postage-crc64, {form}', f'postage, {form}', note='no goal: see upload'))
    return Group('encode-large', 'Encoding a large form, from memory to memory', contenders, goals)


def reader(place):
    program, go = place.program('reader'), shutil.which('go') or '/usr/bin/go'
    contenders = {'memchr': Contender([program, 'memchr', 'random']), 'memcpy': Contender([program, 'memcpy', 'random'])}
    goals = []
    for content in ('random', 'prose', 'table', 'line-ends', 'dashes', 'hostile'):
        contenders[content] = Contender([program, 'reader', content, CHROME])
        if content == 'hostile':
            goals.append(Goal('gb_per_cpu_s', content, 'memchr', note='made to be slow'))
        else:
            goals.append(Goal('gb_per_cpu_s', content, 'memchr', at_least=0.5))
    for content in ('random', 'prose'):
        contenders[f'{content}, 24 characters'] = Contender([program, 'reader', content, OWN])
        goals.append(Goal('gb_per_cpu_s', f'{content}, 24 characters', 'memchr', note='the shortest boundary in use'))
        contenders[f'Go, {content}'] = Contender(
            [go, 'run', PEERS / 'reader.go', program, content], environment={'GOMAXPROCS': '1'}, needs=go)
        goals.append(Goal('gb_per_cpu_s', content, f'Go, {content}', at_least=3))
    goals.append(Goal('gb_per_cpu_s', 'random', 'memcpy'))
    return Group('reader', 'Reading a form with a file of 1 MiB in the second-level cache', contenders, goals)


def groups(place):
    return [encode_small(place), encode_large(place), reader(place)]
