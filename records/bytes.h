/* Sixteen bytes of a text at once: which of them are digits, and which end a run of plain characters.
 *
 * SSE2 on x86-64, NEON on 64-bit ARM, plain C elsewhere: the same answers from each. A mask has a bit for each byte, the first
 * byte's lowest; NEON has four bits for each, which is why bytes_first divides. Whoever asks makes sure that 16 bytes
 * may be read. */
#ifndef RECORDS_BYTES_H
#define RECORDS_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if !defined(ASSIZE_PLAIN_BYTES) && defined(__SSE2__)

#include <emmintrin.h>

typedef uint32_t byte_mask;
enum { MASK_BITS = 1 };
#define MASK_ALL 0xffffu

static inline byte_mask bytes_bits(__m128i lanes) {
    return (byte_mask)_mm_movemask_epi8(lanes);
}

/* The quote, the backslash, controls, and whatever is not ASCII: negative, to a signed comparison. */
static inline byte_mask bytes_special(const unsigned char *at) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    return bytes_bits(_mm_or_si128(low, _mm_or_si128(quote, slash)));
}

static inline byte_mask bytes_not_digit(const unsigned char *at) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i below = _mm_cmplt_epi8(bytes, _mm_set1_epi8('0'));
    __m128i above = _mm_cmpgt_epi8(bytes, _mm_set1_epi8('9'));
    return bytes_bits(_mm_or_si128(below, above));
}

/* What may stand behind a number: a comma, a closing bracket, a blank; controls and what is not ASCII, too. */
static inline byte_mask bytes_end_number(const unsigned char *at) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i blank = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x21));
    __m128i comma = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(','));
    __m128i bracket = _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('}'));
    return bytes_bits(_mm_or_si128(blank, _mm_or_si128(comma, bracket)));
}

static inline byte_mask bytes_not_space(const unsigned char *at) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    return bytes_bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '))) ^ MASK_ALL;
}

/* Whether the first `length` (at most 32) bytes are the same. */
static inline bool bytes_equal(const unsigned char *at, const unsigned char *other, unsigned length) {
    __m128i a = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i b = _mm_loadu_si128((const __m128i *)(const void *)other);
    uint32_t same = bytes_bits(_mm_cmpeq_epi8(a, b));
    if (length > 16) {
        a = _mm_loadu_si128((const __m128i *)(const void *)(at + 16));
        b = _mm_loadu_si128((const __m128i *)(const void *)(other + 16));
        same |= bytes_bits(_mm_cmpeq_epi8(a, b)) << 16;
    }
    return (~same & (uint32_t)(((uint64_t)1 << length) - 1)) == 0;
}

#elif !defined(ASSIZE_PLAIN_BYTES) && defined(__aarch64__) && defined(__ARM_NEON)

#include <arm_neon.h>

typedef uint64_t byte_mask;
enum { MASK_BITS = 4 };

static inline byte_mask bytes_bits(uint8x16_t lanes) {
    return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(lanes), 4)), 0);
}

static inline byte_mask bytes_special(const unsigned char *at) {
    uint8x16_t bytes = vld1q_u8(at);
    uint8x16_t low = vreinterpretq_u8_u8(vcltq_s8(vreinterpretq_s8_u8(bytes), vdupq_n_s8(0x20)));
    return bytes_bits(vorrq_u8(low, vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')), vceqq_u8(bytes, vdupq_n_u8('\\')))));
}

static inline byte_mask bytes_not_digit(const unsigned char *at) {
    return bytes_bits(vcgtq_u8(vsubq_u8(vld1q_u8(at), vdupq_n_u8('0')), vdupq_n_u8(9)));
}

static inline byte_mask bytes_end_number(const unsigned char *at) {
    uint8x16_t bytes = vld1q_u8(at);
    uint8x16_t blank = vreinterpretq_u8_u8(vcltq_s8(vreinterpretq_s8_u8(bytes), vdupq_n_s8(0x21)));
    uint8x16_t bracket = vceqq_u8(vorrq_u8(bytes, vdupq_n_u8(0x20)), vdupq_n_u8('}'));
    return bytes_bits(vorrq_u8(blank, vorrq_u8(bracket, vceqq_u8(bytes, vdupq_n_u8(',')))));
}

static inline byte_mask bytes_not_space(const unsigned char *at) {
    return bytes_bits(vmvnq_u8(vceqq_u8(vld1q_u8(at), vdupq_n_u8(' '))));
}

static inline bool bytes_equal(const unsigned char *at, const unsigned char *other, unsigned length) {
    return memcmp(at, other, length) == 0;
}

#else

typedef uint32_t byte_mask;
enum { MASK_BITS = 1 };

static inline byte_mask bytes_special(const unsigned char *at) {
    byte_mask mask = 0;
    for (unsigned i = 0; i < 16; i++) {
        mask |= (byte_mask)(at[i] < 0x20 || at[i] >= 0x80 || at[i] == '"' || at[i] == '\\') << i;
    }
    return mask;
}

static inline byte_mask bytes_not_digit(const unsigned char *at) {
    byte_mask mask = 0;
    for (unsigned i = 0; i < 16; i++) {
        mask |= (byte_mask)((unsigned char)(at[i] - '0') > 9) << i;
    }
    return mask;
}

static inline byte_mask bytes_end_number(const unsigned char *at) {
    byte_mask mask = 0;
    for (unsigned i = 0; i < 16; i++) {
        mask |= (byte_mask)(at[i] < 0x21 || at[i] >= 0x80 || at[i] == ',' || (at[i] | 0x20) == '}') << i;
    }
    return mask;
}

static inline byte_mask bytes_not_space(const unsigned char *at) {
    byte_mask mask = 0;
    for (unsigned i = 0; i < 16; i++) {
        mask |= (byte_mask)(at[i] != ' ') << i;
    }
    return mask;
}

static inline bool bytes_equal(const unsigned char *at, const unsigned char *other, unsigned length) {
    return memcmp(at, other, length) == 0;
}

#endif

/* The mask of the first `count` bytes, fewer than 16, in the terms of these masks. */
static inline byte_mask bytes_first_few(unsigned count) {
    return ((byte_mask)1 << count * MASK_BITS) - 1;
}

/* The first byte that a mask names; the mask is not 0. */
static inline unsigned bytes_first(byte_mask mask) {
    return (unsigned)(sizeof mask == 8 ? __builtin_ctzll(mask) : __builtin_ctz((unsigned)mask)) / MASK_BITS;
}

#endif
