#include "provider/address.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"

enum postage_status address_print(char *url, struct postage_error *err, const char *format, ...)
{
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(url, URL_BYTES, format, args);
    va_end(args);
    if (len >= 0 && len < URL_BYTES)
        return POSTAGE_OK;
    return error_set(err, POSTAGE_ERR_LIMIT, "the URL would have %d bytes; the limit is %d", len, URL_BYTES - 1);
}

enum postage_status address_join(char *url, const struct url *endpoint, const char *bucket_in_host, const char *bucket_in_path,
                                 struct postage_error *err)
{
    struct slice path = endpoint->path;
    bool has_port = endpoint->port.len > 0;

    while (slice_ends_with(path, SLICE("/")))
        path.len--;
    return address_print(url, err, "%s://%s%s%s%.*s%s%s%.*s%.*s/%s", endpoint->https ? "https" : "http",
                         bucket_in_host != NULL ? bucket_in_host : "", bucket_in_host != NULL ? "." : "",
                         endpoint->is_ipv6 ? "[" : "", (int)endpoint->host.len, endpoint->host.ptr,
                         endpoint->is_ipv6 ? "]" : "", has_port ? ":" : "", has_port ? (int)endpoint->port.len : 0,
                         has_port ? endpoint->port.ptr : "", (int)path.len, path.ptr,
                         bucket_in_path != NULL ? bucket_in_path : "");
}
