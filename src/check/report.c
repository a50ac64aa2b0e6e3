#include "check/report.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/error.h"
#include "base/json_text.h"
#include "base/text.h"

enum { MESSAGE_BYTES = 384, REPORT_JSON_MAX_BYTES = 64 * 1024 * 1024 };

static const struct {
    const char *name;
    const char *text;
} kinds[] = {
#define FINDING_ROW(number, constant, name, text) [number] = { name, text },
    POSTAGE_FINDING_MAP(FINDING_ROW)
#undef FINDING_ROW
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

const char *postage_finding_name(enum postage_finding_id id)
{
    return (unsigned)id < KIND_COUNT ? kinds[id].name : "unknown";
}

const char *postage_finding_text(enum postage_finding_id id)
{
    return (unsigned)id < KIND_COUNT ? kinds[id].text : "unknown finding";
}

const char *postage_effect_name(enum postage_effect effect)
{
    static const char *const names[] = { "refused", "tolerated", "note" };

    return (unsigned)effect < sizeof names / sizeof names[0] ? names[effect] : "unknown";
}

struct postage_report *report_alloc(const struct postage_allocator *alloc)
{
    struct arena arena;
    struct postage_report *report = arena_new(&arena, alloc, sizeof *report, ARENA_QUICK_BYTES - sizeof *report);

    if (report == NULL)
        return NULL;
    report->arena = arena;
    report->signature = report->key = "";
    return report;
}

void postage_report_free(struct postage_report *report)
{
    struct arena arena;

    if (report == NULL)
        return;
    arena = report->arena;
    arena_clear(&arena);
}

/* Room for one more. The old array stays in the arena until the report goes. */
static bool grow(struct postage_report *report)
{
    size_t cap = report->cap > 0 ? report->cap * 2 : 8;
    struct postage_finding *grown;

    if (report->count < report->cap)
        return true;
    grown = arena_array(&report->arena, cap, sizeof *grown);
    if (grown == NULL)
        return false;
    if (report->count > 0)
        memcpy(grown, report->findings, report->count * sizeof *grown);
    report->findings = grown;
    report->cap = cap;
    return true;
}

static const char *keep(struct postage_report *report, const char *text)
{
    return arena_copy(&report->arena, slice_of(text != NULL ? text : ""));
}

static void find_answer(const struct postage_provider *provider, struct postage_finding *finding)
{
    const struct finding_answer *answer = provider != NULL ? provider->capabilities->dialect->answers : NULL;

    finding->provider_code = "";
    if (finding->effect != POSTAGE_EFFECT_REFUSED)
        return;
    for (; answer != NULL && answer->http_status != 0; answer++)
        if (answer->finding == finding->id) {
            finding->http_status = answer->http_status;
            finding->provider_code = answer->code;
        }
}

void report_add(struct postage_report *report, enum postage_finding_id id, enum postage_effect effect,
                const struct report_place *place, const char *format, ...)
{
    struct postage_finding finding = { .id = id, .effect = effect, .condition = place->condition };
    char message[MESSAGE_BYTES];
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    error_clean_line(message);
    finding.rule = keep(report, place->rule);
    finding.field = keep(report, place->field);
    finding.seen = keep(report, place->seen);
    finding.wanted = keep(report, place->wanted);
    finding.message = keep(report, message);
    find_answer(report->provider, &finding);
    if (finding.rule == NULL || finding.field == NULL || finding.seen == NULL || finding.wanted == NULL ||
        finding.message == NULL || !grow(report)) {
        report->status = POSTAGE_ERR_NOMEM;
        return;
    }
    report->findings[report->count++] = finding;
}

void report_answer(struct postage_report *report, int http_status, const char *code)
{
    if (report->status != POSTAGE_OK || report->count == 0 ||
        report->findings[report->count - 1].effect != POSTAGE_EFFECT_REFUSED)
        return;
    report->findings[report->count - 1].http_status = http_status;
    report->findings[report->count - 1].provider_code = code;
}

const struct postage_finding *postage_report_first(const struct postage_report *report)
{
    for (size_t i = 0; i < report->count; i++)
        if (report->findings[i].effect == POSTAGE_EFFECT_REFUSED)
            return &report->findings[i];
    return NULL;
}

bool postage_report_accepted(const struct postage_report *report)
{
    return postage_report_first(report) == NULL;
}

const struct postage_finding *postage_report_finding(const struct postage_report *report, size_t index)
{
    return index < report->count ? &report->findings[index] : NULL;
}

const struct postage_provider *postage_report_provider(const struct postage_report *report)
{
    return report->provider;
}

const char *postage_report_key(const struct postage_report *report)
{
    return report->key;
}

/* File names come from the system as bytes: what is not UTF-8 must not make the line unreadable. */
static void add_json_text(struct buf *out, const char *text)
{
    size_t len = strlen(text);

    buf_add_char(out, '"');
    while (len > 0) {
        size_t step = utf8_sequence_length(text, len);

        if (step > 0)
            json_add_escaped(out, (struct slice){ text, step });
        else
            buf_add_text(out, "\xEF\xBF\xBD");
        text += step > 0 ? step : 1;
        len -= step > 0 ? step : 1;
    }
    buf_add_char(out, '"');
}

static void add_member(struct buf *out, const char *before, const char *text)
{
    buf_add_text(out, before);
    add_json_text(out, text);
}

static void add_finding(struct buf *out, const struct postage_finding *finding)
{
    add_member(out, "{\"id\": ", postage_finding_name(finding->id));
    add_member(out, ", \"effect\": ", postage_effect_name(finding->effect));
    buf_add_text(out, ", \"condition\": ");
    buf_add_u64(out, finding->condition);
    add_member(out, ", \"rule\": ", finding->rule);
    add_member(out, ", \"field\": ", finding->field);
    add_member(out, ", \"seen\": ", finding->seen);
    add_member(out, ", \"wanted\": ", finding->wanted);
    buf_add_text(out, ", \"status\": ");
    buf_add_i64(out, finding->http_status);
    add_member(out, ", \"code\": ", finding->provider_code);
    add_member(out, ", \"message\": ", finding->message);
    buf_add_char(out, '}');
}

enum postage_status postage_report_to_json(const struct postage_report *report, const struct postage_allocator *alloc,
                                           char **out)
{
    const struct postage_finding *first = postage_report_first(report);
    struct buf text;

    buf_init(&text, alloc, REPORT_JSON_MAX_BYTES);
    buf_add_text(&text, first == NULL ? "{\"accepted\": true" : "{\"accepted\": false");
    add_member(&text, ", \"provider\": ", report->provider != NULL ? report->provider->name : "");
    add_member(&text, ", \"signature\": ", report->signature);
    add_member(&text, ", \"key\": ", report->key);
    buf_add_text(&text, ", \"first\": ");
    if (first != NULL)
        add_json_text(&text, postage_finding_name(first->id));
    else
        buf_add_text(&text, "null");
    buf_add_text(&text, ", \"findings\": [");
    for (size_t i = 0; i < report->count; i++) {
        buf_add_text(&text, i > 0 ? ", " : "");
        add_finding(&text, &report->findings[i]);
    }
    buf_add_text(&text, "]}");
    *out = buf_take(&text);
    buf_clear(&text);
    return *out != NULL ? POSTAGE_OK : POSTAGE_ERR_NOMEM;
}
