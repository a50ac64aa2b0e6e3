#include "multipart/body_file.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/source_contract.h"

static enum postage_status ask_identity(const struct postage_source *source, struct postage_identity *identity, bool *has)
{
    enum postage_status status = POSTAGE_ERR_UNSUPPORTED;

    *identity = (struct postage_identity)POSTAGE_IDENTITY_INIT;
    if (source->ops->identity != NULL)
        status = source->ops->identity(source->self, identity);
    *has = status == POSTAGE_OK;
    return status == POSTAGE_ERR_UNSUPPORTED ? POSTAGE_OK : status;
}

static bool same_identity(const struct postage_identity *a, const struct postage_identity *b)
{
    return a->device == b->device && a->inode == b->inode && a->bytes == b->bytes && a->modified_ns == b->modified_ns;
}

static enum postage_status check_identity(const struct body_file *file, struct postage_error *err)
{
    struct postage_identity identity;
    bool has;

    if (ask_identity(file->source, &identity, &has) != POSTAGE_OK)
        return error_set(err, POSTAGE_ERR_SOURCE, "the source can no longer tell its identity");
    if (has != file->has_identity || !same_identity(&identity, &file->identity))
        return error_set(err, POSTAGE_ERR_CHANGED, "the source has changed since the body was opened");
    return POSTAGE_OK;
}

enum postage_status body_file_open(struct body_file *file, const struct postage_body_options *options,
                                   struct postage_error *err)
{
    enum postage_status status;

    file->source = options->source;
    file->length = options->length;
    status = source_check(file->source, "a body", err);
    if (status != POSTAGE_OK)
        return status;
    if (!options->length_given) {
        status = source_length(file->source, &file->length, err);
        if (status != POSTAGE_OK)
            return status;
    }
    if (ask_identity(file->source, &file->identity, &file->has_identity) != POSTAGE_OK)
        return error_set(err, POSTAGE_ERR_SOURCE, "the source cannot tell its identity");
    return digester_begin(&file->digester, options->digests, err);
}

void body_file_close(struct body_file *file)
{
    struct digester kept = file->digester;

    digester_reset(&kept);
    mem_wipe(file, sizeof *file);
    file->digester = kept;
}

void body_file_free(struct body_file *file)
{
    digester_free(&file->digester);
    mem_wipe(file, sizeof *file);
}

uint64_t body_file_left(const struct body_file *file)
{
    return file->length - file->position;
}

enum postage_status body_file_read(struct body_file *file, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    enum postage_status status;

    file->touched = true;
    status = source_read(file->source, dst, cap, got, err);
    if (status == POSTAGE_END)
        return error_set(err, POSTAGE_ERR_LENGTH, "the source ended after %llu of %llu bytes",
                         (unsigned long long)file->position, (unsigned long long)file->length);
    if (status == POSTAGE_OK)
        status = digester_update(&file->digester, dst, *got, err);
    if (status == POSTAGE_OK)
        file->position += *got;
    return status;
}

enum postage_status body_file_end(struct body_file *file, struct postage_error *err)
{
    enum postage_status status;
    uint8_t surplus;
    size_t got;

    file->touched = true;
    status = source_read(file->source, &surplus, sizeof surplus, &got, err);
    if (status == POSTAGE_OK)
        return error_set(err, POSTAGE_ERR_LENGTH, "the source has more than the %llu bytes it declared",
                         (unsigned long long)file->length);
    return status == POSTAGE_END ? check_identity(file, err) : status;
}

bool body_file_can_rewind(const struct body_file *file)
{
    return !file->touched || file->source->ops->rewind != NULL;
}

enum postage_status body_file_rewind(struct body_file *file, struct postage_error *err)
{
    enum postage_status status = POSTAGE_OK;

    if (file->touched) {
        status = source_rewind(file->source, err);
        if (status == POSTAGE_OK)
            status = check_identity(file, err);
    }
    if (status == POSTAGE_OK)
        status = digester_begin(&file->digester, file->digester.digests, err);
    if (status != POSTAGE_OK)
        return status;
    file->position = 0;
    file->touched = false;
    return POSTAGE_OK;
}
