/* Table-driven options: parsing, help, suggestions and completion come from the same rows. */
#ifndef RV_CLI_OPTIONS_H
#define RV_CLI_OPTIONS_H

#include <rev/rev.h>

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

struct option {
    const char *name;  /* without the dashes */
    char letter;       /* 0: none */
    const char *value; /* the value's name in the help; NULL: a flag */
    bool is_list;      /* may be given several times */
    const char *help;
    const char *choices; /* the only values that it takes, a blank between; NULL: any */
};

enum { OPTIONS_MAX = 32, VALUES_MAX = 64 };

struct command;

/* A parsed command line. */
struct arguments {
    const struct command *command; /* NULL if none was named */
    struct {
        const struct option *option;
        const char *value; /* NULL for a flag */
    } given[VALUES_MAX];
    size_t given_count;
    char *url;          /* --url's value, taken out of argv */
    const char **words; /* what is no option, the command's name excepted */
    size_t word_count;
};

extern const struct option global_options[];
extern const size_t global_option_count;

/* Parses argv; options of the whole program may stand anywhere. REV_ERROR_USAGE on what is unknown, lacks its value,
 * has an empty one, or is given twice. */
bool arguments_parse(int argc, char **argv, struct arguments *out, rev_error **err);
void arguments_clear(struct arguments *arguments);

/* A row's choices one after the other: the next word of *choices, which moves behind it; false at the end. */
bool option_next_choice(const char **choices, struct rv_view *out);

bool option_is_set(const struct arguments *arguments, const char *name);
const char *option_value(const struct arguments *arguments, const char *name); /* NULL: not given */
/* All values of a list option, at most `max`; their number. */
size_t option_values(const struct arguments *arguments, const char *name, const char **out, size_t max);

#endif
