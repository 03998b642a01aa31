#include "fuzz.h"

#include "config/overlay.h"

/* The tree: positions are there, no key is a list, texts hold no NUL by being what they are. */
static void walk(const struct rv_yaml *node, size_t depth)
{
    PROMISE(depth <= RV_YAML_DEPTH_LIMIT + 1 && node->line > 0 && node->column > 0);
    PROMISE(node->kind != RV_YAML_SCALAR || node->text);
    for (size_t i = 0; node->kind != RV_YAML_SCALAR && i < node->count; i++) {
        if (node->kind == RV_YAML_MAP) {
            PROMISE(node->keys[i]->kind == RV_YAML_SCALAR && node->keys[i]->text);
        }
        walk(node->items[i], depth + 1);
    }
}

static void expand(struct rv_arena *arena, const struct rv_layer *layer)
{
    struct rv_env_entry entries[] = {{"A", "a"}, {"EMPTY", ""}};
    const struct rv_env_file file = {entries, 2};
    for (size_t i = 0; i < RV_KEY_COUNT; i++) {
        if (layer->values[i]) {
            rev_error *error = NULL;
            const char *value = rv_expand(arena, layer->values[i], "rev.yaml", &file, &error);
            fuzz_promised(value != NULL, error);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    rev_error *error = NULL;
    struct rv_yaml *tree = rv_yaml_parse(arena, fuzz_view(data, size), "rev.yaml", REV_ERROR_CONFIG, &error);
    fuzz_promised(tree != NULL, error);
    if (!tree) {
        return 0;
    }
    walk(tree, 0);
    struct rv_faults faults = {0};
    struct rv_layer layer = {0};
    const struct rv_yaml *environments = NULL;
    rv_layer_read(tree, true, "rev.yaml", &layer, &environments, &faults);
    expand(arena, &layer);
    for (size_t i = 0; environments && environments->kind == RV_YAML_MAP && i < environments->count; i++) {
        if (environments->items[i]->kind == RV_YAML_MAP) {
            struct rv_layer environment = {0};
            rv_layer_read(environments->items[i], false, "rev.yaml", &environment, NULL, &faults);
            expand(arena, &environment);
        }
    }
    error = NULL;
    bool is_fine = rv_faults_done(&faults, &error);
    fuzz_promised(is_fine, error);
    return 0;
}
