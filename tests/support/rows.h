/* The providers' rows by name, for tests that look into them. */
#ifndef POSTAGE_TESTS_ROWS_H
#define POSTAGE_TESTS_ROWS_H

#include "minio/minio.h"
#include "oss/oss.h"
#include "registry/registry.h"
#include "s3/s3.h"

#endif
