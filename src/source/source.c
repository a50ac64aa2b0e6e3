#include "postage/source.h"

#include "base/options.h"

void postage_source_close(struct postage_source *source)
{
    if (source == NULL || source->ops == NULL)
        return;
    /* A table that is shorter was refused by all that would have read from it; it has no `close`. */
    if (source->ops->size >= OPTIONS_SIZE(struct postage_source_ops, close) && source->ops->close != NULL)
        source->ops->close(source->self);
    *source = (struct postage_source){ 0 };
}
