/* Parses as much of a URL as is needed to keep its password out of every message; what is left is the driver's. Must
 * never put a part of the text behind the scheme into an error. */
#include "config/url.h"

#include "base/file.h"
#include "base/str.h"
#include "base/utf8.h"

/* A span of the text that holds a secret. */
struct span {
    size_t start, end;
};
enum { SECRETS_MAX = 8 };
struct secrets {
    struct span spans[SECRETS_MAX];
    size_t count;
};

static void secrets_add(struct secrets *secrets, size_t start, size_t end)
{
    if (secrets->count < SECRETS_MAX) {
        secrets->spans[secrets->count++] = (struct span){start, end};
    }
}

static bool is_secret_key(struct rv_view key)
{
    return rv_view_equals_nocase(key, "password") || rv_view_equals_nocase(key, "sslpassword");
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
static bool has_raw_password(const char *authority, const char **out_at)
{
    size_t head = strcspn(authority, "/?");
    const char *query = strchr(authority, '?');
    const char *end = query ? query : authority + strlen(authority);
    const char *at = NULL;
    size_t ats = 0;
    for (const char *p = authority; p < end; p++) {
        if (*p == '@') {
            ats++;
            at = at ? at : p;
        }
    }
    *out_at = at;
    if (ats > 1 || (at && (size_t)(at - authority) > head)) {
        return true;
    }
    /* user:pass?word@host: what reads as a port is none, and an '@' follows. */
    const char *colon = memchr(authority, ':', head);
    if (!at && query && colon && strchr(query, '@')) {
        size_t digits = strspn(colon + 1, "0123456789,:");
        return (size_t)(colon + 1 - authority) + digits < head;
    }
    return false;
}

static void find_query_secrets(const char *text, size_t start, struct secrets *secrets)
{
    size_t i = start;
    while (text[i]) {
        size_t key = i;
        size_t len = strcspn(text + i, "&");
        const char *equals = memchr(text + i, '=', len);
        if (equals && is_secret_key(rv_view(text + key, (size_t)(equals - text) - key))) {
            secrets_add(secrets, (size_t)(equals + 1 - text), i + len);
        }
        i += len + (text[i + len] ? 1 : 0);
    }
}

static void find_url_secrets(const char *text, size_t authority, struct secrets *secrets)
{
    const char *last_at = NULL;
    for (const char *p = text + authority; *p && *p != '?'; p++) {
        last_at = *p == '@' ? p : last_at;
    }
    if (last_at) {
        const char *colon = memchr(text + authority, ':', (size_t)(last_at - text) - authority);
        if (colon) {
            secrets_add(secrets, (size_t)(colon + 1 - text), (size_t)(last_at - text));
        }
    }
    const char *query = strchr(text + authority, '?');
    if (query) {
        find_query_secrets(text, (size_t)(query + 1 - text), secrets);
    }
}

/* key = 'va\'lue' pairs, as in libpq's conninfo_parse(). */
static void find_keyword_secrets(const char *text, struct secrets *secrets)
{
    size_t i = 0;
    while (text[i]) {
        while (rv_is_space(text[i])) {
            i++;
        }
        size_t key = i;
        while (text[i] && text[i] != '=' && !rv_is_space(text[i])) {
            i++;
        }
        struct rv_view name = rv_view(text + key, i - key);
        while (rv_is_space(text[i])) {
            i++;
        }
        if (text[i] != '=') {
            continue;
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
        i += is_quoted && text[i] ? 1 : 0;
        if (is_secret_key(name)) {
            secrets_add(secrets, value, i);
        }
    }
}

static void find_secrets(const char *text, struct secrets *secrets)
{
    size_t scheme = scheme_length(text);
    if (scheme) {
        find_url_secrets(text, scheme + 3, secrets);
    } else {
        find_keyword_secrets(text, secrets);
    }
}

static const char *without_secrets(struct rv_arena *arena, const char *text)
{
    struct secrets secrets = {0};
    find_secrets(text, &secrets);
    rv_str_auto struct rv_str shown = {0};
    size_t from = 0;
    for (size_t i = 0; i < secrets.count; i++) {
        rv_str_add(&shown, text + from, secrets.spans[i].start - from);
        rv_str_add_text(&shown, "***");
        from = secrets.spans[i].end;
    }
    rv_str_add_text(&shown, text + from);
    return rv_arena_strdup(arena, rv_str_text(&shown));
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
    const char *at = NULL;
    out->dialect = "postgresql";
    if (has_raw_password(rest, &at)) {
        rv_fail(err, REV_ERROR_CONFIG, "the URL's user or password holds a raw '@', '/' or '?'");
        rv_error_hint(*err, "Percent-encode it: '@' is written %%40, '/' %%2F, '?' %%3F, ':' %%3A and '%%' %%25.");
        return false;
    }
    out->text = rv_arena_printf(arena, "postgresql://%s", rest);
    out->shown = without_secrets(arena, out->text);
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
        out->dialect = "postgresql";
        out->text = rv_arena_strdup(arena, text);
        out->shown = without_secrets(arena, text);
        return true;
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
