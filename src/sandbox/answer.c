#include "sandbox/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/url.h"

bool answer_start(struct call *call, int status)
{
    if (call_is_answered(call))
        return false;
    call->answer.status = status;
    return true;
}

void answer_header(struct call *call, const char *name, const char *format, ...)
{
    char value[2048];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(value, sizeof value, format, args);
    va_end(args);
    if (len < 0)
        return;
    buf_printf(&call->answer.headers, "%s: ", name);
    /* No value can begin a line of its own, whatever it was made from. */
    for (const char *c = value; *c != '\0'; c++)
        buf_add_char(&call->answer.headers, *c == '\r' || *c == '\n' ? ' ' : *c);
    buf_add_text(&call->answer.headers, "\r\n");
}

void answer_http_date(int64_t unix_s, char date[HTTP_DATE_BYTES])
{
    /* strftime would use the locale's names. */
    static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
    static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    time_t moment = (time_t)unix_s;
    struct tm tm;

    date[0] = '\0';
    if (gmtime_r(&moment, &tm) != NULL)
        snprintf(date, HTTP_DATE_BYTES, "%s, %02u %s %04u %02u:%02u:%02u GMT", days[tm.tm_wday], (unsigned)tm.tm_mday % 100,
                 months[tm.tm_mon], (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_hour % 100,
                 (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
}

struct buf *answer_xml(struct call *call)
{
    answer_header(call, "Content-Type", "application/xml");
    buf_add_text(&call->answer.body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    return &call->answer.body;
}

struct buf *answer_xml_root(struct call *call, const char *root)
{
    struct buf *xml = answer_xml(call);

    buf_printf(xml, "<%s", root);
    if (call->dialect->xml_namespace != NULL)
        buf_printf(xml, " xmlns=\"%s\"", call->dialect->xml_namespace);
    buf_add_char(xml, '>');
    return xml;
}

struct slice answer_host(const struct call *call)
{
    struct slice host = request_header(&call->request, "host");

    return host.ptr != NULL ? host : SLICE("localhost");
}

void answer_add_object_url(const struct call *call, struct slice key, struct buf *url)
{
    buf_add_text(url, call->tls ? "https://" : "http://");
    buf_add_slice(url, answer_host(call));
    buf_add_char(url, '/');
    if (!call->virtual_host) {
        buf_add_text(url, call->bucket->name);
        buf_add_char(url, '/');
    }
    url_add_encoded(url, key, call->dialect->location_escapes_slashes ? "" : "/");
}
