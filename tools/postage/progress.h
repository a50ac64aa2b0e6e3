/*
 * One line on stderr that says how far all uploads together are: a bar, the rate, the time left. Drawn on terminals only, at
 * most ten times a second, and out of the way of every message.
 */
#ifndef POSTAGE_TOOL_PROGRESS_H
#define POSTAGE_TOOL_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for any text below, with its NUL. */
#define PROGRESS_TEXT_BYTES 32

struct progress {
    bool enabled;
    bool drawn;
    uint64_t total_bytes;
    uint64_t sent_bytes;
    size_t files;
    size_t finished_files;
    double bytes_per_s; /* smoothed */
    int64_t sampled_ms; /* when the rate was last looked at; 0: never */
    uint64_t sampled_bytes;
    int64_t drawn_ms;
};

void progress_init(struct progress *progress, bool wanted, size_t files, uint64_t total_bytes);
void progress_draw(struct progress *progress); /* if it is time */
void progress_clear(void *progress);           /* takes the line away; fits message_on_line */

/* "1.2 MiB", "4 B". */
void progress_bytes(char out[PROGRESS_TEXT_BYTES], double bytes);
/* "0.3 s", "42 s", "3 min 20 s", "2 h 5 min". */
void progress_seconds(char out[PROGRESS_TEXT_BYTES], double seconds);

/* Milliseconds of a clock that never jumps. */
int64_t progress_now_ms(void);

#endif
