/* Listing the objects of a bucket: versions 1 and 2, and as versions of which there is one each. */
#ifndef SANDBOX_LISTING_H
#define SANDBOX_LISTING_H

#include "sandbox/call.h"

void listing_get(struct call *call);
void listing_get_versions(struct call *call);
void listing_get_uploads(struct call *call); /* there are none */

#endif
