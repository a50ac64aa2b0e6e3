/*
 * Runs a command beside a fake server that stores everything:  with_server COUNT COMMAND ARGUMENT...
 *
 * An argument FORM becomes the path of a form for that server. Succeeds when the command does and COUNT requests came.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/server.h"

static const char form_json[] = "{\"url\":\"%s\",\"fields\":{\"key\":\"k\",\"policy\":"
                                "\"eyJleHBpcmF0aW9uIjoiMjA5OS0wMS0wMVQwMDowMDowMC4wMDBaIiwiY29uZGl0aW9ucyI6W1sic3RhcnRzLXdpdGgi"
                                "LCIkYnVja2V0IiwiIl0sWyJzdGFydHMtd2l0aCIsIiRrZXkiLCIiXV19\"}}\n";

static int run(char **command)
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        execv(command[0], command);
        perror(command[0]);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return 1;
    return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
    static const struct server_step script[] = { { SERVER_REPLY, "HTTP/1.1 204 No Content\r\nETag: \"e\"\r\n\r\n", 0 },
                                                 { SERVER_END, NULL, 0 } };
    const struct server_step *const scripts[] = { script };
    char path[] = "/tmp/postage-form-XXXXXX";
    int descriptor = mkstemp(path), result;
    struct server *server = server_start(scripts, 1);
    unsigned requests;

    if (argc < 3 || descriptor < 0 || dprintf(descriptor, form_json, server_url(server)) < 0)
        return 2;
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], "FORM") == 0)
            argv[i] = path;
    result = run(argv + 2);
    requests = server_requests(server);
    server_stop(server);
    close(descriptor);
    unlink(path);
    if (result == 0 && requests != strtoul(argv[1], NULL, 10)) {
        fprintf(stderr, "%u requests came, %s were expected\n", requests, argv[1]);
        return 1;
    }
    return result;
}
