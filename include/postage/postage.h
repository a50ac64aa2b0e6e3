/** @file All public headers. */
#ifndef POSTAGE_POSTAGE_H
#define POSTAGE_POSTAGE_H

#include "postage/allocator.h"
#include "postage/api.h"
#include "postage/body.h"
#include "postage/check.h"
#include "postage/credentials.h"
#include "postage/digest.h"
#include "postage/finding.h"
#include "postage/form.h"
#include "postage/log.h"
#include "postage/policy.h"
#include "postage/provider.h"
#include "postage/reader.h"
#include "postage/result.h"
#include "postage/signer.h"
#include "postage/source.h"
#include "postage/status.h"
#include "postage/target.h"
#include "postage/upload.h"

#endif
