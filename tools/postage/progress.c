#include "progress.h"

#include "environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    DRAW_EVERY_MS = 100,
    SAMPLE_EVERY_MS = 500,
    DEFAULT_COLUMNS = 80,
    TEXT_COLUMNS = 60, /* what stands beside the bar */
    BAR_MAX_COLUMNS = 40
};

int64_t progress_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_bytes(char out[PROGRESS_TEXT_BYTES], double bytes)
{
    static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
    size_t unit = 0;

    while (bytes >= 1023.95 && unit + 1 < sizeof units / sizeof units[0]) {
        bytes /= 1024;
        unit++;
    }
    snprintf(out, PROGRESS_TEXT_BYTES, unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
}

void progress_seconds(char out[PROGRESS_TEXT_BYTES], double seconds)
{
    unsigned long whole = seconds < 1e9 ? (unsigned long)seconds : 1000000000;

    if (seconds < 10)
        snprintf(out, PROGRESS_TEXT_BYTES, "%.1f s", seconds);
    else if (whole < 120)
        snprintf(out, PROGRESS_TEXT_BYTES, "%lu s", whole);
    else if (whole < 7200)
        snprintf(out, PROGRESS_TEXT_BYTES, "%lu min %lu s", whole / 60, whole % 60);
    else
        snprintf(out, PROGRESS_TEXT_BYTES, "%lu h %lu min", whole / 3600, whole / 60 % 60);
}

void progress_init(struct progress *progress, bool wanted, size_t files, uint64_t total_bytes)
{
    const char *term = environment_get("TERM");

    *progress = (struct progress){ .files = files, .total_bytes = total_bytes };
    progress->enabled = wanted && isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
}

static int terminal_columns(void)
{
    struct winsize size;

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : DEFAULT_COLUMNS;
}

/* Half of the rate is what was measured since the last look, half what it was before. */
static void sample(struct progress *progress, int64_t now_ms)
{
    int64_t passed_ms = now_ms - progress->sampled_ms;
    uint64_t sent = progress->sent_bytes;
    double rate;

    if (progress->sampled_ms != 0 && passed_ms < SAMPLE_EVERY_MS)
        return;
    if (progress->sampled_ms != 0) {
        /* an attempt that starts again takes bytes back */
        rate = sent > progress->sampled_bytes ? (double)(sent - progress->sampled_bytes) * 1000 / (double)passed_ms : 0;
        progress->bytes_per_s = progress->bytes_per_s > 0 ? (progress->bytes_per_s + rate) / 2 : rate;
    }
    progress->sampled_ms = now_ms;
    progress->sampled_bytes = sent;
}

static void put_bar(int columns, double share)
{
    int width = columns - TEXT_COLUMNS < BAR_MAX_COLUMNS ? columns - TEXT_COLUMNS : BAR_MAX_COLUMNS;
    int filled = (int)(share * width);

    if (width < 5)
        return;
    fputc('[', stderr);
    for (int i = 0; i < width; i++)
        fputc(i < filled ? '=' : i == filled ? '>' : ' ', stderr);
    fputs("] ", stderr);
}

/* No line longer than the terminal: it could not be taken away again. */
static void put_text(const struct progress *progress, int columns, double share)
{
    char sent[PROGRESS_TEXT_BYTES], total[PROGRESS_TEXT_BYTES], rate[PROGRESS_TEXT_BYTES], left[PROGRESS_TEXT_BYTES];
    char text[256], files[48] = "";
    uint64_t rest = progress->total_bytes > progress->sent_bytes ? progress->total_bytes - progress->sent_bytes : 0;

    progress_bytes(sent, (double)progress->sent_bytes);
    progress_bytes(total, (double)progress->total_bytes);
    progress_bytes(rate, progress->bytes_per_s);
    strcpy(left, "?");
    if (progress->bytes_per_s > 0)
        progress_seconds(left, (double)rest / progress->bytes_per_s);
    if (progress->files > 1)
        snprintf(files, sizeof files, "%zu/%zu files ", progress->finished_files, progress->files);
    snprintf(text, sizeof text, "%3d%% %s%s / %s  %s/s  %s left", (int)(share * 100), files, sent, total, rate, left);
    fprintf(stderr, "%.*s", columns - 1, text);
}

void progress_draw(struct progress *progress)
{
    double share = progress->total_bytes > 0 ? (double)progress->sent_bytes / (double)progress->total_bytes : 0;
    int64_t now_ms = progress_now_ms();
    int columns;

    if (!progress->enabled)
        return;
    sample(progress, now_ms);
    if (progress->drawn && now_ms - progress->drawn_ms < DRAW_EVERY_MS)
        return;
    columns = terminal_columns();
    fputs("\r\033[K", stderr);
    if (share > 1)
        share = 1;
    put_bar(columns, share);
    put_text(progress, columns, share);
    fflush(stderr);
    progress->drawn = true;
    progress->drawn_ms = now_ms;
}

void progress_clear(void *context)
{
    struct progress *progress = context;

    if (!progress->drawn)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->drawn = false;
}
