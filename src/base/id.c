/* The one file that uses libuuid. Version and variant digits of a random UUID are fixed, so the id is taken from the
 * end, where all digits are random. */
#include "base/id.h"

#include <uuid/uuid.h>

void rv_id_new(char out[RV_ID_LENGTH + 1])
{
    uuid_t uuid;
    uuid_generate_random(uuid);
    for (size_t i = 0; i < RV_ID_LENGTH / 2; i++) {
        snprintf(out + 2 * i, 3, "%02x", uuid[10 + i]);
    }
}
