/* config + tree + graph, loaded once, then immutable. The revisions are files in a folder, or a bundle. */
#ifndef RV_PROJECT_PROJECT_H
#define RV_PROJECT_PROJECT_H

#include <rev/project.h>

#include "config/config.h"
#include "graph/graph.h"
#include "tree/bundle.h"
#include "tree/scan.h"

struct rev_project {
    struct rv_arena *arena;
    struct rv_settings settings;
    struct rv_source_dir source;  /* empty of a bundle */
    struct rv_bundle bundle;      /* empty of a folder */
    struct rv_str bundle_text;    /* of one that was read from a file */
    const struct rv_source *from; /* whichever it is */
    struct rv_scan scan;
    struct rv_graph *graph;
    rev_strings warnings;
    const struct rv_source *kept; /* of revisions that no file defines; NULL: there are none */
};

/* A revision's script: false on error; *out_exists says whether there is one (the text's ptr is NULL if not). */
bool rv_project_script(const rev_project *project, const rev_revision *revision, const char *name,
                       struct rv_arena *arena, struct rv_view *out, bool *out_exists, rev_error **err);

/* For what needs the migrations folder: REV_ERROR_USAGE for a bundle. */
bool rv_project_need_folder(const rev_project *project, rev_error **err);

/* For commands that use the database. */
bool rv_project_need_url(const rev_project *project, rev_error **err);

#endif
