/* What could stand at the cursor: the shells' completions (src/cli/completion) ask the program itself, so that they
 * know what its tables and the project's files know. No database is asked, and nothing is said of what is wrong: a line
 * that is still being typed often is. */
#include "cli/commands.h"

#include "base/error.h"
#include "base/str.h"
#include "cli/exit.h"

#include <unistd.h>

struct completion {
    struct cli *cli;
    struct rv_view before; /* of the word: stays, and stands in front of each answer */
    const char *typed;     /* the rest of it, with which answers begin */
};

/* Takes what stands before `typed` over into what stays. */
static void keep_until(struct completion *completion, const char *typed)
{
    completion->before.len += (size_t)(typed - completion->typed);
    completion->typed = typed;
}

static void offer(const struct completion *completion, const char *text, const char *what)
{
    if (!rv_text_starts_with(text, completion->typed)) {
        return;
    }
    rv_str_auto struct rv_str word = {0};
    rv_str_add_view(&word, completion->before);
    rv_str_add_text(&word, text);
    term_line(&completion->cli->out, rv_str_text(&word));
    term_plain(&completion->cli->out, what[0] ? "\t" : "");
    term_line(&completion->cli->out, what);
    term_plain(&completion->cli->out, "\n");
}

static void offer_commands(const struct completion *completion)
{
    for (size_t i = 0; i < command_count; i++) {
        offer(completion, commands[i]->name, commands[i]->summary);
    }
}

static void offer_options(const struct completion *completion)
{
    const struct arguments *arguments = &completion->cli->arguments;
    const struct option *option;
    for (size_t i = 0; (option = option_at(arguments->command, i)); i++) {
        bool is_spent = !option->is_list && option_is_set(arguments, option->name);
        if (!is_spent && option_fits(option, arguments->command)) {
            rv_str_auto struct rv_str text = {0};
            rv_str_printf(&text, "--%s", option->name);
            offer(completion, rv_str_text(&text), option->help);
        }
    }
}

static void offer_choices(const struct completion *completion, const char *choices)
{
    struct rv_view choice;
    while (option_next_choice(&choices, &choice)) {
        rv_str_auto struct rv_str text = {0};
        rv_str_add_view(&text, choice);
        offer(completion, rv_str_text(&text), "");
    }
}

static void offer_names(const struct completion *completion)
{
    offer(completion, "head", "the newest revision");
    offer(completion, "heads", "the newest revision of every branch");
    offer(completion, "base", "before the first revision");
    offer(completion, "current", "where the database is");
}

/* The labels or tags that a revision declares, each with `suffix`. */
static void offer_declared(const struct completion *completion, rev_strings names, const char *suffix, const char *what)
{
    for (size_t i = 0; i < names.count; i++) {
        rv_str_auto struct rv_str text = {0};
        rv_str_printf(&text, "%s%s", names.items[i], suffix);
        offer(completion, rv_str_text(&text), what);
    }
}

static void offer_revisions(const struct completion *completion, const rev_project *project, unsigned kinds)
{
    rev_error *error = NULL;
    rev_revisions *list = rev_history(project, NULL, (rev_strings){0}, &error);
    for (size_t i = 0; list && i < list->count; i++) {
        const rev_revision *revision = list->items[i];
        if (kinds & (WORD_ID | WORD_SPEC)) {
            offer(completion, revision->id, revision->message);
        }
        if (kinds & WORD_LABEL) {
            offer_declared(completion, revision->branch_labels, "", revision->message);
        }
        if (kinds & WORD_SPEC) {
            offer_declared(completion, revision->branch_labels, "@head", "the newest revision of this branch");
            offer_declared(completion, revision->tags, "", revision->message);
        }
    }
    rev_revisions_free(list);
    rev_error_free(error);
}

/* Without a project, or with one that is broken, there is nothing to offer. */
static const rev_project *open_project(struct cli *cli)
{
    const char *dir = option_value(&cli->arguments, "chdir");
    if (dir && chdir(dir) != 0) {
        return NULL;
    }
    rev_project_options options = {
        .struct_size = sizeof options,
        .config_file = option_value(&cli->arguments, "config"),
        .migrations = option_value(&cli->arguments, "migrations"),
        .environment = option_value(&cli->arguments, "environment"),
    };
    rev_error *error = NULL;
    cli->project = rev_project_open(&options, &error);
    rev_error_free(error);
    return cli->project;
}

static void offer_of_project(const struct completion *completion, unsigned kinds)
{
    const rev_project *project = open_project(completion->cli);
    if (!project) {
        return;
    }
    rev_strings environments = rev_project_environments(project);
    for (size_t i = 0; kinds & WORD_ENVIRONMENT && i < environments.count; i++) {
        offer(completion, environments.items[i], "");
    }
    if (kinds & (WORD_ID | WORD_LABEL | WORD_SPEC)) {
        offer_revisions(completion, project, kinds);
    }
}

static void offer_templates(const struct completion *completion)
{
    for (size_t i = 0; i < rev_template_info_count(); i++) {
        rev_template_info info = rev_template_info_at(i);
        offer(completion, info.name, info.description);
    }
}

static void offer_kinds(struct completion *completion, unsigned kinds)
{
    if (kinds & WORD_RANGE) {
        const char *colon = strchr(completion->typed, ':');
        keep_until(completion, colon ? colon + 1 : completion->typed);
        kinds |= WORD_SPEC;
    }
    if (kinds & WORD_COMMAND) {
        offer_commands(completion);
    }
    if (kinds & WORD_TEMPLATE) {
        offer_templates(completion);
    }
    if (kinds & WORD_SPEC) {
        offer_names(completion);
    }
    if (kinds & (WORD_ENVIRONMENT | WORD_ID | WORD_LABEL | WORD_SPEC)) {
        offer_of_project(completion, kinds);
    }
    if (kinds & (WORD_FILE | WORD_FOLDER)) {
        term_printf(&completion->cli->out, "\t%s\n", kinds & WORD_FILE ? "file" : "folder");
    }
}

static void offer_values(struct completion *completion, const struct option *option)
{
    offer_choices(completion, option->choices);
    offer_kinds(completion, option->kinds);
}

/* "--name=" and the beginning of a value: true if this is that. */
static bool offer_attached(struct completion *completion)
{
    const char *sign = strchr(completion->typed, '=');
    const struct option *option;
    if (!sign || !rv_text_starts_with(completion->typed, "--")) {
        return false;
    }
    struct rv_view name = rv_view(completion->typed + 2, (size_t)(sign - completion->typed) - 2);
    for (size_t i = 0; (option = option_at(completion->cli->arguments.command, i)); i++) {
        if (rv_view_equals(name, option->name) && option->value) {
            keep_until(completion, sign + 1);
            offer_values(completion, option);
            return true;
        }
    }
    return true;
}

static void offer_words(struct completion *completion)
{
    const struct arguments *arguments = &completion->cli->arguments;
    const struct command *command = arguments->command;
    if (!command) {
        offer_commands(completion);
    } else if (arguments->word_count < command->max_words) {
        offer_kinds(completion, command->word_kinds);
    }
}

int complete(struct cli *cli, int argc, char **argv)
{
    struct arguments *arguments = &cli->arguments;
    rev_error *error = NULL;
    term_init(&cli->out, stdout, "never", true);
    term_init(&cli->err, stderr, "never", true);
    if (argc < 2) {
        return EXIT_DONE;
    }
    struct completion completion = {.cli = cli, .before = {argv[argc - 1], 0}, .typed = argv[argc - 1]};
    bool ok = arguments_parse(argc - 1, argv, arguments, &error);
    rev_error_free(error);
    if (arguments->unfinished) {
        offer_values(&completion, arguments->unfinished);
    } else if (ok && !arguments->options_ended && option_begins(completion.typed)) {
        if (!offer_attached(&completion)) {
            offer_options(&completion);
        }
    } else if (ok) {
        /* A dash alone begins an option, although on a line it is a word. */
        if (strcmp(completion.typed, "-") == 0 && !arguments->options_ended) {
            offer_options(&completion);
        }
        offer_words(&completion);
    }
    return EXIT_DONE;
}
