#include "sandbox/bucket_call.h"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/calendar.h"
#include "sandbox/answer.h"
#include "sandbox/bucket.h"
#include "sandbox/refuse.h"
#include "sandbox/small_body.h"
#include "sandbox/store.h"
#include "sandbox/xml.h"

static const struct slice nothing = { "", 0 };

void bucket_call_list_all(struct call *call)
{
    char date[CALENDAR_EXTENDED_BYTES];
    struct buf *xml;

    if (!request_auth_check(call, REQUEST_READS))
        return;
    answer_start(call, 200);
    xml = answer_xml_root(call, "ListAllMyBucketsResult");
    buf_add_text(xml, "<Owner><ID>postage</ID><DisplayName>postage</DisplayName></Owner><Buckets>");
    for (const struct bucket *bucket = call->setup->buckets; bucket != NULL; bucket = bucket->next) {
        calendar_extended(bucket->created_unix_s, date);
        buf_add_text(xml, "<Bucket>");
        xml_add_element(xml, "Name", slice_of(bucket->name));
        xml_add_element(xml, "CreationDate", slice_of(date));
        buf_add_text(xml, "</Bucket>");
    }
    buf_add_text(xml, "</Buckets></ListAllMyBucketsResult>");
}

void bucket_call_head(struct call *call)
{
    if (request_auth_check(call, REQUEST_READS))
        answer_start(call, 200);
}

struct canned {
    const char *acl;
    bool read, write;
};

static const struct canned canned_acls[] = { { "private", false, false },
                                             { "public-read", true, false },
                                             { "public-read-write", true, true },
                                             { "authenticated-read", false, false } };

/* The ACL that the request's header asks for; NULL: it names none of these. */
static const struct canned *find_acl(const struct call *call)
{
    struct slice acl = request_header(&call->request, call->dialect->acl_header);

    for (size_t i = 0; i < sizeof canned_acls / sizeof canned_acls[0]; i++)
        if (acl.ptr == NULL || slice_equal(acl, slice_of(canned_acls[i].acl)))
            return &canned_acls[i];
    return NULL;
}

static void create(struct call *call, struct slice body)
{
    const struct canned *acl = find_acl(call);
    struct postage_sandbox_bucket wanted = { .dialect = call->dialect->name };
    struct bucket *made;

    (void)body;
    wanted.name = arena_copy(&call->arena, call->bucket_name);
    if (acl == NULL) {
        refuse(call, REFUSAL_ACL, call->bucket_name);
        return;
    }
    wanted.public_read = acl->read;
    wanted.public_write = acl->write;
    if (wanted.name == NULL || bucket_open(call->setup, &wanted, &made) != POSTAGE_OK) {
        refuse(call, REFUSAL_STORAGE, nothing);
        return;
    }
    answer_start(call, 200);
    answer_header(call, "Location", "/%s", made->name);
}

/* A new bucket follows the dialect that the request speaks; of some stores' only the options can make one. */
void bucket_call_put(struct call *call)
{
    struct payload_claim claim;

    if (!request_auth_check_claim(call, REQUEST_WRITES, &claim))
        return;
    if (!bucket_name_is_valid(call->bucket_name) || call->bucket_name.len < 3)
        refuse(call, REFUSAL_BUCKET_NAME, call->bucket_name);
    else if (call->bucket != NULL)
        refuse(call, REFUSAL_BUCKET_EXISTS, call->bucket_name);
    else
        small_body_collect(call, &claim, create);
}

void bucket_call_delete(struct call *call)
{
    struct bucket *bucket = call->bucket;

    if (!request_auth_check(call, REQUEST_WRITES))
        return;
    if (bucket_remove(call->setup, bucket)) {
        call->bucket = NULL;
        answer_start(call, 204);
    } else {
        refuse(call, REFUSAL_BUCKET_NOT_EMPTY, call->bucket_name);
    }
}

/* The oldest region of some stores is an empty element. */
void bucket_call_get_location(struct call *call)
{
    const struct dialect *dialect = call->dialect;
    const char *region = call->setup->region;
    struct buf *xml;

    if (!request_auth_check(call, REQUEST_READS))
        return;
    answer_start(call, 200);
    xml = answer_xml_root(call, "LocationConstraint");
    buf_add_text(xml, dialect->region_prefix != NULL ? dialect->region_prefix : "");
    if (dialect->unnamed_region == NULL || strcmp(region, dialect->unnamed_region) != 0)
        xml_add_text(xml, slice_of(region));
    buf_add_text(xml, "</LocationConstraint>");
}

/* An object has the one of its bucket. */
static const char *canned_name(const struct call *call)
{
    const struct bucket *bucket = call->bucket;

    if (call->key.len > 0)
        return "default";
    if (bucket->public_write)
        return "public-read-write";
    return bucket->public_read ? "public-read" : "private";
}

void bucket_call_get_acl(struct call *call)
{
    struct buf *xml;

    if (!request_auth_check(call, REQUEST_READS))
        return;
    answer_start(call, 200);
    xml = answer_xml_root(call, "AccessControlPolicy");
    buf_add_text(xml, "<Owner><ID>postage</ID><DisplayName>postage</DisplayName></Owner><AccessControlList><Grant>");
    if (call->dialect->acl_is_canned_name)
        buf_add_text(xml, canned_name(call));
    else
        buf_add_text(
            xml, "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>postage</ID>"
                 "</Grantee><Permission>FULL_CONTROL</Permission>");
    buf_add_text(xml, "</Grant></AccessControlList></AccessControlPolicy>");
}

static void change_acl(struct call *call, struct slice body)
{
    const struct canned *acl = find_acl(call);

    if (acl == NULL || body.len > 0)
        refuse(call, REFUSAL_NOT_IMPLEMENTED, SLICE("ACLs other than canned ones"));
    else if (!bucket_set_public(call->bucket, acl->read, acl->write))
        refuse(call, REFUSAL_STORAGE, nothing);
    else
        answer_start(call, 200);
}

void bucket_call_put_acl(struct call *call)
{
    struct payload_claim claim;

    if (request_auth_check_claim(call, REQUEST_WRITES, &claim))
        small_body_collect(call, &claim, change_acl);
}

void bucket_call_get_versioning(struct call *call)
{
    if (!request_auth_check(call, REQUEST_READS))
        return;
    answer_start(call, 200);
    buf_add_text(answer_xml_root(call, "VersioningConfiguration"), "</VersioningConfiguration>");
}

void bucket_call_get_nothing(struct call *call)
{
    static const char *const codes[][2] = { { "policy", "NoSuchBucketPolicy" },
                                            { "cors", "NoSuchCORSConfiguration" },
                                            { "object-lock", "ObjectLockConfigurationNotFoundError" },
                                            { "tagging", "NoSuchTagSet" } };

    if (!request_auth_check(call, REQUEST_READS))
        return;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (request_has_parameter(&call->request, codes[i][0]))
            refuse(call, REFUSAL_NO_CONFIGURATION, slice_of(codes[i][1]));
}

static const xmlNode *next_object(const xmlNode *node)
{
    while (node != NULL && (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, "Object") != 0))
        node = node->next;
    return node;
}

static void delete_one(struct call *call, const xmlNode *object, struct buf *xml)
{
    const xmlNode *key = object->children;
    xmlChar *text;

    while (key != NULL && (key->type != XML_ELEMENT_NODE || strcmp((const char *)key->name, "Key") != 0))
        key = key->next;
    text = key != NULL ? xmlNodeGetContent(key) : NULL;
    if (text == NULL)
        return;
    store_delete(call->setup, call->bucket, slice_of((const char *)text));
    buf_add_text(xml, "<Deleted>");
    xml_add_element(xml, "Key", slice_of((const char *)text));
    buf_add_text(xml, "</Deleted>");
    xmlFree(text);
}

static void delete_listed(struct call *call, struct slice body)
{
    xmlDoc *document =
        xmlReadMemory(body.ptr, (int)body.len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    const xmlNode *root = document != NULL ? xmlDocGetRootElement(document) : NULL;
    struct buf *xml;

    if (root == NULL || document->intSubset != NULL || strcmp((const char *)root->name, "Delete") != 0) {
        refuse(call, REFUSAL_TAGGING_XML, nothing);
    } else {
        answer_start(call, 200);
        xml = answer_xml_root(call, "DeleteResult");
        for (const xmlNode *at = next_object(root->children); at != NULL; at = next_object(at->next))
            delete_one(call, at, xml);
        buf_add_text(xml, "</DeleteResult>");
    }
    xmlFreeDoc(document);
}

void bucket_call_delete_objects(struct call *call)
{
    struct payload_claim claim;

    if (request_auth_check_claim(call, REQUEST_WRITES, &claim))
        small_body_collect(call, &claim, delete_listed);
}
