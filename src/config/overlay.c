/* Reads rev.yaml's keys into layers and expands variables. Must never quote a value in an error: it may be a secret. */
#include "config/overlay.h"

#include "base/suggest.h"

enum { KEY_SHOWN_LIMIT = 64 };

static const char *const key_names[RV_KEY_COUNT] = {
    [RV_KEY_URL] = "url",
    [RV_KEY_MIGRATIONS] = "migrations",
    [RV_KEY_VERSION_TABLE] = "version_table",
    [RV_KEY_VERSION_TABLE_SCHEMA] = "version_table_schema",
    [RV_KEY_FILE_TEMPLATE] = "file_template",
    [RV_KEY_LOCK] = "lock",
    [RV_KEY_LOCK_TIMEOUT] = "lock_timeout",
    [RV_KEY_LOCK_RETRIES] = "lock_retries",
    [RV_KEY_STATEMENT_TIMEOUT] = "statement_timeout",
};

const char *rv_key_name(enum rv_key key)
{
    return key_names[key];
}

/* What is no word may be a value that its key has lost: a URL with a password. */
static bool is_word(const char *text)
{
    size_t len = 0;
    while (rv_is_alpha(text[len]) || rv_is_digit(text[len]) || (text[len] && strchr("_-.", text[len]))) {
        len++;
    }
    return len && !text[len] && len <= KEY_SHOWN_LIMIT;
}

static void unknown_key(const struct rv_yaml *key, bool is_top, const char *file, struct rv_faults *faults)
{
    const char *names[RV_KEY_COUNT + 1];
    size_t count = 0;
    for (; count < RV_KEY_COUNT; count++) {
        names[count] = key_names[count];
    }
    if (is_top) {
        names[count++] = "environments";
    }
    const char *near = rv_suggest_among(key->text, names, count);
    rev_error *fault = is_word(key->text) ? rv_faults_add(faults, REV_ERROR_CONFIG, "unknown key '%s'", key->text)
                                          : rv_faults_add(faults, REV_ERROR_CONFIG, "unknown key");
    rv_error_at(fault, file, key->line, key->column);
    if (near) {
        rv_error_hint(fault, "Did you mean '%s'?", near);
    } else {
        rv_str_auto struct rv_str known = {0};
        for (size_t i = 0; i < count; i++) {
            rv_str_printf(&known, "%s%s", i ? ", " : "", names[i]);
        }
        rv_error_hint(fault, "Known keys: %s.", rv_str_text(&known));
    }
}

void rv_layer_read(const struct rv_yaml *node, bool is_top, const char *file, struct rv_layer *out,
                   const struct rv_yaml **out_environments, struct rv_faults *faults)
{
    for (size_t i = 0; i < node->count; i++) {
        const struct rv_yaml *key = node->keys[i], *value = node->items[i];
        size_t k = 0;
        while (k < RV_KEY_COUNT && strcmp(key->text, key_names[k]) != 0) {
            k++;
        }
        if (k < RV_KEY_COUNT) {
            if (value->kind != RV_YAML_SCALAR) {
                rev_error *fault = rv_faults_add(faults, REV_ERROR_CONFIG, "'%s' takes one value", key->text);
                rv_error_at(fault, file, value->line, value->column);
                rv_error_hint(fault, "Write it as `%s: VALUE`.", key->text);
            } else if (!rv_yaml_is_null(value)) {
                out->values[k] = value;
            }
        } else if (is_top && strcmp(key->text, "environments") == 0) {
            *out_environments = value;
        } else {
            unknown_key(key, is_top, file, faults);
        }
    }
}

static bool is_variable_char(char c)
{
    return rv_is_alpha(c) || rv_is_digit(c) || c == '_';
}

const char *rv_expand(struct rv_arena *arena, const struct rv_yaml *value, const char *file,
                      const struct rv_env_file *env_file, rev_error **err)
{
    rv_str_auto struct rv_str out = {0};
    const char *p = value->text;
    while (*p) {
        if (p[0] != '$' || p[1] != '{') {
            rv_str_add_char(&out, *p++);
            continue;
        }
        const char *name_start = p + 2, *name_end = name_start;
        while (is_variable_char(*name_end)) {
            name_end++;
        }
        bool has_default = strncmp(name_end, ":-", 2) == 0;
        const char *close = strchr(name_end, '}'), *inner = strstr(name_end, "${");
        if (name_end == name_start || !close || (*name_end != '}' && !has_default) || (inner && inner < close)) {
            rv_fail(err, REV_ERROR_CONFIG, "a variable is written ${NAME} or ${NAME:-default}");
            rv_error_at(*err, file, value->line, value->column);
            return NULL;
        }
        const char *name = rv_arena_text(arena, name_start, (size_t)(name_end - name_start));
        const char *found = rv_env_exported(name);
        found = found ? found : rv_env_in_file(env_file, name);
        if (!found && has_default) {
            found = rv_arena_text(arena, name_end + 2, (size_t)(close - name_end) - 2);
        }
        if (!found) {
            rv_fail(err, REV_ERROR_CONFIG, "the variable %s is not set", name);
            rv_error_at(*err, file, value->line, value->column);
            rv_error_hint(*err, "Export %s, put it into .env beside rev.yaml, or give a default: ${%s:-…}.", name,
                          name);
            return NULL;
        }
        rv_str_add_text(&out, found);
        p = close + 1;
    }
    return rv_arena_strdup(arena, rv_str_text(&out));
}
