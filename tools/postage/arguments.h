/*
 * The command line, read by one table (options.c) into one struct.
 *
 * `--name value` and `--name=value`, `-o value`, anywhere between the operands; `--` ends the options. Everything points into
 * argv. What is given twice, misspelt, out of range or garbage is refused with the option's name, the value and what is
 * allowed.
 */
#ifndef POSTAGE_TOOL_ARGUMENTS_H
#define POSTAGE_TOOL_ARGUMENTS_H

#include "exit_code.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The subcommands, as bits: an option lists those that take it. */
enum command_bit {
    COMMAND_SIGN = 1,
    COMMAND_UPLOAD = 2,
    COMMAND_POST = 4,
    COMMAND_PRESIGN = 8,
    COMMAND_CHECK = 16,
    COMMAND_SANDBOX = 32
};

/* Those that sign, that send, and all. */
enum {
    COMMANDS_SIGNING = COMMAND_SIGN | COMMAND_UPLOAD | COMMAND_PRESIGN,
    COMMANDS_SENDING = COMMAND_UPLOAD | COMMAND_POST,
    COMMANDS_ALL = COMMANDS_SIGNING | COMMANDS_SENDING | COMMAND_CHECK | COMMAND_SANDBOX
};

/* A text and what it was read as: a size, seconds, a time, or the index of a choice. */
struct quantity {
    const char *text; /* NULL: not given */
    uint64_t number;
};

/* What may be given several times, in its order. The words are the command line's own and may be cut apart. */
struct word_list {
    char **words;
    size_t count;
};

enum rule_kind {
    RULE_VALUE,  /* sent, and exact unless a PREFIX or ANY names the same field */
    RULE_PREFIX, /* --starts-with, --type-prefix */
    RULE_ANY,
    RULE_ONE_OF,
    RULE_NONE_OF,
    RULE_METADATA,
    RULE_TAG
};

/* One rule of the command line, in its order there. */
struct rule {
    enum rule_kind kind;
    const char *option; /* "meta", for errors */
    const char *name;   /* field, metadata name or tag key */
    const char *value;  /* "" for ANY */
};

enum output_format { OUTPUT_JSON, OUTPUT_HTML, OUTPUT_CURL, OUTPUT_FIELDS, OUTPUT_POLICY };

struct arguments {
    bool help;
    bool json;
    bool quiet;
    bool verbose;
    bool accelerate;
    bool forbid_overwrite;
    bool pin_unlisted;
    bool any_size;
    bool any_type;
    bool no_check;
    const char *as;       /* name of a file that need not exist */
    const char *type;     /* content type that its object should have */
    const char *provider; /* whose rules */
    const char *url;
    bool tls;
    bool discard;
    const char *directory;
    const char *ledger;
    struct word_list buckets;
    struct word_list listens;
    const char *signature;
    const char *endpoint;
    const char *region;
    const char *public_url;
    const char *ca_file;
    const char *proxy;
    bool environment_proxy;
    bool proxy_tunnel;
    const char *credentials_file;
    const char *policy_file;
    struct quantity output;     /* enum output_format */
    struct quantity addressing; /* enum postage_addressing */
    struct quantity verify;     /* a row of the table in transfer.c */
    struct quantity at;         /* seconds since 1970-01-01 UTC */
    struct quantity expires;    /* seconds */
    struct quantity min_size;
    struct quantity max_size;
    struct quantity size; /* of stdin */
    struct rule *rules;
    size_t rule_count;
    const char **operands;
    size_t operand_count;
};

struct command;

/*
 * `argv` holds the words after the subcommand; its pairs are cut apart in place. `others` are all `count` subcommands: an error
 * says which of them has an option that this one has not. Clear `args` whatever the answer.
 */
enum exit_code arguments_parse(struct arguments *args, const struct command *command, const struct command *const *others,
                               size_t count, int argc, char **argv);

/* Releases what parsing allocated. */
void arguments_clear(struct arguments *args);

/* --at, or now. */
int64_t arguments_time(const struct arguments *args);

/* --expires, or fifteen minutes. */
int64_t arguments_expiry(const struct arguments *args);

#endif
