/* What the strict reader accepts and refuses, with the bytes cut in every way. */
#include "postage/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/counters.h"
#include "support/failing.h"
#include "support/reader_trace.h"
#include "support/test.h"

#define TYPE "multipart/form-data; boundary=b"
#define PART(disposition, more_headers, content)                                                                               \
    "--b\r\nContent-Disposition: " disposition "\r\n" more_headers "\r\n" content "\r\n"
#define FIELD(content)       PART("form-data; name=\"n\"", "", content)
#define FIELD_TRACE(content) "[n|-|-]" content "[end]"
#define HEADER(lines)        PART("form-data; name=\"n\"", lines, "x") "--b--\r\n"
#define DISPOSITION(value)   PART(value, "", "x") "--b--\r\n"

struct row {
    const char *name;
    const char *content_type;
    const char *body;
    size_t body_len;      /* 0: strlen(body) */
    const char *expected; /* the trace of an accepted body, or words of the refusal's message */
};

static const struct row accepted[] = {
    { "no parts at all, as browsers send an empty form", TYPE, "--b--\r\n", 0, "" },
    { "no CRLF at the end", TYPE, FIELD("x") "--b--", 0, FIELD_TRACE("x") },
    { "an empty field", TYPE, FIELD("") "--b--\r\n", 0, FIELD_TRACE("") },
    { "blanks behind boundaries", TYPE, "--b \t\r\nContent-Disposition: form-data; name=n\r\n\r\nx\r\n--b-- \t\r\n", 0,
      FIELD_TRACE("x") },
    { "Chrome", "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
      "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nphotos/1.png\r\n"
      "------WebKitFormBoundary7MA4YWxkTrZu0gW\r\nContent-Disposition: form-data; name=\"file\"; filename=\"M\xc3\xbcll "
      "%22.png\"\r\n"
      "Content-Type: image/png\r\n\r\n\x89PNG\r\n\r\n------WebKitFormBoundary7MA4YWxkTrZu0gW--\r\n",
      0, "[key|-|-]photos/1.png[end][file|M\xc3\xbcll %22.png|image/png]\x89PNG\r\n[end]" },
    { "Firefox", "multipart/form-data; boundary=---------------------------9051914041544843365972754266",
      "-----------------------------9051914041544843365972754266\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n"
      "a\r\nb\r\n-----------------------------9051914041544843365972754266\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n"
      "-----------------------------9051914041544843365972754266--\r\n",
      0, "[text|-|-]a\r\nb[end][file||application/octet-stream][end]" },
    { "curl before 7.81", TYPE, PART("form-data; name=\"a\\\"b\"; filename=\"C:\\\\x\\\"y\"", "", "x") "--b--\r\n", 0,
      "[a\"b|C:\\x\"y|-]x[end]" },
    { "a path as browsers send it", TYPE, PART("form-data; name=\"n\"; filename=\"C:\\dir\\x.txt\"", "", "x") "--b--\r\n", 0,
      "[n|C:\\dir\\x.txt|-]x[end]" },
    { "tokens for names", TYPE, DISPOSITION("form-data; name=key;filename=x.png"), 0, "[key|x.png|-]x[end]" },
    { "any case, blanks where they may be", "Multipart/Form-Data ;\tBoundary=\"b\" ",
      "--b\r\ncontent-disposition:FORM-DATA ;\tNAME=\"n\" \t\r\nCONTENT-TYPE:\t a/b \r\n\r\nx\r\n--b--\r\n", 0,
      "[n|-|a/b]x[end]" },
    { "a quoted boundary with spaces", "multipart/form-data; charset=utf-8; boundary=\"a b:c\"",
      "--a b:c\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nx\r\n--a b:c--\r\n", 0, FIELD_TRACE("x") },
    { "encodings that change nothing", TYPE, HEADER("Content-Transfer-Encoding: BINARY\r\n"), 0, FIELD_TRACE("x") },
    { "headers nobody knows", TYPE, HEADER("Content-Length: 9\r\nX-A: b\r\nX-Empty:\r\n"), 0, FIELD_TRACE("x") },
    { "parameters nobody knows", TYPE, DISPOSITION("form-data; name=\"n\"; size=\"4;5\"; x=y"), 0, FIELD_TRACE("x") },
    { "the type first", TYPE, "--b\r\nContent-Type: a/b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nx\r\n--b--", 0,
      "[n|-|a/b]x[end]" },
    { "an empty type", TYPE, HEADER("Content-Type:\r\n"), 0, "[n|-|]x[end]" },
    { "content that looks like delimiters", TYPE, FIELD("\r\n--\r\n-\r\n--a\r\n\r\r\n--B\n--\r--b-- --b\r") "--b--\r\n", 0,
      FIELD_TRACE("\r\n--\r\n-\r\n--a\r\n\r\r\n--B\n--\r--b-- --b\r") },
    { "line ends alone", TYPE, FIELD("\r") FIELD("\n") FIELD("\r\n") FIELD("\n\r") FIELD("\r\r\n") "--b--\r\n", 0,
      FIELD_TRACE("\r") FIELD_TRACE("\n") FIELD_TRACE("\r\n") FIELD_TRACE("\n\r") FIELD_TRACE("\r\r\n") },
    { "dashes alone", TYPE, FIELD("-") FIELD("--") FIELD("--a") "--b--\r\n", 0,
      FIELD_TRACE("-") FIELD_TRACE("--") FIELD_TRACE("--a") },
};

#define ROW_WITH_NUL(name, body, expected)                                                                                     \
    {                                                                                                                          \
        name, TYPE, body, sizeof(body) - 1, expected                                                                           \
    }

static const struct row refused[] = {
    { "nothing at all", TYPE, "", 0, "after 0 bytes, without the final boundary" },
    { "a CRLF before the first boundary", TYPE, "\r\n--b--\r\n", 0, "before the first boundary, at offset 0" },
    { "a preamble", TYPE, "Hello\r\n--b--\r\n", 0, "before the first boundary" },
    { "another boundary", TYPE, "--c--\r\n", 0, "before the first boundary, at offset 2" },
    { "an epilogue", TYPE, FIELD("x") "--b--\r\nx", 0, "after the last boundary" },
    { "a second CRLF after the last boundary", TYPE, "--b--\r\n\r\n", 0, "after the last boundary, at offset 7" },
    { "a part after the last boundary", TYPE, "--b--\r\n" FIELD("x") "--b--\r\n", 0, "after the last boundary" },
    { "LF after the last boundary", TYPE, "--b--\n", 0, "after the last boundary" },
    { "a bare CR after the last boundary", TYPE, "--b--\rx", 0, "after the last boundary" },
    { "a cut CRLF after the last boundary", TYPE, "--b--\r", 0, "without the final boundary" },
    { "no final boundary", TYPE, FIELD("x"), 0, "without the final boundary" },
    { "a final boundary with one dash", TYPE, FIELD("x") "--b-", 0, "without the final boundary" },
    { "a final boundary with one dash and CRLF", TYPE, FIELD("x") "--b-\r\n", 0, "text after a boundary on its line" },
    { "content that never ends", TYPE, "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nx", 0, "final boundary" },
    { "a first boundary that goes on", TYPE, "--bX\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\nx\r\n--b--", 0,
      "text after a boundary on its line, at offset 3" },
    { "a boundary that goes on", TYPE, FIELD("x\r\n--bX") "--b--\r\n", 0, "text after a boundary on its line" },
    { "blanks inside a boundary's line", TYPE, FIELD("x\r\n--b x") "--b--\r\n", 0, "text after a boundary on its line" },
    { "65 blanks after a boundary", TYPE, "--b                                                                 \r\n", 0,
      "blanks" },
    { "65 blanks behind the last", TYPE, "--b--                                                                 \r\n", 0,
      "blanks" },
    { "a boundary's line ended by LF", TYPE, "--b\nContent-Disposition: form-data; name=\"n\"\r\n\r\nx\r\n--b--", 0,
      "bare LF" },
    { "a boundary's line ended by CR", TYPE, "--b\rContent-Disposition: form-data; name=\"n\"\r\n\r\nx\r\n--b--", 0,
      "bare CR" },
    { "a boundary behind LF", TYPE, FIELD("x\n--b") "--b--\r\n", 0, "after a bare LF" },
    { "a boundary behind LF and two CRs", TYPE, FIELD("x\r\r\n\n--b") "--b--\r\n", 0, "after a bare LF" },
    { "a boundary in place of content", TYPE, FIELD("--b--") "--b--\r\n", 0, "right after a part's header" },
    { "bare LF in a header", TYPE, HEADER("X: a\nY: b\r\n"), 0, "bare LF in a part header" },
    { "bare CR in a header", TYPE, HEADER("X: a\rY: b\r\n"), 0, "bare CR in a part header" },
    { "an empty line of LF alone", TYPE, "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\nx\r\n--b--", 0, "bare LF" },
    { "a folded header", TYPE, HEADER("X: a\r\n b\r\n"), 0, "folded" },
    { "a header folded with a tab", TYPE, HEADER("X: a\r\n\tb\r\n"), 0, "folded" },
    { "a blank before the first header", TYPE, "--b\r\n Content-Disposition: form-data; name=\"n\"\r\n\r\nx\r\n--b--", 0,
      "folded" },
    { "a header without colon", TYPE, HEADER("X\r\n"), 0, "Name: value" },
    { "a header without name", TYPE, HEADER(": x\r\n"), 0, "Name: value" },
    { "a blank before the colon", TYPE, HEADER("X : x\r\n"), 0, "Name: value" },
    { "a header twice", TYPE, HEADER("X-A: 1\r\nx-a: 2\r\n"), 0, "part header occurs twice" },
    { "two Content-Dispositions", TYPE, HEADER("content-disposition: form-data; name=\"m\"\r\n"), 0,
      "part header occurs twice" },
    { "two Content-Types", TYPE, HEADER("Content-Type: a/b\r\nContent-Type: a/b\r\n"), 0, "part header occurs twice" },
    { "no headers", TYPE, "--b\r\n\r\nx\r\n--b--\r\n", 0, "without Content-Disposition" },
    { "no Content-Disposition", TYPE, "--b\r\nContent-Type: a/b\r\n\r\nx\r\n--b--\r\n", 0, "without Content-Disposition" },
    { "another disposition", TYPE, DISPOSITION("attachment; name=\"n\""), 0, "not form-data" },
    { "form-data and more", TYPE, DISPOSITION("form-data2; name=\"n\""), 0, "not form-data" },
    { "no name", TYPE, DISPOSITION("form-data"), 0, "no name" },
    { "no name but a filename", TYPE, DISPOSITION("form-data; filename=\"x\""), 0, "no name" },
    { "an empty name", TYPE, DISPOSITION("form-data; name=\"\""), 0, "no name" },
    { "two names", TYPE, DISPOSITION("form-data; name=\"a\"; name=\"b\""), 0, "occurs twice" },
    { "two names, one in capitals", TYPE, DISPOSITION("form-data; name=\"a\"; NAME=\"a\""), 0, "occurs twice" },
    { "two filenames", TYPE, DISPOSITION("form-data; name=\"a\"; filename=\"b\"; filename=\"c\""), 0, "occurs twice" },
    { "filename*", TYPE, DISPOSITION("form-data; name=\"a\"; filename=\"b\"; filename*=UTF-8''c"), 0, "* in its name" },
    { "filename* alone", TYPE, DISPOSITION("form-data; name=\"a\"; filename*=UTF-8''c"), 0, "* in its name" },
    { "name*", TYPE, DISPOSITION("form-data; name=\"a\"; name*=UTF-8''c"), 0, "* in its name" },
    { "continued filename", TYPE, DISPOSITION("form-data; name=\"a\"; filename*0=\"b\"; filename*1=\"c\""), 0,
      "* in its name" },
    { "continued name", TYPE, DISPOSITION("form-data; name*0=\"a\"; name*1=\"b\""), 0, "* in its name" },
    { "an open quote", TYPE, DISPOSITION("form-data; name=\"a"), 0, "malformed" },
    { "a backslash before the last quote", TYPE, DISPOSITION("form-data; name=\"a\\\""), 0, "malformed" },
    { "bytes behind a quoted name", TYPE, DISPOSITION("form-data; name=\"a\"b"), 0, "malformed" },
    { "bytes behind a name", TYPE, DISPOSITION("form-data; name=a b"), 0, "malformed" },
    { "a comma between parameters", TYPE, DISPOSITION("form-data; name=\"a\", filename=\"b\""), 0, "malformed" },
    { "a semicolon at the end", TYPE, DISPOSITION("form-data; name=\"a\";"), 0, "malformed" },
    { "a blank before =", TYPE, DISPOSITION("form-data; name =\"a\""), 0, "malformed" },
    { "a parameter inside an escaped quote", TYPE, DISPOSITION("form-data; name=\"a\\\"; filename=\\\"b\""), 0,
      "escaped quote" },
    { "Latin-1 in a name", TYPE, DISPOSITION("form-data; name=\"\xe4\""), 0, "not UTF-8" },
    { "an overlong slash in a filename", TYPE, DISPOSITION("form-data; name=\"a\"; filename=\"..\xc0\xaf\""), 0, "not UTF-8" },
    { "a control character in a name", TYPE, DISPOSITION("form-data; name=\"a\x01\""), 0, "control character" },
    { "DEL in an unknown header", TYPE, HEADER("X: \x7f\r\n"), 0, "control character" },
    ROW_WITH_NUL("NUL in a name", DISPOSITION("form-data; name=\"key\0x\""), "NUL in a part header"),
    ROW_WITH_NUL("NUL in a header's name", HEADER("X\0: y\r\n"), "NUL in a part header"),
    { "base64", TYPE, HEADER("Content-Transfer-Encoding: base64\r\n"), 0, "Content-Transfer-Encoding" },
    { "quoted-printable", TYPE, HEADER("Content-Transfer-Encoding: quoted-printable\r\n"), 0, "Content-Transfer-Encoding" },
    { "a multipart in a part", TYPE, HEADER("Content-Type: Multipart/Mixed; boundary=c\r\n"), 0, "multipart/mixed" },
};

struct verdict {
    enum postage_status status;
    struct postage_error err;
    struct reader_trace trace;
};

static void clear_verdict(struct verdict *verdict)
{
    free(verdict->trace.text);
    *verdict = (struct verdict){ 0 };
}

/* Cuts before `first`, and from there on every `step` bytes. */
static struct verdict read_cut(const char *content_type, const char *body, size_t len, size_t first, size_t step,
                               struct postage_reader_options options)
{
    struct verdict verdict = { .err = POSTAGE_ERROR_INIT };
    struct postage_reader *reader;

    reader_trace_listen(&verdict.trace, &options);
    verdict.status = postage_reader_new(&reader, content_type, &options, NULL, &verdict.err);
    if (verdict.status != POSTAGE_OK)
        return verdict;
    for (size_t at = 0, next; at < len && verdict.status == POSTAGE_OK; at = next) {
        /* A copy of the piece's size, so that the sanitizer sees a look beyond it. */
        char *piece;

        next = at == 0 && first > 0 ? first : at + step;
        if (next > len)
            next = len;
        piece = malloc(next - at);
        assert_non_null(piece);
        memcpy(piece, body + at, next - at);
        verdict.status = postage_reader_feed(reader, piece, next - at, &verdict.err);
        assert_int_equal(postage_reader_feed(reader, NULL, 0, NULL), verdict.status);
        free(piece);
    }
    if (verdict.status == POSTAGE_OK)
        verdict.status = postage_reader_finish(reader, &verdict.err);
    assert_int_equal(postage_reader_finish(reader, NULL), verdict.status);
    if (verdict.status == POSTAGE_OK)
        assert_int_equal(postage_reader_position(reader), len);
    postage_reader_free(reader);
    return verdict;
}

static void assert_same(const char *name, const struct verdict *whole, struct verdict cut, size_t first, size_t step)
{
    if (cut.status != whole->status || strcmp(cut.err.message, whole->err.message) != 0 || cut.trace.len != whole->trace.len ||
        memcmp(cut.trace.text, whole->trace.text, whole->trace.len) != 0)
        fail_msg("%s: cut at %zu and every %zu: %s \"%s\", whole: %s \"%s\"", name, first, step,
                 postage_status_name(cut.status), cut.err.message, postage_status_name(whole->status), whole->err.message);
    clear_verdict(&cut);
}

/* In one piece, in two at every place, and in pieces of every small size: always the same verdict, which is returned. */
static struct verdict read_every_way(const char *name, const char *content_type, const char *body, size_t len,
                                     struct postage_reader_options options)
{
    struct verdict whole = read_cut(content_type, body, len, 0, SIZE_MAX / 2, options);

    for (size_t first = 1; first < len; first++)
        assert_same(name, &whole, read_cut(content_type, body, len, first, SIZE_MAX / 2, options), first, 0);
    for (size_t step = 1; step <= 16; step++)
        assert_same(name, &whole, read_cut(content_type, body, len, 0, step, options), 0, step);
    return whole;
}

static struct verdict read_row(const struct row *row)
{
    size_t len = row->body_len > 0 ? row->body_len : strlen(row->body);

    return read_every_way(row->name, row->content_type, row->body, len,
                          (struct postage_reader_options)POSTAGE_READER_OPTIONS_INIT);
}

static void test_reader__accepts_what_clients_send(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        struct verdict verdict = read_row(&accepted[i]);

        if (verdict.status != POSTAGE_OK)
            fail_msg("%s: %s", accepted[i].name, verdict.err.message);
        if (strcmp(verdict.trace.text, accepted[i].expected) != 0)
            fail_msg("%s: %s", accepted[i].name, verdict.trace.text);
        clear_verdict(&verdict);
    }
}

static void test_reader__refuses_what_two_readers_would_read_differently(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct verdict verdict = read_row(&refused[i]);

        if (verdict.status != POSTAGE_ERR_SYNTAX || strstr(verdict.err.message, refused[i].expected) == NULL)
            fail_msg("%s: %s \"%s\"", refused[i].name, postage_status_name(verdict.status), verdict.err.message);
        clear_verdict(&verdict);
    }
}

static void test_reader__refuses_every_body_that_is_cut_short(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        size_t len = strlen(accepted[i].body);
        const char *end = accepted[i].body + len;
        bool crlf = strcmp(end - 2, "\r\n") == 0;
        size_t complete = len - (crlf ? 2 : 0);

        while (strchr(" \t", accepted[i].body[complete - 1]) != NULL)
            complete--;
        for (size_t cut = 0; cut < complete; cut++) {
            struct verdict verdict = read_cut(accepted[i].content_type, accepted[i].body, cut, 0, SIZE_MAX / 2,
                                              (struct postage_reader_options)POSTAGE_READER_OPTIONS_INIT);

            assert_refused(verdict.status, POSTAGE_ERR_SYNTAX, verdict.err, "without the final boundary");
            clear_verdict(&verdict);
        }
    }
}

struct type_row {
    const char *content_type;
    const char *words;
};

static void test_reader__needs_a_usable_content_type(void **state)
{
    static const struct type_row rows[] = {
        { NULL, "not multipart/form-data" },
        { "", "not multipart/form-data" },
        { "multipart/mixed; boundary=b", "not multipart/form-data" },
        { "multipart/form-data2; boundary=b", "not multipart/form-data" },
        { "application/x-www-form-urlencoded", "not multipart/form-data" },
        { "multipart/form-data", "no boundary" },
        { "multipart/form-data, boundary=b", "malformed" },
        { "multipart/form-data; boundary", "malformed" },
        { "multipart/form-data; boundary=", "malformed" },
        { "multipart/form-data; boundary=\"b", "malformed" },
        { "multipart/form-data; boundary=b;", "malformed" },
        { "multipart/form-data; boundary=b b", "malformed" },
        { "multipart/form-data; boundary=\"\"", "no boundary" },
        { "multipart/form-data; boundary=\"b \"", "no boundary" },
        { "multipart/form-data; boundary=\"b\\\"\"", "no boundary" },
        { "multipart/form-data; boundary=\"b\r\nb\"", "no boundary" },
        { "multipart/form-data; boundary=12345678901234567890123456789012345678901234567890123456789012345678901", "70" },
        { "multipart/form-data; boundary=b; Boundary=b", "two boundaries" },
        { "multipart/form-data; boundary=b; boundary*=utf-8''c", "* in its name" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct postage_reader_options options = POSTAGE_READER_OPTIONS_INIT;
        struct postage_error err = POSTAGE_ERROR_INIT;
        struct postage_reader *reader;

        assert_refused(postage_reader_new(&reader, rows[i].content_type, &options, NULL, &err), POSTAGE_ERR_SYNTAX, err,
                       rows[i].words);
        assert_null(reader);
    }
}

struct limit_row {
    const char *name;
    struct postage_reader_options options;
    const char *body;
    bool fits;
    const char *words;
    const char *trace; /* what was handed on before the limit */
};

#define FILE_PART(content) PART("form-data; name=\"f\"; filename=\"x\"", "", content)
#define LIMITS(...)                                                                                                            \
    {                                                                                                                          \
        .size = sizeof(struct postage_reader_options), __VA_ARGS__                                                             \
    }

static const struct limit_row limit_rows[] = {
    { "a field that fits", LIMITS(.max_field_bytes = 4), FIELD("1234") "--b--\r\n", true, "", "[n|-|-]1234[end]" },
    { "a field one byte longer", LIMITS(.max_field_bytes = 4), FIELD("12345") "--b--\r\n", false, "max_field_bytes (4)",
      "[n|-|-]1234" },
    { "a field one CR longer", LIMITS(.max_field_bytes = 4), FIELD("1234\r") "--b--\r\n", false, "max_field_bytes",
      "[n|-|-]1234" },
    { "a field that almost ends", LIMITS(.max_field_bytes = 4), FIELD("1234\r\n--a") "--b--\r\n", false, "max_field_bytes",
      "[n|-|-]1234" },
    { "a file is not a field", LIMITS(.max_field_bytes = 4), FILE_PART("12345") "--b--\r\n", true, "", "[f|x|-]12345[end]" },
    { "a file that fits", LIMITS(.max_file_bytes = 5), FILE_PART("12345") "--b--\r\n", true, "", "[f|x|-]12345[end]" },
    { "a file one byte longer", LIMITS(.max_file_bytes = 4), FILE_PART("12345") "--b--\r\n", false, "max_file_bytes",
      "[f|x|-]1234" },
    { "a file by its part's name", LIMITS(.max_field_bytes = 1, .file_part_name = "N"), FIELD("12") "--b--\r\n", true, "",
      "[n|-|-|file]12[end]" },
    { "as many parts as may be", LIMITS(.max_parts = 2), FIELD("") FIELD("") "--b--\r\n", true, "",
      "[n|-|-][end][n|-|-][end]" },
    { "one part more", LIMITS(.max_parts = 2), FIELD("") FIELD("") FIELD("") "--b--\r\n", false, "max_parts",
      "[n|-|-][end][n|-|-][end]" },
    /* The header of FIELD has 42 bytes with its CRLF, and two for the empty line. */
    { "a header that fits", LIMITS(.max_part_header_bytes = 44), FIELD("") "--b--\r\n", true, "", "[n|-|-][end]" },
    { "a header one byte longer", LIMITS(.max_part_header_bytes = 43), FIELD("") "--b--\r\n", false, "max_part_header_bytes",
      "" },
    { "16 header lines", LIMITS(.max_parts = 9),
      HEADER("a:\r\nb:\r\nc:\r\nd:\r\ne:\r\nf:\r\ng:\r\nh:\r\ni:\r\nj:\r\nk:\r\nl:\r\nm:\r\nn:\r\no:\r\n"), true, "",
      "[n|-|-]x[end]" },
    { "17 header lines", LIMITS(.max_parts = 9),
      HEADER("a:\r\nb:\r\nc:\r\nd:\r\ne:\r\nf:\r\ng:\r\nh:\r\ni:\r\nj:\r\nk:\r\nl:\r\nm:\r\nn:\r\no:\r\np:\r\n"), false, "16",
      "" },
    { "a body that fits", LIMITS(.max_total_bytes = 62), FIELD("1234") "--b--\r\n", true, "", "[n|-|-]1234[end]" },
    { "a body one byte longer", LIMITS(.max_total_bytes = 61), FIELD("1234") "--b--\r\n", false, "max_total_bytes",
      "[n|-|-]1234[end]" },
    { "fields before the file that fit", LIMITS(.max_pre_file_bytes = 63), FILE_PART("many bytes of the file") "--b--\r\n",
      true, "", "[f|x|-]many bytes of the file[end]" },
    { "fields before the file one byte longer", LIMITS(.max_pre_file_bytes = 62), FILE_PART("") "--b--\r\n", false,
      "max_pre_file_bytes", "" },
};

static void test_reader__stops_on_the_byte_after_a_limit(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof limit_rows / sizeof limit_rows[0]; i++) {
        const struct limit_row *row = &limit_rows[i];
        struct verdict verdict = read_every_way(row->name, TYPE, row->body, strlen(row->body), row->options);

        if (verdict.status != (row->fits ? POSTAGE_OK : POSTAGE_ERR_LIMIT) || strstr(verdict.err.message, row->words) == NULL)
            fail_msg("%s: %s \"%s\"", row->name, postage_status_name(verdict.status), verdict.err.message);
        if (strcmp(verdict.trace.text, row->trace) != 0)
            fail_msg("%s: %s", row->name, verdict.trace.text);
        clear_verdict(&verdict);
    }
}

static void test_reader__has_limits_unless_told_otherwise(void **state)
{
    enum { MIB = 1 << 20 };
    struct postage_reader_options options = POSTAGE_READER_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    static const char head[] = "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n";
    struct postage_reader *reader;
    char *content = calloc(1, MIB);

    (void)state;
    assert_non_null(content);
    assert_ok(postage_reader_new(&reader, TYPE, &options, NULL, &err), err);
    assert_ok(postage_reader_feed(reader, head, sizeof head - 1, &err), err);
    assert_ok(postage_reader_feed(reader, content, MIB, &err), err);
    assert_refused(postage_reader_feed(reader, "x", 1, &err), POSTAGE_ERR_LIMIT, err, "max_field_bytes (1048576)");
    postage_reader_free(reader);
    assert_ok(postage_reader_new(&reader, TYPE, &options, NULL, &err), err);
    memset(content, 'a', MIB);
    assert_ok(postage_reader_feed(reader, "--b\r\n", 5, &err), err);
    assert_ok(postage_reader_feed(reader, content, 8192, &err), err);
    assert_refused(postage_reader_feed(reader, "a", 1, &err), POSTAGE_ERR_LIMIT, err, "max_part_header_bytes (8192)");
    postage_reader_free(reader);
    free(content);
}

static enum postage_status refuse_part(void *context, const struct postage_part *part, struct postage_error *err)
{
    err->code = POSTAGE_ERR_REJECTED;
    snprintf(err->message, sizeof err->message, "no part %s here, said number %d", part->name, *(int *)context);
    return POSTAGE_ERR_REJECTED;
}

/* An error that a callback assigns as a whole comes without its size, in C as in other languages. */
static enum postage_status refuse_part_bluntly(void *context, const struct postage_part *part, struct postage_error *err)
{
    (void)context;
    (void)part;
    *err = (struct postage_error){ 0 };
    return POSTAGE_ERR_REJECTED;
}

static enum postage_status refuse_data(void *context, const uint8_t *data, size_t length, struct postage_error *err)
{
    (void)data;
    (void)length;
    (void)err;
    ++*(int *)context;
    return POSTAGE_ERR_CANCELLED;
}

static enum postage_status refuse_end(void *context, struct postage_error *err)
{
    (void)context;
    (void)err;
    return POSTAGE_AGAIN;
}

static void test_reader__fails_with_what_a_callback_answered(void **state)
{
    static const char body[] = FIELD("x") "--b--\r\n";
    struct postage_reader_options options = POSTAGE_READER_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_reader *reader;
    int number = 7;

    (void)state;
    options.context = &number;
    options.on_part = refuse_part;
    assert_ok(postage_reader_new(&reader, TYPE, &options, NULL, &err), err);
    assert_refused(postage_reader_feed(reader, body, sizeof body - 1, &err), POSTAGE_ERR_REJECTED, err,
                   "no part n here, said number 7");
    err = (struct postage_error)POSTAGE_ERROR_INIT;
    assert_refused(postage_reader_finish(reader, &err), POSTAGE_ERR_REJECTED, err, "number 7");
    postage_reader_free(reader);
    options.on_part = refuse_part_bluntly;
    assert_ok(postage_reader_new(&reader, TYPE, &options, NULL, &err), err);
    assert_refused(postage_reader_feed(reader, body, sizeof body - 1, &err), POSTAGE_ERR_REJECTED, err, "refused");
    assert_int_equal(postage_reader_finish(reader, NULL), POSTAGE_ERR_REJECTED);
    postage_reader_free(reader);
    options.on_part = NULL;
    options.on_data = refuse_data;
    assert_ok(postage_reader_new(&reader, TYPE, &options, NULL, &err), err);
    assert_refused(postage_reader_feed(reader, body, sizeof body - 1, &err), POSTAGE_ERR_CANCELLED, err, "cancelled");
    assert_int_equal(postage_reader_feed(reader, body, sizeof body - 1, NULL), POSTAGE_ERR_CANCELLED);
    assert_int_equal(number, 8);
    postage_reader_free(reader);
    /* Statuses above zero refuse nothing. */
    options.on_data = NULL;
    options.on_part_end = refuse_end;
    assert_ok(postage_reader_new(&reader, TYPE, &options, NULL, &err), err);
    assert_ok(postage_reader_feed(reader, body, sizeof body - 1, &err), err);
    assert_ok(postage_reader_finish(reader, &err), err);
    postage_reader_free(reader);
}

static void assert_hands_on_unchanged(const char *boundary)
{
    static const size_t steps[] = { 4095, 4096, 65536, 1 << 20 };
    enum { FILE_BYTES = 300000, REST_BYTES = 1000 };
    char *body = malloc(FILE_BYTES + REST_BYTES), type[200], line[100];
    size_t len, head;

    assert_non_null(body);
    snprintf(type, sizeof type, "multipart/form-data; boundary=%s", boundary);
    snprintf(line, sizeof line, "--%s", boundary);
    len = head =
        (size_t)snprintf(body, REST_BYTES, "%s\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n", line);
    for (size_t i = 0; i < FILE_BYTES; i++)
        body[len++] = "\r\n--ab\n-"[(i * i / 7 + i) % 8];
    for (size_t i = head; i + 100 < len; i += 20000) /* all of the delimiter but its end */
        snprintf(body + i, 100, "\r\n%.*s", (int)strlen(line) - 1, line);
    /* Whatever came out as a boundary by chance is none any more. */
    for (size_t i = head; i + strlen(line) <= len; i++)
        if (memcmp(body + i, line, strlen(line)) == 0)
            body[i + 2] = 'a';
    len += (size_t)snprintf(body + len, REST_BYTES - head, "\r\n%s--\r\n", line);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        struct postage_reader_options options = POSTAGE_READER_OPTIONS_INIT;
        struct verdict verdict = read_cut(type, body, len, 0, steps[i], options);

        assert_ok(verdict.status, verdict.err);
        assert_int_equal(verdict.trace.len, strlen("[f|x|-][end]") + FILE_BYTES);
        assert_memory_equal(verdict.trace.text + strlen("[f|x|-]"), body + head, FILE_BYTES);
        clear_verdict(&verdict);
    }
    free(body);
}

static void test_reader__hands_large_files_on_unchanged(void **state)
{
    (void)state;
    assert_hands_on_unchanged("b");
    assert_hands_on_unchanged("----WebKitFormBoundary7MA4YWxkTrZu0gW");
}

static enum postage_status new_reader(void *context, const struct postage_allocator *alloc, struct postage_error *err)
{
    struct postage_reader_options options = POSTAGE_READER_OPTIONS_INIT;
    struct postage_reader *reader;
    enum postage_status status = postage_reader_new(&reader, TYPE, &options, alloc, err);

    (void)context;
    assert_made(status, reader);
    postage_reader_free(reader);
    return status;
}

static void test_reader__allocates_nothing_after_new_and_leaks_nothing(void **state)
{
    struct postage_reader_options options = POSTAGE_READER_OPTIONS_INIT;
    struct postage_error err = POSTAGE_ERROR_INIT;
    struct postage_counting_allocator *counting;
    struct postage_reader *reader;
    uint64_t before;

    (void)state;
    assert_true(fail_each_allocation(new_reader, NULL, FAILING_IS_TOLD) >= 1);
    assert_int_equal(postage_counting_allocator_new(&counting, NULL), POSTAGE_OK);
    assert_ok(postage_reader_new(&reader, TYPE, &options, postage_counting_allocator_use(counting), &err), err);
    before = counters_of(counting).total_blocks;
    for (int i = 0; i < 3; i++)
        assert_ok(postage_reader_feed(reader, FIELD("x"), sizeof(FIELD("x")) - 1, &err), err);
    assert_int_equal(counters_of(counting).total_blocks, before);
    assert_refused(postage_reader_finish(reader, &err), POSTAGE_ERR_SYNTAX, err, "final boundary");
    postage_reader_free(reader);
    postage_reader_free(NULL);
    assert_int_equal(counters_of(counting).live_blocks, 0);
    postage_counting_allocator_free(counting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader__accepts_what_clients_send),
        cmocka_unit_test(test_reader__refuses_what_two_readers_would_read_differently),
        cmocka_unit_test(test_reader__refuses_every_body_that_is_cut_short),
        cmocka_unit_test(test_reader__needs_a_usable_content_type),
        cmocka_unit_test(test_reader__stops_on_the_byte_after_a_limit),
        cmocka_unit_test(test_reader__has_limits_unless_told_otherwise),
        cmocka_unit_test(test_reader__fails_with_what_a_callback_answered),
        cmocka_unit_test(test_reader__hands_large_files_on_unchanged),
        cmocka_unit_test(test_reader__allocates_nothing_after_new_and_leaks_nothing),
    };

    return cmocka_run_group_tests_name("multipart/reader", tests, NULL, NULL);
}
