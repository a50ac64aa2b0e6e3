/* One round of a benchmark program: how long it lasts, what it cost, and its figures as the line that bench/run.py reads. */
#ifndef POSTAGE_BENCH_ROUND_H
#define POSTAGE_BENCH_ROUND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

struct cost {
    double wall_s;
    double cpu_s; /* user and system, all threads of the process */
};

static inline struct cost cost_now(void)
{
    struct timespec wall, cpu;

    clock_gettime(CLOCK_MONOTONIC, &wall);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    return (struct cost){ (double)wall.tv_sec + (double)wall.tv_nsec / 1e9, (double)cpu.tv_sec + (double)cpu.tv_nsec / 1e9 };
}

static inline struct cost cost_since(struct cost start)
{
    struct cost now = cost_now();

    return (struct cost){ now.wall_s - start.wall_s, now.cpu_s - start.cpu_s };
}

/* How long a round lasts: bench/run.py says it in BENCH_SECONDS. */
static inline double round_seconds(void)
{
    const char *text = getenv("BENCH_SECONDS");

    return text != NULL ? strtod(text, NULL) : 0.5;
}

/*
 * Calls `step` in batches until the round's time has passed, after a tenth of it as warm-up. Returns the calls that count;
 * their cost goes to `*cost`. The clock is asked once per batch, which `batch` should make long against the 50 ns that takes.
 */
static inline uint64_t run_round(void (*step)(void *), void *state, uint64_t batch, struct cost *cost)
{
    double seconds = round_seconds();
    struct cost start = cost_now();
    uint64_t calls = 0;

    while (cost_since(start).wall_s < seconds / 10)
        step(state);
    start = cost_now();
    do {
        for (uint64_t i = 0; i < batch; i++)
            step(state);
        calls += batch;
        *cost = cost_since(start);
    } while (cost->wall_s < seconds);
    return calls;
}

/* What the optimiser must not remove although nobody reads it. */
static inline void keep(const void *bytes)
{
    __asm__ volatile("" : : "r"(bytes) : "memory");
}

#endif
