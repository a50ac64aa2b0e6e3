/*
 * Base64 by 16 letters a step with SSSE3, after Mula and Lemire, "Faster Base64 Encoding and Decoding using AVX2 Instructions"
 * (2018): one shuffle brings the bytes of each letter together, two multiplications shift its six bits into place, and a
 * second shuffle is the table of what turns a value into its letter. In signing a form, the loop over a table of 64 letters
 * took half as long as the HMAC over what it wrote.
 */
#include "base/base64.h"

#if BASE64_X86

#include <immintrin.h>

#define SSSE3 __attribute__((target("ssse3")))

bool base64_has_ssse3(void)
{
    return __builtin_cpu_supports("ssse3");
}

/* Twelve bytes from the register's start become sixteen values of six bits, each in a byte. */
SSSE3 static inline __m128i spread(__m128i bytes)
{
    /* Each group a b c as b a c b: both halves of it hold two of its four values, in 16 bits that are contiguous. */
    const __m128i order = _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
    __m128i groups = _mm_shuffle_epi8(bytes, order);
    __m128i odd = _mm_mulhi_epu16(_mm_and_si128(groups, _mm_set1_epi32(0x0FC0FC00)), _mm_set1_epi32(0x04000040));
    __m128i even = _mm_mullo_epi16(_mm_and_si128(groups, _mm_set1_epi32(0x003F03F0)), _mm_set1_epi32(0x01000010));

    return _mm_or_si128(odd, even);
}

/* RFC 4648 table 1: from 0 letters in two runs, ten digits, two signs. What is added is the same within each. */
SSSE3 static inline __m128i letters_of(__m128i values)
{
    const __m128i added = _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                        '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
    /* 0 up to 51, then 1 to 12: the place in `added`, but for the first 26, which are sent to 13. */
    __m128i place = _mm_subs_epu8(values, _mm_set1_epi8(51));
    __m128i first = _mm_cmpgt_epi8(_mm_set1_epi8(26), values);

    place = _mm_or_si128(place, _mm_and_si128(first, _mm_set1_epi8(13)));
    return _mm_add_epi8(values, _mm_shuffle_epi8(added, place));
}

/* Sixteen bytes are read where twelve are encoded, so four more have to be there. */
SSSE3 size_t base64_encode_ssse3(const uint8_t *bytes, size_t len, char *text)
{
    size_t done = 0;

    for (; len - done >= 16; done += 12, text += 16) {
        __m128i block = _mm_loadu_si128((const __m128i *)(bytes + done));

        _mm_storeu_si128((__m128i *)text, letters_of(spread(block)));
    }
    return done;
}

/*
 * From sixteen letters to their values: each range of letters has its own distance, which the high half of the letter tells,
 * but for the slash that shares it with the plus sign. False: one of them is not a letter.
 */
SSSE3 static inline bool values_of(__m128i letters, __m128i *values)
{
    const __m128i distance = _mm_setr_epi8(0, 0, 62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0);
    /* By the low and by the high half, bits that both have only where there is no letter. */
    const __m128i low_faults =
        _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x13, 0x1A, 0x1B, 0x1B, 0x1B, 0x1A);
    const __m128i high_faults =
        _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
    const __m128i half = _mm_set1_epi8(0x0F), slash = _mm_cmpeq_epi8(letters, _mm_set1_epi8('/'));
    __m128i high = _mm_and_si128(_mm_srli_epi16(letters, 4), half);
    __m128i faults =
        _mm_and_si128(_mm_shuffle_epi8(low_faults, _mm_and_si128(letters, half)), _mm_shuffle_epi8(high_faults, high));

    *values = _mm_add_epi8(letters, _mm_shuffle_epi8(distance, high));
    *values = _mm_add_epi8(*values, _mm_and_si128(slash, _mm_set1_epi8((63 - '/') - (62 - '+'))));
    return _mm_movemask_epi8(_mm_cmpeq_epi8(faults, _mm_setzero_si128())) == 0xFFFF;
}

/* Sixteen bytes are written where twelve are decoded, so there has to be more text after it: the last group is not done here.
 */
SSSE3 size_t base64_decode_ssse3(const char *text, size_t len, uint8_t *bytes)
{
    const __m128i order = _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    size_t done = 0;
    __m128i values;

    for (; len - done >= 24 && values_of(_mm_loadu_si128((const __m128i *)(text + done)), &values); done += 16, bytes += 12) {
        values = _mm_maddubs_epi16(values, _mm_set1_epi32(0x01400140)); /* pairs of six bits, then of twelve */
        values = _mm_madd_epi16(values, _mm_set1_epi32(0x00011000));
        _mm_storeu_si128((__m128i *)bytes, _mm_shuffle_epi8(values, order));
    }
    return done;
}

#endif
