/* What a transfer says: method, header lines and body, checked and told to libcurl. */
#ifndef POSTAGE_HTTP_MESSAGE_H
#define POSTAGE_HTTP_MESSAGE_H

#include <curl/curl.h>

#include "http/transfer.h"

/* @return POSTAGE_OK, or ERR_INVALID: a method or a header that cannot be sent. */
enum postage_status message_check(const struct http_transfer_options *options, struct postage_error *err);

bool message_is_head(const struct http_transfer_options *options); /* its reply has no body, whatever it says */

/* `lines` have to last as long as the handle, whatever the code; message_clear_lines wipes and frees them. */
CURLcode message_set(CURL *easy, const struct http_transfer_options *options, struct curl_slist **lines);
void message_clear_lines(struct curl_slist *lines);

#endif
