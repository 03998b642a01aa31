/* All that can be wrong with revisions taken together, found in one go: every fault names file, line and column. What
 * is wrong is reported and left out of the graph, so that one mistake is not told twice. Nothing here may stop at the
 * first fault or follow an edge recursively. */
#include "graph/internal.h"

#include "base/str.h"
#include "base/suggest.h"
#include "base/utf8.h"

enum { ID_LENGTH_LIMIT = 32, LABEL_SIZE_LIMIT = 64, CYCLE_NODES_SHOWN = 20 };

/* --- single names --- */

static bool is_reserved(const char *text)
{
    static const char *const words[] = {"base", "current", "head", "heads"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(text, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

const char *rv_graph_id_fault(const char *text)
{
    size_t len = strlen(text);
    if (len == 0) {
        return "is empty";
    }
    for (size_t i = 0; i < len; i++) {
        if (!rv_is_alpha(text[i]) && !rv_is_digit(text[i]) && text[i] != '_') {
            return "has a character other than A-Z, a-z, 0-9 and _";
        }
    }
    if (len > ID_LENGTH_LIMIT) {
        return "is longer than 32 characters";
    }
    return is_reserved(text) ? "is a reserved word" : NULL;
}

/* White space and controls, those of Unicode and those that turn the writing direction included. */
static bool is_unseen(uint32_t point)
{
    return point <= 0x20 || (point >= 0x7f && point <= 0xa0) || point == 0x1680 ||
           (point >= 0x2000 && point <= 0x200f) || (point >= 0x2028 && point <= 0x202f) ||
           (point >= 0x205f && point <= 0x2069) || point == 0x3000 || point == 0xfeff;
}

/* "x-1" would be read as one step down from x. */
static bool ends_like_relative(const char *text, size_t len)
{
    size_t digits = 0;
    while (digits < len && rv_is_digit(text[len - 1 - digits])) {
        digits++;
    }
    return digits > 0 && digits < len && text[len - 1 - digits] == '-';
}

const char *rv_graph_label_fault(const char *text)
{
    size_t len = strlen(text);
    if (len == 0) {
        return "is empty";
    }
    if (len > LABEL_SIZE_LIMIT) {
        return "is longer than 64 bytes";
    }
    for (size_t i = 0, step; i < len; i += step) {
        uint32_t point;
        step = rv_utf8_decode(text + i, len - i, &point);
        if (step == 0) {
            return "is not UTF-8";
        }
        if (point == '@' || point == ':' || point == '+') {
            return "has one of the characters @ : +";
        }
        if (is_unseen(point)) {
            return "has a space or a control character";
        }
    }
    if (text[0] == '-') {
        return "begins with -";
    }
    if (ends_like_relative(text, len)) {
        return "ends in - and digits, which reads as a relative revision";
    }
    return is_reserved(text) ? "is a reserved word" : NULL;
}

/* --- ids: one descriptor a node --- */

static rev_error *add_fault(struct rv_build *build, rev_error_code code, const struct rv_descriptor *source,
                            const struct rv_name *name, char *message)
{
    rev_error *fault = rv_faults_add(&build->faults, code, "%s", message);
    rv_error_at(fault, source->file, name->line, name->column);
    return fault;
}

/* A descriptor and the beginning of its id as a number that sorts alike: most comparisons need no look at the id. */
struct keyed {
    uint64_t key;
    const struct rv_descriptor *source;
};

static uint64_t key_of(const char *id)
{
    uint64_t key = 0;
    for (size_t i = 0; i < sizeof key; i++) {
        key = key << 8 | (unsigned char)*id;
        id += *id != '\0';
    }
    return key;
}

static int compare_sources(const void *a, const void *b)
{
    const struct keyed *one = a, *other = b;
    if (one->key != other->key) {
        return one->key < other->key ? -1 : 1;
    }
    const struct rv_descriptor *first = one->source, *second = other->source;
    int order = strcmp(first->id.text, second->id.text);
    if (order == 0) {
        order = strcmp(first->file, second->file);
    }
    return order ? order : (first > second) - (first < second); /* an array: its order is the caller's */
}

static void sort_sources(const struct rv_descriptor *descriptors, size_t count, const struct rv_descriptor **out)
{
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    struct keyed *list = RV_NEW_ARRAY(scratch, struct keyed, count);
    for (size_t i = 0; i < count; i++) {
        list[i] = (struct keyed){key_of(descriptors[i].id.text), &descriptors[i]};
    }
    if (count > 1) {
        qsort(list, count, sizeof *list, compare_sources);
    }
    for (size_t i = 0; i < count; i++) {
        out[i] = list[i].source;
    }
}

static void check_twin(struct rv_build *build, const struct rv_descriptor *first, const struct rv_descriptor *second)
{
    rv_str_auto struct rv_str message = {0};
    rv_str_printf(&message, "revision '%s' is present more than once: in %s and in %s", first->id.text, first->file,
                  second->file);
    rev_error *fault = add_fault(build, REV_ERROR_GRAPH, second, &second->id, message.ptr);
    rv_error_hint(fault, "Give one of the two another id, or remove it.");
}

void rv_validate_sources(struct rv_build *build, const struct rv_descriptor *descriptors, size_t count)
{
    struct rv_graph *graph = build->graph;
    if (count > RV_REVISION_LIMIT) {
        rv_faults_add(&build->faults, REV_ERROR_GRAPH, "%zu revisions are more than the %d that a project may have",
                      count, RV_REVISION_LIMIT);
        count = 0;
    }
    sort_sources(descriptors, count, build->sources);
    graph->revisions = RV_NEW_ARRAY(graph->arena, rev_revision, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct rv_descriptor *source = build->sources[i];
        if (graph->count > 0 && strcmp(build->sources[graph->count - 1]->id.text, source->id.text) == 0) {
            check_twin(build, build->sources[graph->count - 1], source);
            continue;
        }
        graph->revisions[graph->count].id = rv_arena_strdup(graph->arena, source->id.text);
        build->sources[graph->count++] = source;
    }
}

/* --- names: ids, labels and tags in one sorted table --- */

struct written_name {
    struct rv_graph_name name;
    const struct rv_name *written;
};

static int compare_names(const void *a, const void *b)
{
    const struct written_name *first = a, *second = b;
    int order = strcmp(first->name.text, second->name.text);
    if (order == 0) {
        order = (first->name.kind > second->name.kind) - (first->name.kind < second->name.kind);
    }
    if (order == 0) {
        order = (first->name.node > second->name.node) - (first->name.node < second->name.node);
    }
    return order ? order : (first->written > second->written) - (first->written < second->written);
}

/* As they are where there are ids only, which the nodes' order has sorted. */
static bool is_sorted(const struct written_name *names, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (compare_names(&names[i - 1], &names[i]) > 0) {
            return false;
        }
    }
    return true;
}

static const char *kind_name(enum rv_name_kind kind)
{
    switch (kind) {
    case RV_NAME_ID:
        return "revision id";
    case RV_NAME_LABEL:
        return "branch label";
    case RV_NAME_TAG:
        return "tag";
    }
    return "";
}

static void check_name(struct rv_build *build, const struct written_name *name)
{
    bool is_id = name->name.kind == RV_NAME_ID;
    const char *text = name->written->text;
    const char *what = is_id ? rv_graph_id_fault(text) : rv_graph_label_fault(text);
    if (!what) {
        return;
    }
    rv_str_auto struct rv_str message = {0};
    rv_str_printf(&message, "%s '%s' %s", kind_name(name->name.kind), text, what);
    add_fault(build, REV_ERROR_HEADER, build->sources[name->name.node], name->written, message.ptr);
}

static void check_clash(struct rv_build *build, const struct written_name *first, const struct written_name *second)
{
    const struct rv_graph *graph = build->graph;
    rv_str_auto struct rv_str message = {0};
    rv_str_printf(&message, "%s '%s' in revision '%s' is already used by revision '%s'", kind_name(second->name.kind),
                  second->name.text, graph->revisions[second->name.node].id, graph->revisions[first->name.node].id);
    rev_error *fault =
        add_fault(build, REV_ERROR_GRAPH, build->sources[second->name.node], second->written, message.ptr);
    rv_error_hint(fault, "It is a %s in %s. Ids, branch labels and tags share one namespace: choose another name.",
                  kind_name(first->name.kind), build->sources[first->name.node]->file);
}

static void gather_names(struct written_name *out, size_t *count, struct rv_names names, uint32_t node,
                         enum rv_name_kind kind)
{
    for (size_t i = 0; i < names.count; i++) {
        out[(*count)++] = (struct written_name){{names.items[i].text, node, kind}, &names.items[i]};
    }
}

void rv_validate_names(struct rv_build *build)
{
    struct rv_graph *graph = build->graph;
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    size_t total = graph->count, count = 0;
    for (size_t i = 0; i < graph->count; i++) {
        total += build->sources[i]->branch_labels.count + build->sources[i]->tags.count;
    }
    struct written_name *names = RV_NEW_ARRAY(scratch, struct written_name, total + 1);
    for (uint32_t node = 0; node < graph->count; node++) {
        const struct rv_descriptor *source = build->sources[node];
        names[count++] = (struct written_name){{graph->revisions[node].id, node, RV_NAME_ID}, &source->id};
        gather_names(names, &count, source->branch_labels, node, RV_NAME_LABEL);
        gather_names(names, &count, source->tags, node, RV_NAME_TAG);
    }
    for (size_t i = 0; i < count; i++) {
        check_name(build, &names[i]);
    }
    if (!is_sorted(names, count)) {
        qsort(names, count, sizeof *names, compare_names);
    }
    graph->names = RV_NEW_ARRAY(graph->arena, struct rv_graph_name, count + 1);
    size_t kept = 0; /* the one that keeps the name, among those that want it */
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(names[i].name.text, names[kept].name.text) == 0) {
            check_clash(build, &names[kept], &names[i]);
            continue;
        }
        kept = i;
        graph->names[graph->name_count] = names[i].name;
        if (names[i].name.kind != RV_NAME_ID) {
            graph->names[graph->name_count].text = rv_arena_strdup(graph->arena, names[i].name.text);
        }
        graph->name_count++;
    }
}

/* --- references: down_revision and depends_on --- */

struct linker {
    struct rv_build *build;
    uint32_t *parent_of;      /* by node: 1 + the last node that listed it as a parent */
    uint32_t *full_parent_of; /* the same for any reference */
    size_t parent_count, full_parent_count;
};

/* A header refers by id, depends_on also by label; tags name revisions in specs only. */
static bool find_reference(const struct rv_graph *graph, const char *text, bool is_dependency, uint32_t *out_node)
{
    size_t i = rv_names_lower_bound(graph, text, strlen(text));
    if (i == graph->name_count || strcmp(graph->names[i].text, text) != 0) {
        return false;
    }
    *out_node = graph->names[i].node;
    return graph->names[i].kind == RV_NAME_ID || (is_dependency && graph->names[i].kind == RV_NAME_LABEL);
}

static const char *name_at(const void *context, size_t i)
{
    return ((const struct rv_graph *)context)->names[i].text;
}

static const char *id_at(const void *context, size_t i)
{
    return ((const struct rv_graph *)context)->revisions[i].id;
}

/* The one id that begins with `text` if there is exactly one, else the nearest name. */
static const char *nearest_reference(const struct rv_graph *graph, const char *text, bool is_dependency)
{
    size_t i = rv_names_lower_bound(graph, text, strlen(text));
    bool has_one = i < graph->name_count && rv_text_starts_with(graph->names[i].text, text) &&
                   !(i + 1 < graph->name_count && rv_text_starts_with(graph->names[i + 1].text, text));
    if (has_one && *text && graph->names[i].kind == RV_NAME_ID) {
        return graph->names[i].text;
    }
    return is_dependency ? rv_suggest(text, graph->name_count, name_at, graph)
                         : rv_suggest(text, graph->count, id_at, graph);
}

static void check_unknown(struct rv_build *build, uint32_t node, const struct rv_name *name, bool is_dependency)
{
    const struct rv_graph *graph = build->graph;
    rv_str_auto struct rv_str message = {0};
    rv_str_printf(&message, "%s '%s' of revision '%s' is not present", is_dependency ? "depends_on" : "down_revision",
                  name->text, graph->revisions[node].id);
    rev_error *fault = add_fault(build, REV_ERROR_GRAPH, build->sources[node], name, message.ptr);
    if (!fault) {
        return; /* searching for the nearest name is not free */
    }
    uint32_t declaring;
    if (rv_graph_find_label(graph, name->text, &declaring)) {
        rv_error_hint(fault, "'%s' is a name of revision '%s': write that id.", name->text,
                      graph->revisions[declaring].id);
        return;
    }
    const char *nearest = nearest_reference(graph, name->text, is_dependency);
    if (nearest) {
        rv_error_hint(fault, "Did you mean '%s'? References are written in full.", nearest);
    } else {
        rv_error_hint(fault,
                      "No revision here has that id. Add the revision that is missing, or correct the reference.");
    }
}

static void check_self(struct rv_build *build, uint32_t node, const struct rv_name *name, bool is_dependency)
{
    rv_str_auto struct rv_str message = {0};
    rv_str_printf(&message, "%s is detected in revision '%s': its %s names itself",
                  is_dependency ? "dependency self-loop" : "self-loop", build->graph->revisions[node].id,
                  is_dependency ? "depends_on" : "down_revision");
    add_fault(build, REV_ERROR_GRAPH, build->sources[node], name, message.ptr);
}

static void check_repeated(struct rv_build *build, uint32_t node, const struct rv_name *name)
{
    rv_str_auto struct rv_str message = {0};
    rv_str_printf(&message, "down_revision '%s' of revision '%s' is listed twice", name->text,
                  build->graph->revisions[node].id);
    add_fault(build, REV_ERROR_GRAPH, build->sources[node], name, message.ptr);
}

static void link_full(struct linker *linker, uint32_t node, uint32_t parent)
{
    if (linker->full_parent_of[parent] != node + 1) {
        linker->full_parent_of[parent] = node + 1;
        linker->build->graph->full_parents.items[linker->full_parent_count++] = parent;
    }
}

static void link_references(struct linker *linker, uint32_t node, struct rv_names names, bool is_dependency)
{
    struct rv_graph *graph = linker->build->graph;
    for (size_t i = 0; i < names.count; i++) {
        const struct rv_name *name = &names.items[i];
        uint32_t parent;
        if (!find_reference(graph, name->text, is_dependency, &parent)) {
            check_unknown(linker->build, node, name, is_dependency);
        } else if (parent == node) {
            check_self(linker->build, node, name, is_dependency);
        } else if (!is_dependency && linker->parent_of[parent] == node + 1) {
            check_repeated(linker->build, node, name);
        } else {
            if (!is_dependency) {
                linker->parent_of[parent] = node + 1;
                graph->parents.items[linker->parent_count++] = parent;
            }
            link_full(linker, node, parent);
        }
    }
}

void rv_validate_references(struct rv_build *build)
{
    struct rv_graph *graph = build->graph;
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    struct linker linker = {.build = build,
                            .parent_of = RV_NEW_ARRAY(scratch, uint32_t, graph->count + 1),
                            .full_parent_of = RV_NEW_ARRAY(scratch, uint32_t, graph->count + 1)};
    size_t parents = 0, dependencies = 0;
    for (size_t i = 0; i < graph->count; i++) {
        parents += build->sources[i]->down_revision.count;
        dependencies += build->sources[i]->depends_on.count;
    }
    graph->parents = (struct rv_edge_table){RV_NEW_ARRAY(graph->arena, uint32_t, graph->count + 1),
                                            RV_NEW_ARRAY(graph->arena, uint32_t, parents + 1)};
    graph->full_parents = (struct rv_edge_table){RV_NEW_ARRAY(graph->arena, uint32_t, graph->count + 1),
                                                 RV_NEW_ARRAY(graph->arena, uint32_t, parents + dependencies + 1)};
    for (uint32_t node = 0; node < graph->count; node++) {
        link_references(&linker, node, build->sources[node]->down_revision, false);
        link_references(&linker, node, build->sources[node]->depends_on, true);
        graph->parents.start[node + 1] = (uint32_t)linker.parent_count;
        graph->full_parents.start[node + 1] = (uint32_t)linker.full_parent_count;
    }
}

/* --- cycles --- */

/* What the order left out lies on a cycle or above one, so each such node has such a parent. */
static uint32_t unplaced_parent(const struct rv_graph *graph, uint32_t node)
{
    struct rv_node_list list = rv_graph_full_parents(graph, node);
    for (size_t i = 0; i < list.count; i++) {
        if (graph->position[list.items[i]] == UINT32_MAX) {
            return list.items[i];
        }
    }
    return node;
}

static const struct rv_name *reference_to(const struct rv_build *build, uint32_t node, uint32_t parent)
{
    const struct rv_descriptor *source = build->sources[node];
    struct rv_names lists[] = {source->down_revision, source->depends_on};
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < lists[i].count; j++) {
            uint32_t found;
            if (find_reference(build->graph, lists[i].items[j].text, i == 1, &found) && found == parent) {
                return &lists[i].items[j];
            }
        }
    }
    return &source->id;
}

static bool is_versioned(const struct rv_graph *graph, uint32_t node, uint32_t parent)
{
    struct rv_node_list list = rv_graph_parents(graph, node);
    for (size_t i = 0; i < list.count; i++) {
        if (list.items[i] == parent) {
            return true;
        }
    }
    return false;
}

/* `cycle` goes from child to parent; shown is parent to child, as `history` does, from the least id round to it. */
static void check_cycle(struct rv_build *build, const struct rv_nodes *cycle)
{
    const struct rv_graph *graph = build->graph;
    size_t least = 0;
    bool has_dependency = false;
    for (size_t i = 0; i < cycle->count; i++) {
        least = cycle->items[i] < cycle->items[least] ? i : least;
        has_dependency |= !is_versioned(graph, cycle->items[i], cycle->items[(i + 1) % cycle->count]);
    }
    rv_str_auto struct rv_str message = {0};
    rv_str_printf(&message, "%s is detected in revisions: ", has_dependency ? "dependency cycle" : "cycle");
    for (size_t i = 0; i < cycle->count && i < CYCLE_NODES_SHOWN; i++) {
        size_t at = (least + cycle->count - i) % cycle->count;
        rv_str_printf(&message, "%s -> ", graph->revisions[cycle->items[at]].id);
    }
    if (cycle->count > CYCLE_NODES_SHOWN) {
        rv_str_printf(&message, "(%zu more) -> ", cycle->count - CYCLE_NODES_SHOWN);
    }
    uint32_t node = cycle->items[least], parent = cycle->items[(least + 1) % cycle->count];
    rv_str_add_text(&message, graph->revisions[node].id);
    rev_error *fault =
        add_fault(build, REV_ERROR_GRAPH, build->sources[node], reference_to(build, node, parent), message.ptr);
    rv_error_hint(fault, "Each of these comes after the one before it. Take one of them out of a down_revision%s.",
                  has_dependency ? " or depends_on" : "");
}

void rv_validate_cycles(struct rv_build *build)
{
    const struct rv_graph *graph = build->graph;
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    uint32_t *seen = RV_NEW_ARRAY(scratch, uint32_t, graph->count + 1); /* 1 + the node whose walk came by first */
    for (uint32_t start = 0; start < graph->count; start++) {
        if (graph->position[start] != UINT32_MAX || seen[start]) {
            continue;
        }
        uint32_t node = start;
        for (; !seen[node]; node = unplaced_parent(graph, node)) {
            seen[node] = start + 1;
        }
        if (seen[node] != start + 1) {
            continue; /* ran into what an earlier walk has reported */
        }
        rv_nodes_auto struct rv_nodes cycle = {0};
        uint32_t first = node;
        do {
            rv_vec_push(&cycle, node);
            node = unplaced_parent(graph, node);
        } while (node != first);
        check_cycle(build, &cycle);
    }
}
