/* Lays out paragraphs for a terminal's width; long lines are hard to read, so it does not use more than WIDEST of it.
 */
#include "cli/out/wrap.h"

#include "base/str.h"
#include "base/utf8.h"

enum { WIDEST = 100, LEAST = 20 };

struct layout {
    struct term *out;
    size_t width, column; /* of the lines; where they begin */
    size_t at;            /* where the cursor stands */
    bool has_word;        /* in this line */
};

static void end_line(struct layout *layout)
{
    term_plain(layout->out, "\n");
    layout->at = 0;
    layout->has_word = false;
}

static void add_word(struct layout *layout, struct rv_view word)
{
    size_t width = rv_utf8_width(word);
    if (layout->at > layout->column && layout->at + 1 + width > layout->width) {
        end_line(layout);
    }
    if (layout->has_word) {
        term_plain(layout->out, " ");
        layout->at++;
    } else if (layout->at < layout->column) {
        term_printf(layout->out, "%*s", (int)(layout->column - layout->at), "");
        layout->at = layout->column;
    }
    term_printf(layout->out, "%.*s", (int)word.len, word.ptr);
    layout->at += width;
    layout->has_word = true;
}

static void add_line(struct layout *layout, struct rv_view line)
{
    if (line.len == 0 || line.ptr[0] == ' ') {
        if (layout->has_word) {
            end_line(layout);
        }
        term_printf(layout->out, "%.*s", (int)line.len, line.ptr);
        end_line(layout);
        return;
    }
    while (line.len) {
        size_t len = 0;
        while (len < line.len && line.ptr[len] != ' ') {
            len++;
        }
        if (len) {
            add_word(layout, rv_view(line.ptr, len));
        }
        len += len < line.len;
        line = rv_view(line.ptr + len, line.len - len);
    }
}

void wrap_text(struct term *out, const char *text, size_t column)
{
    size_t width = term_width(out);
    if (!width) {
        term_printf(out, "%s\n", text);
        return;
    }
    width = width < WIDEST ? width : WIDEST;
    struct layout layout = {.out = out, .width = width, .column = column + LEAST <= width ? column : 0, .at = column};
    while (*text) {
        size_t len = strcspn(text, "\n");
        add_line(&layout, rv_view(text, len));
        text += len + (text[len] ? 1 : 0);
    }
    if (layout.has_word) {
        end_line(&layout);
    }
}
