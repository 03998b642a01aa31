/* Reads specs. The whole text must be a spec: nothing after it is ever ignored, since what was meant cannot be known.
 */
#include "graph/spec.h"

#include "base/error.h"
#include "base/num.h"
#include "base/utf8.h"

#include <string.h>

enum { SHOWN_LIMIT = 80 };

static bool is_too_long(struct rv_view text, rev_error **err)
{
    if (text.len <= RV_SPEC_LIMIT) {
        return false;
    }
    rv_fail(err, REV_ERROR_SPEC, "revision spec '%.*s…' is longer than %d bytes", SHOWN_LIMIT, text.ptr, RV_SPEC_LIMIT);
    return true;
}

static bool fail_spec(const struct rv_spec *spec, const char *what, const char *hint, rev_error **err)
{
    rv_fail(err, REV_ERROR_SPEC, "revision spec '%.*s' %s", (int)spec->text.len, spec->text.ptr, what);
    rv_error_hint(*err, "%s", hint);
    return false;
}

static enum rv_symbol symbol_of(struct rv_view name)
{
    static const struct {
        const char *word;
        enum rv_symbol symbol;
    } words[] = {
        {"base", RV_SYMBOL_BASE}, {"current", RV_SYMBOL_CURRENT}, {"head", RV_SYMBOL_HEAD}, {"heads", RV_SYMBOL_HEADS}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (rv_view_equals(name, words[i].word)) {
            return words[i].symbol;
        }
    }
    return name.len == 0 ? RV_SYMBOL_NONE : RV_SYMBOL_NAME;
}

static bool find_char(struct rv_view text, char c, size_t *out_at)
{
    const char *found = text.len > 0 ? memchr(text.ptr, c, text.len) : NULL;
    if (!found) {
        return false;
    }
    *out_at = (size_t)(found - text.ptr);
    return true;
}

static uint32_t distance_of(struct rv_view digits)
{
    int64_t number;
    return rv_num_parse(digits, 0, UINT32_MAX, &number) ? (uint32_t)number : UINT32_MAX;
}

/* Cuts `sign digits` off the end of the spec's name. Names never end so (section 1), so this cannot take a part of one.
 */
static void cut_relative(struct rv_spec *spec)
{
    size_t at = spec->name.len;
    while (at > 0 && rv_is_digit(spec->name.ptr[at - 1])) {
        at--;
    }
    if (at == 0 || at == spec->name.len || (spec->name.ptr[at - 1] != '+' && spec->name.ptr[at - 1] != '-')) {
        return;
    }
    spec->distance = distance_of(rv_view(spec->name.ptr + at, spec->name.len - at));
    spec->sign = spec->name.ptr[at - 1];
    spec->name.len = at - 1;
}

static bool check_where(const struct rv_spec *spec, rev_error **err)
{
    if (spec->where.len == 0) {
        return fail_spec(spec, "has nothing before the @", "Write LABEL@SPEC or ID@SPEC.", err);
    }
    if (symbol_of(spec->where) != RV_SYMBOL_NAME) {
        return fail_spec(spec, "has a reserved word before the @",
                         "Before the @ stands the branch label or the id of a revision on the branch that is meant.",
                         err);
    }
    return true;
}

bool rv_spec_parse(struct rv_view text, struct rv_spec *out_spec, rev_error **err)
{
    if (is_too_long(text, err)) {
        return false;
    }
    struct rv_spec spec = {.text = text, .name = text};
    size_t at;
    if (rv_utf8_invalid_at(text) < text.len) {
        return rv_fail(err, REV_ERROR_SPEC, "revision spec '%.*s' is not UTF-8", (int)text.len, text.ptr);
    }
    if (text.len == 0) {
        return fail_spec(&spec, "is empty", "Write a revision id, a branch label, head, heads or base.", err);
    }
    if (find_char(text, ':', &at)) {
        return fail_spec(&spec, "is a range, which is not possible here",
                         "A:B belongs to `" PROGRAM_NAME " history -r` and to --sql; name one revision here.", err);
    }
    if (find_char(text, '@', &at)) {
        spec.has_where = true;
        spec.where = rv_view(text.ptr, at);
        spec.name = rv_view(text.ptr + at + 1, text.len - at - 1);
        if (!check_where(&spec, err)) {
            return false;
        }
    }
    cut_relative(&spec);
    spec.symbol = symbol_of(spec.name);
    if (spec.symbol == RV_SYMBOL_NONE && !spec.sign) {
        return fail_spec(&spec, "has nothing after the @",
                         "After the @ stands head, heads, base, an id or a relative +N or -N.", err);
    }
    if (find_char(spec.name, '@', &at)) {
        return fail_spec(&spec, "has more than one @", "Write LABEL@SPEC or ID@SPEC.", err);
    }
    if (find_char(spec.name, '+', &at)) {
        return fail_spec(&spec, "does not parse", "A relative revision ends in + or - and digits, as in `head-2`.",
                         err);
    }
    *out_spec = spec;
    return true;
}

bool rv_spec_split(const char *range, struct rv_view *out_first, struct rv_view *out_last, rev_error **err)
{
    struct rv_view text = rv_view_of(range);
    size_t at, second;
    if (is_too_long(text, err)) {
        return false;
    }
    if (!find_char(text, ':', &at)) {
        rv_fail(err, REV_ERROR_SPEC, "history range '%s' has no colon", range);
        rv_error_hint(*err, "History range requires [start]:[end], [start]: or :[end], as in `-r base:%s`.", range);
        return false;
    }
    *out_first = rv_view(text.ptr, at);
    *out_last = rv_view(text.ptr + at + 1, text.len - at - 1);
    if (find_char(*out_last, ':', &second)) {
        rv_fail(err, REV_ERROR_SPEC, "range '%s' has more than one colon", range);
        rv_error_hint(*err, "Write [start]:[end].");
        return false;
    }
    return true;
}
