#include "base/secret.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

static size_t whole_pages(size_t bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return bytes > SIZE_MAX - page ? 0 : (bytes + page - 1) / page * page;
}

void *secret_alloc(size_t bytes)
{
    size_t length = whole_pages(bytes);
    void *block;

    if (length == 0)
        return NULL;
    block = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED)
        return NULL;
    /* Both are protection on top: a system that refuses them (RLIMIT_MEMLOCK, old kernels) still gets the wiping. */
    (void)mlock(block, length);
#ifdef MADV_DONTDUMP
    (void)madvise(block, length, MADV_DONTDUMP);
#endif
    return block;
}

void secret_free(void *block, size_t bytes)
{
    if (block == NULL)
        return;
    mem_wipe(block, bytes);
    munmap(block, whole_pages(bytes)); /* unlocks as well */
}
