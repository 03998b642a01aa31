/* The table of dialects, and the quoting that they share. No SQL text of ours is built with a name or value that did
 * not come through here. */
#include "sql/dialect.h"

static const struct rv_dialect *const dialects[] = {&rv_dialect_postgresql, &rv_dialect_sqlite};

const struct rv_dialect *rv_dialect_find(const char *name)
{
    for (size_t i = 0; i < sizeof dialects / sizeof dialects[0]; i++) {
        if (strcmp(dialects[i]->name, name) == 0) {
            return dialects[i];
        }
    }
    return NULL;
}

static void add_doubled(struct rv_str *out, const char *text, char quote)
{
    rv_str_add_char(out, quote);
    for (; *text; text++) {
        if (*text == quote) {
            rv_str_add_char(out, quote);
        }
        rv_str_add_char(out, *text);
    }
    rv_str_add_char(out, quote);
}

void rv_sql_add_identifier(struct rv_str *out, const char *name)
{
    add_doubled(out, name, '"');
}

void rv_sql_add_own_name(struct rv_str *out, const char *name)
{
    static const char *const plain[] = {"alembic_version", "alembic_version_pkc", "rev_log", "rev_script", "rev_lock"};
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (strcmp(name, plain[i]) == 0) {
            rv_str_add_text(out, name);
            return;
        }
    }
    rv_sql_add_identifier(out, name);
}

void rv_sql_add_table(struct rv_str *out, const char *schema, const char *table)
{
    if (schema) {
        rv_sql_add_identifier(out, schema);
        rv_str_add_char(out, '.');
    }
    rv_sql_add_own_name(out, table);
}

void rv_sql_add_literal(struct rv_str *out, const char *text)
{
    add_doubled(out, text, '\'');
}
