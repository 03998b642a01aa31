/* Revisions as a git commit has them. Only git's plumbing is used, without a shell; a name given by the user is turned
 * into a commit's hash by `rev-parse --verify` before anything else sees it. */
#include "tree/source.h"

#include "base/num.h"
#include "base/process.h"
#include "base/vec.h"

enum { GIT_LIMIT = 512 * 1024 * 1024 };

struct git {
    struct rv_arena *arena;
    const char *dir;
    rev_error **err;
};

/* One git command in the folder; its output and its exit status. */
static bool run_git(const struct git *git, const char *const *words, struct rv_view input, struct rv_str *out,
                    struct rv_str *complaint, int *out_status)
{
    const char *argv[16] = {"git", "-C", git->dir};
    size_t count = 3;
    for (size_t i = 0; words[i] && count + 1 < sizeof argv / sizeof argv[0]; i++) {
        argv[count++] = words[i];
    }
    /* Set by git for its hooks: they would lead to the repository that the hook runs in, not to that of the migrations.
     */
    static const char *const hidden[] = {"GIT_DIR",
                                         "GIT_WORK_TREE",
                                         "GIT_IMPLICIT_WORK_TREE",
                                         "GIT_INDEX_FILE",
                                         "GIT_PREFIX",
                                         "GIT_COMMON_DIR",
                                         "GIT_OBJECT_DIRECTORY",
                                         "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                                         "GIT_SHALLOW_FILE",
                                         "GIT_GRAFT_FILE",
                                         "GIT_NO_REPLACE_OBJECTS",
                                         "GIT_REPLACE_REF_BASE",
                                         NULL};
    if (!rv_process_run(argv, hidden, input, GIT_LIMIT, out, complaint, out_status, git->err)) {
        rv_error_hint(*git->err, "Is git installed?");
        return false;
    }
    return true;
}

static bool must_run_git(const struct git *git, const char *const *words, struct rv_view input, struct rv_str *out)
{
    rv_str_auto struct rv_str complaint = {0};
    int status;
    if (!run_git(git, words, input, out, &complaint, &status)) {
        return false;
    }
    if (status != 0) {
        rv_fail(git->err, REV_ERROR_IO, "git %s failed in %s", words[0], git->dir);
        rv_error_detail(*git->err, "%s", rv_str_text(&complaint));
        return false;
    }
    return true;
}

static bool is_hash(struct rv_view text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (!rv_is_digit(text.ptr[i]) && !(text.ptr[i] >= 'a' && text.ptr[i] <= 'f')) {
            return false;
        }
    }
    return text.len >= 40;
}

static const char *commit_of(const struct git *git, const char *ref)
{
    rv_str_auto struct rv_str spec = {0}, out = {0}, complaint = {0};
    int status;
    rv_str_printf(&spec, "%s^{commit}", ref);
    const char *const words[] = {"rev-parse", "--verify", "--quiet", "--end-of-options", rv_str_text(&spec), NULL};
    if (!run_git(git, words, rv_view("", 0), &out, &complaint, &status)) {
        return NULL;
    }
    if (complaint.len) {
        rv_fail(git->err, REV_ERROR_USAGE, "git can't look for '%s' in %s", ref, git->dir);
        rv_error_detail(*git->err, "%s", rv_str_text(&complaint));
        return NULL;
    }
    struct rv_view hash = rv_view_trim(rv_view(rv_str_text(&out), out.len));
    if (status != 0 || !is_hash(hash)) {
        rv_fail(git->err, REV_ERROR_USAGE, "git knows no commit '%s' in %s", ref, git->dir);
        rv_error_hint(*git->err, "Name a branch, a tag or a commit; `git fetch` brings what others have pushed.");
        return NULL;
    }
    return rv_arena_text(git->arena, hash.ptr, hash.len);
}

struct blob {
    const char *object; /* a hash, or commit:path for a link that is to be followed */
    const char *directory, *name;
};
typedef RV_VEC(struct blob) blobs;

/* "mode blob hash\tdirectory/name\0": only files directly in a directory matter. `root` is commit:path of the folder.
 */
static void take_entry(const struct git *git, const char *root, struct rv_view entry, blobs *out)
{
    const char *tab = memchr(entry.ptr, '\t', entry.len);
    if (!tab) {
        return;
    }
    struct rv_view fields = rv_view(entry.ptr, (size_t)(tab - entry.ptr));
    struct rv_view path = rv_view(tab + 1, entry.len - fields.len - 1);
    const char *type = memchr(fields.ptr, ' ', fields.len);
    const char *hash = type ? memchr(type + 1, ' ', fields.len - (size_t)(type + 1 - fields.ptr)) : NULL;
    const char *slash = memchr(path.ptr, '/', path.len);
    size_t below = slash ? (size_t)(slash - path.ptr) + 1 : 0;
    if (!hash || !slash || !rv_view_starts_with(rv_view(type + 1, 5), "blob ") ||
        memchr(slash + 1, '/', path.len - below)) {
        return;
    }
    struct blob blob = {
        .object = rv_view_starts_with(fields, "120000 ")
                      ? rv_arena_printf(git->arena, "%s%.*s", root, (int)path.len, path.ptr)
                      : rv_arena_text(git->arena, hash + 1, fields.len - (size_t)(hash + 1 - fields.ptr)),
        .directory = rv_arena_text(git->arena, path.ptr, below - 1),
        .name = rv_arena_text(git->arena, path.ptr + below, path.len - below),
    };
    if (strcmp(blob.name, "revision.yaml") == 0 || strcmp(blob.name, "up.sql") == 0 ||
        strcmp(blob.name, "down.sql") == 0) {
        rv_vec_push(out, blob);
    }
}

static bool list_blobs(const struct git *git, const char *commit, blobs *out)
{
    rv_str_auto struct rv_str listing = {0}, prefix = {0}, root = {0};
    const char *const prefix_words[] = {"rev-parse", "--show-prefix", NULL};
    const char *const words[] = {"ls-tree", "-r", "-z", commit, NULL};
    if (!must_run_git(git, prefix_words, rv_view("", 0), &prefix) ||
        !must_run_git(git, words, rv_view("", 0), &listing)) {
        return false;
    }
    struct rv_view folder = rv_view_trim(rv_view(rv_str_text(&prefix), prefix.len));
    rv_str_printf(&root, "%s:%.*s", commit, (int)folder.len, folder.ptr);
    size_t i = 0;
    while (i < listing.len) {
        size_t len = strlen(listing.ptr + i);
        take_entry(git, rv_str_text(&root), rv_view(listing.ptr + i, len), out);
        i += len + 1;
    }
    return true;
}

/* `cat-file --batch` answers "hash blob size\n", the bytes, "\n", in the order asked. */
static bool take_blobs(const struct git *git, struct rv_view answer, const blobs *asked, struct rv_memory_file *out)
{
    for (size_t i = 0; i < asked->count; i++) {
        const char *line_end = memchr(answer.ptr, '\n', answer.len);
        size_t line = line_end ? (size_t)(line_end - answer.ptr) : 0;
        const char *space = line ? memrchr(answer.ptr, ' ', line) : NULL;
        int64_t size;
        if (!space || !memmem(answer.ptr, line, " blob ", strlen(" blob ")) ||
            !rv_num_parse(rv_view(space + 1, (size_t)(line_end - space) - 1), 0, GIT_LIMIT, &size) ||
            answer.len < line + 2 + (size_t)size) {
            rv_fail(git->err, REV_ERROR_IO, "git has no file for %s/%s", asked->items[i].directory,
                    asked->items[i].name);
            rv_error_hint(*git->err, "Is it a link that leads out of the repository?");
            return false;
        }
        out[i] = (struct rv_memory_file){asked->items[i].directory, asked->items[i].name, {0}};
        out[i].text = rv_view(rv_arena_text(git->arena, line_end + 1, (size_t)size), (size_t)size);
        answer = rv_view(line_end + 2 + size, answer.len - line - 2 - (size_t)size);
    }
    return true;
}

static bool read_blobs(const struct git *git, const blobs *asked, struct rv_memory_file *out)
{
    rv_str_auto struct rv_str input = {0}, answer = {0};
    const char *const words[] = {"cat-file", "--batch", "--follow-symlinks", NULL};
    for (size_t i = 0; i < asked->count; i++) {
        rv_str_printf(&input, "%s\n", asked->items[i].object);
    }
    return must_run_git(git, words, rv_view(rv_str_text(&input), input.len), &answer) &&
           take_blobs(git, rv_view(rv_str_text(&answer), answer.len), asked, out);
}

bool rv_source_git_open(struct rv_arena *arena, const char *migrations_path, const char *ref,
                        struct rv_source_memory *out, rev_error **err)
{
    struct git git = {arena, migrations_path, err};
    blobs asked = {0};
    const char *commit = commit_of(&git, ref);
    bool ok = commit && list_blobs(&git, commit, &asked);
    struct rv_memory_file *files = RV_NEW_ARRAY(arena, struct rv_memory_file, asked.count);
    ok = ok && read_blobs(&git, &asked, files);
    if (ok) {
        rv_source_memory_init(out, rv_arena_strdup(arena, ref), files, asked.count);
    }
    rv_vec_clear(&asked);
    return ok;
}

bool rv_git_merge_base(struct rv_arena *arena, const char *migrations_path, const char *ref, const char **out_commit,
                       rev_error **err)
{
    struct git git = {arena, migrations_path, err};
    rv_str_auto struct rv_str out = {0}, complaint = {0};
    int status;
    const char *commit = commit_of(&git, ref);
    *out_commit = NULL;
    if (!commit) {
        return false;
    }
    const char *const words[] = {"merge-base", "HEAD", commit, NULL};
    if (!run_git(&git, words, rv_view("", 0), &out, &complaint, &status)) {
        return false;
    }
    struct rv_view hash = rv_view_trim(rv_view(rv_str_text(&out), out.len));
    if (status == 0 && hash.len) {
        *out_commit = rv_arena_text(arena, hash.ptr, hash.len);
    }
    return true;
}

bool rv_git_has_ref(const char *migrations_path, const char *ref)
{
    rev_error *ignored = NULL;
    struct rv_arena *arena = rv_arena_new();
    struct git git = {arena, migrations_path, &ignored};
    bool has = commit_of(&git, ref) != NULL;
    rev_error_free(ignored);
    rv_arena_free(arena);
    return has;
}
