#include "postage/status.h"

struct status_row {
    int number;
    const char *name;
    const char *text;
};

static const struct status_row rows[] = {
#define STATUS_ROW(number, name, text) { (number), #name, (text) },
    POSTAGE_STATUS_MAP(STATUS_ROW)
#undef STATUS_ROW
};

static const struct status_row *find_row(enum postage_status status)
{
    static const struct status_row unknown = { 0, "UNKNOWN", "unknown status" };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].number == (int)status)
            return &rows[i];
    return &unknown;
}

const char *postage_status_name(enum postage_status status)
{
    return find_row(status)->name;
}

const char *postage_status_text(enum postage_status status)
{
    return find_row(status)->text;
}

const char *postage_version(void)
{
    return POSTAGE_VERSION_STRING;
}
