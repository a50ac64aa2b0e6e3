/*
 * Prints the sandbox's reasons for refusing an upload, and each store's answer to them, as Markdown; with --check FILE,
 * compares them with what stands in FILE instead. docs/sandbox.md holds them: a user's test asks the ledger for these names.
 */
#include <stdlib.h>

#include "sandbox/rules.h"
#include "support/document.h"

/* Of other requests: no line of the ledger has them. */
static const enum rule not_for_uploads[] = { RULE_NO_OBJECT, RULE_BUCKET_NAME,      RULE_BUCKET_EXISTS, RULE_BUCKET_NOT_EMPTY,
                                             RULE_RANGE,     RULE_NO_CONFIGURATION, RULE_CORS };

static bool is_for_uploads(enum rule rule)
{
    for (size_t i = 0; i < sizeof not_for_uploads / sizeof not_for_uploads[0]; i++)
        if (rule == not_for_uploads[i])
            return false;
    return true;
}

static bool answers_are_the_same(enum rule a, enum rule b)
{
    for (enum dialect dialect = 0; dialect < DIALECT_COUNT; dialect++) {
        const struct rule_answer *first = rule_answer(a, dialect), *second = rule_answer(b, dialect);

        if (first->status != second->status || strcmp(first->code, second->code) != 0)
            return false;
    }
    return true;
}

static void end_row(FILE *out, enum rule rule)
{
    for (enum dialect dialect = 0; dialect < DIALECT_COUNT; dialect++)
        fprintf(out, " | %d `%s`", rule_answer(rule, dialect)->status, rule_answer(rule, dialect)->code);
    fputs(" |\n", out);
}

/* Neighbours that are answered alike share a row. */
static void print_rules(FILE *out)
{
    enum rule last = RULE_NONE;

    fputs("| `rule` | S3 | MinIO | OSS |\n|---|---|---|---|\n", out);
    for (enum rule rule = RULE_NONE + 1; rule < RULE_COUNT; rule++) {
        if (!is_for_uploads(rule))
            continue;
        if (last != RULE_NONE && answers_are_the_same(last, rule)) {
            fprintf(out, ", `%s`", rule_name(rule));
        } else {
            if (last != RULE_NONE)
                end_row(out, last);
            fprintf(out, "| `%s`", rule_name(rule));
        }
        last = rule;
    }
    end_row(out, last);
}

int main(int argc, char **argv)
{
    bool checking = argc == 3 && strcmp(argv[1], "--check") == 0;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    int code = 0;

    if (out == NULL)
        return 2;
    fputs("<!-- rules of the code: begin -->\n", out);
    print_rules(out);
    fputs("<!-- rules of the code: end -->\n", out);
    fclose(out);
    if (checking)
        code = document_holds(argv[2], text);
    else
        fputs(text, stdout);
    free(text);
    return code;
}
