/*
 * Prints what `postage check` can find as Markdown, for docs/check-rules.md; see support/document.h for --check and --write.
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
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    int code;

    if (out == NULL)
        return 2;
    fputs("<!-- findings of the code: begin -->\n| name | meaning |\n|---|---|\n", out);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        fprintf(out, "| `%s` | %s |\n", postage_finding_name((enum postage_finding_id)numbers[i]),
                postage_finding_text((enum postage_finding_id)numbers[i]));
    fputs("<!-- findings of the code: end -->\n", out);
    fclose(out);
    code = document_take(argc, argv, text);
    free(text);
    return code;
}
