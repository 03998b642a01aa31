/* Questions about the project: heads, branches, history, show, a revision's scripts. No database is asked here; version
 * rows come in. */
#include <rev/rev.h>

#include "base/alloc.h"
#include "base/error.h"
#include "command/lists.h"
#include "graph/applied.h"
#include "graph/resolve.h"
#include "project/project.h"

const char *rev_version(void)
{
    return REV_VERSION;
}

const rev_revision *rev_find(const rev_project *project, const char *id)
{
    uint32_t node;
    return rv_graph_find(project->graph, id, &node) ? rv_graph_revision(project->graph, node) : NULL;
}

rev_revisions *rev_heads(const rev_project *project, bool real_only)
{
    const struct rv_graph *graph = project->graph;
    return rv_revisions_new(graph, real_only ? rv_graph_real_heads(graph) : rv_graph_heads(graph), false);
}

rev_revisions *rev_branch_points(const rev_project *project)
{
    const struct rv_graph *graph = project->graph;
    struct rv_node_list order = rv_graph_order(graph);
    rv_nodes_auto struct rv_nodes points = {0};
    for (size_t i = 0; i < order.count; i++) {
        if (rv_graph_revision(graph, order.items[i])->is_branch_point) {
            rv_vec_push(&points, order.items[i]);
        }
    }
    return rv_revisions_new(graph, (struct rv_node_list){points.items, points.count}, true);
}

typedef bool resolver(const struct rv_graph *graph, const char *spec, struct rv_node_list rows, struct rv_nodes *out,
                      rev_error **err);

static rev_revisions *resolve(const rev_project *project, resolver *with, const char *spec, rev_strings rows,
                              rev_error **err)
{
    rv_nodes_auto struct rv_nodes row_nodes = {0}, found = {0};
    rev_error *error = NULL;
    if (rv_rows_nodes(project->graph, rows, &row_nodes, &error) &&
        with(project->graph, spec, (struct rv_node_list){row_nodes.items, row_nodes.count}, &found, &error)) {
        return rv_revisions_new(project->graph, (struct rv_node_list){found.items, found.count}, false);
    }
    rv_error_give(err, error);
    return NULL;
}

rev_revisions *rev_history(const rev_project *project, const char *range, rev_strings rows, rev_error **err)
{
    return resolve(project, rv_resolve_history, range, rows, err);
}

rev_revisions *rev_resolve(const rev_project *project, const char *spec, rev_strings rows, rev_error **err)
{
    return resolve(project, rv_resolve_show, spec, rows, err);
}

bool rev_spec_needs_rows(const char *spec)
{
    return rv_spec_needs_rows(spec);
}

bool rev_revision_script(const rev_project *project, const rev_revision *revision, rev_direction direction,
                         char **out_text, size_t *out_size, rev_error **err)
{
    rev_error *error = NULL;
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    struct rv_view file;
    bool exists;
    const char *name = direction == REV_UPGRADE ? "up.sql" : "down.sql";
    if (!rv_project_script(project, revision, name, scratch, &file, &exists, &error)) {
        rv_error_give(err, error);
        return false;
    }
    *out_text = NULL;
    if (exists) {
        *out_text = rv_alloc(rv_size_add(file.len, 1));
        memcpy(*out_text, file.len ? file.ptr : "", file.len);
        (*out_text)[file.len] = '\0';
    }
    if (out_size) {
        *out_size = file.len;
    }
    return true;
}
