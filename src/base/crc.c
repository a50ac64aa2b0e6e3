#include "base/crc.h"

static bool always(void)
{
    return true;
}

const struct crc_way crc_ways[] = {
#if CRC_X86
    { "vpclmulqdq", crc_has_vpclmulqdq, crc_update_vpclmulqdq },
    { "pclmulqdq", crc_has_pclmulqdq, crc_update_pclmulqdq },
#endif
#if CRC_ARM
    { "pmull", crc_has_pmull, crc_update_pmull },
#endif
    { "table", always, crc_update_table },
};
const size_t crc_way_count = sizeof crc_ways / sizeof crc_ways[0];

uint64_t crc_update(enum crc_kind kind, uint64_t crc, const void *data, size_t length)
{
    const struct crc_polynomial *poly = &crc_polynomials[kind];
    const struct crc_way *way = crc_ways;

    if (length == 0)
        return crc;
    while (!way->available())
        way++;
    return way->update(poly, crc ^ poly->ones, data, length) ^ poly->ones;
}
