/*
 * The floor: what an object costs a program that knows everything beforehand. Requests are written once, only the file name
 * changes; each goes out in one write and its reply is read, over epoll. Nothing is verified.
 */
#include "objects.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_ROOM = 8192, NAME_BYTES = 16 };

static const char boundary[] = "postagebenchmarkboundary00000000000000000000";

struct lane {
    int fd;
    char *request;
    char *name; /* inside it */
    size_t length;
    size_t sent;
    struct timing timing;
};

static size_t add_fields(char *at, const struct postage_form *form)
{
    const struct postage_field *fields;
    size_t count, length = 0;

    fields = postage_form_fields(form, &count);
    for (size_t i = 0; i < count; i++)
        length += (size_t)sprintf(at + length, "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", boundary,
                                  fields[i].name, fields[i].value);
    return length;
}

static void write_request(struct lane *lane, const struct objects *objects)
{
    char head[REQUEST_ROOM], *at = lane->request = malloc(objects->object_bytes + (size_t)2 * REQUEST_ROOM);
    size_t length = add_fields(head, objects->form), name_at;

    length += (size_t)sprintf(head + length, "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"", boundary);
    name_at = length;
    length += (size_t)sprintf(head + length, "%0*d\"\r\nContent-Type: application/octet-stream\r\n\r\n", NAME_BYTES, 0);
    at += sprintf(at,
                  "POST /bench HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nContent-Type: multipart/form-data; boundary=%s\r\n"
                  "Content-Length: %zu\r\n\r\n",
                  objects->port, boundary, length + objects->object_bytes + 8 + sizeof boundary - 1);
    memcpy(at, head, length);
    lane->name = at + name_at;
    at += length;
    memcpy(at, objects->data, objects->object_bytes);
    at += objects->object_bytes;
    at += sprintf(at, "\r\n--%s--\r\n", boundary);
    lane->length = (size_t)(at - lane->request);
}

static void go_on(struct lane *lane, int poll)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = lane };
    ssize_t wrote = write(lane->fd, lane->request + lane->sent, lane->length - lane->sent);

    if (wrote > 0)
        lane->sent += (size_t)wrote;
    if (lane->sent == lane->length && wrote == (ssize_t)lane->length)
        return;
    event.events |= lane->sent < lane->length ? EPOLLOUT : 0;
    epoll_ctl(poll, EPOLL_CTL_MOD, lane->fd, &event);
}

static void begin(struct lane *lane, struct objects *objects, int poll)
{
    char name[24];

    objects_next_name(objects, name);
    memcpy(lane->name, name, NAME_BYTES);
    lane->sent = 0;
    lane->timing.began_ns = objects_now_ns();
    go_on(lane, poll);
}

static void open_lane(struct lane *lane, const struct objects *objects, int poll)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = lane };
    int one = 1;

    address.sin_port = htons((uint16_t)strtoul(objects->port, NULL, 10));
    lane->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(lane->fd, (struct sockaddr *)&address, sizeof address) != 0)
        objects_fail("cannot connect");
    setsockopt(lane->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    epoll_ctl(poll, EPOLL_CTL_ADD, lane->fd, &event);
    write_request(lane, objects);
}

static bool heed(const struct epoll_event *event, struct objects *objects, int poll)
{
    struct lane *lane = event->data.ptr;
    char reply[4096];
    ssize_t got;

    if (lane->sent < lane->length) {
        go_on(lane, poll);
        return true;
    }
    got = read(lane->fd, reply, sizeof reply);
    if (got < 16 || memcmp(reply, "HTTP/1.1 204", 12) != 0)
        objects_fail("not a 204");
    if (!objects_ended(objects, &lane->timing))
        return false;
    begin(lane, objects, poll);
    return true;
}

int main(int argc, char **argv)
{
    static const char *const settings[] = { NULL };
    static struct lane lanes[CONNECTIONS_MAX];
    struct epoll_event events[CONNECTIONS_MAX];
    struct objects objects;
    int poll = epoll_create1(EPOLL_CLOEXEC), ready;

    objects_open(&objects, argc, argv, settings);
    for (size_t i = 0; i < objects.connections; i++) {
        open_lane(&lanes[i], &objects, poll);
        begin(&lanes[i], &objects, poll);
    }
    while (!objects.over && (ready = epoll_wait(poll, events, CONNECTIONS_MAX, 10000)) > 0)
        for (int i = 0; i < ready && heed(&events[i], &objects, poll); i++)
            ;
    for (size_t i = 0; i < objects.connections; i++) {
        close(lanes[i].fd);
        free(lanes[i].request);
    }
    objects_close(&objects);
    return objects.over ? 0 : 1;
}
