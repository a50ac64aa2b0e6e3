/*
 * The whole process's heap: its own malloc, calloc, realloc and the rest stand before the C library's, so that libcurl's and
 * OpenSSL's blocks are counted like the library's. For programs that link bench/heap.c; glibc only.
 */
#ifndef POSTAGE_BENCH_HEAP_H
#define POSTAGE_BENCH_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a block that OpenSSL takes is counted. Without it a figure of nothing would mean nothing. */
bool heap_sees_libraries(void);

/* Calls that asked for a block so far; a realloc is one. */
uint64_t heap_calls(void);

/* From now on bytes are counted, too: as many as can be used of each block. Before other threads, and before what counts. */
void heap_weigh(void);

/* Bytes that live, of those taken since heap_weigh; less what was taken before it and has been freed. */
int64_t heap_live_bytes(void);

/* The most that lived since heap_begin_peak. */
int64_t heap_peak_bytes(void);
void heap_begin_peak(void);

#endif
