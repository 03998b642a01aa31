/* history -r A:B (section 5). Unlike other commands it looks at what it finds: a walk that runs out of revisions stops
 * there, and an end may be several revisions. */
#include "graph/resolve.h"

#include "base/error.h"
#include "graph/resolver.h"

/* One end of the range. */
struct end {
    struct rv_resolver resolver;
    struct rv_nodes nodes; /* none for base */
};

static void end_clear(struct end *end)
{
    rv_resolver_clear(&end->resolver);
    rv_vec_clear(&end->nodes);
}

struct range {
    const struct rv_graph *graph;
    const char *text;
    struct end first, last;
};

static void range_clear(struct range *range)
{
    end_clear(&range->first);
    end_clear(&range->last);
}

static bool is_counted(const struct end *end)
{
    return rv_resolver_is_bare(&end->resolver);
}

/* An end that stands for itself. */
static bool resolve_end(struct end *end, rev_error **err)
{
    struct rv_point point;
    bool is_base;
    if (!end->resolver.spec.sign) {
        return rv_resolver_symbol(&end->resolver, true, &end->nodes, &is_base, err);
    }
    if (!rv_resolver_walk(&end->resolver, &point, err)) {
        return false;
    }
    if (!point.is_base) {
        rv_vec_push(&end->nodes, point.node);
    }
    return true;
}

/* An end that is counted from the other one. */
static bool resolve_counted_end(struct end *end, const struct end *other, rev_error **err)
{
    struct rv_point point = {.is_base = true};
    uint32_t start;
    end->resolver.rows = rv_nodes_list(&other->nodes);
    if (end->resolver.spec.sign == '+') {
        if (!rv_resolver_walk_up_from_rows(&end->resolver, &point, err)) {
            return false;
        }
    } else if (other->nodes.count > 0 && !rv_resolver_walk_down_from_rows(&end->resolver, &start, &point, err)) {
        return false;
    }
    if (!point.is_base) {
        rv_vec_push(&end->nodes, point.node);
    }
    return true;
}

static bool parse_ends(struct range *range, struct rv_node_list rows, rev_error **err)
{
    const struct rv_graph *graph = range->graph;
    struct rv_view first, last;
    if (!rv_spec_split(range->text, &first, &last, err)) {
        return false;
    }
    first = first.len > 0 ? first : rv_view_of("base");
    last = last.len > 0 ? last : rv_view_of("heads");
    if (!rv_resolver_init(&range->first.resolver, graph, RV_FOR_HISTORY, rows, first, err) ||
        !rv_resolver_init(&range->last.resolver, graph, RV_FOR_HISTORY, rows, last, err)) {
        return false;
    }
    if (is_counted(&range->first) && range->first.resolver.spec.sign == '+') {
        return rv_resolver_fail(&range->first.resolver, "cannot begin a range", "A range begins with a revision or -N.",
                                err);
    }
    if (is_counted(&range->last) && range->last.resolver.spec.sign == '-') {
        return rv_resolver_fail(&range->last.resolver, "cannot end a range", "A range ends with a revision or +N.",
                                err);
    }
    const struct end *ends[] = {&range->first, &range->last};
    for (size_t i = 0; i < 2; i++) {
        if (is_counted(ends[i]) && ends[i]->resolver.spec.distance == 0) {
            return rv_resolver_fail(&ends[i]->resolver, "goes nowhere", "Say +1 or -1, or more.", err);
        }
    }
    if (is_counted(&range->first) && is_counted(&range->last)) {
        rv_fail(err, REV_ERROR_SPEC, "range '%s' has no end to count from", range->text);
        rv_error_hint(*err, "One of the two ends must be a revision, head or current.");
        return false;
    }
    return true;
}

static bool resolve_ends(struct range *range, rev_error **err)
{
    struct end *first = &range->first, *last = &range->last;
    if (is_counted(first)) {
        return resolve_end(last, err) && resolve_counted_end(first, last, err);
    }
    return resolve_end(first, err) &&
           (is_counted(last) ? resolve_counted_end(last, first, err) : resolve_end(last, err));
}

/* W@base as A keeps of B's revisions those that carry W. Where W is an id, the one label that its revision carries is
 * meant, as in Alembic; without such a label its line. */
static void keep_branch(struct range *range)
{
    const struct rv_resolver *where = &range->first.resolver;
    if (!where->spec.has_where || where->spec.symbol != RV_SYMBOL_BASE || range->first.nodes.count > 0) {
        return;
    }
    rev_strings labels = rv_graph_revision(range->graph, where->where)->labels;
    const char *label = where->where_label;
    if (!label && labels.count == 1) {
        label = labels.items[0];
    }
    struct rv_nodes *nodes = &range->last.nodes;
    size_t kept = 0;
    for (size_t i = 0; i < nodes->count; i++) {
        uint32_t node = nodes->items[i];
        if (label ? rv_revision_carries(rv_graph_revision(range->graph, node), label) : rv_set_has(where->line, node)) {
            nodes->items[kept++] = node;
        }
    }
    nodes->count = kept;
}

static bool check_ancestors(const struct range *range, const struct rv_set *required, rev_error **err)
{
    for (size_t i = 0; i < range->first.nodes.count; i++) {
        uint32_t node = range->first.nodes.items[i];
        if (!rv_set_has(required, node)) {
            rv_fail(err, REV_ERROR_SPEC,
                    "requested range '%s' does not refer to ancestor/descendant revisions along the same branch",
                    range->text);
            rv_error_hint(*err, "'%s' is not needed by what the range ends with. Write the older end first.",
                          rv_graph_id(range->graph, node));
            return false;
        }
    }
    return true;
}

static bool list_range(const struct range *range, struct rv_nodes *out_nodes, rev_error **err)
{
    const struct rv_graph *graph = range->graph;
    struct rv_node_list first = rv_nodes_list(&range->first.nodes);
    rv_set_auto struct rv_set *shown = rv_set_new(graph);
    rv_set_auto struct rv_set *below = rv_set_new(graph);
    rv_set_auto struct rv_set *above = rv_set_new(graph);
    rv_set_add_ancestors(shown, graph, rv_nodes_list(&range->last.nodes), RV_FULL);
    if (!check_ancestors(range, shown, err)) {
        return false;
    }
    rv_set_add_ancestors(below, graph, first, RV_FULL);
    for (size_t i = 0; i < first.count; i++) {
        rv_set_remove(below, first.items[i]);
    }
    rv_set_add_descendants(above, graph, first, RV_VERSIONED);
    struct rv_node_list order = rv_graph_order(graph);
    for (size_t i = order.count; i-- > 0;) {
        uint32_t node = order.items[i];
        if (rv_set_has(shown, node) && !rv_set_has(below, node) && (first.count == 0 || rv_set_has(above, node))) {
            rv_vec_push(out_nodes, node);
        }
    }
    return true;
}

bool rv_resolve_history(const struct rv_graph *graph, const char *text, struct rv_node_list rows,
                        struct rv_nodes *out_nodes, rev_error **err)
{
    struct range range = {.graph = graph, .text = text ? text : ":"};
    bool is_resolved = parse_ends(&range, rows, err) && resolve_ends(&range, err);
    if (is_resolved) {
        keep_branch(&range);
        is_resolved = list_range(&range, out_nodes, err);
    }
    range_clear(&range);
    return is_resolved;
}
