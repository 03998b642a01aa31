/* The digest by which an applied revision is known to be unchanged. Its form is written into databases: each field is
 * `name length:bytes`, so that no two different inputs make one text, and it never changes. */
#include "tree/checksum.h"

#include "base/arena.h"

static void add_text(struct rv_sha256 *sha, const char *text)
{
    rv_sha256_add(sha, rv_view_of(text));
}

static void add_field(struct rv_sha256 *sha, const char *name, struct rv_view value)
{
    char length[32];
    snprintf(length, sizeof length, " %zu:", value.len);
    add_text(sha, name);
    add_text(sha, length);
    rv_sha256_add(sha, value);
    add_text(sha, "\n");
}

static void add_list(struct rv_sha256 *sha, const char *name, const rev_strings *list)
{
    for (size_t i = 0; i < list->count; i++) {
        add_field(sha, name, rv_view_of(list->items[i]));
    }
}

/* CRLF and a lone CR read as LF: an editor or git may have changed them. */
static void add_script(struct rv_sha256 *sha, const char *name, struct rv_view text)
{
    if (!text.ptr) {
        return;
    }
    if (rv_view_starts_with(text, "\xEF\xBB\xBF")) {
        text = rv_view(text.ptr + 3, text.len - 3);
    }
    rv_str_auto struct rv_str normal = {0};
    for (size_t i = 0; i < text.len;) {
        const char *cr = memchr(text.ptr + i, '\r', text.len - i);
        size_t end = cr ? (size_t)(cr - text.ptr) : text.len;
        rv_str_add(&normal, text.ptr + i, end - i);
        i = end;
        if (cr) {
            rv_str_add_char(&normal, '\n');
            i += i + 1 < text.len && text.ptr[i + 1] == '\n' ? 2 : 1;
        }
    }
    add_field(sha, name, rv_view(rv_str_text(&normal), normal.len));
}

void rv_checksum(const rev_revision *revision, struct rv_view up, struct rv_view down,
                 char out_hex[RV_SHA256_TEXT_SIZE])
{
    struct rv_sha256 *sha = rv_sha256_new();
    add_field(sha, "revision", rv_view_of(revision->id));
    add_list(sha, "down_revision", &revision->down_revision);
    add_list(sha, "depends_on", &revision->depends_on);
    add_field(sha, "transactional", rv_view_of(revision->is_transactional ? "true" : "false"));
    add_field(sha, "foreign_keys", rv_view_of(revision->foreign_keys_off ? "off" : "on"));
    add_script(sha, "up", up);
    add_script(sha, "down", down);
    rv_sha256_finish(sha, out_hex);
}

static rev_strings texts_of(struct rv_arena *arena, const struct rv_names *names)
{
    const char **texts = RV_NEW_ARRAY(arena, const char *, names->count);
    for (size_t i = 0; i < names->count; i++) {
        texts[i] = names->items[i].text;
    }
    return (rev_strings){names->count, texts};
}

void rv_checksum_descriptor(const struct rv_descriptor *descriptor, struct rv_view up, struct rv_view down,
                            char out_hex[RV_SHA256_TEXT_SIZE])
{
    rv_arena_auto struct rv_arena *scratch = rv_arena_new();
    const rev_revision revision = {
        .id = descriptor->id.text,
        .down_revision = texts_of(scratch, &descriptor->down_revision),
        .depends_on = texts_of(scratch, &descriptor->depends_on),
        .is_transactional = !descriptor->is_statementwise,
        .foreign_keys_off = descriptor->foreign_keys_off,
    };
    rv_checksum(&revision, up, down, out_hex);
}
