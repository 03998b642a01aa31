#include "fuzz.h"

#include "graph/spec.h"

static bool is_inside(struct rv_view part, struct rv_view whole)
{
    return part.len == 0 || (part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rv_view text = fuzz_view(data, size);
    struct rv_spec spec = {0};
    rev_error *error = NULL;
    bool ok = rv_spec_parse(text, &spec, &error);
    fuzz_promised(ok, error);
    if (ok) {
        PROMISE(size <= RV_SPEC_LIMIT);
        PROMISE(is_inside(spec.text, text) && is_inside(spec.where, text) && is_inside(spec.name, text));
        PROMISE(spec.sign == 0 || spec.sign == '+' || spec.sign == '-');
        PROMISE(spec.symbol != RV_SYMBOL_NAME || spec.name.len > 0);
        PROMISE(spec.symbol != RV_SYMBOL_NONE || spec.sign);
    }
    rv_str_auto struct rv_str range = {0};
    rv_str_add(&range, text.ptr, memchr(text.ptr, 0, text.len) ? 0 : text.len);
    struct rv_view first = {0}, last = {0};
    error = NULL;
    ok = rv_spec_split(rv_str_text(&range), &first, &last, &error);
    fuzz_promised(ok, error);
    if (ok) {
        struct rv_view whole = rv_view(rv_str_text(&range), range.len);
        PROMISE(is_inside(first, whole) && is_inside(last, whole) && first.len + last.len + 1 == whole.len);
    }
    return 0;
}
