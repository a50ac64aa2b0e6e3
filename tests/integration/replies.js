// Judges replies by Node's HTTP parser (llhttp); input and output are described in tests/support/replies.h.
//
//     node replies.js <REPLIES >VERDICTS
'use strict';
process.noDeprecation = true; // the parser alone has no other door
const { HTTPParser } = process.binding('http_parser');

const MOST_HEAD_BYTES = 1 << 20;

function isInterim(status) {
    return status >= 100 && status < 200 && status !== 101;
}

function watch(parser) {
    const seen = { complete: false, status: 0, keeps: false, headers: [], body: [] };
    const addHeaders = (list) => seen.status === 0 && seen.headers.push(...(list || []));
    parser[HTTPParser.kOnHeaders | 0] = addHeaders;
    parser[HTTPParser.kOnHeadersComplete | 0] = (major, minor, headers, method, url, status, message, upgrade, keeps) => {
        addHeaders(headers);
        if (isInterim(status)) seen.headers = [];
        else Object.assign(seen, { status, keeps });
        return isInterim(status) || status === 204 || status === 304 ? 1 : 0; // 1: no body follows, as Node's client says it
    };
    parser[HTTPParser.kOnBody | 0] = (bytes) => seen.body.push(Buffer.from(bytes));
    parser[HTTPParser.kOnMessageComplete | 0] = () => { seen.complete = seen.status !== 0; };
    return seen;
}

function line(end, seen, used) {
    let headers = '';
    for (let i = 0; i < seen.headers.length; i += 2) headers += seen.headers[i] + ':' + seen.headers[i + 1] + '\n';
    return [end, seen.status, used, seen.keeps ? 1 : 0, Buffer.concat(seen.body).toString('hex'),
            Buffer.from(headers, 'latin1').toString('hex')].join('\t');
}

// Byte by byte: the parser does not say where a reply ended.
function judge(reply) {
    const parser = new HTTPParser();
    parser.initialize(HTTPParser.RESPONSE, {}, MOST_HEAD_BYTES, 0);
    const seen = watch(parser);
    let used = 0, fault = null;
    while (used < reply.length && !seen.complete && fault === null) {
        const answer = parser.execute(reply.subarray(used, ++used));
        if (answer instanceof Error) fault = answer.code;
    }
    if (seen.complete) return line('complete', seen, used);
    if (fault !== null) return 'refused\t' + fault;
    if (seen.status === 0) return 'refused\tno head';
    const answer = parser.finish();
    return line(seen.complete && !(answer instanceof Error) ? 'close' : 'cut', seen, used);
}

const lines = require('fs').readFileSync(0, 'latin1').split('\n');
lines.pop();
process.stdout.write(lines.map((text) => judge(Buffer.from(text, 'hex')) + '\n').join(''));
