/* Listing the objects of a bucket: versions 1 and 2, and as versions of which there is one each. */
#ifndef SANDBOX_LISTING_H
#define SANDBOX_LISTING_H

#include "sandbox/exchange.h"

void listing_get(struct exchange *exchange);
void listing_get_versions(struct exchange *exchange);
void listing_get_uploads(struct exchange *exchange); /* there are none */

#endif
