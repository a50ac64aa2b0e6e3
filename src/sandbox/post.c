/*
 * POST on a bucket: the body goes through the strict reader into fields and a file. Signature and policy are judged when the
 * file's header has arrived, its size with every piece; nothing is visible before the whole request has been there.
 */
#include "sandbox/post.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "postage/reader.h"
#include "sandbox/ledger.h"
#include "sandbox/post_answer.h"
#include "sandbox/post_conditions.h"
#include "sandbox/post_content.h"
#include "sandbox/post_form.h"
#include "sandbox/post_object.h"
#include "sandbox/post_signature.h"
#include "sandbox/refuse.h"
#include "sandbox/store.h"

enum { AFTER_FILE_BYTES = 64 * 1024 };

enum where { IN_FIELD, IN_FILE, IN_IGNORED };

struct post {
    struct post_form form;
    struct postage_reader *reader;
    enum where where;
    struct slice name;
    struct buf value;     /* of the field that is being read */
    uint64_t field_bytes; /* of all of them */
    uint64_t after_bytes; /* after the file, discarded */
    uint64_t file_at;     /* where it begins in the body */
    uint64_t file_bytes;
    bool file_seen;
    bool written_down; /* in the ledger */
    struct object *object;
    struct store_write write;
};

static const struct slice nothing = { "", 0 };

static void write_down(struct call *call, const char *verdict, uint64_t stored_bytes)
{
    struct post *post = call->state;
    bool stored = stored_bytes > 0 || strcmp(verdict, "stored") == 0 || strcmp(verdict, "discarded") == 0;
    struct ledger_entry entry = { post->form.key, post->file_bytes, stored_bytes, stored ? post->object : NULL, verdict };

    if (post->written_down)
        return;
    post->written_down = true;
    ledger_write(call, &entry);
}

/* A refusal of ours, as the status that stops the reader. */
static enum postage_status stop(struct call *call)
{
    struct post *post = call->state;

    store_write_abandon(&post->write);
    write_down(call, "refused", 0);
    return POSTAGE_ERR_REJECTED;
}

static enum postage_status stop_by(struct call *call, enum refusal refusal, struct slice detail)
{
    refuse(call, refusal, detail);
    return stop(call);
}

static void refuse_pre_file(struct call *call, enum refusal refusal)
{
    const char *element = call->dialect->errors.pre_file_bytes;
    char max[24];

    snprintf(max, sizeof max, "%" PRIu64, call->dialect->pre_file_bytes_max);
    refuse_naming(call, refusal, SLICE("fields before the file are too large"), element, slice_of(max));
}

/* Two elements, where the dialect says what bound was broken; else none. */
static void refuse_bounds(struct call *call, enum refusal refusal, struct slice detail, const struct refusal_extra bounds[2])
{
    if (call->dialect->errors.state_bounds)
        refuse_with(call, refusal, detail, bounds, 2);
    else
        refuse(call, refusal, detail);
}

/* `element` names the bound. */
static void refuse_size(struct call *call, enum refusal refusal, uint64_t proposed, const char *element, uint64_t bound)
{
    char proposed_text[24], bound_text[24];

    snprintf(proposed_text, sizeof proposed_text, "%" PRIu64, proposed);
    snprintf(bound_text, sizeof bound_text, "%" PRIu64, bound);
    refuse_bounds(call, refusal, nothing,
                  (struct refusal_extra[]){ { "ProposedSize", slice_of(proposed_text) }, { element, slice_of(bound_text) } });
}

/* Length of the Content-Type's boundary; the reader has found it to be a good one. */
static size_t boundary_length(struct slice type)
{
    const struct slice name = SLICE("boundary=");
    struct slice rest = type, value;

    while (rest.len > 0 && !slice_starts_with_ignoring_case(rest, name))
        rest = (struct slice){ rest.ptr + 1, rest.len - 1 };
    if (rest.len == 0)
        return 0;
    value = (struct slice){ rest.ptr + name.len, rest.len - name.len };
    if (value.len > 1 && value.ptr[0] == '"')
        return strcspn(value.ptr + 1, "\"");
    return strcspn(value.ptr, "; \t\r\n");
}

/* What the file will be, by the declared length: CRLF, two dashes, boundary, two dashes and CRLF follow it. */
static uint64_t proposed_bytes(struct call *call)
{
    struct post *post = call->state;
    uint64_t around = post->file_at + boundary_length(request_header(&call->request, "content-type")) + 8;
    uint64_t declared = call->request.length > around ? call->request.length - around : 0;

    return declared > post->file_bytes ? declared : post->file_bytes;
}

/* The name without directories. */
static struct slice base_name(struct slice name, const struct dialect *dialect)
{
    for (size_t i = name.len; i > 0; i--)
        if (name.ptr[i - 1] == '/' || (name.ptr[i - 1] == '\\' && !dialect->backslash_is_in_file_name))
            return (struct slice){ name.ptr + i, name.len - i };
    return name;
}

static bool keep_file_header(struct call *call, const struct postage_part *part)
{
    struct post_form *form = &((struct post *)call->state)->form;

    form->has_file_name = part->file_name != NULL;
    if (part->file_name != NULL)
        form->file_name = base_name(slice_of(arena_copy(&call->arena, slice_of(part->file_name))), call->dialect);
    if (part->content_type != NULL)
        form->file_type = slice_of(arena_copy(&call->arena, slice_of(part->content_type)));
    return (part->file_name == NULL || form->file_name.ptr != NULL) &&
           (part->content_type == NULL || form->file_type.ptr != NULL);
}

/* Everything that can be known before the first byte of the file. */
static bool judge(struct call *call)
{
    struct post *post = call->state;

    post->object = arena_alloc(&call->arena, sizeof *post->object);
    if (post->object == NULL)
        return refuse(call, REFUSAL_STORAGE, nothing);
    return post_form_expand(call, &post->form) && post_signature_check(call, &post->form) &&
           post_conditions_check(call, &post->form) && post_form_check_key(call, &post->form) &&
           post_object_describe(call, &post->form, post->object);
}

static enum postage_status begin_file(struct call *call, const struct postage_part *part)
{
    struct post *post = call->state;

    post->file_seen = true;
    post->file_at = postage_reader_position(post->reader);
    post->where = IN_FILE;
    if (!keep_file_header(call, part))
        return stop_by(call, REFUSAL_STORAGE, nothing);
    if (!judge(call))
        return stop(call);
    if (!store_write_open(&post->write, call->setup, call->bucket))
        return stop_by(call, REFUSAL_STORAGE, nothing);
    return POSTAGE_OK;
}

static bool is_file_part(const struct call *call, const char *name)
{
    if (call->dialect->file_field_has_exact_case)
        return strcmp(name, "file") == 0;
    return slice_equal_ignoring_case(slice_of(name), SLICE("file"));
}

static enum postage_status on_part(void *context, const struct postage_part *part, struct postage_error *err)
{
    struct call *call = context;
    struct post *post = call->state;

    (void)err;
    if (is_file_part(call, part->name))
        return post->file_seen ? stop_by(call, REFUSAL_TWO_FILES, SLICE("two files")) : begin_file(call, part);
    post->where = post->file_seen ? IN_IGNORED : IN_FIELD;
    if (post->where == IN_IGNORED)
        return POSTAGE_OK;
    if (post_form_find(&post->form, part->name) != NULL)
        return stop_by(call, REFUSAL_DUPLICATE_FIELD, slice_of(part->name));
    if (post->form.count == POST_FIELDS_MAX)
        return stop_by(call, REFUSAL_PARTS, SLICE("too many parts"));
    post->name = slice_of(arena_copy(&call->arena, slice_of(part->name)));
    buf_reset(&post->value);
    return post->name.ptr != NULL ? POSTAGE_OK : stop_by(call, REFUSAL_STORAGE, nothing);
}

static enum postage_status take_field_bytes(struct call *call, const uint8_t *data, size_t len)
{
    struct post *post = call->state;

    post->field_bytes += len;
    if (post->field_bytes > call->dialect->pre_file_bytes_max) {
        refuse_pre_file(call, REFUSAL_PRE_FILE_SIZE);
        return stop(call);
    }
    buf_add(&post->value, data, len);
    if (buf_status(&post->value) == POSTAGE_ERR_LIMIT) {
        refuse_pre_file(call, REFUSAL_FIELD_SIZE);
        return stop(call);
    }
    return buf_status(&post->value) == POSTAGE_OK ? POSTAGE_OK : stop_by(call, REFUSAL_STORAGE, nothing);
}

static enum postage_status take_file_bytes(struct call *call, const uint8_t *data, size_t len)
{
    struct post *post = call->state;

    post->file_bytes += len;
    if (post->file_bytes > post->form.max_bytes) {
        refuse_size(call, REFUSAL_SIZE_LARGE, proposed_bytes(call), "MaxSizeAllowed", post->form.max_bytes);
        return stop(call);
    }
    content_checks_update(&post->form.checks, data, len);
    return store_write_add(&post->write, data, len) ? POSTAGE_OK : stop_by(call, REFUSAL_STORAGE, nothing);
}

static enum postage_status on_data(void *context, const uint8_t *data, size_t len, struct postage_error *err)
{
    struct call *call = context;
    struct post *post = call->state;

    (void)err;
    if (post->where == IN_FIELD)
        return take_field_bytes(call, data, len);
    if (post->where == IN_FILE)
        return take_file_bytes(call, data, len);
    post->after_bytes += len;
    return post->after_bytes <= AFTER_FILE_BYTES ? POSTAGE_OK
                                                 : stop_by(call, REFUSAL_MULTIPART, SLICE("too much after the file"));
}

static void free_fields(struct post_form *form)
{
    if (form->fields != NULL)
        mem_wipe(form->fields, form->cap * sizeof *form->fields);
    free(form->fields);
}

static bool make_room(struct post_form *form)
{
    size_t cap = form->cap > 0 ? form->cap * 2 : 32;
    struct post_field *grown;

    if (form->count < form->cap)
        return true;
    grown = calloc(cap, sizeof *grown);
    if (grown == NULL)
        return false;
    if (form->count > 0)
        memcpy(grown, form->fields, form->count * sizeof *grown);
    free_fields(form);
    form->fields = grown;
    form->cap = cap;
    return true;
}

/* A value becomes a header, a name or a text of XML: NUL and other bytes than UTF-8 are in none of them. */
static enum postage_status on_part_end(void *context, struct postage_error *err)
{
    struct call *call = context;
    struct post *post = call->state;
    struct slice value = buf_slice(&post->value);
    struct post_field *field;

    (void)err;
    if (post->where != IN_FIELD)
        return POSTAGE_OK;
    if (!utf8_valid(value) || (value.len > 0 && memchr(value.ptr, '\0', value.len) != NULL))
        return stop_by(call, REFUSAL_FIELD_VALUE, post->name);
    if (!make_room(&post->form))
        return stop_by(call, REFUSAL_STORAGE, nothing);
    field = &post->form.fields[post->form.count];
    field->name = post->name;
    field->sent = (struct slice){ arena_copy(&call->arena, value), value.len };
    field->value = field->sent;
    if (field->sent.ptr == NULL)
        return stop_by(call, REFUSAL_STORAGE, nothing);
    post->form.count++;
    return POSTAGE_OK;
}

/* The reader's own refusal: its limits are ours, its words are the detail. */
static void refuse_body(struct call *call, enum postage_status status, const struct postage_error *err)
{
    struct post *post = call->state;

    if (status == POSTAGE_ERR_LIMIT && !post->file_seen)
        refuse_pre_file(call, REFUSAL_PRE_FILE_SIZE);
    else
        refuse(call, REFUSAL_MULTIPART, slice_of(err->message));
    stop(call);
}

static void post_body(struct call *call, const uint8_t *data, size_t len)
{
    struct post *post = call->state;
    struct postage_error err = POSTAGE_ERROR_INIT;
    enum postage_status status = postage_reader_feed(post->reader, data, len, &err);

    if (status != POSTAGE_OK && !call_is_answered(call))
        refuse_body(call, status, &err);
}

/* Late refusals: what only the last byte tells. */
static bool check_whole(struct call *call)
{
    struct post *post = call->state;
    struct postage_error err = POSTAGE_ERROR_INIT;
    enum postage_status status = postage_reader_finish(post->reader, &err);

    if (status != POSTAGE_OK) {
        refuse_body(call, status, &err);
        return false;
    }
    if (!post->file_seen) {
        refuse_bounds(call, REFUSAL_FILE_COUNT, SLICE("file or text content is missing"),
                      (struct refusal_extra[]){ { "ArgumentName", SLICE("file") }, { "ArgumentValue", SLICE("0") } });
        return false;
    }
    if (post->file_bytes < post->form.min_bytes) {
        refuse_size(call, REFUSAL_SIZE_SMALL, post->file_bytes, "MinSizeAllowed", post->form.min_bytes);
        return false;
    }
    return post_content_check(call, &post->form);
}

static bool may_overwrite(struct call *call)
{
    struct post *post = call->state;
    struct slice forbid = post_form_value(&post->form, call->dialect->forbid_overwrite_field);

    if (forbid.ptr == NULL || !slice_equal_ignoring_case(forbid, SLICE("true")))
        return true;
    return !store_has(call->bucket, post->form.key) || refuse(call, REFUSAL_FILE_EXISTS, nothing);
}

static void post_end(struct call *call)
{
    struct post *post = call->state;
    bool discard = call->setup->discard;

    if (!check_whole(call) || !may_overwrite(call)) {
        stop(call);
        return;
    }
    if (!store_write_commit(&post->write, call->setup, post->object)) {
        stop_by(call, REFUSAL_STORAGE, nothing);
        return;
    }
    post_answer_write(call, &post->form, post->object);
    write_down(call, discard ? "discarded" : "stored", discard ? 0 : post->object->bytes);
}

static void post_abort(struct call *call)
{
    struct post *post = call->state;

    store_write_abandon(&post->write);
    call->refusal = REFUSAL_INCOMPLETE_BODY;
    write_down(call, "incomplete", 0);
}

static void post_clear(struct call *call)
{
    struct post *post = call->state;

    store_write_abandon(&post->write);
    content_checks_clear(&post->form.checks);
    postage_reader_free(post->reader);
    buf_clear(&post->value);
    free_fields(&post->form);
    free(post);
}

static const struct handler post_handler = { post_body, post_end, post_abort, post_clear };

static bool refuse_content_type(struct call *call, struct slice type)
{
    struct slice media = slice_of("multipart/form-data");
    bool is_form =
        slice_starts_with_ignoring_case(type, media) && (type.len == media.len || strchr("; \t", type.ptr[media.len]) != NULL);

    if (is_form)
        return refuse(call, REFUSAL_NO_BOUNDARY, SLICE("no usable boundary"));
    return refuse_naming(call, REFUSAL_NOT_MULTIPART, SLICE("not multipart/form-data"), call->dialect->errors.media_type,
                         SLICE("Bucket POST must be of the enclosure-type multipart/form-data"));
}

static bool open_reader(struct call *call, struct post *post)
{
    struct postage_reader_options options = POSTAGE_READER_OPTIONS_INIT;
    struct slice type = request_header(&call->request, "content-type");
    const char *text = type.ptr != NULL ? arena_copy(&call->arena, type) : "";
    enum postage_status status;

    options.context = call;
    options.on_part = on_part;
    options.on_data = on_data;
    options.on_part_end = on_part_end;
    options.file_part_name = "file";
    options.max_parts = POST_FIELDS_MAX + 2;
    options.max_field_bytes = UINT64_MAX; /* ours is told apart from the limit of all fields */
    options.max_pre_file_bytes = call->dialect->pre_file_bytes_max;
    options.max_total_bytes = UINT64_MAX;
    status = postage_reader_new(&post->reader, text != NULL ? text : "", &options, NULL, NULL);
    if (status == POSTAGE_OK)
        return true;
    if (status == POSTAGE_ERR_SYNTAX)
        return refuse_content_type(call, slice_of(text));
    return refuse(call, REFUSAL_STORAGE, nothing);
}

void post_begin(struct call *call)
{
    struct post *post = calloc(1, sizeof *post);

    if (post == NULL) {
        refuse(call, REFUSAL_STORAGE, nothing);
        return;
    }
    buf_init(&post->value, NULL, (size_t)call->dialect->field_bytes_max);
    call->handler = &post_handler;
    call->state = post;
    /* Every store wants a length, and a form that has none is never whole. */
    if (call->request.chunked || !call->request.has_length || call->request.length == 0)
        refuse(call, REFUSAL_LENGTH, nothing);
    else if (open_reader(call, post))
        return;
    stop(call);
}
