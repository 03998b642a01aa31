#include "fuzz.h"

#include "base/utf8.h"

/* Nothing that a terminal would act on comes out, and all of it is UTF-8. */
static void check(struct rv_view text, bool one_line)
{
    for (size_t i = 0; i < text.len;) {
        uint32_t point = 0;
        size_t n = rv_utf8_decode(text.ptr + i, text.len - i, &point);
        PROMISE(n > 0);
        PROMISE(point >= 0x20 || (!one_line && (point == '\n' || point == '\t')));
        PROMISE(point < 0x7F || point > 0x9F);
        PROMISE((point < 0x2028 || point > 0x202E) && (point < 0x2066 || point > 0x2069) && point != 0x200E &&
                point != 0x200F && point != 0x61C && point != 0xFEFF && point != 0xFFFE && point != 0xFFFF);
        i += n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rv_view text = fuzz_view(data, size);
    rv_str_auto struct rv_str lines = {0}, line = {0}, again = {0};
    rv_utf8_escape(&lines, text);
    rv_utf8_escape_line(&line, text);
    check(rv_view(lines.ptr, lines.len), false);
    check(rv_view(line.ptr, line.len), true);
    /* What is clean stays as it is. */
    rv_utf8_escape_line(&again, rv_view(line.ptr, line.len));
    PROMISE(strcmp(rv_str_text(&again), rv_str_text(&line)) == 0);
    PROMISE(rv_utf8_invalid_at(text) <= size && rv_utf8_count(text) <= size);
    (void)rv_utf8_width(text);
    return 0;
}
