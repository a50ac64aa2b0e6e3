/*
 * A server that swallows uploads: reads each POST's Content-Length bytes without copying them anywhere, answers 204, keeps the
 * connection open. Benchmarks and memory tests upload to it, so that neither a disk nor a real server is what they measure.
 *
 * Usage: sink            prints its port on 127.0.0.1, then serves until killed or until standard input ends
 */
#define _GNU_SOURCE /* strcasestr */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEAD_MAX_BYTES 32768
#define DISCARD_BYTES  (1024 * 1024)

static const char reply[] = "HTTP/1.1 204 No Content\r\nx-amz-request-id: SINK\r\n\r\n";
static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";

static bool send_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, text, len, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        text += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* Reads up to the empty line. `*have` bytes are in `head`, at least one of them beyond the head if the body has begun. */
static char *read_head(int fd, char *head, size_t *have)
{
    char *end;

    for (;;) {
        ssize_t got;

        head[*have] = '\0';
        end = strstr(head, "\r\n\r\n");
        if (end != NULL)
            return end + 4;
        if (*have == HEAD_MAX_BYTES)
            return NULL;
        got = recv(fd, head + *have, HEAD_MAX_BYTES - *have, 0);
        if (got <= 0)
            return NULL;
        *have += (size_t)got;
    }
}

/* MSG_TRUNC on TCP: the bytes are taken off the queue and not copied. The room is for tools that watch what recv may write. */
static bool discard(int fd, uint64_t bytes)
{
    static char nowhere[DISCARD_BYTES];

    while (bytes > 0) {
        ssize_t got = recv(fd, nowhere, bytes < DISCARD_BYTES ? (size_t)bytes : DISCARD_BYTES, MSG_TRUNC);

        if (got <= 0)
            return false;
        bytes -= (uint64_t)got;
    }
    return true;
}

static bool serve_one(int fd)
{
    char head[HEAD_MAX_BYTES + 1];
    size_t have = 0, in_buffer;
    char *body = read_head(fd, head, &have);
    const char *length;
    uint64_t bytes;

    if (body == NULL)
        return false;
    in_buffer = have - (size_t)(body - head);
    body[-1] = '\0';
    length = strcasestr(head, "\r\nContent-Length:");
    bytes = length == NULL ? 0 : strtoull(length + strlen("\r\nContent-Length:"), NULL, 10);
    if (strcasestr(head, "\r\nExpect: 100-continue") != NULL && !send_all(fd, interim, strlen(interim)))
        return false;
    if (bytes < in_buffer || !discard(fd, bytes - in_buffer))
        return false;
    return send_all(fd, reply, strlen(reply));
}

static void *serve_connection(void *argument)
{
    int fd = (int)(intptr_t)argument;

    while (serve_one(fd))
        ;
    close(fd);
    return NULL;
}

/* Whoever started the sink holds its standard input: when that ends, so does the sink. */
static void *end_with_stdin(void *unused)
{
    char byte;

    (void)unused;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    exit(0);
}

static bool start_thread(void *(*function)(void *), void *argument)
{
    pthread_t thread;

    return pthread_create(&thread, NULL, function, argument) == 0 && pthread_detach(thread) == 0;
}

static int listen_on_loopback(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, length) != 0 || listen(fd, 128) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &length) != 0) {
        perror("sink");
        exit(1);
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(void)
{
    int listener = listen_on_loopback();

    if (!start_thread(end_with_stdin, NULL))
        return 1;
    for (;;) {
        int fd = accept(listener, NULL, NULL);

        if (fd >= 0 && !start_thread(serve_connection, (void *)(intptr_t)fd))
            close(fd);
    }
}
