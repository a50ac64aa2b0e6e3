/* Borrowed views of bytes: by value, no NUL needed. */
#ifndef POSTAGE_BASE_SLICE_H
#define POSTAGE_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *ptr;
    size_t len;
};

/* A string literal's slice: SLICE("file"). */
#define SLICE(literal) ((struct slice){ (literal), sizeof(literal) - 1 })

static inline struct slice slice_of(const char *text)
{
    return (struct slice){ text, text != NULL ? strlen(text) : 0 };
}

/* Copies it to where there is room for it, and returns the place after it: SLICE(...) then costs a store or two. */
static inline char *slice_put(char *at, struct slice text)
{
    if (text.len > 0)
        memcpy(at, text.ptr, text.len);
    return at + text.len;
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool slice_starts_with(struct slice text, struct slice prefix)
{
    return text.len >= prefix.len && (prefix.len == 0 || memcmp(text.ptr, prefix.ptr, prefix.len) == 0);
}

static inline bool slice_ends_with(struct slice text, struct slice suffix)
{
    return text.len >= suffix.len && (suffix.len == 0 || memcmp(text.ptr + text.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

static inline char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* ASCII only: field names are compared without regard to the locale. */
static inline bool slice_equal_ignoring_case(struct slice a, struct slice b)
{
    if (a.len != b.len)
        return false;
    /* Names of a family begin alike, so their ends are looked at first. */
    if (a.len > 0 && ascii_lower(a.ptr[a.len - 1]) != ascii_lower(b.ptr[b.len - 1]))
        return false;
    if (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0)
        return true;
    for (size_t i = 0; i < a.len; i++)
        if (a.ptr[i] != b.ptr[i] && ascii_lower(a.ptr[i]) != ascii_lower(b.ptr[i]))
            return false;
    return true;
}

/* The same against a NUL-terminated text, whose length need not be known: tables of names differ at their first bytes. */
static inline bool slice_is_ignoring_case(struct slice a, const char *text)
{
    for (size_t i = 0; i < a.len; i++)
        if (text[i] == '\0' || (a.ptr[i] != text[i] && ascii_lower(a.ptr[i]) != ascii_lower(text[i])))
            return false;
    return text[a.len] == '\0';
}

static inline bool slice_starts_with_ignoring_case(struct slice text, struct slice prefix)
{
    return slice_starts_with(text, prefix) ||
           (text.len >= prefix.len && slice_equal_ignoring_case((struct slice){ text.ptr, prefix.len }, prefix));
}

/* The first occurrence of `needle` in `text`, or NULL. An empty needle is found at the start. */
static inline const char *slice_find(struct slice text, struct slice needle)
{
    if (needle.len == 0)
        return text.ptr;
    for (size_t i = 0; i + needle.len <= text.len; i++)
        if (text.ptr[i] == needle.ptr[0] && memcmp(text.ptr + i, needle.ptr, needle.len) == 0)
            return text.ptr + i;
    return NULL;
}

#endif
