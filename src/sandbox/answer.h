/* Building an answer. The first one counts: what is answered later is ignored. */
#ifndef SANDBOX_ANSWER_H
#define SANDBOX_ANSWER_H

#include "sandbox/call.h"

enum { HTTP_DATE_BYTES = 30 };

/* False: it is answered already. */
bool answer_start(struct call *call, int status);
void answer_header(struct call *call, const char *name, const char *format, ...) POSTAGE_PRINTF(3, 4);
/* Begins a body of XML and returns the buffer to write on. */
struct buf *answer_xml(struct call *call);
/* The same with an open root, in the dialect's namespace. */
struct buf *answer_xml_root(struct call *call, const char *root);

/* "Sat, 21 Nov 2026 05:46:40 GMT" */
void answer_http_date(int64_t unix_s, char date[HTTP_DATE_BYTES]);

/* The host that was asked. */
struct slice answer_host(const struct call *call);

/* "http://host/bucket/key", as Location tells it. */
void answer_add_object_url(const struct call *call, struct slice key, struct buf *url);

#endif
