/* Each command's reading of a spec, for one spec at a time; ranges are history.c's. Nothing here may look at anything
 * but the graph and the rows that are handed in. */
#include "graph/resolve.h"

#include "base/error.h"
#include "graph/resolver.h"

static const struct rv_node_list NO_ROWS = {0};

/* The symbol's revisions, in W's line if there is a W. */
static bool resolve_symbol(const struct rv_resolver *resolver, struct rv_nodes *out_nodes, rev_error **err)
{
    bool is_base;
    return rv_resolver_symbol(resolver, true, out_nodes, &is_base, err);
}

static void push_point(struct rv_point point, struct rv_nodes *out_nodes)
{
    if (!point.is_base) {
        rv_vec_push(out_nodes, point.node);
    }
}

/* --- upgrade --- */

static bool resolve_upgrade(const struct rv_resolver *resolver, struct rv_nodes *out_targets, rev_error **err)
{
    struct rv_point point;
    if (!resolver->spec.sign) {
        return resolve_symbol(resolver, out_targets, err);
    }
    if (rv_resolver_is_bare(resolver) && resolver->spec.sign == '-') {
        return rv_resolver_fail(resolver, "goes down, which upgrade never does",
                                "Type `" PROGRAM_NAME " downgrade -N` to go down.", err);
    }
    if (!(rv_resolver_is_bare(resolver) ? rv_resolver_walk_up_from_rows(resolver, &point, err)
                                        : rv_resolver_walk(resolver, &point, err))) {
        return false;
    }
    if (point.is_base && resolver->spec.sign == '-') {
        return rv_resolver_fail(resolver, "reaches base, to which nothing can be upgraded",
                                "Type `" PROGRAM_NAME " downgrade base` to undo everything.", err);
    }
    push_point(point, out_targets);
    return true;
}

bool rv_resolve_upgrade(const struct rv_graph *graph, const char *spec, struct rv_node_list rows,
                        struct rv_nodes *out_targets, rev_error **err)
{
    rv_resolver_auto struct rv_resolver resolver;
    return rv_resolver_init(&resolver, graph, RV_FOR_UPGRADE, rows, rv_view_of(spec), err) &&
           resolve_upgrade(&resolver, out_targets, err);
}

/* --- downgrade --- */

/* In downgrade W chooses among the branches above the target (section 4), so the target need not be on W's line; and an
 * empty project has nothing but base. */
static bool find_downgrade_symbol(const struct rv_resolver *resolver, struct rv_point *out_point, rev_error **err)
{
    rv_nodes_auto struct rv_nodes nodes = {0};
    bool is_base;
    if (!rv_resolver_symbol(resolver, false, &nodes, &is_base, err)) {
        return false;
    }
    if (nodes.count > 1) {
        return rv_resolver_fail_heads(resolver, rv_nodes_list(&nodes), err);
    }
    *out_point = nodes.count == 1 ? (struct rv_point){.node = nodes.items[0]} : (struct rv_point){.is_base = true};
    return true;
}

static bool resolve_downgrade(const struct rv_resolver *resolver, struct rv_downgrade_target *out_target,
                              rev_error **err)
{
    struct rv_downgrade_target target = {.has_where = resolver->spec.has_where, .where = resolver->where};
    struct rv_point point = {0};
    if (!rv_resolver_is_bare(resolver)) {
        if (!(resolver->spec.sign ? rv_resolver_walk(resolver, &point, err)
                                  : find_downgrade_symbol(resolver, &point, err))) {
            return false;
        }
    } else if (resolver->spec.sign == '+') {
        return rv_resolver_fail(resolver, "goes up, which downgrade never does",
                                "Type `" PROGRAM_NAME " upgrade +N` to go up.", err);
    } else if (rv_resolver_is_merge_undo(resolver, &target.where)) {
        target.has_where = target.undoes_where = true;
    } else {
        uint32_t start;
        if (!rv_resolver_walk_down_from_rows(resolver, &start, &point, err)) {
            return false;
        }
        if (!target.has_where) {
            target.has_where = true;
            target.where = start;
        }
    }
    target.is_base = point.is_base;
    target.node = point.node;
    *out_target = target;
    return true;
}

bool rv_resolve_downgrade(const struct rv_graph *graph, const char *spec, struct rv_node_list rows,
                          struct rv_downgrade_target *out_target, rev_error **err)
{
    rv_resolver_auto struct rv_resolver resolver;
    return rv_resolver_init(&resolver, graph, RV_FOR_DOWNGRADE, rows, rv_view_of(spec), err) &&
           resolve_downgrade(&resolver, out_target, err);
}

/* --- stamp, show, parents --- */

bool rv_resolve_stamp(const struct rv_graph *graph, const char *spec, struct rv_stamp_target *out_target,
                      rev_error **err)
{
    rv_resolver_auto struct rv_resolver resolver;
    rv_nodes_auto struct rv_nodes dests = {0};
    bool is_base;
    if (!rv_resolver_init(&resolver, graph, RV_FOR_STAMP, NO_ROWS, rv_view_of(spec), err)) {
        return false;
    }
    if (resolver.spec.sign) {
        return rv_resolver_fail(&resolver, "is relative, which stamp does not take",
                                "Name the revision by its id or label.", err);
    }
    if (!rv_resolver_symbol(&resolver, true, &dests, &is_base, err)) {
        return false;
    }
    *out_target = (struct rv_stamp_target){
        .dests = dests, .is_base = is_base, .has_where = is_base && resolver.spec.has_where, .where = resolver.where};
    dests = (struct rv_nodes){0}; /* they are the caller's now */
    return true;
}

bool rv_resolve_show(const struct rv_graph *graph, const char *spec, struct rv_node_list rows,
                     struct rv_nodes *out_nodes, rev_error **err)
{
    rv_resolver_auto struct rv_resolver resolver;
    struct rv_point point;
    if (!rv_resolver_init(&resolver, graph, RV_FOR_SHOW, rows, rv_view_of(spec), err)) {
        return false;
    }
    if (!resolver.spec.sign) {
        return resolve_symbol(&resolver, out_nodes, err);
    }
    if (rv_resolver_is_bare(&resolver)) {
        return rv_resolver_fail(&resolver, "does not say from where",
                                "Write head or current in front of it, as in `current-1`.", err);
    }
    if (!rv_resolver_walk(&resolver, &point, err)) {
        return false;
    }
    push_point(point, out_nodes);
    return true;
}

bool rv_spec_needs_rows(const char *spec)
{
    struct rv_view parts[2] = {rv_view_of(spec), rv_view("", 0)};
    rev_error *ignored = NULL;
    if (strchr(spec, ':') && !rv_spec_split(spec, &parts[0], &parts[1], &ignored)) {
        rev_error_free(ignored);
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        struct rv_spec parsed;
        bool is_valid = parts[i].len > 0 && rv_spec_parse(parts[i], &parsed, &ignored);
        rev_error_free(ignored);
        ignored = NULL;
        if (is_valid && parsed.symbol == RV_SYMBOL_CURRENT) {
            return true;
        }
    }
    return false;
}

bool rv_resolve_parents(const struct rv_graph *graph, const char *spec, struct rv_nodes *out_parents, rev_error **err)
{
    rv_resolver_auto struct rv_resolver resolver;
    if (!rv_resolver_init(&resolver, graph, RV_FOR_PARENTS, NO_ROWS, rv_view_of(spec), err)) {
        return false;
    }
    if (resolver.spec.sign) {
        return rv_resolver_fail(&resolver, "is relative, which cannot name a parent",
                                "Name the revision by its id or label, or say LABEL@head.", err);
    }
    return resolve_symbol(&resolver, out_parents, err);
}
