/*
 * Prints the tables of exit codes, outcomes, provider codes and statuses as Markdown, each between two marks; with --check
 * FILE, compares them with what stands in FILE instead. docs/errors.md holds them.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit_code.h"
#include "oss/oss.h"
#include "s3/s3.h"
#include "support/document.h"
#include "upload/verdict.h"

static const char *const advice[] = {
    [POSTAGE_RETRY_NEVER] = "never",
    [POSTAGE_RETRY_SAME_FORM] = "same form",
    [POSTAGE_RETRY_NEW_FORM] = "new form",
};

static const struct {
    const char *providers;
    const struct reply_code *codes;
} replies[] = { { "S3, MinIO", s3_reply_codes }, { "OSS", oss_reply_codes } };

enum { REPLIES = sizeof replies / sizeof replies[0] };

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

    for (size_t i = 0; i < REPLIES; i++)
        for (const struct reply_code *row = replies[i].codes;; row++) {
            if (row->outcome == outcome)
                bits |= 1u << row->retry;
            if (row->code == NULL)
                break;
        }
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

static void print_provider_codes(FILE *out)
{
    fputs("| provider | code | `class` | retry |\n|---|---|---|---|\n", out);
    for (size_t i = 0; i < REPLIES; i++)
        for (const struct reply_code *row = replies[i].codes; row->code != NULL; row++)
            fprintf(out, "| %s | `%s` | `%s` | %s |\n", replies[i].providers, row->code, postage_outcome_name(row->outcome),
                    advice[row->retry]);
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
    bool checking = argc == 3 && strcmp(argv[1], "--check") == 0;
    int code = 0;

    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char *text = print_table(i);

        if (checking)
            code |= document_holds(argv[2], text);
        else
            puts(text);
        free(text);
    }
    return code;
}
