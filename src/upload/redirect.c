#include "upload/redirect.h"

#include "base/text.h"

/* Comparing takes the time of their product. No store keeps a longer redirect, or could send it back in a header. */
enum { ASKED_MAX_BYTES = 4096, LOCATION_MAX_BYTES = 16384 };

struct address {
    struct slice scheme; /* "" when there is none */
    struct slice host;   /* with a port that is not the scheme's own */
    struct slice path;
    struct slice query;
};

/* Takes what comes before the first of `ends`, or all, from the beginning of `text`. */
static struct slice take_until(struct slice *text, const char *ends)
{
    struct slice taken = { text->ptr, 0 };

    while (taken.len < text->len && strchr(ends, text->ptr[taken.len]) == NULL)
        taken.len++;
    *text = (struct slice){ text->ptr + taken.len, text->len - taken.len };
    return taken;
}

static void drop_suffix(struct slice *text, struct slice suffix)
{
    if (slice_ends_with(*text, suffix))
        text->len -= suffix.len;
}

static void drop_default_port(struct address *address)
{
    drop_suffix(&address->host, SLICE(":"));
    if (slice_equal_ignoring_case(address->scheme, SLICE("https")))
        drop_suffix(&address->host, SLICE(":443"));
    else if (slice_equal_ignoring_case(address->scheme, SLICE("http")))
        drop_suffix(&address->host, SLICE(":80"));
}

static struct address take_apart(struct slice text)
{
    struct slice rest = take_until(&text, "#");
    struct address address = { .scheme = { rest.ptr, 0 }, .host = { rest.ptr, 0 } };
    const char *separator = slice_find(rest, SLICE("://"));

    if (separator != NULL) {
        address.scheme.len = (size_t)(separator - rest.ptr);
        rest = (struct slice){ separator + 3, rest.len - address.scheme.len - 3 };
        address.host = take_until(&rest, "/?");
        drop_default_port(&address);
    }
    address.path = take_until(&rest, "?");
    if (address.path.len == 0)
        address.path = SLICE("/");
    address.query = rest.len > 0 ? (struct slice){ rest.ptr + 1, rest.len - 1 } : rest;
    return address;
}

/* --- characters --- */

struct character {
    unsigned char byte;
    bool escaped;
};

static struct character take_character(struct slice *text)
{
    struct character taken = { (unsigned char)text->ptr[0], false };
    size_t length = 1;

    if (text->len >= 3 && text->ptr[0] == '%' && text_hex_digit(text->ptr[1]) >= 0 && text_hex_digit(text->ptr[2]) >= 0) {
        taken = (struct character){ (unsigned char)(text_hex_digit(text->ptr[1]) << 4 | text_hex_digit(text->ptr[2])), true };
        length = 3;
    }
    *text = (struct slice){ text->ptr + length, text->len - length };
    return taken;
}

/* RFC 3986 2.2: what means something else when it is escaped. The percent sign cannot stand for itself. */
static bool is_reserved(unsigned char byte)
{
    return byte != '\0' && strchr(":/?#[]@!$&'()*+,;=%", byte) != NULL;
}

static bool is_same_path(struct slice a, struct slice b)
{
    while (a.len > 0 && b.len > 0) {
        struct character left = take_character(&a), right = take_character(&b);

        if (left.byte != right.byte || (left.escaped != right.escaped && is_reserved(left.byte)))
            return false;
    }
    return a.len == 0 && b.len == 0;
}

/* --- the query --- */

/* In a form's query a plus sign is a space, whichever way it is written otherwise. */
static unsigned char take_decoded(struct slice *text)
{
    struct character taken = take_character(text);

    return taken.byte == '+' && !taken.escaped ? ' ' : taken.byte;
}

static bool is_same_text(struct slice a, struct slice b)
{
    while (a.len > 0 && b.len > 0)
        if (take_decoded(&a) != take_decoded(&b))
            return false;
    return a.len == 0 && b.len == 0;
}

static struct slice take_pair(struct slice *query)
{
    struct slice pair = take_until(query, "&");

    if (query->len > 0)
        *query = (struct slice){ query->ptr + 1, query->len - 1 };
    return pair;
}

static bool is_same_pair(struct slice a, struct slice b)
{
    struct slice name_a = take_until(&a, "="), name_b = take_until(&b, "=");

    drop_suffix(&a, a.len == 1 ? SLICE("=") : SLICE("")); /* "name" and "name=" are one */
    drop_suffix(&b, b.len == 1 ? SLICE("=") : SLICE(""));
    return is_same_text(name_a, name_b) && is_same_text(a, b);
}

static size_t count_pair(struct slice query, struct slice wanted)
{
    size_t count = 0;

    while (query.len > 0)
        if (is_same_pair(take_pair(&query), wanted))
            count++;
    return count;
}

static bool has_all_pairs(struct slice asked, struct slice query)
{
    for (struct slice rest = asked; rest.len > 0;) {
        struct slice pair = take_pair(&rest);

        if (pair.len > 0 && count_pair(query, pair) < count_pair(asked, pair))
            return false;
    }
    return true;
}

/* A store that does not see that there is a query already adds to it with another question mark. */
static bool is_continued(struct slice asked, struct slice query)
{
    return asked.len > 0 && slice_starts_with(query, asked) && query.len > asked.len && query.ptr[asked.len] == '?';
}

bool redirect_is_as_asked(struct slice asked, struct slice location)
{
    struct address wanted, given;

    if (asked.len == 0 || location.len == 0 || asked.len > ASKED_MAX_BYTES || location.len > LOCATION_MAX_BYTES)
        return false;
    wanted = take_apart(asked);
    given = take_apart(location);
    return slice_equal_ignoring_case(wanted.scheme, given.scheme) && slice_equal_ignoring_case(wanted.host, given.host) &&
           is_same_path(wanted.path, given.path) &&
           (has_all_pairs(wanted.query, given.query) || is_continued(wanted.query, given.query));
}
