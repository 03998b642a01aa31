/* Opens a project: settings, then headers, then the graph. After that nothing changes it. */
#include "project/project.h"

#include <rev/bundle.h>

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

static bool load_folder(rev_project *project, const struct rv_config_options *options, rev_error **err)
{
    struct rv_settings *settings = &project->settings;
    project->from = &project->source.source;
    return rv_settings_load(project->arena, options, settings, err) &&
           rv_source_dir_open(project->arena, settings->dir, settings->migrations_path, settings->migrations,
                              &project->source, err);
}

static bool load_bundle(rev_project *project, struct rv_view data, const char *shown,
                        const struct rv_config_options *options, rev_error **err)
{
    project->from = &project->bundle.source.source;
    if (options->config_file || options->environment) {
        rv_fail(err, REV_ERROR_USAGE,
                "a bundle has its settings in itself: no rev.yaml and no environment goes with it");
        rv_error_hint(*err, "Choose the environment when the bundle is made: `" PROGRAM_NAME " -e NAME bundle`.");
        return false;
    }
    return rv_bundle_read(project->arena, data, shown, &project->bundle, err) &&
           rv_settings_unpack(project->arena, project->bundle.settings, shown, options, &project->settings, err);
}

static bool load_bundle_in_memory(rev_project *project, struct rv_view data, const struct rv_config_options *options,
                                  rev_error **err)
{
    if (options->migrations) {
        rv_fail(err, REV_ERROR_USAGE, "a bundle has its revisions in itself: no migrations go with it");
        rv_error_hint(*err, "Leave `migrations` NULL; what it names is opened by rev_project_open().");
        return false;
    }
    return load_bundle(project, data, "bundle", options, err);
}

static bool load_bundle_file(rev_project *project, const struct rv_config_options *options, rev_error **err)
{
    const char *path = options->migrations;
    return rv_file_read_all(path, NULL, &project->bundle_text, err) &&
           load_bundle(project, rv_view(rv_str_text(&project->bundle_text), project->bundle_text.len),
                       rv_arena_strdup(project->arena, path), options, err);
}

static bool load_revisions(rev_project *project, rev_error **err)
{
    struct rv_faults faults = {0};
    if (!rv_scan(project->arena, project->from, &project->scan, &faults, err)) {
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

/* From a bundle in memory, or, where data has no ptr, from what the options name. */
static rev_project *open_project(struct rv_view data, const rev_project_options *options, rev_error **err)
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
    bool ok = data.ptr                                            ? load_bundle_in_memory(project, data, &from, &error)
              : own.migrations && rv_path_is_file(own.migrations) ? load_bundle_file(project, &from, &error)
                                                                  : load_folder(project, &from, &error);
    if (ok && load_revisions(project, &error)) {
        gather_warnings(project);
        return project;
    }
    rv_error_give(err, error);
    rev_project_free(project);
    return NULL;
}

rev_project *rev_project_open(const rev_project_options *options, rev_error **err)
{
    return open_project(rv_view(NULL, 0), options, err);
}

rev_project *rev_open_bundle(const void *data, size_t size, const rev_project_options *options, rev_error **err)
{
    return open_project(rv_view(data ? data : "", data ? size : 0), options, err);
}

static bool pack(const rev_project *project, struct rv_str *out, rev_error **err)
{
    rv_str_auto struct rv_str settings = {0};
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    const char **directories = RV_NEW_ARRAY(scratch, const char *, project->scan.count);
    for (size_t i = 0; i < project->scan.count; i++) {
        directories[i] = strrchr(project->scan.descriptors[i].path, '/') + 1;
    }
    rv_settings_pack(&project->settings, &settings);
    return rv_bundle_write(project->from, directories, project->scan.count,
                           rv_view(rv_str_text(&settings), settings.len), out, err);
}

bool rev_make_bundle(const rev_project *project, char **out_data, size_t *out_size, rev_error **err)
{
    struct rv_str out = {0};
    rev_error *error = NULL;
    if (!pack(project, &out, &error)) {
        rv_str_clear(&out);
        rv_error_give(err, error);
        return false;
    }
    *out_size = out.len;
    *out_data = rv_str_take(&out);
    return true;
}

bool rev_project_is_bundle(const rev_project *project)
{
    return project->from == &project->bundle.source.source;
}

void rev_project_free(rev_project *project)
{
    if (!project) {
        return;
    }
    rv_graph_free(project->graph);
    rv_source_dir_close(&project->source);
    rv_settings_clear(&project->settings);
    rv_str_clear(&project->bundle_text);
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

rev_strings rev_project_environments(const rev_project *project)
{
    return project->settings.environments;
}

size_t rev_project_size(const rev_project *project)
{
    return rv_graph_count(project->graph);
}

bool rv_project_script(const rev_project *project, const rev_revision *revision, const char *name,
                       struct rv_arena *arena, struct rv_view *out, bool *out_exists, rev_error **err)
{
    const struct rv_source *source = project->from;
    if (project->kept && rv_text_starts_with(revision->path, project->kept->shown)) {
        source = project->kept;
    }
    *out = (struct rv_view){0};
    return source->read(source, strrchr(revision->path, '/') + 1, name, 0, arena, out, out_exists, err);
}

bool rv_project_need_folder(const rev_project *project, rev_error **err)
{
    if (!rev_project_is_bundle(project)) {
        return true;
    }
    rv_fail(err, REV_ERROR_USAGE, "this needs the migrations folder: a bundle can only be read");
    rv_error_at(*err, project->settings.migrations, 0, 0);
    rv_error_hint(*err, "Run it in the project that the bundle was made from.");
    return false;
}

bool rv_project_need_url(const rev_project *project, rev_error **err)
{
    return rv_settings_need_url(&project->settings, err);
}
