#include "sandbox/bucket_calls.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "sandbox/answer.h"
#include "base/calendar.h"
#include "sandbox/bucket.h"
#include "sandbox/small_body.h"

static const struct slice nothing = { "", 0 };

void bucket_list_all(struct exchange *exchange)
{
    char date[CALENDAR_EXTENDED_BYTES];
    struct buf *xml;

    if (!request_auth_check(exchange, REQUEST_READS))
        return;
    answer_start(exchange, 200);
    xml = answer_xml_root(exchange, "ListAllMyBucketsResult");
    buf_add_text(xml, "<Owner><ID>postage</ID><DisplayName>postage</DisplayName></Owner><Buckets>");
    for (const struct bucket *bucket = exchange->setup->buckets; bucket != NULL; bucket = bucket->next) {
        calendar_extended(bucket->created_unix_s, date);
        buf_add_text(xml, "<Bucket>");
        xml_add_element(xml, "Name", slice_of(bucket->name));
        xml_add_element(xml, "CreationDate", slice_of(date));
        buf_add_text(xml, "</Bucket>");
    }
    buf_add_text(xml, "</Buckets></ListAllMyBucketsResult>");
}

void bucket_head(struct exchange *exchange)
{
    if (request_auth_check(exchange, REQUEST_READS))
        answer_start(exchange, 200);
}

struct canned {
    const char *acl;
    bool read, write;
};

static const struct canned canned_acls[] = { { "private", false, false },
                                             { "public-read", true, false },
                                             { "public-read-write", true, true },
                                             { "authenticated-read", false, false } };

/* The ACL that the request's header asks for; NULL: one that is none. */
static const struct canned *find_acl(const struct exchange *exchange)
{
    struct slice acl = request_header(&exchange->request, exchange->dialect == DIALECT_OSS ? "x-oss-acl" : "x-amz-acl");

    for (size_t i = 0; i < sizeof canned_acls / sizeof canned_acls[0]; i++)
        if (acl.ptr == NULL || slice_equal(acl, slice_of(canned_acls[i].acl)))
            return &canned_acls[i];
    return NULL;
}

static void create(struct exchange *exchange, struct slice body)
{
    const struct canned *acl = find_acl(exchange);
    struct postage_sandbox_bucket wanted = { .dialect = dialect_name(exchange->dialect) };
    struct bucket *made;

    (void)body;
    wanted.name = arena_copy(&exchange->arena, exchange->bucket_name);
    if (acl == NULL) {
        refuse(exchange, RULE_ACL, exchange->bucket_name);
        return;
    }
    wanted.public_read = acl->read;
    wanted.public_write = acl->write;
    if (wanted.name == NULL || bucket_open(exchange->setup, &wanted, &made) != POSTAGE_OK) {
        refuse(exchange, RULE_STORAGE, nothing);
        return;
    }
    answer_start(exchange, 200);
    answer_header(exchange, "Location", "/%s", made->name);
}

/* A new bucket follows OSS's rules if it was asked for in OSS's way, else S3's; MinIO's come from the options. */
void bucket_put(struct exchange *exchange)
{
    struct payload_claim claim;

    if (!request_auth_check_claim(exchange, REQUEST_WRITES, &claim))
        return;
    if (!bucket_name_is_valid(exchange->bucket_name) || exchange->bucket_name.len < 3)
        refuse(exchange, RULE_BUCKET_NAME, exchange->bucket_name);
    else if (exchange->bucket != NULL)
        refuse(exchange, RULE_BUCKET_EXISTS, exchange->bucket_name);
    else
        small_body_collect(exchange, &claim, create);
}

void bucket_delete(struct exchange *exchange)
{
    struct bucket *bucket = exchange->bucket;

    if (!request_auth_check(exchange, REQUEST_WRITES))
        return;
    if (bucket_remove(exchange->setup, bucket)) {
        exchange->bucket = NULL;
        answer_start(exchange, 204);
    } else {
        refuse(exchange, RULE_BUCKET_NOT_EMPTY, exchange->bucket_name);
    }
}

/* us-east-1 has no name here: the oldest region is an empty element. */
void bucket_get_location(struct exchange *exchange)
{
    const char *region = exchange->setup->region;
    struct buf *xml;

    if (!request_auth_check(exchange, REQUEST_READS))
        return;
    answer_start(exchange, 200);
    xml = answer_xml_root(exchange, "LocationConstraint");
    if (exchange->dialect == DIALECT_OSS)
        buf_printf(xml, "oss-%s", region);
    else
        xml_add_text(xml, slice_of(strcmp(region, "us-east-1") == 0 ? "" : region));
    buf_add_text(xml, "</LocationConstraint>");
}

/* OSS grants by the canned name; an object has the one of its bucket. */
static const char *oss_grant(const struct exchange *exchange)
{
    const struct bucket *bucket = exchange->bucket;

    if (exchange->key.len > 0)
        return "default";
    if (bucket->public_write)
        return "public-read-write";
    return bucket->public_read ? "public-read" : "private";
}

void bucket_get_acl(struct exchange *exchange)
{
    struct buf *xml;

    if (!request_auth_check(exchange, REQUEST_READS))
        return;
    answer_start(exchange, 200);
    xml = answer_xml_root(exchange, "AccessControlPolicy");
    buf_add_text(xml, "<Owner><ID>postage</ID><DisplayName>postage</DisplayName></Owner><AccessControlList><Grant>");
    if (exchange->dialect == DIALECT_OSS)
        buf_add_text(xml, oss_grant(exchange));
    else
        buf_add_text(
            xml, "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>postage</ID>"
                 "</Grantee><Permission>FULL_CONTROL</Permission>");
    buf_add_text(xml, "</Grant></AccessControlList></AccessControlPolicy>");
}

static void change_acl(struct exchange *exchange, struct slice body)
{
    const struct canned *acl = find_acl(exchange);

    if (acl == NULL || body.len > 0)
        refuse(exchange, RULE_NOT_IMPLEMENTED, SLICE("ACLs other than canned ones"));
    else if (!bucket_set_public(exchange->bucket, acl->read, acl->write))
        refuse(exchange, RULE_STORAGE, nothing);
    else
        answer_start(exchange, 200);
}

void bucket_put_acl(struct exchange *exchange)
{
    struct payload_claim claim;

    if (request_auth_check_claim(exchange, REQUEST_WRITES, &claim))
        small_body_collect(exchange, &claim, change_acl);
}

void bucket_get_versioning(struct exchange *exchange)
{
    if (!request_auth_check(exchange, REQUEST_READS))
        return;
    answer_start(exchange, 200);
    buf_add_text(answer_xml_root(exchange, "VersioningConfiguration"), "</VersioningConfiguration>");
}

void bucket_get_nothing(struct exchange *exchange)
{
    static const char *const codes[][2] = { { "policy", "NoSuchBucketPolicy" },
                                            { "cors", "NoSuchCORSConfiguration" },
                                            { "object-lock", "ObjectLockConfigurationNotFoundError" },
                                            { "tagging", "NoSuchTagSet" } };

    if (!request_auth_check(exchange, REQUEST_READS))
        return;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (request_has_parameter(&exchange->request, codes[i][0]))
            refuse(exchange, RULE_NO_CONFIGURATION, slice_of(codes[i][1]));
}

static const xmlNode *next_object(const xmlNode *node)
{
    while (node != NULL && (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, "Object") != 0))
        node = node->next;
    return node;
}

static void delete_one(struct exchange *exchange, const xmlNode *object, struct buf *xml)
{
    const xmlNode *key = object->children;
    xmlChar *text;

    while (key != NULL && (key->type != XML_ELEMENT_NODE || strcmp((const char *)key->name, "Key") != 0))
        key = key->next;
    text = key != NULL ? xmlNodeGetContent(key) : NULL;
    if (text == NULL)
        return;
    store_delete(exchange->setup, exchange->bucket, slice_of((const char *)text));
    buf_add_text(xml, "<Deleted>");
    xml_add_element(xml, "Key", slice_of((const char *)text));
    buf_add_text(xml, "</Deleted>");
    xmlFree(text);
}

static void delete_listed(struct exchange *exchange, struct slice body)
{
    xmlDoc *document =
        xmlReadMemory(body.ptr, (int)body.len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    const xmlNode *root = document != NULL ? xmlDocGetRootElement(document) : NULL;
    struct buf *xml;

    if (root == NULL || document->intSubset != NULL || strcmp((const char *)root->name, "Delete") != 0) {
        refuse(exchange, RULE_TAGGING_XML, nothing);
    } else {
        answer_start(exchange, 200);
        xml = answer_xml_root(exchange, "DeleteResult");
        for (const xmlNode *at = next_object(root->children); at != NULL; at = next_object(at->next))
            delete_one(exchange, at, xml);
        buf_add_text(xml, "</DeleteResult>");
    }
    xmlFreeDoc(document);
}

void bucket_delete_objects(struct exchange *exchange)
{
    struct payload_claim claim;

    if (request_auth_check_claim(exchange, REQUEST_WRITES, &claim))
        small_body_collect(exchange, &claim, delete_listed);
}
