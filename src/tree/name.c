/* Names of revision directories. The slug is made of [a-z0-9_] before any template sees it, so no message reaches a
 * path. Alembic's rules: script/base.py, Script._rev_path and its file_template. */
#include "tree/name.h"

#include "base/num.h"
#include "base/str.h"
#include "base/suggest.h"

enum { SLUG_LENGTH = 40, NAME_LIMIT = 200 };

char *rv_slug(struct rv_arena *arena, const char *message)
{
    rv_str_auto struct rv_str slug = {0};
    bool gap = false;
    for (const char *p = message; *p && *p != '\n'; p++) {
        char c = rv_lower(*p);
        if ((c >= 'a' && c <= 'z') || rv_is_digit(c)) {
            if (gap && slug.len) {
                rv_str_add_char(&slug, '_');
            }
            rv_str_add_char(&slug, c);
            gap = false;
        } else {
            gap = true;
        }
    }
    if (slug.len > SLUG_LENGTH) {
        size_t cut = SLUG_LENGTH;
        while (cut > 0 && slug.ptr[cut] != '_') {
            cut--;
        }
        slug.len = cut ? cut : SLUG_LENGTH;
        slug.ptr[slug.len] = '\0';
    }
    return rv_arena_strdup(arena, rv_str_text(&slug));
}

struct token {
    const char *name, *text;
    long long number;
};

static bool unknown_token(struct rv_view name, rev_error **err)
{
    static const char *const names[] = {"rev", "slug", "year", "month", "day", "hour", "minute", "second", "epoch"};
    char text[32];
    snprintf(text, sizeof text, "%.*s", name.len > 31 ? 31 : (int)name.len, name.ptr);
    const char *near = rv_suggest_among(text, names, sizeof names / sizeof names[0]);
    rv_fail(err, REV_ERROR_CONFIG, "file_template has an unknown token '%s'", text);
    rv_error_hint(
        *err, near ? "Did you mean '%s'?" : "Tokens: rev, slug, year, month, day, hour, minute, second, epoch.", near);
    return false;
}

/* What stands behind a token's name, as in Python: [0][width][.precision]s or d. */
struct conversion {
    bool has_zeros;
    int width, precision; /* precision: -1 if there is none */
    char kind;
};

static bool parse_length(const char **p, int *out_length)
{
    int64_t length = 0;
    size_t digits = strspn(*p, "0123456789");
    if (digits && !rv_num_parse(rv_view(*p, digits), 0, NAME_LIMIT, &length)) {
        return false;
    }
    *p += digits;
    *out_length = (int)length;
    return true;
}

static bool parse_conversion(const char **p, struct conversion *out)
{
    *out = (struct conversion){.has_zeros = **p == '0', .precision = -1};
    if (!parse_length(p, &out->width)) {
        return false;
    }
    if (**p == '.') {
        ++*p;
        if (!parse_length(p, &out->precision)) {
            return false;
        }
    }
    out->kind = **p;
    *p += **p ? 1 : 0;
    return out->kind == 's' || out->kind == 'd';
}

static void add_converted(struct rv_str *out, const struct conversion *conversion, const struct token *token)
{
    int width = conversion->width, precision = conversion->precision;
    if (conversion->kind == 's') {
        char number[32];
        snprintf(number, sizeof number, "%lld", token->number);
        rv_str_printf(out, "%*.*s", width, precision, token->text ? token->text : number);
    } else if (conversion->has_zeros) {
        rv_str_printf(out, "%0*lld", width > precision ? width : precision, token->number);
    } else {
        rv_str_printf(out, "%*.*lld", width, precision ? precision : 1, token->number);
    }
}

static bool add_token(struct rv_str *out, const char **p, const struct token *tokens, size_t count, rev_error **err)
{
    size_t len = strcspn(*p, ")");
    struct rv_view name = rv_view(*p, len);
    if (!(*p)[len]) {
        return rv_fail(err, REV_ERROR_CONFIG, "file_template has a '%%(' without ')'");
    }
    *p += len + 1;
    struct conversion conversion;
    for (size_t i = 0; i < count; i++) {
        if (!rv_view_equals(name, tokens[i].name)) {
            continue;
        }
        if (!parse_conversion(p, &conversion) || (conversion.kind == 'd' && tokens[i].text)) {
            rv_fail(err, REV_ERROR_CONFIG, "file_template: '%%(%s)' must be followed by %s", tokens[i].name,
                    tokens[i].text ? "s" : "d, .2d or s");
            return false;
        }
        add_converted(out, &conversion, &tokens[i]);
        return true;
    }
    return unknown_token(name, err);
}

static bool fill(struct rv_str *out, const char *template, const struct token *tokens, size_t count, rev_error **err)
{
    const char *p = template;
    while (*p) {
        if (*p != '%') {
            rv_str_add_char(out, *p++);
            continue;
        }
        p++;
        if (p[0] == '%' && p[1] != '(') {
            rv_str_add_char(out, '%');
            p++;
            continue;
        }
        p += *p == '%' ? 1 : 0;
        if (*p != '(') {
            return rv_fail(err, REV_ERROR_CONFIG, "file_template: a '%%' must begin a token such as %%(rev)s");
        }
        p++;
        if (!add_token(out, &p, tokens, count, err)) {
            return false;
        }
    }
    return true;
}

/* Days since 1970-01-01 in the proleptic Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms", days_from_civil). */
static long long epoch_of(const struct rv_time *t)
{
    long long y = t->month <= 2 ? t->year - 1 : t->year;
    long long era = y / 400, yoe = y - era * 400;
    long long doy = (153LL * (t->month + (t->month > 2 ? -3 : 9)) + 2) / 5 + t->day - 1;
    long long days = era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
    return ((days * 24 + t->hour) * 60 + t->minute) * 60 + t->second;
}

static bool has_control(const char *name)
{
    for (; *name; name++) {
        if ((*name >= 0 && *name < ' ') || *name == 0x7F) {
            return true;
        }
    }
    return false;
}

char *rv_directory_name(struct rv_arena *arena, const char *file_template, const char *id, const char *message,
                        const struct rv_time *now, rev_error **err)
{
    const struct token tokens[] = {
        {"rev", id, 0},
        {"slug", rv_slug(arena, message), 0},
        {"year", NULL, now->year},
        {"month", NULL, now->month},
        {"day", NULL, now->day},
        {"hour", NULL, now->hour},
        {"minute", NULL, now->minute},
        {"second", NULL, now->second},
        {"epoch", NULL, epoch_of(now)},
    };
    rv_str_auto struct rv_str out = {0};
    if (!fill(&out, file_template, tokens, sizeof tokens / sizeof tokens[0], err)) {
        return NULL;
    }
    /* A message without a letter leaves the separator before an empty slug. */
    while (out.len && out.ptr[out.len - 1] == '_') {
        out.ptr[--out.len] = '\0';
    }
    const char *name = rv_str_text(&out);
    if (!name[0] || name[0] == '.' || strchr(name, '/') || name[0] == ' ' || name[out.len - 1] == ' ' ||
        out.len > NAME_LIMIT || has_control(name)) {
        rv_fail(err, REV_ERROR_CONFIG, "file_template gives '%s', which can't be a directory's name here", name);
        rv_error_hint(*err,
                      "It must be one name without '/' and control characters, at most 200 bytes, and not begin with "
                      "'.' or a blank.");
        return NULL;
    }
    return rv_arena_strdup(arena, name);
}
