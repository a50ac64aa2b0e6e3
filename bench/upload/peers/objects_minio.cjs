// minio for Node and fetch: a form signed for each object, connections kept by Node.
//
// Usage: node objects_minio.cjs SDK_FOLDER PORT OBJECT_BYTES CONNECTIONS
const [sdk, port, objectBytes, connections] = process.argv.slice(2);
const { Client } = require('module').createRequire(require('path').resolve(sdk) + '/')('minio');

const seconds = Number(process.env.BENCH_SECONDS || 0.5);
const file = new Blob([Buffer.alloc(Number(objectBytes), 'x')], { type: 'application/octet-stream' });
const client = new Client({
  endPoint: '127.0.0.1', port: Number(port), useSSL: false, region: 'us-east-1', pathStyle: true,
  accessKey: 'AKIAPOSTAGESANDBOX00', secretKey: 'postage/sandbox/test/secret/not/for/production',
});
let number = 0;

async function upload() {
  const key = `objects/${String(++number).padStart(12, '0')}.bin`;
  const start = performance.now();
  const policy = client.newPostPolicy();
  policy.setBucket('bench');
  policy.setKey(key);
  policy.setContentType('application/octet-stream');
  policy.setContentLengthRange(0, 2 ** 32);
  policy.setUserMetaData({ batch: '1' });
  policy.setExpires(new Date(Date.now() + 3600000));
  const post = await client.presignedPostPolicy(policy);
  const form = new FormData();
  for (const [name, value] of Object.entries(post.formData)) form.append(name, value);
  form.append('file', file, key);
  const answer = await fetch(post.postURL, { method: 'POST', body: form });
  await answer.arrayBuffer();
  if (answer.status !== 204) throw new Error(`status ${answer.status}`);
  return (performance.now() - start) * 1000;
}

async function run(duration) {
  const until = performance.now() + duration * 1000, kept = [];
  await Promise.all(Array.from({ length: Number(connections) }, async () => {
    while (performance.now() < until) kept.push(await upload());
  }));
  return kept.sort((a, b) => a - b);
}

(async () => {
  await run(seconds / 10);
  const start = performance.now(), before = process.cpuUsage();
  const kept = await run(seconds);
  const elapsed = (performance.now() - start) / 1000, used = process.cpuUsage(before);
  console.log(JSON.stringify({
    objects_per_s: kept.length / elapsed, cpu_us_per_object: (used.user + used.system) / kept.length,
    p50_us: kept[Math.floor(kept.length / 2)], p99_us: kept[Math.floor(kept.length * 0.99)],
  }));
  process.exit(0);
})();
