// Prints a POST form made by the JavaScript SDK; see form.go. $SDK_MODULES is the folder that `npm ci` filled.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.env.SDK_MODULES}/package.json`);
const { S3Client } = require('@aws-sdk/client-s3');
const { createPresignedPost } = require('@aws-sdk/s3-presigned-post');

const wish = JSON.parse(readFileSync(0, 'utf8'));
const client = new S3Client({
  endpoint: wish.Endpoint,
  region: wish.Region,
  forcePathStyle: true,
  credentials: { accessKeyId: wish.AccessKey, secretAccessKey: wish.SecretKey },
});
const fields = { 'Content-Type': wish.ContentType };
for (const [name, value] of Object.entries(wish.Metadata))
  fields[`x-amz-meta-${name}`] = value;

const form = await createPresignedPost(client, {
  Bucket: wish.Bucket,
  Key: wish.Key,
  Fields: fields,
  Conditions: [['content-length-range', wish.MinSize, wish.MaxSize]],
  Expires: wish.ExpiresSeconds,
});
console.log(JSON.stringify(form));
