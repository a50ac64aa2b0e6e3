#include "http/proxy.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/text.h"

/* --- what the environment says --- */

/* The first of them that is set and not empty. `http_proxy` in capitals is not read: a CGI client could set it (CVE-2016-5385).
 */
static const char *first_set(const char *const *names)
{
    for (; *names != NULL; names++) {
        const char *value = getenv(*names);

        if (value != NULL && value[0] != '\0')
            return value;
    }
    return NULL;
}

static enum postage_status copy(struct proxies *proxies, char **out, const char *text)
{
    if (text == NULL)
        return POSTAGE_OK;
    *out = mem_copy_text(&proxies->alloc, text, strlen(text));
    return *out != NULL ? POSTAGE_OK : POSTAGE_ERR_NOMEM;
}

static enum postage_status read_environment(struct proxies *proxies)
{
    static const char *const http[] = { "http_proxy", "all_proxy", "ALL_PROXY", NULL };
    static const char *const https[] = { "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL };
    static const char *const except[] = { "no_proxy", "NO_PROXY", NULL };
    enum postage_status status = copy(proxies, &proxies->http, first_set(http));

    if (status == POSTAGE_OK)
        status = copy(proxies, &proxies->https, first_set(https));
    if (status == POSTAGE_OK)
        status = copy(proxies, &proxies->except, first_set(except));
    return status;
}

enum postage_status proxies_init(struct proxies *proxies, const char *given, bool use_environment, bool always_tunnel,
                                 const struct postage_allocator *alloc)
{
    *proxies = (struct proxies){ .alloc = *alloc, .always_tunnel = always_tunnel };
    if (given != NULL)
        return given[0] != '\0' ? copy(proxies, &proxies->given, given) : POSTAGE_OK;
    return use_environment ? read_environment(proxies) : POSTAGE_OK;
}

void proxies_clear(struct proxies *proxies)
{
    char *texts[] = { proxies->given, proxies->http, proxies->https, proxies->except };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i] != NULL)
            mem_wipe_free(&proxies->alloc, texts[i], strlen(texts[i]));
    *proxies = (struct proxies){ .alloc = proxies->alloc };
}

/* --- exceptions --- */

struct address {
    int family;
    uint8_t bytes[16];
};

static bool read_address(struct slice text, struct address *address)
{
    char copy[64];

    if (text.len >= 2 && text.ptr[0] == '[' && text.ptr[text.len - 1] == ']')
        text = (struct slice){ text.ptr + 1, text.len - 2 };
    if (text.len >= sizeof copy)
        return false;
    *slice_put(copy, text) = '\0';
    address->family = memchr(text.ptr, ':', text.len) != NULL ? AF_INET6 : AF_INET;
    return inet_pton(address->family, copy, address->bytes) == 1;
}

/* "192.168.0.0/16": the first so many bits agree. Without a slash all of them. */
static bool is_in_network(const struct address *host, struct slice entry)
{
    const char *slash = memchr(entry.ptr, '/', entry.len);
    size_t length = slash != NULL ? (size_t)(slash - entry.ptr) : entry.len;
    struct address network;
    uint64_t bits;

    if (!read_address((struct slice){ entry.ptr, length }, &network) || network.family != host->family)
        return false;
    bits = network.family == AF_INET ? 32 : 128;
    if (slash != NULL) {
        uint64_t given;

        if (!text_to_u64((struct slice){ slash + 1, entry.len - length - 1 }, &given) || given > bits)
            return false;
        bits = given;
    }
    if (memcmp(host->bytes, network.bytes, bits / 8) != 0)
        return false;
    return bits % 8 == 0 || (host->bytes[bits / 8] ^ network.bytes[bits / 8]) >> (8 - bits % 8) == 0;
}

/* "example.com" and ".example.com" both mean the host and everything below it; one dot at the end of either means nothing. */
static bool is_in_domain(struct slice host, struct slice entry)
{
    struct slice tail;

    if (entry.len > 0 && entry.ptr[entry.len - 1] == '.')
        entry.len--;
    if (host.len > 0 && host.ptr[host.len - 1] == '.')
        host.len--;
    if (entry.len > 0 && entry.ptr[0] == '.')
        entry = (struct slice){ entry.ptr + 1, entry.len - 1 };
    if (entry.len == 0 || host.len < entry.len)
        return false;
    tail = (struct slice){ host.ptr + host.len - entry.len, entry.len };
    return slice_equal_ignoring_case(tail, entry) && (host.len == entry.len || tail.ptr[-1] == '.');
}

static bool is_separator(char c)
{
    return c == ',' || c == ' ' || c == '\t';
}

static bool is_excepted(const struct url *target, struct slice list)
{
    struct address host;
    bool is_address = target->is_ip && read_address(target->host, &host);

    if (slice_equal(text_trim(list), SLICE("*")))
        return true;
    for (size_t at = 0; at < list.len;) {
        size_t end = at;

        while (end < list.len && !is_separator(list.ptr[end]))
            end++;
        if (end > at) {
            struct slice entry = { list.ptr + at, end - at };

            if (is_address ? is_in_network(&host, entry) : is_in_domain(target->host, entry))
                return true;
        }
        at = end + 1;
    }
    return false;
}

/* --- the choice --- */

/* How a proxy of this kind takes a plain request; those that are not here are refused by name. */
static const struct {
    struct slice scheme;
    enum proxy_way way;
} kinds[] = {
    { { "http", 4 }, PROXY_FORWARD },   { { "https", 5 }, PROXY_TUNNEL },  { { "socks4", 6 }, PROXY_TUNNEL },
    { { "socks4a", 7 }, PROXY_TUNNEL }, { { "socks5", 6 }, PROXY_TUNNEL }, { { "socks5h", 7 }, PROXY_TUNNEL },
    { { "socks", 5 }, PROXY_TUNNEL }, /* version 4 */
};

static const char *proxy_for(const struct proxies *proxies, const struct url *target)
{
    if (proxies->given != NULL)
        return proxies->given;
    if (proxies->except != NULL && is_excepted(target, slice_of(proxies->except)))
        return NULL;
    return target->https ? proxies->https : proxies->http;
}

/* "user:password@" before the host, if it is there. */
static struct slice user_of(struct slice authority)
{
    size_t length = 0, end = 0;

    for (; length < authority.len && authority.ptr[length] != '/'; length++)
        if (authority.ptr[length] == '@')
            end = length;
    return (struct slice){ authority.ptr, end };
}

static enum postage_status choose_way(struct proxy_choice *choice, struct slice scheme, bool tunnel, struct postage_error *err)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (slice_equal_ignoring_case(scheme, kinds[i].scheme)) {
            choice->way = tunnel ? PROXY_TUNNEL : kinds[i].way;
            choice->secure = slice_equal(kinds[i].scheme, SLICE("https"));
            return POSTAGE_OK;
        }
    return error_set(err, POSTAGE_ERR_INVALID,
                     "proxy: a proxy of the kind \"%.*s\" cannot be used (http, https, socks4, socks4a, socks5, socks5h can)",
                     (int)(scheme.len < 32 ? scheme.len : 32), scheme.ptr);
}

enum postage_status proxies_choose(const struct proxies *proxies, const struct url *target, struct proxy_choice *choice,
                                   struct postage_error *err)
{
    struct slice text, scheme = SLICE("http");
    const char *colon;

    *choice = (struct proxy_choice){ PROXY_NONE, false, proxy_for(proxies, target), SLICE("") };
    if (choice->url == NULL)
        return POSTAGE_OK;
    text = slice_of(choice->url);
    colon = slice_find(text, SLICE("://"));
    if (colon != NULL) {
        scheme = (struct slice){ text.ptr, (size_t)(colon - text.ptr) };
        text = (struct slice){ colon + 3, text.len - scheme.len - 3 };
    }
    choice->user = user_of(text);
    if (choice->user.len > PROXY_USER_MAX_BYTES)
        return error_set(err, POSTAGE_ERR_INVALID, "proxy: its user name and password have %zu bytes; the limit is %d",
                         choice->user.len, PROXY_USER_MAX_BYTES);
    return choose_way(choice, scheme, target->https || proxies->always_tunnel, err);
}
