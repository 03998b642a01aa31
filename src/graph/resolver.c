/* Names and symbols of a spec → revisions. An exact name wins over those that begin with it; a prefix must leave no
 * choice. Whatever fails here names the spec as it was typed. */
#include "graph/resolver.h"

#include "base/error.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "graph/internal.h"

enum { PREFIX_TARGET_LENGTH = 4, CANDIDATES_SHOWN = 3, NODES_SHOWN = 20, MESSAGE_SHOWN = 40 };

bool rv_resolver_fail(const struct rv_resolver *resolver, const char *what, const char *hint, rev_error **err)
{
    rv_fail(err, REV_ERROR_SPEC, "'%.*s' %s", (int)resolver->spec.text.len, resolver->spec.text.ptr, what);
    if (hint) {
        rv_error_hint(*err, "%s", hint);
    }
    return false;
}

bool rv_resolver_is_bare(const struct rv_resolver *resolver)
{
    return resolver->spec.symbol == RV_SYMBOL_NONE;
}

/* --- names --- */

static const char *name_at(const void *context, size_t i)
{
    return ((const struct rv_graph *)context)->names[i].text;
}

/* " in 'W@x-1'", unless the name is all of the spec. */
static void describe_spec(const struct rv_resolver *resolver, struct rv_view name, struct rv_str *out)
{
    if (name.len != resolver->spec.text.len) {
        rv_str_printf(out, " in '%.*s'", (int)resolver->spec.text.len, resolver->spec.text.ptr);
    }
}

/* The nearest of the project's names, or of the words that stand for revisions. */
static const char *nearest_name(const struct rv_graph *graph, const char *text)
{
    static const char *const words[] = {"head", "heads", "base"};
    const char *near = rv_suggest(text, graph->name_count, name_at, graph);
    return near ? near : rv_suggest_among(text, words, sizeof words / sizeof words[0]);
}

static bool fail_no_such_name(const struct rv_resolver *resolver, struct rv_view name, rev_error **err)
{
    rv_str_auto struct rv_str message = {0};
    rv_str_auto struct rv_str text = {0};
    rv_str_add_view(&text, name);
    rv_str_printf(&message, "no such revision or branch '%s'", rv_str_text(&text));
    describe_spec(resolver, name, &message);
    rv_fail(err, REV_ERROR_SPEC, "%s", message.ptr);
    const char *near = nearest_name(resolver->graph, rv_str_text(&text));
    if (near) {
        rv_error_hint(*err, "Near: '%s'. Type `" PROGRAM_NAME " history` to list all revisions.", near);
    } else {
        rv_error_hint(*err, "Type `" PROGRAM_NAME " history` to list all revisions.");
    }
    return false;
}

/* Those that begin with a text: the first few, and how many there are. */
struct candidates {
    const struct rv_graph_name *shown[CANDIDATES_SHOWN];
    size_t count;
};

static struct candidates find_candidates(const struct rv_graph *graph, struct rv_view text, const struct rv_set *line)
{
    struct candidates found = {0};
    for (size_t i = rv_names_lower_bound(graph, text.ptr, text.len); i < graph->name_count; i++) {
        const struct rv_graph_name *name = &graph->names[i];
        if (strncmp(name->text, text.ptr, text.len) != 0) {
            break;
        }
        if (name->kind == RV_NAME_TAG || rv_utf8_count(rv_view_of(name->text)) < PREFIX_TARGET_LENGTH ||
            (line && !rv_set_has(line, name->node))) {
            continue;
        }
        if (found.count < CANDIDATES_SHOWN) {
            found.shown[found.count] = name;
        }
        found.count++;
    }
    return found;
}

static bool fail_several_names(const struct rv_resolver *resolver, struct rv_view name, struct candidates found,
                               rev_error **err)
{
    rv_str_auto struct rv_str message = {0};
    rv_str_printf(&message, "multiple revisions start with '%.*s'", (int)name.len, name.ptr);
    describe_spec(resolver, name, &message);
    rv_str_add_text(&message, ": ");
    for (size_t i = 0; i < found.count && i < CANDIDATES_SHOWN; i++) {
        rv_str_printf(&message, "%s'%s'", i > 0 ? ", " : "", found.shown[i]->text);
    }
    if (found.count > CANDIDATES_SHOWN) {
        rv_str_printf(&message, " and %zu more", found.count - CANDIDATES_SHOWN);
    }
    rv_fail(err, REV_ERROR_SPEC, "%s", message.ptr);
    rv_error_hint(*err, "Write more of the one that is meant.");
    return false;
}

static const struct rv_graph_name *find_exact(const struct rv_graph *graph, struct rv_view text)
{
    size_t i = rv_names_lower_bound(graph, text.ptr, text.len);
    return i < graph->name_count && rv_view_equals(text, graph->names[i].text) ? &graph->names[i] : NULL;
}

static bool find_where(struct rv_resolver *resolver, rev_error **err)
{
    const struct rv_graph *graph = resolver->graph;
    struct rv_view where = resolver->spec.where;
    const struct rv_graph_name *name = find_exact(graph, where);
    if (name && name->kind == RV_NAME_TAG) {
        rv_resolver_fail(resolver, "has a tag before the @", NULL, err);
        rv_error_hint(*err, "Before the @ stands a branch label or an id; the tag '%s' is of revision '%s'.",
                      name->text, rv_graph_id(graph, name->node));
        return false;
    }
    if (!name) {
        struct candidates found = find_candidates(graph, where, NULL);
        if (found.count != 1) {
            return found.count > 1 ? fail_several_names(resolver, where, found, err)
                                   : fail_no_such_name(resolver, where, err);
        }
        name = found.shown[0];
    }
    resolver->where = name->node;
    resolver->where_label = name->kind == RV_NAME_LABEL ? name->text : NULL;
    struct rv_node_list start = {&name->node, 1};
    resolver->line = rv_set_new(graph);
    rv_set_add_ancestors(resolver->line, graph, start, RV_VERSIONED);
    rv_set_add_descendants(resolver->line, graph, start, RV_VERSIONED);
    return true;
}

static bool fail_other_branch(const struct rv_resolver *resolver, uint32_t node, rev_error **err)
{
    struct rv_view text = resolver->spec.text, where = resolver->spec.where;
    rv_fail(err, REV_ERROR_SPEC, "revision '%s' is not a member of branch '%.*s' in '%.*s'",
            rv_graph_id(resolver->graph, node), (int)where.len, where.ptr, (int)text.len, text.ptr);
    rv_error_hint(*err, "It is neither above nor below '%s' by way of down_revision.",
                  rv_graph_id(resolver->graph, resolver->where));
    return false;
}

static bool find_name(const struct rv_resolver *resolver, bool in_line, uint32_t *out_node, rev_error **err)
{
    const struct rv_graph *graph = resolver->graph;
    struct rv_view text = resolver->spec.name;
    const struct rv_set *line = in_line ? resolver->line : NULL;
    const struct rv_graph_name *name = find_exact(graph, text);
    if (!name) {
        struct candidates found = find_candidates(graph, text, line);
        if (found.count > 1) {
            return fail_several_names(resolver, text, found, err);
        }
        if (found.count == 0 && line) {
            found = find_candidates(graph, text, NULL); /* to say that it is there, but elsewhere */
        }
        if (found.count != 1) {
            return fail_no_such_name(resolver, text, err);
        }
        name = found.shown[0];
    }
    if (line && !rv_set_has(line, name->node)) {
        return fail_other_branch(resolver, name->node, err);
    }
    *out_node = name->node;
    return true;
}

/* --- heads --- */

bool rv_revision_carries(const rev_revision *revision, const char *label)
{
    for (size_t i = 0; i < revision->labels.count; i++) {
        if (strcmp(revision->labels.items[i], label) == 0) {
            return true;
        }
    }
    return false;
}

/* What stands before @head for the first of the heads: a label that no other of them carries, else its id. A head that
 * does not carry a label is not on its line either, or it would lie above the revision that declares it. */
static const char *name_for_head(const struct rv_graph *graph, struct rv_node_list heads)
{
    const rev_revision *first = rv_graph_revision(graph, heads.items[0]);
    for (size_t i = 0; i < first->labels.count; i++) {
        bool is_shared = false;
        for (size_t j = 1; j < heads.count && !is_shared; j++) {
            is_shared = rv_revision_carries(rv_graph_revision(graph, heads.items[j]), first->labels.items[i]);
        }
        if (!is_shared) {
            return first->labels.items[i];
        }
    }
    return first->id;
}

static void describe_heads(const struct rv_graph *graph, struct rv_node_list heads, struct rv_str *out)
{
    rv_str_add_text(out, "The heads are ");
    for (size_t i = 0; i < heads.count && i < NODES_SHOWN; i++) {
        const rev_revision *head = rv_graph_revision(graph, heads.items[i]);
        struct rv_view message = rv_view_of(head->message);
        const char *end = strchr(head->message, '\n');
        message.len = end ? (size_t)(end - head->message) : message.len;
        size_t shown = message.len < MESSAGE_SHOWN ? message.len : MESSAGE_SHOWN;
        while (shown < message.len && shown > 0 && ((unsigned char)message.ptr[shown] & 0xc0) == 0x80) {
            shown--; /* not within a character */
        }
        rv_str_printf(out, "%s%s", i > 0 ? ", " : "", head->id);
        if (shown > 0) {
            rv_str_printf(out, " (%.*s%s)", (int)shown, message.ptr, shown < message.len ? "…" : "");
        }
        if (head->is_effective_head) {
            rv_str_add_text(out, " (effective head: others depend on it)");
        }
    }
    if (heads.count > NODES_SHOWN) {
        rv_str_printf(out, " and %zu more", heads.count - NODES_SHOWN);
    }
    rv_str_add_text(out, ". ");
}

static void advise_heads(const struct rv_resolver *resolver, const char *one, struct rv_str *out)
{
    struct rv_view where = resolver->spec.where;
    rv_str_auto struct rv_str all = {0};
    rv_str_printf(&all, "%.*s%sheads", (int)where.len, where.len ? where.ptr : "", where.len ? "@" : "");
    const char *heads = rv_str_text(&all);
    switch (resolver->purpose) {
    case RV_FOR_UPGRADE:
        rv_str_printf(out,
                      "Type `" PROGRAM_NAME " upgrade %s` for all of them, `" PROGRAM_NAME " upgrade %s@head` for one",
                      heads, one);
        break;
    case RV_FOR_STAMP:
        rv_str_printf(out, "Type `" PROGRAM_NAME " stamp %s` for all of them, `" PROGRAM_NAME " stamp %s@head` for one",
                      heads, one);
        break;
    case RV_FOR_SHOW:
        rv_str_printf(out, "Type `" PROGRAM_NAME " show %s` for all of them, `" PROGRAM_NAME " show %s@head` for one",
                      heads, one);
        break;
    case RV_FOR_HISTORY:
        rv_str_printf(out, "Write `%s` for all of them, `%s@head` for one", heads, one);
        break;
    case RV_FOR_DOWNGRADE:
        rv_str_add_text(out, "Type `" PROGRAM_NAME " downgrade ID` with the revision that is to stay the last one");
        break;
    case RV_FOR_PARENTS:
        rv_str_printf(out, "Add `--head %s@head` to follow one of them", one);
        break;
    }
    rv_str_add_text(out, ", or `" PROGRAM_NAME " merge heads` to join them.");
}

bool rv_resolver_fail_heads(const struct rv_resolver *resolver, struct rv_node_list heads, rev_error **err)
{
    rv_str_auto struct rv_str list = {0};
    rv_str_auto struct rv_str hint = {0};
    rv_nodes_describe(resolver->graph, heads, &list);
    rv_fail(err, REV_ERROR_MULTIPLE_HEADS, "multiple heads: %s; '%.*s' needs exactly one", list.ptr,
            (int)resolver->spec.text.len, resolver->spec.text.ptr);
    describe_heads(resolver->graph, heads, &hint);
    advise_heads(resolver, name_for_head(resolver->graph, heads), &hint);
    rv_error_hint(*err, "%s", hint.ptr);
    return false;
}

static void push_in_line(const struct rv_set *line, struct rv_node_list list, struct rv_nodes *out)
{
    for (size_t i = 0; i < list.count; i++) {
        if (!line || rv_set_has(line, list.items[i])) {
            rv_vec_push(out, list.items[i]);
        }
    }
}

/* --- symbols --- */

static bool find_current(const struct rv_resolver *resolver, struct rv_nodes *out_nodes, rev_error **err)
{
    if (resolver->purpose != RV_FOR_SHOW && resolver->purpose != RV_FOR_HISTORY) {
        return rv_resolver_fail(resolver, "is not a revision that this command can take",
                                "`current` is for `" PROGRAM_NAME " show`, `" PROGRAM_NAME " edit` and `" PROGRAM_NAME
                                " history -r`. Say +N or -N for what lies "
                                "above or below the current revision.",
                                err);
    }
    if (resolver->spec.has_where) {
        return rv_resolver_fail(resolver, "is not possible: `current` takes nothing before the @",
                                "Type `" PROGRAM_NAME " current` to see the current revisions, and name one of them.",
                                err);
    }
    push_in_line(NULL, resolver->rows, out_nodes);
    return true;
}

bool rv_resolver_symbol(const struct rv_resolver *resolver, bool in_line, struct rv_nodes *out_nodes, bool *out_is_base,
                        rev_error **err)
{
    const struct rv_graph *graph = resolver->graph;
    const struct rv_set *line = in_line ? resolver->line : NULL;
    uint32_t node = 0;
    *out_is_base = false;
    switch (resolver->spec.symbol) {
    case RV_SYMBOL_NONE:
    case RV_SYMBOL_BASE:
        *out_is_base = true;
        return true;
    case RV_SYMBOL_CURRENT:
        return find_current(resolver, out_nodes, err);
    case RV_SYMBOL_HEAD:
        push_in_line(line, rv_graph_heads(graph), out_nodes);
        return out_nodes->count <= 1 || rv_resolver_fail_heads(resolver, rv_nodes_list(out_nodes), err);
    case RV_SYMBOL_HEADS:
        push_in_line(line, line ? rv_graph_heads(graph) : rv_graph_real_heads(graph), out_nodes);
        return true;
    case RV_SYMBOL_NAME:
        if (!find_name(resolver, in_line, &node, err)) {
            return false;
        }
        rv_vec_push(out_nodes, node);
        return true;
    }
    return true;
}

/* --- the whole --- */

bool rv_resolver_init(struct rv_resolver *resolver, const struct rv_graph *graph, enum rv_purpose purpose,
                      struct rv_node_list rows, struct rv_view spec, rev_error **err)
{
    *resolver = (struct rv_resolver){.graph = graph, .purpose = purpose, .rows = rows};
    if (!rv_spec_parse(spec, &resolver->spec, err)) {
        return false;
    }
    return !resolver->spec.has_where || find_where(resolver, err);
}

void rv_resolver_clear(struct rv_resolver *resolver)
{
    rv_set_free(resolver->line);
    resolver->line = NULL;
}
