/* Thousands of random graphs, every kind of spec, and random walks of upgrade, downgrade and stamp, each compared with
 * the model. RV_SEED is the seed of the first round (each next round takes the next number), RV_ROUNDS how many. */
#include "harness.h"

#include "base/arena.h"
#include "base/str.h"
#include "graph/resolve.h"
#include "model.h"
#include "plan/plan.h"

enum { DEFAULT_ROUNDS = 2000, SPECS_A_ROUND = 40, STEPS_A_WALK = 25, SPEC_SIZE = 64 };

#define BIT(node) (UINT32_C(1) << (node))

/* --- chance --- */

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15)); /* splitmix64 */
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

struct round {
    uint64_t seed, random;
    struct model model;
    struct rv_arena *arena;
    struct rv_graph *graph;
    uint32_t node_of[MODEL_REVISIONS]; /* the model's number → the graph's */
    int number_of[MODEL_REVISIONS];    /* and back */
    char context[256];                 /* what is compared now, for messages */
};

static int chance(struct round *round, int below)
{
    return (int)(next_random(&round->random) % (uint64_t)below);
}

static bool maybe(struct round *round, int percent)
{
    return chance(round, 100) < percent;
}

#define EXPECT(round, condition)                                                                                       \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            complain(round, #condition, __LINE__);                                                                     \
        }                                                                                                              \
    } while (0)

static void draw(const struct model *model, struct rv_str *out)
{
    for (int i = 0; i < model->count; i++) {
        const struct model_revision *revision = &model->revisions[i];
        rv_str_printf(out, "%s%s", i > 0 ? "; " : "", revision->id);
        for (int j = 0; j < revision->parent_count; j++) {
            rv_str_printf(out, "%s%s", j > 0 ? "," : "<", model->revisions[revision->parents[j]].id);
        }
        for (int j = 0; j < revision->need_count; j++) {
            rv_str_printf(out, "%s%s", j > 0 ? "," : " !", model->revisions[revision->needs[j]].id);
        }
        for (int j = 0; j < revision->label_count; j++) {
            rv_str_printf(out, "%s%s%s", j > 0 ? " " : " (", revision->labels[j],
                          j + 1 == revision->label_count ? ")" : "");
        }
        if (revision->tag[0]) {
            rv_str_printf(out, " #%s", revision->tag);
        }
    }
}

static void complain(struct round *round, const char *condition, int line)
{
    rv_str_auto struct rv_str drawing = {0};
    draw(&round->model, &drawing);
    fail_msg("seed %llu, line %d: %s\n  graph: %s\n  %s\n  alone: RV_SEED=%llu RV_ROUNDS=1 tests/test_property",
             (unsigned long long)round->seed, line, condition, rv_str_text(&drawing), round->context,
             (unsigned long long)round->seed);
}

/* --- random graphs --- */

static bool is_name_free(const struct model *model, const char *name)
{
    for (int i = 0; i < model->count; i++) {
        const struct model_revision *revision = &model->revisions[i];
        if (!strcmp(revision->id, name) || !strcmp(revision->labels[0], name) || !strcmp(revision->labels[1], name) ||
            !strcmp(revision->tag, name)) {
            return false;
        }
    }
    return true;
}

/* Few letters and often long: many names begin alike. */
static void invent_name(struct round *round, const char *first, char out[MODEL_NAME_SIZE])
{
    do {
        int len = maybe(round, 25) ? 1 + chance(round, 3) : 4 + chance(round, 4), at = 0;
        for (; at < len; at++) {
            out[at] = at == 0 ? first[chance(round, (int)strlen(first))] : "ab1"[chance(round, 3)];
        }
        out[at] = '\0';
    } while (!is_name_free(&round->model, out));
}

static int pick_links(struct round *round, int node, int most, int links[MODEL_LINKS])
{
    int count = 0;
    for (int tries = most; tries > 0 && node > 0; tries--) {
        /* Near ones more often, so that long lines arise too. */
        int link = maybe(round, 60) ? node - 1 - chance(round, node < 3 ? node : 3) : chance(round, node);
        bool is_new = true;
        for (int i = 0; i < count; i++) {
            is_new = is_new && links[i] != link;
        }
        if (is_new) {
            links[count++] = link;
        }
    }
    return count;
}

static void invent_model(struct round *round)
{
    struct model *model = &round->model;
    int wanted = chance(round, 12) + (maybe(round, 10) ? chance(round, 12) : 0);
    int merges = chance(round, 40), dependencies = chance(round, 40), labels = chance(round, 40),
        bases = 5 + chance(round, 30);
    while (model->count < wanted) {
        int node = model->count;
        struct model_revision *revision = &model->revisions[node];
        model->count++;
        char id[MODEL_NAME_SIZE];
        invent_name(round, "abc1", id);
        memcpy(revision->id, id, sizeof id);
        if (!maybe(round, bases)) {
            int most = maybe(round, merges) ? 2 + chance(round, MODEL_LINKS - 1) : 1;
            revision->parent_count = pick_links(round, node, most, revision->parents);
        }
        if (maybe(round, dependencies)) {
            revision->need_count = pick_links(round, node, 1 + chance(round, 3), revision->needs);
        }
        for (int i = 0; i < revision->need_count; i++) {
            revision->need_by_label[i] = maybe(round, 50) && model->revisions[revision->needs[i]].label_count > 0;
        }
        while (revision->label_count < 2 && maybe(round, labels)) {
            char label[MODEL_NAME_SIZE];
            invent_name(round, "abL", label);
            memcpy(revision->labels[revision->label_count++], label, sizeof label);
        }
        if (maybe(round, 15)) {
            char tag[MODEL_NAME_SIZE];
            invent_name(round, "abt", tag);
            memcpy(revision->tag, tag, sizeof tag);
        }
    }
    model_close(model);
}

static struct rv_names names_of(struct round *round, int count)
{
    return (struct rv_names){RV_NEW_ARRAY(round->arena, struct rv_name, (size_t)count + 1), (size_t)count};
}

static void describe(struct round *round, int node, struct rv_descriptor *out)
{
    const struct model *model = &round->model;
    const struct model_revision *revision = &model->revisions[node];
    *out = (struct rv_descriptor){.file = "f", .path = "p", .id = {.text = revision->id}, .message = ""};
    out->down_revision = names_of(round, revision->parent_count);
    for (int i = 0; i < revision->parent_count; i++) {
        out->down_revision.items[i].text = model->revisions[revision->parents[i]].id;
    }
    out->depends_on = names_of(round, revision->need_count);
    for (int i = 0; i < revision->need_count; i++) {
        const struct model_revision *need = &model->revisions[revision->needs[i]];
        out->depends_on.items[i].text = revision->need_by_label[i] ? need->labels[0] : need->id;
    }
    out->branch_labels = names_of(round, revision->label_count);
    for (int i = 0; i < revision->label_count; i++) {
        out->branch_labels.items[i].text = revision->labels[i];
    }
    out->tags = names_of(round, revision->tag[0] ? 1 : 0);
    if (revision->tag[0]) {
        out->tags.items[0].text = revision->tag;
    }
}

/* The graph gets the headers in another order: it must not matter. */
static void build_graph(struct round *round)
{
    int count = round->model.count;
    struct rv_descriptor *descriptors = RV_NEW_ARRAY(round->arena, struct rv_descriptor, (size_t)count + 1);
    for (int i = 0; i < count; i++) {
        int at = chance(round, i + 1);
        descriptors[i] = descriptors[at];
        describe(round, i, &descriptors[at]);
    }
    rev_error *err = NULL;
    round->graph = rv_graph_new(descriptors, (size_t)count, &err);
    assert_succeeds(round->graph != NULL, &err);
    for (int i = 0; i < count; i++) {
        EXPECT(round, rv_graph_find(round->graph, round->model.revisions[i].id, &round->node_of[i]));
        round->number_of[round->node_of[i]] = i;
    }
}

/* --- between the two worlds --- */

static uint32_t mask_of(const struct round *round, struct rv_node_list nodes)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < nodes.count; i++) {
        mask |= BIT(round->number_of[nodes.items[i]]);
    }
    return mask;
}

static uint32_t mask_of_ids(struct round *round, rev_strings ids)
{
    uint32_t mask = 0;
    for (size_t i = 0; i < ids.count; i++) {
        uint32_t node = 0;
        EXPECT(round, rv_graph_find(round->graph, ids.items[i], &node));
        EXPECT(round, i == 0 || strcmp(ids.items[i - 1], ids.items[i]) < 0);
        mask |= BIT(round->number_of[node]);
    }
    return mask;
}

static rev_strings ids_of(struct round *round, uint32_t mask)
{
    const char **ids = RV_NEW_ARRAY(round->arena, const char *, MODEL_REVISIONS);
    size_t count = 0;
    for (int i = 0; i < round->model.count; i++) {
        if (mask & BIT(i)) {
            ids[count++] = round->model.revisions[i].id;
        }
    }
    return (rev_strings){count, ids};
}

static void nodes_of(struct round *round, uint32_t mask, struct rv_nodes *out)
{
    rev_error *err = NULL;
    assert_succeeds(rv_rows_nodes(round->graph, ids_of(round, mask), out, &err), &err);
}

static void set_context(struct round *round, const char *what, const char *spec, uint32_t rows)
{
    rv_str_auto struct rv_str text = {0};
    rv_str_printf(&text, "%s '%s' with rows", what, spec);
    for (int i = 0; i < round->model.count; i++) {
        if (rows & BIT(i)) {
            rv_str_printf(&text, " %s", round->model.revisions[i].id);
        }
    }
    snprintf(round->context, sizeof round->context, "%s", rv_str_text(&text));
}

/* --- random specs --- */

static const char *any_name(struct round *round)
{
    const struct model *model = &round->model;
    if (model->count == 0 || maybe(round, 2)) {
        return maybe(round, 50) ? "nosuch" : "zzzz";
    }
    const struct model_revision *revision = &model->revisions[chance(round, model->count)];
    int kind = chance(round, 10);
    if (kind < 3 && revision->label_count > 0) {
        return revision->labels[chance(round, revision->label_count)];
    }
    return kind == 3 && revision->tag[0] ? revision->tag : revision->id;
}

static void add_name(struct round *round, struct rv_str *out)
{
    const char *name = any_name(round);
    size_t len = strlen(name);
    rv_str_add(out, name, maybe(round, 20) ? 1 + (size_t)chance(round, (int)len) : len);
}

static void add_symbol(struct round *round, struct rv_str *out)
{
    static const char *const words[] = {"head", "heads", "base", "head", "heads", "base", "current"};
    if (maybe(round, 35)) {
        rv_str_add_text(out, words[chance(round, 7)]);
    } else {
        add_name(round, out);
    }
}

static void add_spec(struct round *round, struct rv_str *out)
{
    if (maybe(round, 40)) {
        if (maybe(round, 2)) {
            rv_str_add_text(out, maybe(round, 50) ? "head" : "");
        } else {
            add_name(round, out);
        }
        rv_str_add_char(out, '@');
    }
    bool is_relative = maybe(round, 45);
    if (!is_relative || maybe(round, 55)) {
        add_symbol(round, out);
    }
    if (is_relative) {
        rv_str_printf(out, "%c%d", maybe(round, 50) ? '+' : '-', maybe(round, 5) ? 0 : 1 + chance(round, 4));
    }
    if (maybe(round, 1)) {
        rv_str_add_text(out, maybe(round, 50) ? "x" : "@");
    }
}

static void invent_spec(struct round *round, char out[SPEC_SIZE])
{
    rv_str_auto struct rv_str text = {0};
    add_spec(round, &text);
    snprintf(out, SPEC_SIZE, "%s", rv_str_text(&text));
}

static void invent_range(struct round *round, char out[SPEC_SIZE])
{
    rv_str_auto struct rv_str text = {0};
    for (int i = 0; i < 2; i++) {
        int kind = chance(round, 10);
        if (kind == 0 || kind == 1) {
            rv_str_add_text(&text, kind == 0 ? "current" : "");
        } else if (kind == 2) {
            rv_str_printf(&text, "%c%d", i == 0 ? '-' : '+', 1 + chance(round, 4));
        } else if (kind == 3 && i == 0) {
            add_name(round, &text);
            rv_str_add_text(&text, "@base");
        } else {
            add_spec(round, &text);
        }
        rv_str_add_text(&text, i == 0 && !maybe(round, 1) ? ":" : "");
    }
    snprintf(out, SPEC_SIZE, "%s", rv_str_text(&text));
}

/* --- comparing --- */

/* True if it was refused; a refusal has a message that names the spec. */
static bool compare_refusal(struct round *round, bool is_refused, bool succeeded, const char *spec, rev_error **err)
{
    EXPECT(round, succeeded == (*err == NULL));
    if (*err && is_refused != !succeeded) {
        snprintf(round->context + strlen(round->context), sizeof round->context - strlen(round->context), " -- %s",
                 (*err)->message);
    }
    EXPECT(round, is_refused == !succeeded);
    if (*err) {
        EXPECT(round, (*err)->code == REV_ERROR_SPEC || (*err)->code == REV_ERROR_MULTIPLE_HEADS);
        EXPECT(round, strstr((*err)->message, spec) != NULL);
        rev_error_free(*err);
        *err = NULL;
    }
    return is_refused;
}

/* A table of version rows that runs what a step says, and does not forgive. */
static uint32_t run_changes(struct round *round, const struct rv_step *step, uint32_t rows)
{
    for (size_t i = 0; i < step->change_count; i++) {
        const struct rv_row_change *change = &step->changes[i];
        EXPECT(round, (change->kind == RV_ROW_INSERT) == (change->old_id == NULL));
        EXPECT(round, (change->kind == RV_ROW_DELETE) == (change->new_id == NULL));
        if (change->old_id) {
            uint32_t old = mask_of_ids(round, (rev_strings){1, &change->old_id});
            EXPECT(round, rows & old);
            rows &= ~old;
        }
        if (change->new_id) {
            uint32_t new = mask_of_ids(round, (rev_strings){1, &change->new_id});
            EXPECT(round, !(rows & new));
            rows |= new;
        }
    }
    return rows;
}

static void check_step(struct round *round, const struct rv_step *step, uint32_t *applied)
{
    uint32_t node = 0;
    EXPECT(round, rv_graph_find(round->graph, step->revision->id, &node));
    int number = round->number_of[node];
    if (step->direction == REV_UPGRADE) {
        EXPECT(round, !(*applied & BIT(number)));
        *applied |= BIT(number);
    } else {
        EXPECT(round, *applied & BIT(number));
        *applied &= ~BIT(number);
    }
    EXPECT(round, model_applied(&round->model, *applied) == *applied);
}

static uint32_t compare_plan(struct round *round, const struct rv_plan *plan, struct model_change change, uint32_t rows)
{
    uint32_t applied = model_applied(&round->model, rows), table = rows, steps = 0;
    EXPECT(round, mask_of_ids(round, plan->redundant_rows) == (rows & ~model_maximal(&round->model, rows)));
    for (size_t i = 0; i < plan->step_count; i++) {
        uint32_t before = applied;
        table = run_changes(round, &plan->steps[i], table);
        check_step(round, &plan->steps[i], &applied);
        steps |= before ^ applied;
        EXPECT(round, table == model_maximal(&round->model, applied));
    }
    EXPECT(round, steps == change.steps);
    EXPECT(round, plan->step_count == 0 || table == change.rows);
    EXPECT(round, mask_of_ids(round, plan->rows_after) == table);
    return table;
}

static uint32_t compare_upgrade(struct round *round, const char *spec, uint32_t rows)
{
    rev_error *err = NULL;
    set_context(round, "upgrade", spec, rows);
    struct model_change change = model_upgrade(&round->model, spec, rows);
    struct rv_plan *plan = rv_plan_upgrade(round->graph, ids_of(round, rows), spec, &err);
    if (!compare_refusal(round, change.is_refused, plan != NULL, spec, &err)) {
        rows = compare_plan(round, plan, change, rows);
    }
    rv_plan_free(plan);
    return rows;
}

static uint32_t compare_downgrade(struct round *round, const char *spec, uint32_t rows)
{
    rev_error *err = NULL;
    set_context(round, "downgrade", spec, rows);
    struct model_change change = model_downgrade(&round->model, spec, rows);
    struct rv_plan *plan = rv_plan_downgrade(round->graph, ids_of(round, rows), spec, &err);
    if (!compare_refusal(round, change.is_refused, plan != NULL, spec, &err)) {
        rows = compare_plan(round, plan, change, rows);
    }
    rv_plan_free(plan);
    return rows;
}

static uint32_t compare_stamp(struct round *round, uint32_t rows)
{
    char texts[3][SPEC_SIZE];
    const char *specs[3];
    int count = maybe(round, 60) ? 1 : 2 + chance(round, 2);
    for (int i = 0; i < count; i++) {
        invent_spec(round, texts[i]);
        specs[i] = texts[i];
    }
    bool purge = maybe(round, 20);
    rev_error *err = NULL;
    set_context(round, purge ? "stamp --purge" : "stamp", count > 1 ? "(several)" : specs[0], rows);
    struct model_change change = model_stamp(&round->model, specs, count, rows, purge);
    struct rv_plan *plan =
        rv_plan_stamp(round->graph, ids_of(round, rows), (rev_strings){(size_t)count, specs}, purge, &err);
    if (!compare_refusal(round, change.is_refused, plan != NULL, count > 1 ? "'" : specs[0], &err)) {
        uint32_t table = plan->step_count ? run_changes(round, &plan->steps[0], rows) : rows;
        EXPECT(round, plan->step_count == (change.rows != rows));
        EXPECT(round, table == change.rows);
        EXPECT(round, mask_of_ids(round, plan->rows_after) == table);
        rows = table;
    }
    rv_plan_free(plan);
    return rows;
}

static void compare_nodes(struct round *round, struct model_answer answer, bool succeeded, const struct rv_nodes *nodes,
                          const char *spec, rev_error **err)
{
    if (!compare_refusal(round, answer.is_refused, succeeded, spec, err)) {
        EXPECT(round, mask_of(round, rv_nodes_list(nodes)) == answer.nodes);
        EXPECT(round, nodes->count == (size_t)__builtin_popcount(answer.nodes));
    }
}

static void compare_reading(struct round *round, uint32_t rows)
{
    char spec[SPEC_SIZE], range[SPEC_SIZE];
    rv_nodes_auto struct rv_nodes row_nodes = {0}, shown = {0}, parents = {0}, history = {0};
    rev_error *err = NULL;
    rows = model_maximal(&round->model, rows);
    nodes_of(round, rows, &row_nodes);
    invent_spec(round, spec);
    set_context(round, "show", spec, rows);
    bool succeeded = rv_resolve_show(round->graph, spec, rv_nodes_list(&row_nodes), &shown, &err);
    compare_nodes(round, model_show(&round->model, spec, rows), succeeded, &shown, spec, &err);
    set_context(round, "parents", spec, rows);
    succeeded = rv_resolve_parents(round->graph, spec, &parents, &err);
    compare_nodes(round, model_parents(&round->model, spec), succeeded, &parents, spec, &err);
    invent_range(round, range);
    set_context(round, "history", range, rows);
    succeeded = rv_resolve_history(round->graph, range, rv_nodes_list(&row_nodes), &history, &err);
    compare_nodes(round, model_history(&round->model, range, rows), succeeded, &history, "'", &err);
    for (size_t i = 1; i < history.count; i++) {
        EXPECT(round, rv_graph_position(round->graph, history.items[i - 1]) >
                          rv_graph_position(round->graph, history.items[i]));
    }
    if (!rv_spec_needs_rows(range)) {
        struct rv_node_list none = {0};
        rv_nodes_auto struct rv_nodes again = {0};
        bool succeeded_again = rv_resolve_history(round->graph, range, none, &again, &err);
        rev_error_free(err);
        EXPECT(round, succeeded == succeeded_again && again.count == history.count);
    }
}

static void check_revision(struct round *round, int number)
{
    const struct model *model = &round->model;
    const rev_revision *revision = rv_graph_revision(round->graph, round->node_of[number]);
    uint32_t heads = model_heads(model), real_heads = model_real_heads(model), bases = model_bases(model);
    uint32_t children = model_children(model, number);
    EXPECT(round, mask_of_ids(round, revision->children) == children);
    EXPECT(round, revision->is_base == ((bases & BIT(number)) != 0));
    EXPECT(round, revision->is_head == ((heads & BIT(number)) != 0));
    EXPECT(round, revision->is_effective_head == ((heads & ~real_heads & BIT(number)) != 0));
    EXPECT(round, revision->is_branch_point == (__builtin_popcount(children) > 1));
    EXPECT(round, revision->is_merge_point == (model->revisions[number].parent_count > 1));
    EXPECT(round, revision->depends_on_ids.count == (size_t)model->revisions[number].need_count);
    for (int i = 0; i < model->revisions[number].need_count; i++) {
        EXPECT(round,
               !strcmp(revision->depends_on_ids.items[i], model->revisions[model->revisions[number].needs[i]].id));
    }
    size_t carried = 0;
    for (int i = 0; i < model->count; i++) {
        for (int j = 0; j < model->revisions[i].label_count; j++) {
            const char *label = model->revisions[i].labels[j];
            bool is_there = false;
            for (size_t k = 0; k < revision->labels.count; k++) {
                is_there = is_there || strcmp(revision->labels.items[k], label) == 0;
            }
            snprintf(round->context, sizeof round->context, "label %s at %s", label, revision->id);
            EXPECT(round, is_there == model_carries(model, number, label));
            carried += is_there;
        }
    }
    EXPECT(round, carried == revision->labels.count);
    for (size_t i = 1; i < revision->labels.count; i++) {
        EXPECT(round, strcmp(revision->labels.items[i - 1], revision->labels.items[i]) < 0);
    }
}

static void check_graph(struct round *round)
{
    const struct model *model = &round->model;
    EXPECT(round, mask_of(round, rv_graph_heads(round->graph)) == model_heads(model));
    EXPECT(round, mask_of(round, rv_graph_real_heads(round->graph)) == model_real_heads(model));
    EXPECT(round, mask_of(round, rv_graph_bases(round->graph)) == model_bases(model));
    struct rv_node_list order = rv_graph_order(round->graph);
    uint32_t placed = 0;
    for (size_t i = 0; i < order.count; i++) {
        int number = round->number_of[order.items[i]];
        EXPECT(round, rv_graph_position(round->graph, order.items[i]) == i);
        placed |= BIT(number);
        EXPECT(round, model_applied(model, placed) == placed);
        check_revision(round, number);
    }
    EXPECT(round, placed == BIT(model->count) - 1);
}

static void check_applied(struct round *round, uint32_t rows)
{
    rv_nodes_auto struct rv_nodes row_nodes = {0}, tips = {0}, pending = {0};
    set_context(round, "current", "", rows);
    nodes_of(round, rows, &row_nodes);
    rv_set_auto struct rv_set *applied = rv_rows_applied(round->graph, rv_nodes_list(&row_nodes));
    rv_applied_tips(round->graph, applied, &tips);
    rv_applied_pending(round->graph, applied, &pending);
    EXPECT(round, mask_of(round, rv_nodes_list(&tips)) == model_current(&round->model, rows));
    uint32_t all = BIT(round->model.count) - 1;
    EXPECT(round, mask_of(round, rv_nodes_list(&pending)) == (all & ~model_applied(&round->model, rows)));
    /* What commands ask to know whether the database is at the heads. */
    EXPECT(round, (pending.count == 0) == (model_maximal(&round->model, rows) == model_real_heads(&round->model)));
}

/* --- rounds --- */

static uint32_t any_rows(struct round *round)
{
    uint32_t rows = 0;
    for (int i = 0; i < round->model.count; i++) {
        rows |= maybe(round, 20) ? BIT(i) : 0;
    }
    return maybe(round, 20) ? rows : model_maximal(&round->model, rows);
}

static void walk(struct round *round)
{
    uint32_t rows = maybe(round, 30) ? any_rows(round) : 0;
    for (int i = 0; i < STEPS_A_WALK; i++) {
        char spec[SPEC_SIZE];
        invent_spec(round, spec);
        int kind = chance(round, 10);
        rows = kind < 6   ? compare_upgrade(round, spec, rows)
               : kind < 9 ? compare_downgrade(round, spec, rows)
                          : compare_stamp(round, rows);
        check_applied(round, rows);
    }
}

static void run_round(uint64_t seed)
{
    struct round *round = calloc(1, sizeof *round);
    assert_non_null(round);
    round->seed = round->random = seed;
    round->arena = rv_arena_new();
    invent_model(round);
    build_graph(round);
    check_graph(round);
    for (int i = 0; i < SPECS_A_ROUND; i++) {
        char spec[SPEC_SIZE];
        uint32_t rows = any_rows(round);
        invent_spec(round, spec);
        compare_upgrade(round, spec, rows);
        compare_downgrade(round, spec, rows);
        compare_stamp(round, rows);
        compare_reading(round, rows);
    }
    walk(round);
    rv_graph_free(round->graph);
    rv_arena_free(round->arena);
    free(round);
}

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void random_graphs_behave_like_the_model(void **state)
{
    (void)state;
    uint64_t seed = number_from("RV_SEED", 1), rounds = number_from("RV_ROUNDS", DEFAULT_ROUNDS);
    for (uint64_t i = 0; i < rounds; i++) {
        run_round(seed + i);
    }
}

TESTS(TEST(random_graphs_behave_like_the_model))
