/* Who runs this program. */
#ifndef RV_BASE_USER_H
#define RV_BASE_USER_H

#include "base/str.h"

/* Appends "user@host" of the operating system; a user without a name is its number. */
void rv_user_add(struct rv_str *out);

/* Appends eight hexadecimal digits that are alike for processes which see each other's process ids: on one machine,
 * since its start, in one container. Where the system does not tell, they are random, so like nobody else's. */
void rv_user_add_place(struct rv_str *out);

#endif
