/* The option parser: one pass over argv, with the program's options valid everywhere and the command's behind its name.
 * Knows nothing of what options mean. */
#include "cli/options.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "base/suggest.h"
#include "cli/commands.h"

const struct option global_options[] = {
    {"chdir", 'C', "DIR", false, "work as if started in DIR", .kinds = WORD_FOLDER},
    {"color", 0, "WHEN", false, "auto, always or never (NO_COLOR is honoured)", "auto always never"},
    {"config", 'c', "FILE", false, "read FILE instead of looking for rev.yaml upwards", .kinds = WORD_FILE},
    {"environment", 'e', "NAME", false, "overlay this environment of rev.yaml", .kinds = WORD_ENVIRONMENT},
    {"format", 0, "FORMAT", false, "text or json", "text json"},
    {"help", 'h', NULL, false, "show this help"},
    {"lock-retries", 0, "NUMBER", false, "how often a step that met a lock is tried again (default 5)"},
    {"lock-timeout", 0, "TIME", false, "PostgreSQL: how long a step waits for a lock (default 5s; 0: for ever)"},
    {"migrations", 'd', "DIR", false, "the migrations folder, or a bundle", .kinds = WORD_FILE},
    {"no-progress", 0, NULL, false, "plain lines instead of one that moves"},
    {"quiet", 'q', NULL, false, "no progress and no remarks; errors stay"},
    {"statement-timeout", 0, "TIME", false, "PostgreSQL: how long a statement may run (0: for ever)"},
    {"url", 'u', "URL", false, "the database"},
    {"verbose", 'v', NULL, false, "tell more"},
    {"version", 0, NULL, false, "show the version"},
    {"wait", 0, "SECONDS", false, "how long to wait for other migrators (default 60)"},
};
const size_t global_option_count = sizeof global_options / sizeof global_options[0];

struct parser {
    struct arguments *out;
    int argc;
    char **argv;
    int next;
    rev_error **err;
};

const struct option *option_at(const struct command *command, size_t i)
{
    if (i < global_option_count) {
        return &global_options[i];
    }
    i -= global_option_count;
    return command && i < command->option_count ? &command->options[i] : NULL;
}

static const struct option *find_long(const struct arguments *arguments, struct rv_view name)
{
    const struct option *option;
    for (size_t i = 0; (option = option_at(arguments->command, i)); i++) {
        if (rv_view_equals(name, option->name)) {
            return option;
        }
    }
    return NULL;
}

static const struct option *find_letter(const struct arguments *arguments, char letter)
{
    const struct option *option;
    for (size_t i = 0; (option = option_at(arguments->command, i)); i++) {
        if (option->letter == letter) {
            return option;
        }
    }
    return NULL;
}

static bool unknown_option(struct parser *parser, const char *shown, struct rv_view name)
{
    const char *names[OPTIONS_MAX];
    size_t count = 0;
    const struct option *option;
    for (; count < OPTIONS_MAX && (option = option_at(parser->out->command, count)); count++) {
        names[count] = option->name;
    }
    rv_str_auto struct rv_str text = {0};
    rv_str_add_view(&text, name);
    const char *near = rv_suggest_among(rv_str_text(&text), names, count);
    rv_fail(parser->err, REV_ERROR_USAGE, "unknown option '%s'", shown);
    if (near) {
        rv_error_hint(*parser->err, "Did you mean --%s?", near);
    } else {
        rv_error_hint(*parser->err, "`" PROGRAM_NAME " %s%s--help` lists the options.",
                      parser->out->command ? parser->out->command->name : "", parser->out->command ? " " : "");
    }
    return false;
}

bool option_next_choice(const char **choices, struct rv_view *out)
{
    if (!*choices || !**choices) {
        return false;
    }
    *out = rv_view(*choices, strcspn(*choices, " "));
    *choices += out->len + strspn(*choices + out->len, " ");
    return true;
}

/* "auto, always or never": as a sentence names them. */
static void add_choices(struct rv_str *out, const char *choices)
{
    struct rv_view choice;
    for (bool is_first = true; option_next_choice(&choices, &choice); is_first = false) {
        rv_str_add_text(out, is_first ? "" : *choices ? ", " : " or ");
        rv_str_add_view(out, choice);
    }
}

static bool check_choice(const struct option *option, const char *value, rev_error **err)
{
    const char *rest = option->choices;
    struct rv_view choice;
    if (!rest) {
        return true;
    }
    while (option_next_choice(&rest, &choice)) {
        if (rv_view_equals(choice, value)) {
            return true;
        }
    }
    rv_str_auto struct rv_str known = {0};
    add_choices(&known, option->choices);
    return rv_fail(err, REV_ERROR_USAGE, "--%s takes %s, not '%s'", option->name, rv_str_text(&known), value);
}

static bool add_given(struct parser *parser, const struct option *option, const char *value)
{
    struct arguments *out = parser->out;
    if (value && !value[0]) {
        return rv_fail(parser->err, REV_ERROR_USAGE, "--%s has an empty value", option->name);
    }
    if (!option->is_list && option->value && option_is_set(out, option->name)) {
        return rv_fail(parser->err, REV_ERROR_USAGE, "--%s is given twice", option->name);
    }
    if (value && !check_choice(option, value, parser->err)) {
        return false;
    }
    if (out->given_count == VALUES_MAX) {
        return rv_fail(parser->err, REV_ERROR_USAGE, "more than %d options", VALUES_MAX);
    }
    out->given[out->given_count].option = option;
    out->given[out->given_count++].value = value;
    return true;
}

/* A URL may hold a password, which must not stay where every user of the machine can read it: the value moves out of
 * argv. */
static const char *take_secret(struct parser *parser, char *value)
{
    free(parser->out->url);
    parser->out->url = rv_strdup(value);
    memset(value, '*', strlen(value));
    return parser->out->url;
}

/* Whoever forgets --url puts a password where it would be echoed. Messages may speak of URLs. */
static bool refuse_misplaced_url(struct parser *parser, const struct option *option, char *value)
{
    char *scheme_end = strstr(value, "://");
    bool is_free_text = option && (strcmp(option->name, "message") == 0 || strcmp(option->name, "tag") == 0);
    if (!scheme_end || is_free_text) {
        return true;
    }
    rv_fail(parser->err, REV_ERROR_USAGE, "a database's URL (%.*s://…) in the wrong place",
            (int)(scheme_end - value > 32 ? 32 : scheme_end - value), value);
    rv_error_hint(*parser->err, "The database goes behind --url.");
    memset(scheme_end, '*', strlen(scheme_end));
    return false;
}

/* The value behind an option: attached, or the next argument whatever it looks like. */
static bool take_value(struct parser *parser, const struct option *option, char *attached)
{
    if (!attached && parser->next == parser->argc) {
        parser->out->unfinished = option;
        rv_fail(parser->err, REV_ERROR_USAGE, "--%s needs a value", option->name);
        rv_error_hint(*parser->err, "Write --%s %s.", option->name, option->value);
        return false;
    }
    char *value = attached ? attached : parser->argv[parser->next++];
    if (strcmp(option->name, "url") == 0) {
        return add_given(parser, option, take_secret(parser, value));
    }
    return refuse_misplaced_url(parser, option, value) && add_given(parser, option, value);
}

static bool parse_long(struct parser *parser, char *word)
{
    size_t len = strcspn(word + 2, "=");
    char *attached = word[2 + len] == '=' ? word + 2 + len + 1 : NULL;
    struct rv_view name = rv_view(word + 2, len);
    const struct option *option = find_long(parser->out, name);
    if (!option) {
        char shown[64];
        snprintf(shown, sizeof shown, "--%.*s", (int)(len > 60 ? 60 : len), word + 2);
        return unknown_option(parser, shown, name);
    }
    if (option->value) {
        return take_value(parser, option, attached);
    }
    if (attached) {
        return rv_fail(parser->err, REV_ERROR_USAGE, "--%s takes no value", option->name);
    }
    return add_given(parser, option, NULL);
}

static bool parse_letters(struct parser *parser, char *word)
{
    for (char *p = word + 1; *p; p++) {
        const struct option *option = find_letter(parser->out, *p);
        if (!option) {
            const char shown[] = {'-', *p, '\0'};
            return unknown_option(parser, shown, rv_view(p, 1));
        }
        if (option->value) {
            return take_value(parser, option, p[1] ? p + 1 : NULL);
        }
        if (!add_given(parser, option, NULL)) {
            return false;
        }
    }
    return true;
}

static bool take_word(struct parser *parser, char *word)
{
    struct arguments *out = parser->out;
    if (!word[0]) {
        return rv_fail(parser->err, REV_ERROR_USAGE, "an empty argument");
    }
    if (!refuse_misplaced_url(parser, NULL, word)) {
        return false;
    }
    if (!out->command) {
        out->command = command_find(word, parser->err);
        return out->command != NULL;
    }
    out->words[out->word_count++] = word;
    return true;
}

bool option_begins(const char *word)
{
    return word[0] == '-' && word[1] != '\0' && !rv_is_digit(word[1]);
}

bool option_fits(const struct option *option, const struct command *command)
{
    static const char *const names[] = {"config",     "environment", "lock-retries",      "lock-timeout",
                                        "migrations", "url",         "statement-timeout", "wait"};
    for (size_t i = 0; command && command->has_no_project && i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(option->name, names[i]) == 0) {
            return false;
        }
    }
    return true;
}

static bool check_scope(const struct arguments *arguments, rev_error **err)
{
    for (size_t i = 0; i < arguments->given_count; i++) {
        const struct option *option = arguments->given[i].option;
        if (!option_fits(option, arguments->command)) {
            rv_fail(err, REV_ERROR_USAGE, "`%s` does not take --%s", arguments->command->name, option->name);
            rv_error_hint(*err, "It opens no project. What a project should use goes into its rev.yaml.");
            return false;
        }
    }
    return true;
}

bool arguments_parse(int argc, char **argv, struct arguments *out, rev_error **err)
{
    struct parser parser = {.out = out, .argc = argc, .argv = argv, .next = 1, .err = err};
    *out = (struct arguments){0};
    out->words = rv_alloc(rv_size_mul((size_t)argc + 1, sizeof *out->words));
    while (parser.next < argc) {
        char *word = argv[parser.next++];
        bool ok;
        if (!out->options_ended && strcmp(word, "--") == 0) {
            out->options_ended = true;
            continue;
        }
        if (out->options_ended || !option_begins(word)) {
            ok = take_word(&parser, word);
        } else {
            ok = word[1] == '-' ? parse_long(&parser, word) : parse_letters(&parser, word);
        }
        if (!ok) {
            return false;
        }
    }
    return check_scope(out, err);
}

void arguments_clear(struct arguments *arguments)
{
    free(arguments->words);
    free(arguments->url);
}

bool option_is_set(const struct arguments *arguments, const char *name)
{
    for (size_t i = 0; i < arguments->given_count; i++) {
        if (strcmp(arguments->given[i].option->name, name) == 0) {
            return true;
        }
    }
    return false;
}

const char *option_value(const struct arguments *arguments, const char *name)
{
    const char *value = NULL;
    return option_values(arguments, name, &value, 1) ? value : NULL;
}

size_t option_values(const struct arguments *arguments, const char *name, const char **out, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < arguments->given_count && count < max; i++) {
        if (strcmp(arguments->given[i].option->name, name) == 0) {
            out[count++] = arguments->given[i].value;
        }
    }
    return count;
}
