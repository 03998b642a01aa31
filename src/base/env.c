/* `.env` files by the common subset of their readers, and the one place that reads the process's environment. Must
 * never put a value into an error: values are secrets. */
#include "base/env.h"

#include "base/vec.h"

static bool is_name_char(char c)
{
    return rv_is_alpha(c) || rv_is_digit(c) || c == '_';
}

/* What a backslash takes its meaning from in double quotes: the shell's rules, and \n. */
static bool is_escape(char c)
{
    return c == 'n' || c == '"' || c == '\\' || c == '$' || c == '`';
}

/* NULL if a quote has no end, or has something behind it. */
static const char *parse_value(struct rv_arena *arena, struct rv_view value)
{
    bool is_space_before = value.len && rv_is_space(value.ptr[0]);
    value = rv_view_trim(value);
    char quote = value.len ? value.ptr[0] : '\0';
    if (quote != '"' && quote != '\'') {
        for (size_t i = 0; i < value.len; i++) {
            if (value.ptr[i] == '#' && (i ? rv_is_space(value.ptr[i - 1]) : is_space_before)) {
                value = rv_view_trim(rv_view(value.ptr, i));
                break;
            }
        }
        return rv_arena_text(arena, value.ptr, value.len);
    }
    rv_str_auto struct rv_str text = {0};
    size_t i = 1;
    for (; i < value.len && value.ptr[i] != quote; i++) {
        char c = value.ptr[i];
        if (quote == '"' && c == '\\' && i + 1 < value.len && is_escape(value.ptr[i + 1])) {
            c = value.ptr[++i];
            c = c == 'n' ? '\n' : c;
        }
        rv_str_add_char(&text, c);
    }
    if (i == value.len) {
        return NULL;
    }
    struct rv_view behind = rv_view_trim(rv_view(value.ptr + i + 1, value.len - i - 1));
    return behind.len == 0 || behind.ptr[0] == '#' ? rv_arena_strdup(arena, rv_str_text(&text)) : NULL;
}

static bool parse_line(struct rv_arena *arena, struct rv_view line, struct rv_env_entry *out)
{
    if (rv_view_starts_with(line, "export ")) {
        line = rv_view_trim(rv_view(line.ptr + 7, line.len - 7));
    }
    size_t name_len = 0;
    while (name_len < line.len && is_name_char(line.ptr[name_len])) {
        name_len++;
    }
    size_t equals = name_len;
    while (equals < line.len && line.ptr[equals] == ' ') {
        equals++;
    }
    if (name_len == 0 || rv_is_digit(line.ptr[0]) || equals == line.len || line.ptr[equals] != '=') {
        return false;
    }
    out->name = rv_arena_text(arena, line.ptr, name_len);
    out->value = parse_value(arena, rv_view(line.ptr + equals + 1, line.len - equals - 1));
    return out->value != NULL;
}

bool rv_env_parse(struct rv_arena *arena, struct rv_view text, const char *file, struct rv_env_file *out,
                  rev_error **err)
{
    RV_VEC(struct rv_env_entry) entries = {0};
    uint32_t number = 0;
    if (rv_view_starts_with(text, "\xEF\xBB\xBF")) {
        text = rv_view(text.ptr + 3, text.len - 3);
    }
    while (text.len) {
        const char *end = memchr(text.ptr, '\n', text.len);
        size_t len = end ? (size_t)(end - text.ptr) : text.len;
        struct rv_view line = rv_view_trim(rv_view(text.ptr, len));
        number++;
        struct rv_env_entry entry;
        if (line.len && line.ptr[0] != '#') {
            if (memchr(line.ptr, '\0', line.len) || !parse_line(arena, line, &entry)) {
                rv_vec_clear(&entries);
                rv_fail(err, REV_ERROR_CONFIG, "not a line of the form NAME=value");
                rv_error_at(*err, file, number, 1);
                rv_error_hint(*err, "Write NAME=value, or put # before a comment.");
                return false;
            }
            rv_vec_push(&entries, entry);
        }
        size_t step = end ? len + 1 : len;
        text = rv_view(text.ptr + step, text.len - step);
    }
    out->entries = rv_arena_copy(arena, entries.items, entries.count * sizeof *entries.items);
    out->count = entries.count;
    rv_vec_clear(&entries);
    return true;
}

const char *rv_env_exported(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

const char *rv_env_in_file(const struct rv_env_file *file, const char *name)
{
    for (size_t i = file->count; i-- > 0;) {
        if (strcmp(file->entries[i].name, name) == 0) {
            return file->entries[i].value[0] ? file->entries[i].value : NULL;
        }
    }
    return NULL;
}
