#include "base/crc64.h"

/* One load where the processor is little-endian, correct everywhere. */
static uint64_t load_le64(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 | (uint64_t)p[4] << 32 |
           (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

/* "Slicing by 8" (Kounavis and Berry 2008): eight bytes at once, each looked up with as many zero bytes as follow it. */
uint64_t crc64_update_table(const struct crc64_polynomial *poly, uint64_t crc, const uint8_t *data, size_t length)
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

const struct crc64_way crc64_ways[] = {
#if CRC64_X86
    { "vpclmulqdq", crc64_has_vpclmulqdq, crc64_update_vpclmulqdq },
    { "pclmulqdq", crc64_has_pclmulqdq, crc64_update_pclmulqdq },
#endif
#if CRC64_ARM
    { "pmull", crc64_has_pmull, crc64_update_pmull },
#endif
    { "table", always, crc64_update_table },
};
const size_t crc64_way_count = sizeof crc64_ways / sizeof crc64_ways[0];

uint64_t postage_crc64_update(enum postage_crc64 kind, uint64_t crc, const void *data, size_t length)
{
    const struct crc64_way *way = crc64_ways;

    if (length == 0)
        return crc;
    while (!way->available())
        way++;
    return ~way->update(&crc64_polynomials[kind], ~crc, data, length);
}
