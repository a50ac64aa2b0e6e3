// @aws-sdk/s3-presigned-post and fetch: a form signed for each object, connections kept by Node.
//
// Usage: node objects_js.cjs SDK_FOLDER PORT OBJECT_BYTES CONNECTIONS
const [sdk, port, objectBytes, connections] = process.argv.slice(2);
const load = require('module').createRequire(require('path').resolve(sdk) + '/');
const { S3Client } = load('@aws-sdk/client-s3');
const { createPresignedPost } = load('@aws-sdk/s3-presigned-post');

const seconds = Number(process.env.BENCH_SECONDS || 0.5);
const file = new Blob([Buffer.alloc(Number(objectBytes), 'x')], { type: 'application/octet-stream' });
const client = new S3Client({
  region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true,
  credentials: { accessKeyId: 'AKIAPOSTAGESANDBOX00', secretAccessKey: 'postage/sandbox/test/secret/not/for/production' },
});
let number = 0;

async function upload() {
  const key = `objects/${String(++number).padStart(12, '0')}.bin`;
  const start = performance.now();
  const post = await createPresignedPost(client, {
    Bucket: 'bench', Key: key, Expires: 3600,
    Fields: { 'Content-Type': 'application/octet-stream', 'x-amz-meta-batch': '1' },
    Conditions: [['content-length-range', 0, 2 ** 32]],
  });
  const form = new FormData();
  for (const [name, value] of Object.entries(post.fields)) form.append(name, value);
  form.append('file', file, key);
  const answer = await fetch(post.url, { method: 'POST', body: form });
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
