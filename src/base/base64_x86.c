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
    const __m128i added = _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                        '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
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

#endif
