/*
 * Prints the sandbox's reasons for refusing an upload, and each store's answer to them, as Markdown, for docs/sandbox-rules.md;
 * see support/document.h for --check and --write. A user's test asks the ledger for these names.
 */
#include <stdlib.h>

#include "sandbox/dialect.h"
#include "support/document.h"

/* Of other requests: they are in no line of the ledger. */
static const enum refusal not_for_uploads[] = { REFUSAL_NO_OBJECT,     REFUSAL_BUCKET_NAME,
                                                REFUSAL_BUCKET_EXISTS, REFUSAL_BUCKET_NOT_EMPTY,
                                                REFUSAL_RANGE,         REFUSAL_NO_CONFIGURATION,
                                                REFUSAL_CORS };

static bool is_for_uploads(enum refusal refusal)
{
    for (size_t i = 0; i < sizeof not_for_uploads / sizeof not_for_uploads[0]; i++)
        if (refusal == not_for_uploads[i])
            return false;
    return true;
}

static bool answers_are_the_same(enum refusal a, enum refusal b)
{
    const struct dialect *dialect;

    for (size_t i = 0; (dialect = dialect_at(i)) != NULL; i++) {
        const struct refusal_answer *first = &dialect->refusals[a], *second = &dialect->refusals[b];

        if (first->status != second->status || strcmp(first->code, second->code) != 0)
            return false;
    }
    return true;
}

static void print_head(FILE *out)
{
    const struct dialect *dialect;

    fputs("| `rule`", out);
    for (size_t i = 0; (dialect = dialect_at(i)) != NULL; i++)
        fprintf(out, " | %s", dialect->title);
    fputs(" |\n|---", out);
    for (size_t i = 0; dialect_at(i) != NULL; i++)
        fputs("|---", out);
    fputs("|\n", out);
}

static void end_row(FILE *out, enum refusal refusal)
{
    const struct dialect *dialect;

    for (size_t i = 0; (dialect = dialect_at(i)) != NULL; i++)
        fprintf(out, " | %d `%s`", dialect->refusals[refusal].status, dialect->refusals[refusal].code);
    fputs(" |\n", out);
}

/* Neighbours that are answered alike share a row. */
static void print_rules(FILE *out)
{
    enum refusal last = REFUSAL_NONE;

    print_head(out);
    for (enum refusal refusal = REFUSAL_NONE + 1; refusal < REFUSAL_COUNT; refusal++) {
        if (!is_for_uploads(refusal))
            continue;
        if (last != REFUSAL_NONE && answers_are_the_same(last, refusal)) {
            fprintf(out, ", `%s`", refusal_name(refusal));
        } else {
            if (last != REFUSAL_NONE)
                end_row(out, last);
            fprintf(out, "| `%s`", refusal_name(refusal));
        }
        last = refusal;
    }
    end_row(out, last);
}

int main(int argc, char **argv)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    int code;

    if (out == NULL)
        return 2;
    fputs("<!-- rules of the code: begin -->\n", out);
    print_rules(out);
    fputs("<!-- rules of the code: end -->\n", out);
    fclose(out);
    code = document_take(argc, argv, text);
    free(text);
    return code;
}
