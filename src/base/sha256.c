/* The one file that uses libmd. */
#include "base/sha256.h"

#include "base/alloc.h"

#include <stdint.h>
#include <sys/types.h>

#include <sha2.h>

struct rv_sha256 {
    SHA2_CTX context;
};

struct rv_sha256 *rv_sha256_new(void)
{
    struct rv_sha256 *sha = rv_alloc(sizeof *sha);
    SHA256Init(&sha->context);
    return sha;
}

void rv_sha256_add(struct rv_sha256 *sha, struct rv_view bytes)
{
    if (bytes.len) {
        SHA256Update(&sha->context, (const uint8_t *)bytes.ptr, bytes.len);
    }
}

void rv_sha256_finish(struct rv_sha256 *sha, char out_hex[RV_SHA256_TEXT_SIZE])
{
    SHA256End(&sha->context, out_hex);
    free(sha);
}
