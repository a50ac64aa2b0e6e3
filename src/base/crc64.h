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

/* All that depends on the polynomial P: powers of x mod P. test_crc64.c recomputes each of these numbers from `reflected`. */
struct crc64_polynomial {
    uint64_t reflected;   /* P without its x^64 */
    uint64_t fold_128[2]; /* fold_d: x^(d + 63), x^(d - 1), which move 128 bits ahead by d bits; crc64_x86.c */
    uint64_t fold_512[2];
    uint64_t fold_2048[2];
    uint64_t table[CRC64_SLICES][256]; /* [n][byte]: that byte with n zero bytes after it, times x^64 */
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

#if defined(__x86_64__) && defined(__GNUC__)
#define CRC64_X86 1
bool crc64_has_pclmulqdq(void);
bool crc64_has_vpclmulqdq(void);
crc64_update_fn crc64_update_pclmulqdq;
crc64_update_fn crc64_update_vpclmulqdq;
#endif

/* clang before 16 declares the instruction only when the whole file is compiled for it. */
#if defined(__aarch64__) && !defined(__AARCH64EB__) && defined(__GNUC__)
#if defined(__ARM_FEATURE_AES) || (defined(__linux__) && (!defined(__clang__) || __clang_major__ >= 16))
#define CRC64_ARM 1
bool crc64_has_pmull(void);
crc64_update_fn crc64_update_pmull;
#endif
#endif

#endif
