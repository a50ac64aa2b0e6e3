/*
 * Prints the sandbox's reasons for refusing an upload, and each store's answer to them, as Markdown; with --check FILE,
 * compares them with what stands in FILE instead. docs/sandbox.md holds them: a user's test asks the ledger for these names.
 */
#include <stdlib.h>

#include "sandbox/refusal.h"
#include "support/document.h"

/* Of other requests: no line of the ledger has them. */
static const enum refusal not_for_uploads[] = { REFUSAL_NO_OBJECT, REFUSAL_BUCKET_NAME,      REFUSAL_BUCKET_EXISTS, REFUSAL_BUCKET_NOT_EMPTY,
                                             REFUSAL_RANGE,     REFUSAL_NO_CONFIGURATION, REFUSAL_CORS };

static bool is_for_uploads(enum refusal rule)
{
    for (size_t i = 0; i < sizeof not_for_uploads / sizeof not_for_uploads[0]; i++)
        if (rule == not_for_uploads[i])
            return false;
    return true;
}

static bool answers_are_the_same(enum refusal a, enum refusal b)
{
    for (enum dialect dialect = 0; dialect < DIALECT_COUNT; dialect++) {
        const struct refusal_answer *first = refusal_answer(a, dialect), *second = refusal_answer(b, dialect);

        if (first->status != second->status || strcmp(first->code, second->code) != 0)
            return false;
    }
    return true;
}

static void end_row(FILE *out, enum refusal rule)
{
    for (enum dialect dialect = 0; dialect < DIALECT_COUNT; dialect++)
        fprintf(out, " | %d `%s`", refusal_answer(rule, dialect)->status, refusal_answer(rule, dialect)->code);
    fputs(" |\n", out);
}

/* Neighbours that are answered alike share a row. */
static void print_rules(FILE *out)
{
    enum refusal last = REFUSAL_NONE;

    fputs("| `rule` | S3 | MinIO | OSS |\n|---|---|---|---|\n", out);
    for (enum refusal rule = REFUSAL_NONE + 1; rule < REFUSAL_COUNT; rule++) {
        if (!is_for_uploads(rule))
            continue;
        if (last != REFUSAL_NONE && answers_are_the_same(last, rule)) {
            fprintf(out, ", `%s`", refusal_name(rule));
        } else {
            if (last != REFUSAL_NONE)
                end_row(out, last);
            fprintf(out, "| `%s`", refusal_name(rule));
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
