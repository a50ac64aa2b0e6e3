/* RTLD_NEXT */
#define _GNU_SOURCE

/*
 * How a request leaves, and TLS: who is believed, and who is not (by a server of one thread with a certificate made on the
 * spot).
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "support/client_bench.h"

/* --- what leaves in one piece --- */

static size_t first_piece; /* bytes of the last system call that began a request */

/* Found before the C library's. */
__attribute__((visibility("default"))) ssize_t send(int descriptor, const void *bytes, size_t length, int flags)
{
    ssize_t (*next)(int, const void *, size_t, int);

    *(void **)&next = dlsym(RTLD_NEXT, "send");
    if (length > 5 && memcmp(bytes, "POST ", 5) == 0)
        first_piece = length;
    return next(descriptor, bytes, length, flags);
}

static const struct {
    const char *name;
    size_t object_bytes;
    bool joined;
} pieces[] = {
    { "an empty object", 0, true },
    { "10 KiB", 10 * 1024, true },
    { "100 KiB", 100 * 1024, true },
    { "300 KiB", 300 * 1024, false },
};

static void test_request__short_bodies_leave_with_the_head(void **state)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    static char data[300 * 1024];
    struct bench bench;

    (void)state;
    bench_start(&bench, &script, 1, 1);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct job job;

        job_init(&job, &bench, data, pieces[i].object_bytes);
        job_submit(&job);
        run_all(bench.client);
        job_check(&job, POSTAGE_OUTCOME_OK, POSTAGE_OBJECT_STORED);
        if ((first_piece > server_declared_bytes(bench.server)) != pieces[i].joined)
            fail_msg("%s: %zu bytes left first, the body has %llu", pieces[i].name, first_piece,
                     (unsigned long long)server_declared_bytes(bench.server));
    }
    assert_int_equal(server_connections(bench.server), 1);
    bench_stop(&bench);
}

/* A source of 100 bytes by `ops`, whose state is a count of calls. */
static int post_from(const struct postage_source_ops *ops, enum postage_outcome outcome)
{
    const struct server_step *script = STEPS(REPLY(NO_CONTENT));
    struct bench bench;
    struct job job;
    int calls = 0;

    bench_start(&bench, &script, 1, 1);
    job_init(&job, &bench, "", 0);
    postage_source_close(&job.source);
    job.source = (struct postage_source){ ops, &calls };
    job.options.length_given = true;
    job.options.length = 100;
    job_submit(&job);
    run_all(bench.client);
    job_check(&job, outcome, outcome == POSTAGE_OUTCOME_OK ? POSTAGE_OBJECT_STORED : POSTAGE_OBJECT_NOT_STORED);
    assert_int_equal(server_requests(bench.server), outcome == POSTAGE_OUTCOME_OK ? 1 : 0);
    bench_stop(&bench);
    return calls;
}

static enum postage_status read_or_fail(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    int *calls = self;

    (void)err;
    *got = 0;
    if ((*calls)++ > 0)
        return POSTAGE_ERR_SOURCE;
    memset(dst, 'x', *got = cap < 10 ? cap : 10);
    return POSTAGE_OK;
}

/* Not a byte of the request has left when a short body turns out not to be there. */
static void test_request__a_short_body_that_cannot_be_read_is_not_begun(void **state)
{
    static const struct postage_source_ops ops = { .size = sizeof(struct postage_source_ops), .read = read_or_fail };

    (void)state;
    assert_int_equal(post_from(&ops, POSTAGE_OUTCOME_SOURCE_IO), 2);
}

static enum postage_status read_never(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    int *calls = self;

    (void)dst, (void)cap, (void)err;
    *got = 0;
    ++*calls;
    return POSTAGE_AGAIN;
}

/* The source is to blame, not the network, and asking it again later does not help. */
static void test_request__a_source_that_never_waits_must_not_say_again(void **state)
{
    static const struct postage_source_ops ops = { .size = sizeof(struct postage_source_ops), .read = read_never };

    (void)state;
    assert_int_equal(post_from(&ops, POSTAGE_OUTCOME_SOURCE_IO), 1); /* behind the form's bytes, and not once more */
}

static enum postage_status read_and_block(void *self, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err)
{
    int *calls = self;
    size_t left = (size_t)(100 - *calls);
    sigset_t two;

    (void)err;
    sigemptyset(&two);
    sigaddset(&two, SIGUSR2);
    pthread_sigmask(SIG_BLOCK, &two, NULL);
    *got = left < cap ? left : cap;
    *calls += (int)*got;
    memset(dst, 'x', *got);
    return *got > 0 ? POSTAGE_OK : POSTAGE_END;
}

/* SIGPIPE is back as it was; what the callbacks did to other signals stays. */
static void test_request__the_signal_mask_is_the_callers(void **state)
{
    static const struct postage_source_ops ops = { .size = sizeof(struct postage_source_ops), .read = read_and_block };
    sigset_t before, after;

    (void)state;
    pthread_sigmask(SIG_BLOCK, NULL, &before);
    assert_int_equal(sigismember(&before, SIGPIPE) + sigismember(&before, SIGUSR2), 0);
    post_from(&ops, POSTAGE_OUTCOME_OK);
    pthread_sigmask(SIG_SETMASK, &before, &after);
    assert_true(sigismember(&after, SIGUSR2));
    assert_false(sigismember(&after, SIGPIPE));
}

/* --- the pause in which a long body's refusal is heard --- */

enum { LONG_BODY_BYTES = 9 * 1024 * 1024 };

static struct postage_result *post_long_body(const struct server_step *script, uint64_t *arrived)
{
    struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct server *server = server_start(&script, 1);
    struct postage_form *form = form_for(server_url(server), "");
    char *data = calloc(1, LONG_BODY_BYTES);
    struct postage_source source;
    struct postage_result *result;
    char *received;
    size_t length;

    assert_int_equal(postage_source_memory(&source, data, LONG_BODY_BYTES, NULL, NULL), POSTAGE_OK);
    options.skip_check = true; /* the form is a stand-in */
    options.form = form;
    options.source = &source;
    ignore_status(postage_upload(&result, &options, NULL, NULL, &err));
    assert_non_null(result);
    *arrived = server_body_bytes(server);
    received = server_received(server, &length);
    assert_null(strstr(received, "Expect:")); /* libcurl would like to ask */
    free(received);
    postage_source_close(&source);
    postage_form_free(form);
    server_stop(server);
    free(data);
    return result;
}

static unsigned round_trip_ms; /* what the system says of every connection; 0: what it measured */

__attribute__((visibility("default"))) int getsockopt(int descriptor, int level, int name, void *value, socklen_t *length)
{
    int (*next)(int, int, int, void *, socklen_t *);
    int result;

    *(void **)&next = dlsym(RTLD_NEXT, "getsockopt");
    result = next(descriptor, level, name, value, length);
    if (result == 0 && level == IPPROTO_TCP && name == TCP_INFO && round_trip_ms > 0)
        ((struct tcp_info *)value)->tcpi_rtt = round_trip_ms * 1000;
    return result;
}

/*
 * The server judges by the form and hangs up with the file unread: what is then on the way would destroy its reply. A long way
 * to the server, as the pause counts on it, gives this one the time that a busy machine takes to run it.
 */
static void test_request__an_early_refusal_of_the_form_is_always_received(void **state)
{
    const struct server_step *script = STEPS(
        { SERVER_READ_HEAD, NULL, 0 }, { SERVER_READ, NULL, 200 }, { SERVER_DELAY, NULL, 30 },
        { SERVER_SEND, "HTTP/1.1 403 Forbidden\r\nContent-Length: 40\r\n\r\n<Error><Code>AccessDenied</Code></Error>", 0 });

    (void)state;
    round_trip_ms = 1000;
    for (int i = 0; i < 10; i++) {
        uint64_t arrived;
        struct postage_result *result = post_long_body(script, &arrived);

        assert_string_equal(postage_outcome_name(result->outcome), "rejected");
        assert_string_equal(result->error->provider_code, "AccessDenied");
        assert_int_equal(result->object_state, POSTAGE_OBJECT_NOT_STORED);
        assert_int_equal(result->source_bytes_read, 0);
        postage_result_free(result);
    }
    round_trip_ms = 0;
}

static void test_request__a_long_body_goes_on_after_the_wait(void **state)
{
    uint64_t arrived;
    struct postage_result *result = post_long_body(STEPS(REPLY(NO_CONTENT)), &arrived);

    (void)state;
    assert_int_equal(result->object_state, POSTAGE_OBJECT_STORED);
    assert_int_equal(arrived, result->body_bytes);
    assert_true(result->body_bytes > LONG_BODY_BYTES);
    postage_result_free(result);
}

/* The idle time runs again when the pause is over. */
static void test_request__limits_hold_after_the_wait(void **state)
{
    const struct server_step *script = STEPS(HOLD);
    char *data = calloc(1, LONG_BODY_BYTES);
    struct bench bench;
    struct job job;

    (void)state;
    bench_start(&bench, &script, 1, 1);
    job_init(&job, &bench, data, LONG_BODY_BYTES);
    job.options.idle_timeout_ms = 200;
    job_submit(&job);
    run_all(bench.client);
    job_check(&job, POSTAGE_OUTCOME_NET_DURING_BODY, POSTAGE_OBJECT_NOT_STORED);
    bench_stop(&bench);
    free(data);
}

/* --- TLS --- */

struct tls_server {
    SSL_CTX *context;
    int listener;
    int port;
    pthread_t thread;
    int exchanges; /* TLS sessions to serve or to fail at before the thread ends */
};

static X509 *make_certificate(EVP_PKEY *key, const char *names)
{
    X509 *certificate = X509_new();
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);

    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1,
                               0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
    assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
    return certificate;
}

static void write_pem(X509 *certificate, char *path)
{
    int descriptor = mkstemp(path);
    FILE *file = fdopen(descriptor, "w");

    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, certificate), 1);
    fclose(file);
}

static void serve_one(SSL *session)
{
    static const char reply[] = "HTTP/1.1 204 No Content\r\n" STORE_MARK "Connection: close\r\n\r\n";
    char bytes[8192];
    size_t total = 0;

    if (SSL_accept(session) != 1)
        return;
    /* The whole request is far shorter than the buffer; its last bytes are the closing delimiter's. */
    while (total < sizeof bytes && (total < 4 || memcmp(bytes + total - 4, "--\r\n", 4) != 0)) {
        int got = SSL_read(session, bytes + total, (int)(sizeof bytes - total));

        if (got <= 0)
            return;
        total += (size_t)got;
    }
    SSL_write(session, reply, sizeof reply - 1);
    SSL_shutdown(session);
}

static void *serve(void *argument)
{
    struct tls_server *server = argument;
    sigset_t pipe;

    sigemptyset(&pipe); /* clients that do not believe us hang up */
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, NULL);
    for (int i = 0; i < server->exchanges; i++) {
        int descriptor = accept(server->listener, NULL, NULL);
        SSL *session = SSL_new(server->context);

        SSL_set_fd(session, descriptor);
        serve_one(session);
        SSL_free(session);
        close(descriptor);
    }
    return NULL;
}

static void tls_start(struct tls_server *server, const char *names, long max_version, char *pem_path)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = make_certificate(key, names);

    write_pem(certificate, pem_path);
    server->context = SSL_CTX_new(TLS_server_method());
    if (max_version != 0) {
        SSL_CTX_set_security_level(server->context, 0);
        SSL_CTX_set_min_proto_version(server->context, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(server->context, (int)max_version);
    }
    assert_int_equal(SSL_CTX_use_certificate(server->context, certificate), 1);
    assert_int_equal(SSL_CTX_use_PrivateKey(server->context, key), 1);
    X509_free(certificate);
    EVP_PKEY_free(key);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(server->listener, 8), 0);
    assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
    server->port = ntohs(address.sin_port);
    server->exchanges = 1;
    pthread_create(&server->thread, NULL, serve, server);
}

static void tls_stop(struct tls_server *server)
{
    pthread_join(server->thread, NULL);
    close(server->listener);
    SSL_CTX_free(server->context);
}

static const struct {
    const char *name;
    const char *host;
    const char *names; /* the certificate's */
    bool trusted;      /* the client is told to believe it */
    long max_version;  /* the server's; 0: any */
    enum postage_outcome outcome;
    const char *words;
} rows[] = {
    { "a certificate we were told to believe", "127.0.0.1", "IP:127.0.0.1", true, 0, POSTAGE_OUTCOME_OK, "" },
    { "a certificate nobody vouches for", "127.0.0.1", "IP:127.0.0.1", false, 0, POSTAGE_OUTCOME_TLS, "certificate" },
    { "another host's certificate", "localhost", "DNS:elsewhere.example.com", true, 0, POSTAGE_OUTCOME_TLS, "localhost" },
    { "a server that is older than TLS 1.2", "127.0.0.1", "IP:127.0.0.1", true, TLS1_1_VERSION, POSTAGE_OUTCOME_TLS,
      "TLS failed" },
};

static void test_request__tls_is_verified_and_recent(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_upload_options options = POSTAGE_UPLOAD_OPTIONS_INIT;
        struct postage_client_options client = POSTAGE_CLIENT_OPTIONS_INIT;
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_source source;
        struct postage_result *result;
        struct postage_form *form;
        struct tls_server server;
        char path[] = "/tmp/postage-test-XXXXXX", url[64];

        tls_start(&server, rows[i].names, rows[i].max_version, path);
        snprintf(url, sizeof url, "https://%s:%d/bucket", rows[i].host, server.port);
        form = form_for(url, "");
        assert_int_equal(postage_source_memory(&source, "x", 1, NULL, NULL), POSTAGE_OK);
        options.skip_check = true; /* the form is a stand-in */
        options.form = form;
        options.source = &source;
        client.ca_file = rows[i].trusted ? path : NULL;
        ignore_status(postage_upload(&result, &options, &client, NULL, &err));
        if (result->outcome != rows[i].outcome || strstr(result->error->message, rows[i].words) == NULL)
            fail_msg("%s: %s: %s", rows[i].name, postage_outcome_name(result->outcome), result->error->message);
        assert_int_equal(result->object_state, i == 0 ? POSTAGE_OBJECT_STORED : POSTAGE_OBJECT_NOT_STORED);
        assert_int_equal(result->body_bytes_sent, i == 0 ? result->body_bytes : 0);
        assert_int_equal(result->error->retry, POSTAGE_RETRY_NEVER);
        assert_true(i != 0 || result->timings->tls_ms >= 0);
        postage_result_free(result);
        postage_source_close(&source);
        postage_form_free(form);
        tls_stop(&server);
        unlink(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request__short_bodies_leave_with_the_head),
        cmocka_unit_test(test_request__a_short_body_that_cannot_be_read_is_not_begun),
        cmocka_unit_test(test_request__a_source_that_never_waits_must_not_say_again),
        cmocka_unit_test(test_request__the_signal_mask_is_the_callers),
        cmocka_unit_test(test_request__an_early_refusal_of_the_form_is_always_received),
        cmocka_unit_test(test_request__a_long_body_goes_on_after_the_wait),
        cmocka_unit_test(test_request__limits_hold_after_the_wait),
        cmocka_unit_test(test_request__tls_is_verified_and_recent),
    };

    return cmocka_run_group_tests_name("http/request", tests, NULL, NULL);
}
