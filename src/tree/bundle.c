/* Reads and writes bundles. What is read may be anything: no size in it is believed before it was compared with the
 * bytes that are there. */
#include "tree/bundle.h"

#include "base/num.h"
#include "base/sha256.h"
#include "base/vec.h"
#include "config/config.h"

static const char magic[] = "rev-bundle ", version[] = "1", settings_name[] = "settings";
static const char *const names[] = {"down.sql", "revision.yaml", "up.sql"};
enum { NAMES = sizeof names / sizeof names[0] };

struct reader {
    struct rv_arena *arena;
    struct rv_view rest;
    RV_VEC(struct rv_memory_file) files;
    rev_error **err;
};

static bool fail(rev_error **err, const char *what, const char *hint)
{
    rv_fail(err, REV_ERROR_CONFIG, "%s", what);
    rv_error_hint(*err, "%s", hint);
    return false;
}

static bool fail_damaged(rev_error **err)
{
    return fail(err, "the bundle is damaged", "Make it again with `" PROGRAM_NAME " bundle`.");
}

static struct rv_view take(struct rv_view *from, size_t len)
{
    struct rv_view taken = rv_view(from->ptr, len);
    *from = rv_view(from->ptr + len, from->len - len);
    return taken;
}

/* Up to the next such byte, which is taken, too; false if there is none. */
static bool take_until(struct rv_view *from, char end, struct rv_view *out)
{
    const char *found = from->len ? memchr(from->ptr, end, from->len) : NULL;
    if (!found) {
        return false;
    }
    *out = take(from, (size_t)(found - from->ptr));
    take(from, 1);
    return true;
}

/* "NAME SIZE\n", the bytes, "\n". A name may hold blanks. */
static bool take_file(struct rv_view *from, struct rv_view *out_name, struct rv_view *out_text)
{
    struct rv_view line;
    int64_t size;
    if (!take_until(from, '\n', &line)) {
        return false;
    }
    const char *space = memrchr(line.ptr, ' ', line.len);
    size_t name_len = space ? (size_t)(space - line.ptr) : 0;
    if (!space || !rv_num_parse(rv_view(space + 1, line.len - name_len - 1), 0, INT64_MAX, &size) ||
        (uint64_t)size >= from->len || from->ptr[size] != '\n') {
        return false;
    }
    *out_name = rv_view(line.ptr, name_len);
    *out_text = take(from, (size_t)size);
    take(from, 1);
    return true;
}

static const char *known_name(struct rv_view text)
{
    for (size_t i = 0; i < NAMES; i++) {
        if (rv_view_equals(text, names[i])) {
            return names[i];
        }
    }
    return NULL;
}

/* "directory/name", behind the one before it. */
static bool read_path(struct reader *reader, struct rv_view path, struct rv_memory_file *out)
{
    struct rv_view directory;
    if (memchr(path.ptr, '\0', path.len) || !take_until(&path, '/', &directory) || !directory.len ||
        directory.ptr[0] == '.') {
        return false;
    }
    out->name = known_name(path);
    out->directory = rv_arena_text(reader->arena, directory.ptr, directory.len);
    const struct rv_memory_file *before = reader->files.count ? &reader->files.items[reader->files.count - 1] : NULL;
    return out->name && (!before || rv_memory_file_compare(before, out) < 0);
}

static bool read_files(struct reader *reader, struct rv_view *out_settings)
{
    struct rv_view name;
    if (!take_file(&reader->rest, &name, out_settings) || !rv_view_equals(name, settings_name) ||
        out_settings->len > RV_CONFIG_LIMIT) {
        return fail_damaged(reader->err);
    }
    while (reader->rest.len) {
        struct rv_memory_file file;
        if (!take_file(&reader->rest, &name, &file.text) || !read_path(reader, name, &file)) {
            return fail_damaged(reader->err);
        }
        rv_vec_push(&reader->files, file);
    }
    return true;
}

static void digest(struct rv_view bytes, char out_hex[RV_SHA256_TEXT_SIZE])
{
    struct rv_sha256 *sha = rv_sha256_new();
    rv_sha256_add(sha, bytes);
    rv_sha256_finish(sha, out_hex);
}

static bool read_first_line(struct reader *reader)
{
    struct rv_view number, said;
    char is[RV_SHA256_TEXT_SIZE];
    if (!rv_view_starts_with(reader->rest, magic)) {
        return fail(reader->err, "this is no bundle", "`" PROGRAM_NAME " bundle` makes one.");
    }
    take(&reader->rest, sizeof magic - 1);
    if (!take_until(&reader->rest, ' ', &number) || !rv_view_equals(number, version)) {
        return fail(reader->err, "the bundle is of a kind that this version of rev does not know",
                    "Make it with this version's `" PROGRAM_NAME " bundle`, or use a newer rev.");
    }
    if (!take_until(&reader->rest, '\n', &said)) {
        return fail_damaged(reader->err);
    }
    digest(reader->rest, is);
    return rv_view_equals(said, is) || fail_damaged(reader->err);
}

bool rv_bundle_read(struct rv_arena *arena, struct rv_view data, const char *shown, struct rv_bundle *out,
                    rev_error **err)
{
    struct reader reader = {.arena = arena, .rest = data, .err = err};
    bool ok = read_first_line(&reader) && read_files(&reader, &out->settings);
    if (ok) {
        size_t count = reader.files.count;
        rv_source_memory_init(&out->source, rv_arena_strdup(arena, shown),
                              rv_arena_copy(arena, reader.files.items, count * sizeof *reader.files.items), count);
    } else {
        rv_error_at(*err, shown, 0, 0);
    }
    rv_vec_clear(&reader.files);
    return ok;
}

static void add_file(struct rv_str *out, const char *name, struct rv_view text)
{
    rv_str_printf(out, "%s %zu\n", name, text.len);
    rv_str_add_view(out, text);
    rv_str_add_char(out, '\n');
}

static bool add_directory(const struct rv_source *source, const char *directory, struct rv_str *out, rev_error **err)
{
    if (strchr(directory, '\n')) {
        rv_fail(err, REV_ERROR_USAGE, "a folder whose name holds a line feed can't be bundled");
        rv_error_at(*err, directory, 0, 0);
        return false;
    }
    for (size_t i = 0; i < NAMES; i++) {
        rv_arena_auto struct rv_arena *scratch = rv_arena_new();
        struct rv_view text = {0};
        bool exists;
        if (!source->read(source, directory, names[i], 0, scratch, &text, &exists, err)) {
            return false;
        }
        if (exists) {
            add_file(out, rv_arena_path(scratch, directory, names[i]), text);
        }
    }
    return true;
}

void rv_bundle_seal(struct rv_view rest, struct rv_str *out)
{
    char hex[RV_SHA256_TEXT_SIZE];
    digest(rest, hex);
    rv_str_printf(out, "%s%s %s\n", magic, version, hex);
    rv_str_add_view(out, rest);
}

bool rv_bundle_write(const struct rv_source *source, const char *const *directories, size_t count,
                     struct rv_view settings, struct rv_str *out, rev_error **err)
{
    rv_str_auto struct rv_str rest = {0};
    add_file(&rest, settings_name, settings);
    for (size_t i = 0; i < count; i++) {
        if (!add_directory(source, directories[i], &rest, err)) {
            return false;
        }
    }
    rv_bundle_seal(rv_view(rv_str_text(&rest), rest.len), out);
    return true;
}
