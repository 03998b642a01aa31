/* The short way to a YAML tree, for texts in the form that nearly every header has. */
#ifndef RV_BASE_YAML_PLAIN_H
#define RV_BASE_YAML_PLAIN_H

#include "base/yaml.h"

/* The tree that libyaml would give, if the text is nothing but lines of printable ASCII: `key: value`, comments that
 * begin the line, and empty lines. A value is a word or words, a text in double quotes without escapes, or a list of
 * such on one line. NULL for any other text, right or wrong. */
struct rv_yaml *rv_yaml_parse_plain(struct rv_arena *arena, struct rv_view text);

#endif
