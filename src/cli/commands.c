/* The table of commands. */
#include "cli/commands.h"

#include "base/error.h"
#include "base/suggest.h"

const struct command *const commands[] = {
    &command_branches, &command_bundle,         &command_check, &command_current, &command_doctor,  &command_downgrade,
    &command_edit,     &command_ensure_version, &command_graph, &command_heads,   &command_help,    &command_history,
    &command_init,     &command_list_templates, &command_log,   &command_merge,   &command_resolve, &command_revision,
    &command_show,     &command_split,          &command_stamp, &command_status,  &command_upgrade,
};
const size_t command_count = sizeof commands / sizeof commands[0];

static const char *name_at(const void *context, size_t i)
{
    (void)context;
    return commands[i]->name;
}

const struct command *command_find(const char *name, rev_error **err)
{
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(commands[i]->name, name) == 0) {
            return commands[i];
        }
    }
    const char *near = rv_suggest(name, command_count, name_at, NULL);
    rv_fail(err, REV_ERROR_USAGE, "unknown command '%s'", name);
    if (near) {
        rv_error_hint(*err, "Did you mean `" PROGRAM_NAME " %s`?", near);
    } else {
        rv_error_hint(*err, "`" PROGRAM_NAME " --help` lists the commands.");
    }
    return NULL;
}
