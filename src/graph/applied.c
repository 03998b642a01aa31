/* From version rows to what is applied. Rows are compared as whole ids: a prefix of an id is not that revision. */
#include "graph/applied.h"

#include "base/error.h"
#include "base/str.h"

enum { UNKNOWN_ROWS_SHOWN = 20 };

static bool fail_unknown_rows(const char *const *unknown, size_t count, rev_error **err)
{
    rv_str_auto struct rv_str list = {0};
    for (size_t i = 0; i < count && i < UNKNOWN_ROWS_SHOWN; i++) {
        rv_str_printf(&list, "%s'%s'", i > 0 ? ", " : "", unknown[i]);
    }
    if (count > UNKNOWN_ROWS_SHOWN) {
        rv_str_printf(&list, " and %zu more", count - UNKNOWN_ROWS_SHOWN);
    }
    rv_fail(err, REV_ERROR_UNKNOWN_ROW, "the database is at %s, which no file here defines", rv_str_text(&list));
    rv_error_hint(*err, "Another version of this project migrated this database, or it belongs to another project. Get "
                        "the files of that version, or type `" PROGRAM_NAME
                        " stamp --purge SPEC` to say where the database is.");
    return false;
}

bool rv_rows_nodes(const struct rv_graph *graph, rev_strings rows, struct rv_nodes *out_rows, rev_error **err)
{
    rv_set_auto struct rv_set *set = rv_set_new(graph);
    RV_VEC(const char *) unknown = {0};
    for (size_t i = 0; i < rows.count; i++) {
        uint32_t node;
        if (rv_graph_find(graph, rows.items[i], &node)) {
            rv_set_add(set, node);
        } else {
            rv_vec_push(&unknown, rows.items[i]);
        }
    }
    if (unknown.count > 0) {
        fail_unknown_rows(unknown.items, unknown.count, err);
        rv_vec_clear(&unknown);
        return false;
    }
    rv_set_list(set, out_rows);
    return true;
}

struct rv_set *rv_rows_applied(const struct rv_graph *graph, struct rv_node_list rows)
{
    struct rv_set *applied = rv_set_new(graph);
    rv_set_add_ancestors(applied, graph, rows, RV_FULL);
    return applied;
}

void rv_rows_maximal(const struct rv_graph *graph, struct rv_node_list rows, struct rv_nodes *out_maximal,
                     struct rv_nodes *out_redundant)
{
    rv_nodes_auto struct rv_nodes parents = {0};
    for (size_t i = 0; i < rows.count; i++) {
        struct rv_node_list list = rv_graph_full_parents(graph, rows.items[i]);
        for (size_t j = 0; j < list.count; j++) {
            rv_vec_push(&parents, list.items[j]);
        }
    }
    rv_set_auto struct rv_set *needed = rv_set_new(graph);
    rv_set_add_ancestors(needed, graph, rv_nodes_list(&parents), RV_FULL);
    for (size_t i = 0; i < rows.count; i++) {
        if (!rv_set_has(needed, rows.items[i])) {
            rv_vec_push(out_maximal, rows.items[i]);
        } else if (out_redundant) {
            rv_vec_push(out_redundant, rows.items[i]);
        }
    }
}

static bool has_applied_child(const struct rv_graph *graph, const struct rv_set *applied, uint32_t node)
{
    struct rv_node_list children = rv_graph_children(graph, node);
    for (size_t i = 0; i < children.count; i++) {
        if (rv_set_has(applied, children.items[i])) {
            return true;
        }
    }
    return false;
}

void rv_applied_tips(const struct rv_graph *graph, const struct rv_set *applied, struct rv_nodes *out_tips)
{
    for (uint32_t node = 0; node < rv_graph_count(graph); node++) {
        if (rv_set_has(applied, node) && !has_applied_child(graph, applied, node)) {
            rv_vec_push(out_tips, node);
        }
    }
}

/* Every revision is a full ancestor of some real head, so all that is not applied is pending. */
void rv_applied_pending(const struct rv_graph *graph, const struct rv_set *applied, struct rv_nodes *out_pending)
{
    struct rv_node_list order = rv_graph_order(graph);
    for (size_t i = 0; i < order.count; i++) {
        if (!rv_set_has(applied, order.items[i])) {
            rv_vec_push(out_pending, order.items[i]);
        }
    }
}
