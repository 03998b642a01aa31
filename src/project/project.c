/* Opens a project: settings, then headers, then the graph. After that nothing changes it. */
#include "project/project.h"

#include "base/alloc.h"

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
    /* All faults in one run; but where a header gave no id, the graph would take its children's parents for unknown. */
    if (project->scan.has_all || !faults.count) {
        rev_error *error = NULL;
        project->graph = rv_graph_new(project->scan.descriptors, project->scan.count, &error);
        rv_faults_take(&faults, error);
    }
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
    struct rv_config_options from = {0};
    if (options) {
        from =
            (struct rv_config_options){options->config_file, options->migrations, options->url, options->environment};
    }
    rev_project *project = rv_alloc(sizeof *project);
    *project = (rev_project){.arena = rv_arena_new(), .source.dir_fd = -1, .source.bound = RV_ROOT_NONE};
    rev_error *error = NULL;
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
    *out = (struct rv_view){0};
    return source->read(source, strrchr(revision->path, '/') + 1, name, 0, arena, out, out_exists, err);
}

bool rv_project_need_url(const rev_project *project, rev_error **err)
{
    return rv_settings_need_url(&project->settings, err);
}
