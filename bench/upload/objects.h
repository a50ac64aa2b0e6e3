/*
 * Many small uploads over a number of kept connections: what the contenders share. Each posts the same form with a file name,
 * and so a key, that is new each time. Allocations are those of the whole process, libcurl's and OpenSSL's included.
 *
 * Usage: objects_WHO PORT OBJECT_BYTES CONNECTIONS [NAME=VALUE...]
 *
 * ca=FILE   over TLS; the server's certificate is in this file
 *
 * The other settings are told in the first comment of the program that knows them.
 */
#ifndef POSTAGE_BENCH_OBJECTS_H
#define POSTAGE_BENCH_OBJECTS_H

#include <string.h>
#include <sys/resource.h>

#include "heap.h"
#include "postage/postage.h"
#include "postage/sandbox.h"
#include "round.h"

enum { LATENCIES_MAX = 1 << 20, CONNECTIONS_MAX = 512, ORIGIN_ROOM = 64 };

struct objects {
    const char *port;
    const char *ca_file; /* NULL: plain HTTP */
    char origin[ORIGIN_ROOM];
    char **settings; /* NULL after the last */
    char *data;      /* of every object */
    size_t object_bytes;
    size_t connections;
    struct postage_form *form;
    /* from here on: of the round that runs */
    double seconds;
    uint64_t begun; /* ever: numbers the keys */
    uint64_t ended; /* since the warm-up */
    size_t warm;    /* connections that have carried an object */
    uint64_t allocations_at_start, counted_allocations;
    bool measuring, over;
    struct cost start, cost;
    double user_s;
    uint32_t *latencies_ns;
};

/* --- a round --- */

static inline void objects_fail(const char *why)
{
    fprintf(stderr, "objects: %s\n", why);
    exit(1);
}

static inline int64_t objects_now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline double objects_user_s(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6;
}

/* A form as an issuer would make it: a prefix and the uploader's file name, a type, a size range, a field of metadata. */
static inline struct postage_form *objects_sign(const char *origin, const struct postage_allocator *alloc)
{
    struct postage_credentials_options credentials = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target_options target = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *keys = NULL;
    struct postage_signer *signer = NULL;
    struct postage_target *to = NULL;
    struct postage_policy *policy = NULL;
    struct postage_form *form = NULL;

    credentials.access_key_id = POSTAGE_SANDBOX_KEY_ID;
    credentials.secret_access_key = POSTAGE_SANDBOX_SECRET;
    target.endpoint = origin;
    target.region = "us-east-1";
    if (postage_credentials_new(&keys, &credentials, NULL, &err) != POSTAGE_OK ||
        postage_target_new(&to, "minio://bench", &target, NULL, &err) != POSTAGE_OK ||
        postage_signer_new(&signer, keys, alloc, &err) != POSTAGE_OK ||
        postage_policy_new(&policy, to, NULL, &err) != POSTAGE_OK ||
        postage_policy_key_template(policy, "objects/${filename}", &err) != POSTAGE_OK ||
        postage_policy_exact(policy, POSTAGE_CONTENT_TYPE, "application/octet-stream", &err) != POSTAGE_OK ||
        postage_policy_metadata(policy, "batch", "2025-11-21", &err) != POSTAGE_OK ||
        postage_policy_size_range(policy, 0, UINT64_C(1) << 40, &err) != POSTAGE_OK ||
        postage_policy_expires_in(policy, 3600, &err) != POSTAGE_OK ||
        postage_signer_sign(signer, policy, (int64_t)time(NULL), &form, &err) != POSTAGE_OK)
        objects_fail(err.message);
    postage_policy_free(policy);
    postage_signer_free(signer);
    postage_target_free(to);
    postage_credentials_free(keys);
    return form;
}

static inline void objects_origin(char out[ORIGIN_ROOM], const char *port, bool tls)
{
    snprintf(out, ORIGIN_ROOM, "%s://127.0.0.1:%s", tls ? "https" : "http", port);
}

/* What NAME=VALUE says; NULL without one. */
static inline const char *objects_setting(const struct objects *objects, const char *name)
{
    size_t length = strlen(name);

    for (char **setting = objects->settings; *setting != NULL; setting++)
        if (strncmp(*setting, name, length) == 0 && (*setting)[length] == '=')
            return *setting + length + 1;
    return NULL;
}

/* A setting that nobody reads would measure something else than its name says. `known` ends with NULL. */
static inline void objects_refuse_others(const struct objects *objects, const char *const *known)
{
    for (char **setting = objects->settings; *setting != NULL; setting++) {
        size_t length = strcspn(*setting, "="), i = 0;

        while (known[i] != NULL && (strlen(known[i]) != length || strncmp(known[i], *setting, length) != 0))
            i++;
        if (known[i] == NULL)
            objects_fail("a setting that this program does not know");
    }
}

static inline void objects_open(struct objects *objects, int argc, char **argv, const char *const *known)
{
    if (argc < 4)
        objects_fail("usage: PORT OBJECT_BYTES CONNECTIONS [NAME=VALUE...]");
    *objects = (struct objects){ .port = argv[1], .settings = argv + 4 };
    objects_refuse_others(objects, known);
    if (!heap_sees_libraries())
        objects_fail("the allocations of libraries are not counted");
    objects->ca_file = objects_setting(objects, "ca");
    objects_origin(objects->origin, objects->port, objects->ca_file != NULL);
    objects->object_bytes = (size_t)strtoul(argv[2], NULL, 10);
    objects->connections = (size_t)strtoul(argv[3], NULL, 10);
    if (objects->connections < 1 || objects->connections > CONNECTIONS_MAX)
        objects_fail("too many connections");
    objects->data = malloc(objects->object_bytes + 1);
    objects->latencies_ns = calloc(LATENCIES_MAX, sizeof *objects->latencies_ns);
    if (objects->data == NULL || objects->latencies_ns == NULL)
        objects_fail("out of memory");
    memset(objects->data, 'x', objects->object_bytes);
    objects->form = objects_sign(objects->origin, NULL);
    objects->seconds = round_seconds();
    objects->start = cost_now();
}

/* The next object's file name; all have the same length. */
static inline void objects_next_name(struct objects *objects, char name[24])
{
    snprintf(name, 24, "%012llu.bin", (unsigned long long)++objects->begun);
}

static inline void objects_begin_measuring(struct objects *objects)
{
    objects->measuring = true;
    objects->allocations_at_start = heap_calls();
    objects->user_s = -objects_user_s();
    objects->start = cost_now();
}

static inline void objects_end_measuring(struct objects *objects)
{
    objects->cost = cost_since(objects->start);
    objects->user_s += objects_user_s();
    objects->counted_allocations = heap_calls() - objects->allocations_at_start;
    objects->over = true;
}

/* What an object in work knows of itself; one for each connection. */
struct timing {
    int64_t began_ns;
    bool warm; /* an object has ended before */
};

/*
 * An object has been stored. @return whether another one is wanted. Handshakes do not count: measuring begins when each
 * connection has carried an object. The clock of the CPU is a system call: it is not asked every time.
 */
static inline bool objects_ended(struct objects *objects, struct timing *timing)
{
    double elapsed_s;

    objects->warm += timing->warm ? 0 : 1;
    timing->warm = true;
    if (objects->over)
        return false;
    if (objects->measuring)
        objects->latencies_ns[objects->ended++ % LATENCIES_MAX] = (uint32_t)(objects_now_ns() - timing->began_ns);
    if (objects->measuring && objects->ended % 16 != 0)
        return true;
    elapsed_s = cost_since(objects->start).wall_s;
    if (!objects->measuring && objects->warm == objects->connections && elapsed_s > objects->seconds / 10)
        objects_begin_measuring(objects);
    else if (objects->measuring && elapsed_s >= objects->seconds)
        objects_end_measuring(objects);
    return !objects->over;
}

static inline int objects_compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static inline void objects_close(struct objects *objects)
{
    size_t kept = objects->ended < LATENCIES_MAX ? (size_t)objects->ended : LATENCIES_MAX;
    double count = (double)objects->ended;

    qsort(objects->latencies_ns, kept, sizeof *objects->latencies_ns, objects_compare);
    printf("{\"objects_per_s\": %.1f, \"cpu_us_per_object\": %.3f, \"user_us_per_object\": %.3f, \"p50_us\": %.1f, "
           "\"p99_us\": %.1f, \"allocations_per_object\": %.2f}\n",
           count / objects->cost.wall_s, objects->cost.cpu_s * 1e6 / count, objects->user_s * 1e6 / count,
           objects->latencies_ns[kept / 2] / 1e3, objects->latencies_ns[kept * 99 / 100] / 1e3,
           (double)objects->counted_allocations / count);
    postage_form_free(objects->form);
    free(objects->latencies_ns);
    free(objects->data);
}

#endif
