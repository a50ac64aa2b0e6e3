/* Prints what each provider can do, from its tables, as Markdown; see support/document.h for --check and --write. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry/registry.h"
#include "postage/policy.h"
#include "support/document.h"

#define BEGIN_MARK "<!-- tables of the code: begin -->\n"
#define END_MARK   "<!-- tables of the code: end -->\n"

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

static size_t count_providers(void)
{
    size_t count = 0;

    while (registry_at(count) != NULL)
        count++;
    return count;
}

static void print_head(FILE *out, const char *first)
{
    const struct postage_provider *provider;

    fprintf(out, "| %s |", first);
    for (size_t i = 0; (provider = registry_at(i)) != NULL; i++)
        fprintf(out, " %s |", provider->title);
    fprintf(out, "\n|---|");
    for (size_t i = 0; i < count_providers(); i++)
        fprintf(out, "---|");
    fprintf(out, "\n");
}

/* "`x-amz-…`, `x-oss-…`": each prefix once, as the providers come. */
static void print_vendor_prefixes(FILE *out)
{
    const struct postage_provider *provider;

    for (size_t i = 0; (provider = registry_at(i)) != NULL; i++) {
        const char *prefix = provider->capabilities->vendor_prefix;
        size_t first = 0;

        while (strcmp(registry_at(first)->capabilities->vendor_prefix, prefix) != 0)
            first++;
        if (first == i)
            fprintf(out, "%s`%s…`", i > 0 ? ", " : "", prefix);
    }
}

/* The tables list the neutral names in one order. */
static void print_fields(FILE *out)
{
    const struct capabilities *first = registry_at(0)->capabilities, *caps;

    fprintf(out, "### Fields\n\n");
    print_head(out, "neutral name");
    for (size_t f = 0; f < first->field_count; f++) {
        fprintf(out, "| `%s` |", first->fields[f].name);
        for (size_t i = 0; i < count_providers(); i++)
            print_field(out, &registry_at(i)->capabilities->fields[f]);
        fprintf(out, "\n");
    }
    fprintf(out, "| metadata NAME |");
    for (size_t i = 0; i < count_providers(); i++) {
        caps = registry_at(i)->capabilities;
        fprintf(out, " `%sNAME`: ", caps->metadata_prefix);
        print_rules(out, caps->metadata_rules);
        fprintf(out, " |");
    }
    fprintf(out, "\n| other ");
    print_vendor_prefixes(out);
    fprintf(out, " |");
    for (size_t i = 0; i < count_providers(); i++) {
        fprintf(out, " ");
        print_rules(out, registry_at(i)->capabilities->vendor_rules);
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

static void print_limits(FILE *out)
{
    static const struct {
        const char *text;
        const char *unit;
        enum postage_limit limit;
    } rows[] = {
        { "file", "bytes", POSTAGE_LIMIT_OBJECT_BYTES },
        { "everything before the file", "bytes", POSTAGE_LIMIT_PRE_FILE_BYTES },
        { "key", "bytes", POSTAGE_LIMIT_KEY_BYTES },
        { "metadata, names and values together", "bytes", POSTAGE_LIMIT_METADATA_BYTES },
        { "one value", "bytes", POSTAGE_LIMIT_FIELD_BYTES },
        { "redirect", "bytes", POSTAGE_LIMIT_REDIRECT_BYTES },
        { "tags", "tags", POSTAGE_LIMIT_TAGS },
        { "tag key", "characters", POSTAGE_LIMIT_TAG_KEY_CHARS },
        { "tag value", "characters", POSTAGE_LIMIT_TAG_VALUE_CHARS },
        { "expiry after signing", "seconds", POSTAGE_LIMIT_EXPIRY_S },
    };

    fprintf(out, "\n### Limits\n\n");
    print_head(out, "limit");
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        fprintf(out, "| %s |", rows[r].text);
        for (size_t i = 0; i < count_providers(); i++)
            print_amount(out, postage_provider_limit(registry_at(i), rows[r].limit), rows[r].unit);
        fprintf(out, "\n");
    }
}

static void print_names(FILE *out)
{
    const struct postage_provider *provider;

    fprintf(out, "\n### Names that only the library writes\n\n| provider | names |\n|---|---|\n");
    for (size_t i = 0; (provider = registry_at(i)) != NULL; i++) {
        fprintf(out, "| %s |", provider->title);
        for (const char *const *name = provider->capabilities->reserved; *name != NULL; name++)
            fprintf(out, " `%s`", *name);
        fprintf(out, " |\n");
    }
}

static char *print_all(size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    if (out == NULL)
        exit(2);
    fputs(BEGIN_MARK, out);
    print_fields(out);
    print_limits(out);
    print_names(out);
    fputs(END_MARK, out);
    fclose(out);
    return text;
}

int main(int argc, char **argv)
{
    size_t length;
    char *text = print_all(&length);
    int code = document_take(argc, argv, text);

    free(text);
    return code;
}
