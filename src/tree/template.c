/* Finding and filling templates. The compiled-in ones are made from templates/ while building (embed.py). */
#include "tree/template.h"

#include "base/file.h"
#include "base/suggest.h"
#include "base/utf8.h"

enum { TEMPLATE_FILE_LIMIT = 64 * 1024 };
static const char *const template_files[] = {"README.md", "down.sql", "rev.yaml", "up.sql"};
enum { TEMPLATE_FILES = sizeof template_files / sizeof template_files[0] };

static const struct rv_template *read_folder(struct rv_arena *arena, const char *path, rev_error **err)
{
    struct rv_root root;
    if (!rv_root_open(path, &root, err)) {
        return NULL;
    }
    struct rv_template_file *files = RV_NEW_ARRAY(arena, struct rv_template_file, TEMPLATE_FILES);
    struct rv_template *template = RV_NEW(arena, struct rv_template);
    *template = (struct rv_template){.name = path, .description = "", .files = files};
    bool ok = true;
    for (size_t i = 0; i < TEMPLATE_FILES && ok; i++) {
        struct rv_view text;
        bool exists = false;
        ok = rv_file_read(&root, template_files[i], rv_path_join(arena, path, template_files[i]), TEMPLATE_FILE_LIMIT,
                          arena, &text, &exists, err);
        if (ok && exists && memchr(text.ptr, '\0', text.len)) {
            ok = rv_fail(err, REV_ERROR_USAGE, "a NUL character");
            rv_error_at(*err, rv_path_join(arena, path, template_files[i]), 0, 0);
        }
        if (ok && exists) {
            files[template->file_count++] = (struct rv_template_file){template_files[i], text.ptr};
        }
    }
    rv_root_close(&root);
    if (ok && !rv_template_file(template, "rev.yaml")) {
        ok = rv_fail(err, REV_ERROR_USAGE, "the template folder %s has no rev.yaml", path);
    }
    return ok ? template : NULL;
}

static const char *template_name(const void *context, size_t i)
{
    return ((const struct rv_template *)context)[i].name;
}

const struct rv_template *rv_template_find(struct rv_arena *arena, const char *name, rev_error **err)
{
    if (strchr(name, '/')) {
        return read_folder(arena, name, err);
    }
    for (size_t i = 0; i < rv_template_count; i++) {
        if (strcmp(rv_templates[i].name, name) == 0) {
            return &rv_templates[i];
        }
    }
    const char *near = rv_suggest(name, rv_template_count, template_name, rv_templates);
    rv_fail(err, REV_ERROR_USAGE, "no template '%s'", name);
    if (near) {
        rv_error_hint(*err, "Did you mean '%s'? A folder of your own is named with a slash: ./%s.", near, name);
    } else {
        rv_error_hint(*err,
                      "`" PROGRAM_NAME
                      " list_templates` shows what there is. A folder of your own is named with a slash: ./%s.",
                      name);
    }
    return NULL;
}

const char *rv_template_file(const struct rv_template *template, const char *name)
{
    for (size_t i = 0; i < template->file_count; i++) {
        if (strcmp(template->files[i].name, name) == 0) {
            return template->files[i].text;
        }
    }
    return NULL;
}

void rv_template_fill(struct rv_str *out, const char *text, const struct rv_token *tokens, size_t count)
{
    while (*text) {
        const char *open = strstr(text, "%(");
        size_t until = open ? (size_t)(open - text) : strlen(text);
        rv_str_add(out, text, until);
        text += until;
        if (!open) {
            break;
        }
        bool found = false;
        for (size_t i = 0; i < count && !found; i++) {
            size_t len = strlen(tokens[i].name);
            if (strncmp(text + 2, tokens[i].name, len) == 0 && strncmp(text + 2 + len, ")s", 2) == 0) {
                rv_utf8_add_one_line(out, rv_view_of(tokens[i].value));
                text += len + 4;
                found = true;
            }
        }
        if (!found) {
            rv_str_add(out, text, 2);
            text += 2;
        }
    }
}
