#include "command.h"
#include "message.h"
static enum exit_code run_post(const struct arguments *args)
{
    (void)args;
    return 9;
}
const struct command command_post = { .name = "post",
                                      .bit = COMMAND_POST,
                                      .operands = "FORM FILE",
                                      .summary = "x",
                                      .about = "\n",
                                      .examples = "\n",
                                      .min_operands = 2,
                                      .max_operands = 2,
                                      .run = run_post };
