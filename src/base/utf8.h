/* UTF-8: validity, width, and the escaping of foreign text for a terminal. */
#ifndef RV_BASE_UTF8_H
#define RV_BASE_UTF8_H

#include "base/str.h"

#include <stdint.h>

/* U+FFFD: stands where something is that no text may hold. */
#define RV_UTF8_REPLACEMENT "\xEF\xBF\xBD"

/* Decodes the character at `ptr`: its length in bytes, or 0 where the bytes are not UTF-8 (overlong forms, surrogates
 * and numbers over U+10FFFF included). */
size_t rv_utf8_decode(const char *ptr, size_t len, uint32_t *out_point);

/* The offset of the first byte that is not UTF-8 or is NUL; text.len if there is none. */
size_t rv_utf8_invalid_at(struct rv_view text);

/* Appends `text` with everything escaped that a terminal would act on: C0 but newline and tab, DEL, C1, line and
 * paragraph separators, bidi controls, U+FFFE and U+FFFF (which no XML may hold) and bytes that are not UTF-8 become
 * \xNN or \uNNNN. */
void rv_utf8_escape(struct rv_str *out, struct rv_view text);
/* The same on one line: newline and tab become \n and \t. */
void rv_utf8_escape_line(struct rv_str *out, struct rv_view text);

/* The same as a comment's or a name's text: everything that a line, or a reader's idea of one, could end at or that a
 * terminal would act on becomes a space, so that the rest stays readable. */
void rv_utf8_add_one_line(struct rv_str *out, struct rv_view text);

/* Columns that the text takes on a terminal, wide and combining characters considered. */
size_t rv_utf8_width(struct rv_view text);

/* Appends the text's beginning, at most so wide, escaped and on one line: white space becomes one space; what does not
 * fit, an ellipsis. */
void rv_utf8_add_beginning(struct rv_str *out, struct rv_view text, size_t width);

/* Characters in the text; a byte that is not UTF-8 counts as one. */
size_t rv_utf8_count(struct rv_view text);

#endif
