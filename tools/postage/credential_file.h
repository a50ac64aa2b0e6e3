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

/* No error quotes anything from the file. */
enum exit_code credential_file_load(struct postage_credentials **out, const char *path);

#endif
