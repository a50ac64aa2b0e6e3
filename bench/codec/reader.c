/*
 * How fast content goes through the strict reader: a form with one file of 1 MiB, fed in pieces of 64 KiB as a server receives
 * them, to callbacks that drop it. The whole stays in the second-level cache, which is the hardest place to keep up with a
 * scan.
 *
 * Usage: bench-reader (reader | memchr | memcpy | write) CONTENT [BOUNDARY]
 *   memchr, memcpy   the same pieces: searched for a byte that is not there, and copied
 *   write            the body on standard output, for readers in other languages; its first line is the Content-Type
 *   CONTENT          a name from the table below
 */
#include <string.h>

#include "postage/postage.h"
#include "round.h"

#define FILE_BYTES  (1 << 20)
#define PIECE_BYTES (64 * 1024)
#define REST_BYTES  1024 /* everything but the file */
#define ABSENT      0x01 /* in no content */

struct work {
    const char *boundary;
    char type[128];
    uint8_t *body;
    size_t len;
    uint8_t piece[PIECE_BYTES];
    uint64_t seen;
};

static uint32_t draw(void)
{
    static uint64_t number = 88172645463325252;

    number ^= number << 13;
    number ^= number >> 7;
    number ^= number << 17;
    return (uint32_t)(number >> 32);
}

static void repeat(uint8_t *out, const char *text)
{
    for (size_t i = 0, len = strlen(text); i < FILE_BYTES; i++)
        out[i] = (uint8_t)text[i % len];
}

static void put_random(uint8_t *out, const char *boundary)
{
    (void)boundary;
    for (size_t i = 0; i < FILE_BYTES; i++) {
        out[i] = (uint8_t)draw();
        if (out[i] == ABSENT)
            out[i] = 0;
    }
}

static void put_prose(uint8_t *out, const char *boundary)
{
    static const char *const words[] = {
        "the ", "and ",  "of ",    "to ",   "was ",   "in ",   "that ",   "had ",   "he ",      "with ",   "upon ",
        "his ", "said ", "which ", "were ", "light ", "from ", "before ", "there ", "little ",  "house ",  "their ",
        "old ", "time ", "found ", "him, ", "it.\n",  "more ", "would ",  "night ", "again,\n", "people ",
    };
    size_t len = 0;

    (void)boundary;
    while (len < FILE_BYTES) {
        const char *word = words[draw() % (sizeof words / sizeof words[0])];

        for (size_t i = 0; word[i] != '\0' && len < FILE_BYTES; i++)
            out[len++] = (uint8_t)word[i];
    }
}

static void put_table(uint8_t *out, const char *boundary)
{
    size_t column = 0;

    (void)boundary;
    for (size_t i = 0; i < FILE_BYTES; i++) {
        bool separator = draw() % 6 == 0;

        out[i] = (uint8_t)(separator ? ',' : '0' + draw() % 10);
        if (++column >= 40 && i + 1 < FILE_BYTES) {
            out[i] = '\r';
            out[++i] = '\n';
            column = 0;
        }
    }
}

static void put_line_ends(uint8_t *out, const char *boundary)
{
    (void)boundary;
    repeat(out, "\r\n");
}

static void put_dashes(uint8_t *out, const char *boundary)
{
    (void)boundary;
    repeat(out, "\r\n--\r-\n-----");
}

/* The boundary's line without its last character, again and again: what an uploader would send to make a reader work. */
static void put_hostile(uint8_t *out, const char *boundary)
{
    char line[128];

    snprintf(line, sizeof line, "\r\n--%.*s", (int)strlen(boundary) - 1, boundary);
    repeat(out, line);
}

static const struct {
    const char *name;
    void (*put)(uint8_t *out, const char *boundary);
} contents[] = {
    { "random", put_random },       { "prose", put_prose },   { "table", put_table },
    { "line-ends", put_line_ends }, { "dashes", put_dashes }, { "hostile", put_hostile },
};

static bool make_body(struct work *work, const char *content)
{
    work->body = malloc(FILE_BYTES + REST_BYTES);
    if (work->body == NULL)
        return false;
    snprintf(work->type, sizeof work->type, "multipart/form-data; boundary=%s", work->boundary);
    work->len = (size_t)snprintf((char *)work->body, REST_BYTES,
                                 "--%s\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nphotos/1.jpg\r\n"
                                 "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"1.jpg\"\r\n"
                                 "Content-Type: image/jpeg\r\n\r\n",
                                 work->boundary, work->boundary);
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        if (strcmp(contents[i].name, content) != 0)
            continue;
        contents[i].put(work->body + work->len, work->boundary);
        work->len += FILE_BYTES;
        work->len += (size_t)snprintf((char *)work->body + work->len, REST_BYTES / 4, "\r\n--%s--\r\n", work->boundary);
        return true;
    }
    return false;
}

static enum postage_status count(void *context, const uint8_t *data, size_t length, struct postage_error *err)
{
    struct work *work = context;

    (void)data;
    (void)err;
    work->seen += length;
    return POSTAGE_OK;
}

static void by_reader(void *state)
{
    struct work *work = state;
    struct postage_reader_options options = POSTAGE_READER_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_reader *reader;
    enum postage_status status;

    options.context = work;
    options.on_data = count;
    work->seen = 0;
    status = postage_reader_new(&reader, work->type, &options, NULL, &err);
    for (size_t at = 0; status == POSTAGE_OK && at < work->len; at += PIECE_BYTES)
        status =
            postage_reader_feed(reader, work->body + at, work->len - at < PIECE_BYTES ? work->len - at : PIECE_BYTES, &err);
    if (status == POSTAGE_OK)
        status = postage_reader_finish(reader, &err);
    if (status != POSTAGE_OK || work->seen != FILE_BYTES + strlen("photos/1.jpg")) {
        fprintf(stderr, "bench-reader: %s\n", err.message);
        exit(1);
    }
    postage_reader_free(reader);
}

static void by_memchr(void *state)
{
    struct work *work = state;

    for (size_t at = 0; at < work->len; at += PIECE_BYTES)
        keep(memchr(work->body + at, ABSENT, work->len - at < PIECE_BYTES ? work->len - at : PIECE_BYTES));
}

static void by_memcpy(void *state)
{
    struct work *work = state;

    for (size_t at = 0; at < work->len; at += PIECE_BYTES)
        keep(memcpy(work->piece, work->body + at, work->len - at < PIECE_BYTES ? work->len - at : PIECE_BYTES));
}

static void write_body(void *state)
{
    struct work *work = state;

    printf("%s\n", work->type);
    fwrite(work->body, 1, work->len, stdout);
    exit(0);
}

static const struct {
    const char *name;
    void (*step)(void *work);
} ways[] = { { "reader", by_reader }, { "memchr", by_memchr }, { "memcpy", by_memcpy }, { "write", write_body } };

int main(int argc, char **argv)
{
    static struct work work;
    struct cost cost;
    uint64_t bodies;

    work.boundary = argc > 3 ? argv[3] : "----WebKitFormBoundary7MA4YWxkTrZu0gW";
    if (argc < 3 || !make_body(&work, argv[2])) {
        fputs("usage: bench-reader (reader | memchr | memcpy | write) CONTENT [BOUNDARY]\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (strcmp(ways[i].name, argv[1]) != 0)
            continue;
        bodies = run_round(ways[i].step, &work, 16, &cost);
        printf("{\"gb_per_cpu_s\": %.6g}\n", (double)bodies * (double)work.len / cost.cpu_s / 1e9);
        return 0;
    }
    return 2;
}
