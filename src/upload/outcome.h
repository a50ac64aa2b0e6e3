/* How many outcomes there are today: for tables, never for callers, who may meet further ones. */
#ifndef POSTAGE_UPLOAD_OUTCOME_H
#define POSTAGE_UPLOAD_OUTCOME_H

#include "postage/result.h"

#define OUTCOME_ONE(number, name, text, status, meaning) +1
enum { OUTCOME_COUNT = 0 POSTAGE_OUTCOME_MAP(OUTCOME_ONE) };
#undef OUTCOME_ONE

#endif
