/* UTF-8 by the Unicode Standard's table 3-7 of well-formed sequences. Widths follow East Asian Width's W and F ranges,
 * merged to the blocks that matter, and the combining blocks. */
#include "base/utf8.h"

size_t rv_utf8_decode(const char *ptr, size_t len, uint32_t *out_point)
{
    const unsigned char *s = (const unsigned char *)ptr;
    if (len == 0) {
        return 0;
    }
    if (s[0] < 0x80) {
        *out_point = s[0];
        return 1;
    }
    size_t need = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4 || len < need) {
        return 0;
    }
    uint32_t point = s[0] & (0xFFU >> (need + 1));
    for (size_t i = 1; i < need; i++) {
        if ((s[i] & 0xC0) != 0x80) {
            return 0;
        }
        point = point << 6 | (s[i] & 0x3F);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < least[need] || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) {
        return 0;
    }
    *out_point = point;
    return need;
}

/* Whether the next eight bytes are ASCII without a NUL, as nearly all of a big script is: taking 1 from each byte sets
 * its high bit only where it was 0 or the bit was set already (or, behind a 0, by borrowing). */
static bool are_plain(const char *ptr)
{
    const uint64_t ones = 0x0101010101010101, high_bits = 0x8080808080808080;
    uint64_t bytes;
    memcpy(&bytes, ptr, sizeof bytes);
    return (((bytes - ones) | bytes) & high_bits) == 0;
}

size_t rv_utf8_invalid_at(struct rv_view text)
{
    size_t i = 0;
    while (i < text.len) {
        if (text.len - i >= sizeof(uint64_t) && are_plain(text.ptr + i)) {
            i += sizeof(uint64_t);
            continue;
        }
        uint32_t point;
        size_t n = rv_utf8_decode(text.ptr + i, text.len - i, &point);
        if (n == 0 || point == 0) {
            return i;
        }
        i += n;
    }
    return text.len;
}

static bool acts_on_terminal(uint32_t point)
{
    return point < 0x20 || (point >= 0x7F && point <= 0x9F) || (point >= 0x200B && point <= 0x200F) ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0x061C ||
           point == 0xFEFF || point == 0xFFFE || point == 0xFFFF;
}

static void escape(struct rv_str *out, struct rv_view text, bool one_line)
{
    size_t i = 0;
    while (i < text.len) {
        uint32_t point;
        size_t n = rv_utf8_decode(text.ptr + i, text.len - i, &point);
        if (n == 0) {
            rv_str_printf(out, "\\x%02X", (unsigned)(unsigned char)text.ptr[i]);
            n = 1;
        } else if (point == '\n' || point == '\t') {
            if (one_line) {
                rv_str_add_text(out, point == '\n' ? "\\n" : "\\t");
            } else {
                rv_str_add_char(out, text.ptr[i]);
            }
        } else if (acts_on_terminal(point)) {
            rv_str_printf(out, point < 0x100 ? "\\x%02X" : "\\u%04X", (unsigned)point);
        } else {
            rv_str_add(out, text.ptr + i, n);
        }
        i += n;
    }
}

void rv_utf8_escape(struct rv_str *out, struct rv_view text)
{
    escape(out, text, false);
}

void rv_utf8_escape_line(struct rv_str *out, struct rv_view text)
{
    escape(out, text, true);
}

void rv_utf8_add_one_line(struct rv_str *out, struct rv_view text)
{
    for (size_t i = 0; i < text.len;) {
        uint32_t point = 0;
        size_t n = rv_utf8_decode(text.ptr + i, text.len - i, &point);
        bool is_plain = n && !acts_on_terminal(point);
        rv_str_add(out, is_plain ? text.ptr + i : " ", is_plain ? n : 1);
        i += n ? n : 1;
    }
}

struct range {
    uint32_t first, last;
};

static bool in_ranges(uint32_t point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (point >= ranges[i].first && point <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

static size_t point_width(uint32_t point)
{
    static const struct range none[] = {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A},
                                        {0x064B, 0x065F}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF},
                                        {0x1DC0, 0x1DFF}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
                                        {0xFE20, 0xFE2F}};
    static const struct range wide[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},  {0x3400, 0x4DBF},
                                        {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xAC00, 0xD7A3},  {0xF900, 0xFAFF},
                                        {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                                        {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
    if (point < 0x300) {
        return 1;
    }
    if (in_ranges(point, none, sizeof none / sizeof none[0])) {
        return 0;
    }
    return in_ranges(point, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}

size_t rv_utf8_width(struct rv_view text)
{
    size_t width = 0;
    for (size_t i = 0; i < text.len;) {
        uint32_t point;
        size_t n = rv_utf8_decode(text.ptr + i, text.len - i, &point);
        width += n ? point_width(point) : 1;
        i += n ? n : 1;
    }
    return width;
}

size_t rv_utf8_count(struct rv_view text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; count++) {
        uint32_t point;
        size_t n = rv_utf8_decode(text.ptr + i, text.len - i, &point);
        i += n ? n : 1;
    }
    return count;
}

/* The next character, or a run of white space as one: appends how it is shown, and gives its length. */
static size_t add_shown(struct rv_str *out, struct rv_view rest)
{
    size_t n = 0;
    uint32_t point;
    while (n < rest.len && rv_is_space(rest.ptr[n])) {
        n++;
    }
    if (n) {
        rv_str_add_char(out, ' ');
        return n;
    }
    if (rest.ptr[0] > ' ' && rest.ptr[0] <= '~') {
        rv_str_add_char(out, rest.ptr[0]);
        return 1;
    }
    n = rv_utf8_decode(rest.ptr, rest.len, &point);
    n = n ? n : 1;
    rv_utf8_escape_line(out, rv_view(rest.ptr, n));
    return n;
}

void rv_utf8_add_beginning(struct rv_str *out, struct rv_view text, size_t width)
{
    rv_str_auto struct rv_str character = {0};
    size_t used = 0;
    for (size_t at = 0; at < text.len;) {
        character.len = 0;
        at += add_shown(&character, rv_view(text.ptr + at, text.len - at));
        size_t wide = character.len == 1 ? 1 : rv_utf8_width(rv_view(character.ptr, character.len));
        if (used + wide + (at == text.len ? 0 : 1) > width) {
            rv_str_add_text(out, "\xE2\x80\xA6");
            return;
        }
        rv_str_add(out, character.ptr, character.len);
        used += wide;
    }
}
