#include "command.h"
#include "message.h"
static enum exit_code run_upload(const struct arguments *args)
{
    (void)args;
    return 9;
}
const struct command command_upload = { .name = "upload",
                                        .bit = COMMAND_UPLOAD,
                                        .operands = "FILE... TARGET",
                                        .summary = "x",
                                        .about = "\n",
                                        .examples = "\n",
                                        .min_operands = 2,
                                        .max_operands = 2,
                                        .run = run_upload };
