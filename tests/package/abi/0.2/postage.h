/**
 * @file
 * All public headers, except the sandbox's, which is a library of its own.
 *
 * @mainpage
 * One header per noun. api.h says once what holds for all of them: who owns what, errors, allocators, options.
 *
 * - To issue forms: target.h, policy.h, credentials.h, signer.h, form.h.
 * - To upload with them: source.h, upload.h, result.h; check.h judges a form without sending it.
 * - Usable alone: body.h writes multipart/form-data, reader.h reads it, digest.h computes the stores' CRCs.
 * - For test suites: sandbox.h.
 */
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
