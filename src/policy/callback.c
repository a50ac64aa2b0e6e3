/* A callback is one field; how its value is put together is the provider's business. */
#include "policy/policy.h"

#include "base/error.h"
#include "base/options.h"

static enum postage_status add_callback(struct postage_policy *policy, const void *options, struct postage_error *err)
{
    const struct postage_provider *provider = policy->provider;
    struct postage_callback_options own;
    enum postage_status status;
    char *value = NULL;

    if (options == NULL)
        return error_set(err, POSTAGE_ERR_INVALID, "%s: a callback needs options", provider->name);
    status = OPTIONS_TAKE(&own, options, struct postage_callback_options, sni, err);
    if (status != POSTAGE_OK)
        return status;
    if (provider->compose_callback == NULL)
        return postage_policy_exact(policy, POSTAGE_CALLBACK, "", err); /* refused by the table, with what to use instead */
    status = provider->compose_callback(&own, &policy->arena.alloc, &value, err);
    if (status == POSTAGE_OK)
        status = postage_policy_exact(policy, POSTAGE_CALLBACK, value, err);
    postage_text_free(value, &policy->arena.alloc);
    return status;
}

enum postage_status postage_policy_callback(struct postage_policy *policy, const struct postage_callback_options *options,
                                            struct postage_error *err)
{
    return policy_apply(policy, add_callback, options, err);
}
