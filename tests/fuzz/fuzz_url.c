#include "fuzz.h"

#include "config/url.h"

#include <libpq-fe.h>

static bool is_secret(const char *keyword)
{
    return strcmp(keyword, "password") == 0 || strcmp(keyword, "sslpassword") == 0;
}

/* libpq is the judge of what a password is: where it finds one in the text, it finds three stars in what is shown.
 * All else is there as it was, unless it looks like a secret to us. */
static void check_option(const PQconninfoOption *option, const PQconninfoOption *shown)
{
    const char *text = option->val ? option->val : "", *seen = shown->val ? shown->val : "";
    bool is_hidden = strcmp(seen, "***") == 0;
    PROMISE(strcmp(option->keyword, shown->keyword) == 0);
    PROMISE(is_hidden || strcmp(text, seen) == 0);
    PROMISE(is_hidden || !text[0] || !is_secret(option->keyword));
}

static void check_postgresql(const struct rv_url *url)
{
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(url->text, &message);
    PQfreemem(message);
    if (!options) {
        return;
    }
    message = NULL;
    PQconninfoOption *shown = PQconninfoParse(url->shown, &message);
    PQfreemem(message);
    PROMISE(shown);
    for (size_t i = 0; options[i].keyword; i++) {
        check_option(&options[i], &shown[i]);
    }
    PQconninfoFree(options);
    PQconninfoFree(shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    const char *text = rv_arena_text(arena, (const char *)data, size);
    struct rv_url url = {0};
    rev_error *error = NULL;
    bool ok = rv_url_parse(arena, text, "/folder", &url, &error);
    fuzz_promised(ok, error);
    if (ok) {
        PROMISE(url.text && url.shown);
        if (url.dialect && strcmp(url.dialect, "postgresql") == 0) {
            check_postgresql(&url);
        }
    }
    return 0;
}
