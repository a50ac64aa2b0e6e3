/*
 * The texts of a body on the wire, between which names, values and the file stand, and how long they are together: what the
 * encoder sends, and what limits on "everything before the file" count.
 */
#ifndef POSTAGE_MULTIPART_LAYOUT_H
#define POSTAGE_MULTIPART_LAYOUT_H

#include <stddef.h>

/*
 * RFC 2046 5.1.1: the CR LF belongs to the delimiter, but nothing stands before the first one. RFC 7578 4.2:
 * Content-Disposition comes first (there are stores that insist on it); 4.7: no Content-Transfer-Encoding.
 */
#define LAYOUT_LINE_BREAK "\r\n"
#define LAYOUT_DASHES     "--"
#define LAYOUT_NAME_OPEN  "\r\nContent-Disposition: form-data; name=\""
#define LAYOUT_FIELD_END  "\"\r\n\r\n"
#define LAYOUT_FILE_OPEN  "file\"; filename=\""
#define LAYOUT_TYPE_OPEN  "\"\r\nContent-Type: "
#define LAYOUT_FILE_END   "\r\n\r\n"

/* What a file part says when the caller says nothing. */
#define LAYOUT_FILE_NAME "file"
#define LAYOUT_FILE_TYPE "application/octet-stream"

/* Bytes before the file's first one; `text_bytes`: of all names and values, of the file's name and its type. */
size_t layout_head_bytes(size_t field_count, size_t text_bytes, size_t boundary_chars);

#endif
