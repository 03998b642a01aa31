/* The digest by which an applied revision is known to be unchanged. Its form is written into databases: each field is
 * `name length:bytes`, so that no two different inputs make one text, and it never changes. */
#include "tree/checksum.h"

#include "base/arena.h"

static void add_text(struct rv_sha256 *sha, const char *text)
{
    rv_sha256_add(sha, rv_view_of(text));
}

static void begin_field(struct rv_sha256 *sha, const char *name, size_t len)
{
    char length[32];
    snprintf(length, sizeof length, " %zu:", len);
    add_text(sha, name);
    add_text(sha, length);
}

static void add_field(struct rv_sha256 *sha, const char *name, struct rv_view value)
{
    begin_field(sha, name, value.len);
    rv_sha256_add(sha, value);
    add_text(sha, "\n");
}

static void add_list(struct rv_sha256 *sha, const char *name, const rev_strings *list)
{
    for (size_t i = 0; i < list->count; i++) {
        add_field(sha, name, rv_view_of(list->items[i]));
    }
}

/* The next run of a script's bytes without a CR; *at goes behind it and behind the line end that follows it. CRLF and a
 * lone CR read as LF: an editor or git may have changed them. */
static struct rv_view next_run(struct rv_view text, size_t *at, bool *out_has_cr)
{
    const char *from = text.ptr + *at;
    const char *cr = memchr(from, '\r', text.len - *at);
    size_t len = cr ? (size_t)(cr - from) : text.len - *at;
    *at += len;
    *out_has_cr = cr;
    if (cr) {
        *at += *at + 1 < text.len && cr[1] == '\n' ? 2 : 1;
    }
    return rv_view(from, len);
}

/* The length stands before the bytes, so there are two passes: a copy would take as much memory as the script. */
static void add_script(struct rv_sha256 *sha, const char *name, struct rv_view text)
{
    if (!text.ptr) {
        return;
    }
    if (rv_view_starts_with(text, "\xEF\xBB\xBF")) {
        text = rv_view(text.ptr + 3, text.len - 3);
    }
    size_t len = 0;
    bool has_cr;
    for (size_t at = 0; at < text.len;) {
        len += next_run(text, &at, &has_cr).len;
        len += has_cr;
    }
    begin_field(sha, name, len);
    for (size_t at = 0; at < text.len;) {
        rv_sha256_add(sha, next_run(text, &at, &has_cr));
        add_text(sha, has_cr ? "\n" : "");
    }
    add_text(sha, "\n");
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
