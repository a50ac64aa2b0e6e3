/*
 * Prints what `postage check` can find as Markdown; with --check FILE, compares it with what stands in FILE instead.
 * docs/check-rules.md holds it.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "postage/finding.h"
#include "support/document.h"

int main(int argc, char **argv)
{
#define FINDING_NUMBER(number, constant, name, text) (number),
    static const int numbers[] = { POSTAGE_FINDING_MAP(FINDING_NUMBER) };
#undef FINDING_NUMBER
    bool checking = argc == 3 && strcmp(argv[1], "--check") == 0;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    int code = 0;

    if (out == NULL)
        return 2;
    fputs("<!-- findings of the code: begin -->\n| name | meaning |\n|---|---|\n", out);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        fprintf(out, "| `%s` | %s |\n", postage_finding_name((enum postage_finding_id)numbers[i]),
                postage_finding_text((enum postage_finding_id)numbers[i]));
    fputs("<!-- findings of the code: end -->\n", out);
    fclose(out);
    if (checking)
        code = document_holds(argv[2], text);
    else
        fputs(text, stdout);
    free(text);
    return code;
}
