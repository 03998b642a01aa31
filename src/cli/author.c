/* The answer of `revision` and `merge`: the path of what was made. */
#include "cli/author.h"

#include "cli/exit.h"
#include "cli/out/json.h"

int author_finish(struct cli *cli, rev_created *created, rev_error *error)
{
    if (!created) {
        return cli_fail(cli, error);
    }
    if (cli->is_json) {
        struct out_json *object = out_json_object();
        out_json_text(object, "revision", created->id);
        out_json_text(object, "path", created->path);
        out_json_strings(object, "files", created->files);
        out_json_print(&cli->out, object);
    } else {
        term_line(&cli->out, created->path);
        term_plain(&cli->out, "\n");
    }
    if (cli->verbose) {
        for (size_t i = 0; i < created->files.count; i++) {
            cli_remark(cli, "created %s", created->files.items[i]);
        }
    }
    rev_created_free(created);
    return EXIT_DONE;
}
