/* Posts two texts at once from a loop of your own:  drive_from_epoll FORM.json */
#include <sys/epoll.h>

#include "read_form.h"

static void watch(void *context, int descriptor, bool readable, bool writable)
{
    const int *epoll = context;
    struct epoll_event event = { .events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u), .data.fd = descriptor };

    if (event.events == 0)
        epoll_ctl(*epoll, EPOLL_CTL_DEL, descriptor, &event);
    else if (epoll_ctl(*epoll, EPOLL_CTL_MOD, descriptor, &event) != 0)
        epoll_ctl(*epoll, EPOLL_CTL_ADD, descriptor, &event);
}

static void done(void *context, const struct postage_result *result)
{
    int *stored = context;

    printf("%s %s\n", postage_object_state_name(result->object_state), result->error->message);
    *stored += result->object_state == POSTAGE_OBJECT_STORED;
}

int main(int argc, char **argv)
{
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_source sources[2] = { { 0 }, { 0 } };
    struct postage_form *form = argc == 2 ? read_form(argv[1]) : NULL;
    struct postage_client *client = NULL;
    int epoll = epoll_create1(EPOLL_CLOEXEC), stored = 0;

    options.watch = watch;
    options.context = &epoll;
    if (form == NULL || postage_client_new(&client, &options, NULL, NULL) != POSTAGE_OK)
        return 1;
    watch(&epoll, postage_client_wake_descriptor(client), true, false);
    for (int i = 0; i < 2; i++) {
        struct postage_upload_options upload = {
            .size = sizeof upload, .form = form, .source = &sources[i], .context = &stored, .on_done = done
        };
        if (postage_source_memory(&sources[i], "hello, bucket\n", 14, NULL, NULL) != POSTAGE_OK ||
            postage_client_submit(client, &upload, NULL, NULL) != POSTAGE_OK)
            return 1;
    }
    while (postage_client_pending(client) > 0) {
        struct epoll_event ready[8];
        int count = epoll_wait(epoll, ready, 8, (int)postage_client_timeout_ms(client));
        enum postage_status status = POSTAGE_OK;

        for (int i = 0; status == POSTAGE_OK && i < count; i++) /* errors and hang-ups count as readable */
            status = postage_client_on_ready(client, ready[i].data.fd, (ready[i].events & ~(unsigned)EPOLLOUT) != 0,
                                             (ready[i].events & EPOLLOUT) != 0, NULL);
        if (status != POSTAGE_OK || postage_client_on_timeout(client, NULL) != POSTAGE_OK)
            break; /* out of memory, say: freeing the client ends what is left */
    }
    postage_client_free(client);
    for (int i = 0; i < 2; i++)
        postage_source_close(&sources[i]);
    postage_form_free(form);
    return stored == 2 ? 0 : 1;
}
