#include "base/url.h"

#include "base/text.h"

static bool is_letter_or_digit(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26 || text_is_digit(c); /* ASCII: one bit between the cases */
}

bool url_is_label(struct slice text)
{
    if (text.len < 1 || text.len > 63 || text.ptr[0] == '-' || text.ptr[text.len - 1] == '-')
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!is_letter_or_digit(text.ptr[i]) && text.ptr[i] != '-')
            return false;
    return true;
}

/* Four decimal numbers of at most 255, nothing shorter: "1.2" would be an address to some resolvers. */
static bool is_ipv4(struct slice host)
{
    size_t parts = 0;

    for (size_t i = 0; i <= host.len; parts++) {
        uint64_t number;
        size_t start = i;

        while (i < host.len && host.ptr[i] != '.')
            i++;
        if (!text_to_u64((struct slice){ host.ptr + start, i - start }, &number) || number > 255)
            return false;
        i++;
    }
    return parts == 4;
}

/* Enough to keep anything but an address out of the brackets; whether it is a good one is for the resolver to say. */
static bool looks_like_ipv6(struct slice host)
{
    size_t colons = 0;

    for (size_t i = 0; i < host.len; i++) {
        char c = ascii_lower(host.ptr[i]);

        if (c == ':')
            colons++;
        else if (!text_is_digit(c) && !(c >= 'a' && c <= 'f') && c != '.')
            return false;
    }
    return colons >= 2 && host.len <= 45;
}

/* Labels joined by dots; underscores occur in container networks and are let through. */
static bool is_host_name(struct slice host)
{
    if (host.len == 0 || host.len > 253 || host.ptr[0] == '.' || host.ptr[0] == '-')
        return false;
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];

        if (!is_letter_or_digit(c) && c != '-' && c != '_' && (c != '.' || host.ptr[i - 1] == '.'))
            return false;
    }
    return true;
}

static const char *parse_port(struct url *url, struct slice authority, size_t at)
{
    uint64_t port;

    if (at == authority.len)
        return NULL;
    if (authority.ptr[at] != ':')
        return "has something after the host that is not a port";
    url->port = (struct slice){ authority.ptr + at + 1, authority.len - at - 1 };
    if (!text_to_u64(url->port, &port) || port < 1 || port > 65535)
        return "has a port that is not 1 to 65535";
    return NULL;
}

static const char *parse_authority(struct url *url, struct slice authority)
{
    const char *close;
    size_t len = 0;

    if (authority.len > 0 && memchr(authority.ptr, '@', authority.len) != NULL)
        return "must not hold a user name or password";
    if (authority.len > 0 && authority.ptr[0] == '[') {
        close = memchr(authority.ptr, ']', authority.len);
        if (close == NULL)
            return "has a bracket that does not close";
        url->host = (struct slice){ authority.ptr + 1, (size_t)(close - authority.ptr) - 1 };
        url->is_ip = url->is_ipv6 = true;
        if (!looks_like_ipv6(url->host))
            return "has something in brackets that is not an IPv6 address";
        return parse_port(url, authority, url->host.len + 2);
    }
    while (len < authority.len && authority.ptr[len] != ':')
        len++;
    url->host = (struct slice){ authority.ptr, len };
    if (len == 0)
        return "has no host";
    if (len < authority.len && memchr(authority.ptr + len + 1, ':', authority.len - len - 1) != NULL)
        return "has an IPv6 address without brackets";
    if (!is_host_name(url->host))
        return "has a host with characters that are not allowed there";
    url->is_ip = is_ipv4(url->host);
    return parse_port(url, authority, len);
}

static bool has_forbidden_byte(struct slice text)
{
    /* RFC 3986 2: neither reserved nor unreserved; and the number sign, which would begin a fragment. */
    static const bool forbidden[0x80] = { ['"'] = true, ['<'] = true, ['>'] = true, ['\\'] = true, ['^'] = true,
                                          ['`'] = true, ['{'] = true, ['|'] = true, ['}'] = true,  ['#'] = true };

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];

        if (c <= 0x20 || c >= 0x7F || forbidden[c])
            return true;
    }
    return false;
}

const char *url_parse(struct url *url, struct slice text)
{
    struct slice rest;
    const char *mistake;
    size_t len = 0;

    *url = (struct url){ 0 };
    url->https = slice_starts_with_ignoring_case(text, SLICE("https://"));
    if (!url->https && !slice_starts_with_ignoring_case(text, SLICE("http://")))
        return "must begin with http:// or https://";
    if (has_forbidden_byte(text))
        return "has a character that is not allowed in URLs";
    url->scheme = (struct slice){ text.ptr, url->https ? 5 : 4 };
    rest = (struct slice){ text.ptr + url->scheme.len + 3, text.len - url->scheme.len - 3 };
    while (len < rest.len && rest.ptr[len] != '/' && rest.ptr[len] != '?')
        len++;
    mistake = parse_authority(url, (struct slice){ rest.ptr, len });
    if (mistake != NULL)
        return mistake;
    rest = (struct slice){ rest.ptr + len, rest.len - len };
    for (len = 0; len < rest.len && rest.ptr[len] != '?';)
        len++;
    url->path = (struct slice){ rest.ptr, len };
    if (len < rest.len)
        url->query = (struct slice){ rest.ptr + len + 1, rest.len - len - 1 };
    return NULL;
}

void url_add_encoded(struct buf *buf, struct slice text, const char *keep)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        char escape[3] = { '%', digits[c >> 4], digits[c & 0x0F] };

        if (is_letter_or_digit(text.ptr[i]) || (c != '\0' && (strchr("-._~", c) != NULL || strchr(keep, c) != NULL)))
            buf_add_char(buf, text.ptr[i]);
        else
            buf_add(buf, escape, sizeof escape);
    }
}
