#include "provider_text.h"

#include "postage/provider.h"

#include <stdio.h>
#include <string.h>

struct mark {
    const char *mark;
    const char *(*word)(const struct postage_provider *provider);
    const char *after; /* follows each word */
    const char *comma; /* between two words */
    const char *last;  /* before the last word */
};

static const struct mark marks[] = {
    { "{names}", postage_provider_name, "", ", ", ", " },
    { "{alternatives}", postage_provider_name, "", "|", "|" },
    { "{schemes}", postage_provider_name, "://", " ", " " },
    { "{targets}", postage_provider_name, "://bucket/key", ", ", " or " },
    { "{titles}", postage_provider_title, "", ", ", " and " },
};

struct writer {
    char *out;
    size_t used;
};

static void put(struct writer *writer, const char *text, size_t length)
{
    size_t room = PROVIDER_TEXT_BYTES - 1 - writer->used;

    if (length > room)
        length = room;
    memcpy(writer->out + writer->used, text, length);
    writer->used += length;
    writer->out[writer->used] = '\0';
}

static void put_list(struct writer *writer, const struct mark *mark)
{
    const struct postage_provider *provider;

    for (size_t i = 0; (provider = postage_provider_at(i)) != NULL; i++) {
        const char *between = i == 0 ? "" : postage_provider_at(i + 1) != NULL ? mark->comma : mark->last;

        put(writer, between, strlen(between));
        put(writer, mark->word(provider), strlen(mark->word(provider)));
        put(writer, mark->after, strlen(mark->after));
    }
}

static const struct mark *mark_at(const char *text)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (strncmp(text, marks[i].mark, strlen(marks[i].mark)) == 0)
            return &marks[i];
    return NULL;
}

const char *provider_text(char out[PROVIDER_TEXT_BYTES], const char *text)
{
    struct writer writer = { .out = out };

    out[0] = '\0';
    while (*text != '\0') {
        const struct mark *mark = mark_at(text);

        if (mark != NULL)
            put_list(&writer, mark);
        else
            put(&writer, text, 1);
        text += mark != NULL ? strlen(mark->mark) : 1;
    }
    return out;
}
