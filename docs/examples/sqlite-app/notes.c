/* A notebook in a SQLite file: `notes FILE [TEXT]` adds a note and shows all of them. The migrations are compiled in:
 * at every start the file is brought up to what this program expects, on the connection that the program has open. */
#include <rev/rev.h>
#include <sqlite3.h>
#include <stdio.h>

extern const unsigned char notes_migrations[]; /* made by `rev bundle`: see the Makefile */
extern const size_t notes_migrations_size;

static void show_event(void *user, const rev_event *event)
{
    (void)user;
    if (event->kind == REV_EVENT_STEP_DONE)
        fprintf(stderr, "updated the file: %s\n", event->step->revision->message);
}

static int upgrade(sqlite3 *db)
{
    rev_observer observer = {.struct_size = sizeof observer, .event = show_event};
    rev_migrate_options options = {
        .struct_size = sizeof options, .observer = &observer, .sqlite = db, .one_transaction = true};
    rev_error *error = NULL;
    rev_project *project = rev_open_bundle(notes_migrations, notes_migrations_size, NULL, &error);
    rev_result *result = project ? rev_upgrade(project, "head", &options, &error) : NULL;
    if (error)
        fprintf(stderr, "%s:%u: %s\n", error->file ? error->file : "notes", (unsigned)error->line, error->message);
    rev_error_free(error);
    rev_result_free(result);
    rev_project_free(project);
    return result != NULL;
}

static int show_note(void *user, int count, char **values, char **names)
{
    (void)user, (void)count, (void)names;
    printf("%s %s\n", values[0], values[1]);
    return 0;
}

static int add_note(sqlite3 *db, const char *text)
{
    sqlite3_stmt *insert = NULL;
    sqlite3_prepare_v2(db, "INSERT INTO note (body, pinned) VALUES (?1, ?1 LIKE '%!')", -1, &insert, NULL);
    sqlite3_bind_text(insert, 1, text, -1, SQLITE_STATIC);
    sqlite3_step(insert);
    return sqlite3_finalize(insert) == SQLITE_OK;
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: notes FILE [TEXT]\n");
        return 2;
    }
    int ok =
        sqlite3_open(argv[1], &db) == SQLITE_OK && sqlite3_busy_timeout(db, 5000) == SQLITE_OK && upgrade(db) &&
        (argc < 3 || add_note(db, argv[2])) &&
        sqlite3_exec(db, "SELECT CASE pinned WHEN 1 THEN '*' ELSE '-' END, body FROM note ORDER BY pinned DESC, id",
                     show_note, NULL, NULL) == SQLITE_OK;
    sqlite3_close(db);
    return ok ? 0 : 1;
}
