#include "http/head.h"

#include "base/base64.h"
#include "base/error.h"
#include "base/text.h"
#include "postage/api.h"

enum { USER_MAX_BYTES = 1024, HOST_MAX_BYTES = 255 };

/* The lines that do not change, with numbers and ports. */
enum { FIXED_ROOM = 512 };

static size_t room(const struct request_head *head)
{
    return head->url.path.len + head->url.query.len + 2 * head->url.host.len + head->content_type.len +
           BASE64_LENGTH(head->proxy.user.len + 1) + FIXED_ROOM;
}

enum postage_status head_init(struct request_head *head, const struct proxies *proxies,
                              const struct http_request_options *options, struct postage_error *err)
{
    const char *fault = url_parse(&head->url, slice_of(options->url));
    enum postage_status status;

    if (fault != NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "the form's URL %s", fault);
    head->content_type = slice_of(options->content_type);
    head->body_length = options->body_length;
    if (text_find_line_break(head->content_type) != SIZE_MAX)
        return error_set(err, POSTAGE_ERR_INVALID, "the Content-Type of the request has a line break");
    status = proxies_choose(proxies, &head->url, &head->proxy, err);
    if (status != POSTAGE_OK)
        return status;
    if (head->url.host.len > HOST_MAX_BYTES)
        return error_set(err, POSTAGE_ERR_INVALID, "the form's URL has a host of %zu bytes (at most %d)", head->url.host.len,
                         HOST_MAX_BYTES);
    if (head->proxy.user.len > USER_MAX_BYTES)
        return error_set(err, POSTAGE_ERR_INVALID, "proxy: user and password have %zu bytes (at most %d)", head->proxy.user.len,
                         USER_MAX_BYTES);
    if (room(head) > HTTP_REQUEST_HEAD_MAX_BYTES)
        return error_set(err, POSTAGE_ERR_INVALID, "the form's URL has %zu bytes, too many for a request's head of %d",
                         strlen(options->url), HTTP_REQUEST_HEAD_MAX_BYTES);
    return POSTAGE_OK;
}

struct slice head_origin(const struct request_head *head, char key[HEAD_ORIGIN_BYTES])
{
    char *at = key;

    if (head->proxy.way == PROXY_FORWARD)
        return SLICE("proxy");
    at = slice_put(at, head->url.https ? SLICE("https://") : SLICE("http://"));
    for (size_t i = 0; i < head->url.host.len; i++)
        *at++ = ascii_lower(head->url.host.ptr[i]);
    *at++ = ':';
    at = slice_put(at, head->url.port.len > 0 ? head->url.port : head->url.https ? SLICE("443") : SLICE("80"));
    return (struct slice){ key, (size_t)(at - key) };
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
        bool escaped = text.ptr[i] == '%' && text.len - i > 2;
        int high = escaped ? text_hex_digit(text.ptr[i + 1]) : -1, low = escaped ? text_hex_digit(text.ptr[i + 2]) : -1;

        *at++ = text.ptr[i];
        if (high >= 0 && low >= 0) {
            at[-1] = (char)(high * 16 + low);
            i += 2;
        }
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
