/* Rows of rev_script, written and read. What is read is as trustworthy as the database: whoever runs it compares its
 * checksum first. */
#include "db/kept.h"

#include "base/error.h"
#include "base/num.h"

const char rv_kept_columns[] = "checksum, header, up, down, up_size, down_size";

bool rv_kept_create(struct rv_db *db, struct rv_version *version, rev_error **err)
{
    if (version->kept_exists || !db->engine->books->kept_table) {
        return true;
    }
    rv_str_auto struct rv_str sql = {0};
    rv_str_printf(&sql, "CREATE TABLE IF NOT EXISTS %s (%s)", version->kept_quoted, db->engine->books->kept_table);
    if (!rv_version_create_table(db, rv_str_text(&sql), err)) {
        rv_error_prefix(*err, "creating %s: ", version->kept_quoted);
        return false;
    }
    version->kept_exists = true;
    return true;
}

static struct rv_value bytes_of(struct rv_view file)
{
    bool is_kept = file.ptr && file.len <= RV_KEPT_LIMIT;
    return (struct rv_value){is_kept ? file.ptr : NULL, file.len, true};
}

static struct rv_value size_of(struct rv_view file, char out[24])
{
    int len = snprintf(out, 24, "%zu", file.len);
    return (struct rv_value){file.ptr ? out : NULL, (size_t)len, false};
}

#define INSERT "INSERT INTO %s (checksum, header, up, down, up_size, down_size) VALUES ("

static void add_bytes(struct rv_str *out, struct rv_value value)
{
    static const char digits[] = "0123456789abcdef";
    if (!value.ptr) {
        rv_str_add_text(out, "NULL, ");
        return;
    }
    rv_str_add_text(out, "'\\x");
    for (size_t i = 0; i < value.len;) {
        char hex[512];
        size_t len = 0;
        for (; i < value.len && len < sizeof hex; i++) {
            unsigned char byte = (unsigned char)value.ptr[i];
            hex[len++] = digits[byte >> 4];
            hex[len++] = digits[byte & 15];
        }
        rv_str_add(out, hex, len);
    }
    rv_str_add_text(out, "', ");
}

void rv_kept_save_sql(struct rv_str *out, const struct rv_version *version, const char *checksum,
                      const struct rv_kept *files)
{
    char up_size[24], down_size[24];
    struct rv_value up = size_of(files->up, up_size), down = size_of(files->down, down_size);
    rv_str_printf(out, INSERT, version->kept_quoted);
    rv_sql_add_literal(out, checksum);
    rv_str_add_text(out, ", ");
    add_bytes(out, bytes_of(files->header));
    add_bytes(out, bytes_of(files->up));
    add_bytes(out, bytes_of(files->down));
    rv_str_printf(out, "%s, %s) ON CONFLICT DO NOTHING;\n", up.ptr ? up.ptr : "NULL", down.ptr ? down.ptr : "NULL");
}

void rv_kept_explain(const struct rv_version *version, rev_error *error)
{
    rv_error_prefix(error, "writing %s: ", version->kept_quoted);
    if (!error->hint) {
        rv_error_hint(error, "If this is another tool's table, rename it or set version_table_schema.");
    }
}

bool rv_kept_save(struct rv_db *db, const struct rv_version *version, const char *checksum, const struct rv_kept *files,
                  rev_error **err)
{
    if (!db->engine->books->kept_table) {
        return true;
    }
    rv_str_auto struct rv_str sql = {0};
    char up_size[24], down_size[24];
    const struct rv_value values[] = {
        {checksum, strlen(checksum), false},
        bytes_of(files->header),
        bytes_of(files->up),
        bytes_of(files->down),
        size_of(files->up, up_size),
        size_of(files->down, down_size),
    };
    rv_str_printf(&sql, INSERT "$1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING", version->kept_quoted);
    if (db->driver->insert(db, rv_str_text(&sql), values, sizeof values / sizeof values[0], err)) {
        return true;
    }
    rv_kept_explain(version, *err);
    return false;
}

static int digit_of(char c)
{
    return rv_is_digit(c) ? c - '0' : rv_lower(c) - 'a' + 10;
}

/* SQLite shows no bytes as it shows the empty file: the size tells them apart. */
static struct rv_view bytes_from_hex(struct rv_arena *arena, const char *hex, int64_t size)
{
    if (!hex || (!*hex && size != 0)) {
        return (struct rv_view){0};
    }
    size_t len = strlen(hex) / 2;
    char *bytes = rv_arena_alloc(arena, len + 1);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (char)(digit_of(hex[2 * i]) << 4 | digit_of(hex[2 * i + 1]));
    }
    return rv_view(bytes, len);
}

static int64_t size_from(const char *text)
{
    int64_t size = -1;
    rv_num_parse(rv_view_of(text ? text : ""), 0, INT64_MAX, &size);
    return size;
}

bool rv_kept_read(struct rv_db *db, const struct rv_version *version, const char *checksum, struct rv_arena *arena,
                  struct rv_kept *out, bool *out_found, rev_error **err)
{
    *out_found = false;
    if (!version->kept_exists) {
        return true;
    }
    rv_str_auto struct rv_str sql = {0};
    rv_result_auto struct rv_result result = {0};
    const char *const *hex = db->engine->books->hex;
    rv_str_printf(&sql,
                  "SELECT %sheader%s, %sup%s, %sdown%s, CAST(up_size AS text), CAST(down_size AS text) FROM %s "
                  "WHERE checksum = $1",
                  hex[0], hex[1], hex[0], hex[1], hex[0], hex[1], version->kept_quoted);
    if (!db->driver->query(db, rv_str_text(&sql), &checksum, 1, &result, err)) {
        rv_error_prefix(*err, "reading %s: ", version->kept_quoted);
        return false;
    }
    if (result.row_count) {
        int64_t up_size = size_from(result.values[3]), down_size = size_from(result.values[4]);
        *out = (struct rv_kept){
            .header = bytes_from_hex(arena, result.values[0], -1),
            .up = bytes_from_hex(arena, result.values[1], up_size),
            .down = bytes_from_hex(arena, result.values[2], down_size),
            .up_size = up_size,
            .down_size = down_size,
        };
        *out_found = true;
    }
    return true;
}
