/* Templates of projects and revisions: compiled in, or a folder of the user's. */
#ifndef RV_TREE_TEMPLATE_H
#define RV_TREE_TEMPLATE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

struct rv_template_file {
    const char *name;
    const char *text;
};
struct rv_template {
    const char *name;
    const char *description; /* the first line of its README.md, without the # */
    const struct rv_template_file *files;
    size_t file_count;
};

/* Compiled in, sorted by name. */
extern const struct rv_template rv_templates[];
extern const size_t rv_template_count;

/* By name, or, where `name` holds a slash, a folder read from disk into the arena. REV_ERROR_USAGE with the nearest
 * name if there is none. */
const struct rv_template *rv_template_find(struct rv_arena *arena, const char *name, rev_error **err);
/* A file of a template; NULL if it has none. */
const char *rv_template_file(const struct rv_template *template, const char *name);

struct rv_token {
    const char *name, *value;
};
/* The text with each %(name)s replaced; line breaks in values become spaces, since values stand in comments. What is no
 * token of ours stays. */
void rv_template_fill(struct rv_str *out, const char *text, const struct rv_token *tokens, size_t count);

#endif
