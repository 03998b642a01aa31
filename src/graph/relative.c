/* Relative specs: walks along versioned edges, one step at a time (section 2). A walk never chooses: where there is
 * more than one way to go on, it fails and says what to type instead. */
#include "graph/resolver.h"

#include "base/error.h"
#include "graph/applied.h"

/* Alembic's words, for those who search for them. */
static bool fail_too_far(const struct rv_resolver *resolver, const char *hint, rev_error **err)
{
    struct rv_view text = resolver->spec.text;
    if (resolver->spec.distance == UINT32_MAX) {
        rv_fail(err, REV_ERROR_SPEC, "relative revision '%.*s' is too large a number", (int)text.len, text.ptr);
    } else {
        rv_fail(err, REV_ERROR_SPEC, "relative revision '%.*s' didn't produce %u migrations", (int)text.len, text.ptr,
                (unsigned)resolver->spec.distance);
    }
    rv_error_hint(*err, "%s", hint);
    return false;
}

static bool fail_ambiguous(const struct rv_resolver *resolver, struct rv_point at, struct rv_node_list choices,
                           rev_error **err)
{
    const struct rv_graph *graph = resolver->graph;
    rv_str_auto struct rv_str list = {0};
    rv_nodes_describe(graph, choices, &list);
    rv_fail(err, REV_ERROR_SPEC, "ambiguous walk: '%.*s' can go on from %s to %s", (int)resolver->spec.text.len,
            resolver->spec.text.ptr, at.is_base ? "base" : rv_graph_id(graph, at.node), list.ptr);
    if (resolver->spec.sign == '+' && !resolver->spec.has_where) {
        rv_error_hint(*err, "Say which with a branch label or an id before the @, as in `%s@%.*s`.",
                      rv_graph_id(graph, choices.items[0]), (int)resolver->spec.text.len, resolver->spec.text.ptr);
    } else {
        rv_error_hint(*err, "Name the revision instead, as in `%s`.", rv_graph_id(graph, choices.items[0]));
    }
    return false;
}

/* history shows what there is: there a walk that runs out of revisions stays where it is, as Alembic's does. */
static bool stops_at_end(const struct rv_resolver *resolver)
{
    return resolver->purpose == RV_FOR_HISTORY;
}

static bool walk_up(const struct rv_resolver *resolver, struct rv_point *point, rev_error **err)
{
    const struct rv_graph *graph = resolver->graph;
    for (uint32_t i = 0; i < resolver->spec.distance; i++) {
        rv_nodes_auto struct rv_nodes on_line = {0};
        struct rv_node_list next = point->is_base ? rv_graph_bases(graph) : rv_graph_children(graph, point->node);
        for (size_t j = 0; resolver->line && j < next.count; j++) {
            if (rv_set_has(resolver->line, next.items[j])) {
                rv_vec_push(&on_line, next.items[j]);
            }
        }
        next = resolver->line ? rv_nodes_list(&on_line) : next;
        if (next.count == 0) {
            return stops_at_end(resolver) ||
                   fail_too_far(resolver, "There are not so many revisions above the start.", err);
        }
        if (next.count > 1) {
            return fail_ambiguous(resolver, *point, next, err);
        }
        *point = (struct rv_point){.node = next.items[0]};
    }
    return true;
}

static bool walk_down(const struct rv_resolver *resolver, struct rv_point *point, rev_error **err)
{
    for (uint32_t i = 0; i < resolver->spec.distance; i++) {
        if (point->is_base) {
            return stops_at_end(resolver) ||
                   fail_too_far(resolver, "There are not so many revisions below the start.", err);
        }
        struct rv_node_list next = rv_graph_parents(resolver->graph, point->node);
        if (next.count > 1) {
            return fail_ambiguous(resolver, *point, next, err);
        }
        *point = next.count == 1 ? (struct rv_point){.node = next.items[0]} : (struct rv_point){.is_base = true};
    }
    return true;
}

/* Upwards W chooses among children, and x may lie beside its line (below a merge point): what is on the line only goes
 * first. */
static bool find_symbol(const struct rv_resolver *resolver, struct rv_nodes *out_nodes, bool *out_is_base,
                        rev_error **err)
{
    /* No walk at all is x alone, which downgrade reads without W (section 4). */
    if (resolver->purpose == RV_FOR_DOWNGRADE && resolver->spec.distance == 0) {
        return rv_resolver_symbol(resolver, false, out_nodes, out_is_base, err);
    }
    rev_error *ignored = NULL;
    bool may_lie_beside = resolver->line && resolver->spec.sign == '+' && resolver->spec.distance > 0 &&
                          resolver->spec.symbol == RV_SYMBOL_NAME;
    if (!may_lie_beside || rv_resolver_symbol(resolver, true, out_nodes, out_is_base, &ignored)) {
        return may_lie_beside || rv_resolver_symbol(resolver, true, out_nodes, out_is_base, err);
    }
    rev_error_free(ignored);
    return rv_resolver_symbol(resolver, false, out_nodes, out_is_base, err);
}

/* x of x+N or x-N: exactly one revision, or base. */
static bool find_start(const struct rv_resolver *resolver, struct rv_point *out_start, rev_error **err)
{
    rv_nodes_auto struct rv_nodes nodes = {0};
    bool is_base;
    if (!find_symbol(resolver, &nodes, &is_base, err)) {
        return false;
    }
    if (is_base && resolver->spec.sign == '-') {
        return rv_resolver_fail(resolver, "is below base, where nothing is", "Count from a head instead: `head-1`.",
                                err);
    }
    if (!is_base && nodes.count == 0 && resolver->spec.symbol == RV_SYMBOL_CURRENT) {
        is_base = true; /* nothing is applied */
    }
    if (!is_base && nodes.count == 0) {
        return rv_resolver_fail(resolver, "does not resolve: there are no revisions",
                                "Type `" PROGRAM_NAME " revision -m MESSAGE` to make the first one.", err);
    }
    if (nodes.count > 1 && resolver->spec.symbol != RV_SYMBOL_CURRENT) {
        return rv_resolver_fail_heads(resolver, rv_nodes_list(&nodes), err);
    }
    if (nodes.count > 1) {
        return rv_resolver_fail(resolver, "is ambiguous: the database is at several revisions",
                                "Type `" PROGRAM_NAME " current` to see them, and name one instead of `current`.", err);
    }
    *out_start = is_base ? (struct rv_point){.is_base = true} : (struct rv_point){.node = nodes.items[0]};
    return true;
}

bool rv_resolver_walk(const struct rv_resolver *resolver, struct rv_point *out_point, rev_error **err)
{
    struct rv_point point;
    if (!find_start(resolver, &point, err) ||
        !(resolver->spec.sign == '+' ? walk_up(resolver, &point, err) : walk_down(resolver, &point, err))) {
        return false;
    }
    *out_point = point;
    return true;
}

/* --- from the rows --- */

static bool check_distance(const struct rv_resolver *resolver, rev_error **err)
{
    return resolver->spec.distance > 0 || rv_resolver_fail(resolver, "goes nowhere", "Say +1 or -1, or more.", err);
}

static bool fail_several_starts(const struct rv_resolver *resolver, struct rv_node_list starts, rev_error **err)
{
    bool is_up = resolver->spec.sign == '+';
    const char *verb = resolver->purpose == RV_FOR_HISTORY ? "history -r" : is_up ? "upgrade" : "downgrade";
    rv_str_auto struct rv_str list = {0};
    rv_str_auto struct rv_str hint = {0};
    rv_nodes_describe(resolver->graph, starts, &list);
    rv_fail(err, REV_ERROR_SPEC, "'%.*s' is ambiguous with multiple current revisions: %s",
            (int)resolver->spec.text.len, resolver->spec.text.ptr, list.ptr);
    rv_str_add_text(&hint, "Say which:");
    for (size_t i = 0; i < starts.count && i < 20; i++) {
        rv_str_printf(&hint, "%s `" PROGRAM_NAME " %s %s@%c%u`", i > 0 ? " or" : "", verb,
                      rv_graph_id(resolver->graph, starts.items[i]), resolver->spec.sign,
                      (unsigned)resolver->spec.distance);
    }
    rv_error_hint(*err, "%s.", hint.ptr);
    return false;
}

static void rows_on_line(const struct rv_resolver *resolver, struct rv_nodes *out)
{
    for (size_t i = 0; i < resolver->rows.count; i++) {
        if (!resolver->line || rv_set_has(resolver->line, resolver->rows.items[i])) {
            rv_vec_push(out, resolver->rows.items[i]);
        }
    }
}

static bool touches(struct rv_node_list children, const struct rv_set *applied, const struct rv_set *line)
{
    for (size_t i = 0; i < children.count; i++) {
        if (rv_set_has(applied, children.items[i]) && (!line || rv_set_has(line, children.items[i]))) {
            return true;
        }
    }
    return false;
}

/* Applied revisions on W's line above which nothing more of that line is applied: by full edges for a way up, by
 * versioned ones for a way down. */
static void applied_tips_on_line(const struct rv_resolver *resolver, struct rv_nodes *out)
{
    const struct rv_graph *graph = resolver->graph;
    bool is_up = resolver->spec.sign == '+';
    rv_set_auto struct rv_set *applied = rv_rows_applied(graph, resolver->rows);
    for (uint32_t node = 0; node < rv_graph_count(graph); node++) {
        if (!rv_set_has(applied, node) || !rv_set_has(resolver->line, node)) {
            continue;
        }
        bool is_covered = is_up ? touches(rv_graph_full_children(graph, node), applied, resolver->line)
                                : touches(rv_graph_children(graph, node), applied, NULL);
        if (!is_covered) {
            rv_vec_push(out, node);
        }
    }
}

static bool find_starts(const struct rv_resolver *resolver, struct rv_nodes *out, rev_error **err)
{
    if (!check_distance(resolver, err)) {
        return false;
    }
    rows_on_line(resolver, out);
    if (out->count == 0 && resolver->line) {
        applied_tips_on_line(resolver, out);
    }
    return out->count <= 1 || fail_several_starts(resolver, rv_nodes_list(out), err);
}

bool rv_resolver_walk_up_from_rows(const struct rv_resolver *resolver, struct rv_point *out_point, rev_error **err)
{
    rv_nodes_auto struct rv_nodes starts = {0};
    if (!find_starts(resolver, &starts, err)) {
        return false;
    }
    struct rv_point point =
        starts.count == 1 ? (struct rv_point){.node = starts.items[0]} : (struct rv_point){.is_base = true};
    if (!walk_up(resolver, &point, err)) {
        return false;
    }
    *out_point = point;
    return true;
}

bool rv_resolver_is_merge_undo(const struct rv_resolver *resolver, uint32_t *out_merge)
{
    const struct rv_spec *spec = &resolver->spec;
    bool is_minus_one = !spec->has_where && spec->sign == '-' && spec->distance == 1;
    if (!is_minus_one || resolver->rows.count != 1 ||
        rv_graph_parents(resolver->graph, resolver->rows.items[0]).count < 2) {
        return false;
    }
    *out_merge = resolver->rows.items[0];
    return true;
}

bool rv_resolver_walk_down_from_rows(const struct rv_resolver *resolver, uint32_t *out_start,
                                     struct rv_point *out_point, rev_error **err)
{
    rv_nodes_auto struct rv_nodes starts = {0};
    if (!find_starts(resolver, &starts, err)) {
        return false;
    }
    if (starts.count == 0) {
        return fail_too_far(resolver,
                            resolver->line
                                ? "Of that branch nothing is applied, or only what other applied branches stand on."
                                : "Nothing is applied.",
                            err);
    }
    struct rv_point point = {.node = starts.items[0]};
    if (!walk_down(resolver, &point, err)) {
        return false;
    }
    *out_start = starts.items[0];
    *out_point = point;
    return true;
}
