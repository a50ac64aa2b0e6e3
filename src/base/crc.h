/*
 * The CRCs that stores return, and the ways to compute them, all with the same answer: `crc_update` takes the first that the
 * processor has.
 *
 * Each is the remainder by a polynomial P of degree 64. CRC-32C fits in as well: its polynomial of degree 32 times x^32 is such
 * a P, and the remainder is then the CRC-32C times x^32, which in reflected form is the same 32 bits at the low end of the
 * word. So one routine serves all of them, and folding by carry-less multiplication is faster than the CRC-32C instructions of
 * SSE4.2 and ARMv8, which take eight bytes a step.
 *
 * Polynomials over GF(2) are written reflected throughout, as the two CRCs are defined: in a byte, a 64-bit word and a
 * little-endian 128-bit register alike the lowest bit is the highest power. A message is then its own bytes in memory order,
 * and the CRC of a message M is M * x^64 mod P (apart from the ones at the beginning and the end).
 */
#ifndef POSTAGE_BASE_CRC_H
#define POSTAGE_BASE_CRC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRC_SLICES 8

enum crc_kind { CRC_64_NVME, CRC_64_XZ, CRC_32C };

/* All that depends on the polynomial P: powers of x mod P. test_crc.c recomputes each of these numbers from `reflected`. */
struct crc_polynomial {
    uint64_t ones;        /* initial value and final xor: all ones, in as many bits as the CRC has */
    uint64_t reflected;   /* P without its x^64 */
    uint64_t fold_128[2]; /* fold_d: x^(d + 63), x^(d - 1), which move 128 bits ahead by d bits; crc_x86.c */
    uint64_t fold_512[2];
    uint64_t fold_2048[2];
    uint64_t table[CRC_SLICES][256]; /* [n][byte]: that byte with n zero bytes behind it, times x^64 */
};

extern const struct crc_polynomial crc_polynomials[]; /* by enum crc_kind */

/* The CRC of bytes seen so far followed by `length` more. Takes and returns finished values; that of no bytes is 0. */
uint64_t crc_update(enum crc_kind kind, uint64_t crc, const void *data, size_t length);

/* The register after `length` more bytes. The caller inverts it before the first and after the last. */
typedef uint64_t crc_update_fn(const struct crc_polynomial *poly, uint64_t crc, const uint8_t *data, size_t length);

struct crc_way {
    const char *name;
    bool (*available)(void); /* cheap, constant while the program runs */
    crc_update_fn *update;
};

extern const struct crc_way crc_ways[]; /* best first; the last one, the table, is always available */
extern const size_t crc_way_count;

crc_update_fn crc_update_table;

#if defined(__x86_64__) && defined(__GNUC__)
#define CRC_X86 1
bool crc_has_pclmulqdq(void);
bool crc_has_vpclmulqdq(void);
crc_update_fn crc_update_pclmulqdq;
crc_update_fn crc_update_vpclmulqdq;
#endif

/* clang before 16 declares the instruction only when the whole file is compiled for it. */
#if defined(__aarch64__) && !defined(__AARCH64EB__) && defined(__GNUC__)
#if defined(__ARM_FEATURE_AES) || (defined(__linux__) && (!defined(__clang__) || __clang_major__ >= 16))
#define CRC_ARM 1
bool crc_has_pmull(void);
crc_update_fn crc_update_pmull;
#endif
#endif

#endif
