/*
 * Prints what each provider can do, from its tables, as Markdown; with --check FILE, compares that with what stands in FILE
 * between the two marks instead. `print_providers` shows what to paste when docs/providers.md is behind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/rows.h"
#include "postage/policy.h"
#include "support/document.h"

#define BEGIN_MARK "<!-- tables of the code: begin -->\n"
#define END_MARK   "<!-- tables of the code: end -->\n"

enum { PROVIDERS = 3 };

struct column {
    const char *title;
    const struct capabilities *caps;
};

static void print_rules(FILE *out, unsigned rules)
{
    static const char *const names[] = { "exact", "prefix", "any", "one-of", "none-of" };
    const char *comma = "";

    for (unsigned bit = 0; bit < sizeof names / sizeof names[0]; bit++)
        if ((rules & 1u << bit) != 0) {
            fprintf(out, "%s%s", comma, names[bit]);
            comma = ", ";
        }
}

static void print_field(FILE *out, const struct capability *field)
{
    if (field->wire == NULL) {
        fprintf(out, " refused: %s |", field->instead);
        return;
    }
    fprintf(out, " `%s`: ", field->wire);
    print_rules(out, field->rules);
    fprintf(out, " |");
}

static void print_head(FILE *out, const char *first, const struct column columns[PROVIDERS])
{
    fprintf(out, "| %s |", first);
    for (size_t i = 0; i < PROVIDERS; i++)
        fprintf(out, " %s |", columns[i].title);
    fprintf(out, "\n|---|---|---|---|\n");
}

/* The tables list the neutral names in one order. */
static void print_fields(FILE *out, const struct column columns[PROVIDERS])
{
    fprintf(out, "### Fields\n\n");
    print_head(out, "neutral name", columns);
    for (size_t f = 0; f < columns[0].caps->field_count; f++) {
        fprintf(out, "| `%s` |", columns[0].caps->fields[f].name);
        for (size_t i = 0; i < PROVIDERS; i++)
            print_field(out, &columns[i].caps->fields[f]);
        fprintf(out, "\n");
    }
    fprintf(out, "| metadata NAME |");
    for (size_t i = 0; i < PROVIDERS; i++) {
        fprintf(out, " `%sNAME`: ", columns[i].caps->metadata_prefix);
        print_rules(out, columns[i].caps->metadata_rules);
        fprintf(out, " |");
    }
    fprintf(out, "\n| other `%s…`, `%s…` |", columns[0].caps->vendor_prefix, columns[2].caps->vendor_prefix);
    for (size_t i = 0; i < PROVIDERS; i++) {
        fprintf(out, " ");
        print_rules(out, columns[i].caps->vendor_rules);
        fprintf(out, " |");
    }
    fprintf(out, "\n");
}

static void print_amount(FILE *out, uint64_t amount, const char *unit)
{
    static const char *const scales[] = { "", " KiB", " MiB", " GiB", " TiB" };
    size_t scale = 0;

    if (amount == 0) {
        fprintf(out, " none known |");
        return;
    }
    for (; strcmp(unit, "bytes") == 0 && amount >= 1024 && amount % 1024 == 0 && scale < 4; scale++)
        amount /= 1024;
    fprintf(out, " %llu%s%s%s |", (unsigned long long)amount, scales[scale], scale == 0 ? " " : "", scale == 0 ? unit : "");
}

#define LIMIT(column, member) ((uint64_t)(column)->caps->limits.member)

static uint64_t limit_of(const struct column *column, size_t row)
{
    const uint64_t values[] = {
        LIMIT(column, max_object_bytes),   LIMIT(column, max_pre_file_bytes), LIMIT(column, max_key_bytes),
        LIMIT(column, max_metadata_bytes), LIMIT(column, max_field_bytes),    LIMIT(column, max_redirect_bytes),
        LIMIT(column, max_tags),           LIMIT(column, max_tag_key_chars),  LIMIT(column, max_tag_value_chars),
        LIMIT(column, max_expiry_s),
    };

    return values[row];
}

static void print_limits(FILE *out, const struct column columns[PROVIDERS])
{
    static const char *const rows[][2] = {
        { "file", "bytes" },
        { "everything before the file", "bytes" },
        { "key", "bytes" },
        { "metadata, names and values together", "bytes" },
        { "one value", "bytes" },
        { "redirect", "bytes" },
        { "tags", "tags" },
        { "tag key", "characters" },
        { "tag value", "characters" },
        { "expiry after signing", "seconds" },
    };

    fprintf(out, "\n### Limits\n\n");
    print_head(out, "limit", columns);
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        fprintf(out, "| %s |", rows[r][0]);
        for (size_t i = 0; i < PROVIDERS; i++)
            print_amount(out, limit_of(&columns[i], r), rows[r][1]);
        fprintf(out, "\n");
    }
}

static void print_names(FILE *out, const struct column columns[PROVIDERS])
{
    fprintf(out, "\n### Names that only the library writes\n\n| provider | names |\n|---|---|\n");
    for (size_t i = 0; i < PROVIDERS; i++) {
        fprintf(out, "| %s |", columns[i].title);
        for (const char *const *name = columns[i].caps->reserved; *name != NULL; name++)
            fprintf(out, " `%s`", *name);
        fprintf(out, " |\n");
    }
}

static char *print_all(size_t *length)
{
    const struct column columns[PROVIDERS] = {
        { "AWS S3", postage_provider_s3.capabilities },
        { "MinIO", postage_provider_minio.capabilities },
        { "Aliyun OSS", postage_provider_oss.capabilities },
    };
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    if (out == NULL)
        exit(2);
    fputs(BEGIN_MARK, out);
    print_fields(out, columns);
    print_limits(out, columns);
    print_names(out, columns);
    fputs(END_MARK, out);
    fclose(out);
    return text;
}

int main(int argc, char **argv)
{
    size_t length;
    char *text = print_all(&length);
    int code = 0;

    if (argc == 3 && strcmp(argv[1], "--check") == 0)
        code = document_holds(argv[2], text);
    else
        fputs(text, stdout);
    free(text);
    return code;
}
