/* The fields of the signature, as far as they can be judged without the secret, and the clock. */
#include <inttypes.h>
#include <stdio.h>

#include "base/calendar.h"
#include "base/error.h"
#include "base/saturate.h"
#include "base/text.h"
#include "check/check.h"

enum { DAY_CHARS = 8, SCOPE_PARTS = 4, SOON_S = 60, SKEW_S = 15 * 60 };

static const char *value_of(const struct check *check, const char *name)
{
    const struct sent_field *field = name != NULL ? check_find(check, name, NULL) : NULL;

    return field != NULL ? field->value : NULL;
}

static bool is_signing_only(const struct check *check, const char *name)
{
    return name == check->scheme->algorithm_field || name == check->scheme->date_field;
}

static enum postage_effect signing_effect(const struct check *check)
{
    return check->dialect->ignores_signing_fields ? POSTAGE_EFFECT_TOLERATED : POSTAGE_EFFECT_REFUSED;
}

/* --- that all fields are there --- */

static void need_field(struct check *check, const char *name)
{
    const struct report_place place = { .field = name };

    if (name == NULL || value_of(check, name) != NULL)
        return;
    if (is_signing_only(check, name) && check->dialect->ignores_signing_fields)
        report_add(check->report, POSTAGE_FINDING_SIGNATURE_MISSING, POSTAGE_EFFECT_TOLERATED, &place,
                   "field \"%s\" is missing; this provider's signature check would accept that; others refuse it", name);
    else
        report_add(check->report, POSTAGE_FINDING_SIGNATURE_MISSING, POSTAGE_EFFECT_REFUSED, &place,
                   "field \"%s\" is missing: the signature cannot be checked without it", name);
}

/* --- that they can be right --- */

static void add_malformed(struct check *check, const char *name, enum postage_effect effect, const char *wanted)
{
    const char *shown = check_shown(name, value_of(check, name));
    const struct report_place place = { .field = name, .seen = shown, .wanted = wanted };

    report_add(check->report, POSTAGE_FINDING_SIGNATURE_MALFORMED, effect, &place,
               "field \"%s\": " ERROR_QUOTE_FORMAT " cannot be right; it must be %s%s", name, ERROR_QUOTE(shown, strlen(shown)),
               wanted, effect == POSTAGE_EFFECT_TOLERATED ? "; this provider would accept it" : "");
}

static bool is_all_of(const char *text, const char *characters)
{
    return text[strspn(text, characters)] == '\0';
}

static void judge_signature_text(struct check *check)
{
    static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    const char *name = check->scheme->signature_field;
    const char *text = value_of(check, name);
    char wanted[48];

    if (text == NULL)
        return;
    snprintf(wanted, sizeof wanted, "%zu lower-case hex digits", check->scheme->signature_chars);
    if (check->scheme->base64 && (text[0] == '\0' || strlen(text) % 4 != 0 || !is_all_of(text, base64)))
        add_malformed(check, name, POSTAGE_EFFECT_REFUSED, "base64");
    else if (!check->scheme->base64 && (strlen(text) != check->scheme->signature_chars || !is_all_of(text, "0123456789abcdef")))
        add_malformed(check, name, POSTAGE_EFFECT_REFUSED, wanted);
}

static void judge_algorithm(struct check *check)
{
    const char *algorithm = value_of(check, check->scheme->algorithm_field);

    if (algorithm != NULL && strcmp(algorithm, check->scheme->algorithm) != 0)
        add_malformed(check, check->scheme->algorithm_field, signing_effect(check), check->scheme->algorithm);
}

/*
 * KEY/DAY/REGION/SERVICE/TERMINATOR, taken apart from the right: key ids may have slashes. `parts` are the last four.
 * False: there are fewer, or the key id is empty.
 */
static bool split_credential(const char *credential, struct slice parts[SCOPE_PARTS])
{
    size_t end = strlen(credential), at = end;

    for (size_t part = SCOPE_PARTS; part > 0; part--) {
        while (at > 0 && credential[at - 1] != '/')
            at--;
        if (at < 2)
            return false;
        parts[part - 1] = (struct slice){ credential + at, end - at };
        end = at = at - 1;
    }
    return end > 0;
}

static bool is_day(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!text_is_digit(text.ptr[i]))
            return false;
    return text.len == DAY_CHARS;
}

/* The day of the credential; NULL `ptr`: it cannot be read, and that was said. */
static struct slice judge_credential(struct check *check)
{
    const struct signature_scheme *scheme = check->scheme;
    const char *credential = value_of(check, scheme->credential_field);
    struct slice parts[SCOPE_PARTS], none = { NULL, 0 };
    char wanted[96];

    if (credential == NULL || scheme->key_prefix == NULL)
        return none;
    if (split_credential(credential, parts) && is_day(parts[0]) && parts[1].len > 0 &&
        slice_equal(parts[2], slice_of(scheme->service)) && slice_equal(parts[3], slice_of(scheme->terminator)))
        return parts[0];
    snprintf(wanted, sizeof wanted, "KEYID/YYYYMMDD/REGION/%s/%s", scheme->service, scheme->terminator);
    add_malformed(check, scheme->credential_field, POSTAGE_EFFECT_REFUSED, wanted);
    return none;
}

/* --- when it was signed --- */

static void judge_day(struct check *check, struct slice day, const char *date)
{
    struct report_place place = { .field = check->scheme->date_field, .seen = date };
    char wanted[DAY_CHARS + 1];

    if (strlen(date) >= DAY_CHARS && memcmp(date, day.ptr, DAY_CHARS) == 0)
        return;
    memcpy(wanted, day.ptr, DAY_CHARS);
    wanted[DAY_CHARS] = '\0';
    place.wanted = wanted;
    report_add(check->report, POSTAGE_FINDING_DATE_DIFFERS, signing_effect(check), &place,
               "field \"%s\" says " ERROR_QUOTE_FORMAT ", the credential is for %s%s", place.field,
               ERROR_QUOTE(date, strlen(date)), wanted,
               check->dialect->ignores_signing_fields ? "; this provider would accept it; others refuse it" : "");
}

/* The moment of signing, or the start of its day when only that can be read; SDKs of old left the seconds out. */
static bool signed_at(struct slice day, const char *date, int64_t *unix_s)
{
    char text[CALENDAR_BASIC_BYTES];

    if (date != NULL && calendar_read_basic(slice_of(date), unix_s))
        return true;
    if (day.ptr == NULL)
        return false;
    snprintf(text, sizeof text, "%.8sT000000Z", day.ptr);
    return calendar_read_basic(slice_of(text), unix_s);
}

static void judge_age(struct check *check, int64_t signed_unix_s)
{
    const struct report_place place = { .field = check->scheme->date_field,
                                        .seen = value_of(check, check->scheme->date_field) };
    int64_t limit = check->caps->limits.max_expiry_s;

    if (signed_unix_s > saturating_add(check->options.now_unix_s, SKEW_S) && !check->dialect->ignores_signing_fields)
        report_add(check->report, POSTAGE_FINDING_DATE_IN_FUTURE, POSTAGE_EFFECT_NOTE, &place,
                   "the form was signed in the future: the clock is wrong here or where it was signed");
    if (limit == 0)
        return;
    if (check->options.now_unix_s > saturating_add(signed_unix_s, limit))
        report_add(check->report, POSTAGE_FINDING_SIGNATURE_TOO_OLD, POSTAGE_EFFECT_REFUSED, &place,
                   "the signature is from %s; %s accepts it for %" PRId64 " days",
                   place.seen != NULL ? place.seen : "an earlier day", check->provider->name, limit / 86400);
    if (check->has_policy && check->document->expires_unix_s - limit > signed_unix_s)
        report_add(check->report, POSTAGE_FINDING_EXPIRY_CUT, POSTAGE_EFFECT_NOTE, &place,
                   "the policy lasts longer than the %" PRId64 " days for which %s accepts a signature", limit / 86400,
                   check->provider->name);
}

static void judge_signing_date(struct check *check)
{
    const char *date = value_of(check, check->scheme->date_field);
    struct slice day = judge_credential(check);
    int64_t signed_unix_s;

    if (date != NULL && day.ptr != NULL)
        judge_day(check, day, date);
    if (check->scheme->key_prefix != NULL && signed_at(day, date, &signed_unix_s))
        judge_age(check, signed_unix_s);
}

/* --- until when --- */

static void judge_expiry(struct check *check)
{
    int64_t expires = check->document->expires_unix_s, now = check->options.now_unix_s;
    char until[CALENDAR_EXTENDED_BYTES], at[CALENDAR_EXTENDED_BYTES];
    struct report_place place = { .seen = at, .wanted = until };

    if (!check->has_policy || now < expires - SOON_S)
        return;
    calendar_extended(expires, until);
    calendar_extended(now < 0 ? 0 : now > CALENDAR_MAX_UNIX_S ? CALENDAR_MAX_UNIX_S : now, at);
    if (now >= expires)
        report_add(check->report, POSTAGE_FINDING_EXPIRED, POSTAGE_EFFECT_REFUSED, &place, "the policy expired at %s; it is %s",
                   until, at);
    else
        report_add(check->report, POSTAGE_FINDING_EXPIRES_SOON, POSTAGE_EFFECT_NOTE, &place,
                   "the policy expires at %s, in %" PRId64 " seconds: an upload that takes longer may be refused at its end",
                   until, expires - now);
}

static void judge_unsigned(struct check *check)
{
    const struct report_place nowhere = { 0 };

    if (check->dialect->refuses_unsigned)
        report_add(check->report, POSTAGE_FINDING_UNSIGNED, POSTAGE_EFFECT_REFUSED, &nowhere,
                   "the form is not signed, and %s accepts no anonymous forms", check->provider->name);
    else
        report_add(check->report, POSTAGE_FINDING_UNSIGNED, POSTAGE_EFFECT_NOTE, &nowhere,
                   "the form is not signed: only a bucket that is open to everybody accepts it");
}

void check_signature(struct check *check)
{
    const struct signature_scheme *scheme = check->scheme;

    if (scheme == NULL) {
        judge_unsigned(check);
    } else {
        need_field(check, scheme->algorithm_field);
        need_field(check, scheme->credential_field);
        need_field(check, scheme->date_field);
        need_field(check, "policy");
        need_field(check, scheme->signature_field);
        judge_algorithm(check);
        judge_signature_text(check);
        judge_signing_date(check);
    }
    judge_expiry(check);
}
