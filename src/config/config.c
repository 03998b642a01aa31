/* Finds rev.yaml and decides every setting. Reads files and the environment, opens no database. */
#include "config/config.h"

#include <rev/migrate.h>

#include "base/env.h"
#include "base/map.h"
#include "base/suggest.h"
#include "config/overlay.h"

#include <unistd.h>

const char rv_default_file_template[] = "%(year)d%(month).2d%(day).2d_%(hour).2d%(minute).2d_%(rev)s_%(slug)s";

const char *const rv_lock_mode_names[RV_LOCK_MODE_COUNT] = {
    [RV_LOCK_AUTO] = "auto", [RV_LOCK_ADVISORY] = "advisory", [RV_LOCK_ROW] = "row"};

struct loader {
    struct rv_arena *arena;
    const struct rv_config_options *options;
    struct rv_settings *out;
    struct rv_env_file env_file;
    struct rv_layer top, environment;
    bool has_environment;
    bool is_literal; /* nothing is expanded */
    rev_error **err;
};

static char *working_directory(struct rv_arena *arena, rev_error **err)
{
    char *here = getcwd(NULL, 0);
    if (!here) {
        rv_fail(err, REV_ERROR_IO, "the working directory is gone");
        return NULL;
    }
    char *copy = rv_arena_strdup(arena, here);
    free(here);
    return copy;
}

/* The folder that holds rev.yaml, from `here` upwards; NULL if there is none. */
static const char *find_upwards(struct rv_arena *arena, const char *here)
{
    char *dir = rv_arena_strdup(arena, here);
    for (;;) {
        if (rv_path_exists(-1, rv_path_join(arena, dir, "rev.yaml"))) {
            return dir;
        }
        char *slash = strrchr(dir, '/');
        if (!slash || strcmp(dir, "/") == 0) {
            return NULL;
        }
        if (slash == dir) {
            dir[1] = '\0';
        } else {
            *slash = '\0';
        }
    }
}

static bool split_config_path(struct loader *loader, const char *here, const char **out_dir, const char **out_name)
{
    const char *given = rv_path_join(loader->arena, here, loader->options->config_file);
    if (rv_path_is_dir(-1, given)) {
        *out_dir = given;
        *out_name = "rev.yaml";
        return true;
    }
    char *dir = rv_arena_strdup(loader->arena, given);
    char *slash = strrchr(dir, '/');
    *out_name = rv_arena_strdup(loader->arena, slash + 1);
    slash[slash == dir ? 1 : 0] = '\0';
    *out_dir = dir;
    return true;
}

static bool read_env_file(struct loader *loader, const struct rv_root *root)
{
    struct rv_view text;
    bool exists = false;
    const char *shown = rv_path_shown(loader->arena, rv_path_join(loader->arena, loader->out->dir, ".env"));
    if (rv_path_is_dir(root->fd, ".env")) {
        return true; /* a Python virtual environment is often called so */
    }
    return rv_file_read(root, ".env", shown, RV_CONFIG_LIMIT, loader->arena, &text, &exists, loader->err) &&
           (!exists || rv_env_parse(loader->arena, text, shown, &loader->env_file, loader->err));
}

static bool choose_environment(struct loader *loader, const struct rv_yaml *environments, struct rv_faults *faults)
{
    const char *wanted = loader->options->environment;
    const char *file = loader->out->config_file;
    if (environments && environments->kind != RV_YAML_MAP) {
        if (!rv_yaml_is_null(environments)) {
            rev_error *fault = rv_faults_add(faults, REV_ERROR_CONFIG, "'environments' takes `name: {key: value}`");
            rv_error_at(fault, file, environments->line, environments->column);
        }
        environments = NULL;
    }
    size_t count = environments ? environments->count : 0;
    const char **names = RV_NEW_ARRAY(loader->arena, const char *, count);
    for (size_t i = 0; i < count; i++) {
        const struct rv_yaml *node = environments->items[i];
        struct rv_layer layer = {0};
        names[i] = environments->keys[i]->text;
        if (node->kind == RV_YAML_MAP) {
            rv_layer_read(node, false, file, &layer, NULL, faults);
        } else if (!rv_yaml_is_null(node)) {
            rev_error *fault = rv_faults_add(faults, REV_ERROR_CONFIG, "an environment takes `key: value` pairs");
            rv_error_at(fault, file, node->line, node->column);
        }
        if (wanted && strcmp(names[i], wanted) == 0) {
            loader->environment = layer;
            loader->has_environment = true;
        }
    }
    loader->out->environments = (rev_strings){count, names};
    if (wanted && !loader->has_environment) {
        const char *near = rv_suggest_among(wanted, names, count);
        rev_error *fault = rv_faults_add(faults, REV_ERROR_CONFIG, "no environment '%s' in %s", wanted,
                                         file ? file : "a rev.yaml (there is none)");
        if (near) {
            rv_error_hint(fault, "Did you mean '%s'?", near);
        } else {
            rv_error_hint(fault, "Add it below `environments:` in rev.yaml.");
        }
    }
    return true;
}

static bool read_config(struct loader *loader, const struct rv_root *root, const char *name)
{
    struct rv_view text;
    const struct rv_yaml *environments = NULL;
    struct rv_faults faults = {0};
    if (name) {
        const char *file = loader->out->config_file;
        bool exists;
        if (!rv_file_read(root, name, file, RV_CONFIG_LIMIT, loader->arena, &text, &exists, loader->err)) {
            return false;
        }
        if (!exists) {
            rv_fail(loader->err, REV_ERROR_CONFIG, "no such file");
            rv_error_at(*loader->err, file, 0, 0);
            rv_error_hint(*loader->err, "`" PROGRAM_NAME " init` makes one; without -c it is looked for upwards.");
            return false;
        }
        struct rv_yaml *tree = rv_yaml_parse(loader->arena, text, file, REV_ERROR_CONFIG, loader->err);
        if (!tree) {
            return false;
        }
        rv_layer_read(tree, true, file, &loader->top, &environments, &faults);
    }
    choose_environment(loader, environments, &faults);
    return rv_faults_done(&faults, loader->err);
}

/* Where a key is said that counts; NULL: nowhere. */
static const struct rv_yaml *place_of(const struct loader *loader, enum rv_key key)
{
    const struct rv_yaml *value = loader->environment.values[key];
    return value ? value : loader->top.values[key];
}

/* The value of a key by precedence environment, file, default; false on a variable that is not set. */
static bool setting(struct loader *loader, enum rv_key key, const char *fallback, const char **out)
{
    const struct rv_yaml *value = place_of(loader, key);
    if (!value || loader->is_literal) {
        *out = value ? value->text : fallback;
    } else {
        *out = rv_expand(loader->arena, value, loader->out->config_file, &loader->env_file, loader->err);
    }
    if (value && *out && !**out) {
        rv_fail(loader->err, REV_ERROR_CONFIG, "an empty value");
        rv_error_at(*loader->err, loader->out->config_file, value->line, value->column);
        return false;
    }
    return *out || !value;
}

/* Where the URL comes from: a place in rev.yaml, or something with a name. */
struct url_source {
    const char *url;
    const char *name;
    const struct rv_yaml *at;
};

static bool find_url(struct loader *loader, struct url_source *out)
{
    static const char *const variables[] = {"REV_DATABASE_URL", "DATABASE_URL"};
    const char *exported_name = rv_env_exported(variables[0]) ? variables[0] : variables[1];
    const char *exported = rv_env_exported(exported_name);
    out->at = loader->environment.values[RV_KEY_URL];
    if (loader->options->url) {
        *out = (struct url_source){loader->options->url, "--url", NULL};
        return true;
    }
    if (!out->at && exported) {
        *out = (struct url_source){exported, exported_name, NULL};
        return true;
    }
    for (size_t i = 0; i < 2 && !out->at; i++) {
        const char *in_file = rv_env_in_file(&loader->env_file, variables[i]);
        if (in_file) {
            *out = (struct url_source){in_file, rv_arena_printf(loader->arena, "%s in .env", variables[i]), NULL};
            return true;
        }
    }
    if (!setting(loader, RV_KEY_URL, NULL, &out->url)) {
        return false;
    }
    if (out->at && exported && strcmp(exported, out->url) != 0) {
        loader->out->warning =
            rv_arena_printf(loader->arena, "the url of the environment '%s' is used, not the exported %s",
                            loader->options->environment, exported_name);
    }
    out->at = out->at ? out->at : loader->top.values[RV_KEY_URL];
    return true;
}

/* What is wrong with the URL is kept for those who need one. */
static bool choose_url(struct loader *loader)
{
    struct url_source source = {0};
    rev_error **err = loader->err = &loader->out->url_error;
    if (!find_url(loader, &source) || !source.url ||
        rv_url_parse(loader->arena, source.url, loader->out->dir, &loader->out->url, err)) {
        return source.url && !*err;
    }
    if (source.at) {
        rv_error_at(*err, loader->out->config_file, source.at->line, source.at->column);
    } else {
        rv_error_prefix(*err, "%s: ", source.name);
    }
    return false;
}

static bool check_identifier(struct loader *loader, const char *what, const char *name)
{
    if (name && strlen(name) > 63) {
        rv_fail(loader->err, REV_ERROR_CONFIG, "%s is longer than 63 bytes", what);
        rv_error_at(*loader->err, loader->out->config_file, 0, 0);
        return false;
    }
    return true;
}

/* The names of our other tables. */
static bool check_own_names(struct loader *loader)
{
    static const char *const names[] = {"rev_log", "rev_script", "rev_lock"};
    const struct rv_yaml *at = place_of(loader, RV_KEY_VERSION_TABLE);
    for (size_t i = 0; at && i < sizeof names / sizeof names[0]; i++) {
        if (rv_view_equals_nocase(rv_view_of(loader->out->version_table), names[i])) {
            rv_fail(loader->err, REV_ERROR_CONFIG, "the version table can't be called '%s'", names[i]);
            rv_error_at(*loader->err, loader->out->config_file, at->line, at->column);
            rv_error_hint(*loader->err, "rev keeps another table of that name; the default is alembic_version.");
            return false;
        }
    }
    return true;
}

static bool choose_lock(struct loader *loader)
{
    const char *name;
    if (!setting(loader, RV_KEY_LOCK, rv_lock_mode_names[RV_LOCK_AUTO], &name)) {
        return false;
    }
    for (size_t i = 0; i < RV_LOCK_MODE_COUNT; i++) {
        if (strcmp(name, rv_lock_mode_names[i]) == 0) {
            loader->out->lock = (enum rv_lock_mode)i;
            return true;
        }
    }
    const struct rv_yaml *at = place_of(loader, RV_KEY_LOCK);
    rv_fail(loader->err, REV_ERROR_CONFIG, "not a kind of lock");
    rv_error_at(*loader->err, loader->out->config_file, at->line, at->column);
    rv_error_hint(*loader->err, "Known are auto, advisory and row.");
    return false;
}

static bool number_setting(struct loader *loader, enum rv_key key, struct rv_number *out)
{
    const char *text;
    if (!setting(loader, key, NULL, &text) || !text) {
        return !*loader->err;
    }
    bool is_count = key == RV_KEY_LOCK_RETRIES;
    out->is_said = is_count ? rv_num_parse(rv_view_of(text), 0, REV_LOCK_RETRIES_MAX, &out->value)
                            : rv_num_parse_duration(rv_view_of(text), REV_TIMEOUT_MAX_MS, &out->value);
    if (!out->is_said) {
        const struct rv_yaml *at = place_of(loader, key);
        rv_fail(loader->err, REV_ERROR_CONFIG,
                is_count ? "'%s' takes a number from 0 to 1000" : "'%s' takes a duration such as 5s, 250ms, 2min or 0",
                rv_key_name(key));
        rv_error_at(*loader->err, loader->out->config_file, at->line, at->column);
    }
    return out->is_said;
}

static bool decide_limits(struct loader *loader)
{
    struct rv_settings *out = loader->out;
    return number_setting(loader, RV_KEY_LOCK_TIMEOUT, &out->lock_timeout_ms) &&
           number_setting(loader, RV_KEY_LOCK_RETRIES, &out->lock_retries) &&
           number_setting(loader, RV_KEY_STATEMENT_TIMEOUT, &out->statement_timeout_ms);
}

/* What matters to a database. */
static bool decide_running(struct loader *loader)
{
    struct rv_settings *out = loader->out;
    return setting(loader, RV_KEY_VERSION_TABLE, "alembic_version", &out->version_table) &&
           setting(loader, RV_KEY_VERSION_TABLE_SCHEMA, NULL, &out->version_table_schema) &&
           check_identifier(loader, "version_table", out->version_table) &&
           check_identifier(loader, "version_table_schema", out->version_table_schema) && check_own_names(loader) &&
           choose_lock(loader) && decide_limits(loader);
}

/* Where the files are, and how new ones are called. */
static bool decide_files(struct loader *loader, const char *here)
{
    struct rv_settings *out = loader->out;
    const char *migrations;
    if (!setting(loader, RV_KEY_MIGRATIONS, "migrations", &migrations) ||
        !setting(loader, RV_KEY_FILE_TEMPLATE, rv_default_file_template, &out->file_template)) {
        return false;
    }
    const struct rv_yaml *template = place_of(loader, RV_KEY_FILE_TEMPLATE);
    if (template) {
        out->file_template_line = template->line;
        out->file_template_column = template->column;
    }
    out->migrations_path = loader->options->migrations ? rv_path_join(loader->arena, here, loader->options->migrations)
                                                       : rv_path_join(loader->arena, out->dir, migrations);
    out->migrations = rv_path_shown(loader->arena, out->migrations_path);
    return true;
}

bool rv_settings_load(struct rv_arena *arena, const struct rv_config_options *options, struct rv_settings *out,
                      rev_error **err)
{
    struct loader loader = {.arena = arena, .options = options, .out = out, .err = err};
    *out = (struct rv_settings){0};
    const char *here = working_directory(arena, err);
    const char *name = NULL;
    if (!here) {
        return false;
    }
    if (options->config_file) {
        split_config_path(&loader, here, &out->dir, &name);
    } else if ((out->dir = find_upwards(arena, here))) {
        name = "rev.yaml";
    } else {
        out->dir = here;
        if (!options->migrations && !rv_path_is_dir(-1, rv_path_join(arena, here, "migrations"))) {
            rv_fail(err, REV_ERROR_CONFIG, "no rev.yaml here or in a folder above, and no migrations folder");
            rv_error_hint(*err, "Run `" PROGRAM_NAME
                                " init` to start a project here, or say where one is with -C DIR, -c FILE or "
                                "-d DIR.");
            return false;
        }
    }
    out->config_file = name ? rv_path_shown(arena, rv_path_join(arena, out->dir, name)) : NULL;
    struct rv_root root;
    if (!rv_root_open(out->dir, &root, err)) {
        (*err)->code = options->config_file ? REV_ERROR_CONFIG : REV_ERROR_IO; /* -c names a folder that is not there */
        return false;
    }
    bool ok = read_env_file(&loader, &root) && read_config(&loader, &root, name) && decide_files(&loader, here) &&
              decide_running(&loader);
    rv_root_close(&root);
    out->has_url = ok && choose_url(&loader);
    return ok;
}

bool rv_settings_unpack(struct rv_arena *arena, struct rv_view text, const char *shown,
                        const struct rv_config_options *options, struct rv_settings *out, rev_error **err)
{
    struct loader loader = {.arena = arena, .options = options, .out = out, .is_literal = true, .err = err};
    *out = (struct rv_settings){.config_file = shown, .migrations = shown, .dir = working_directory(arena, err)};
    struct rv_yaml *tree = out->dir ? rv_yaml_parse(arena, text, shown, REV_ERROR_CONFIG, err) : NULL;
    struct rv_faults faults = {0};
    if (!tree) {
        return false;
    }
    rv_layer_read(tree, false, shown, &loader.top, NULL, &faults);
    bool ok = rv_faults_done(&faults, err) && decide_running(&loader);
    out->has_url = ok && choose_url(&loader);
    return ok;
}

static void pack_text(struct rv_str *out, enum rv_key key, const char *text)
{
    if (text) {
        rv_str_printf(out, "%s: ", rv_key_name(key));
        rv_yaml_add_quoted(out, text);
        rv_str_add_char(out, '\n');
    }
}

static void pack_number(struct rv_str *out, enum rv_key key, struct rv_number number)
{
    if (number.is_said) {
        rv_str_printf(out, "%s: %lld\n", rv_key_name(key), (long long)number.value);
    }
}

void rv_settings_pack(const struct rv_settings *settings, struct rv_str *out)
{
    pack_text(out, RV_KEY_VERSION_TABLE, settings->version_table);
    pack_text(out, RV_KEY_VERSION_TABLE_SCHEMA, settings->version_table_schema);
    pack_text(out, RV_KEY_LOCK, rv_lock_mode_names[settings->lock]);
    pack_number(out, RV_KEY_LOCK_TIMEOUT, settings->lock_timeout_ms);
    pack_number(out, RV_KEY_LOCK_RETRIES, settings->lock_retries);
    pack_number(out, RV_KEY_STATEMENT_TIMEOUT, settings->statement_timeout_ms);
}

void rv_settings_clear(struct rv_settings *settings)
{
    rev_error_free(settings->url_error);
    settings->url_error = NULL;
}

bool rv_settings_need_url(const struct rv_settings *settings, rev_error **err)
{
    if (settings->has_url) {
        return true;
    }
    if (settings->url_error) {
        *err = rv_error_copy(settings->url_error);
        return false;
    }
    rv_fail(err, REV_ERROR_CONFIG, "no database URL");
    rv_error_hint(*err, "Give one with --url, -e NAME, REV_DATABASE_URL or DATABASE_URL (exported or in .env beside "
                        "rev.yaml), or as `url:` in rev.yaml.");
    return false;
}
