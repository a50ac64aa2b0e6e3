/*
 * libcurl's own mime API: easy handles that are kept, their connections too, a mime structure per object as curl_mime_init(3)
 * shows it, driven by curl_multi_socket_action over epoll.
 *
 * by=perform   driven by curl_multi_perform and curl_multi_poll instead
 */
#include "objects.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <unistd.h>

struct lane {
    struct objects *objects;
    CURL *easy;
    curl_mime *mime;
    struct timing timing;
};

struct driver {
    CURLM *multi;
    int poll;
    int64_t due_ns; /* INT64_MAX: none */
};

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *context, void *known)
{
    static char mark;
    struct driver *driver = context;
    struct epoll_event event = { .data.fd = fd };

    (void)easy;
    event.events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0) | ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0);
    epoll_ctl(driver->poll,
              what == CURL_POLL_REMOVE ? EPOLL_CTL_DEL
              : known != NULL          ? EPOLL_CTL_MOD
                                       : EPOLL_CTL_ADD,
              fd, &event);
    curl_multi_assign(driver->multi, fd, what == CURL_POLL_REMOVE ? NULL : &mark);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *context)
{
    struct driver *driver = context;

    (void)multi;
    driver->due_ns = timeout_ms < 0 ? INT64_MAX : objects_now_ns() + timeout_ms * 1000000;
    return 0;
}

static void add_part(curl_mime *mime, const char *name, const char *value)
{
    curl_mimepart *part = curl_mime_addpart(mime);

    if (curl_mime_name(part, name) != CURLE_OK || curl_mime_data(part, value, CURL_ZERO_TERMINATED) != CURLE_OK)
        objects_fail("out of memory");
}

/* A callback instead of curl_mime_data, which would copy the object. */
struct reading {
    const char *data;
    size_t length, at;
};

static size_t on_read(char *dst, size_t size, size_t count, void *context)
{
    struct reading *reading = context;
    size_t left = reading->length - reading->at, length = size * count < left ? size * count : left;

    memcpy(dst, reading->data + reading->at, length);
    reading->at += length;
    return length;
}

static void begin(struct lane *lane, struct driver *driver)
{
    struct objects *objects = lane->objects;
    size_t count;
    const struct postage_field *fields = postage_form_fields(objects->form, &count);
    struct reading *reading = malloc(sizeof *reading);
    curl_mimepart *file;
    char name[24];

    objects_next_name(objects, name);
    lane->timing.began_ns = objects_now_ns();
    lane->mime = curl_mime_init(lane->easy);
    for (size_t i = 0; i < count; i++)
        add_part(lane->mime, fields[i].name, fields[i].value);
    file = curl_mime_addpart(lane->mime);
    *reading = (struct reading){ objects->data, objects->object_bytes, 0 };
    if (curl_mime_name(file, "file") != CURLE_OK || curl_mime_filename(file, name) != CURLE_OK ||
        curl_mime_type(file, "application/octet-stream") != CURLE_OK ||
        curl_mime_data_cb(file, (curl_off_t)reading->length, on_read, NULL, free, reading) != CURLE_OK ||
        curl_easy_setopt(lane->easy, CURLOPT_MIMEPOST, lane->mime) != CURLE_OK ||
        curl_multi_add_handle(driver->multi, lane->easy) != CURLM_OK)
        objects_fail("out of memory");
}

static void collect(struct driver *driver)
{
    CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(driver->multi, &left)) != NULL) {
        CURLcode code = message->data.result;
        CURL *easy = message->easy_handle;
        struct lane *lane;
        long status = 0;

        curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&lane);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (code != CURLE_OK || status != 204)
            objects_fail("not a 204");
        curl_multi_remove_handle(driver->multi, easy);
        curl_mime_free(lane->mime);
        lane->mime = NULL;
        if (objects_ended(lane->objects, &lane->timing))
            begin(lane, driver);
    }
}

static void wait_by_epoll(struct driver *driver)
{
    struct epoll_event events[CONNECTIONS_MAX];
    int64_t wait_ns = driver->due_ns == INT64_MAX ? INT64_C(10000000000) : driver->due_ns - objects_now_ns();
    int ready = epoll_wait(driver->poll, events, CONNECTIONS_MAX, wait_ns > 0 ? (int)((wait_ns + 999999) / 1000000) : 0),
        running;

    for (int i = 0; i < ready; i++)
        curl_multi_socket_action(driver->multi, events[i].data.fd,
                                 ((events[i].events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0) |
                                     ((events[i].events & ~(uint32_t)EPOLLOUT) != 0 ? CURL_CSELECT_IN : 0),
                                 &running);
    if (driver->due_ns <= objects_now_ns()) {
        driver->due_ns = INT64_MAX;
        curl_multi_socket_action(driver->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

static void wait_by_perform(struct driver *driver)
{
    int running;

    curl_multi_perform(driver->multi, &running);
    if (running > 0)
        curl_multi_poll(driver->multi, NULL, 0, 1000, NULL);
}

static void lane_init(struct lane *lane, struct objects *objects)
{
    char url[ORIGIN_ROOM + sizeof "/bench"];

    *lane = (struct lane){ .objects = objects, .easy = curl_easy_init() };
    if (lane->easy == NULL)
        objects_fail("out of memory");
    snprintf(url, sizeof url, "%s/bench", objects->origin);
    curl_easy_setopt(lane->easy, CURLOPT_URL, url);
    curl_easy_setopt(lane->easy, CURLOPT_PRIVATE, lane);
    curl_easy_setopt(lane->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(lane->easy, CURLOPT_PROXY, "");
    if (objects->ca_file != NULL)
        curl_easy_setopt(lane->easy, CURLOPT_CAINFO, objects->ca_file);
}

static void driver_init(struct driver *driver, size_t connections, bool by_perform)
{
    *driver = (struct driver){ .multi = curl_multi_init(), .poll = epoll_create1(EPOLL_CLOEXEC), .due_ns = INT64_MAX };
    curl_multi_setopt(driver->multi, CURLMOPT_MAXCONNECTS, (long)connections);
    if (by_perform)
        return;
    curl_multi_setopt(driver->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(driver->multi, CURLMOPT_SOCKETDATA, driver);
    curl_multi_setopt(driver->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(driver->multi, CURLMOPT_TIMERDATA, driver);
}

int main(int argc, char **argv)
{
    static const char *const settings[] = { "ca", "by", NULL };
    static struct lane lanes[CONNECTIONS_MAX];
    struct driver driver;
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    struct objects objects;
    bool by_perform;

    objects_open(&objects, argc, argv, settings);
    by_perform = objects_setting(&objects, "by") != NULL;
    curl_global_init(CURL_GLOBAL_ALL);
    driver_init(&driver, objects.connections, by_perform);
    for (size_t i = 0; i < objects.connections; i++) {
        lane_init(&lanes[i], &objects);
        curl_easy_setopt(lanes[i].easy, CURLOPT_HTTPHEADER, headers);
        begin(&lanes[i], &driver);
    }
    while (!objects.over) {
        (by_perform ? wait_by_perform : wait_by_epoll)(&driver);
        collect(&driver);
    }
    for (size_t i = 0; i < objects.connections; i++) {
        if (lanes[i].mime != NULL)
            curl_multi_remove_handle(driver.multi, lanes[i].easy);
        curl_mime_free(lanes[i].mime);
        curl_easy_cleanup(lanes[i].easy);
    }
    curl_multi_cleanup(driver.multi);
    curl_slist_free_all(headers);
    close(driver.poll);
    objects_close(&objects);
    return 0;
}
