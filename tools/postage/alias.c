#include "alias.h"

#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

extern char **environ;

void alias_clear(struct alias *alias)
{
    if (alias->storage != NULL)
        explicit_bzero(alias->storage, alias->storage_bytes);
    free(alias->storage);
    *alias = (struct alias){ 0 };
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;

    return found != NULL ? (int)(found - digits) : -1;
}

/* In place. @return false: a NUL would come out. */
static bool decode(char *text)
{
    char *out = text;

    for (; *text != '\0'; text++) {
        int high = text[0] == '%' ? hex_digit(text[1]) : -1;
        int low = high >= 0 ? hex_digit(text[2]) : -1;

        if (low < 0) {
            *out++ = *text;
            continue;
        }
        if (high == 0 && low == 0)
            return false;
        *out++ = (char)(high * 16 + low);
        text += 2;
    }
    *out = '\0';
    return true;
}

/* Cuts `ACCESS:SECRET[:TOKEN]` apart. */
static bool split_keys(struct alias *alias, char *keys)
{
    char *secret = strchr(keys, ':');
    char *token;

    if (secret == NULL || secret == keys || secret[1] == '\0')
        return false;
    *secret++ = '\0';
    token = strchr(secret, ':');
    if (token == secret || (token != NULL && token[1] == '\0'))
        return false;
    if (token != NULL)
        *token++ = '\0';
    alias->access_key = keys;
    alias->secret_key = secret;
    alias->token = token;
    return decode(keys) && decode(secret) && (token == NULL || decode(token));
}

/* Without an '@' the ':' must stand before a port: else these are keys whose host was forgotten. */
static bool is_bare_address(const char *address, size_t length)
{
    const char *bracket = memchr(address, ']', length);
    const char *start = bracket != NULL ? bracket : address;
    const char *colon = memchr(start, ':', length - (size_t)(start - address));

    return colon == NULL || strspn(colon + 1, "0123456789") == length - (size_t)(colon + 1 - address);
}

/* The endpoint is put together in the second half of the storage, after the copy of the assignment. */
static bool split_url(struct alias *alias, char *url, char *room)
{
    size_t scheme = strncasecmp(url, "https://", 8) == 0 ? 8 : strncasecmp(url, "http://", 7) == 0 ? 7 : 0;
    char *at = strrchr(url, '@');
    char *address = at != NULL ? at + 1 : url + scheme;
    size_t length = strlen(address);

    while (length > 0 && address[length - 1] == '/')
        length--;
    if (scheme == 0 || length == 0 || strcspn(address, "/?#") < length || !is_bare_address(address, length))
        return false;
    memcpy(room, url, scheme);
    memcpy(room + scheme, address, length);
    room[scheme + length] = '\0';
    alias->endpoint = room;
    if (at == NULL)
        return true;
    *at = '\0';
    return split_keys(alias, url + scheme);
}

enum exit_code alias_parse(struct alias *alias, const char *assignment)
{
    size_t bytes = strlen(assignment) + 1;
    char *value;

    *alias = (struct alias){ .storage_bytes = 2 * bytes };
    alias->storage = malloc(alias->storage_bytes);
    if (alias->storage == NULL)
        return fail_memory();
    memcpy(alias->storage, assignment, bytes);
    value = strchr(alias->storage, '=');
    if (value == NULL)
        return fail(EXIT_INTERNAL, NULL, "environment: an entry is not NAME=VALUE");
    *value++ = '\0';
    alias->variable = alias->storage;
    if (split_url(alias, value, alias->storage + bytes))
        return EXIT_DONE;
    return fail(EXIT_CREDENTIALS, "in the keys, write / as %2F and @ as %40",
                "%s: not of the form http[s]://ACCESS:SECRET[:TOKEN]@host[:port]", alias->variable);
}

static bool is_alias(const char *assignment, const char *prefix)
{
    const char *equals = strchr(assignment, '=');

    return strncmp(assignment, prefix, strlen(prefix)) == 0 && equals != NULL && equals > assignment + strlen(prefix) &&
           equals[1] != '\0';
}

/* "MC_HOST_play, MC_HOST_local": those that were found, for the error. */
static void list_found(char *out, size_t cap, const char *prefix)
{
    out[0] = '\0';
    for (char **entry = environ; *entry != NULL; entry++) {
        size_t used = strlen(out);

        if (is_alias(*entry, prefix))
            snprintf(out + used, cap - used, "%s%.*s", used > 0 ? ", " : "", (int)strcspn(*entry, "="), *entry);
    }
}

enum exit_code alias_choose(struct alias *alias, const char *prefix, const char *endpoint)
{
    char found[512];
    size_t count = 0;

    *alias = (struct alias){ 0 };
    for (char **entry = environ; *entry != NULL; entry++) {
        struct alias candidate;
        enum exit_code code;

        if (!is_alias(*entry, prefix))
            continue;
        code = alias_parse(&candidate, *entry);
        if (code == EXIT_DONE && alias->variable == NULL &&
            (endpoint == NULL || alias_same_endpoint(candidate.endpoint, endpoint)))
            *alias = candidate;
        else
            alias_clear(&candidate);
        if (code != EXIT_DONE)
            return code;
        count++;
    }
    if (endpoint != NULL || count < 2)
        return EXIT_DONE;
    alias_clear(alias);
    list_found(found, sizeof found, prefix);
    return fail(EXIT_USAGE, "choose one with --endpoint and its address", "several servers are configured: %s", found);
}

void alias_wipe(const char *prefix)
{
    for (char **entry = environ; *entry != NULL; entry++)
        if (is_alias(*entry, prefix)) {
            char *value = strchr(*entry, '=') + 1;

            explicit_bzero(value, strlen(value));
        }
}

/* Scheme, then host and port with the scheme's default port left out. */
static size_t authority(const char *url, const char **host, bool *secure)
{
    size_t length;

    *secure = strncasecmp(url, "https://", 8) == 0;
    *host = *secure ? url + 8 : strncasecmp(url, "http://", 7) == 0 ? url + 7 : url;
    length = strlen(*host);
    while (length > 0 && (*host)[length - 1] == '/')
        length--;
    if (*secure && length > 4 && strncmp(*host + length - 4, ":443", 4) == 0)
        return length - 4;
    if (!*secure && length > 3 && strncmp(*host + length - 3, ":80", 3) == 0)
        return length - 3;
    return length;
}

bool alias_same_endpoint(const char *a, const char *b)
{
    const char *host_a, *host_b;
    bool secure_a, secure_b;
    size_t length_a = authority(a, &host_a, &secure_a);
    size_t length_b = authority(b, &host_b, &secure_b);

    return secure_a == secure_b && length_a == length_b && strncasecmp(host_a, host_b, length_a) == 0;
}
