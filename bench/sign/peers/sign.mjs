// Forms signed per second by JavaScript's SDKs, for bench/sign/group.py. Usage: node sign.mjs MODULES js-v3|minio-js|ali-oss
import { createRequire } from 'node:module';

const [modules, name] = process.argv.slice(2);
const require = createRequire(`${modules}/package.json`);
const BUCKET = 'bench-bucket', ID = 'AKIAIOSFODNN7EXAMPLE', SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const BATCH = 16;

function jsV3() {
  const { S3Client } = require('@aws-sdk/client-s3');
  const { createPresignedPost } = require('@aws-sdk/s3-presigned-post');
  const client = new S3Client({ region: 'eu-west-1', credentials: { accessKeyId: ID, secretAccessKey: SECRET } });
  return (key) => createPresignedPost(client, {
    Bucket: BUCKET, Key: key, Expires: 600,
    Fields: { 'Content-Type': 'image/png', 'x-amz-meta-user': '42' },
    Conditions: [['content-length-range', 1, 10485760]],
  });
}

function minioJs() {
  const { Client } = require('minio');
  const client = new Client({ endPoint: 's3.eu-west-1.amazonaws.com', region: 'eu-west-1', accessKey: ID, secretKey: SECRET });
  return (key) => {
    const policy = client.newPostPolicy();
    policy.setBucket(BUCKET);
    policy.setKey(key);
    policy.setContentType('image/png');
    policy.setContentLengthRange(1, 10485760);
    policy.setUserMetaData({ user: '42' });
    policy.setExpires(new Date(Date.now() + 600000));
    return client.presignedPostPolicy(policy);
  };
}

// It signs whatever policy it is given, so the conditions are written here, as its documents do.
function aliOss() {
  const OSS = require('ali-oss');
  const client = new OSS({ region: 'oss-cn-hangzhou', bucket: BUCKET, accessKeyId: ID, accessKeySecret: SECRET });
  return (key) => {
    const now = new Date();
    const date = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
    const credential = `${ID}/${date.slice(0, 8)}/cn-hangzhou/oss/aliyun_v4_request`;
    const policy = {
      expiration: new Date(now.getTime() + 600000).toISOString(),
      conditions: [{ bucket: BUCKET }, { key }, { 'x-oss-content-type': 'image/png' }, ['content-length-range', 1, 10485760],
        { 'x-oss-meta-user': '42' }, { 'x-oss-signature-version': 'OSS4-HMAC-SHA256' }, { 'x-oss-credential': credential },
        { 'x-oss-date': date }],
    };
    return {
      key, 'x-oss-content-type': 'image/png', 'x-oss-meta-user': '42', 'x-oss-signature-version': 'OSS4-HMAC-SHA256',
      'x-oss-credential': credential, 'x-oss-date': date,
      policy: Buffer.from(JSON.stringify(policy)).toString('base64'),
      'x-oss-signature': client.signPostObjectPolicyV4(policy, now),
    };
  };
}

const sign = { 'js-v3': jsV3, 'minio-js': minioJs, 'ali-oss': aliOss }[name]();
const seconds = Number(process.env.BENCH_SECONDS ?? 0.5);
let number = 0;

async function run(seconds) {
  const first = number, end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    for (let i = 0; i < BATCH; i++) await sign(`uploads/${String(number++).padStart(8, '0')}.png`);
  }
  return number - first;
}

await run(Math.max(seconds / 10, 0.3)); // the compiler needs a while
const wall = performance.now(), cpu = process.cpuUsage();
const forms = await run(seconds);
const used = process.cpuUsage(cpu);
console.log(JSON.stringify({
  forms_per_cpu_s: forms / ((used.user + used.system) / 1e6), forms_per_s: forms / ((performance.now() - wall) / 1e3),
}));
