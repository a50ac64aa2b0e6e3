/*
 * CRCs by carry-less multiplication on arm64: PMULL, 16 bytes a step. The method and its constants are those of crc_x86.c:
 * a register holds the same 128 bits in the same order on both.
 */
#include "base/crc.h"

#if CRC_ARM

#include <arm_neon.h>

#if defined(__ARM_FEATURE_AES)
#define PMULL /* the whole program is compiled for it */

bool crc_has_pmull(void)
{
    return true;
}
#else
#include <sys/auxv.h>

#include <asm/hwcap.h>

#define PMULL __attribute__((target("+crypto")))

bool crc_has_pmull(void)
{
    return (getauxval(AT_HWCAP) & HWCAP_PMULL) != 0;
}
#endif

#define LANE  sizeof(uint64x2_t)
#define LANES 4 /* folded side by side, which hides the latency of the multiplier */

PMULL static inline uint64x2_t load(const uint8_t *data)
{
    return vreinterpretq_u64_u8(vld1q_u8(data));
}

/* Only the first 64 bits of a message meet the register of the CRC. */
PMULL static inline uint64x2_t load_first(const uint8_t *data, uint64_t crc)
{
    return veorq_u64(load(data), vcombine_u64(vcreate_u64(crc), vcreate_u64(0)));
}

PMULL static inline uint64x2_t fold(uint64x2_t lane, uint64x2_t powers, uint64x2_t onto)
{
    poly64x2_t a = vreinterpretq_p64_u64(lane), b = vreinterpretq_p64_u64(powers);
    poly128_t high = vmull_p64((poly64_t)vgetq_lane_u64(lane, 0), (poly64_t)vgetq_lane_u64(powers, 0));
    poly128_t low = vmull_high_p64(a, b);

    return veorq_u64(veorq_u64(vreinterpretq_u64_p128(high), vreinterpretq_u64_p128(low)), onto);
}

/* What `blocks` times LANES lanes, at least one block, amount to as one lane at the place of their last. */
PMULL static uint64x2_t fold_blocks(const struct crc_polynomial *poly, uint64_t crc, const uint8_t *data, size_t blocks)
{
    const uint64x2_t by_block = vld1q_u64(poly->fold_512), by_lane = vld1q_u64(poly->fold_128);
    uint64x2_t a = load_first(data, crc), b = load(data + LANE), c = load(data + 2 * LANE), d = load(data + 3 * LANE);

    while (--blocks > 0) {
        data += LANES * LANE;
        a = fold(a, by_block, load(data));
        b = fold(b, by_block, load(data + LANE));
        c = fold(c, by_block, load(data + 2 * LANE));
        d = fold(d, by_block, load(data + 3 * LANE));
    }
    return fold(fold(fold(a, by_lane, b), by_lane, c), by_lane, d);
}

PMULL uint64_t crc_update_pmull(const struct crc_polynomial *poly, uint64_t crc, const uint8_t *data, size_t length)
{
    const size_t blocks = length / (LANES * LANE), folded = blocks > 0 ? blocks * LANES * LANE : LANE;
    const uint64x2_t by_lane = vld1q_u64(poly->fold_128);
    uint8_t last[LANE];
    uint64x2_t lane;

    if (length < 2 * LANE)
        return crc_update_table(poly, crc, data, length);
    lane = blocks > 0 ? fold_blocks(poly, crc, data, blocks) : load_first(data, crc);
    for (data += folded, length -= folded; length >= LANE; data += LANE, length -= LANE)
        lane = fold(lane, by_lane, load(data));
    vst1q_u8(last, vreinterpretq_u8_u64(lane));
    return crc_update_table(poly, crc_update_table(poly, 0, last, LANE), data, length);
}

#endif
