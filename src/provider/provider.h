/*
 * A provider is one row: its names, limits and constants as tables, and the few functions where providers truly differ.
 *
 * Everybody calls through the row, so adding a provider is adding a folder, its vectors and a line in the registry: no other
 * file knows a provider by name. docs/providers.md has the steps.
 */
#ifndef POSTAGE_PROVIDER_PROVIDER_H
#define POSTAGE_PROVIDER_PROVIDER_H

#include "base/slice.h"
#include "postage/body.h"
#include "postage/finding.h"
#include "postage/policy.h"
#include "postage/provider.h"
#include "postage/result.h"

/* What a provider makes of one neutral field. */
struct capability {
    const char *name;    /* neutral name, "content-type" */
    const char *wire;    /* name in the form; NULL: the provider cannot do it */
    unsigned rules;      /* bits of `enum postage_rule` that the provider documents for it */
    const char *instead; /* without `wire`: what to use instead, for the error; else NULL */
};

/* A provider's limits; 0: none known. Each is checked before signing. Sources: the pages named in the rows. */
struct provider_limits {
    uint64_t max_object_bytes;  /* one file */
    size_t max_pre_file_bytes;  /* everything before the file's bytes, delimiters included */
    size_t max_key_bytes;       /* the object's key */
    size_t max_metadata_bytes;  /* names without prefix plus values, all together */
    size_t max_field_bytes;     /* one value */
    size_t max_redirect_bytes;  /* the success redirect */
    size_t max_tags;            /* of one object */
    size_t max_tag_key_chars;   /* Unicode characters */
    size_t max_tag_value_chars; /* Unicode characters */
    int64_t max_expiry_s;       /* from signing to expiry */
};

/* What several fields of one name are to the rules. */
enum repeated_fields {
    REPEATED_UNKNOWN = 0, /* not documented: each is compared, and the doubt is said */
    REPEATED_JOINED,      /* one value, joined by commas */
    REPEATED_REFUSED
};

/* A field whose value has to be one of a list. */
struct value_list {
    const char *wire;          /* the field's name in the form */
    const char *const *values; /* NULL-terminated */
    const char *otherwise;     /* what any other value becomes in silence, for a note; NULL: it is refused */
    const char *code;          /* of the refusal, which is a 400; NULL with `otherwise` */
};

/* What a sample or an SDK of the vendor calls a field in JSON, where it is not the field's own name. */
struct name_alias {
    const char *member; /* NULL ends a list */
    const char *field;  /* NULL: no field at all, but something for the page that posts the form */
    const char *beside; /* the member means this only where this other one is there too; NULL: always */
};

/* A store that speaks this provider's protocol and answers every form upload with 501. */
struct store_without_forms {
    const char *host_suffix; /* NULL ends a list */
    const char *title;       /* for people */
};

/* What a provider answers where a finding of `check` is a refusal. */
struct finding_answer {
    enum postage_finding_id finding; /* what `check` found */
    int http_status;                 /* 0 ends a list */
    const char *code;                /* the provider's error code, "AccessDenied" */
};

/* How a provider judges a posted form, where providers differ: what `check` (check.h) goes by. */
struct dialect {
    bool judges_expanded;                 /* rules see values with `${filename}` replaced; else the text as written */
    const char *filename_separators;      /* the part of the file's name up to the last of these is dropped; NULL: none is */
    bool template_names_nameless;         /* a file without a name is called what the key's text says */
    bool splits_type_list;                /* a content type with commas: each element has to have the prefix */
    bool absent_is_empty;                 /* a rule for a field that is not there is held against "" */
    bool ignores_signing_fields;          /* algorithm and date of signing are not looked at */
    bool last_range_counts;               /* of several size ranges; else all */
    bool refuses_unsigned;                /* no anonymous uploads, whatever the bucket allows */
    bool binds_signing_fields;            /* the policy has to name what a derived key depends on */
    bool requires_bucket_condition;       /* the policy has to name the bucket */
    bool reads_bucket_field;              /* a field "bucket" is compared; else the address's bucket takes its place */
    bool drops_leading_slash;             /* of the key, in silence */
    bool ignores_relative_redirect;       /* a redirect that is not an absolute URL has no effect */
    bool stores_large_metadata;           /* the limit for metadata is not known to hold for forms */
    bool doubts_name_case;                /* the documents disagree whether names ignore case */
    enum repeated_fields repeated;        /* what several fields of one name are */
    const char *const *uncovered;         /* names that need no rule beside the signature's; NULL-terminated, or NULL */
    const char *const *own_domains;       /* hosts that begin with the bucket's name; NULL-terminated, or NULL */
    const char *const *alias_hosts;       /* what is in such hosts that begin with an alias instead; likewise */
    const char *alias_start;              /* how a policy's bucket begins that is an alias; NULL: there are none */
    const char *key_first;                /* characters that a key must not begin with; NULL: none */
    const char *key_discouraged;          /* characters that the provider advises against in keys; NULL: none */
    const struct value_list *values;      /* ends with a NULL `wire`; NULL: none */
    const struct finding_answer *answers; /* what is answered to which finding; ends with a status of 0 */
};

/* What a provider can do with forms. */
struct capabilities {
    const struct capability *fields;  /* the neutral fields, in the order of docs/providers.md */
    size_t field_count;               /* of `fields` */
    const char *metadata_prefix;      /* "x-amz-meta-" */
    unsigned metadata_rules;          /* rules for metadata and for names that are neither neutral nor the vendor's */
    const char *vendor_prefix;        /* "x-amz-": raw names with it allow only `vendor_rules` */
    unsigned vendor_rules;            /* rules for those names */
    const char *ignored_prefix;       /* "x-ignore-": exempt from rules, never stored; NULL: none */
    const char *const *reserved;      /* names that only the library may write; NULL-terminated */
    bool covers_every_field;          /* a field without a condition is refused by the server; else see `pins` */
    const struct postage_field *pins; /* fixed values for what an uploader could add otherwise; ends with a NULL name */
    const char *refused_key_starts;   /* characters with which no key may begin; NULL: any may */
    bool expands_filename_everywhere; /* `${filename}` is replaced in every field, not only in the key */
    bool refuses_double_dollar;       /* an exact value with "$$" never matches */
    bool has_bucket_field;            /* the form carries the bucket as a field as well */
    bool zero_max_is_unlimited;       /* a size range that ends at 0 limits nothing */
    const char *default_type;         /* what an object without content type is stored as, for a note */
    /* Whether the server compares the field with its rule; NULL: always. */
    bool (*enforces)(const char *wire_name);
    const struct dialect *dialect; /* how forms are judged */
    struct provider_limits limits; /* what is checked before signing */
};

struct hmac;

/* What a form's signature can depend on beside its key. */
struct signed_form {
    struct slice policy;     /* encoded, as in the form */
    struct slice date;       /* "20261121T120000Z" */
    struct slice credential; /* likewise */
};

/*
 * Constants of a keyed-hash form signature. With a `key_prefix` the key is derived for a day, region and service (SigV4 and its
 * relatives); without one the secret itself signs, nothing but the policy is bound, and credential means the bare key id.
 */
struct signature_scheme {
    const char *name;             /* for users: "v4", "v1" */
    const char *digest;           /* OpenSSL's name: "SHA256", "SHA1" */
    bool base64;                  /* how the signature is written; else lower-case hex */
    const char *algorithm;        /* value of the algorithm field, "AWS4-HMAC-SHA256" */
    const char *key_prefix;       /* put before the secret, "AWS4" */
    const char *service;          /* "s3" */
    const char *terminator;       /* "aws4_request" */
    const char *algorithm_field;  /* names of the fields that carry the signature and what it depends on; NULL: none */
    const char *credential_field; /* likewise */
    const char *date_field;       /* likewise */
    const char *token_field;      /* likewise */
    const char *signature_field;  /* likewise */
    size_t signature_chars;       /* how long the signature is as it is written */
    /* Keys the HMAC with what signs, where a key is derived in another way than SigV4's chain; NULL: by that. */
    enum postage_status (*derive)(struct hmac *hmac, const struct signature_scheme *scheme, const char *secret, const char *day,
                                  const char *region);
    /* Signs a form, where the signature is not the HMAC of its encoded policy; NULL: it is. `mac` holds HMAC_MAX_BYTES. */
    enum postage_status (*sign)(struct hmac *hmac, const struct signed_form *form, uint8_t *mac, size_t *mac_bytes);
};

/* What a URL is made from. Everything but `bucket` and `region` may be absent. */
struct location {
    const char *bucket;                 /* required */
    const char *region;                 /* required */
    const char *endpoint;               /* NULL: the provider's own */
    enum postage_addressing addressing; /* AUTO: by the name of the bucket and the endpoint */
    bool dualstack;                     /* the next four as in target.h */
    bool fips;                          /* refused where the provider has none, as the others */
    bool accelerate;
    bool internal;
};

/* A complete reply as a provider's row gets to see it: headers, and the XML body's leaf elements as name and text. */
struct provider_reply {
    int http_status;                      /* 100 to 599 */
    const struct postage_field *headers;  /* names in lower case */
    size_t header_count;                  /* of `headers` */
    const struct postage_field *elements; /* local names, document order; none if the body was not XML */
    size_t element_count;                 /* of `elements` */
    const struct postage_field *sent;     /* the fields of the form that it answers */
    size_t sent_count;                    /* of `sent` */
};

/* How a digest is written. */
enum digest_encoding {
    DIGEST_HEX,    /* either case, with or without quotes */
    DIGEST_BASE64, /* of its bytes; of a CRC the highest comes first */
    DIGEST_DECIMAL /* a CRC as a number */
};

/* A digest of the object that a provider's success replies can carry. */
struct returned_digest {
    enum postage_digest digest; /* NONE ends a list */
    enum digest_encoding encoding;
    const char *header;  /* where it stands; lower case */
    const char *element; /* where it stands if there is no such header; NULL: nowhere else */
    const char *field;   /* comes only for a form that carries this field; NULL: unasked */
    bool own_hosts_only; /* unasked, other stores that speak this provider's language may not return it */
    const char
        *unless_any; /* a form with a field that begins so, other than `header`, may get another digest instead; or NULL */
    /* Whether it is the digest of the object's own bytes, by reply and form; NULL: always. An empty reply asks of the form. */
    bool (*counts)(const struct provider_reply *reply);
};

/*
 * What a refusal means and what to do about it. The first row that fits counts: the provider's own tables before the common one
 * of refusal.c.
 */
struct refusal_cause {
    const char *code;             /* the reply's Code; NULL ends a table */
    const char *evidence;         /* what else its body has to say somewhere: words, or the number of a reason; NULL: nothing */
    int http_status;              /* 0: any */
    enum postage_outcome outcome; /* OK: what the status says, `retry` as well. CALLBACK_FAILED: the object is stored */
    enum postage_retry retry;
    const char *remedy; /* what to do, one English line for the result's `hint`; NULL: nothing is known */
};

/* Longest URL a row writes, with its NUL. */
#define URL_BYTES 2048

/* What a parameter of a presigned URL says. */
enum presign_value {
    PRESIGN_ALGORITHM = 0,
    PRESIGN_CREDENTIAL,
    PRESIGN_DATE,
    PRESIGN_EXPIRES, /* seconds after the date */
    PRESIGN_TOKEN,
    PRESIGN_SIGNED_HEADERS,
    PRESIGN_CONTENT_DISPOSITION,
    PRESIGN_CONTENT_TYPE,
    PRESIGN_VERSION_ID
};

/* One parameter of a presigned URL. */
struct presign_parameter {
    const char *name;         /* in the URL */
    enum presign_value value; /* what stands after it */
};

/* How a provider's query-signed URLs differ from each other; the canonical request is SigV4's. */
struct presign_scheme {
    const struct presign_parameter *parameters; /* in the order of the names' bytes, which is signed; ends with a NULL
                                                             name; a parameter without value is left out */
    const char *signature_parameter;            /* the last one, not signed itself */
    bool signs_address; /* the request's own path and its Host header are signed; else "/bucket/key" and no header */
};

/* The variables of one source of keys. */
struct key_variables {
    const char *access_key_id;
    const char *secret_access_key;
    const char *session_token; /* NULL: none */
    const char *expiry;        /* likewise */
    const char *alias; /* in place of the others: how the names of variables begin that each hold an endpoint with keys */
};

/* A variable that holds an endpoint, and one that switches it off. */
struct endpoint_variable {
    const char *name;
    const char *ignored_by; /* NULL: nothing does */
    const char *alias;      /* in place of `name`, as above */
};

enum { ENVIRONMENT_PLACES = 6 };

/* Where the vendor's own tools look for settings, the first place first. Told to programs, never read here. */
struct environment {
    struct key_variables keys[ENVIRONMENT_PLACES + 1];
    const char *regions[ENVIRONMENT_PLACES + 1];
    struct endpoint_variable endpoints[ENVIRONMENT_PLACES + 1];
    const char *dualstack; /* NULL: none */
    const char *fips;      /* likewise */
};

/* The document in which a store says what it has stored. */
struct created_document {
    const char *const *roots; /* names of its root element; NULL-terminated */
    const char *bucket;       /* element that names the bucket */
    const char *key;          /* element that names the key */
};

/* The row. */
struct postage_provider {
    const char *name;                              /* also the URI scheme */
    const char *title;                             /* for people */
    const struct capabilities *capabilities;       /* what it can do with forms */
    const struct signature_scheme *const *schemes; /* NULL-terminated, the default first */
    /* Older schemes that forms of others carry: recognised and passed on, never signed with. NULL-terminated, or NULL. */
    const struct signature_scheme *const *older_schemes;
    const char *default_region;                             /* NULL: the caller must name one */
    const char *region_example;                             /* for the message that asks for one */
    bool needs_endpoint;                                    /* the caller must name an endpoint */
    const struct store_without_forms *stores_without_forms; /* refused by name; ends with a NULL suffix; NULL: none known */
    const struct name_alias *aliases;                       /* ends with a NULL member; NULL: none */
    const char *key_prefix_member; /* in JSON beside the fields: what the key begins with, the file's name following; or NULL */
    const struct environment *environment; /* NULL: nothing is known of the vendor's tools */

    /* Writes the URL a form is posted to, or says why there is none. `url` holds URL_BYTES. */
    enum postage_status (*resolve)(const struct location *where, char *url, struct postage_error *err);

    const struct presign_scheme *presign; /* query-signed URLs; NULL: the provider has none */

    /* Writes the value of the callback field, to be freed with postage_text_free; NULL: the provider has no callbacks. */
    enum postage_status (*compose_callback)(const struct postage_callback_options *options,
                                            const struct postage_allocator *alloc, char **value, struct postage_error *err);

    const struct created_document *created; /* what it answers where a form asks for a document */
    const char *older_redirect_field;       /* where forms may ask for a redirect as well; NULL: nowhere else */

    const struct refusal_cause *const *causes; /* tables of causes of refusals, looked through in turn; NULL-terminated */
    /* Writes what else a refusal tells, to stand behind its message: "; the bucket's region is ..."; NULL: nothing. */
    void (*add_detail)(const struct provider_reply *reply, char *detail, size_t cap);
    const char *const *secret_fields; /* what nobody may see beside policy, signatures and tokens; NULL-terminated, or NULL */

    const struct returned_digest *digests; /* what its success replies can carry, in order of preference */

    const char *request_id_header;  /* lower case */
    const char *host_id_header;     /* likewise; a second id, or the number of a refusal's reason; NULL: none */
    const char *version_id_header;  /* likewise */
    const char *const *log_headers; /* likewise: others of its own that a log may show; NULL-terminated, or NULL */
};

#endif
