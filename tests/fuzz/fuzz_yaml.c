#include "fuzz.h"

#include "same_yaml.h"

/* What goes the short way means to libyaml exactly the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_view text = fuzz_view(size ? data : (const uint8_t *)"", size);
    const struct rv_yaml *plain = rv_yaml_parse_plain(arena, text);
    if (plain) {
        const struct rv_yaml *tree = libyaml_tree(arena, text);
        PROMISE(tree && same_plain_tree(plain, tree));
    }
    return 0;
}
