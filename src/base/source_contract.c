#include "base/source_contract.h"

#include "base/error.h"
#include "base/options.h"

const char *source_contract_mistake(enum postage_status status, size_t cap, size_t got, bool has_waker)
{
    if (status < POSTAGE_OK)
        return NULL;
    if (got > cap)
        return "said that it stored more bytes than there was room for";
    if (status == POSTAGE_OK && got == 0)
        return "answered OK with 0 bytes; AGAIN is for not yet, END for no more";
    if ((status == POSTAGE_AGAIN || status == POSTAGE_END) && got > 0)
        return "answered AGAIN or END together with bytes";
    if (status == POSTAGE_AGAIN && !has_waker)
        return "answered AGAIN, but has no set_waker through which it could say when to go on";
    if (status > POSTAGE_END)
        return "answered with a number that is not a status";
    return NULL;
}

/* What the source wrote, or its status's own text if it wrote nothing. */
static enum postage_status give_failure(enum postage_status status, const struct postage_error *failure,
                                        struct postage_error *err)
{
    return failure->code == status ? error_give(err, failure) : error_plain(err, status);
}

enum postage_status source_rewind(const struct postage_source *source, struct postage_error *err)
{
    struct postage_error failure = POSTAGE_ERROR_INIT;
    enum postage_status status = source->ops->rewind(source->self, &failure);

    return status == POSTAGE_OK ? status : give_failure(status, &failure, err);
}

enum postage_status source_check(const struct postage_source *source, const char *who, struct postage_error *err)
{
    struct postage_source_ops ops;
    enum postage_status status;

    if (source == NULL || source->ops == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "%s needs a source", who);
    status = OPTIONS_TAKE(&ops, source->ops, struct postage_source_ops, close, err);
    return status != POSTAGE_OK || ops.read != NULL ? status : error_set(err, POSTAGE_ERR_INVALID, "the source has no read");
}

enum postage_status source_read(const struct postage_source *source, uint8_t *dst, size_t cap, size_t *got,
                                struct postage_error *err)
{
    enum postage_status status;
    const char *mistake;

    *got = 0;
    status = source->ops->read(source->self, dst, cap, got, err);
    error_reclaim(err);
    if (status < POSTAGE_OK)
        return err->code == status ? status : error_plain(err, status);
    err->code = POSTAGE_OK;
    mistake = source_contract_mistake(status, cap, *got, source->ops->set_waker != NULL);
    return mistake == NULL ? status : error_set(err, POSTAGE_ERR_SOURCE, "the source broke its contract: read %s", mistake);
}

enum postage_status source_length(const struct postage_source *source, uint64_t *bytes, struct postage_error *err)
{
    enum postage_status status = POSTAGE_ERR_UNSUPPORTED;

    if (source->ops->length != NULL)
        status = source->ops->length(source->self, bytes);
    if (status == POSTAGE_ERR_UNSUPPORTED)
        return error_set(err, POSTAGE_ERR_INVALID, "the source does not know its length and none was given");
    return status == POSTAGE_OK ? status : error_set(err, POSTAGE_ERR_SOURCE, "the source cannot tell its length");
}
