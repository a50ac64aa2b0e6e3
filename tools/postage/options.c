#include "options.h"

#include "postage/policy.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define FIELD(name) .offset = offsetof(struct arguments, name)

enum {
    SIGNING = COMMANDS_SIGNING,
    SENDING = COMMANDS_SENDING,
    RULES = COMMAND_SIGN | COMMAND_UPLOAD,
    FORMS = COMMAND_POST | COMMAND_CHECK,
    ALL = COMMANDS_ALL
};

/* In the order of the enums they are stored as. */
static const char *const formats[] = { "json", "html", "curl", "fields", "policy", NULL };
static const char *const addressings[] = { "auto", "virtual", "path", "cname", NULL };

/* In the order of the table in transfer.c. */
static const char *const verifications[] = { "auto",           "required",        "none",         "crc64", "crc32c", "md5",
                                             "required-crc64", "required-crc32c", "required-md5", NULL };

/* Common values; others are passed on, and the library decides. */
static const char *const signatures[] = { "v4", "v1", NULL };
static const char *const encryptions[] = { "AES256", "aws:kms", NULL };
static const char *const success_statuses[] = { "200", "201", "204", NULL };

const struct option options[] = {
    { "output", 'o', "FORMAT", "what to print: json, html, curl, fields, policy", OPTION_CHOICE, COMMAND_SIGN, FIELD(output),
      .choices = formats,
      .manual = "json is the default: {\"url\": ..., \"fields\": {...}}, which postage post takes, and the users of every SDK. "
                "html is a page that uploads when a file is chosen, curl a command for a POSIX shell (replace FILE), fields "
                "are name=value lines for reading, and policy is the policy document byte for byte." },
    { "policy", 0, "FILE", "sign this policy document byte for byte; - is stdin", OPTION_FILE, COMMAND_SIGN, FIELD(policy_file),
      .manual = "Rules cannot be used with it. Its exact conditions become fields, TARGET's key fills one that it leaves open, "
                "and --at has to be the time that its date condition names." },
    { "size", 0, "N", "size of the file, if it is stdin or does not exist", OPTION_SIZE, SENDING | COMMAND_CHECK, FIELD(size) },
    { "endpoint", 0, "URL", "http[s]://host[:port] instead of the provider's own", OPTION_TEXT, SIGNING, FIELD(endpoint),
      .manual = "A provider without servers of its own needs one, from here or from the environment." },
    { "region", 0, "R", "signing region", OPTION_TEXT, SIGNING, FIELD(region),
      .manual = "Required, here or in the environment, unless the provider has a default." },
    { "addressing", 0, "HOW", "where the bucket goes: auto, virtual, path, cname", OPTION_CHOICE, SIGNING, FIELD(addressing),
      .choices = addressings,
      .manual = "auto is the default and follows the provider. virtual is https://bucket.host/, path is https://host/bucket; "
                "with cname the endpoint is a domain bound to the bucket, where the provider has such domains." },
    { "accelerate", 0, NULL, "the provider's accelerated hosts", OPTION_FLAG, SIGNING, FIELD(accelerate) },
    { "signature", 0, "V", "signature scheme, where there are several: v4, v1", OPTION_TEXT, SIGNING, FIELD(signature),
      .choices = signatures,
      .manual = "The default is the provider's newest. v1 binds nothing but the policy: neither key id nor region nor day." },
    { "public-url", 0, "URL", "address to put into the form instead", OPTION_TEXT, COMMAND_SIGN, FIELD(public_url),
      .manual = "The signature does not cover the host, so any address that leads to the bucket will do." },
    { "credentials", 0, "FILE", "JSON file with the keys, mode 600", OPTION_FILE, SIGNING | COMMAND_SANDBOX,
      FIELD(credentials_file),
      .manual = "An object with access_key_id, secret_access_key and, if there are any, session_token and expires, in a "
                "regular file that belongs to you or root and that nobody else may read." },
    { "expires", 0, "TIME", "validity: 15m (default), 2h30m, 7d", OPTION_DURATION, SIGNING, FIELD(expires),
      .manual = "At most seven days, and never longer than the keys." },
    { "at", 0, "TIME", "instead of now: 2026-11-21T12:00:00Z, or unix seconds", OPTION_TIME, SIGNING | COMMAND_CHECK,
      FIELD(at) },
    { "as", 0, "NAME", "name of a file that need not exist", OPTION_TEXT, COMMAND_CHECK, FIELD(as) },
    { "type", 0, "T", "content type that the object should have", OPTION_TEXT, COMMAND_CHECK, FIELD(type) },
    { "provider", 0, "NAME", "whose rules: {names}", OPTION_TEXT, COMMAND_CHECK, FIELD(provider), .names_provider = true,
      .manual = "The default is the form's own; if its fields fit several providers, the first of them." },
    { "url", 0, "URL", "address, for a form that came without one", OPTION_TEXT, FORMS, FIELD(url) },
    { "no-check", 0, NULL, "send even what the provider would refuse", OPTION_FLAG, COMMAND_POST, FIELD(no_check),
      .manual = "Otherwise such a form is not sent, and the message says which rule it breaks." },
    { "verify", 0, "HOW", "compare digests: auto, required, none, or which one", OPTION_CHOICE, SENDING, FIELD(verify),
      .choices = verifications,
      .manual = "A digest is computed while the file is sent and compared with the one that the store returns. auto is the "
                "default: the digest that this store returns; where none comes, the line says unverified. required fails "
                "then, and before the first byte where that is known. crc64, crc32c and md5 name the digest, as do "
                "required-crc64, required-crc32c and required-md5. none compares nothing." },
    { "ca-file", 0, "FILE", "PEM certificates to trust instead of the system's", OPTION_FILE, SENDING, FIELD(ca_file) },
    { "proxy", 0, "URL", "send through this proxy: http, https, socks5h", OPTION_TEXT, SENDING, FIELD(proxy),
      .manual =
          "Also socks4, socks4a and socks5. A plain http proxy gets to see the forms of plain HTTP stores. Everyone on this "
          "machine can see a password that stands here; --environment-proxy takes it from a variable." },
    { "environment-proxy", 0, NULL, "use http_proxy, https_proxy, all_proxy, no_proxy", OPTION_FLAG, SENDING,
      FIELD(environment_proxy), .manual = "By curl's rules. Otherwise these variables do not count." },
    { "proxy-tunnel", 0, NULL, "to plain HTTP stores too through a tunnel (CONNECT)", OPTION_FLAG, SENDING, FIELD(proxy_tunnel),
      .manual = "To https stores a proxy always makes a tunnel." },
    { "json", 0, NULL, "one JSON object per file on stdout", OPTION_FLAG, SENDING | COMMAND_CHECK, FIELD(json) },

    { "listen", 0, "ADDRESS", "numeric, port 0 for a free one; repeatable: [::1]:0", OPTION_WORDS, COMMAND_SANDBOX,
      FIELD(listens) },
    { "dir", 0, "DIR", "where objects are kept; default: a temporary one", OPTION_DIRECTORY, COMMAND_SANDBOX,
      FIELD(directory) },
    { "bucket", 0, "N[=PROVIDER]", "a bucket; its rules: {names}", OPTION_WORDS, COMMAND_SANDBOX, FIELD(buckets) },
    { "ledger", 0, "FILE", "append a line of JSON for each upload", OPTION_FILE, COMMAND_SANDBOX, FIELD(ledger) },
    { "tls", 0, NULL, "serve https, with a certificate made on the spot", OPTION_FLAG, COMMAND_SANDBOX, FIELD(tls) },
    { "discard", 0, NULL, "judge and digest uploads, but store nothing", OPTION_FLAG, COMMAND_SANDBOX, FIELD(discard) },
    { "region", 0, "R", "region of the forms it takes; us-east-1 unless given", OPTION_TEXT, COMMAND_SANDBOX, FIELD(region) },
    { "json", 0, NULL, "one JSON object on stdout when it listens", OPTION_FLAG, COMMAND_SANDBOX, FIELD(json) },

    { "min-size", 0, "N", "smallest file allowed: 1024, 10MB, 10MiB", OPTION_SIZE, RULES, FIELD(min_size), .is_rule = true },
    { "max-size", 0, "N", "largest file allowed", OPTION_SIZE, RULES, FIELD(max_size), .is_rule = true,
      .manual = "Both ends are included. If one is given alone, the other is 0, or the limit of the provider." },
    { "type", 0, "T", "content type, exactly", OPTION_RULE, RULES, .rule = RULE_VALUE, .field = POSTAGE_CONTENT_TYPE },
    { "type-prefix", 0, "P", "content types that begin with P: image/", OPTION_RULE, RULES, .rule = RULE_PREFIX,
      .field = POSTAGE_CONTENT_TYPE, .manual = "With --type T as well, T is sent under this rule." },
    { "meta", 0, "K=V", "metadata of the object", OPTION_RULE_PAIR, RULES, .rule = RULE_METADATA },
    { "tag", 0, "K=V", "tag of the object", OPTION_RULE_PAIR, RULES, .rule = RULE_TAG, .field = POSTAGE_TAGS },
    { "acl", 0, "A", "canned ACL; none is sent unless asked for", OPTION_RULE, RULES, .rule = RULE_VALUE,
      .field = POSTAGE_ACL },
    { "storage-class", 0, "C", "storage class", OPTION_RULE, RULES, .rule = RULE_VALUE, .field = POSTAGE_STORAGE_CLASS },
    { "sse", 0, "S", "server-side encryption: AES256, aws:kms", OPTION_RULE, RULES, .rule = RULE_VALUE,
      .field = POSTAGE_ENCRYPTION, .choices = encryptions },
    { "cache-control", 0, "V", "returned with the object", OPTION_RULE, RULES, .rule = RULE_VALUE,
      .field = POSTAGE_CACHE_CONTROL },
    { "content-disposition", 0, "V", "returned with the object", OPTION_RULE, RULES, .rule = RULE_VALUE,
      .field = POSTAGE_CONTENT_DISPOSITION },
    { "success-status", 0, "N", "what a success answers: 200, 201, 204", OPTION_RULE, RULES, .rule = RULE_VALUE,
      .field = POSTAGE_SUCCESS_STATUS, .choices = success_statuses },
    { "success-redirect", 0, "URL", "where a success sends a browser", OPTION_RULE, RULES, .rule = RULE_VALUE,
      .field = POSTAGE_SUCCESS_REDIRECT, .manual = "The reply is then 303." },
    { "forbid-overwrite", 0, NULL, "refuse if the object exists", OPTION_FLAG, RULES, FIELD(forbid_overwrite), .is_rule = true,
      .field = POSTAGE_FORBID_OVERWRITE },
    { "traffic-limit", 0, "BITS", "bit/s for this upload", OPTION_RULE, RULES, .rule = RULE_VALUE,
      .field = POSTAGE_TRAFFIC_LIMIT },
    { "pin-unlisted", 0, NULL, "fix what an uploader could add to the form", OPTION_FLAG, COMMAND_SIGN, FIELD(pin_unlisted),
      .is_rule = true,
      .manual = "Some providers do not check what the policy does not name. For them this fixes ACL, storage class, "
                "overwriting and status." },
    { "any-size", 0, NULL, "leave the size open on purpose", OPTION_FLAG, COMMAND_SIGN, FIELD(any_size), .is_rule = true,
      .manual = "For providers that want the size decided." },
    { "any-type", 0, NULL, "leave the content type open on purpose", OPTION_FLAG, COMMAND_SIGN, FIELD(any_type),
      .is_rule = true, .manual = "For providers that want the content type decided." },
    { "one-of", 0, "N=A,B", "N is one of a list", OPTION_RULE_PAIR, COMMAND_SIGN, .rule = RULE_ONE_OF,
      .rule_bits = POSTAGE_RULE_ONE_OF, .manual = "--field N=V sends a value." },
    { "none-of", 0, "N=A,B", "N is none of a list", OPTION_RULE_PAIR, COMMAND_SIGN, .rule = RULE_NONE_OF,
      .rule_bits = POSTAGE_RULE_NONE_OF },
    { "field", 0, "N=V", "any field, exactly; under --starts-with N: open", OPTION_RULE_PAIR, RULES | FORMS, .rule = RULE_VALUE,
      .manual = "By its neutral name or by the provider's, in any case of letters." },
    { "starts-with", 0, "N=P", "field N (or key) may be anything that begins with P", OPTION_RULE_PAIR, RULES,
      .rule = RULE_PREFIX,
      .manual = "Repeated for one name, all have to hold. For key it turns TARGET's exact key into a prefix." },
    { "any", 0, "N", "field N may be anything", OPTION_RULE_NAME, RULES, .rule = RULE_ANY },

    { "quiet", 'q', NULL, "no notes, no progress", OPTION_FLAG, ALL, FIELD(quiet),
      .manual = "Errors, warnings and results stay." },
    { "verbose", 'v', NULL, "say what is done, secrets masked", OPTION_FLAG, ALL & ~COMMAND_SANDBOX, FIELD(verbose),
      .manual = "The exchange with the server is shown as well, without policies, signatures and tokens." },
    { "help", 'h', NULL, "the options in brief, and examples", OPTION_FLAG, ALL, FIELD(help) },
};

const struct option_number option_numbers[OPTION_CHOICE] = {
    [OPTION_SIZE] = { "size", quantity_to_size,
                      "bytes, or a number with kB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (of 1024): 10MiB; "
                      "at most 2^63-1" },
    [OPTION_DURATION] = { "duration", quantity_to_duration,
                          "seconds, or numbers with d, h, m, s, the longest unit first: 90s, 15m, 2h30m, 7d; at "
                          "most 2^31-1 seconds" },
    [OPTION_TIME] = { "time", quantity_to_time,
                      "2026-11-21T12:00:00Z, 20261121T120000Z or seconds since 1970-01-01 UTC, up to the year 9999" },
};

const size_t option_count = sizeof options / sizeof options[0];

bool option_is_rule(const struct option *option)
{
    return option->is_rule || option->kind == OPTION_RULE || option->kind == OPTION_RULE_NAME ||
           option->kind == OPTION_RULE_PAIR;
}

bool option_is_of(const struct option *option, const struct command *command)
{
    return (option->commands & (unsigned)command->bit) != 0;
}

const char *option_choice(const struct option *option, size_t index)
{
    const struct postage_provider *provider = option->names_provider ? postage_provider_at(index) : NULL;

    if (option->names_provider)
        return provider != NULL ? postage_provider_name(provider) : NULL;
    return option->choices != NULL ? option->choices[index] : NULL;
}

/* Lists are offered for every field or for none, so the content type stands for all. */
static bool is_for(const struct option *option, const struct postage_provider *provider)
{
    const char *field = option->field != NULL ? option->field : POSTAGE_CONTENT_TYPE;
    unsigned rules = postage_provider_field_rules(provider, field);

    return option->rule_bits != 0 ? (rules & option->rule_bits) != 0 : rules != 0;
}

/* "Aliyun OSS: ", or nothing when it is for all. */
static void name_providers(const struct option *option, char *out, size_t cap)
{
    const struct postage_provider *provider;
    size_t used = 0, count = 0, i = 0;

    for (; (provider = postage_provider_at(i)) != NULL; i++)
        if (is_for(option, provider) && used < cap)
            used += (size_t)snprintf(out + used, cap - used, "%s%s", count++ > 0 ? ", " : "", postage_provider_title(provider));
    if (count < i && used < cap)
        snprintf(out + used, cap - used, ": ");
    else
        out[0] = '\0';
}

const char *option_help(const struct option *option, char out[OPTION_HELP_BYTES])
{
    char text[512];

    name_providers(option, text, sizeof text / 2);
    strncat(text, option->help, sizeof text - 1 - strlen(text));
    return provider_text(out, text);
}
