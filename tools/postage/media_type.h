/* The content type that a file's name suggests. */
#ifndef POSTAGE_TOOL_MEDIA_TYPE_H
#define POSTAGE_TOOL_MEDIA_TYPE_H

/* By extension, ignoring case; "application/octet-stream" when it is not known. Never NULL. */
const char *media_type_of(const char *file_name);

#endif
