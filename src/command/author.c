/* `revision` and `merge`: the parents are resolved, the graph with the new revision is built, and only then is anything
 * written. */
#include <rev/author.h>

#include "base/id.h"
#include "base/num.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "command/created.h"
#include "base/options.h"
#include "graph/resolve.h"
#include "project/project.h"
#include "tree/header.h"
#include "tree/name.h"
#include "tree/template.h"
#include "tree/write.h"

struct author {
    const rev_project *project;
    const rev_new_revision *wanted;
    bool is_merge;
    struct rv_arena *arena;
    struct rv_nodes parents;
    struct rv_descriptor descriptor;
    rev_error **err;
};

static bool check_words(struct author *author)
{
    const rev_new_revision *wanted = author->wanted;
    const char *message = wanted->message ? wanted->message : "";
    if (strlen(message) > RV_MESSAGE_LIMIT) {
        rv_fail(author->err, REV_ERROR_USAGE, "the message is longer than %d bytes", RV_MESSAGE_LIMIT);
        rv_error_hint(*author->err, "Put the details into comments in up.sql.");
        return false;
    }
    if (rv_utf8_invalid_at(rv_view_of(message)) != strlen(message)) {
        return rv_fail(author->err, REV_ERROR_USAGE, "the message is not UTF-8");
    }
    const char *fault = wanted->rev_id ? rv_graph_id_fault(wanted->rev_id) : NULL;
    if (fault) {
        rv_fail(author->err, REV_ERROR_USAGE, "the id '%s' %s", wanted->rev_id, fault);
        rv_error_hint(*author->err, "An id has 1 to 32 of the characters A-Z a-z 0-9 _.");
        return false;
    }
    fault = wanted->branch_label ? rv_graph_label_fault(wanted->branch_label) : NULL;
    if (fault) {
        rv_fail(author->err, REV_ERROR_USAGE, "the branch label '%s' %s", wanted->branch_label, fault);
        return false;
    }
    return true;
}

/* An id, label or tag that is in use: names whoever has it. */
static bool refuse_taken(struct author *author, const char *what, const char *name)
{
    const struct rv_graph *graph = author->project->graph;
    uint32_t node;
    if (!name || (!rv_graph_find(graph, name, &node) && !rv_graph_find_label(graph, name, &node))) {
        return true;
    }
    const rev_revision *owner = rv_graph_revision(graph, node);
    rv_fail(author->err, REV_ERROR_EXISTS, "the %s '%s' is taken", what, name);
    rv_error_hint(*author->err, "Revision %s in %s has it.", owner->id, owner->path);
    return false;
}

static bool add_parents(struct author *author, const char *spec)
{
    rv_nodes_auto struct rv_nodes found = {0};
    if (!rv_resolve_parents(author->project->graph, spec, &found, author->err)) {
        return false;
    }
    if (!found.count && author->wanted->parents.count > 1) {
        return rv_fail(author->err, REV_ERROR_SPEC, "'%s' names no revision, so it can't be one of several parents",
                       spec);
    }
    for (size_t i = 0; i < found.count; i++) {
        for (size_t k = 0; k < author->parents.count; k++) {
            if (author->parents.items[k] == found.items[i]) {
                return rv_fail(author->err, REV_ERROR_SPEC, "'%s' names %s, which is given twice", spec,
                               rv_graph_id(author->project->graph, found.items[i]));
            }
        }
        rv_vec_push(&author->parents, found.items[i]);
    }
    return true;
}

static bool find_parents(struct author *author)
{
    const rev_strings *specs = &author->wanted->parents;
    for (size_t i = 0; i < specs->count; i++) {
        if (!add_parents(author, specs->items[i])) {
            return false;
        }
    }
    return specs->count || author->is_merge || add_parents(author, "head");
}

/* A parent that has a child already makes a branch: only on request. */
static bool check_are_heads(struct author *author)
{
    for (size_t i = 0; i < author->parents.count && !author->wanted->splice; i++) {
        const rev_revision *parent = rv_graph_revision(author->project->graph, author->parents.items[i]);
        if (!parent->is_head) {
            rv_fail(author->err, REV_ERROR_SPEC, "revision %s is not a head: %s comes after it", parent->id,
                    parent->children.items[0]);
            rv_error_hint(*author->err, "Add --splice to branch off there.");
            return false;
        }
    }
    return true;
}

static bool check_merge(struct author *author)
{
    if (author->parents.count < 2) {
        rv_fail(author->err, REV_ERROR_SPEC, "nothing to merge: %s",
                author->parents.count ? "there is only one revision to be a parent" : "there are no revisions");
        rv_error_hint(*author->err, "`" PROGRAM_NAME " heads` lists the heads; a merge takes two or more revisions.");
        return false;
    }
    return true;
}

static bool check_no_ancestors(struct author *author)
{
    const struct rv_graph *graph = author->project->graph;
    for (size_t i = 0; i < author->parents.count; i++) {
        rv_set_auto struct rv_set *below = rv_set_new(graph);
        rv_set_add_ancestors(below, graph, (struct rv_node_list){&author->parents.items[i], 1}, RV_VERSIONED);
        for (size_t k = 0; k < author->parents.count; k++) {
            if (k != i && rv_set_has(below, author->parents.items[k])) {
                rv_fail(author->err, REV_ERROR_SPEC, "can't merge %s with %s, which is its ancestor",
                        rv_graph_id(graph, author->parents.items[i]), rv_graph_id(graph, author->parents.items[k]));
                rv_error_hint(*author->err, "Leave the ancestor out: %s has it already.",
                              rv_graph_id(graph, author->parents.items[i]));
                return false;
            }
        }
    }
    return true;
}

static void fill_parents(struct author *author)
{
    struct rv_names *names = &author->descriptor.down_revision;
    names->items = RV_NEW_ARRAY(author->arena, struct rv_name, author->parents.count);
    names->count = author->parents.count;
    for (size_t i = 0; i < names->count; i++) {
        names->items[i].text = rv_graph_id(author->project->graph, author->parents.items[i]);
    }
}

static bool is_tag_of(const rev_revision *revision, const char *text)
{
    for (size_t i = 0; i < revision->tags.count; i++) {
        if (strcmp(revision->tags.items[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static bool fill_depends_on(struct author *author)
{
    const rev_strings *specs = &author->wanted->depends_on;
    const struct rv_graph *graph = author->project->graph;
    struct rv_names *names = &author->descriptor.depends_on;
    names->items = RV_NEW_ARRAY(author->arena, struct rv_name, specs->count);
    for (size_t i = 0; i < specs->count; i++) {
        rv_nodes_auto struct rv_nodes found = {0};
        uint32_t node;
        if (!rv_resolve_parents(graph, specs->items[i], &found, author->err)) {
            return false;
        }
        if (found.count != 1) {
            return rv_fail(author->err, REV_ERROR_SPEC, "--depends-on '%s' names %s revision", specs->items[i],
                           found.count ? "more than one" : "no");
        }
        bool is_label = !rv_graph_find(graph, specs->items[i], &node) &&
                        rv_graph_find_label(graph, specs->items[i], &node) &&
                        !is_tag_of(rv_graph_revision(graph, node), specs->items[i]);
        names->items[names->count++].text = is_label ? specs->items[i] : rv_graph_id(graph, found.items[0]);
    }
    return true;
}

static void fill_words(struct author *author, const struct rv_time *now)
{
    struct rv_descriptor *descriptor = &author->descriptor;
    char iso[RV_TIME_ISO_SIZE], id[RV_ID_LENGTH + 1];
    uint32_t node;
    rv_time_iso(now, iso);
    do {
        rv_id_new(id);
    } while (rv_graph_find(author->project->graph, id, &node));
    descriptor->id.text = rv_arena_strdup(author->arena, author->wanted->rev_id ? author->wanted->rev_id : id);
    descriptor->message = author->wanted->message ? author->wanted->message : "";
    descriptor->create_date = rv_arena_strdup(author->arena, iso);
    if (author->wanted->branch_label) {
        descriptor->branch_labels.items = RV_NEW(author->arena, struct rv_name);
        descriptor->branch_labels.items[0].text = author->wanted->branch_label;
        descriptor->branch_labels.count = 1;
    }
}

/* The graph with the new revision must load, and so must its header as it will be written. */
static bool check_whole(struct author *author, struct rv_view header)
{
    const struct rv_scan *scan = &author->project->scan;
    struct rv_faults faults = {0};
    struct rv_descriptor read_back;
    if (!rv_header_parse(author->arena, header, "the new header", &read_back, &faults)) {
        return rv_faults_done(&faults, author->err);
    }
    read_back.path = author->descriptor.path;
    struct rv_descriptor *all = RV_NEW_ARRAY(author->arena, struct rv_descriptor, scan->count + 1);
    if (scan->count) {
        memcpy(all, scan->descriptors, scan->count * sizeof *all);
    }
    all[scan->count] = read_back;
    struct rv_graph *graph = rv_graph_new(all, scan->count + 1, author->err);
    rv_graph_free(graph);
    return graph != NULL;
}

static const char *script_of(struct author *author, const char *name)
{
    const struct rv_settings *settings = &author->project->settings;
    rev_error *none = NULL;
    const char *dialect = settings->has_url ? settings->url.dialect : "generic";
    const struct rv_template *template = rv_template_find(author->arena, dialect, &none);
    const char *text = rv_template_file(template, name);
    return text ? text : "";
}

static bool write_revision(struct author *author, const char *directory, rev_created *created)
{
    static const char *const names[] = {"up.sql", "down.sql"};
    const struct rv_descriptor *descriptor = &author->descriptor;
    const struct rv_token tokens[] = {{"message", descriptor->message[0] ? descriptor->message : descriptor->id.text},
                                      {"rev", descriptor->id.text},
                                      {"create_date", descriptor->create_date}};
    rv_str_auto struct rv_str header = {0}, up = {0}, down = {0};
    struct rv_str *scripts[] = {&up, &down};
    rv_header_write(&header, descriptor);
    if (!check_whole(author, rv_view(header.ptr, header.len))) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        const char *template =
            author->is_merge ? "-- A merge point: nothing to do here.\n" : script_of(author, names[i]);
        rv_template_fill(scripts[i], template, tokens, sizeof tokens / sizeof tokens[0]);
    }
    /* The header comes last: a directory without one is no revision. */
    const struct rv_new_file files[] = {{"up.sql", rv_view(rv_str_text(&up), up.len)},
                                        {"down.sql", rv_view(rv_str_text(&down), down.len)},
                                        {"revision.yaml", rv_view(rv_str_text(&header), header.len)}};
    if (!rv_directory_create(author->project->source.dir_fd, directory, descriptor->path, files, 3, author->err)) {
        return false;
    }
    struct rv_arena *arena = rv_created_arena(created);
    created->id = rv_arena_strdup(arena, descriptor->id.text);
    created->path = rv_arena_strdup(arena, descriptor->path);
    for (size_t i = 0; i < 3; i++) {
        rv_created_add(created, rv_path_join(arena, descriptor->path, files[i].name));
    }
    return true;
}

static const char *merge_message(struct author *author)
{
    rv_str_auto struct rv_str message = {0};
    rv_str_add_text(&message, "merge ");
    for (size_t i = 0; i < author->parents.count; i++) {
        const char *between = i == 0 ? "" : i + 1 == author->parents.count ? " and " : ", ";
        rv_str_printf(&message, "%s%s", between, rv_graph_id(author->project->graph, author->parents.items[i]));
    }
    return rv_arena_strdup(author->arena, rv_str_text(&message));
}

static bool author_revision(struct author *author, rev_created *created)
{
    const rev_project *project = author->project;
    struct rv_time now = rv_time_utc();
    if (!check_words(author) || !refuse_taken(author, "id", author->wanted->rev_id) ||
        !refuse_taken(author, "branch label", author->wanted->branch_label) || !find_parents(author) ||
        (author->is_merge && !check_merge(author)) || !check_no_ancestors(author) || !check_are_heads(author) ||
        !fill_depends_on(author)) {
        return false;
    }
    fill_words(author, &now);
    fill_parents(author);
    if (author->is_merge && !author->wanted->message) {
        author->descriptor.message = merge_message(author);
    }
    const char *directory =
        rv_directory_name(author->arena, project->settings.file_template, author->descriptor.id.text,
                          author->descriptor.message, &now, author->err);
    if (!directory) {
        if (project->settings.file_template_line) {
            rv_error_at(*author->err, project->settings.config_file, project->settings.file_template_line,
                        project->settings.file_template_column);
        }
        return false;
    }
    author->descriptor.path = rv_path_join(author->arena, project->settings.migrations, directory);
    return write_revision(author, directory, created);
}

static rev_created *create(const rev_project *project, const rev_new_revision *given, bool is_merge, rev_error **err)
{
    rev_error *error = NULL;
    rev_new_revision wanted;
    if (!rv_options_copy(&wanted, sizeof wanted, given, &error)) {
        rv_error_give(err, error);
        return NULL;
    }
    if (!rv_project_need_folder(project, &error)) {
        rv_error_give(err, error);
        return NULL;
    }
    struct author author = {.project = project, .wanted = &wanted, .is_merge = is_merge, .err = &error};
    rev_created *created = rv_created_new();
    author.arena = rv_arena_new();
    bool ok = author_revision(&author, created);
    rv_vec_clear(&author.parents);
    rv_arena_free(author.arena);
    if (ok) {
        return created;
    }
    rev_created_free(created);
    rv_error_give(err, error);
    return NULL;
}

rev_created *rev_create(const rev_project *project, const rev_new_revision *revision, rev_error **err)
{
    return create(project, revision, false, err);
}

rev_created *rev_merge(const rev_project *project, const rev_new_revision *revision, rev_error **err)
{
    return create(project, revision, true, err);
}
