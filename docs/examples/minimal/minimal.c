/* Brings a database up to date: `minimal MIGRATIONS URL`. MIGRATIONS is a folder or a bundle. */
#include <rev/rev.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    rev_project_options where = {
        .struct_size = sizeof where, .migrations = argc > 1 ? argv[1] : NULL, .url = argc > 2 ? argv[2] : NULL};
    rev_error *error = NULL;
    rev_project *project = rev_project_open(&where, &error);
    rev_result *result = project ? rev_upgrade(project, "head", NULL, &error) : NULL;
    if (!result)
        fprintf(stderr, "%s\n%s\n", error->message, error->hint ? error->hint : "");
    else
        printf("%zu steps\n", result->step_count);
    rev_result_free(result);
    rev_project_free(project);
    rev_error_free(error);
    return result ? 0 : 1;
}
