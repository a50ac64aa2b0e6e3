#include "command.h"

bool command_has_rules(const struct command *command)
{
    return (command->bit & (COMMAND_SIGN | COMMAND_UPLOAD)) != 0;
}

const char tool_summary[] = "presigned-POST uploads for {titles}";

const char tool_manual[] = "postage issues presigned POST forms: stamped envelopes with which a browser, an\n"
                           "app or a device puts one object into one bucket of {titles},\n"
                           "under rules the issuer chose and without ever seeing the keys. It uploads with\n"
                           "such forms itself, judges them offline, and prints URLs that read objects back.\n"
                           "\n"
                           "TARGET is {targets}. The key is\n"
                           "taken literally, without percent-decoding; one that ends in / takes the name of\n"
                           "the file.\n"
                           "\n"
                           "Results go to stdout, everything else to stderr. No configuration file is read:\n"
                           "options override the environment, and the environment overrides defaults.\n";

const char tool_examples[] = "  postage sign s3://photos/in/ --max-size 10MiB --type-prefix image/\n"
                             "  postage upload photo.jpg minio://photos/ --endpoint http://127.0.0.1:9000\n";

const char rules_about[] = "Rules say what a form allows. Each makes a field of the form and the condition\n"
                           "that guards it; what no rule mentions cannot be sent.\n";

const char rules_examples[] = "  --max-size 10MiB --type-prefix image/  the uploader picks the type\n"
                              "  --type image/png --type-prefix image/  the same, image/png is suggested\n"
                              "  --meta user=42 --field x-amz-meta-note=hi --any x-amz-meta-note\n"
                              "  --starts-with key=users/42/            any key below users/42/\n";

const char keys_about[] = "Keys come from the environment or --credentials FILE, never from flags:\n";

const char environment_about[] = "An empty variable counts as unset. Options override variables; of several for\n"
                                 "one thing the first that is set counts. Half a pair of keys is an error.\n";
