/* Who runs this program. */
#ifndef RV_BASE_USER_H
#define RV_BASE_USER_H

#include "base/str.h"

/* Appends "user@host" of the operating system; a user without a name is its number. */
void rv_user_add(struct rv_str *out);

#endif
