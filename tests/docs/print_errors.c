/*
 * Prints the tables of exit codes, outcomes, provider codes and statuses as Markdown, each between two marks, for
 * docs/errors.md; see support/document.h for --check and --write.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit_code.h"
#include "provider/refusal.h"
#include "registry/registry.h"
#include "support/document.h"
#include "upload/verdict.h"

static const char *const advice[] = {
    [POSTAGE_RETRY_NEVER] = "never",
    [POSTAGE_RETRY_SAME_FORM] = "same form",
    [POSTAGE_RETRY_NEW_FORM] = "new form",
};

/* The tables of causes, each once: that of all providers first, then those of the rows in the registry's order. */
static const struct refusal_cause *table_at(size_t index)
{
    const struct refusal_cause *seen[16] = { refusal_common_causes };
    const struct postage_provider *provider;
    size_t count = 1;

    for (size_t p = 0; (provider = registry_at(p)) != NULL; p++)
        for (size_t t = 0; provider->causes != NULL && provider->causes[t] != NULL; t++) {
            size_t known = 0;

            while (known < count && seen[known] != provider->causes[t])
                known++;
            if (known == count && count < sizeof seen / sizeof seen[0])
                seen[count++] = provider->causes[t];
        }
    return index < count ? seen[index] : NULL;
}

/* "AWS S3, MinIO": whose table it is. */
static void print_owners(FILE *out, const struct refusal_cause *table)
{
    const struct postage_provider *provider;
    const char *comma = "";

    if (table == refusal_common_causes)
        fputs("all", out);
    for (size_t p = 0; (provider = registry_at(p)) != NULL; p++)
        for (size_t t = 0; provider->causes != NULL && provider->causes[t] != NULL; t++)
            if (provider->causes[t] == table) {
                fprintf(out, "%s%s", comma, provider->title);
                comma = ", ";
            }
}

static void print_exit_codes(FILE *out)
{
    fputs("| code | meaning |\n|---|---|\n", out);
    for (size_t i = exit_code_count; i-- > 0;)
        fprintf(out, "| %d | %s |\n", (int)exit_code_rows[i].code, exit_code_rows[i].meaning);
}

/* The advice that comes with an outcome, as bits: where replies have it, theirs, which depends on the provider's code. */
static unsigned advice_for(enum postage_outcome outcome)
{
    unsigned bits = 0;

    const struct refusal_cause *row;

    for (size_t i = 0; (row = table_at(i)) != NULL; i++)
        for (; row->code != NULL; row++)
            if (row->outcome == outcome)
                bits |= 1u << row->retry;
    if (outcome == POSTAGE_OUTCOME_REJECTED) /* what every other status says */
        bits |= 1u << POSTAGE_RETRY_NEVER;
    return bits != 0 ? bits : 1u << verdict_retry(outcome);
}

static void print_advice(FILE *out, unsigned bits)
{
    const char *comma = "";

    for (unsigned i = 0; i < sizeof advice / sizeof advice[0]; i++)
        if ((bits & 1u << i) != 0) {
            fprintf(out, "%s%s", comma, advice[i]);
            comma = ", ";
        }
}

static void print_outcomes(FILE *out)
{
    fputs("| `class` | `not_stored` | `stored` | `unknown` | retry | status | meaning |\n|---|---|---|---|---|---|---|\n", out);
    for (int i = 0; i < EXIT_OUTCOMES; i++) {
        enum postage_outcome outcome = (enum postage_outcome)i;

        fprintf(out, "| `%s` | %d | %d | %d | ", postage_outcome_name(outcome),
                (int)exit_code_of_result(outcome, POSTAGE_OBJECT_NOT_STORED),
                (int)exit_code_of_result(outcome, POSTAGE_OBJECT_STORED),
                (int)exit_code_of_result(outcome, POSTAGE_OBJECT_UNKNOWN));
        if (outcome != POSTAGE_OUTCOME_OK)
            print_advice(out, advice_for(outcome));
        fprintf(out, " | `%s` | %s |\n", postage_status_name(postage_outcome_status(outcome)), postage_outcome_text(outcome));
    }
}

static void print_cause(FILE *out, const struct refusal_cause *table, const struct refusal_cause *row)
{
    fputs("| ", out);
    print_owners(out, table);
    fprintf(out, " | `%s`", row->code);
    if (row->evidence != NULL)
        fprintf(out, " (\"%s\")", row->evidence);
    fputs(" | ", out);
    if (row->outcome != POSTAGE_OUTCOME_OK)
        fprintf(out, "`%s` | %s", postage_outcome_name(row->outcome), advice[row->retry]);
    else
        fputs("by status | by status", out);
    fprintf(out, " | %s |\n", row->remedy != NULL ? row->remedy : "");
}

static void print_provider_codes(FILE *out)
{
    const struct refusal_cause *table;

    fputs("| provider | code | `class` | retry | hint |\n|---|---|---|---|---|\n", out);
    for (size_t i = 0; (table = table_at(i)) != NULL; i++)
        for (const struct refusal_cause *row = table; row->code != NULL; row++)
            print_cause(out, table, row);
}

static void print_statuses(FILE *out)
{
#define NUMBER(number, name, text) (number),
    static const int numbers[] = { POSTAGE_STATUS_MAP(NUMBER) };
#undef NUMBER

    fputs("| number | status | exit code | meaning |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        enum postage_status status = (enum postage_status)numbers[i];

        fprintf(out, "| %d | `POSTAGE_%s` | ", numbers[i], postage_status_name(status));
        if (numbers[i] <= 0)
            fprintf(out, "%d", (int)exit_code_of_status(status));
        fprintf(out, " | %s |\n", postage_status_text(status));
    }
}

static const struct {
    const char *name;
    void (*print)(FILE *out);
} tables[] = {
    { "exit codes", print_exit_codes },
    { "classes", print_outcomes },
    { "provider codes", print_provider_codes },
    { "statuses", print_statuses },
};

static char *print_table(size_t i)
{
    size_t length;
    char *text;
    FILE *out = open_memstream(&text, &length);

    if (out == NULL)
        exit(2);
    fprintf(out, "<!-- %s of the code: begin -->\n", tables[i].name);
    tables[i].print(out);
    fprintf(out, "<!-- %s of the code: end -->\n", tables[i].name);
    fclose(out);
    return text;
}

int main(int argc, char **argv)
{
    int code = 0;

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char *text = print_table(i);

        code |= document_take(argc, argv, text);
        free(text);
    }
    return code;
}
