/* Lines that both texts begin or end with are cut off first; of what is left, the longest common subsequence by dynamic
 * programming (Hunt and McIlroy's problem in its plainest form), as long as its table stays small. */
#include "base/diff.h"

#include "base/vec.h"

#include <stdint.h>
#include <string.h>

enum { CONTEXT = 3 };
static const size_t largest_table = (size_t)4 * 1024 * 1024;

typedef RV_VEC(struct rv_view) lines;

static void clear_lines(lines *list)
{
    rv_vec_clear(list);
}
#define lines_auto __attribute__((cleanup(clear_lines)))

static void split(struct rv_view text, lines *out)
{
    for (size_t at = 0; at < text.len;) {
        const char *newline = memchr(text.ptr + at, '\n', text.len - at);
        size_t end = newline ? (size_t)(newline - text.ptr) : text.len;
        size_t len = end - at;
        len -= len && text.ptr[at + len - 1] == '\r' ? 1 : 0;
        rv_vec_push(out, rv_view(text.ptr + at, len));
        at = end + 1;
    }
}

static bool same(struct rv_view a, struct rv_view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* One line of the diff: ' ' of both, '-' of the first, '+' of the second. */
struct edit {
    char kind;
    struct rv_view text;
};
typedef RV_VEC(struct edit) edits;

static void clear_edits(edits *list)
{
    rv_vec_clear(list);
}

static void push_all(edits *out, char kind, const struct rv_view *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rv_vec_push(out, (struct edit){kind, items[i]});
    }
}

/* Lengths of the longest common subsequences of the ends from (i, j) on. */
static uint32_t *lengths_of(const struct rv_view *a, size_t n, const struct rv_view *b, size_t m)
{
    size_t width = m + 1;
    uint32_t *table = rv_alloc(rv_size_mul(rv_size_mul(n + 1, width), sizeof *table));
    memset(table, 0, (n + 1) * width * sizeof *table);
    for (size_t i = n; i-- > 0;) {
        for (size_t j = m; j-- > 0;) {
            uint32_t down = table[(i + 1) * width + j], right = table[i * width + j + 1];
            table[i * width + j] = same(a[i], b[j]) ? table[(i + 1) * width + j + 1] + 1 : down >= right ? down : right;
        }
    }
    return table;
}

static void compare(const struct rv_view *a, size_t n, const struct rv_view *b, size_t m, edits *out)
{
    if (n && m > largest_table / n) {
        push_all(out, '-', a, n);
        push_all(out, '+', b, m);
        return;
    }
    uint32_t *table = lengths_of(a, n, b, m);
    size_t i = 0, j = 0, width = m + 1;
    while (i < n || j < m) {
        if (i < n && j < m && same(a[i], b[j])) {
            rv_vec_push(out, (struct edit){' ', a[i]});
            i++, j++;
        } else if (i < n && (j == m || table[(i + 1) * width + j] >= table[i * width + j + 1])) {
            rv_vec_push(out, (struct edit){'-', a[i++]});
        } else {
            rv_vec_push(out, (struct edit){'+', b[j++]});
        }
    }
    free(table);
}

/* The end of the hunk that begins at `from`: behind the context of its last change. */
static size_t hunk_end(const edits *list, size_t from)
{
    size_t last = from;
    for (size_t i = from; i < list->count && i <= last + 1 + (size_t)2 * CONTEXT; i++) {
        last = list->items[i].kind != ' ' ? i : last;
    }
    size_t end = last + 1 + CONTEXT;
    return end < list->count ? end : list->count;
}

/* Empty ranges count from the line before, as in every unified diff. */
static void add_range(struct rv_str *out, char sign, size_t start, size_t count)
{
    rv_str_printf(out, "%c%zu,%zu", sign, count ? start + 1 : start, count);
}

static void add_hunk(struct rv_str *out, const edits *list, size_t from, size_t to, size_t a_start, size_t b_start)
{
    size_t a_count = 0, b_count = 0;
    for (size_t i = from; i < to; i++) {
        a_count += list->items[i].kind != '+';
        b_count += list->items[i].kind != '-';
    }
    rv_str_add_text(out, "@@ ");
    add_range(out, '-', a_start, a_count);
    rv_str_add_char(out, ' ');
    add_range(out, '+', b_start, b_count);
    rv_str_add_text(out, " @@\n");
    for (size_t i = from; i < to; i++) {
        rv_str_add_char(out, list->items[i].kind);
        rv_str_add_view(out, list->items[i].text);
        rv_str_add_char(out, '\n');
    }
}

static void add_hunks(struct rv_str *out, const edits *list)
{
    size_t a = 0, b = 0;
    for (size_t i = 0; i < list->count;) {
        if (list->items[i].kind == ' ') {
            i++, a++, b++;
            continue;
        }
        size_t before = i < CONTEXT ? i : CONTEXT, end = hunk_end(list, i);
        add_hunk(out, list, i - before, end, a - before, b - before);
        for (; i < end; i++) {
            a += list->items[i].kind != '+';
            b += list->items[i].kind != '-';
        }
    }
}

void rv_diff_add(struct rv_str *out, struct rv_view before, struct rv_view after)
{
    lines_auto lines a = {0}, b = {0};
    __attribute__((cleanup(clear_edits))) edits list = {0};
    split(before, &a);
    split(after, &b);
    size_t head = 0, tail = 0;
    while (head < a.count && head < b.count && same(a.items[head], b.items[head])) {
        head++;
    }
    while (tail < a.count - head && tail < b.count - head &&
           same(a.items[a.count - 1 - tail], b.items[b.count - 1 - tail])) {
        tail++;
    }
    push_all(&list, ' ', a.items, head);
    size_t n = a.count - head - tail, m = b.count - head - tail;
    if (n || m) {
        compare(a.items + head, n, b.items + head, m, &list);
        push_all(&list, ' ', a.items + head + n, tail);
        add_hunks(out, &list);
    }
}
