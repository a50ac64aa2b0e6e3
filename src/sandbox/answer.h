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
/* The same with an open root: in S3's namespace, or as OSS does it in none (its Python SDK finds nothing in one). */
struct buf *answer_xml_root(struct call *call, const char *root);
void xml_add_element(struct buf *xml, const char *name, struct slice text);
void xml_add_text(struct buf *xml, struct slice text);

/* "Sat, 21 Nov 2026 05:46:40 GMT" */
void answer_http_date(int64_t unix_s, char date[HTTP_DATE_BYTES]);

/* What an error says beyond code and message: elements of its XML. */
struct refusal_extra {
    const char *name;
    struct slice value;
};

/* Refuses for a reason. `detail` goes into the message; extras may be NULL. */
void refuse(struct call *call, enum refusal refusal, struct slice detail);
void refuse_with(struct call *call, enum refusal refusal, struct slice detail, const struct refusal_extra *extras,
                 size_t count);

/* The whole response head, with what every answer has. */
void answer_write_head(struct call *call, bool close, struct buf *out);

/* "http://host/bucket/key", as Location tells it. */
void answer_add_object_url(const struct call *call, struct slice key, struct buf *url);

#endif
