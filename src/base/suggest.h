/* "Did you mean": the nearest name by edit distance. */
#ifndef RV_BASE_SUGGEST_H
#define RV_BASE_SUGGEST_H

#include <stddef.h>

/* The name nearest to `text` (Damerau-Levenshtein, adjacent transpositions), or NULL if none is near: at most a third
 * of the longer one's length differs. Ties go to the earlier name. `name_at(context, i)` gives name i. */
const char *rv_suggest(const char *text, size_t count, const char *(*name_at)(const void *context, size_t i),
                       const void *context);

/* The same over an array of texts. */
const char *rv_suggest_among(const char *text, const char *const *names, size_t count);

#endif
