/* --sql: reads "A:B", where A is where an offline database stands, and has the script written. */
#include <rev/migrate.h>

#include "base/alloc.h"
#include "graph/resolve.h"
#include "migrate/run.h"

struct range {
    char *from; /* NULL: no colon */
    char *to;
};

static void ranges_free(struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(ranges[i].from);
        free(ranges[i].to);
    }
    free(ranges);
}

static struct range *split(rev_strings specs)
{
    struct range *ranges = rv_alloc(rv_size_mul(specs.count, sizeof *ranges));
    for (size_t i = 0; i < specs.count; i++) {
        ranges[i] = (struct range){0};
        const char *colon = strchr(specs.items[i], ':');
        if (colon) {
            ranges[i].from = rv_strdup(specs.items[i]);
            ranges[i].from[colon - specs.items[i]] = '\0';
        }
        ranges[i].to = rv_strdup(colon ? colon + 1 : specs.items[i]);
    }
    return ranges;
}

/* Symbols of labels may hold '-', but none ends in '-' and digits. */
static bool is_relative(const char *spec)
{
    size_t len = strlen(spec), digits = 0;
    while (digits < len && rv_is_digit(spec[len - 1 - digits])) {
        digits++;
    }
    return strchr(spec, '+') || (digits && digits < len && spec[len - 1 - digits] == '-');
}

/* A: one revision or base. */
static bool resolve_start(const rev_project *project, const char *from, const char **out_id, rev_error **err)
{
    rv_nodes_auto struct rv_nodes nodes = {0};
    *out_id = NULL;
    if (!from || !from[0]) {
        return true;
    }
    if (is_relative(from)) {
        rv_fail(err, REV_ERROR_SPEC, "'%s' can't be where a script starts: it is relative", from);
        rv_error_hint(*err, "Name the revision at which the database stands.");
        return false;
    }
    if (strcmp(from, "current") == 0) {
        return rv_fail(err, REV_ERROR_SPEC, "'current' can't be where a script starts: no database is asked");
    }
    if (!rv_resolve_show(project->graph, from, (struct rv_node_list){0}, &nodes, err)) {
        return false;
    }
    if (nodes.count > 1) {
        return rv_fail(err, REV_ERROR_SPEC, "'%s' can't be where a script starts: it names %zu revisions", from,
                       nodes.count);
    }
    *out_id = nodes.count ? rv_graph_id(project->graph, nodes.items[0]) : NULL;
    return true;
}

/* What follows the colon, when nothing does; and whether there must be a colon, and the same start for all. */
static bool check_ranges(rev_direction direction, struct range *ranges, rev_strings specs, rev_error **err)
{
    for (size_t i = 0; i < specs.count; i++) {
        if (direction == REV_DOWNGRADE && !ranges[i].from) {
            rv_fail(err, REV_ERROR_SPEC, "a downgrade with --sql needs A:B, not '%s'", specs.items[i]);
            rv_error_hint(*err, "A is the revision at which the database stands, B the one that stays.");
            return false;
        }
        if (!ranges[i].to[0] && direction == REV_UPGRADE && ranges[i].from) {
            free(ranges[i].to);
            ranges[i].to = rv_strdup("heads");
        }
        if (!ranges[i].to[0]) {
            return rv_fail(err, REV_ERROR_SPEC, "'%s' names no revision", specs.items[i]);
        }
        const char *first = ranges[0].from ? ranges[0].from : "", *from = ranges[i].from ? ranges[i].from : "";
        if (strcmp(first, from) != 0) {
            return rv_fail(err, REV_ERROR_SPEC, "one script starts at one place: not at both '%s' and '%s'", first,
                           from);
        }
    }
    return true;
}

char *rev_sql(const rev_project *project, rev_direction direction, rev_strings specs, const char *tag, rev_error **err)
{
    rev_error *error = NULL;
    bool is_known = direction == REV_UPGRADE || direction == REV_DOWNGRADE || direction == REV_STAMP;
    if (!specs.count || !is_known) {
        rv_fail(&error, REV_ERROR_USAGE, is_known ? "no revision was given" : "no such direction");
        rv_error_give(err, error);
        return NULL;
    }
    struct range *ranges = split(specs);
    const char **targets = rv_alloc(rv_size_mul(specs.count, sizeof *targets));
    const char *from = NULL;
    struct rv_str out = {0};
    bool ok = check_ranges(direction, ranges, specs, &error) && resolve_start(project, ranges[0].from, &from, &error);
    for (size_t i = 0; i < specs.count; i++) {
        targets[i] = ranges[i].to;
    }
    const struct rv_request request = {.direction = direction, .spec = targets[0], .specs = {specs.count, targets}};
    ok = ok && rv_script_write(project, &request, from, tag, &out, &error);
    free(targets);
    ranges_free(ranges, specs.count);
    if (ok) {
        return rv_str_take(&out);
    }
    rv_str_clear(&out);
    rv_error_give(err, error);
    return NULL;
}

void rev_text_free(char *text)
{
    free(text);
}
