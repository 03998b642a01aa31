/* See model.h. Speed is no aim here, and no cleverness is allowed: where a rule of docs/specs.md is a sentence, it is a
 * loop here. */
#include "model.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIT(node) (UINT32_C(1) << (node))
#define EVERYTHING UINT32_MAX

static const struct model_answer REFUSED = {.is_refused = true};

static int count_of(uint32_t set)
{
    return __builtin_popcount(set);
}

static int only(uint32_t set)
{
    return __builtin_ctz(set);
}

/* --- section 1 --- */

void model_close(struct model *model)
{
    for (int node = 0; node < model->count; node++) {
        const struct model_revision *revision = &model->revisions[node];
        model->versioned_below[node] = BIT(node);
        for (int i = 0; i < revision->parent_count; i++) {
            model->versioned_below[node] |= model->versioned_below[revision->parents[i]];
        }
        model->full_below[node] = BIT(node);
        for (int i = 0; i < revision->parent_count; i++) {
            model->full_below[node] |= model->full_below[revision->parents[i]];
        }
        for (int i = 0; i < revision->need_count; i++) {
            model->full_below[node] |= model->full_below[revision->needs[i]];
        }
    }
}

static bool has_parent(const struct model *model, int node, int parent)
{
    for (int i = 0; i < model->revisions[node].parent_count; i++) {
        if (model->revisions[node].parents[i] == parent) {
            return true;
        }
    }
    return false;
}

static bool needs(const struct model *model, int node, int other)
{
    for (int i = 0; i < model->revisions[node].need_count; i++) {
        if (model->revisions[node].needs[i] == other) {
            return true;
        }
    }
    return false;
}

uint32_t model_children(const struct model *model, int node)
{
    uint32_t children = 0;
    for (int i = 0; i < model->count; i++) {
        children |= has_parent(model, i, node) ? BIT(i) : 0;
    }
    return children;
}

static uint32_t children_or_dependents(const struct model *model, int node)
{
    uint32_t set = model_children(model, node);
    for (int i = 0; i < model->count; i++) {
        set |= needs(model, i, node) ? BIT(i) : 0;
    }
    return set;
}

uint32_t model_heads(const struct model *model)
{
    uint32_t heads = 0;
    for (int i = 0; i < model->count; i++) {
        heads |= model_children(model, i) == 0 ? BIT(i) : 0;
    }
    return heads;
}

uint32_t model_real_heads(const struct model *model)
{
    uint32_t heads = 0;
    for (int i = 0; i < model->count; i++) {
        heads |= children_or_dependents(model, i) == 0 ? BIT(i) : 0;
    }
    return heads;
}

uint32_t model_bases(const struct model *model)
{
    uint32_t bases = 0;
    for (int i = 0; i < model->count; i++) {
        bases |= model->revisions[i].parent_count == 0 ? BIT(i) : 0;
    }
    return bases;
}

static uint32_t all_below(const struct model *model, const uint32_t *below, uint32_t set)
{
    uint32_t all = 0;
    for (int i = 0; i < model->count; i++) {
        all |= set & BIT(i) ? below[i] : 0;
    }
    return all;
}

static uint32_t all_above(const struct model *model, const uint32_t *below, uint32_t set)
{
    uint32_t all = 0;
    for (int i = 0; i < model->count; i++) {
        all |= below[i] & set ? BIT(i) : 0;
    }
    return all;
}

static uint32_t line_of(const struct model *model, int node)
{
    return model->versioned_below[node] | all_above(model, model->versioned_below, BIT(node));
}

uint32_t model_applied(const struct model *model, uint32_t rows)
{
    return all_below(model, model->full_below, rows);
}

uint32_t model_maximal(const struct model *model, uint32_t nodes)
{
    uint32_t maximal = nodes;
    for (int i = 0; i < model->count; i++) {
        for (int j = 0; j < model->count; j++) {
            if (i != j && (nodes & BIT(i)) && (nodes & BIT(j)) && (model->full_below[j] & BIT(i))) {
                maximal &= ~BIT(i);
            }
        }
    }
    return maximal;
}

uint32_t model_current(const struct model *model, uint32_t rows)
{
    uint32_t applied = model_applied(model, rows), current = 0;
    for (int i = 0; i < model->count; i++) {
        current |= (applied & BIT(i)) && !(model_children(model, i) & applied) ? BIT(i) : 0;
    }
    return current;
}

static int declaring(const struct model *model, const char *label)
{
    for (int i = 0; i < model->count; i++) {
        for (int j = 0; j < model->revisions[i].label_count; j++) {
            if (strcmp(model->revisions[i].labels[j], label) == 0) {
                return i;
            }
        }
    }
    return -1;
}

static bool is_fork_or_merge(const struct model *model, int node)
{
    return count_of(children_or_dependents(model, node)) >= 2 || model->revisions[node].parent_count >= 2;
}

bool model_carries(const struct model *model, int node, const char *label)
{
    int from = declaring(model, label);
    if (model->versioned_below[node] & BIT(from)) {
        return true;
    }
    for (int i = 0; i < model->count; i++) {
        if ((model->versioned_below[i] & BIT(from)) && is_fork_or_merge(model, i)) {
            return false;
        }
    }
    while (model->revisions[from].parent_count == 1) {
        from = model->revisions[from].parents[0];
        if (is_fork_or_merge(model, from)) {
            return false;
        }
        if (from == node) {
            return true;
        }
    }
    return false;
}

/* --- section 2: reading --- */

struct parsed {
    char where[128], symbol[128];
    bool has_where;
    char sign;
    long distance;
};

static bool is_reserved(const char *text)
{
    return !strcmp(text, "head") || !strcmp(text, "heads") || !strcmp(text, "base") || !strcmp(text, "current");
}

static bool parse(const char *spec, struct parsed *out)
{
    char rest[128];
    memset(out, 0, sizeof *out);
    if (strlen(spec) == 0 || strlen(spec) > 60 || strchr(spec, ':')) {
        return false;
    }
    const char *at = strchr(spec, '@');
    if (at) {
        out->has_where = true;
        memcpy(out->where, spec, (size_t)(at - spec));
        if (at == spec || is_reserved(out->where)) {
            return false;
        }
    }
    snprintf(rest, sizeof rest, "%s", at ? at + 1 : spec);
    if (strchr(rest, '@')) {
        return false;
    }
    size_t len = strlen(rest), digits = 0;
    while (digits < len && isdigit((unsigned char)rest[len - 1 - digits])) {
        digits++;
    }
    if (digits > 0 && digits < len && strchr("+-", rest[len - 1 - digits])) {
        out->sign = rest[len - 1 - digits];
        out->distance = strtol(rest + len - digits, NULL, 10);
        rest[len - 1 - digits] = '\0';
    }
    snprintf(out->symbol, sizeof out->symbol, "%s", rest);
    return !strchr(rest, '+') && (rest[0] || out->sign);
}

/* Ids and labels that begin with text, four characters at least. */
static int count_prefixed(const struct model *model, const char *text, uint32_t among, int *out_node)
{
    int count = 0;
    for (int i = 0; i < model->count; i++) {
        const struct model_revision *revision = &model->revisions[i];
        const char *names[] = {revision->id, revision->labels[0], revision->labels[1]};
        for (int j = 0; j < 1 + revision->label_count; j++) {
            if (strlen(names[j]) >= 4 && strncmp(names[j], text, strlen(text)) == 0 && (among & BIT(i))) {
                *out_node = i;
                count++;
            }
        }
    }
    return count;
}

static int exact(const struct model *model, const char *text)
{
    for (int i = 0; i < model->count; i++) {
        if (strcmp(model->revisions[i].id, text) == 0) {
            return i;
        }
    }
    return declaring(model, text);
}

static int tagged(const struct model *model, const char *text)
{
    for (int i = 0; i < model->count; i++) {
        if (text[0] && strcmp(model->revisions[i].tag, text) == 0) {
            return i;
        }
    }
    return -1;
}

/* A revision's number, or -1. */
static int look_up(const struct model *model, const char *text, uint32_t among)
{
    int node = exact(model, text) >= 0 ? exact(model, text) : tagged(model, text);
    if (node >= 0) {
        return among & BIT(node) ? node : -1;
    }
    return count_prefixed(model, text, among, &node) == 1 ? node : -1;
}

static int look_up_where(const struct model *model, const char *text)
{
    int node = exact(model, text);
    if (node >= 0 || tagged(model, text) >= 0) {
        return node;
    }
    return count_prefixed(model, text, EVERYTHING, &node) == 1 ? node : -1;
}

/* What is not relative. `line` is all that may be named. */
static struct model_answer symbol_of(const struct model *model, const struct parsed *spec, uint32_t line)
{
    bool has_line = line != EVERYTHING;
    if (strcmp(spec->symbol, "base") == 0) {
        return (struct model_answer){0};
    }
    if (strcmp(spec->symbol, "head") == 0) {
        uint32_t heads = model_heads(model) & line;
        return count_of(heads) > 1 ? REFUSED : (struct model_answer){.nodes = heads};
    }
    if (strcmp(spec->symbol, "heads") == 0) {
        return (struct model_answer){.nodes = has_line ? model_heads(model) & line : model_real_heads(model)};
    }
    int node = strcmp(spec->symbol, "current") == 0 ? -1 : look_up(model, spec->symbol, line);
    return node < 0 ? REFUSED : (struct model_answer){.nodes = BIT(node)};
}

/* --- section 2: walking; base is -1 --- */

enum { BASE = -1, FAILED = -2 };

static int walk_up(const struct model *model, int node, long steps, uint32_t line, bool may_stop)
{
    for (long i = 0; i < steps; i++) {
        uint32_t next = (node == BASE ? model_bases(model) : model_children(model, node)) & line;
        if (next == 0) {
            return may_stop ? node : FAILED;
        }
        if (count_of(next) != 1) {
            return FAILED;
        }
        node = only(next);
    }
    return node;
}

static int walk_down(const struct model *model, int node, long steps, bool may_stop)
{
    for (long i = 0; i < steps; i++) {
        if (node == BASE) {
            return may_stop ? BASE : FAILED;
        }
        if (model->revisions[node].parent_count > 1) {
            return FAILED;
        }
        node = model->revisions[node].parent_count == 0 ? BASE : model->revisions[node].parents[0];
    }
    return node;
}

/* x+N, x-N */
static int walk_from_symbol(const struct model *model, const struct parsed *spec, uint32_t line, uint32_t rows,
                            bool knows_current, bool may_stop)
{
    bool is_base = strcmp(spec->symbol, "base") == 0;
    struct model_answer start = symbol_of(model, spec, line);
    if (strcmp(spec->symbol, "current") == 0) {
        if (!knows_current || spec->has_where) {
            return FAILED;
        }
        start = (struct model_answer){.nodes = rows};
        is_base = rows == 0;
        if (is_base && spec->sign == '-') {
            return spec->distance == 0 || may_stop ? BASE : FAILED;
        }
    }
    if (start.is_refused && spec->sign == '+' && spec->distance > 0 && !is_reserved(spec->symbol)) {
        start = symbol_of(model, spec, EVERYTHING);
    }
    if (start.is_refused || count_of(start.nodes) > 1 || (start.nodes == 0 && !is_base)) {
        return FAILED;
    }
    if (spec->sign == '-') {
        return is_base ? FAILED : walk_down(model, only(start.nodes), spec->distance, may_stop);
    }
    return walk_up(model, is_base ? BASE : only(start.nodes), spec->distance, line, may_stop);
}

/* +N and W@+N */
static int walk_up_from_rows(const struct model *model, const struct parsed *spec, uint32_t line, uint32_t rows,
                             bool may_stop)
{
    uint32_t starts = rows & line, on_line = model_applied(model, rows) & line;
    if (spec->distance == 0) {
        return FAILED;
    }
    if (starts == 0 && spec->has_where) {
        for (int i = 0; i < model->count; i++) {
            starts |= (on_line & BIT(i)) && !(children_or_dependents(model, i) & on_line) ? BIT(i) : 0;
        }
    }
    if (count_of(starts) > 1) {
        return FAILED;
    }
    return walk_up(model, starts ? only(starts) : BASE, spec->distance, line, may_stop);
}

/* -N and W@-N */
static int walk_down_from_rows(const struct model *model, const struct parsed *spec, uint32_t line, uint32_t rows,
                               bool may_stop, int *out_start)
{
    uint32_t starts = rows & line;
    if (starts == 0 && spec->has_where) {
        starts = model_current(model, rows) & line;
    }
    if (spec->distance == 0 || count_of(starts) != 1) {
        return FAILED;
    }
    *out_start = only(starts);
    return walk_down(model, *out_start, spec->distance, may_stop);
}

/* Parses and finds W; its line, or everything. */
static bool begin(const struct model *model, const char *text, struct parsed *spec, int *where, uint32_t *line)
{
    *where = -1;
    *line = EVERYTHING;
    if (!parse(text, spec)) {
        return false;
    }
    if (spec->has_where) {
        *where = look_up_where(model, spec->where);
        if (*where < 0) {
            return false;
        }
        *line = line_of(model, *where);
    }
    return true;
}

static struct model_answer answer_of(int node)
{
    return node == FAILED ? REFUSED : (struct model_answer){.nodes = node == BASE ? 0 : BIT(node)};
}

/* --- section 3 --- */

struct model_answer model_targets(const struct model *model, const char *text, uint32_t rows)
{
    struct parsed spec;
    int where;
    uint32_t line;
    if (!begin(model, text, &spec, &where, &line)) {
        return REFUSED;
    }
    if (!spec.sign) {
        return symbol_of(model, &spec, line);
    }
    if (!spec.symbol[0]) {
        return spec.sign == '-' ? REFUSED : answer_of(walk_up_from_rows(model, &spec, line, rows, false));
    }
    int node = walk_from_symbol(model, &spec, line, rows, false, false);
    return node == BASE && spec.sign == '-' ? REFUSED : answer_of(node);
}

struct model_change model_upgrade(const struct model *model, const char *spec, uint32_t rows)
{
    rows = model_maximal(model, rows);
    struct model_answer targets = model_targets(model, spec, rows);
    if (targets.is_refused) {
        return (struct model_change){.is_refused = true};
    }
    uint32_t applied = model_applied(model, rows);
    uint32_t required = all_below(model, model->full_below, targets.nodes);
    return (struct model_change){.steps = required & ~applied, .rows = model_maximal(model, required | applied)};
}

/* --- section 4 --- */

struct model_change model_downgrade(const struct model *model, const char *text, uint32_t rows)
{
    const struct model_change refused = {.is_refused = true};
    struct parsed spec;
    int where, target, start = FAILED;
    uint32_t line;
    rows = model_maximal(model, rows);
    if (!begin(model, text, &spec, &where, &line)) {
        return refused;
    }
    if (!spec.sign) {
        struct model_answer answer = symbol_of(model, &spec, EVERYTHING);
        target = answer.is_refused || count_of(answer.nodes) > 1 ? FAILED : answer.nodes ? only(answer.nodes) : BASE;
    } else if (spec.symbol[0]) {
        target = walk_from_symbol(model, &spec, spec.distance == 0 ? EVERYTHING : line, rows, false, false);
    } else if (where < 0 && spec.sign == '-' && spec.distance == 1 && count_of(rows) == 1 &&
               model->revisions[only(rows)].parent_count > 1) {
        /* -1 at a merge point: its parents stay, though none of them alone is the target. */
        uint32_t left = model_applied(model, rows) & ~rows;
        return (struct model_change){.steps = rows, .rows = model_maximal(model, left)};
    } else {
        target = spec.sign == '+' ? FAILED : walk_down_from_rows(model, &spec, line, rows, false, &start);
        where = where < 0 ? start : where;
    }
    if (target == FAILED) {
        return refused;
    }
    uint32_t roots = target == BASE ? model_bases(model) : model_children(model, target);
    if (where >= 0 && count_of(roots) > 1) {
        roots &= model->versioned_below[where];
        if (roots == 0) {
            return refused;
        }
    }
    uint32_t applied = model_applied(model, rows);
    uint32_t steps = all_above(model, model->full_below, roots) & applied;
    if (steps == 0 && target != BASE && !(rows & BIT(target))) {
        return refused;
    }
    return (struct model_change){.steps = steps, .rows = model_maximal(model, applied & ~steps)};
}

/* --- section 5 --- */

static bool is_counted(const struct parsed *spec)
{
    return spec->sign && !spec->symbol[0];
}

static struct model_answer end_of(const struct model *model, const struct parsed *spec, uint32_t line, uint32_t rows)
{
    if (spec->sign) {
        return answer_of(walk_from_symbol(model, spec, line, rows, true, true));
    }
    if (strcmp(spec->symbol, "current") == 0) {
        return spec->has_where ? REFUSED : (struct model_answer){.nodes = rows};
    }
    return symbol_of(model, spec, line);
}

/* N steps from the other end. */
static struct model_answer counted_end(const struct model *model, const struct parsed *spec, uint32_t line,
                                       uint32_t other)
{
    int start;
    if (spec->distance == 0) {
        return REFUSED;
    }
    if (spec->sign == '+') {
        return answer_of(walk_up_from_rows(model, spec, line, other, true));
    }
    if (other == 0) {
        return (struct model_answer){0};
    }
    return answer_of(walk_down_from_rows(model, spec, line, other, true, &start));
}

static uint32_t keep_branch(const struct model *model, const char *where, int node, uint32_t line, uint32_t targets)
{
    const struct model_revision *revision = &model->revisions[node];
    const char *label = NULL;
    for (int i = 0; i < revision->label_count; i++) {
        /* W is a label if its text begins one and is not the beginning of the id. */
        if (strncmp(revision->labels[i], where, strlen(where)) == 0 &&
            strncmp(revision->id, where, strlen(where)) != 0) {
            label = revision->labels[i];
        }
        if (strcmp(revision->labels[i], where) == 0) {
            label = revision->labels[i];
        }
    }
    int carried = 0;
    for (int i = 0; i < model->count; i++) {
        for (int j = 0; j < model->revisions[i].label_count; j++) {
            carried += model_carries(model, node, model->revisions[i].labels[j]);
        }
    }
    for (int i = 0; i < model->count && !label && carried == 1; i++) {
        for (int j = 0; j < model->revisions[i].label_count; j++) {
            if (model_carries(model, node, model->revisions[i].labels[j])) {
                label = model->revisions[i].labels[j];
            }
        }
    }
    uint32_t kept = 0;
    for (int i = 0; i < model->count; i++) {
        bool is_kept = label ? model_carries(model, i, label) : (line & BIT(i)) != 0;
        kept |= is_kept ? targets & BIT(i) : 0;
    }
    return kept;
}

struct model_answer model_history(const struct model *model, const char *range, uint32_t rows)
{
    char texts[2][64];
    struct parsed specs[2];
    int wheres[2];
    uint32_t lines[2];
    const char *colon = strchr(range, ':');
    if (!colon || strlen(range) > 60) {
        return REFUSED;
    }
    snprintf(texts[0], sizeof texts[0], "%.*s", (int)(colon - range), range);
    snprintf(texts[1], sizeof texts[1], "%s", colon + 1);
    for (int i = 0; i < 2; i++) {
        const char *text = texts[i][0] ? texts[i] : i == 0 ? "base" : "heads";
        if (!begin(model, text, &specs[i], &wheres[i], &lines[i])) {
            return REFUSED;
        }
    }
    struct model_answer first, last;
    if (is_counted(&specs[0])) {
        if (specs[0].sign == '+' || is_counted(&specs[1])) {
            return REFUSED;
        }
        last = end_of(model, &specs[1], lines[1], rows);
        first = last.is_refused ? REFUSED : counted_end(model, &specs[0], lines[0], last.nodes);
    } else {
        first = end_of(model, &specs[0], lines[0], rows);
        if (is_counted(&specs[1])) {
            last = first.is_refused || specs[1].sign == '-' ? REFUSED
                                                            : counted_end(model, &specs[1], lines[1], first.nodes);
        } else {
            last = end_of(model, &specs[1], lines[1], rows);
        }
    }
    if (first.is_refused || last.is_refused) {
        return REFUSED;
    }
    if (specs[0].has_where && strcmp(specs[0].symbol, "base") == 0 && first.nodes == 0) {
        last.nodes = keep_branch(model, specs[0].where, wheres[0], lines[0], last.nodes);
    }
    uint32_t shown = all_below(model, model->full_below, last.nodes);
    if (first.nodes & ~shown) {
        return REFUSED;
    }
    shown &= ~all_below(model, model->full_below, first.nodes);
    shown |= first.nodes;
    if (first.nodes) {
        shown &= all_above(model, model->versioned_below, first.nodes);
    }
    return (struct model_answer){.nodes = shown};
}

/* --- section 6 --- */

struct model_change model_stamp(const struct model *model, const char *const *specs, int count, uint32_t rows,
                                bool purge)
{
    const struct model_change refused = {.is_refused = true};
    uint32_t dests = 0;
    uint32_t before = purge ? 0 : model_maximal(model, rows);
    for (int i = 0; i < count; i++) {
        struct parsed spec;
        int where;
        uint32_t line;
        if (!begin(model, specs[i], &spec, &where, &line) || spec.sign) {
            return refused;
        }
        struct model_answer answer = symbol_of(model, &spec, line);
        if (answer.is_refused) {
            return refused;
        }
        if (strcmp(spec.symbol, "base") == 0) {
            if (count > 1) {
                return refused;
            }
            uint32_t full_line =
                where < 0 ? EVERYTHING : model->full_below[where] | all_above(model, model->full_below, BIT(where));
            return (struct model_change){.rows = before & ~full_line};
        }
        dests |= answer.nodes;
    }
    if (model_maximal(model, dests) != dests) {
        return refused;
    }
    uint32_t lines = all_below(model, model->full_below, dests) | all_above(model, model->full_below, dests);
    return (struct model_change){.rows = (before & ~lines) | dests};
}

/* --- section 7 and 8 --- */

struct model_answer model_show(const struct model *model, const char *text, uint32_t rows)
{
    struct parsed spec;
    int where;
    uint32_t line;
    if (!begin(model, text, &spec, &where, &line) || is_counted(&spec)) {
        return REFUSED;
    }
    if (spec.sign) {
        return answer_of(walk_from_symbol(model, &spec, line, rows, true, false));
    }
    if (strcmp(spec.symbol, "current") == 0) {
        return spec.has_where ? REFUSED : (struct model_answer){.nodes = rows};
    }
    return symbol_of(model, &spec, line);
}

struct model_answer model_parents(const struct model *model, const char *text)
{
    struct parsed spec;
    int where;
    uint32_t line;
    if (!begin(model, text, &spec, &where, &line) || spec.sign) {
        return REFUSED;
    }
    return symbol_of(model, &spec, line);
}
