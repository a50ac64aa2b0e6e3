#include "base/crc.h"

/* One load where the processor is little-endian, correct everywhere. */
static uint64_t load_le64(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
           (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/* "Slicing by 8" (Kounavis and Berry 2008): eight bytes at once, each looked up with as many zero bytes as follow it. */
uint64_t crc_update_table(const struct crc_polynomial *poly, uint64_t crc, const uint8_t *data, size_t length)
{
    const uint64_t(*t)[256] = poly->table;

    for (; length >= 8; data += 8, length -= 8) {
        crc ^= load_le64(data);
        crc = t[7][crc & 0xFF] ^ t[6][crc >> 8 & 0xFF] ^ t[5][crc >> 16 & 0xFF] ^ t[4][crc >> 24 & 0xFF] ^
              t[3][crc >> 32 & 0xFF] ^ t[2][crc >> 40 & 0xFF] ^ t[1][crc >> 48 & 0xFF] ^ t[0][crc >> 56];
    }
    for (; length > 0; data++, length--)
        crc = crc >> 8 ^ t[0][(crc ^ *data) & 0xFF];
    return crc;
}

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
