/* Reads directives word by word. What begins like one and is not understood is an error: a back-fill whose `repeat` is
 * misspelt would otherwise run once and look done. */
#include "sql/directive.h"

#include "base/error.h"
#include "base/num.h"
#include "base/suggest.h"

enum { MOST_TIMES = 1000000000, LONGEST_SLEEP_MS = 3600000, MAX_WORDS = 16 };

struct words {
    struct rv_view items[MAX_WORDS];
    size_t count;
    bool is_cut;
};

static struct words split_words(struct rv_view text)
{
    struct words words = {0};
    for (size_t i = 0; i < text.len;) {
        size_t start = i;
        while (i < text.len && !rv_is_space(text.ptr[i]) && text.ptr[i] != ',') {
            i++;
        }
        if (i > start && words.count < MAX_WORDS) {
            words.items[words.count++] = rv_view(text.ptr + start, i - start);
        } else if (i > start) {
            words.is_cut = true;
        }
        i += i < text.len ? 1 : 0;
    }
    return words;
}

static bool word_is(const struct words *words, size_t at, const char *text)
{
    return at < words->count && rv_view_equals_nocase(words->items[at], text);
}

static bool read_limit(const struct words *words, size_t at, struct rv_repeat *out)
{
    return word_is(words, at + 2, "times") && out->limit == 0 &&
           rv_num_parse(words->items[at + 1], 1, MOST_TIMES, &out->limit);
}

static bool read_sleep(const struct words *words, size_t at, struct rv_repeat *out)
{
    return at + 1 < words->count && out->sleep_ms == 0 &&
           rv_num_parse_duration(words->items[at + 1], LONGEST_SLEEP_MS, &out->sleep_ms);
}

/* Behind the word `repeat`. */
static bool read_repeat(const struct words *words, struct rv_repeat *out)
{
    if (words->is_cut || !word_is(words, 1, "until") || !word_is(words, 2, "0") || !word_is(words, 3, "rows")) {
        return false;
    }
    for (size_t i = 4; i < words->count;) {
        if (word_is(words, i, "limit") && read_limit(words, i, out)) {
            i += 3;
        } else if (word_is(words, i, "sleep") && read_sleep(words, i, out)) {
            i += 2;
        } else {
            return false;
        }
    }
    out->is_wanted = true;
    return true;
}

static bool fail_form(struct rv_view text, rev_error **err)
{
    rv_fail(err, REV_ERROR_SCRIPT, "the directive '%.*s' is not understood", (int)text.len, text.ptr);
    rv_error_hint(*err, "Write `-- rev: repeat until 0 rows`, behind it if wanted `limit N times` and `sleep 100ms` "
                        "(ms, s or min).");
    return false;
}

/* Statements whose answer is a number of rows that goes down to zero as the work gets done. */
static bool changes_rows(const struct rv_statement *statement)
{
    static const char *const commands[] = {"UPDATE", "DELETE", "INSERT", "MERGE", "WITH", "REPLACE"};
    size_t len = 0;
    while (len < statement->text.len && rv_is_alpha(statement->text.ptr[len])) {
        len++;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (rv_view_equals_nocase(rv_view(statement->text.ptr, len), commands[i])) {
            return true;
        }
    }
    return false;
}

/* What stands behind `rev:`. */
static bool read_directive(struct rv_view text, const struct rv_statement *statement, struct rv_repeat *out,
                           rev_error **err)
{
    static const char *const known[] = {"repeat"};
    struct words words = split_words(text);
    char first[32];
    snprintf(first, sizeof first, "%.*s", words.count ? (int)words.items[0].len : 0,
             text.len ? words.items[0].ptr : "");
    if (!word_is(&words, 0, "repeat")) {
        return !rv_suggest_among(first, known, 1) || fail_form(text, err);
    }
    if (out->is_wanted) {
        rv_fail(err, REV_ERROR_SCRIPT, "a second directive for the same statement");
        rv_error_hint(*err, "Take one of the two out.");
        return false;
    }
    if (!read_repeat(&words, out)) {
        return fail_form(text, err);
    }
    if (statement->text.len == 0) {
        rv_fail(err, REV_ERROR_SCRIPT, "a directive that no statement follows");
        rv_error_hint(*err, "It stands before the statement that it is for, and no semicolon between them.");
        return false;
    }
    if (!changes_rows(statement)) {
        rv_fail(err, REV_ERROR_SCRIPT, "a statement that changes no rows can't be repeated until it changes 0 rows");
        rv_error_hint(*err, "The directive stands before an UPDATE, DELETE, INSERT, MERGE or WITH.");
        return false;
    }
    return true;
}

static bool begins_line(struct rv_view source, size_t at)
{
    while (at > 0 && (source.ptr[at - 1] == ' ' || source.ptr[at - 1] == '\t')) {
        at--;
    }
    return at == 0 || source.ptr[at - 1] == '\n' || (unsigned char)source.ptr[at - 1] == 0xBF; /* a BOM's end */
}

/* One comment `-- …`, without its line's end. */
static bool read_line(struct rv_view source, size_t at, size_t end, const struct rv_statement *statement,
                      struct rv_repeat *out, rev_error **err)
{
    struct rv_view text = rv_view_trim(rv_view(source.ptr + at + 2, end - at - 2));
    if (!rv_view_starts_with(text, "rev:")) {
        return true;
    }
    if (!read_directive(rv_view_trim(rv_view(text.ptr + 4, text.len - 4)), statement, out, err)) {
        return false;
    }
    if (out->is_wanted && !begins_line(source, at)) {
        rv_fail(err, REV_ERROR_SCRIPT, "a directive behind a statement on the same line");
        rv_error_hint(*err, "It stands on a line of its own, before the statement that it is for.");
        return false;
    }
    return true;
}

/* Behind a comment in slashes and stars, nested ones included where there are such. */
static size_t block_end(const struct rv_dialect *dialect, struct rv_view source, size_t at, size_t end)
{
    size_t depth = 0;
    while (at + 1 < end) {
        bool opens = source.ptr[at] == '/' && source.ptr[at + 1] == '*' && (depth == 0 || dialect->nests_comments);
        bool closes = source.ptr[at] == '*' && source.ptr[at + 1] == '/';
        depth += opens;
        depth -= closes;
        at += opens || closes ? 2 : 1;
        if (closes && depth == 0) {
            return at;
        }
    }
    return end;
}

bool rv_directive_read(const struct rv_dialect *dialect, struct rv_view source, const struct rv_statement *statement,
                       struct rv_repeat *out, size_t *out_offset, rev_error **err)
{
    *out = (struct rv_repeat){0};
    size_t end = statement->text_offset;
    for (size_t at = statement->start; at + 1 < end;) {
        if (source.ptr[at] == '/' && source.ptr[at + 1] == '*') {
            at = block_end(dialect, source, at, end);
        } else if (source.ptr[at] == '-' && source.ptr[at + 1] == '-') {
            const char *newline = memchr(source.ptr + at, '\n', end - at);
            size_t line_end = newline ? (size_t)(newline - source.ptr) : end;
            if (!read_line(source, at, line_end, statement, out, err)) {
                *out_offset = at;
                return false;
            }
            *out_offset = out->is_wanted ? at : *out_offset;
            at = line_end;
        } else {
            at++;
        }
    }
    return true;
}
