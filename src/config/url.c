/* Parses as much of a URL as is needed to keep its password out of every message; what is left is the driver's. Must
 * never put a part of the text behind the scheme into an error. */
#include "config/url.h"

#include "base/file.h"
#include "base/str.h"
#include "base/utf8.h"

/* A text as it may be shown; its secrets are hidden from left to right. */
struct shown {
    const char *text;
    size_t from; /* what comes before this is in `str` */
    struct rv_str *str;
};

static void hide(struct shown *shown, size_t start, size_t end)
{
    rv_str_add(shown->str, shown->text + shown->from, start - shown->from);
    rv_str_add_text(shown->str, "***");
    shown->from = end;
}

static const char *shown_whole(struct rv_arena *arena, struct shown *shown)
{
    rv_str_add_text(shown->str, shown->text + shown->from);
    return rv_arena_strdup(arena, rv_str_text(shown->str));
}

static bool holds(struct rv_view text, const char *part)
{
    size_t len = strlen(part);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (rv_view_equals_nocase(rv_view(text.ptr + i, len), part)) {
            return true;
        }
    }
    return false;
}

/* libpq's password, sslpassword, scram_client_key, oauth_client_secret; what a mistyped or percent-encoded name may
 * stand for; and a URL as a value, which has a password of its own. */
static bool is_secret(struct rv_view key, struct rv_view value)
{
    static const char *const parts[] = {"pass", "pwd", "secret", "token", "_key", "%"};
    if (rv_view_equals(key, "passfile")) {
        return false;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (holds(key, parts[i])) {
            return true;
        }
    }
    return holds(value, "://");
}

/* "scheme://": its length, or 0 if the text has no scheme. */
static size_t scheme_length(const char *text)
{
    size_t i = 0;
    while (rv_is_alpha(text[i]) || rv_is_digit(text[i]) || text[i] == '+' || text[i] == '-' || text[i] == '.' ||
           text[i] == '_') {
        i++;
    }
    return i && strncmp(text + i, "://", 3) == 0 ? i : 0;
}

/* A raw '@', '/' or '?' in a password moves the border between password and host, and libpq would then print a part of
 * the password as a host name. Found by an '@' where none may be. */
static bool has_raw_password(const char *authority)
{
    size_t head = strcspn(authority, "/?");
    size_t until_query = strcspn(authority, "?");
    const char *at = memchr(authority, '@', until_query);
    if (at) {
        size_t behind = (size_t)(at + 1 - authority);
        return (size_t)(at - authority) > head || memchr(at + 1, '@', until_query - behind);
    }
    /* user:pass?word@host: libpq looks for the '@' up to the first '/', whatever comes before it. Behind a '/' it is
     * one that is not in the value of a parameter. */
    const char *query = authority + until_query;
    return authority[strcspn(authority, "@/")] == '@' || query[strcspn(query, "@=")] == '@';
}

/* What is wrong with the hosts, or NULL. user:password without the '@' behind it reads as a host and its port. libpq
 * looks for the end of an IPv6 address behind the hosts' end as well, and would find other parameters than we. */
static const char *bad_host(const char *authority)
{
    size_t head = strcspn(authority, "/?");
    const char *end = authority + head, *at = memchr(authority, '@', head);
    const char *p = at ? at + 1 : authority;
    while (p < end) {
        if (*p == '[') {
            p += strcspn(p, "]");
            if (p >= end) {
                return "the URL's host has a '[' without its ']'";
            }
        }
        p += strcspn(p, ":,/?");
        if (p < end && *p == ':') {
            p += 1 + strspn(p + 1, "0123456789");
            if (p < end && *p != ',') {
                return "the URL's port is not a number";
            }
        }
        p += p < end ? 1 : 0;
    }
    return NULL;
}

static void hide_query_secrets(struct shown *shown, size_t start)
{
    const char *text = shown->text;
    size_t i = start;
    while (text[i]) {
        size_t key = i;
        size_t len = strcspn(text + i, "&");
        const char *equals = memchr(text + i, '=', len);
        size_t value = equals ? (size_t)(equals + 1 - text) : i + len;
        if (equals && is_secret(rv_view(text + key, value - 1 - key), rv_view(text + value, i + len - value))) {
            hide(shown, value, i + len);
        }
        i += len + (text[i + len] ? 1 : 0);
    }
}

static void hide_url_secrets(struct shown *shown, size_t authority)
{
    const char *text = shown->text;
    const char *last_at = NULL;
    for (const char *p = text + authority; *p && *p != '?'; p++) {
        last_at = *p == '@' ? p : last_at;
    }
    if (last_at) {
        const char *colon = memchr(text + authority, ':', (size_t)(last_at - text) - authority);
        if (colon) {
            hide(shown, (size_t)(colon + 1 - text), (size_t)(last_at - text));
        }
    }
    const char *query = strchr(text + authority, '?');
    if (query) {
        hide_query_secrets(shown, (size_t)(query + 1 - text));
    }
}

/* key = 'va\'lue' pairs, as in libpq's conninfo_parse(); false if it is something else. Quotes stay, since the next
 * keyword may touch them. */
static bool hide_keyword_secrets(struct shown *shown)
{
    const char *text = shown->text;
    size_t i = 0;
    for (;;) {
        while (rv_is_space(text[i])) {
            i++;
        }
        if (!text[i]) {
            return true;
        }
        size_t key = i;
        while (rv_is_alpha(text[i]) || rv_is_digit(text[i]) || text[i] == '_') {
            i++;
        }
        struct rv_view name = rv_view(text + key, i - key);
        while (rv_is_space(text[i])) {
            i++;
        }
        if (text[i] != '=' || !name.len) {
            return false;
        }
        i++;
        while (rv_is_space(text[i])) {
            i++;
        }
        size_t value = i;
        bool is_quoted = text[i] == '\'';
        i += is_quoted ? 1 : 0;
        while (text[i] && (is_quoted ? text[i] != '\'' : !rv_is_space(text[i]))) {
            i += text[i] == '\\' && text[i + 1] ? 2 : 1;
        }
        if (is_quoted && !text[i]) {
            return false;
        }
        i += is_quoted ? 1 : 0;
        if (is_secret(name, rv_view(text + value, i - value))) {
            hide(shown, is_quoted ? value + 1 : value, is_quoted ? i - 1 : i);
        }
    }
}

static bool parse_sqlite(struct rv_arena *arena, const char *rest, const char *dir, struct rv_url *out, rev_error **err)
{
    out->dialect = "sqlite";
    if (rest[0] == '\0' || strcmp(rest, "/") == 0 || strcmp(rest, "/:memory:") == 0) {
        out->text = out->shown = "sqlite://";
        return true;
    }
    if (rest[0] != '/' || strchr(rest, '?')) {
        rv_fail(err, REV_ERROR_CONFIG, rest[0] != '/' ? "a SQLite URL has no host" : "a SQLite URL takes no options");
        rv_error_hint(*err, "Write sqlite:///relative.db, sqlite:////absolute/path.db, or sqlite:// (in memory).");
        return false;
    }
    const char *path = rest + 1;
    out->text = rv_arena_printf(arena, "sqlite:///%s", path[0] == '/' ? path : rv_path_join(arena, dir, path));
    out->shown = rv_arena_printf(arena, "sqlite:///%s", path);
    return true;
}

static bool parse_postgresql(struct rv_arena *arena, const char *rest, struct rv_url *out, rev_error **err)
{
    static const char scheme[] = "postgresql://";
    out->dialect = "postgresql";
    if (has_raw_password(rest)) {
        rv_fail(err, REV_ERROR_CONFIG, "the URL's user or password holds a raw '@', '/' or '?'");
        rv_error_hint(*err, "Percent-encode it: '@' is written %%40, '/' %%2F, '?' %%3F, ':' %%3A and '%%' %%25.");
        return false;
    }
    const char *fault = bad_host(rest);
    if (fault) {
        rv_fail(err, REV_ERROR_CONFIG, "%s", fault);
        rv_error_hint(*err, "Write postgresql://user:password@host:port/database; in the password '@' is written %%40, "
                            "'/' %%2F, '?' %%3F, ':' %%3A and '%%' %%25.");
        return false;
    }
    out->text = rv_arena_printf(arena, "%s%s", scheme, rest);
    rv_str_auto struct rv_str str = {0};
    struct shown shown = {.text = out->text, .str = &str};
    hide_url_secrets(&shown, strlen(scheme));
    out->shown = shown_whole(arena, &shown);
    return true;
}

static bool parse_keywords(struct rv_arena *arena, const char *text, struct rv_url *out, rev_error **err)
{
    rv_str_auto struct rv_str str = {0};
    struct shown shown = {.text = text, .str = &str};
    out->dialect = "postgresql";
    if (!hide_keyword_secrets(&shown)) {
        rv_fail(err, REV_ERROR_CONFIG, "neither a URL nor a string of libpq's key=value pairs");
        rv_error_hint(*err, "Write postgresql://user@host/database, or host=… user=…: a value with blanks stands in "
                            "single quotes, where ' is written \\' and \\ is \\\\.");
        return false;
    }
    out->text = rv_arena_strdup(arena, text);
    out->shown = shown_whole(arena, &shown);
    return true;
}

bool rv_url_parse(struct rv_arena *arena, const char *text, const char *dir, struct rv_url *out, rev_error **err)
{
    *out = (struct rv_url){0};
    if (strlen(text) > RV_URL_LIMIT) {
        return rv_fail(err, REV_ERROR_CONFIG, "the URL is longer than %d bytes", RV_URL_LIMIT);
    }
    if (rv_utf8_invalid_at(rv_view_of(text)) != strlen(text)) {
        return rv_fail(err, REV_ERROR_CONFIG, "the URL is not UTF-8");
    }
    size_t scheme = scheme_length(text);
    struct rv_view name = rv_view(text, strcspn(text, "+:"));
    const char *rest = text + scheme + 3;
    if (scheme && rv_view_equals(name, "sqlite")) {
        return parse_sqlite(arena, rest, dir, out, err);
    }
    if (scheme && (rv_view_equals(name, "postgresql") || rv_view_equals(name, "postgres"))) {
        return parse_postgresql(arena, rest, out, err);
    }
    if (!scheme && strchr(text, '=')) {
        return parse_keywords(arena, text, out, err);
    }
    if (scheme) {
        rv_fail(err, REV_ERROR_CONFIG, "no driver for URLs that begin with '%.*s://'", (int)scheme, text);
    } else {
        rv_fail(err, REV_ERROR_CONFIG, "the URL has no scheme");
    }
    rv_error_hint(*err, "Write postgresql://user@host/database, a libpq keyword string such as service=NAME, or "
                        "sqlite:///file.db.");
    return false;
}
