/*
 * The ways to compute a CRC-64, all with the same answer: `postage_crc64_update` takes the first that the processor has.
 *
 * Polynomials over GF(2) are written reflected throughout, as the two CRCs are defined: in a byte, a 64-bit word and a
 * little-endian 128-bit register alike the lowest bit is the highest power. A message is then its own bytes in memory order,
 * and the CRC of a message M is M * x^64 mod P (apart from the ones at the beginning and the end).
 */
#ifndef POSTAGE_BASE_CRC64_H
#define POSTAGE_BASE_CRC64_H

#include "postage/digest.h"

#define CRC64_SLICES 8

/* All that depends on the polynomial P: powers of x mod P. Each number is recomputed from `reflected` by test_crc64.c. */
struct crc64_polynomial {
    uint64_t reflected;                /* P without its x^64 */
    uint64_t fold_128[2];              /* x^191, x^127: what moves 128 bits ahead by 128 bits; see crc64_x86.c */
    uint64_t fold_1024[2];             /* x^1087, x^1023: ahead by 1024 bits */
    uint64_t table[CRC64_SLICES][256]; /* [n][byte]: byte followed by n zero bytes, * x^64 */
};

extern const struct crc64_polynomial crc64_polynomials[]; /* by enum postage_crc64 */

/* The register after `length` more bytes. The caller inverts it before the first and after the last. */
typedef uint64_t crc64_update_fn(const struct crc64_polynomial *poly, uint64_t crc, const uint8_t *data, size_t length);

struct crc64_way {
    const char *name;
    bool (*available)(void); /* cheap, constant while the program runs */
    crc64_update_fn *update;
};

extern const struct crc64_way crc64_ways[]; /* best first; the last one, the table, is always available */
extern const size_t crc64_way_count;

crc64_update_fn crc64_update_table;

#endif
