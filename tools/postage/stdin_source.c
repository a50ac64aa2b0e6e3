#include "stdin_source.h"

#include "message.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct watcher {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct postage_waker *waker; /* under `lock`, as the two flags */
    bool wanted;                 /* a read found nothing */
    bool closing;
    int stop[2]; /* a pipe: a byte ends the thread's poll */
};

static void *watch(void *context)
{
    struct watcher *watcher = context;
    struct pollfd descriptors[2] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = watcher->stop[0], .events = POLLIN } };

    pthread_mutex_lock(&watcher->lock);
    while (!watcher->closing) {
        if (!watcher->wanted) {
            pthread_cond_wait(&watcher->changed, &watcher->lock);
            continue;
        }
        pthread_mutex_unlock(&watcher->lock);
        poll(descriptors, 2, -1);
        pthread_mutex_lock(&watcher->lock);
        watcher->wanted = false;
        if (watcher->waker != NULL)
            watcher->waker->wake(watcher->waker);
    }
    pthread_mutex_unlock(&watcher->lock);
    return NULL;
}

static enum postage_status answer_again(struct watcher *watcher)
{
    pthread_mutex_lock(&watcher->lock);
    watcher->wanted = true;
    pthread_cond_signal(&watcher->changed);
    pthread_mutex_unlock(&watcher->lock);
    return POSTAGE_AGAIN;
}

static enum postage_status read_stdin(void *context, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    struct pollfd descriptor = { .fd = STDIN_FILENO, .events = POLLIN };
    ssize_t bytes;

    *got = 0;
    if (poll(&descriptor, 1, 0) <= 0)
        return answer_again(context);
    bytes = read(STDIN_FILENO, dst, cap);
    if (bytes > 0) {
        *got = (size_t)bytes;
        return POSTAGE_OK;
    }
    if (bytes == 0)
        return POSTAGE_END;
    if (errno == EAGAIN || errno == EINTR)
        return answer_again(context);
    if (err != NULL) {
        *err = (struct postage_error){ .code = POSTAGE_ERR_SOURCE };
        snprintf(err->message, sizeof err->message, "stdin: %s", strerror(errno));
    }
    return POSTAGE_ERR_SOURCE;
}

static void set_waker(void *context, struct postage_waker *waker)
{
    struct watcher *watcher = context;

    pthread_mutex_lock(&watcher->lock);
    watcher->waker = waker;
    pthread_mutex_unlock(&watcher->lock);
}

static void close_watcher(void *context)
{
    struct watcher *watcher = context;

    pthread_mutex_lock(&watcher->lock);
    watcher->closing = true;
    watcher->waker = NULL;
    pthread_cond_signal(&watcher->changed);
    pthread_mutex_unlock(&watcher->lock);
    close(watcher->stop[1]); /* poll sees the hang-up */
    pthread_join(watcher->thread, NULL);
    close(watcher->stop[0]);
    pthread_cond_destroy(&watcher->changed);
    pthread_mutex_destroy(&watcher->lock);
    free(watcher);
}

static struct watcher *start_watcher(void)
{
    struct watcher *watcher = calloc(1, sizeof *watcher);

    if (watcher == NULL)
        return NULL;
    if (pipe(watcher->stop) != 0) {
        free(watcher);
        return NULL;
    }
    pthread_mutex_init(&watcher->lock, NULL);
    pthread_cond_init(&watcher->changed, NULL);
    if (pthread_create(&watcher->thread, NULL, watch, watcher) == 0)
        return watcher;
    close(watcher->stop[0]);
    close(watcher->stop[1]);
    free(watcher);
    return NULL;
}

enum exit_code stdin_source_open(struct postage_source *out, uint64_t length)
{
    struct postage_callback_source_options options = POSTAGE_CALLBACK_SOURCE_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct watcher *watcher = start_watcher();

    if (watcher == NULL)
        return fail(EXIT_INTERNAL, NULL, "stdin: cannot wait for it: no pipe or thread could be made");
    options.context = watcher;
    options.read = read_stdin;
    options.set_waker = set_waker;
    options.close = close_watcher;
    options.length_known = true;
    options.length = length;
    if (postage_source_callback(out, &options, NULL, &err) == POSTAGE_OK)
        return EXIT_DONE;
    close_watcher(watcher);
    return fail_error("stdin", &err);
}
