/* Reads headers and scripts out of rev_script into a copy of the project. The project itself stays as its files are. */
#include "migrate/extend.h"

#include "base/alloc.h"
#include "base/map.h"
#include "base/vec.h"
#include "tree/checksum.h"
#include "tree/header.h"

static const char shown[] = "(kept in the database)";

struct rv_extension {
    rev_project project;
    struct rv_source_memory source;
    struct rv_arena *arena;
};

struct adoption {
    struct rv_session *session;
    struct rv_arena *arena;
    rev_log_row *log; /* the last finished step of each revision */
    size_t log_count;
    struct rv_map *seen;
    RV_VEC(const char *) wanted;
    RV_VEC(struct rv_descriptor) descriptors;
    RV_VEC(struct rv_memory_file) files;
};

static void want(struct adoption *adoption, const char *id)
{
    uint32_t node;
    if (!rv_graph_find(adoption->session->project->graph, id, &node) && rv_map_put(adoption->seen, rv_view_of(id), 0)) {
        rv_vec_push(&adoption->wanted, id);
    }
}

static void want_names(struct adoption *adoption, const struct rv_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (!rv_graph_id_fault(names->items[i].text)) {
            want(adoption, names->items[i].text);
        }
    }
}

static const char *recorded_checksum(const struct adoption *adoption, const char *id)
{
    for (size_t i = 0; i < adoption->log_count; i++) {
        const rev_log_row *row = &adoption->log[i];
        if (strcmp(row->revision, id) == 0 && strcmp(row->direction, "upgrade") == 0) {
            return row->checksum;
        }
    }
    return NULL;
}

static void add_file(struct adoption *adoption, const char *id, const char *name, struct rv_view text)
{
    if (text.ptr) {
        rv_vec_push(&adoption->files, (struct rv_memory_file){id, name, text});
    }
}

static void tell_used(const struct adoption *adoption, const char *id)
{
    rv_str_auto struct rv_str text = {0};
    rv_str_printf(&text, "no file defines revision %s: what the database has kept of it is used", id);
    rv_tell(adoption->session->observer, &(rev_event){.kind = REV_EVENT_WARNING, .text = rv_str_text(&text)});
}

/* The checksum of what was kept, and what its header says; "" if that can't be read. */
static void digest_kept(const struct rv_kept *kept, struct rv_arena *arena, struct rv_descriptor *out,
                        char digest[RV_SHA256_TEXT_SIZE])
{
    struct rv_faults faults = {0};
    digest[0] = '\0';
    if (kept->header.ptr && rv_header_parse(arena, kept->header, shown, out, &faults)) {
        rv_checksum_descriptor(out, kept->up, kept->down, digest);
    }
    rev_error_free(faults.first);
}

bool rv_kept_is_altered(const struct rv_kept *kept, const char *checksum)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_descriptor descriptor;
    char digest[RV_SHA256_TEXT_SIZE];
    bool is_whole = (kept->up.ptr || kept->up_size < 0) && (kept->down.ptr || kept->down_size < 0);
    digest_kept(kept, arena, &descriptor, digest);
    return is_whole && strcmp(digest, checksum) != 0;
}

/* Takes what was kept of a revision, if it is what the log recorded. */
static bool adopt(struct adoption *adoption, const char *id, rev_error **err)
{
    const struct rv_session *session = adoption->session;
    const char *checksum = recorded_checksum(adoption, id);
    struct rv_kept kept = {0};
    bool found = false;
    if (!checksum) {
        return true;
    }
    if (!rv_kept_read(session->db, &session->version, checksum, adoption->arena, &kept, &found, err)) {
        return false;
    }
    struct rv_descriptor descriptor;
    char digest[RV_SHA256_TEXT_SIZE];
    digest_kept(&kept, adoption->arena, &descriptor, digest);
    if (strcmp(digest, checksum) != 0 || strcmp(descriptor.id.text, id) != 0) {
        return true;
    }
    descriptor.path = rv_arena_printf(adoption->arena, "%s/%s", shown, id);
    rv_vec_push(&adoption->descriptors, descriptor);
    add_file(adoption, id, "revision.yaml", kept.header);
    add_file(adoption, id, "up.sql", kept.up);
    add_file(adoption, id, "down.sql", kept.down);
    want_names(adoption, &descriptor.down_revision);
    want_names(adoption, &descriptor.depends_on);
    tell_used(adoption, id);
    return true;
}

static bool adopt_all(struct adoption *adoption, rev_error **err)
{
    for (size_t i = 0; i < adoption->wanted.count; i++) {
        if (!adopt(adoption, adoption->wanted.items[i], err)) {
            return false;
        }
    }
    return true;
}

/* The project's revisions and those that were found. */
static struct rv_extension *make(struct adoption *adoption, rev_error **err)
{
    const rev_project *project = adoption->session->project;
    const struct rv_scan *scan = &project->scan;
    size_t count = scan->count + adoption->descriptors.count;
    struct rv_descriptor *all = RV_NEW_ARRAY(adoption->arena, struct rv_descriptor, count);
    for (size_t i = 0; i < count; i++) {
        all[i] = i < scan->count ? scan->descriptors[i] : adoption->descriptors.items[i - scan->count];
    }
    struct rv_graph *graph = rv_graph_new(all, count, err);
    if (!graph) {
        return NULL;
    }
    struct rv_extension *extension = rv_alloc(sizeof *extension);
    *extension = (struct rv_extension){.project = *project, .arena = adoption->arena};
    rv_source_memory_init(
        &extension->source, shown,
        rv_arena_copy(adoption->arena, adoption->files.items, adoption->files.count * sizeof *adoption->files.items),
        adoption->files.count);
    extension->project.graph = graph;
    extension->project.kept = &extension->source.source;
    return extension;
}

static bool extend(struct adoption *adoption, struct rv_extension **out, rev_error **err)
{
    struct rv_session *session = adoption->session;
    if (!rv_log_read_last(session->db, &session->version, adoption->arena, &adoption->log, &adoption->log_count, err) ||
        !adopt_all(adoption, err)) {
        return false;
    }
    if (adoption->descriptors.count == 0) {
        return true;
    }
    *out = make(adoption, err);
    if (*out) {
        session->project = &(*out)->project;
    }
    return *out != NULL;
}

bool rv_session_extend(struct rv_session *session, struct rv_extension **out, rev_error **err)
{
    struct adoption adoption = {.session = session};
    rev_strings rows = rv_session_rows(session);
    *out = NULL;
    if (!session->version.kept_exists || !session->version.log_exists) {
        return true;
    }
    adoption.seen = rv_map_new();
    for (size_t i = 0; i < rows.count; i++) {
        want(&adoption, rows.items[i]);
    }
    bool ok = true;
    if (adoption.wanted.count) {
        adoption.arena = rv_arena_new();
        ok = extend(&adoption, out, err);
        if (!*out) {
            rv_arena_free(adoption.arena);
        }
    }
    rv_map_free(adoption.seen);
    rv_vec_clear(&adoption.wanted);
    rv_vec_clear(&adoption.descriptors);
    rv_vec_clear(&adoption.files);
    return ok;
}

void rv_extension_free(struct rv_extension *extension)
{
    if (extension) {
        rv_graph_free(extension->project.graph);
        rv_arena_free(extension->arena);
        free(extension);
    }
}
