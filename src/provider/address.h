/* Writing the URLs that forms are posted to. `url` holds URL_BYTES; one that would be longer is ERR_LIMIT. */
#ifndef POSTAGE_PROVIDER_ADDRESS_H
#define POSTAGE_PROVIDER_ADDRESS_H

#include "base/url.h"
#include "provider/provider.h"

enum postage_status address_print(char *url, struct postage_error *err, const char *format, ...) POSTAGE_PRINTF(3, 4);

/*
 * An endpoint of the caller's with the bucket in it: in front of the host, after the endpoint's own path, or, both NULL,
 * nowhere. The path always ends in a slash or in the bucket.
 */
enum postage_status address_join(char *url, const struct url *endpoint, const char *bucket_in_host, const char *bucket_in_path,
                                 struct postage_error *err);

#endif
