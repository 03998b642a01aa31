/* Opens a project: settings, then headers, then the graph. After that nothing changes it. */
#include "project/project.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/options.h"

static void add_stand_in(struct rv_scan *scan, struct rv_map *known, const struct rv_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        const char *text = names->items[i].text;
        if (!rv_graph_id_fault(text) && rv_map_put(known, rv_view_of(text), 0)) {
            scan->descriptors[scan->count++] =
                (struct rv_descriptor){.file = "", .path = "/", .id.text = text, .message = ""};
        }
    }
}

/* Where a header gave no id, whoever names it would seem to name something unknown: each unknown name gets a revision,
 * so that only the other faults are told. The graph is not used then. */
static void add_stand_ins(struct rv_arena *arena, struct rv_scan *scan)
{
    rv_map_auto struct rv_map *known = rv_map_new();
    size_t count = scan->count, room = scan->count;
    for (size_t i = 0; i < count; i++) {
        const struct rv_descriptor *descriptor = &scan->descriptors[i];
        room += descriptor->down_revision.count + descriptor->depends_on.count;
        rv_map_put(known, rv_view_of(descriptor->id.text), 0);
        for (size_t k = 0; k < descriptor->branch_labels.count; k++) {
            rv_map_put(known, rv_view_of(descriptor->branch_labels.items[k].text), 0);
        }
    }
    struct rv_descriptor *more = RV_NEW_ARRAY(arena, struct rv_descriptor, room);
    if (count) {
        memcpy(more, scan->descriptors, count * sizeof *more);
    }
    scan->descriptors = more;
    for (size_t i = 0; i < count; i++) {
        add_stand_in(scan, known, &more[i].down_revision);
        add_stand_in(scan, known, &more[i].depends_on);
    }
}

static bool load(rev_project *project, const struct rv_config_options *options, rev_error **err)
{
    struct rv_settings *settings = &project->settings;
    struct rv_faults faults = {0};
    if (!rv_settings_load(project->arena, options, settings, err) ||
        !rv_source_dir_open(project->arena, settings->dir, settings->migrations_path, settings->migrations,
                            &project->source, err) ||
        !rv_scan(project->arena, &project->source.source, &project->scan, &faults, err)) {
        return false;
    }
    /* All faults in one run. */
    rev_error *error = NULL;
    if (!project->scan.has_all) {
        add_stand_ins(project->arena, &project->scan);
    }
    project->graph = rv_graph_new(project->scan.descriptors, project->scan.count, &error);
    rv_faults_take(&faults, error);
    return rv_faults_done(&faults, err);
}

static void gather_warnings(rev_project *project)
{
    const char **warnings = RV_NEW_ARRAY(project->arena, const char *, project->scan.warning_count + 1);
    size_t count = 0;
    if (project->settings.warning) {
        warnings[count++] = project->settings.warning;
    }
    for (size_t i = 0; i < project->scan.warning_count; i++) {
        warnings[count++] = project->scan.warnings[i];
    }
    project->warnings = (rev_strings){count, warnings};
}

rev_project *rev_project_open(const rev_project_options *options, rev_error **err)
{
    rev_project_options own;
    rev_error *error = NULL;
    if (!rv_options_copy(&own, sizeof own, options, &error)) {
        rv_error_give(err, error);
        return NULL;
    }
    const struct rv_config_options from = {own.config_file, own.migrations, own.url, own.environment};
    rev_project *project = rv_alloc(sizeof *project);
    *project = (rev_project){.arena = rv_arena_new(), .source.dir_fd = -1, .source.bound = RV_ROOT_NONE};
    if (load(project, &from, &error)) {
        gather_warnings(project);
        return project;
    }
    rv_error_give(err, error);
    rev_project_free(project);
    return NULL;
}

void rev_project_free(rev_project *project)
{
    if (!project) {
        return;
    }
    rv_graph_free(project->graph);
    rv_source_dir_close(&project->source);
    rv_settings_clear(&project->settings);
    rv_arena_free(project->arena);
    free(project);
}

rev_strings rev_project_warnings(const rev_project *project)
{
    return project->warnings;
}

const char *rev_project_url(const rev_project *project)
{
    return project->settings.has_url ? project->settings.url.shown : NULL;
}

size_t rev_project_size(const rev_project *project)
{
    return rv_graph_count(project->graph);
}

bool rv_project_script(const rev_project *project, const rev_revision *revision, const char *name,
                       struct rv_arena *arena, struct rv_view *out, bool *out_exists, rev_error **err)
{
    const struct rv_source *source = &project->source.source;
    if (project->kept && rv_text_starts_with(revision->path, project->kept->shown)) {
        source = project->kept;
    }
    *out = (struct rv_view){0};
    return source->read(source, strrchr(revision->path, '/') + 1, name, 0, arena, out, out_exists, err);
}

bool rv_project_need_url(const rev_project *project, rev_error **err)
{
    return rv_settings_need_url(&project->settings, err);
}
