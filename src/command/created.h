/* The answer of whatever writes files. */
#ifndef RV_COMMAND_CREATED_H
#define RV_COMMAND_CREATED_H

#include <rev/author.h>

#include "base/arena.h"

rev_created *rv_created_new(void);
struct rv_arena *rv_created_arena(rev_created *created); /* owns what the answer holds */
void rv_created_add(rev_created *created, const char *file);

#endif
