/* Every finding, once for a form that has it and once for one that barely has not. */
#include "support/check_spec.h"

/* --- the table --- */

#define META_KEY "x-amz-meta-a="
static char meta_fits[sizeof META_KEY + 2048], meta_over[sizeof META_KEY + 2049];
static char key_fits[4 + 1024 + 1], key_over[4 + 1025 + 1];
static char filler_fits[64 + 18 * 1024], filler_over[64 + 21 * 1024], field_over[64 + 1024 * 1024 + 1];

static const struct row {
    const char *name;
    enum side_index side;
    enum postage_finding_id id;
    enum postage_effect effect;
    struct spec has;
    struct spec has_not;
} rows[] = {
    { "a form without a URL", S3, POSTAGE_FINDING_URL_MISSING, POSTAGE_EFFECT_NOTE, { .url = "" }, { 0 } },
    { "no key",
      S3,
      POSTAGE_FINDING_KEY_MISSING,
      POSTAGE_EFFECT_REFUSED,
      { .without = "key", .key_rule = "{\"acl\": \"private\"}" },
      { 0 } },
    { "no key on OSS", OSS, POSTAGE_FINDING_KEY_MISSING, POSTAGE_EFFECT_REFUSED, { .without = "key" }, { 0 } },
    { "S3 joins repeated fields",
      S3,
      POSTAGE_FINDING_DUPLICATE_FIELD,
      POSTAGE_EFFECT_NOTE,
      { .conditions = "[\"eq\", \"$acl\", \"private,private\"]", .extra = "acl=private\nACL=private" },
      { .conditions = "[\"eq\", \"$acl\", \"private\"]", .extra = "acl=private" } },
    { "MinIO refuses them",
      MINIO,
      POSTAGE_FINDING_DUPLICATE_FIELD,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$acl\", \"\"]", .extra = "acl=private\nacl=private" },
      { .conditions = "[\"starts-with\", \"$acl\", \"\"]", .extra = "acl=private" } },
    { "OSS is silent about them",
      OSS,
      POSTAGE_FINDING_DUPLICATE_FIELD,
      POSTAGE_EFFECT_NOTE,
      { .extra = "x:a=1\nx:a=2" },
      { .extra = "x:a=1" } },
    { "20 KB before the file on S3",
      S3,
      POSTAGE_FINDING_PRE_FILE_TOO_LARGE,
      POSTAGE_EFFECT_REFUSED,
      { .extra = filler_over },
      { .extra = filler_fits } },
    { "one MiB a field on MinIO",
      MINIO,
      POSTAGE_FINDING_FIELD_TOO_LONG,
      POSTAGE_EFFECT_REFUSED,
      { .extra = field_over },
      { .extra = filler_over } },
    { "anonymous on S3", S3, POSTAGE_FINDING_UNSIGNED, POSTAGE_EFFECT_NOTE, { .anonymous = true }, { .older = true } },
    { "anonymous on MinIO", MINIO, POSTAGE_FINDING_UNSIGNED, POSTAGE_EFFECT_REFUSED, { .anonymous = true }, { .older = true } },
    { "no signature", S3, POSTAGE_FINDING_SIGNATURE_MISSING, POSTAGE_EFFECT_REFUSED, { .without = "x-amz-signature" }, { 0 } },
    { "no policy", OSS, POSTAGE_FINDING_SIGNATURE_MISSING, POSTAGE_EFFECT_REFUSED, { .without = "policy" }, { .older = true } },
    { "no SigV2 signature",
      S3,
      POSTAGE_FINDING_SIGNATURE_MISSING,
      POSTAGE_EFFECT_REFUSED,
      { .older = true, .without = "signature" },
      { .older = true } },
    { "MinIO does without a date",
      MINIO,
      POSTAGE_FINDING_SIGNATURE_MISSING,
      POSTAGE_EFFECT_TOLERATED,
      { .without = "x-amz-date", .uncovered = "x-amz-date" },
      { 0 } },
    { "upper-case hex",
      S3,
      POSTAGE_FINDING_SIGNATURE_MALFORMED,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-signature=0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef" },
      { 0 } },
    { "a scope of another service",
      S3,
      POSTAGE_FINDING_SIGNATURE_MALFORMED,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-credential=AKID/20261121/eu-west-1/sts/aws4_request" },
      { .fields = "x-amz-credential=AKID/20261121/us-east-1/s3/aws4_request" } },
    { "a scope without a key id",
      OSS,
      POSTAGE_FINDING_SIGNATURE_MALFORMED,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "x-oss-credential=/20261121/cn-hangzhou/oss/aliyun_v4_request" },
      { 0 } },
    { "another algorithm",
      S3,
      POSTAGE_FINDING_SIGNATURE_MALFORMED,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-algorithm=AWS4-HMAC-SHA1" },
      { 0 } },
    { "MinIO ignores the algorithm",
      MINIO,
      POSTAGE_FINDING_SIGNATURE_MALFORMED,
      POSTAGE_EFFECT_TOLERATED,
      { .fields = "x-amz-algorithm=AWS4-HMAC-SHA1" },
      { 0 } },
    { "a SigV2 signature in hex",
      S3,
      POSTAGE_FINDING_SIGNATURE_MALFORMED,
      POSTAGE_EFFECT_REFUSED,
      { .older = true, .fields = "signature=a-b" },
      { .older = true } },
    { "signed the day before",
      S3,
      POSTAGE_FINDING_DATE_DIFFERS,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-date=20261120T235959Z" },
      { .fields = "x-amz-date=20261121T000000Z" } },
    { "which MinIO does not see",
      MINIO,
      POSTAGE_FINDING_DATE_DIFFERS,
      POSTAGE_EFFECT_TOLERATED,
      { .fields = "x-amz-date=20261120T235959Z" },
      { .fields = "x-amz-date=20261121T000000Z" } },
    { "signed ahead", OSS, POSTAGE_FINDING_DATE_IN_FUTURE, POSTAGE_EFFECT_NOTE, { .at = -901 }, { .at = -900 } },
    { "seven days and a second",
      S3,
      POSTAGE_FINDING_SIGNATURE_TOO_OLD,
      POSTAGE_EFFECT_REFUSED,
      { .at = 604801, .expiration = "2027-01-01T00:00:00Z" },
      { .at = 604800, .expiration = "2027-01-01T00:00:00Z" } },
    { "seven days on OSS",
      OSS,
      POSTAGE_FINDING_SIGNATURE_TOO_OLD,
      POSTAGE_EFFECT_REFUSED,
      { .at = 604801, .expiration = "2027-01-01T00:00:00Z" },
      { .at = 604800, .expiration = "2027-01-01T00:00:00Z" } },
    { "a promise of eight days",
      S3,
      POSTAGE_FINDING_EXPIRY_CUT,
      POSTAGE_EFFECT_NOTE,
      { .expiration = "2026-11-29T12:00:00Z" },
      { .expiration = "2026-11-28T12:00:00Z" } },
    { "expired to the second", S3, POSTAGE_FINDING_EXPIRED, POSTAGE_EFFECT_REFUSED, { .at = 3600 }, { .at = 3599 } },
    { "expired on OSS, V1",
      OSS,
      POSTAGE_FINDING_EXPIRED,
      POSTAGE_EFFECT_REFUSED,
      { .at = 3600, .older = true },
      { .at = 3599, .older = true } },
    { "a minute left", MINIO, POSTAGE_FINDING_EXPIRES_SOON, POSTAGE_EFFECT_NOTE, { .at = 3540 }, { .at = 3539 } },

    { "an exact value",
      S3,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "{\"acl\": \"private\"}", .fields = "acl=Private" },
      { .conditions = "{\"ACL\": \"private\"}", .fields = "Acl=private" } },
    { "a prefix",
      MINIO,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "key=UP/cat.jpg" },
      { .fields = "key=up/" } },
    { "one of a list",
      OSS,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"in\", \"$x-oss-content-type\", [\"image/png\", \"image/gif\"]]",
        .fields = "x-oss-content-type=image/jpeg" },
      { .conditions = "[\"in\", \"$x-oss-content-type\", [\"image/png\", \"image/gif\"]]",
        .fields = "x-oss-content-type=image/gif" } },
    { "none of a list",
      OSS,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"not-in\", \"$cache-control\", [\"no-store\"]]", .fields = "Cache-Control=no-store" },
      { .conditions = "[\"not-in\", \"$cache-control\", [\"no-store\"]]", .fields = "Cache-Control=no-cache" } },
    { "two conditions on one field",
      S3,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$key\", \"up/dog\"]" },
      { .conditions = "[\"starts-with\", \"$key\", \"up/cat\"]" } },
    { "the type that is meant",
      S3,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$Content-Type\", \"image/\"]",
        .fields = "Content-Type=image/png",
        .type = "text/html" },
      { .conditions = "[\"starts-with\", \"$Content-Type\", \"image/\"]", .type = "image/jpeg" } },
    { "each type of a list on S3",
      S3,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$Content-Type\", \"image/\"]", .fields = "content-type=image/jpg,text/plain" },
      { .conditions = "[\"starts-with\", \"$Content-Type\", \"image/\"]", .fields = "content-type=image/jpg,image/png" } },
    { "no list of other fields",
      S3,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$Cache-Control\", \"max-age\"]", .fields = "Cache-Control=public,max-age=1" },
      { .conditions = "[\"starts-with\", \"$Cache-Control\", \"max-age\"]", .fields = "Cache-Control=max-age=1,public" } },
    { "S3 expands metadata",
      S3,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "{\"x-amz-meta-n\": \"${filename}\"}", .fields = "x-amz-meta-n=${filename}" },
      { .conditions = "{\"x-amz-meta-n\": \"cat.jpg\"}", .fields = "x-amz-meta-n=${filename}" } },
    { "MinIO does not",
      MINIO,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "{\"x-amz-meta-n\": \"cat.jpg\"}", .fields = "x-amz-meta-n=${filename}" },
      { .conditions = "{\"x-amz-meta-n\": \"${filename}\"}", .fields = "x-amz-meta-n=${filename}" } },
    { "an exact key that is replaced",
      S3,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .key_rule = "{\"key\": \"up/${filename}\"}", .fields = "key=up/${filename}" },
      { .key_rule = "{\"key\": \"up/${filename}\"}", .fields = "key=up/${filename}", .nameless = true } },
    { "the path of the file's name on S3",
      S3,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .key_rule = "{\"key\": \"up/cat.jpg\"}", .fields = "key=up/${filename}", .file = "C:\\a/dog.jpg" },
      { .key_rule = "{\"key\": \"up/cat.jpg\"}", .fields = "key=up/${filename}", .file = "C:\\a\\cat.jpg" } },
    { "a backslash is a letter on MinIO",
      MINIO,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .key_rule = "{\"key\": \"up/cat.jpg\"}", .fields = "key=up/${filename}", .file = "a\\cat.jpg" },
      { .key_rule = "{\"key\": \"up/cat.jpg\"}", .fields = "key=up/${filename}", .file = "a/cat.jpg" } },
    { "OSS sees the key as written",
      OSS,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .key_rule = "[\"starts-with\", \"$key\", \"up/cat\"]", .fields = "key=up/${filename}" },
      { .key_rule = "[\"starts-with\", \"$key\", \"up/$\"]", .fields = "key=up/${filename}" } },
    { "two dollars never match on S3",
      S3,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .key_rule = "{\"key\": \"up/$$\"}", .fields = "key=up/$$" },
      { .key_rule = "{\"key\": \"up/$\"}", .fields = "key=up/$" } },
    { "the bucket of a virtual host",
      S3,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .url = "https://other.s3.eu-west-1.amazonaws.com/" },
      { .url = "https://files.example.com/" } },
    { "the bucket of a path",
      MINIO,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .url = "http://127.0.0.1:9000/other/" },
      { .url = "http://127.0.0.1:9000/box/" } },
    { "the bucket field on S3",
      S3,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "bucket=other" },
      { .fields = "bucket=box" } },
    { "MinIO compares some names only",
      MINIO,
      POSTAGE_FINDING_CONDITION_FAILED,
      POSTAGE_EFFECT_TOLERATED,
      { .conditions = "{\"Content-Language\": \"de\"}", .fields = "Content-Language=en" },
      { .conditions = "{\"Content-Language\": \"de\"}", .fields = "Content-Language=de" } },
    { "a condition without its field",
      S3,
      POSTAGE_FINDING_FIELD_MISSING,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"starts-with\", \"$x-amz-meta-tag\", \"\"]" },
      { .conditions = "[\"starts-with\", \"$x-amz-meta-tag\", \"\"]", .fields = "x-amz-meta-tag=" } },
    { "is empty for MinIO",
      MINIO,
      POSTAGE_FINDING_FIELD_MISSING,
      POSTAGE_EFFECT_TOLERATED,
      { .conditions = "[\"starts-with\", \"$x-amz-meta-tag\", \"\"]" },
      { .conditions = "[\"starts-with\", \"$x-amz-meta-tag\", \"\"]", .fields = "x-amz-meta-tag=" } },
    { "and empty is not a value",
      MINIO,
      POSTAGE_FINDING_FIELD_MISSING,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "{\"x-amz-meta-tag\": \"a\"}" },
      { .conditions = "{\"x-amz-meta-tag\": \"a\"}", .fields = "x-amz-meta-tag=a" } },
    { "a condition without its field on OSS",
      OSS,
      POSTAGE_FINDING_FIELD_MISSING,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "{\"success_action_status\": \"200\"}" },
      { .conditions = "{\"success_action_status\": \"200\"}", .fields = "success_action_status=200" } },
    { "an exact template on OSS",
      OSS,
      POSTAGE_FINDING_FILENAME_EXACT,
      POSTAGE_EFFECT_REFUSED,
      { .key_rule = "{\"key\": \"up/${filename}\"}", .fields = "key=up/${filename}" },
      { .key_rule = "{\"key\": \"up/cat.jpg\"}" } },

    { "no bucket in an S3 policy",
      S3,
      POSTAGE_FINDING_BUCKET_UNCOVERED,
      POSTAGE_EFFECT_REFUSED,
      { .uncovered = "bucket" },
      { 0 } },
    { "no bucket in an OSS policy",
      OSS,
      POSTAGE_FINDING_BUCKET_UNCOVERED,
      POSTAGE_EFFECT_NOTE,
      { .uncovered = "bucket" },
      { 0 } },
    { "an OSS date that nobody named",
      OSS,
      POSTAGE_FINDING_SIGNATURE_UNCOVERED,
      POSTAGE_EFFECT_REFUSED,
      { .uncovered = "x-oss-date" },
      { .older = true } },
    { "a token that nobody named",
      S3,
      POSTAGE_FINDING_TOKEN_UNCOVERED,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-security-token=T" },
      { .fields = "x-amz-security-token=T", .conditions = "{\"x-amz-security-token\": \"T\"}" } },
    { "a token that nobody named on OSS",
      OSS,
      POSTAGE_FINDING_TOKEN_UNCOVERED,
      POSTAGE_EFFECT_NOTE,
      { .fields = "x-oss-security-token=T" },
      { .fields = "x-oss-security-token=T", .older = true } },
    { "a field that nobody named",
      S3,
      POSTAGE_FINDING_EXTRA_FIELD,
      POSTAGE_EFFECT_REFUSED,
      { .extra = "submit=Upload" },
      { .extra = "x-ignore-submit=Upload" } },
    { "a key id beside SigV4",
      S3,
      POSTAGE_FINDING_EXTRA_FIELD,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "AWSAccessKeyId=AKID" },
      { .older = true } },
    { "customer keys on S3",
      S3,
      POSTAGE_FINDING_EXTRA_FIELD,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-server-side-encryption-customer-key=AES256" },
      { 0 } },
    { "and on MinIO",
      MINIO,
      POSTAGE_FINDING_EXTRA_FIELD,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-server-side-encryption=AES256" },
      { .fields = "x-amz-server-side-encryption-customer-key=AES256" } },
    { "a field that OSS does not look at",
      OSS,
      POSTAGE_FINDING_FIELD_UNPROTECTED,
      POSTAGE_EFFECT_NOTE,
      { .fields = "x-oss-object-acl=private" },
      { .fields = "x-oss-object-acl=private", .conditions = "{\"x-oss-object-acl\": \"private\"}" } },
    { "a storage class of nobody's",
      S3,
      POSTAGE_FINDING_VALUE_INVALID,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "x-amz-storage-class=FakeClass", .conditions = "{\"x-amz-storage-class\": \"FakeClass\"}" },
      { .fields = "x-amz-storage-class=STANDARD_IA", .conditions = "{\"x-amz-storage-class\": \"STANDARD_IA\"}" } },
    { "an ACL of S3's on OSS",
      OSS,
      POSTAGE_FINDING_VALUE_INVALID,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "x-oss-object-acl=bucket-owner-read" },
      { .fields = "x-oss-object-acl=default" } },
    { "a status that is none",
      S3,
      POSTAGE_FINDING_VALUE_IGNORED,
      POSTAGE_EFFECT_NOTE,
      { .fields = "success_action_status=202", .conditions = "{\"success_action_status\": \"202\"}" },
      { .fields = "success_action_status=201", .conditions = "{\"success_action_status\": \"201\"}" } },
    { "a relative redirect on S3",
      S3,
      POSTAGE_FINDING_VALUE_IGNORED,
      POSTAGE_EFFECT_NOTE,
      { .fields = "success_action_redirect=/done", .conditions = "{\"success_action_redirect\": \"/done\"}" },
      { .fields = "success_action_redirect=https://a.example/",
        .conditions = "{\"success_action_redirect\": \"https://a.example/\"}" } },
    { "MinIO's bucket field",
      MINIO,
      POSTAGE_FINDING_VALUE_IGNORED,
      POSTAGE_EFFECT_NOTE,
      { .fields = "bucket=other" },
      { .fields = "bucket=box" } },
    { "a name in two spellings on OSS",
      OSS,
      POSTAGE_FINDING_NAME_CASE,
      POSTAGE_EFFECT_NOTE,
      { .fields = "Cache-Control=a", .conditions = "{\"cache-control\": \"a\"}" },
      { .fields = "Cache-Control=a", .conditions = "{\"Cache-Control\": \"a\"}" } },
    { "nothing left of a key",
      S3,
      POSTAGE_FINDING_KEY_EMPTY,
      POSTAGE_EFFECT_REFUSED,
      { .key_rule = "[\"starts-with\", \"$key\", \"\"]", .fields = "key=${filename}", .file = "a/" },
      { .key_rule = "[\"starts-with\", \"$key\", \"\"]", .fields = "key=${filename}", .file = "a/b" } },
    { "1025 bytes of key",
      S3,
      POSTAGE_FINDING_KEY_TOO_LONG,
      POSTAGE_EFFECT_REFUSED,
      { .key_rule = "[\"starts-with\", \"$key\", \"\"]", .fields = key_over },
      { .key_rule = "[\"starts-with\", \"$key\", \"\"]", .fields = key_fits } },
    { "1024 on OSS",
      OSS,
      POSTAGE_FINDING_KEY_TOO_LONG,
      POSTAGE_EFFECT_REFUSED,
      { .key_rule = "[\"starts-with\", \"$key\", \"\"]", .fields = key_fits },
      { 0 } },
    { "a slash in front on OSS",
      OSS,
      POSTAGE_FINDING_KEY_INVALID,
      POSTAGE_EFFECT_REFUSED,
      { .key_rule = "[\"starts-with\", \"$key\", \"/\"]", .fields = "key=/a" },
      { 0 } },
    { "a file name that is no UTF-8",
      S3,
      POSTAGE_FINDING_KEY_INVALID,
      POSTAGE_EFFECT_REFUSED,
      { .fields = "key=up/${filename}", .file = "\xFF" },
      { .fields = "key=up/${filename}", .file = "\xC3\xBF" } },
    { "a slash in front on MinIO",
      MINIO,
      POSTAGE_FINDING_KEY_REWRITTEN,
      POSTAGE_EFFECT_NOTE,
      { .key_rule = "[\"starts-with\", \"$key\", \"/\"]", .fields = "key=/a" },
      { 0 } },
    { "characters to avoid",
      S3,
      POSTAGE_FINDING_KEY_DISCOURAGED,
      POSTAGE_EFFECT_NOTE,
      { .fields = "key=up/a#b" },
      { .fields = "key=up/a b" } },
    { "2049 bytes of metadata",
      S3,
      POSTAGE_FINDING_METADATA_TOO_LARGE,
      POSTAGE_EFFECT_REFUSED,
      { .extra = meta_over, .conditions = "[\"starts-with\", \"$x-amz-meta-a\", \"\"]" },
      { .extra = meta_fits, .conditions = "[\"starts-with\", \"$x-amz-meta-a\", \"\"]" } },
    { "which MinIO may take",
      MINIO,
      POSTAGE_FINDING_METADATA_TOO_LARGE,
      POSTAGE_EFFECT_TOLERATED,
      { .extra = meta_over, .conditions = "[\"starts-with\", \"$x-amz-meta-a\", \"\"]" },
      { .extra = meta_fits, .conditions = "[\"starts-with\", \"$x-amz-meta-a\", \"\"]" } },

    { "one byte too few",
      S3,
      POSTAGE_FINDING_SIZE_TOO_SMALL,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 5, 10]", .bytes = 4 },
      { .conditions = "[\"content-length-range\", 5, 10]", .bytes = 5 } },
    { "one byte too many",
      OSS,
      POSTAGE_FINDING_SIZE_TOO_LARGE,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 5, 10]", .bytes = 11 },
      { .conditions = "[\"content-length-range\", 5, 10]", .bytes = 10 } },
    { "an empty file",
      S3,
      POSTAGE_FINDING_SIZE_TOO_SMALL,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 1, 10]", .bytes = -1 },
      { .conditions = "[\"content-length-range\", 1, 10]", .bytes = -2 } },
    { "bounds as texts",
      S3,
      POSTAGE_FINDING_SIZE_TOO_LARGE,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", \"5\", \"10\"]", .bytes = 11 },
      { .conditions = "[\"content-length-range\", \"5\", \"10\"]", .bytes = 10 } },
    { "all ranges on S3",
      S3,
      POSTAGE_FINDING_SIZE_TOO_LARGE,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 0, 10], [\"content-length-range\", 0, 20]", .bytes = 15 },
      { .conditions = "[\"content-length-range\", 0, 20], [\"content-length-range\", 0, 15]", .bytes = 15 } },
    { "the last range on MinIO",
      MINIO,
      POSTAGE_FINDING_SIZE_TOO_LARGE,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 0, 20], [\"content-length-range\", 0, 10]", .bytes = 15 },
      { .conditions = "[\"content-length-range\", 0, 10], [\"content-length-range\", 0, 20]", .bytes = 15 } },
    { "an end of 0 on S3",
      S3,
      POSTAGE_FINDING_SIZE_TOO_LARGE,
      POSTAGE_EFFECT_REFUSED,
      { .conditions = "[\"content-length-range\", 0, 0]", .bytes = 1 },
      { .conditions = "[\"content-length-range\", 0, 0]", .bytes = -1 } },
    { "which is no limit on MinIO",
      MINIO,
      POSTAGE_FINDING_SIZE_TOO_LARGE,
      POSTAGE_EFFECT_TOLERATED,
      { .conditions = "[\"content-length-range\", 0, 0]", .bytes = 1 },
      { .conditions = "[\"content-length-range\", 0, 0]", .bytes = -1 } },
    { "5 GiB and a byte",
      S3,
      POSTAGE_FINDING_OBJECT_TOO_LARGE,
      POSTAGE_EFFECT_REFUSED,
      { .bytes = 5368709121LL },
      { .bytes = 5368709120LL } },
    { "5 TiB and a byte",
      MINIO,
      POSTAGE_FINDING_OBJECT_TOO_LARGE,
      POSTAGE_EFFECT_REFUSED,
      { .bytes = 5497558138881LL },
      { .bytes = 5497558138880LL } },
    { "no content type",
      S3,
      POSTAGE_FINDING_TYPE_NOT_SENT,
      POSTAGE_EFFECT_NOTE,
      { 0 },
      { .fields = "Content-Type=image/png", .conditions = "{\"Content-Type\": \"image/png\"}" } },
    { "another type than meant",
      OSS,
      POSTAGE_FINDING_TYPE_NOT_SENT,
      POSTAGE_EFFECT_NOTE,
      { .fields = "x-oss-content-type=image/png", .type = "image/gif" },
      { .fields = "x-oss-content-type=image/png", .type = "image/png" } },
};

static void fill_line(char *line, const char *name, char letter, size_t count)
{
    size_t at = strlen(name);

    memcpy(line, name, at);
    memset(line + at, letter, count);
    line[at + count] = '\0';
}

static void fill_texts(void)
{
    fill_line(filler_fits, "x-ignore-a=", 'a', 18 * 1024);
    fill_line(filler_over, "x-ignore-a=", 'a', 21 * 1024);
    fill_line(field_over, "x-ignore-a=", 'a', 1024 * 1024 + 1);
    fill_line(key_fits, "key=", 'k', 1024);
    fill_line(key_over, "key=", 'k', 1025);
    fill_line(meta_fits, META_KEY, 'm', 2047); /* and one for the name */
    fill_line(meta_over, META_KEY, 'm', 2048);
}

#define KIND_ONE(number, constant, name, text) +1
enum { KIND_COUNT = 0 POSTAGE_FINDING_MAP(KIND_ONE) };

static void test_check__each_finding_has_its_form(void **state)
{
    bool produced[KIND_COUNT] = { 0 };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_report *report = judge(&rows[i].has, rows[i].side);
        const struct postage_finding *finding = find(report, rows[i].id);

        if (finding == NULL || finding->effect != rows[i].effect)
            fail_msg("%s: %s is not found as %s", rows[i].name, postage_finding_name(rows[i].id),
                     postage_effect_name(rows[i].effect));
        if (postage_report_accepted(report) != (rows[i].effect != POSTAGE_EFFECT_REFUSED))
            fail_msg("%s: the verdict is wrong: %s", rows[i].name,
                     postage_report_first(report) != NULL ? postage_report_first(report)->message : "accepted");
        if (rows[i].effect == POSTAGE_EFFECT_REFUSED && postage_report_first(report) != finding)
            fail_msg("%s: first is %s", rows[i].name, postage_report_first(report)->message);
        assert_true(finding->message[0] != '\0' && strpbrk(finding->message, "\r\n") == NULL);
        produced[rows[i].id] = true;
        postage_report_free(report);
    }
    for (int id = POSTAGE_FINDING_URL_MISSING; id < KIND_COUNT; id++)
        if (!produced[id])
            fail_msg("no row has %s", postage_finding_name((enum postage_finding_id)id));
}

static void test_check__a_near_miss_has_it_not(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_report *report = judge(&rows[i].has_not, rows[i].side);

        if (find(report, rows[i].id) != NULL)
            fail_msg("%s: the near miss has it too: %s", rows[i].name, find(report, rows[i].id)->message);
        postage_report_free(report);
    }
}

static void test_check__an_ordinary_form_is_accepted(void **state)
{
    const struct spec ordinary = { 0 };

    (void)state;
    for (enum side_index side = S3; side <= OSS; side++) {
        struct postage_report *report = judge(&ordinary, side);

        if (!postage_report_accepted(report))
            fail_msg("%s: %s", sides[side].provider->name, postage_report_first(report)->message);
        assert_string_equal(postage_report_key(report), "up/cat.jpg");
        assert_ptr_equal(postage_report_provider(report), sides[side].provider);
        postage_report_free(report);
    }
}

static void test_check__what_is_missing_is_refused(void **state)
{
    struct postage_check_options options = POSTAGE_CHECK_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_report *report;
    struct postage_form *form;

    (void)state;
    assert_ok(postage_form_from_json(&form, "{\"fields\":{\"key\":\"k\"}}", strlen("{\"fields\":{\"key\":\"k\"}}"), NULL, &err),
              err);
    assert_refused(postage_check(&report, NULL, &options, NULL, &err), POSTAGE_ERR_INVALID, err, "form");
    assert_null(report);
    assert_refused(postage_check(&report, form, NULL, NULL, &err), POSTAGE_ERR_INVALID, err, "postage_check_options");
    options.field_count = 1;
    assert_refused(postage_check(&report, form, &options, NULL, &err), POSTAGE_ERR_INVALID, err, "field list");
    assert_null(report);
    postage_form_free(form);
}

static void test_check__the_first_refusal_is_the_one_a_provider_meets_first(void **state)
{
    const struct spec all_wrong = { .conditions = "{\"acl\": \"private\"}, [\"content-length-range\", 1, 2]",
                                    .fields = "key=down/cat.jpg",
                                    .extra = "submit=1",
                                    .at = 7200 };
    static const enum postage_finding_id order[] = { POSTAGE_FINDING_EXPIRED, POSTAGE_FINDING_CONDITION_FAILED,
                                                     POSTAGE_FINDING_FIELD_MISSING, POSTAGE_FINDING_EXTRA_FIELD,
                                                     POSTAGE_FINDING_SIZE_TOO_LARGE };
    struct postage_report *report = judge(&all_wrong, S3);
    const struct postage_finding *finding;
    size_t met = 0;

    (void)state;
    for (size_t i = 0; (finding = postage_report_finding(report, i)) != NULL; i++)
        if (finding->effect == POSTAGE_EFFECT_REFUSED) {
            assert_true(met < sizeof order / sizeof order[0]);
            assert_int_equal(finding->id, order[met++]);
        }
    assert_int_equal(met, sizeof order / sizeof order[0]);
    assert_int_equal(postage_report_first(report)->id, POSTAGE_FINDING_EXPIRED);
    postage_report_free(report);
}

static void test_check__what_is_too_long_to_be_shown_is_cut_and_says_so(void **state)
{
    static char condition[512], value[600];
    const struct spec long_texts = { .conditions = condition, .extra = value };
    struct postage_report *report;
    const char *message;

    (void)state;
    fill_line(condition, "[\"eq\", \"$x-amz-meta-a\", \"", 'e', 300);
    memcpy(condition + strlen(condition), "\"]", sizeof "\"]");
    fill_line(value, "x-amz-meta-a=", 'v', 500);
    report = judge(&long_texts, S3);
    message = find(report, POSTAGE_FINDING_CONDITION_FAILED)->message;
    assert_non_null(strstr(message, "eeee...: the value is \"vvvv"));
    assert_string_equal(message + strlen(message) - strlen("vvvv\"..."), "vvvv\"...");
    postage_report_free(report);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check__what_is_too_long_to_be_shown_is_cut_and_says_so),
        cmocka_unit_test(test_check__an_ordinary_form_is_accepted),
        cmocka_unit_test(test_check__each_finding_has_its_form),
        cmocka_unit_test(test_check__a_near_miss_has_it_not),
        cmocka_unit_test(test_check__what_is_missing_is_refused),
        cmocka_unit_test(test_check__the_first_refusal_is_the_one_a_provider_meets_first),
    };

    fill_texts();
    return cmocka_run_group_tests_name("check/check", tests, NULL, NULL);
}
