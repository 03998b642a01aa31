/* rev.yaml, the environment and the options: where the project lies and what its settings are. */
#ifndef RV_CONFIG_CONFIG_H
#define RV_CONFIG_CONFIG_H

#include <rev/graph.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/num.h"
#include "config/url.h"

/* What the caller says; NULL where it says nothing. Paths start in the working directory. */
struct rv_config_options {
    const char *config_file;
    const char *migrations;
    const char *url;
    const char *environment;
};

/* How one migrator keeps the others out. */
enum rv_lock_mode { RV_LOCK_AUTO, RV_LOCK_ADVISORY, RV_LOCK_ROW, RV_LOCK_MODE_COUNT };
extern const char *const rv_lock_mode_names[RV_LOCK_MODE_COUNT];

struct rv_settings {
    const char *dir;             /* absolute: where relative paths start */
    const char *config_file;     /* as shown; NULL without a rev.yaml */
    const char *migrations;      /* as shown: relative to the working directory where it lies below it */
    const char *migrations_path; /* absolute */
    bool has_url;
    struct rv_url url;
    rev_error *url_error; /* why there is none although one is configured; rv_settings_need_url() hands out copies */
    const char *version_table;
    const char *version_table_schema; /* NULL: the connection's own */
    enum rv_lock_mode lock;
    const char *file_template;
    uint32_t file_template_line, file_template_column; /* in config_file; 0: the default */
    /* On PostgreSQL. */
    struct rv_number lock_timeout_ms, lock_retries, statement_timeout_ms;
    rev_strings environments; /* their names, in the file's order */
    const char *warning;      /* NULL, or a sentence for the user */
};

enum { RV_CONFIG_LIMIT = 256 * 1024 };
extern const char rv_default_file_template[];

/* Finds rev.yaml upwards from the working directory (or takes config_file), overlays the environment, finds the URL.
 * All faults of the file are chained. A URL that is wrong or missing is no error here, since many commands need none.
 */
bool rv_settings_load(struct rv_arena *arena, const struct rv_config_options *options, struct rv_settings *out,
                      rev_error **err);

/* The same from what a bundle holds instead of rev.yaml, as rv_settings_pack() wrote it: taken as it is, without
 * ${NAME}. There is no folder: relative SQLite paths start in the working directory, and only `url` of the options
 * counts. `shown` names the bundle. */
bool rv_settings_unpack(struct rv_arena *arena, struct rv_view text, const char *shown,
                        const struct rv_config_options *options, struct rv_settings *out, rev_error **err);
/* The settings that a bundle takes along: not the URL, nor where and how files are made. */
void rv_settings_pack(const struct rv_settings *settings, struct rv_str *out);

/* For commands that use the database: false, with what is wrong with the URL or with the ways to give one. */
bool rv_settings_need_url(const struct rv_settings *settings, rev_error **err);

/* Frees what is not the arena's. */
void rv_settings_clear(struct rv_settings *settings);

#endif
