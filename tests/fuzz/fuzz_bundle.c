#include "fuzz.h"

#include "config/config.h"
#include "tree/bundle.h"

static bool read_bundle(struct rv_arena *arena, struct rv_view data, struct rv_bundle *out)
{
    rev_error *error = NULL;
    bool ok = rv_bundle_read(arena, data, "bundle", out, &error);
    fuzz_promised(ok, error);
    return ok;
}

static void read_settings(struct rv_arena *arena, struct rv_view text)
{
    const struct rv_config_options options = {.url = "sqlite://"};
    struct rv_settings settings = {0};
    rev_error *error = NULL;
    bool ok = rv_settings_unpack(arena, text, "bundle", &options, &settings, &error);
    PROMISE(!ok || (settings.version_table && settings.version_table[0] && settings.has_url));
    rv_settings_clear(&settings);
    fuzz_promised(ok, error);
}

/* As it is, it hardly ever has the right digest: so the bytes are also what one is made for. What is read is written as
 * it was. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_bundle bundle = {0};
    rv_str_auto struct rv_str sealed = {0}, again = {0};
    read_bundle(arena, fuzz_view(data, size), &bundle);
    rv_bundle_seal(fuzz_view(data, size), &sealed);
    if (!read_bundle(arena, rv_view(sealed.ptr, sealed.len), &bundle)) {
        return 0;
    }
    const struct rv_source *source = &bundle.source.source;
    const char **directories;
    size_t count;
    rev_error *error = NULL;
    PROMISE(source->list(source, arena, &directories, &count, &error));
    PROMISE(rv_bundle_write(source, directories, count, bundle.settings, &again, &error));
    PROMISE(again.len <= sealed.len);
    read_settings(arena, bundle.settings);
    return 0;
}
