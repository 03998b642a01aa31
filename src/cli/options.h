/* Table-driven options: parsing, help, suggestions and completion come from the same rows. */
#ifndef RV_CLI_OPTIONS_H
#define RV_CLI_OPTIONS_H

#include <rev/rev.h>

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* What a word of a command line may name. */
enum word_kind {
    WORD_FILE = 1 << 0,
    WORD_FOLDER = 1 << 1,
    WORD_COMMAND = 1 << 2,
    WORD_ENVIRONMENT = 1 << 3,
    WORD_TEMPLATE = 1 << 4,
    WORD_ID = 1 << 5,    /* of a revision */
    WORD_LABEL = 1 << 6, /* of a branch */
    WORD_SPEC = 1 << 7,  /* an id, a tag, head, label@head, … */
    WORD_RANGE = 1 << 8, /* two specs with a colon between */
};

struct option {
    const char *name;  /* without the dashes */
    char letter;       /* 0: none */
    const char *value; /* the value's name in the help; NULL: a flag */
    bool is_list;      /* may be given several times */
    const char *help;
    const char *choices; /* the only values that it takes, a blank between; NULL: any */
    unsigned kinds;      /* what the value names: for completion */
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
    const struct option *unfinished; /* the last word is this option, which lacks its value; otherwise NULL */
    bool options_ended;              /* by a word of two dashes */
    char *url;                       /* --url's value, taken out of argv */
    const char **words;              /* what is no option, the command's name excepted */
    size_t word_count;
};

extern const struct option global_options[];
extern const size_t global_option_count;

/* Option i of a command line: the program's first, then the command's (NULL: none is named yet). NULL behind the last.
 */
const struct option *option_at(const struct command *command, size_t i);

/* False for what a command that opens no project can't heed. */
bool option_fits(const struct option *option, const struct command *command);

/* "-1" and "-3:current" are specs; no option is a digit. */
bool option_begins(const char *word);

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
