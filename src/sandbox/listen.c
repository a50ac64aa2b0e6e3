#include "sandbox/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"

enum { BACKLOG = 1024 };

/* Splits at the last colon; brackets go. */
static bool split_address(const char *address, char host[64], char port[8])
{
    const char *colon = strrchr(address, ':');
    size_t len = colon != NULL ? (size_t)(colon - address) : 0;

    if (colon == NULL || len >= 64 || strlen(colon + 1) == 0 || strlen(colon + 1) > 5)
        return false;
    if (len >= 2 && address[0] == '[' && address[len - 1] == ']') {
        address++;
        len -= 2;
    }
    memcpy(host, address, len);
    host[len] = '\0';
    memcpy(port, colon + 1, strlen(colon + 1) + 1);
    return true;
}

static void write_endpoint(int descriptor, const char *scheme, char endpoint[ENDPOINT_BYTES])
{
    struct sockaddr_storage bound;
    socklen_t len = sizeof bound;
    char host[64] = "", port[8] = "";
    bool is_v6;

    getsockname(descriptor, (struct sockaddr *)&bound, &len);
    getnameinfo((struct sockaddr *)&bound, len, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
    is_v6 = strchr(host, ':') != NULL;
    snprintf(endpoint, ENDPOINT_BYTES, "%s://%s%s%s:%s", scheme, is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
}

int listen_on(const char *address, const char *scheme, char endpoint[ENDPOINT_BYTES], struct postage_error *err)
{
    struct addrinfo hints = { .ai_family = AF_UNSPEC,
                              .ai_socktype = SOCK_STREAM,
                              .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV };
    struct addrinfo *found;
    char host[64], port[8];
    int descriptor = -1, on = 1;
    bool listens;

    if (!split_address(address, host, port) || getaddrinfo(host[0] != '\0' ? host : "0.0.0.0", port, &hints, &found) != 0) {
        error_set(err, POSTAGE_ERR_INVALID, "address " ERROR_QUOTE_FORMAT ": not ADDRESS:PORT in numbers",
                  ERROR_QUOTE(address, strlen(address)));
        return -1;
    }
    descriptor = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    listens = descriptor >= 0 && setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
    if (listens && found->ai_family == AF_INET6)
        listens = setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0;
    listens = listens && bind(descriptor, found->ai_addr, found->ai_addrlen) == 0 && listen(descriptor, BACKLOG) == 0;
    freeaddrinfo(found);
    if (listens) {
        write_endpoint(descriptor, scheme, endpoint);
        return descriptor;
    }
    error_set(err, POSTAGE_ERR_SYSTEM, "address " ERROR_QUOTE_FORMAT ": %s", ERROR_QUOTE(address, strlen(address)),
              strerror(errno));
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}
