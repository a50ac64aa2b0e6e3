#include "http/pool.h"

#include "http/clock.h"

/* Longer than servers and what lies between keep them, as a rule (measured in docs/http.md); and a limit for balancers' sake.
 */
enum { IDLE_MAX_MS = 60 * 1000, LIFE_MAX_MS = 600 * 1000 };

void pool_init(struct pool *pool, size_t idle_max, const struct postage_allocator *alloc)
{
    *pool = (struct pool){ .alloc = mem_allocator(alloc), .idle_max = idle_max };
}

/* --- origins --- */

/* The origin asked for, moved to the front. */
static struct http_origin *find_origin(struct pool *pool, struct slice key)
{
    for (struct http_origin **at = &pool->origins; *at != NULL; at = &(*at)->next) {
        struct http_origin *origin = *at;

        if (!slice_equal((struct slice){ origin->key, origin->length }, key))
            continue;
        *at = origin->next;
        origin->next = pool->origins;
        pool->origins = origin;
        return origin;
    }
    return NULL;
}

static void leave_origin(struct pool *pool, struct http_origin *origin)
{
    struct http_origin **at = &pool->origins;

    if (--origin->connections > 0)
        return;
    while (*at != origin)
        at = &(*at)->next;
    *at = origin->next;
    mem_free(&pool->alloc, origin);
}

enum postage_status pool_add(struct pool *pool, struct http_connection *connection, struct slice key)
{
    struct http_origin *origin = find_origin(pool, key);

    if (origin == NULL) {
        origin = mem_alloc(&pool->alloc, sizeof *origin + key.len);
        if (origin == NULL)
            return POSTAGE_ERR_NOMEM;
        memcpy(origin->key, key.ptr, origin->length = key.len);
        origin->pool = pool;
        origin->next = pool->origins;
        pool->origins = origin;
    }
    origin->connections++;
    connection->origin = origin;
    return POSTAGE_OK;
}

/* --- idle ones --- */

static void take_out(struct pool *pool, struct http_connection *connection)
{
    *(connection->previous != NULL ? &connection->previous->next : &connection->origin->idle) = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    *(connection->newer != NULL ? &connection->newer->older : &pool->newest) = connection->older;
    *(connection->older != NULL ? &connection->older->newer : &pool->oldest) = connection->newer;
    connection->next = connection->previous = connection->newer = connection->older = NULL;
    pool->idle_count--;
}

void pool_close(struct pool *pool, struct http_connection *connection, bool abort)
{
    if (connection->origin != NULL)
        leave_origin(pool, connection->origin);
    connection_close(connection, abort);
}

static void close_idle(struct pool *pool, struct http_connection *connection)
{
    take_out(pool, connection);
    pool_close(pool, connection, false);
}

void pool_clear(struct pool *pool)
{
    while (pool->newest != NULL)
        close_idle(pool, pool->newest);
}

static bool is_fresh(const struct http_connection *connection, int64_t now_ms)
{
    return now_ms - connection->idle_ms < IDLE_MAX_MS && now_ms - connection->born_ms < LIFE_MAX_MS;
}

struct http_connection *pool_take(struct pool *pool, struct slice key)
{
    struct http_origin *origin = find_origin(pool, key);

    while (origin != NULL && origin->idle != NULL) {
        struct http_connection *connection = origin->idle;
        bool good = is_fresh(connection, clock_ms()) && connection_is_quiet(connection);

        if (good) {
            take_out(pool, connection);
            return connection;
        }
        if (origin->connections == 1)
            origin = NULL; /* goes with its last connection */
        close_idle(pool, connection);
    }
    return NULL;
}

/* An idle one is readable. */
static enum postage_status on_ready(struct watcher *watcher, const struct poller_event *event, struct postage_error *err)
{
    struct http_connection *connection = connection_of(watcher);

    (void)event;
    (void)err;
    if (!connection_is_quiet(connection))
        close_idle(connection->origin->pool, connection);
    return POSTAGE_OK;
}

void pool_give_back(struct pool *pool, struct http_connection *connection)
{
    connection->watcher.ready = on_ready;
    connection->owner = NULL;
    connection->used = true;
    connection->idle_ms = clock_ms();
    connection->next = connection->origin->idle;
    if (connection->next != NULL)
        connection->next->previous = connection;
    connection->origin->idle = connection;
    connection->older = pool->newest;
    *(pool->newest != NULL ? &pool->newest->newer : &pool->oldest) = connection;
    pool->newest = connection;
    if (++pool->idle_count > pool->idle_max)
        close_idle(pool, pool->oldest);
}
