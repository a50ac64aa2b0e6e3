#include "http/head.h"

#include "base/base64.h"
#include "base/text.h"
#include "postage/api.h"

enum { USER_MAX_BYTES = 1024 };

/* The longest host, 253, with brackets and port; and the lines that do not change. */
enum { FIXED_ROOM = 1024 };

size_t head_room(const struct request_head *head)
{
    size_t user = head->proxy.user.len < USER_MAX_BYTES ? BASE64_LENGTH(head->proxy.user.len) : 2 * HTTP_REQUEST_HEAD_MAX_BYTES;

    return head->url.path.len + head->url.query.len + 2 * head->url.host.len + head->content_type.len + user + FIXED_ROOM;
}

/* RFC 9112 3.2: a default port is left out. */
static char *put_host(char *at, const struct url *url)
{
    struct slice standard = url->https ? SLICE("443") : SLICE("80");

    if (url->is_ipv6)
        *at++ = '[';
    at = slice_put(at, url->host);
    if (url->is_ipv6)
        *at++ = ']';
    if (url->port.len == 0 || slice_equal(url->port, standard))
        return at;
    *at++ = ':';
    return slice_put(at, url->port);
}

static char *put_target(char *at, const struct request_head *head)
{
    if (head->proxy.way == PROXY_FORWARD) { /* RFC 9112 3.2.2 */
        at = slice_put(at, head->url.https ? SLICE("https://") : SLICE("http://"));
        at = put_host(at, &head->url);
    }
    at = slice_put(at, head->url.path.len > 0 ? head->url.path : SLICE("/"));
    if (head->url.query.len == 0)
        return at;
    *at++ = '?';
    return slice_put(at, head->url.query);
}

static char *put_decoded(char *at, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        bool escaped = text.ptr[i] == '%' && text.len - i > 2 && text_hex_digit(text.ptr[i + 1]) >= 0 &&
                       text_hex_digit(text.ptr[i + 2]) >= 0;

        *at++ = escaped ? (char)(text_hex_digit(text.ptr[i + 1]) << 4 | text_hex_digit(text.ptr[i + 2])) : text.ptr[i];
        i += escaped ? 2 : 0;
    }
    return at;
}

/* RFC 7617. Through a tunnel libcurl does it. */
static char *put_proxy_user(char *at, struct slice user)
{
    char decoded[USER_MAX_BYTES + 2], *end = put_decoded(decoded, user);

    if (memchr(user.ptr, ':', user.len) == NULL)
        *end++ = ':';
    at = slice_put(at, SLICE("Proxy-Authorization: Basic "));
    base64_encode(decoded, (size_t)(end - decoded), at);
    at += BASE64_LENGTH((size_t)(end - decoded));
    return slice_put(at, SLICE("\r\n"));
}

size_t head_write(const struct request_head *head, char *at)
{
    const char *start = at;
    char digits[20];

    at = slice_put(at, SLICE("POST "));
    at = put_target(at, head);
    at = slice_put(at, SLICE(" HTTP/1.1\r\nHost: "));
    at = put_host(at, &head->url);
    at = slice_put(at, SLICE("\r\nUser-Agent: postage/" POSTAGE_VERSION_STRING "\r\nAccept: */*\r\n"));
    if (head->proxy.way == PROXY_FORWARD && head->proxy.user.len > 0)
        at = put_proxy_user(at, head->proxy.user);
    at = slice_put(at, SLICE("Content-Type: "));
    at = slice_put(at, head->content_type);
    at = slice_put(at, SLICE("\r\nContent-Length: "));
    at = slice_put(at, text_decimal(head->body_length, digits));
    at = slice_put(at, SLICE("\r\n\r\n"));
    return (size_t)(at - start);
}
