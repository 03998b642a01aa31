/* The answer of `revision` and `merge`: the path of what was made. */
#include "cli/author.h"

#include "cli/exit.h"

int author_finish(struct cli *cli, rev_created *created, rev_error *error)
{
    if (!created) {
        return cli_fail(cli, error);
    }
    term_line(&cli->out, created->path);
    term_plain(&cli->out, "\n");
    if (cli->verbose) {
        for (size_t i = 0; i < created->files.count; i++) {
            cli_remark(cli, "created %s", created->files.items[i]);
        }
    }
    rev_created_free(created);
    return EXIT_DONE;
}
