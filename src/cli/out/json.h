/* JSON output; docs/json.md is its contract. */
#ifndef RV_CLI_OUT_JSON_H
#define RV_CLI_OUT_JSON_H

#include <rev/rev.h>

#include "base/str.h"
#include "cli/out/term.h"

struct out_json; /* an object under construction */

struct out_json *out_json_object(void);
/* These take a copy; a NULL text is null. */
void out_json_text(struct out_json *object, const char *name, const char *text);
void out_json_flag(struct out_json *object, const char *name, bool value);
/* A count; null if it is not known (negative). */
void out_json_count(struct out_json *object, const char *name, int64_t value);
void out_json_number(struct out_json *object, const char *name, int64_t value);
void out_json_strings(struct out_json *object, const char *name, rev_strings texts);
void out_json_revisions(struct out_json *object, const char *name, const rev_revisions *revisions);
void out_json_steps(struct out_json *object, const char *name, const rev_step *steps, size_t count);

void out_json_list(struct out_json *object, const char *name, size_t count,
                   struct out_json *(*make)(const void *context, size_t i), const void *context);

/* Prints the object and a line's end, and frees it. */
void out_json_print(struct term *out, struct out_json *object);

/* Adds the object as printable ASCII without "<", so that it can stand in a page's script element, and frees it. */
void out_json_add_ascii(struct rv_str *out, struct out_json *object);

/* Prints a text in quotes: any size, any bytes, in little memory. */
void out_json_print_text(struct term *out, const char *ptr, size_t len);

/* Prints a list of objects, one at a time, so that a long list needs no memory of its own: each `make(context, i)` is
 * freed once printed. */
void out_json_print_list(struct term *out, size_t count, struct out_json *(*make)(const void *context, size_t i),
                         const void *context);
/* The same of revisions; `rows` NULL: no "is_current". */
void out_json_print_revisions(struct term *out, const rev_revisions *revisions, const rev_strings *rows);

#endif
