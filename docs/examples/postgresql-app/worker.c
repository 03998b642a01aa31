/* One of several replicas of a service on PostgreSQL: `worker URL NAME`. All are started at once; whoever comes first
 * brings the database up to date, the others wait for it and find nothing to do. Then each does its work. */
#include <libpq-fe.h>
#include <rev/rev.h>
#include <stdio.h>

extern const unsigned char worker_migrations[]; /* made by `rev bundle`: see the Makefile */
extern const size_t worker_migrations_size;

static void show_event(void *user, const rev_event *event)
{
    const char *name = user;
    if (event->kind == REV_EVENT_WAITING)
        fprintf(stderr, "%s: waiting: %s\n", name, event->text);
}

/* How many steps were run here; -1 where the database is not fit for this program. */
static int upgrade(const char *url, char *name)
{
    rev_observer observer = {.struct_size = sizeof observer, .user = name, .event = show_event};
    rev_migrate_options options = {
        .struct_size = sizeof options, .observer = &observer, .application_name = name, .wait_ms = 120 * 1000};
    rev_project_options where = {.struct_size = sizeof where, .url = url};
    rev_error *error = NULL;
    rev_project *project = rev_open_bundle(worker_migrations, worker_migrations_size, &where, &error);
    rev_result *result = project ? rev_upgrade(project, "head", &options, &error) : NULL;
    int steps = result ? (int)result->step_count : -1;
    if (error)
        fprintf(stderr, "%s: %s %s: %s\n", name, error->file ? error->file : "", error->sqlstate ? error->sqlstate : "",
                error->message);
    rev_error_free(error);
    rev_result_free(result);
    rev_project_free(project);
    return steps;
}

static int work(const char *url, const char *name)
{
    PGconn *db = PQconnectdb(url);
    const char *const values[] = {name};
    PGresult *result = PQexecParams(db, "INSERT INTO visit (worker) VALUES ($1)", 1, NULL, values, NULL, NULL, 0);
    int ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!ok)
        fprintf(stderr, "%s: %s", name, PQerrorMessage(db));
    PQclear(result);
    PQfinish(db);
    return ok;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: worker URL NAME\n");
        return 2;
    }
    int steps = upgrade(argv[1], argv[2]);
    if (steps < 0 || !work(argv[1], argv[2]))
        return 1;
    printf("%s: %s\n", argv[2], steps ? "migrated" : "nothing to do");
    return 0;
}
