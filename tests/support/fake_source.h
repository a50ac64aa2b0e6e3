/* A source that does as its fields say: how much it declares, gives, gives at a time, and when it answers AGAIN or an error. */
#ifndef POSTAGE_TESTS_SUPPORT_FAKE_SOURCE_H
#define POSTAGE_TESTS_SUPPORT_FAKE_SOURCE_H

#include <string.h>

#include "postage/source.h"

struct fake_source {
    const char *data; /* `gives` bytes; NULL: bytes made from their position */
    uint64_t declares;
    uint64_t gives;
    size_t step;               /* at most so many bytes a read; 0: as many as asked for */
    bool stutters;             /* AGAIN before each answer */
    enum postage_status fails; /* instead of END; 0: END */
    struct postage_identity identity;
    uint64_t position;
    bool said_again;
    unsigned rewinds;
};

static inline uint8_t fake_source_byte(uint64_t position)
{
    return (uint8_t)(position * 31 + position / 251);
}

static inline enum postage_status fake_source_end(const struct fake_source *source, struct postage_error *err)
{
    if (source->fails == POSTAGE_OK)
        return POSTAGE_END;
    err->code = source->fails;
    strcpy(err->message, "the fake source failed as told");
    return source->fails;
}

static inline enum postage_status fake_source_read(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct fake_source *source = self;
    uint64_t left = source->gives - source->position;
    size_t len = source->step > 0 && source->step < cap ? source->step : cap;

    *got = 0;
    source->said_again = source->stutters && !source->said_again;
    if (source->said_again)
        return POSTAGE_AGAIN;
    if (left == 0)
        return fake_source_end(source, err);
    if (len > left)
        len = (size_t)left;
    for (size_t i = 0; i < len; i++)
        dst[i] = source->data != NULL ? (uint8_t)source->data[source->position + i] : fake_source_byte(source->position + i);
    source->position += len;
    *got = len;
    return POSTAGE_OK;
}

static inline enum postage_status fake_source_rewind(void *self, struct postage_error *err)
{
    struct fake_source *source = self;

    (void)err;
    source->position = 0;
    source->rewinds++;
    return POSTAGE_OK;
}

static inline enum postage_status fake_source_length(void *self, uint64_t *bytes)
{
    *bytes = ((struct fake_source *)self)->declares;
    return POSTAGE_OK;
}

static inline enum postage_status fake_source_identity(void *self, struct postage_identity *identity)
{
    *identity = ((struct fake_source *)self)->identity;
    return POSTAGE_OK;
}

/* It is asked again by who reads, whenever that is. */
static inline void fake_source_set_waker(void *self, struct postage_waker *waker)
{
    (void)self;
    (void)waker;
}

static const struct postage_source_ops fake_source_ops = {
    .size = sizeof(struct postage_source_ops),
    .read = fake_source_read,
    .rewind = fake_source_rewind,
    .length = fake_source_length,
    .identity = fake_source_identity,
    .set_waker = fake_source_set_waker,
};

/* Gives `data` whole and declares it truly. */
static inline struct fake_source fake_source_of(const char *data, size_t len)
{
    return (struct fake_source){ .data = data, .declares = len, .gives = len };
}

#endif
