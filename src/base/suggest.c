/* Restricted Damerau-Levenshtein distance over three rows. Names longer than LONGEST are never suggested. */
#include "base/suggest.h"

#include <stdint.h>

enum { LONGEST = 64 };

static size_t min3(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= b_len; j++) {
        last[j] = j;
        before[j] = 0;
    }
    for (size_t i = 1; i <= a_len; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            now[j] = min3(last[j] + 1, now[j - 1] + 1, last[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < now[j]) {
                now[j] = before[j - 2] + 1;
            }
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[b_len];
}

const char *rv_suggest(const char *text, size_t count, const char *(*name_at)(const void *context, size_t i),
                       const void *context)
{
    size_t len = strlen(text);
    if (len > LONGEST) {
        return NULL;
    }
    const char *best = NULL;
    size_t best_distance = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        const char *name = name_at(context, i);
        size_t name_len = strlen(name);
        if (name_len > LONGEST) {
            continue;
        }
        size_t allowed = ((len > name_len ? len : name_len) + 2) / 3;
        size_t d = distance(text, len, name, name_len);
        if (d <= allowed && d < best_distance && d < name_len) {
            best = name;
            best_distance = d;
        }
    }
    return best;
}

static const char *name_in_array(const void *context, size_t i)
{
    return ((const char *const *)context)[i];
}

const char *rv_suggest_among(const char *text, const char *const *names, size_t count)
{
    return rv_suggest(text, count, name_in_array, names);
}
