#include "url_safety.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The host between the scheme and the port, without brackets. @return false: it does not fit. */
static bool copy_host(const char *authority, char *host, size_t cap)
{
    size_t length;

    if (*authority == '[') {
        authority++;
        length = strcspn(authority, "]");
    } else {
        length = strcspn(authority, ":/?#");
    }
    if (length >= cap)
        return false;
    memcpy(host, authority, length);
    host[length] = '\0';
    return true;
}

static bool ends_with(const char *text, const char *suffix)
{
    size_t length = strlen(text);

    return length >= strlen(suffix) && strcasecmp(text + length - strlen(suffix), suffix) == 0;
}

static bool is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_pton(AF_INET, host, &v4) == 1)
        return (ntohl(v4.s_addr) >> 24) == 127;
    if (inet_pton(AF_INET6, host, &v6) == 1)
        return memcmp(&v6, &in6addr_loopback, sizeof v6) == 0;
    return strcasecmp(host, "localhost") == 0 || ends_with(host, ".localhost");
}

bool url_is_exposed(const char *url)
{
    char host[256];

    if (strncasecmp(url, "http://", 7) != 0)
        return false;
    return !copy_host(url + 7, host, sizeof host) || !is_loopback(host);
}

bool url_has_userinfo(const char *url)
{
    const char *authority = strstr(url, "://");
    const char *at;

    authority = authority != NULL ? authority + 3 : url;
    at = strchr(authority, '@');
    return at != NULL && at < authority + strcspn(authority, "/?#");
}
