/* Judges replies by http_parser, for tests/integration/replies.py. */
#include <http_parser.h>

#include "support/replies.h"

enum { MOST_BYTES = 1 << 20 };

struct judgement {
    struct buf headers;
    struct buf body;
    bool in_value;
    bool has_head; /* of the final reply; what follows are trailers */
    bool complete;
    bool keeps;
};

static bool is_interim(const http_parser *parser)
{
    return parser->status_code / 100 == 1 && parser->status_code != 101;
}

static int on_begin(http_parser *parser)
{
    struct judgement *judgement = parser->data;

    buf_reset(&judgement->headers);
    judgement->in_value = false;
    return 0;
}

static void add_of_header(struct judgement *judgement, bool is_value, const char *text, size_t len)
{
    if (judgement->has_head)
        return;
    if (judgement->in_value != is_value)
        buf_add_char(&judgement->headers, is_value ? ':' : '\n');
    judgement->in_value = is_value;
    buf_add(&judgement->headers, text, len);
}

static int on_field(http_parser *parser, const char *text, size_t len)
{
    add_of_header(parser->data, false, text, len);
    return 0;
}

static int on_value(http_parser *parser, const char *text, size_t len)
{
    add_of_header(parser->data, true, text, len);
    return 0;
}

/* @return 1: no body follows. To know when is left to the caller (RFC 9112 6.3). */
static int on_head(http_parser *parser)
{
    struct judgement *judgement = parser->data;

    if (judgement->in_value)
        buf_add_char(&judgement->headers, '\n');
    judgement->has_head = !is_interim(parser);
    return is_interim(parser) || parser->status_code == 204 || parser->status_code == 304;
}

static int on_body(http_parser *parser, const char *bytes, size_t len)
{
    buf_add(&((struct judgement *)parser->data)->body, bytes, len);
    return 0;
}

static int on_complete(http_parser *parser)
{
    struct judgement *judgement = parser->data;

    if (is_interim(parser))
        return 0;
    judgement->complete = true;
    judgement->keeps = http_should_keep_alive(parser) != 0;
    http_parser_pause(parser, 1);
    return 0;
}

static const char *end_of(http_parser *parser, const http_parser_settings *settings, struct judgement *judgement)
{
    if (judgement->complete)
        return "complete";
    if (!judgement->has_head)
        return NULL;
    http_parser_execute(parser, settings, "", 0);
    return judgement->complete ? "close" : "cut";
}

static void judge(struct slice bytes)
{
    static const http_parser_settings settings = {
        .on_message_begin = on_begin,
        .on_header_field = on_field,
        .on_header_value = on_value,
        .on_headers_complete = on_head,
        .on_body = on_body,
        .on_message_complete = on_complete,
    };
    struct judgement judgement = { 0 };
    http_parser parser = { .data = &judgement };
    size_t used;
    const char *end = NULL;

    buf_init(&judgement.headers, NULL, MOST_BYTES);
    buf_init(&judgement.body, NULL, MOST_BYTES);
    http_parser_init(&parser, HTTP_RESPONSE);
    used = http_parser_execute(&parser, &settings, bytes.ptr, bytes.len);
    if (HTTP_PARSER_ERRNO(&parser) == HPE_OK || judgement.complete)
        end = end_of(&parser, &settings, &judgement);
    if (end == NULL)
        printf("refused\t%s\n", http_errno_name(HTTP_PARSER_ERRNO(&parser)));
    else
        replies_print(end, parser.status_code, used, judgement.keeps, &judgement.body, &judgement.headers);
    buf_clear(&judgement.headers);
    buf_clear(&judgement.body);
}

int main(void)
{
    return replies_judge_all(judge);
}
