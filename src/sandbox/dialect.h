/*
 * A store that the sandbox can be: one row of what that store calls things, allows and answers. All code asks the row of its
 * call; which rows there are is known to dialect.c alone. How to add one: docs/sandbox.md, "Adding a dialect".
 *
 * Lists of texts end with NULL. A column that is left out says no, or that there is no such thing; dialect_s3.c,
 * dialect_minio.c and dialect_oss.c fill them in.
 */
#ifndef SANDBOX_DIALECT_H
#define SANDBOX_DIALECT_H

#include "base/buf.h"
#include "base/crc.h"
#include "sandbox/refusal.h"
#include "sandbox/request.h"

struct call;
struct payload_claim;
struct post_form;
struct scheme;

/* How a secret becomes the key of a day and region, which then signs: by HMACs of one digest. */
struct key_chain {
    const char *digest;    /* OpenSSL's name: "SHA256" */
    const char *algorithm; /* "AWS4-HMAC-SHA256": first line of what is signed */
    const char *prefix;    /* of the secret */
    const char *service;
    const char *terminal;
};

/* Fields of a form that is signed so, as errors print them; names are compared ignoring case. NULL: there is no such field. */
struct scheme_fields {
    const char *algorithm;
    const char *credential;
    const char *date;
    const char *signature;
    const char *token;
    bool credential_is_exempt; /* it needs no condition, like the signature */
    bool are_bound;            /* algorithm, credential and date need a condition where other fields need none */
};

/* Headers of a request that is signed so. */
struct scheme_headers {
    const char *date;
    const char *token;
    const char *sha256;      /* of the body */
    const char *signed_list; /* the member of Authorization that lists headers */
};

/* Parameters of a URL that is signed so. */
struct scheme_query {
    const char *algorithm;
    const char *credential;
    const char *date;
    const char *expires;
    const char *signature;
    const char *signed_list;
    const char *token;
};

/* Bodies in chunks that carry signatures. All NULL: there are none. */
struct scheme_chunks {
    const char *coding;            /* in Content-Encoding */
    const char *decoded_length;    /* header */
    const char *trailer_signature; /* the last trailer */
};

/* The canonical request: what a request of version 4 signs. */
struct scheme_canonical {
    const char *own_headers;      /* prefix of the headers that have to be signed */
    bool own_headers_are_implied; /* they, Content-Type and Content-MD5 are signed without being listed, and so may be Host */
    bool resource_is_bucket_and_key; /* whatever the address is; else the path */
    bool empty_value_has_no_equals;  /* in the query */
};

/* One way to sign. What a scheme has no function for cannot be signed so. */
struct scheme {
    struct key_chain chain;
    struct scheme_fields fields;
    struct scheme_headers headers;
    struct scheme_query query;
    struct scheme_chunks chunks;
    struct scheme_canonical canonical;

    /* A form that has a field of this scheme. False: refused. */
    bool (*check_form)(struct call *call, const struct post_form *form, const struct scheme *scheme);

    /* Whether a request is signed so. */
    bool (*is_in_header)(const struct scheme *scheme, const struct request *request);
    bool (*is_in_query)(const struct scheme *scheme, const struct request *request);
    /* One of the two is true. False: refused. */
    bool (*check_request)(struct call *call, const struct scheme *scheme, struct payload_claim *claim);
};

/* What in a request tells that its client speaks this dialect, before a bucket is known. Empty: nothing does. */
struct dialect_signs {
    const char *authorization; /* how the header begins */
    const char *header;        /* how the name of any header begins */
    const char *const *parameters;
};

/* What every answer carries. */
struct dialect_head {
    const char *server;
    const char *request_id;    /* header */
    const char *further_lines; /* each with its CR LF */
    const char *bucket_region; /* header */
    const char *exposed;       /* headers that a page of another origin may read */
};

/* What errors carry beyond code and message. */
struct dialect_errors {
    const char *key_id;             /* element: who signed */
    const char *host_id;            /* value of HostId; NULL: the host that was asked */
    const char *detail_code_header; /* repeats the EC of a refusal */
    bool name_resource;             /* bucket and path in each error */
    bool state_bounds;              /* sizes, and the count of files, where they are why */
    const char *pre_file_bytes;     /* element: the limit before the file */
    const char *media_type;         /* element: what a form has to be */
};

enum digest_notation { NOTATION_DECIMAL, NOTATION_BASE64 };

/* A digest of the stored content that answers carry. */
struct answered_digest {
    const char *header; /* NULL ends the list */
    enum { ANSWERED_CRC64, ANSWERED_CRC32C } digest;
    enum digest_notation notation;
};

/* A field that takes one of a list. */
struct choice {
    const char *field; /* NULL ends the list */
    const char *const *values;
    enum refusal refusal;
    const char *element; /* of the error's XML, with the value; NULL: none */
};

enum created_element { CREATED_LOCATION, CREATED_BUCKET, CREATED_KEY, CREATED_ETAG, CREATED_ELEMENTS };

/* What ${filename} becomes. */
enum expansion {
    EXPANSION_ANY_FIELD,   /* the file's name, in every field; the text stays if there is none */
    EXPANSION_KEY,         /* the file's name, in the key; without one, the key's own template */
    EXPANSION_KEY_AT_LAST, /* the file's name, in the key after the policy was judged; the text stays if there is none */
};

enum leading_slash { LEADING_SLASH_STAYS, LEADING_SLASH_IS_CUT, LEADING_SLASH_IS_REFUSED /* and a backslash */ };

struct dialect {
    const char *name;  /* as options, the ledger and the store's directory say it */
    const char *title; /* as documents do */
    const struct refusal_answer *refusals;
    const struct scheme *const *schemes; /* NULL-terminated; a form may be signed by one of them */
    struct dialect_signs signs;
    struct dialect_head head;
    struct dialect_errors errors;

    /* answers */
    const char *xml_namespace;
    enum created_element created_order[CREATED_ELEMENTS]; /* of a 201's document */
    bool created_has_location;                            /* header */
    bool location_escapes_slashes;
    bool stored_values_are_ascii;   /* others come back as Latin-1, or as an encoded word (RFC 2047) if they are metadata */
    const char *default_encryption; /* header: AES256, unless a form said otherwise */
    const struct answered_digest *digests;
    const char *digest_scope_header; /* says that they are of the whole object */
    enum crc_kind crc64;             /* of the ledger, and of `digests` */
    bool etag_is_md5;

    /* buckets */
    const char *acl_header;
    bool acl_is_canned_name;    /* in the document that tells it */
    const char *region_prefix;  /* in the document that tells it */
    const char *unnamed_region; /* is told as nothing */

    /* forms: limits */
    uint64_t field_bytes_max;
    uint64_t pre_file_bytes_max;
    size_t key_bytes_max;
    size_t metadata_bytes_max;

    /* forms: fields */
    bool file_field_has_exact_case;
    bool backslash_is_in_file_name; /* as an ordinary character; else it ends a directory, as the slash does */
    enum expansion expansion;
    enum leading_slash leading_slash;
    bool key_is_path; /* without "", "." and ".." between slashes */
    const char *metadata_prefix;
    const char *const *headers; /* that become the object's */
    const struct choice *choices;
    const char *type_field; /* comes before the file part's own type, and that before Content-Type; NULL: Content-Type alone */
    const char *default_type;
    const char *tagging_field;         /* tags in XML */
    const char *refused_tagging_field; /* tags of requests, which a form cannot carry */
    const char *checksum_prefix;
    bool takes_checksums; /* in fields and headers; else such a field is refused */
    bool takes_md5_field; /* Content-MD5; else it is only a header */
    const char *forbid_overwrite_field;
    const char *callback_field;
    const char *older_redirect_field;
    bool follows_relative_redirects;
    bool redirect_has_etag_first;
    bool (*check_fields)(struct call *call, const struct post_form *form); /* what no other column says. False: refused */

    /* forms: signatures and policies */
    bool takes_anonymous_forms;          /* on public buckets */
    const char *lone_policy_lacks;       /* a policy that is not signed is a form without this field; NULL: it is anonymous */
    bool request_may_be_signed_too;      /* beside its form */
    bool fields_need_conditions;         /* every one, the bucket too */
    const char *const *exact_only;       /* fields that take no starts-with */
    const char *exact_only_prefix;       /* likewise, but for metadata */
    bool type_condition_holds_for_lists; /* "a/b, a/c" begins with "a/" */
    bool has_list_operators;             /* in, not-in */
    bool bounds_may_be_text;             /* of content-length-range */
    bool names_need_dollar;              /* in conditions of three items */
    bool escapes_dollar;                 /* "\$" is a dollar */

    /* other requests */
    const char *processing_parameter; /* asks for something made from the object */
    bool put_may_lack_length;
    const char *const *put_headers;     /* that become the object's, beside metadata */
    const char *const *put_unsupported; /* storing the object without what they ask for would be a lie */
};

/* The rows in their order, NULL after the last. The first is the default. */
const struct dialect *dialect_at(size_t index);

/* NULL: none is called so. */
const struct dialect *dialect_find(struct slice name);

/* Whose dialect a request speaks, by itself. */
const struct dialect *dialect_of_request(const struct request *request);

#endif
