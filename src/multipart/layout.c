#include "multipart/layout.h"

size_t layout_head_bytes(size_t field_count, size_t text_bytes, size_t boundary_chars)
{
    enum {
        PART_OPEN = sizeof LAYOUT_LINE_BREAK LAYOUT_DASHES LAYOUT_NAME_OPEN - 1,
        FIELD_END = sizeof LAYOUT_FIELD_END - 1,
        FILE_REST = sizeof LAYOUT_FILE_OPEN LAYOUT_TYPE_OPEN LAYOUT_FILE_END - 1,
        NOT_BEFORE_FIRST = sizeof LAYOUT_LINE_BREAK - 1,
    };

    return (field_count + 1) * (PART_OPEN + boundary_chars) + field_count * FIELD_END + FILE_REST + text_bytes -
           NOT_BEFORE_FIRST;
}
