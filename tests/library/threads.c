/* Several threads at once, each with what it may share and what it may not: `threads BUNDLE FOLDER`. Built with
 * ThreadSanitizer by tests/checks/test_library.py. */
#include <rev/rev.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREADS = 8, PATH_SIZE = 4096, BUNDLE_SIZE = 1 << 20 };

static char bundle[BUNDLE_SIZE];
static size_t bundle_size;
static const char *folder;

static void must(bool ok, const char *what, const rev_error *error)
{
    if (!ok) {
        fprintf(stderr, "%s: %s\n", what, error ? error->message : "not so");
        exit(1);
    }
}

static rev_project *open_on(const char *name)
{
    char url[PATH_SIZE];
    snprintf(url, sizeof url, "sqlite:///%s/%s", folder, name);
    const rev_project_options options = {.struct_size = sizeof options, .url = url};
    rev_error *error = NULL;
    rev_project *project = rev_open_bundle(bundle, bundle_size, &options, &error);
    must(project != NULL, "opening", error);
    return project;
}

static size_t go(rev_result *result, const rev_error *error)
{
    must(result != NULL, "migrating", error);
    size_t count = result->step_count;
    rev_result_free(result);
    return count;
}

/* A project, a database and a thread for each: they know nothing of each other. */
static void *migrate_own(void *context)
{
    rev_error *error = NULL;
    rev_project *project = open_on(context);
    size_t up = go(rev_upgrade(project, "fast", NULL, &error), error);
    size_t down = go(rev_downgrade(project, "base", NULL, &error), error);
    must(up == down && up > 0 && go(rev_upgrade(project, "fast", NULL, &error), error) == up, "up, down, up", error);
    rev_project_free(project);
    return NULL;
}

struct shared {
    const rev_project *project;
    atomic_size_t steps;
};

/* The same project and the same database: one migrates, the others wait and find nothing to do. */
static void *migrate_shared(void *context)
{
    struct shared *shared = context;
    rev_error *error = NULL;
    atomic_fetch_add(&shared->steps, go(rev_upgrade(shared->project, "fast", NULL, &error), error));
    rev_state *state = rev_state_read(shared->project, NULL, &error);
    must(state && state->rows.count == 1, "reading", error);
    rev_state_free(state);
    return NULL;
}

struct stopped {
    rev_cancel *cancel;
    atomic_bool has_begun;
};

static void note_begin(void *user, const rev_event *event)
{
    struct stopped *stopped = user;
    if (event->kind == REV_EVENT_STATEMENT && strstr(event->text, "slow")) {
        atomic_store(&stopped->has_begun, true);
    }
}

static void *migrate_slowly(void *context)
{
    struct stopped *stopped = context;
    const rev_observer observer = {.struct_size = sizeof observer,
                                   .user = stopped,
                                   .event = note_begin,
                                   .cancel = stopped->cancel,
                                   .wants_statements = true};
    const rev_migrate_options options = {.struct_size = sizeof options, .observer = &observer};
    rev_error *error = NULL;
    rev_project *project = open_on("stopped.db");
    rev_result *result = rev_upgrade(project, "head", &options, &error);
    must(!result && error && error->code == REV_ERROR_CANCELLED, "the stop", error);
    rev_error_free(error);
    rev_project_free(project);
    return NULL;
}

static void stop_from_another_thread(void)
{
    struct stopped stopped = {.cancel = rev_cancel_new()};
    pthread_t thread;
    must(stopped.cancel && pthread_create(&thread, NULL, migrate_slowly, &stopped) == 0, "a thread", NULL);
    while (!atomic_load(&stopped.has_begun)) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    rev_cancel_request(stopped.cancel);
    pthread_join(thread, NULL);
    rev_cancel_free(stopped.cancel);
}

int main(int argc, char **argv)
{
    FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
    must(file != NULL, "usage: threads BUNDLE FOLDER", NULL);
    bundle_size = fread(bundle, 1, sizeof bundle, file);
    fclose(file);
    folder = argv[2];

    char names[THREADS][16];
    pthread_t own[THREADS], sharing[THREADS];
    rev_project *project = open_on("shared.db");
    struct shared shared = {.project = project};
    for (size_t i = 0; i < THREADS; i++) {
        snprintf(names[i], sizeof names[i], "%zu.db", i);
        must(pthread_create(&own[i], NULL, migrate_own, names[i]) == 0, "a thread", NULL);
        must(pthread_create(&sharing[i], NULL, migrate_shared, &shared) == 0, "a thread", NULL);
    }
    stop_from_another_thread();
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(own[i], NULL);
        pthread_join(sharing[i], NULL);
    }
    must(atomic_load(&shared.steps) == 2, "each step has run once", NULL);
    rev_project_free(project);
    puts("done");
    return 0;
}
