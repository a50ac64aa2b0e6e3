#include "postage/source.h"

void postage_source_close(struct postage_source *source)
{
    if (source == NULL || source->ops == NULL)
        return;
    if (source->ops->close != NULL)
        source->ops->close(source->self);
    *source = (struct postage_source){ 0 };
}
