/* Sixteen bytes of a text at once: which of them are digits, and which end a run of plain characters.
 *
 * SSE2 on x86-64, NEON on 64-bit ARM, plain C elsewhere: the same answers from each. A mask has a bit for each byte, the first
 * byte's lowest; NEON has one of four bits for each, which is why bytes_first divides. Whoever asks makes sure that 16 bytes
 * may be read, and for a spelling 32. */
#ifndef RECORDS_BYTES_H
#define RECORDS_BYTES_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Bytes that a place in a text is compared with. */
enum { SPELLING_MAX = 48 };
struct spelling {
    _Alignas(16) unsigned char bytes[SPELLING_MAX];
    uint32_t beyond; /* of the first 32 those that do not count, a bit for each */
    uint32_t length; /* 0: it is not known, and stands nowhere but perhaps before what is no JSON */
};

/* Of no length, or of more than there is room for, it is not known. */
static inline void spelling_set(struct spelling *spelling, const unsigned char *bytes, size_t length) {
    *spelling = (struct spelling){.length = length <= SPELLING_MAX ? (uint32_t)length : 0};
    if (spelling->length == 0) {
        memset(spelling->bytes, 0xff, sizeof spelling->bytes);
        return;
    }
    memcpy(spelling->bytes, bytes, length);
    spelling->beyond = length < 32 ? UINT32_MAX << length : 0;
}

#if !defined(ASSIZE_PLAIN_BYTES) && defined(__SSE2__)

#include <emmintrin.h>

typedef uint32_t byte_mask;
enum { MASK_BITS = 1 };
#define MASK_ALL 0xffffu
#define BYTES_FIRST 1u /* the mask of the first byte alone */

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

/* Moved, the ten digits are 0x76 to 0x7f, and everything else has its sign bit set. */
static inline byte_mask bytes_not_digit(const unsigned char *at) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i moved = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    return bytes_bits(_mm_adds_epu8(moved, _mm_set1_epi8(0x7f - 9)));
}

static inline byte_mask bytes_not_space(const unsigned char *at) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    return bytes_bits(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '))) ^ MASK_ALL;
}

static inline uint32_t bytes_same(const unsigned char *at, const unsigned char *other) {
    __m128i a = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i b = _mm_load_si128((const __m128i *)(const void *)other);
    return bytes_bits(_mm_cmpeq_epi8(a, b));
}

/* Where it stands, the place behind it; else NULL. */
static inline const unsigned char *spelling_pass(const struct spelling *spelling, const unsigned char *at) {
    uint32_t same = bytes_same(at, spelling->bytes) | bytes_same(at + 16, spelling->bytes + 16) << 16;
    bool stands = (same | spelling->beyond) == UINT32_MAX &&
                  (spelling->length <= 32 || memcmp(at + 32, spelling->bytes + 32, spelling->length - 32) == 0);
    return stands ? at + spelling->length : NULL;
}

#elif !defined(ASSIZE_PLAIN_BYTES) && defined(__aarch64__) && defined(__ARM_NEON)

#include <arm_neon.h>

typedef uint64_t byte_mask;
enum { MASK_BITS = 4 };
#define BYTES_FIRST ((byte_mask)8)

static inline byte_mask bytes_bits(uint8x16_t lanes) {
    return vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(lanes), 4)), 0) & 0x8888888888888888u;
}

static inline byte_mask bytes_special(const unsigned char *at) {
    uint8x16_t bytes = vld1q_u8(at);
    uint8x16_t low = vcltq_s8(vreinterpretq_s8_u8(bytes), vdupq_n_s8(0x20));
    return bytes_bits(vorrq_u8(low, vorrq_u8(vceqq_u8(bytes, vdupq_n_u8('"')), vceqq_u8(bytes, vdupq_n_u8('\\')))));
}

static inline byte_mask bytes_not_digit(const unsigned char *at) {
    return bytes_bits(vcgtq_u8(vsubq_u8(vld1q_u8(at), vdupq_n_u8('0')), vdupq_n_u8(9)));
}

static inline byte_mask bytes_not_space(const unsigned char *at) {
    return bytes_bits(vmvnq_u8(vceqq_u8(vld1q_u8(at), vdupq_n_u8(' '))));
}

static inline const unsigned char *spelling_pass(const struct spelling *spelling, const unsigned char *at) {
    bool stands = spelling->length > 0 && memcmp(at, spelling->bytes, spelling->length) == 0;
    return stands ? at + spelling->length : NULL;
}

#else

typedef uint32_t byte_mask;
enum { MASK_BITS = 1 };
#define BYTES_FIRST 1u

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

static inline byte_mask bytes_not_space(const unsigned char *at) {
    byte_mask mask = 0;
    for (unsigned i = 0; i < 16; i++) {
        mask |= (byte_mask)(at[i] != ' ') << i;
    }
    return mask;
}

static inline const unsigned char *spelling_pass(const struct spelling *spelling, const unsigned char *at) {
    bool stands = spelling->length > 0 && memcmp(at, spelling->bytes, spelling->length) == 0;
    return stands ? at + spelling->length : NULL;
}

#endif

/* The integer that `count` digits are, 1 to 8 of them; eight bytes may be read. */
static inline uint64_t bytes_digits(const unsigned char *at, unsigned count) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t value;
    memcpy(&value, at, sizeof value);
    value = (value << (64 - 8 * count)) & 0x0f0f0f0f0f0f0f0fu; /* each digit a byte, zeros before them */
    value = (value * 10 + (value >> 8)) & 0x00ff00ff00ff00ffu; /* two digits in two bytes */
    value = (value * 100 + (value >> 16)) & 0x0000ffff0000ffffu;
    return (value * 10000 + (value >> 32)) & 0xffffffffu;
#else
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++) {
        value = value * 10 + (at[i] - '0');
    }
    return value;
#endif
}

/* A mask without the first byte that it names. */
static inline byte_mask bytes_after_first(byte_mask mask) {
    return mask & (mask - 1);
}

/* The first byte that a mask names; the mask is not 0. */
static inline unsigned bytes_first(byte_mask mask) {
    return (unsigned)(sizeof mask == 8 ? __builtin_ctzll(mask) : __builtin_ctz((unsigned)mask)) / MASK_BITS;
}

#endif
