#include "fuzz.h"

#include "tree/header.h"

static bool parse(struct rv_arena *arena, struct rv_view text, struct rv_descriptor *out)
{
    struct rv_faults faults = {0};
    rev_error *error = NULL;
    bool is_whole = rv_header_parse(arena, text, "revision.yaml", out, &faults);
    bool is_fine = rv_faults_done(&faults, &error);
    PROMISE(is_whole || !is_fine);
    fuzz_promised(is_fine, error);
    return is_fine;
}

/* What is read can be written, and reads and writes the same again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rv_arena_auto struct rv_arena *arena = rv_arena_new();
    struct rv_descriptor first = {0}, second = {0};
    if (!parse(arena, fuzz_view(data, size), &first)) {
        return 0;
    }
    PROMISE(first.id.text && first.id.text[0] && first.message);
    rv_str_auto struct rv_str written = {0}, again = {0};
    rv_header_write(&written, &first);
    PROMISE(parse(arena, rv_view(written.ptr, written.len), &second));
    rv_header_write(&again, &second);
    PROMISE(strcmp(rv_str_text(&written), rv_str_text(&again)) == 0);
    PROMISE(strcmp(first.id.text, second.id.text) == 0 && strcmp(first.message, second.message) == 0);
    return 0;
}
