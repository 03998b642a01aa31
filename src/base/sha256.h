/* SHA-256 as hexadecimal text. */
#ifndef RV_BASE_SHA256_H
#define RV_BASE_SHA256_H

#include "base/str.h"

struct rv_sha256;
enum { RV_SHA256_TEXT_SIZE = 65 };

struct rv_sha256 *rv_sha256_new(void);
void rv_sha256_add(struct rv_sha256 *sha, struct rv_view bytes);
/* Frees it. */
void rv_sha256_finish(struct rv_sha256 *sha, char out_hex[RV_SHA256_TEXT_SIZE]);

#endif
