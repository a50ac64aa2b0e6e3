/* What the pages' C fragments take for granted: the headers, and things that are there already when the fragment begins. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <postage/postage.h>
#include <postage/sandbox.h>

extern struct postage_credentials_options keys;
extern struct postage_credentials *credentials;
extern struct postage_target *target;
extern struct postage_policy *policy;
extern struct postage_signer *signer;
extern struct postage_form *form;
extern struct postage_source source, file;
extern struct postage_result *result;
extern struct postage_report *report;
extern struct postage_error err;
extern enum postage_status status;
extern char *json;
extern char buffer[4096];
extern size_t length;
extern int64_t now;
extern int connection;
extern const char *endpoint;

size_t read_some(char *buffer);
void send_all(int connection, const void *data, size_t length);
void fail(const char *message);
void upload_to(const char *endpoint, const char *key_id, const char *secret);
