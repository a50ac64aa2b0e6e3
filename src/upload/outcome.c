/* Names and meanings of outcomes; result.h has the list. */
#include "upload/outcome.h"

struct outcome_row {
    const char *name;
    enum postage_status status;
    const char *text;
};

static const struct outcome_row *row_of(enum postage_outcome outcome)
{
    static const struct outcome_row rows[] = {
#define OUTCOME_ROW(number, constant, name, status, text) [number] = { name, POSTAGE_##status, text },
        POSTAGE_OUTCOME_MAP(OUTCOME_ROW)
#undef OUTCOME_ROW
    };
    static const struct outcome_row unknown = { "unknown", POSTAGE_ERR_INVALID, "unknown outcome" };

    return (unsigned)outcome < OUTCOME_COUNT ? &rows[outcome] : &unknown;
}

const char *postage_outcome_name(enum postage_outcome outcome)
{
    return row_of(outcome)->name;
}

const char *postage_outcome_text(enum postage_outcome outcome)
{
    return row_of(outcome)->text;
}

enum postage_status postage_outcome_status(enum postage_outcome outcome)
{
    return row_of(outcome)->status;
}

const char *postage_object_state_name(enum postage_object_state state)
{
    static const char *const names[] = { "not_stored", "stored", "unknown" };

    return (unsigned)state < sizeof names / sizeof names[0] ? names[state] : "unknown";
}
