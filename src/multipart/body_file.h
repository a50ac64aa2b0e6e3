/* The file in a body: its source, held to contract, length and identity, and the digests of what it gave. */
#ifndef POSTAGE_MULTIPART_BODY_FILE_H
#define POSTAGE_MULTIPART_BODY_FILE_H

#include "base/digest.h"
#include "postage/body.h"

struct body_file {
    struct postage_source *source;
    uint64_t length;
    uint64_t position; /* bytes read */
    bool touched;      /* the source's read was called since open or rewind */
    bool has_identity;
    struct postage_identity identity; /* at open */
    struct digester digester;         /* of what was read; what it allocated is kept from use to use */
};

/* Asks the source how long it is and who, and begins the digests. `file` is zeroed or closed. @return OK or what to report. */
enum postage_status body_file_open(struct body_file *file, const struct postage_body_options *options,
                                   struct postage_error *err);

/* Forgets the opening; the digester keeps what it allocated. */
void body_file_close(struct body_file *file);

/* Releases that, too. */
void body_file_free(struct body_file *file);

uint64_t body_file_left(const struct body_file *file);

/*
 * Reads at most `cap` bytes, which must not be more than are left. Failures are sticky for the caller to keep.
 * @return OK (1..cap bytes), AGAIN (none), or a failure; a source that ends here is too short.
 */
enum postage_status body_file_read(struct body_file *file, uint8_t *dst, size_t cap, size_t *got, struct postage_error *err);

/* With nothing left: OK if the source says END and is still the one it was at open; AGAIN; or a failure. */
enum postage_status body_file_end(struct body_file *file, struct postage_error *err);

bool body_file_can_rewind(const struct body_file *file);

/* Back to the first byte, digests too. */
enum postage_status body_file_rewind(struct body_file *file, struct postage_error *err);

#endif
