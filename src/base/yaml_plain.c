/* Reads what needs no YAML parser. It never says that a text is wrong: what it does not know to mean one thing only is
 * left to libyaml, and so is every fault. */
#include "base/yaml_plain.h"

enum { KEY_LIMIT = 16, KEY_SIZE_LIMIT = 64 };

struct reader {
    struct rv_arena *arena;
    const char *at, *end;
    const char *line_start;
    uint32_t line;
};

static bool is_at(const struct reader *reader, char c)
{
    return reader->at < reader->end && *reader->at == c;
}

static void skip_spaces(struct reader *reader)
{
    while (is_at(reader, ' ')) {
        reader->at++;
    }
}

static bool is_word(char c)
{
    return rv_is_alpha(c) || rv_is_digit(c) || c == '_';
}

static struct rv_yaml *node_new(const struct reader *reader, enum rv_yaml_kind kind, const char *start)
{
    struct rv_yaml *node = RV_NEW(reader->arena, struct rv_yaml);
    node->kind = kind;
    node->line = reader->line;
    node->column = (uint32_t)(start - reader->line_start) + 1;
    return node;
}

/* A scalar of `len` bytes at `text`, whose first sign stands at `start`. */
static struct rv_yaml *scalar_new(const struct reader *reader, const char *start, const char *text, size_t len)
{
    struct rv_yaml *node = node_new(reader, RV_YAML_SCALAR, start);
    node->text = rv_arena_text(reader->arena, text, len);
    node->is_plain = start == text;
    return node;
}

static struct rv_yaml *read_quoted(struct reader *reader)
{
    const char *start = reader->at, *end = start + 1;
    while (end < reader->end && *end >= ' ' && *end <= '~' && *end != '\\' && *end != '"') {
        end++;
    }
    reader->at = end;
    if (!is_at(reader, '"')) {
        return NULL;
    }
    reader->at++;
    return scalar_new(reader, start, start + 1, (size_t)(end - start) - 1);
}

/* A colon before a space would make a key of it. */
static bool goes_on(const struct reader *reader)
{
    char c = *reader->at;
    if (c == ':') {
        return reader->at + 1 < reader->end && is_word(reader->at[1]);
    }
    return is_word(c) || c == ' ' || c == '-' || c == '.' || c == '/' || c == ',' || c == '(' || c == ')';
}

static struct rv_yaml *read_words(struct reader *reader)
{
    const char *start = reader->at;
    if (reader->at == reader->end || !is_word(*start)) {
        return NULL;
    }
    while (reader->at < reader->end && goes_on(reader)) {
        reader->at++;
    }
    return reader->at[-1] == ' ' ? NULL : scalar_new(reader, start, start, (size_t)(reader->at - start));
}

static struct rv_yaml *read_item(struct reader *reader)
{
    if (is_at(reader, '"')) {
        return read_quoted(reader);
    }
    const char *start = reader->at, *end = start;
    while (end < reader->end && is_word(*end)) {
        end++;
    }
    reader->at = end;
    return end == start ? NULL : scalar_new(reader, start, start, (size_t)(end - start));
}

/* No more items than the line has commas, and one. */
static size_t item_limit(const struct reader *reader)
{
    size_t limit = 1;
    for (const char *at = reader->at; at < reader->end && *at != '\n'; at++) {
        limit += *at == ',';
    }
    return limit;
}

static struct rv_yaml *read_list(struct reader *reader)
{
    struct rv_yaml *list = node_new(reader, RV_YAML_LIST, reader->at++);
    skip_spaces(reader);
    if (!is_at(reader, ']')) {
        list->items = RV_NEW_ARRAY(reader->arena, struct rv_yaml *, item_limit(reader));
        for (;;) {
            struct rv_yaml *item = read_item(reader);
            if (!item) {
                return NULL;
            }
            list->items[list->count++] = item;
            skip_spaces(reader);
            if (!is_at(reader, ',')) {
                break;
            }
            reader->at++;
            skip_spaces(reader);
        }
    }
    if (!is_at(reader, ']')) {
        return NULL;
    }
    reader->at++;
    return list;
}

static struct rv_yaml *read_value(struct reader *reader)
{
    return is_at(reader, '"') ? read_quoted(reader) : is_at(reader, '[') ? read_list(reader) : read_words(reader);
}

static struct rv_yaml *read_key(struct reader *reader)
{
    const char *start = reader->at, *end = start;
    if (!rv_is_alpha(*start) && *start != '_') {
        return NULL;
    }
    while (end < reader->end && (is_word(*end) || *end == '-')) {
        end++;
    }
    size_t len = (size_t)(end - start);
    reader->at = end;
    if (len > KEY_SIZE_LIMIT || !is_at(reader, ':')) {
        return NULL;
    }
    reader->at++;
    return is_at(reader, ' ') ? scalar_new(reader, start, start, len) : NULL;
}

static bool is_among(const struct rv_yaml *map, const char *key)
{
    for (size_t i = 0; i < map->count; i++) {
        if (map->keys[i]->text[0] == key[0] && strcmp(map->keys[i]->text, key) == 0) {
            return true;
        }
    }
    return false;
}

static bool read_pair(struct reader *reader, struct rv_yaml *map)
{
    struct rv_yaml *key = read_key(reader);
    if (!key || map->count == KEY_LIMIT || is_among(map, key->text)) {
        return false;
    }
    skip_spaces(reader);
    struct rv_yaml *value = read_value(reader);
    if (!value) {
        return false;
    }
    if (map->count == 0) { /* it stands where its first key stands */
        map->line = key->line;
        map->column = key->column;
    }
    map->keys[map->count] = key;
    map->items[map->count++] = value;
    return true;
}

static void skip_comment(struct reader *reader)
{
    while (reader->at < reader->end && *reader->at >= ' ' && *reader->at <= '~') {
        reader->at++;
    }
}

struct rv_yaml *rv_yaml_parse_plain(struct rv_arena *arena, struct rv_view text)
{
    struct reader reader = {
        .arena = arena, .at = text.ptr, .end = text.ptr + text.len, .line_start = text.ptr, .line = 1};
    struct rv_yaml *map = node_new(&reader, RV_YAML_MAP, reader.at);
    map->keys = RV_NEW_ARRAY(arena, struct rv_yaml *, KEY_LIMIT);
    map->items = RV_NEW_ARRAY(arena, struct rv_yaml *, KEY_LIMIT);
    while (reader.at < reader.end) {
        if (*reader.at == '#') {
            skip_comment(&reader);
        } else if (*reader.at != '\n' && !read_pair(&reader, map)) {
            return NULL;
        }
        if (reader.at < reader.end && *reader.at++ != '\n') {
            return NULL;
        }
        reader.line++;
        reader.line_start = reader.at;
    }
    return map->count ? map : NULL;
}
