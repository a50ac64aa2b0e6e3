/*
 * write_pages OUT TEMPLATES HEADER...: writes all pages into the folder OUT. TEMPLATES is this folder; a line "@NAME@" of a
 * template is replaced. The headers are those that are installed.
 */
#include "page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char **headers;

static void put_headers(FILE *out)
{
    for (char **header = headers; *header != NULL; header++)
        manual_put_header(out, *header);
}

static const struct {
    const char *page;
    const char *template;
    struct hole {
        const char *line; /* with its newline; NULL: no more */
        void (*put)(FILE *out);
    } holes[5];
} filled[] = {
    { "postage.3",
      "postage.3.in",
      { { "@TITLE@\n", manual_put_title }, { "@HEADERS@\n", put_headers }, { "@STATUSES@\n", manual_put_statuses } } },
    { "postage.bash",
      "complete.bash",
      { { "@COMMANDS@\n", bash_put_commands },
        { "@VALUES@\n", bash_put_values },
        { "@NAMES@\n", bash_put_names },
        { "@SCHEMES@\n", bash_put_schemes } } },
    { "_postage",
      "complete.zsh",
      { { "@COMMANDS@\n", zsh_put_commands }, { "@NAMES@\n", zsh_put_names }, { "@SCHEMES@\n", zsh_put_schemes } } },
    { "postage.fish", "complete.fish", { { "@ALL@\n", fish_put_all } } },
};

static FILE *open_in(const char *folder, const char *name, const char *mode)
{
    char path[4096];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, mode);
    if (file == NULL) {
        fprintf(stderr, "write_pages: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    return file;
}

static void close_page(FILE *out)
{
    if (ferror(out) != 0 || fclose(out) != 0) {
        fprintf(stderr, "write_pages: a page cannot be written\n");
        exit(1);
    }
}

static void fill(FILE *out, FILE *template, const struct hole *holes)
{
    char line[256];

    while (fgets(line, sizeof line, template) != NULL) {
        const struct hole *hole = holes;

        while (hole->line != NULL && strcmp(hole->line, line) != 0)
            hole++;
        if (hole->line != NULL)
            hole->put(out);
        else
            fputs(line, out);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: write_pages OUT TEMPLATES HEADER...\n");
        return 2;
    }
    headers = argv + 3;
    for (size_t i = 0; i < sizeof filled / sizeof filled[0]; i++) {
        FILE *template = open_in(argv[2], filled[i].template, "r"), *out = open_in(argv[1], filled[i].page, "w");

        fill(out, template, filled[i].holes);
        fclose(template);
        close_page(out);
    }
    for (size_t i = 0; i <= command_count; i++) {
        char name[32] = "postage.1";
        FILE *out;

        if (i < command_count)
            snprintf(name, sizeof name, "postage-%s.1", commands[i]->name);
        out = open_in(argv[1], name, "w");
        if (i < command_count)
            manual_put_command(out, commands[i]);
        else
            manual_put_tool(out);
        close_page(out);
    }
    return 0;
}
