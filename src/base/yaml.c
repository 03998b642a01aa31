/* The one file that uses libyaml: its events, an explicit stack, a tree. What is plain goes a shorter way
 * (yaml_plain.c). Nothing here recurses over the input, and
 * nothing of YAML that a header does not need is let in. */
#include "base/yaml.h"

#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "base/yaml_plain.h"

#include <yaml.h>

struct level {
    struct rv_yaml *node;
    struct rv_yaml *key;  /* map: the key that waits for its value */
    struct rv_map *names; /* map: keys seen */
    RV_VEC(struct rv_yaml *) keys, items;
};

struct parse {
    struct rv_arena *arena;
    struct rv_view text;
    const char *file;
    rev_error_code code;
    rev_error **err;
    struct level levels[RV_YAML_DEPTH_LIMIT];
    size_t depth;
    size_t key_count;
    struct rv_yaml *root;
    bool has_document;
};

static bool refuse(struct parse *parse, yaml_mark_t mark, const char *what, const char *hint)
{
    rv_fail(parse->err, parse->code, "%s", what);
    rv_error_at(*parse->err, parse->file, (uint32_t)mark.line + 1, (uint32_t)mark.column + 1);
    if (hint) {
        rv_error_hint(*parse->err, "%s", hint);
    }
    return false;
}

static struct rv_yaml *node_new(struct parse *parse, enum rv_yaml_kind kind, yaml_mark_t mark)
{
    struct rv_yaml *node = RV_NEW(parse->arena, struct rv_yaml);
    node->kind = kind;
    node->line = (uint32_t)mark.line + 1;
    node->column = (uint32_t)mark.column + 1;
    return node;
}

/* Hangs a finished or just opened node into what is open. */
static bool attach(struct parse *parse, struct rv_yaml *node, yaml_mark_t mark)
{
    if (parse->depth == 0) {
        parse->root = node;
        return true;
    }
    struct level *level = &parse->levels[parse->depth - 1];
    if (level->node->kind == RV_YAML_LIST) {
        rv_vec_push(&level->items, node);
        return true;
    }
    if (level->key) {
        rv_vec_push(&level->items, node);
        level->key = NULL;
        return true;
    }
    if (node->kind != RV_YAML_SCALAR) {
        return refuse(parse, mark, "a key must be a word", NULL);
    }
    if (node->is_plain && strcmp(node->text, "<<") == 0) {
        return refuse(parse, mark, "merge keys are not read here", "Write the keys out.");
    }
    if (++parse->key_count > RV_YAML_KEY_LIMIT) {
        return refuse(parse, mark, "more than 1000 keys", NULL);
    }
    if (!rv_map_put(level->names, rv_view_of(node->text), 0)) {
        rv_fail(parse->err, parse->code, "the key '%s' stands here twice", node->text);
        rv_error_at(*parse->err, parse->file, node->line, node->column);
        return false;
    }
    rv_vec_push(&level->keys, node);
    level->key = node;
    return true;
}

static bool open_level(struct parse *parse, enum rv_yaml_kind kind, yaml_mark_t mark)
{
    struct rv_yaml *node = node_new(parse, kind, mark);
    if (!attach(parse, node, mark)) {
        return false;
    }
    if (parse->depth == RV_YAML_DEPTH_LIMIT) {
        return refuse(parse, mark, "nested deeper than 16 levels", NULL);
    }
    parse->levels[parse->depth++] = (struct level){.node = node, .names = kind == RV_YAML_MAP ? rv_map_new() : NULL};
    return true;
}

static void close_level(struct parse *parse)
{
    struct level *level = &parse->levels[--parse->depth];
    level->node->count = level->items.count;
    level->node->keys = rv_arena_copy(parse->arena, level->keys.items, level->keys.count * sizeof *level->keys.items);
    level->node->items =
        rv_arena_copy(parse->arena, level->items.items, level->items.count * sizeof *level->items.items);
    rv_vec_clear(&level->keys);
    rv_vec_clear(&level->items);
    rv_map_free(level->names);
}

static bool take_scalar(struct parse *parse, const yaml_event_t *event)
{
    struct rv_yaml *node = node_new(parse, RV_YAML_SCALAR, event->start_mark);
    const char *value = (const char *)event->data.scalar.value;
    size_t len = event->data.scalar.length;
    if (memchr(value, '\0', len)) {
        return refuse(parse, event->start_mark, "a NUL character", NULL);
    }
    node->text = rv_arena_text(parse->arena, value, len);
    node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    return attach(parse, node, event->start_mark);
}

static bool refuse_extras(struct parse *parse, const yaml_event_t *event, const unsigned char *anchor,
                          const unsigned char *tag)
{
    if (anchor) {
        return refuse(parse, event->start_mark, "anchors are not read here", "Write the value out.");
    }
    if (tag) {
        return refuse(parse, event->start_mark, "tags are not read here", "Leave out the word that begins with '!'.");
    }
    return true;
}

static bool take_event(struct parse *parse, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return refuse(parse, event->start_mark, "aliases are not read here", "Write the value out.");
    case YAML_SCALAR_EVENT:
        return refuse_extras(parse, event, event->data.scalar.anchor, event->data.scalar.tag) &&
               take_scalar(parse, event);
    case YAML_SEQUENCE_START_EVENT:
        return refuse_extras(parse, event, event->data.sequence_start.anchor, event->data.sequence_start.tag) &&
               open_level(parse, RV_YAML_LIST, event->start_mark);
    case YAML_MAPPING_START_EVENT:
        return refuse_extras(parse, event, event->data.mapping_start.anchor, event->data.mapping_start.tag) &&
               open_level(parse, RV_YAML_MAP, event->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_level(parse);
        return true;
    case YAML_DOCUMENT_START_EVENT:
        if (parse->has_document) {
            return refuse(parse, event->start_mark, "a second document", "One file holds one document.");
        }
        parse->has_document = true;
        return true;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return true;
    }
    return true;
}

/* Refuses a byte of the text, for what is found before there are characters and marks. */
static bool refuse_byte(struct parse *parse, size_t offset, const char *what, const char *hint)
{
    struct rv_view text = parse->text;
    yaml_mark_t mark = {0};
    size_t line_start = 0;
    for (size_t i = 0; i < offset; i++) {
        if (text.ptr[i] == '\n') {
            mark.line++;
            line_start = i + 1;
        }
    }
    mark.column = rv_utf8_count(rv_view(text.ptr + line_start, offset - line_start));
    return refuse(parse, mark, what, hint);
}

static bool check_bytes(struct parse *parse)
{
    size_t bad = rv_utf8_invalid_at(parse->text);
    return bad == parse->text.len ||
           refuse_byte(parse, bad, parse->text.ptr[bad] ? "not UTF-8" : "a NUL character", "Save the file as UTF-8.");
}

static bool refuse_problem(struct parse *parse, const yaml_parser_t *parser)
{
    const char *problem = parser->problem ? parser->problem : "not YAML";
    /* The reader, which is ahead of the marks, knows only an offset. */
    if (parser->error == YAML_READER_ERROR && parser->problem_offset <= parse->text.len) {
        return refuse_byte(parse, parser->problem_offset, problem, "In double quotes it is written \\xNN or \\uNNNN.");
    }
    return refuse(parse, parser->problem_mark, problem, "The file must be YAML: `key: value` lines.");
}

static bool run_parser(struct parse *parse, yaml_parser_t *parser)
{
    bool at_end = false;
    while (!at_end) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            return refuse_problem(parse, parser);
        }
        at_end = event.type == YAML_STREAM_END_EVENT;
        bool ok = take_event(parse, &event);
        yaml_event_delete(&event);
        if (!ok) {
            return false;
        }
    }
    return true;
}

struct rv_yaml *rv_yaml_parse(struct rv_arena *arena, struct rv_view text, const char *file, rev_error_code code,
                              rev_error **err)
{
    struct parse parse = {.arena = arena, .file = file, .code = code, .err = err};
    if (rv_view_starts_with(text, "\xEF\xBB\xBF")) {
        text.ptr += 3;
        text.len -= 3;
    }
    parse.text = text;
    struct rv_yaml *plain = rv_yaml_parse_plain(arena, text);
    if (plain) {
        return plain;
    }
    yaml_parser_t parser;
    if (!check_bytes(&parse)) {
        return NULL;
    }
    if (!yaml_parser_initialize(&parser)) {
        rv_fail(err, code, "out of memory");
        return NULL;
    }
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    bool ok = run_parser(&parse, &parser);
    yaml_parser_delete(&parser);
    while (parse.depth) {
        close_level(&parse);
    }
    if (!ok) {
        return NULL;
    }
    if (!parse.root || rv_yaml_is_null(parse.root)) {
        parse.root = node_new(&parse, RV_YAML_MAP, (yaml_mark_t){0});
    }
    if (parse.root->kind != RV_YAML_MAP) {
        refuse(&parse, (yaml_mark_t){.line = parse.root->line - 1, .column = parse.root->column - 1},
               "expected `key: value` lines", NULL);
        return NULL;
    }
    return parse.root;
}

bool rv_yaml_is_null(const struct rv_yaml *node)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};
    if (node->kind != RV_YAML_SCALAR || !node->is_plain || !strchr("~nN", node->text[0])) {
        return false;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(node->text, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

void rv_yaml_add_quoted(struct rv_str *out, const char *text)
{
    struct rv_view rest = rv_view_of(text);
    rv_str_add_char(out, '"');
    while (rest.len) {
        uint32_t point = 0xFFFD;
        size_t n = rv_utf8_decode(rest.ptr, rest.len, &point);
        if (point == '"' || point == '\\') {
            rv_str_printf(out, "\\%c", (char)point);
        } else if (point == '\n') {
            rv_str_add_text(out, "\\n");
        } else if (point == '\t') {
            rv_str_add_text(out, "\\t");
        } else if (point < 0x20 || (point >= 0x7F && point <= 0x9F)) {
            rv_str_printf(out, "\\x%02X", (unsigned)point);
        } else if (n == 0 || point == 0x2028 || point == 0x2029 || point == 0xFEFF || point == 0xFFFE ||
                   point == 0xFFFF) {
            rv_str_printf(out, "\\u%04X", (unsigned)point);
        } else {
            rv_str_add(out, rest.ptr, n);
        }
        n = n ? n : 1;
        rest.ptr += n;
        rest.len -= n;
    }
    rv_str_add_char(out, '"');
}
