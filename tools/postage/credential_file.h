/*
 * --credentials FILE: keys in a JSON object.
 *
 *     {"access_key_id": "…", "secret_access_key": "…", "session_token": "…", "expires": "2026-11-21T12:00:00Z"}
 *
 * The spelling of AWS's credential_process is taken as well: AccessKeyId, SecretAccessKey, SessionToken, Expiration. The file
 * has to be regular, owned by this user or root, and closed to everybody else, as ssh demands of its keys.
 */
#ifndef POSTAGE_TOOL_CREDENTIAL_FILE_H
#define POSTAGE_TOOL_CREDENTIAL_FILE_H

#include "exit_code.h"
#include "postage/credentials.h"

/* Is given what the file says; the texts are wiped afterwards. */
typedef enum exit_code credential_file_visitor(void *context, const struct postage_credentials_options *options,
                                               const char *path);

/* No error quotes anything from the file. */
enum exit_code credential_file_visit(const char *path, credential_file_visitor *visit, void *context);
enum exit_code credential_file_load(struct postage_credentials **out, const char *path);

#endif
