/*
 * CRCs by carry-less multiplication on x86-64: 16 bytes a step with PCLMULQDQ, 64 with AVX-512's VPCLMULQDQ.
 *
 * The method is that of Gopal and others, "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction" (Intel
 * 2009), "folding", in its bit-reflected form. A register of 128 bits stands for H * x^64 + L, H in its low half. Added to what
 * comes d bits later in the message it is worth H * x^(d + 64) + L * x^d; both powers may be taken mod P, so that two products
 * of 64 by 64 bits move it there. The product of two reflected words has 127 bits and lies one bit too low in its register,
 * which is a factor of x: the constants are x^(d + 63) and x^(d - 1).
 *
 * The last 128 bits go through the table instead of the paper's Barrett reduction: as fast, and without further constants.
 */
#include "base/crc.h"

#if CRC_X86

#include <immintrin.h>

#define LANE      sizeof(__m128i)
#define WIDE_LANE sizeof(__m512i)
#define LANES     4 /* folded side by side, which hides the latency of the multiplier */

/* In bytes. With fewer, joining the lanes and folding what is left over cost what the wide steps gain (measured). */
#define WIDE_FROM 1024

#define PCLMULQDQ  __attribute__((target("pclmul")))
#define VPCLMULQDQ __attribute__((target("pclmul,avx512f,vpclmulqdq")))

bool crc_has_pclmulqdq(void)
{
    return __builtin_cpu_supports("pclmul");
}

/* The feature bit of AVX-512 is reported only where the operating system saves its registers. */
bool crc_has_vpclmulqdq(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("vpclmulqdq");
}

PCLMULQDQ static inline __m128i load(const void *data)
{
    return _mm_loadu_si128((const __m128i *)data);
}

PCLMULQDQ static inline __m128i fold(__m128i lane, __m128i powers, __m128i onto)
{
    __m128i high = _mm_clmulepi64_si128(lane, powers, 0x00);
    __m128i low = _mm_clmulepi64_si128(lane, powers, 0x11);

    return _mm_xor_si128(_mm_xor_si128(high, low), onto);
}

PCLMULQDQ static inline __m128i load_first(const uint8_t *data, uint64_t crc)
{
    return _mm_xor_si128(load(data), _mm_cvtsi64_si128((long long)crc));
}

/* What `blocks` times LANES lanes, at least one block, amount to as one lane at the place of their last. */
PCLMULQDQ static __m128i fold_blocks(const struct crc_polynomial *poly, uint64_t crc, const uint8_t *data, size_t blocks)
{
    const __m128i by_block = load(poly->fold_512), by_lane = load(poly->fold_128);
    __m128i a = load_first(data, crc), b = load(data + LANE), c = load(data + 2 * LANE), d = load(data + 3 * LANE);

    while (--blocks > 0) {
        data += LANES * LANE;
        a = fold(a, by_block, load(data));
        b = fold(b, by_block, load(data + LANE));
        c = fold(c, by_block, load(data + 2 * LANE));
        d = fold(d, by_block, load(data + 3 * LANE));
    }
    return fold(fold(fold(a, by_lane, b), by_lane, c), by_lane, d);
}

PCLMULQDQ uint64_t crc_update_pclmulqdq(const struct crc_polynomial *poly, uint64_t crc, const uint8_t *data, size_t length)
{
    const size_t blocks = length / (LANES * LANE), folded = blocks > 0 ? blocks * LANES * LANE : LANE;
    const __m128i by_lane = load(poly->fold_128);
    uint8_t last[LANE];
    __m128i lane;

    if (length < 2 * LANE)
        return crc_update_table(poly, crc, data, length);
    lane = blocks > 0 ? fold_blocks(poly, crc, data, blocks) : load_first(data, crc);
    for (data += folded, length -= folded; length >= LANE; data += LANE, length -= LANE)
        lane = fold(lane, by_lane, load(data));
    _mm_storeu_si128((__m128i *)(void *)last, lane);
    return crc_update_table(poly, crc_update_table(poly, 0, last, LANE), data, length);
}

VPCLMULQDQ static inline __m512i wide_load(const uint8_t *data)
{
    return _mm512_loadu_si512((const void *)data);
}

/* Four times 128 bits at once, each moved by the same distance. */
VPCLMULQDQ static inline __m512i wide_fold(__m512i lane, __m512i powers, __m512i onto)
{
    __m512i high = _mm512_clmulepi64_epi128(lane, powers, 0x00);
    __m512i low = _mm512_clmulepi64_epi128(lane, powers, 0x11);

    return _mm512_ternarylogic_epi64(high, low, onto, 0x96); /* the sum of all three */
}

VPCLMULQDQ static inline __m512i wide_powers(const uint64_t powers[2])
{
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)powers));
}

/* As fold_blocks, with lanes four times as wide; the result goes to `last`. */
VPCLMULQDQ static void wide_fold_blocks(const struct crc_polynomial *poly, uint64_t crc, const uint8_t *data, size_t blocks,
                                        uint8_t last[WIDE_LANE])
{
    const __m512i by_block = wide_powers(poly->fold_2048), by_lane = wide_powers(poly->fold_512);
    const __m512i first = _mm512_zextsi128_si512(_mm_cvtsi64_si128((long long)crc));
    __m512i a = _mm512_xor_si512(wide_load(data), first), b = wide_load(data + WIDE_LANE);
    __m512i c = wide_load(data + 2 * WIDE_LANE), d = wide_load(data + 3 * WIDE_LANE);

    while (--blocks > 0) {
        data += LANES * WIDE_LANE;
        a = wide_fold(a, by_block, wide_load(data));
        b = wide_fold(b, by_block, wide_load(data + WIDE_LANE));
        c = wide_fold(c, by_block, wide_load(data + 2 * WIDE_LANE));
        d = wide_fold(d, by_block, wide_load(data + 3 * WIDE_LANE));
    }
    d = wide_fold(wide_fold(wide_fold(a, by_lane, b), by_lane, c), by_lane, d);
    _mm512_storeu_si512(last, d);
}

uint64_t crc_update_vpclmulqdq(const struct crc_polynomial *poly, uint64_t crc, const uint8_t *data, size_t length)
{
    const size_t blocks = length / (LANES * WIDE_LANE), folded = blocks * LANES * WIDE_LANE;
    uint8_t last[WIDE_LANE];

    if (length < WIDE_FROM)
        return crc_update_pclmulqdq(poly, crc, data, length);
    wide_fold_blocks(poly, crc, data, blocks, last);
    crc = crc_update_pclmulqdq(poly, 0, last, sizeof last);
    return crc_update_pclmulqdq(poly, crc, data + folded, length - folded);
}

#endif
