/* OSS's own tables and functions. */
#ifndef POSTAGE_OSS_OSS_H
#define POSTAGE_OSS_OSS_H

#include "provider/refusal.h"
#include "provider/provider.h"

extern const struct capabilities oss_capabilities;
extern const struct postage_provider postage_provider_oss;
extern const struct dialect oss_dialect;

/* endpoint.c */
enum postage_status oss_resolve(const struct location *where, char *url, struct postage_error *err);

/* aliases.c */
extern const struct name_alias oss_aliases[];

/* environment.c */
extern const struct environment oss_environment;

/* presign.c */
extern const struct presign_scheme oss_presign;

/* callback.c */
enum postage_status oss_compose_callback(const struct postage_callback_options *options, const struct postage_allocator *alloc,
                                         char **value, struct postage_error *err);

/* causes.c */
extern const struct refusal_cause oss_causes[];
void oss_add_detail(const struct provider_reply *reply, char *detail, size_t cap);

/* digests.c */
extern const struct returned_digest oss_digests[];

#endif
