/* The header's keys, read by a table and written back. Checks form only: what a name may be and whether it is known is
 * the graph's question. */
#include "tree/header.h"

#include <rev/migrate.h>

#include "base/suggest.h"
#include "base/yaml.h"

enum key {
    KEY_REVISION,
    KEY_DOWN_REVISION,
    KEY_DEPENDS_ON,
    KEY_LABELS,
    KEY_MESSAGE,
    KEY_CREATE_DATE,
    KEY_TAGS,
    KEY_TRANSACTIONAL,
    KEY_FOREIGN_KEYS,
    KEY_LOCK_TIMEOUT,
    KEY_LOCK_RETRIES,
    KEY_STATEMENT_TIMEOUT,
    KEYS
};

static const char *const key_names[KEYS] = {"revision",     "down_revision", "depends_on",   "branch_labels",
                                            "message",      "create_date",   "tags",         "transactional",
                                            "foreign_keys", "lock_timeout",  "lock_retries", "statement_timeout"};

struct reader {
    struct rv_arena *arena;
    const char *file;
    struct rv_descriptor *out;
    struct rv_faults *faults;
};

static rev_error *fault(struct reader *reader, const struct rv_yaml *node, const char *what, const char *key)
{
    rev_error *error = rv_faults_add(reader->faults, REV_ERROR_HEADER, "'%s' %s", key, what);
    rv_error_at(error, reader->file, node->line, node->column);
    return error;
}

static bool read_name(struct reader *reader, const struct rv_yaml *node, const char *key, struct rv_name *out)
{
    if (node->kind != RV_YAML_SCALAR || rv_yaml_is_null(node)) {
        fault(reader, node, "takes a name here", key);
        return false;
    }
    if (!node->text[0]) {
        fault(reader, node, "has an empty name", key);
        return false;
    }
    *out = (struct rv_name){rv_arena_strdup(reader->arena, node->text), node->line, node->column};
    return true;
}

/* A list, one scalar, or null. */
static void read_names(struct reader *reader, const struct rv_yaml *node, const char *key, struct rv_names *out)
{
    if (rv_yaml_is_null(node)) {
        return;
    }
    if (node->kind == RV_YAML_MAP) {
        fault(reader, node, "takes a list", key);
        return;
    }
    size_t count = node->kind == RV_YAML_LIST ? node->count : 1;
    if (count == 0) {
        return;
    }
    out->items = RV_NEW_ARRAY(reader->arena, struct rv_name, count);
    for (size_t i = 0; i < count; i++) {
        const struct rv_yaml *item = node->kind == RV_YAML_LIST ? node->items[i] : node;
        if (read_name(reader, item, key, &out->items[out->count])) {
            out->count++;
        }
    }
}

static const char *read_text(struct reader *reader, const struct rv_yaml *node, const char *key)
{
    if (node->kind != RV_YAML_SCALAR) {
        fault(reader, node, "takes a text", key);
        return NULL;
    }
    return rv_yaml_is_null(node) ? NULL : node->text;
}

static void read_message(struct reader *reader, const struct rv_yaml *node)
{
    const char *text = read_text(reader, node, "message");
    if (text && strlen(text) > RV_MESSAGE_LIMIT) {
        fault(reader, node, "is longer than 4096 bytes", "message");
    } else if (text) {
        reader->out->message = rv_arena_strdup(reader->arena, text);
    }
}

/* As YAML 1.1 writes what is true: unquoted, in small letters. */
static void read_switch(struct reader *reader, const struct rv_yaml *node, const char *key, bool *out_is_off)
{
    static const char *const words[][2] = {{"true", "false"}, {"on", "off"}, {"yes", "no"}};
    for (size_t i = 0; node->kind == RV_YAML_SCALAR && i < sizeof words / sizeof words[0]; i++) {
        for (size_t is_off = 0; is_off < 2; is_off++) {
            if (strcmp(node->text, words[i][is_off]) == 0) {
                *out_is_off = is_off;
                return;
            }
        }
    }
    fault(reader, node, strcmp(key, "foreign_keys") == 0 ? "takes on or off" : "takes true or false", key);
}

static bool is_null_or_scalar(const struct rv_yaml *node, struct rv_number *out)
{
    out->is_said = node->kind == RV_YAML_SCALAR && !rv_yaml_is_null(node);
    return out->is_said || rv_yaml_is_null(node);
}

static void read_duration(struct reader *reader, const struct rv_yaml *node, const char *key, struct rv_number *out)
{
    if (!is_null_or_scalar(node, out) ||
        (out->is_said && !rv_num_parse_duration(rv_view_of(node->text), REV_TIMEOUT_MAX_MS, &out->value))) {
        fault(reader, node, "takes a duration such as 5s, 250ms, 2min or 0", key);
    }
}

static void read_count(struct reader *reader, const struct rv_yaml *node, const char *key, struct rv_number *out)
{
    if (!is_null_or_scalar(node, out) ||
        (out->is_said && !rv_num_parse(rv_view_of(node->text), 0, REV_LOCK_RETRIES_MAX, &out->value))) {
        fault(reader, node, "takes a number from 0 to 1000", key);
    }
}

static void unknown_key(struct reader *reader, const struct rv_yaml *key)
{
    if (rv_text_starts_with(key->text, "x-")) {
        return;
    }
    const char *near = rv_suggest_among(key->text, key_names, KEYS);
    rev_error *error = rv_faults_add(reader->faults, REV_ERROR_HEADER, "unknown key '%s'", key->text);
    rv_error_at(error, reader->file, key->line, key->column);
    if (near) {
        rv_error_hint(error, "Did you mean '%s'? Keys of your own begin with x-.", near);
    } else {
        rv_str_auto struct rv_str known = {0};
        for (size_t i = 0; i < KEYS; i++) {
            rv_str_printf(&known, "%s%s", i ? ", " : "", key_names[i]);
        }
        rv_error_hint(error, "Known keys: %s. Keys of your own begin with x-.", rv_str_text(&known));
    }
}

static void read_value(struct reader *reader, size_t key, const struct rv_yaml *value)
{
    struct rv_descriptor *out = reader->out;
    switch ((enum key)key) {
    case KEY_REVISION:
        read_name(reader, value, "revision", &out->id);
        break;
    case KEY_DOWN_REVISION:
        read_names(reader, value, "down_revision", &out->down_revision);
        break;
    case KEY_DEPENDS_ON:
        read_names(reader, value, "depends_on", &out->depends_on);
        break;
    case KEY_LABELS:
        read_names(reader, value, "branch_labels", &out->branch_labels);
        break;
    case KEY_MESSAGE:
        read_message(reader, value);
        break;
    case KEY_CREATE_DATE:
        out->create_date = rv_arena_strdup(reader->arena, read_text(reader, value, "create_date"));
        break;
    case KEY_TAGS:
        read_names(reader, value, "tags", &out->tags);
        break;
    case KEY_TRANSACTIONAL:
        read_switch(reader, value, "transactional", &out->is_statementwise);
        break;
    case KEY_FOREIGN_KEYS:
        read_switch(reader, value, "foreign_keys", &out->foreign_keys_off);
        break;
    case KEY_LOCK_TIMEOUT:
        read_duration(reader, value, "lock_timeout", &out->lock_timeout_ms);
        break;
    case KEY_LOCK_RETRIES:
        read_count(reader, value, "lock_retries", &out->lock_retries);
        break;
    case KEY_STATEMENT_TIMEOUT:
        read_duration(reader, value, "statement_timeout", &out->statement_timeout_ms);
        break;
    case KEYS:
        break;
    }
}

static size_t find_key(const char *text)
{
    size_t key = 0;
    while (key < KEYS && (text[0] != key_names[key][0] || strcmp(text, key_names[key]) != 0)) {
        key++;
    }
    return key;
}

bool rv_header_parse(struct rv_arena *arena, struct rv_view text, const char *file, struct rv_descriptor *out,
                     struct rv_faults *faults)
{
    size_t before = faults->count;
    struct reader reader = {.arena = arena, .file = file, .out = out, .faults = faults};
    *out = (struct rv_descriptor){.file = file, .message = ""};
    rev_error *error = NULL;
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    struct rv_yaml *tree = rv_yaml_parse(scratch, text, file, REV_ERROR_HEADER, &error);
    if (!tree) {
        rv_faults_take(faults, error);
        return false;
    }
    bool has_revision = false;
    for (size_t i = 0; i < tree->count; i++) {
        size_t key = find_key(tree->keys[i]->text);
        has_revision = has_revision || key == KEY_REVISION;
        if (key < KEYS) {
            read_value(&reader, key, tree->items[i]);
        } else {
            unknown_key(&reader, tree->keys[i]);
        }
    }
    if (!has_revision) {
        error = rv_faults_add(faults, REV_ERROR_HEADER, "no 'revision'");
        rv_error_at(error, file, 1, 1);
        rv_error_hint(error, "Add a line such as revision: \"5cd038a8f131\".");
    }
    return faults->count == before;
}

static void write_names(struct rv_str *out, const char *key, const struct rv_names *names)
{
    rv_str_printf(out, "%s: [", key);
    for (size_t i = 0; i < names->count; i++) {
        rv_str_add_text(out, i ? ", " : "");
        rv_yaml_add_quoted(out, names->items[i].text);
    }
    rv_str_add_text(out, "]\n");
}

void rv_header_write(struct rv_str *out, const struct rv_descriptor *descriptor)
{
    rv_str_add_text(out, "revision: ");
    rv_yaml_add_quoted(out, descriptor->id.text);
    rv_str_add_char(out, '\n');
    write_names(out, "down_revision", &descriptor->down_revision);
    write_names(out, "depends_on", &descriptor->depends_on);
    write_names(out, "branch_labels", &descriptor->branch_labels);
    if (descriptor->tags.count) {
        write_names(out, "tags", &descriptor->tags);
    }
    rv_str_add_text(out, "message: ");
    rv_yaml_add_quoted(out, descriptor->message);
    rv_str_add_char(out, '\n');
    if (descriptor->create_date) {
        rv_str_printf(out, "create_date: ");
        rv_yaml_add_quoted(out, descriptor->create_date);
        rv_str_add_char(out, '\n');
    }
}
