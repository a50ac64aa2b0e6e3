/*
 * What a client says of an upload, against what a store really has, when the connection dies at any byte of the request or of
 * the reply: plain and under TLS, on a new connection and on one that has been used.
 *
 *     unit-upload-verdict_faults          every byte of the closing delimiter and of a reply, and a part of the rest
 *     unit-upload-verdict_faults all      every byte of everything
 */
#include "support/client_bench.h"
#include "support/faulty_sandbox.h"

#include <dirent.h>

#include <curl/curl.h>

#include "postage/postage.h"

#define PREFIX "sweep/cell-"

enum {
    SMALL_BYTES = 64,
    LARGE_BYTES = 6 << 20,                        /* more than the kernel takes at once */
    DELIMITER_BYTES = POSTAGE_BOUNDARY_DRAWN + 8, /* the closing one: CR LF, two dashes, boundary, two dashes, CR LF */
    TAIL_BYTES = DELIMITER_BYTES + 3,             /* it and the end of the file */
    SHORT_LIMIT_MS = 150,
    TOO_LONG_MS = 2500 /* for anything but a limit: the machine may be busy */
};

static bool sweep_all;

/* --- what is tried --- */

enum kind { KIND_CREATED, KIND_EMPTY, KIND_REFUSED, KIND_LARGE, KINDS };

static const char *const kind_names[] = { "201", "204", "refused", "large" };
static const char *const direction_names[] = { "request", "reply" };
static const char *const action_names[] = { "none", "cut", "reset", "mute", "hold", "delay", "throttle", "corrupt" };

struct cell {
    enum kind kind;
    bool reused;
    struct fault fault;
    uint32_t delay_ms; /* before the fault, at the same byte: the client hands over what the kernel takes */
    /* What came of it. */
    enum postage_object_state state;
    enum postage_outcome outcome;
    int64_t took_ms;
    uint64_t number;
    uint64_t passed[FAULT_DIRECTIONS];
    char message[160];
};

struct sweep {
    struct faulty_sandbox faulty;
    bool tls;
    struct postage_form *forms[KINDS];
    struct cell *cells;
    size_t count, cap;
    uint64_t lengths[KINDS][FAULT_DIRECTIONS]; /* of whole requests and replies */
    unsigned wrong;
};

/* --- forms --- */

static struct postage_form *sign(const char *endpoint, enum kind kind)
{
    struct postage_credentials_options keys = POSTAGE_CREDENTIALS_OPTIONS_INIT;
    struct postage_target_options options = POSTAGE_TARGET_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_credentials *credentials;
    struct postage_target *target;
    struct postage_policy *policy;
    struct postage_signer *signer;
    struct postage_form *form;

    options.endpoint = endpoint;
    keys.access_key_id = POSTAGE_SANDBOX_KEY_ID;
    keys.secret_access_key = POSTAGE_SANDBOX_SECRET;
    assert_ok(postage_target_new(&target, "minio://minio/", &options, NULL, &err), err);
    assert_ok(postage_policy_new(&policy, target, NULL, &err), err);
    assert_ok(postage_policy_key_template(policy, "sweep/${filename}", &err), err);
    assert_ok(postage_policy_exact(policy, POSTAGE_SUCCESS_STATUS, kind == KIND_EMPTY ? "204" : "201", &err), err);
    assert_ok(postage_policy_size_range(policy, 1, kind == KIND_REFUSED ? SMALL_BYTES / 2 : LARGE_BYTES, &err), err);
    assert_ok(postage_policy_expires_in(policy, 3600, &err), err);
    assert_ok(postage_credentials_new(&credentials, &keys, NULL, &err), err);
    assert_ok(postage_signer_new(&signer, credentials, NULL, &err), err);
    assert_ok(postage_signer_sign(signer, policy, time(NULL), &form, &err), err);
    postage_signer_free(signer);
    postage_credentials_free(credentials);
    postage_policy_free(policy);
    postage_target_free(target);
    return form;
}

static void complain(struct sweep *sweep, const struct cell *cell, const char *what)
{
    sweep->wrong++;
    print_error("%s, %s, %s at %llu of the %s (%s): %s: %s, %s, %lld ms: %s\n", sweep->tls ? "TLS" : "plain",
                cell->reused ? "used" : "new", action_names[cell->fault.action], (unsigned long long)cell->fault.at,
                direction_names[cell->fault.direction], kind_names[cell->kind], what, postage_object_state_name(cell->state),
                postage_outcome_name(cell->outcome), (long long)cell->took_ms, cell->message);
}

/* --- one cell --- */

static void note_result(void *context, const struct postage_result *result)
{
    struct cell *cell = context;

    cell->state = result->object_state;
    cell->outcome = result->outcome;
    snprintf(cell->message, sizeof cell->message, "%.159s", result->error->message);
}

/* One upload of `client`. The number is its key's, so that the ledger can be asked about it. */
static void upload(struct sweep *sweep, struct postage_client *client, struct cell *cell, const char *name)
{
    static char object[LARGE_BYTES]; /* zeros */
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    size_t bytes = cell->kind == KIND_LARGE ? LARGE_BYTES : SMALL_BYTES;
    struct postage_source source;
    int64_t started_ms = now_ms();

    assert_int_equal(postage_source_memory(&source, object, bytes, NULL, NULL), POSTAGE_OK);
    options.form = sweep->forms[cell->kind];
    options.source = &source;
    options.file_name = name;
    options.skip_check = true;
    options.context = cell;
    options.on_done = note_result;
    if (cell->fault.action == FAULT_HOLD)
        options.idle_timeout_ms = options.response_timeout_ms = SHORT_LIMIT_MS;
    assert_ok(postage_client_submit(client, &options, NULL, &err), err);
    run_all(client);
    cell->took_ms = now_ms() - started_ms;
    postage_source_close(&source);
}

static struct postage_client *new_client(const struct sweep *sweep, struct postage_counting_allocator *counting)
{
    struct postage_client_options options = POSTAGE_CLIENT_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_client *client;

    options.ca_file = sweep->tls ? sweep->faulty.ca_file : NULL;
    assert_ok(postage_client_new(&client, &options, postage_counting_allocator_use(counting), &err), err);
    return client;
}

/* A connection that has been used well once. */
static void warm_up(struct sweep *sweep, struct postage_client *client)
{
    struct cell good = { .kind = KIND_CREATED };

    upload(sweep, client, &good, "warm-up");
    assert_int_equal(good.state, POSTAGE_OBJECT_STORED);
    assert_true(faulty_settle(&sweep->faulty));
}

static void run_cell(struct sweep *sweep, struct cell *cell, size_t number)
{
    struct postage_counting_allocator *counting;
    struct postage_client *client;
    const struct fault faults[] = { cell->fault, { cell->fault.direction, FAULT_DELAY, cell->fault.at, cell->delay_ms } };
    char name[32];

    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    client = new_client(sweep, counting);
    if (cell->reused)
        warm_up(sweep, client);
    snprintf(name, sizeof name, "cell-%06zu", number);
    faulty_arm(&sweep->faulty, faults, cell->fault.action == FAULT_NONE ? 0 : 2);
    upload(sweep, client, cell, name);
    postage_client_free(client);
    if (!faulty_settle(&sweep->faulty)) {
        complain(sweep, cell, "the client is done, and its connection is not");
        fail();
    }
    cell->number = sweep->faulty.number;
    memcpy(cell->passed, sweep->faulty.passed, sizeof cell->passed);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

/* --- which cells --- */

static void add_cell(struct sweep *sweep, struct cell cell)
{
    if (sweep->count == sweep->cap) {
        sweep->cap = sweep->cap > 0 ? sweep->cap * 2 : 1024;
        sweep->cells = realloc(sweep->cells, sweep->cap * sizeof *sweep->cells);
        assert_non_null(sweep->cells);
    }
    sweep->cells[sweep->count++] = cell;
}

/*
 * `from` to `to` inclusive, the last one always, `step` apart. A cut and a reset, a new connection and a used one begin at a
 * quarter of a step each: together they take every byte if the step is 4.
 */
static void add_range(struct sweep *sweep, struct cell cell, uint64_t from, uint64_t to, uint64_t step)
{
    uint64_t quarter = (cell.reused ? 2U : 0U) + (cell.fault.action == FAULT_RESET ? 1U : 0U);

    for (uint64_t at = from + step * quarter / 4; at < to; at += step) {
        cell.fault.at = at;
        add_cell(sweep, cell);
    }
    cell.fault.at = to;
    add_cell(sweep, cell);
}

/* A request's bytes, all of its length included: then the store has it all and does not answer. */
static void add_request(struct sweep *sweep, struct cell cell, uint64_t step)
{
    uint64_t length = sweep->lengths[cell.kind][FAULT_REQUEST];

    cell.fault.direction = FAULT_REQUEST;
    add_range(sweep, cell, 0, length - TAIL_BYTES - 1, sweep_all ? 1 : step);
    add_range(sweep, cell, length - TAIL_BYTES, length, 1);
}

/* Where the kernel holds much that nobody has read, and where the last byte of it is near. */
static void add_large(struct sweep *sweep, struct cell cell)
{
    uint64_t length = sweep->lengths[KIND_LARGE][FAULT_REQUEST], head = length - LARGE_BYTES - DELIMITER_BYTES;

    cell.kind = KIND_LARGE;
    cell.fault.direction = FAULT_REQUEST;
    add_range(sweep, cell, 0, head, sweep_all ? UINT64_C(29) : head / 2);
    add_range(sweep, cell, head + 1, length - DELIMITER_BYTES - 1, (uint64_t)LARGE_BYTES / (sweep_all ? 61 : 3));
    add_range(sweep, cell, length - DELIMITER_BYTES, length, sweep_all ? 1U : DELIMITER_BYTES / 3U);
}

/* A store that has ended its direction and still takes, and keeps, whatever the client's kernel goes on sending. */
static void add_mute(struct sweep *sweep)
{
    const uint64_t *lengths = sweep->lengths[KIND_LARGE];
    uint64_t head = lengths[FAULT_REQUEST] - LARGE_BYTES - DELIMITER_BYTES;
    struct cell cell = { .kind = KIND_CREATED, .fault = { FAULT_REQUEST, FAULT_MUTE, 0, 0 } };

    add_range(sweep, cell, 0, sweep->lengths[KIND_CREATED][FAULT_REQUEST], sweep_all ? 1 : 311);
    cell.kind = KIND_LARGE;
    for (uint64_t i = 0; i < 16; i++) {
        cell.reused = i % 2 == 1;
        cell.delay_ms = i / 2 % 2 == 1 ? 40 : 0;
        cell.fault.at = head + 1 + LARGE_BYTES / 16 * i;
        add_cell(sweep, cell);
    }
}

static void add_reply(struct sweep *sweep, struct cell cell, uint64_t step)
{
    cell.fault.direction = FAULT_REPLY;
    add_range(sweep, cell, 0, sweep->lengths[cell.kind][FAULT_REPLY], sweep_all ? 1 : step);
}

static void add_deaths(struct sweep *sweep)
{
    static const enum fault_action deaths[] = { FAULT_CUT, FAULT_RESET };

    for (size_t i = 0; i < 4; i++) {
        struct cell cell = { .kind = KIND_CREATED, .reused = i / 2 == 1, .fault = { .action = deaths[i % 2] } };

        add_request(sweep, cell, 97);
        add_reply(sweep, cell, sweep->tls ? 31 : 4);
        add_large(sweep, cell);
        cell.kind = KIND_EMPTY;
        add_reply(sweep, cell, 29);
        cell.kind = KIND_REFUSED;
        add_reply(sweep, cell, 37);
    }
}

static void add_stops(struct sweep *sweep)
{
    uint64_t request = sweep->lengths[KIND_CREATED][FAULT_REQUEST], reply = sweep->lengths[KIND_CREATED][FAULT_REPLY];
    const struct fault stops[] = {
        { FAULT_REQUEST, FAULT_HOLD, 0, 0 },
        { FAULT_REQUEST, FAULT_HOLD, request / 2, 0 },
        { FAULT_REQUEST, FAULT_HOLD, request - 1, 0 },
        { FAULT_REQUEST, FAULT_HOLD, request, 0 },
        { FAULT_REPLY, FAULT_HOLD, 0, 0 },
        { FAULT_REPLY, FAULT_HOLD, 5, 0 },
        { FAULT_REPLY, FAULT_HOLD, reply - 1, 0 },
        { FAULT_REQUEST, FAULT_DELAY, request / 3, 30 },
        { FAULT_REPLY, FAULT_DELAY, reply / 2, 30 },
        { FAULT_REQUEST, FAULT_THROTTLE, request - 300, 2000 },
        { FAULT_REPLY, FAULT_THROTTLE, 0, 4000 },
    };

    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++)
        add_cell(sweep, (struct cell){ .kind = KIND_CREATED, .reused = i % 2 == 1, .fault = stops[i] });
}

/* --- what is true of a cell --- */

/* Faults after which an honest client knows: nothing was lost, or the whole reply came before the end. */
static bool is_known(const struct sweep *sweep, const struct cell *cell)
{
    if (cell->fault.action == FAULT_DELAY || cell->fault.action == FAULT_THROTTLE)
        return true;
    return cell->fault.action == FAULT_CUT && cell->fault.direction == FAULT_REPLY &&
           cell->fault.at == sweep->lengths[cell->kind][FAULT_REPLY];
}

/* The store has read it all, so only a whole reply can tell. */
static bool is_doubtful(const struct sweep *sweep, const struct cell *cell)
{
    return cell->fault.direction == FAULT_REPLY && cell->passed[FAULT_REPLY] < sweep->lengths[cell->kind][FAULT_REPLY];
}

static void judge(struct sweep *sweep, const struct cell *cell, bool stored)
{
    enum postage_object_state truth = stored ? POSTAGE_OBJECT_STORED : POSTAGE_OBJECT_NOT_STORED;

    if (cell->state != POSTAGE_OBJECT_UNKNOWN && cell->state != truth)
        complain(sweep, cell, stored ? "the store has it" : "the store has it not");
    else if (is_known(sweep, cell) && cell->state != truth)
        complain(sweep, cell, "nothing was in doubt");
    else if (is_doubtful(sweep, cell) && cell->state != POSTAGE_OBJECT_UNKNOWN)
        complain(sweep, cell, "a guess, if a good one");
    if ((cell->outcome == POSTAGE_OUTCOME_OK) != (cell->state == POSTAGE_OBJECT_STORED))
        complain(sweep, cell, "outcome and state disagree");
    if (cell->took_ms > TOO_LONG_MS)
        complain(sweep, cell, "took too long");
    if (cell->number != (cell->reused ? 2 : 1))
        complain(sweep, cell, "not the connection that was meant");
    if (cell->passed[cell->fault.direction] < cell->fault.at)
        complain(sweep, cell, "the fault was not reached");
}

static void judge_all(struct sweep *sweep)
{
    bool *stored = calloc(sweep->count, sizeof *stored);
    unsigned counts[3] = { 0 }, held = 0;

    assert_non_null(stored);
    faulty_read_ledger(&sweep->faulty, PREFIX, stored, sweep->count);
    for (size_t i = 0; i < sweep->count; i++) {
        judge(sweep, &sweep->cells[i], stored[i]);
        counts[sweep->cells[i].state]++;
        held += stored[i];
    }
    print_message("%s: %zu cells, %u held; stored %u, not stored %u, unknown %u\n", sweep->tls ? "TLS" : "plain", sweep->count,
                  held, counts[POSTAGE_OBJECT_STORED], counts[POSTAGE_OBJECT_NOT_STORED], counts[POSTAGE_OBJECT_UNKNOWN]);
    free(stored);
}

/* --- the tests --- */

static void sweep_start(struct sweep *sweep, bool tls)
{
    *sweep = (struct sweep){ .tls = tls };
    faulty_start(&sweep->faulty, tls);
    for (enum kind kind = 0; kind < KINDS; kind++)
        sweep->forms[kind] = sign(postage_sandbox_endpoint(sweep->faulty.sandbox, 0), kind);
}

static void sweep_stop(struct sweep *sweep)
{
    for (enum kind kind = 0; kind < KINDS; kind++)
        postage_form_free(sweep->forms[kind]);
    free(sweep->cells);
    faulty_remove(&sweep->faulty);
}

/* Without a fault: how long requests and replies are. */
static void measure(struct sweep *sweep)
{
    static const enum postage_object_state states[] = { POSTAGE_OBJECT_STORED, POSTAGE_OBJECT_STORED, POSTAGE_OBJECT_NOT_STORED,
                                                        POSTAGE_OBJECT_STORED };

    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct cell cell = { .kind = kind };

        run_cell(sweep, &cell, 999999);
        if (cell.state != states[kind])
            fail_msg("%s: %s: %s", kind_names[kind], postage_object_state_name(cell.state), cell.message);
        memcpy(sweep->lengths[kind], cell.passed, sizeof cell.passed);
    }
}

static unsigned open_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    unsigned count = 0;

    while (folder != NULL && readdir(folder) != NULL)
        count++;
    if (folder != NULL)
        closedir(folder);
    return count;
}

static void run_sweep(bool tls)
{
    unsigned before = open_descriptors();
    struct sweep sweep;
    unsigned wrong;

    sweep_start(&sweep, tls);
    measure(&sweep);
    add_deaths(&sweep);
    add_stops(&sweep);
    add_mute(&sweep);
    for (size_t i = 0; i < sweep.count; i++)
        run_cell(&sweep, &sweep.cells[i], i);
    faulty_stop(&sweep.faulty);
    judge_all(&sweep);
    wrong = sweep.wrong;
    sweep_stop(&sweep);
    if (wrong > 0)
        fail_msg("%u findings", wrong);
    assert_int_equal(open_descriptors(), before);
}

static void test_verdict__never_disagrees_with_the_ledger(void **state)
{
    (void)state;
    run_sweep(false);
}

static void test_verdict__never_disagrees_with_the_ledger_under_tls(void **state)
{
    (void)state;
    run_sweep(true);
}

static void test_verdict__a_byte_changed_on_its_way_is_no_success(void **state)
{
    struct sweep sweep;
    struct cell cell = { .kind = KIND_CREATED, .fault = { FAULT_REQUEST, FAULT_CORRUPT, 0, 1 } };

    (void)state;
    sweep_start(&sweep, false);
    measure(&sweep);
    cell.fault.at = sweep.lengths[KIND_CREATED][FAULT_REQUEST] - DELIMITER_BYTES - 1;
    run_cell(&sweep, &cell, 0);
    faulty_stop(&sweep.faulty);
    assert_int_equal(cell.outcome, POSTAGE_OUTCOME_DIGEST_MISMATCH);
    assert_int_equal(cell.state, POSTAGE_OBJECT_UNKNOWN);
    sweep_stop(&sweep);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdict__a_byte_changed_on_its_way_is_no_success),
        cmocka_unit_test(test_verdict__never_disagrees_with_the_ledger),
        cmocka_unit_test(test_verdict__never_disagrees_with_the_ledger_under_tls),
    };

    sweep_all = argc > 1 && strcmp(argv[1], "all") == 0;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
