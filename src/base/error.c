/* The one maker of rev_error. Prints nothing and knows no exit status. */
#include "base/error.h"

#include "base/alloc.h"
#include "base/str.h"

void rev_error_free(rev_error *error)
{
    while (error) {
        rev_error *next = error->next;
        free(error->message);
        free(error->hint);
        free(error->detail);
        free(error->sqlstate);
        free(error->file);
        free(error->statement);
        free(error->excerpt);
        free(error);
        error = next;
    }
}

static char *format_text(const char *format, va_list args) __attribute__((format(printf, 1, 0)));
static char *format_text(const char *format, va_list args)
{
    struct rv_str text = {0};
    rv_str_vprintf(&text, format, args);
    return rv_str_take(&text);
}

static rev_error *error_new(rev_error_code code, char *message)
{
    rev_error *error = rv_alloc(sizeof *error);
    *error = (rev_error){.code = code, .message = message};
    return error;
}

bool rv_fail(rev_error **err, rev_error_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *err = error_new(code, format_text(format, args));
    va_end(args);
    return false;
}

static char *copy_text(const char *text)
{
    return text ? rv_strdup(text) : NULL;
}

rev_error *rv_error_copy(const rev_error *error)
{
    rev_error *copy = error_new(error->code, copy_text(error->message));
    copy->hint = copy_text(error->hint);
    copy->detail = copy_text(error->detail);
    copy->sqlstate = copy_text(error->sqlstate);
    copy->file = copy_text(error->file);
    copy->line = error->line;
    copy->column = error->column;
    copy->statement = copy_text(error->statement);
    copy->statement_number = error->statement_number;
    copy->excerpt = copy_text(error->excerpt);
    return copy;
}

void rv_error_give(rev_error **err, rev_error *error)
{
    if (err) {
        *err = error;
    } else {
        rev_error_free(error);
    }
}

static void replace(char **field, char *text)
{
    free(*field);
    *field = text;
}

void rv_error_hint(rev_error *error, const char *format, ...)
{
    if (!error) {
        return;
    }
    va_list args;
    va_start(args, format);
    replace(&error->hint, format_text(format, args));
    va_end(args);
}

void rv_error_detail(rev_error *error, const char *format, ...)
{
    if (!error) {
        return;
    }
    va_list args;
    va_start(args, format);
    replace(&error->detail, format_text(format, args));
    va_end(args);
}

void rv_error_prefix(rev_error *error, const char *format, ...)
{
    if (!error) {
        return;
    }
    struct rv_str text = {0};
    va_list args;
    va_start(args, format);
    rv_str_vprintf(&text, format, args);
    va_end(args);
    rv_str_add_text(&text, error->message);
    replace(&error->message, rv_str_take(&text));
}

void rv_error_at(rev_error *error, const char *file, uint32_t line, uint32_t column)
{
    if (!error) {
        return;
    }
    replace(&error->file, file ? rv_strdup(file) : NULL);
    error->line = line;
    error->column = column;
}

void rv_error_sqlstate(rev_error *error, const char *sqlstate)
{
    if (error) {
        replace(&error->sqlstate, sqlstate ? rv_strdup(sqlstate) : NULL);
    }
}

static char *text_of(const char *ptr, size_t len)
{
    struct rv_str text = {0};
    rv_str_add(&text, ptr, len);
    return rv_str_take(&text);
}

void rv_error_statement(rev_error *error, const char *ptr, size_t len, uint32_t number)
{
    enum { LONGEST = 16384 }; /* more than anybody reads */
    if (len > LONGEST) {
        for (len = LONGEST; len > 0 && ((unsigned char)ptr[len] & 0xC0) == 0x80; len--) {
        }
    }
    if (error) {
        replace(&error->statement, text_of(ptr, len));
        error->statement_number = number;
    }
}

void rv_error_excerpt(rev_error *error, const char *ptr, size_t len)
{
    if (error) {
        replace(&error->excerpt, text_of(ptr, len));
    }
}

static void chain(struct rv_faults *faults, rev_error *error)
{
    if (faults->last) {
        faults->last->next = error;
    } else {
        faults->first = error;
    }
    faults->last = error;
    faults->count++;
}

rev_error *rv_faults_add(struct rv_faults *faults, rev_error_code code, const char *format, ...)
{
    if (faults->count >= RV_FAULT_LIMIT) {
        faults->count++;
        return NULL;
    }
    va_list args;
    va_start(args, format);
    rev_error *error = error_new(code, format_text(format, args));
    va_end(args);
    chain(faults, error);
    return error;
}

void rv_faults_take(struct rv_faults *faults, rev_error *error)
{
    while (error) {
        rev_error *next = error->next;
        error->next = NULL;
        if (faults->count >= RV_FAULT_LIMIT) {
            faults->count++;
            rev_error_free(error);
        } else {
            chain(faults, error);
        }
        error = next;
    }
}

bool rv_faults_done(struct rv_faults *faults, rev_error **err)
{
    if (!faults->first) {
        return true;
    }
    if (faults->count > RV_FAULT_LIMIT) {
        rev_error *more = NULL;
        rv_fail(&more, faults->first->code, "and %zu more", faults->count - RV_FAULT_LIMIT);
        faults->last->next = more;
    }
    *err = faults->first;
    *faults = (struct rv_faults){0};
    return false;
}
