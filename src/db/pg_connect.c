/* From a URL to a connection, with a deadline and a way to stop. libpq repeats its input in some messages, and a
 * password may be anywhere in a mistyped URL: so options are checked here first, and libpq's words are shown only where
 * they are about the network or the server. */
#include <libpq-fe.h>

#include "db/pg.h"

#include "base/cancel.h"
#include "base/error.h"
#include "base/num.h"
#include "base/time.h"

#include <poll.h>

enum { DEFAULT_CONNECT_TIMEOUT_S = 10, SHORTEST_CONNECT_TIMEOUT_S = 2, SECONDS_A_DAY = 86400 };

struct options {
    const struct rv_libpq *pq;
    PQconninfoOption *items;
};

static void free_options(struct options *options)
{
    options->pq->PQconninfoFree(options->items);
}
#define options_auto __attribute__((cleanup(free_options)))

static const char *option(const struct options *options, const char *keyword)
{
    for (const PQconninfoOption *item = options->items; item && item->keyword; item++) {
        if (strcmp(item->keyword, keyword) == 0) {
            return item->val && *item->val ? item->val : NULL;
        }
    }
    return NULL;
}

static bool fail_url(const char *what, rev_error **err)
{
    rv_fail(err, REV_ERROR_CONFIG, "%s", what);
    rv_error_hint(*err,
                  "In a password '@' is written %%40, '/' %%2F, ':' %%3A and '%%' %%25; in a keyword string a value "
                  "with blanks stands in single quotes.");
    return false;
}

/* A list such as 5432,5433; an empty item means the default. */
static bool are_ports(const char *list)
{
    while (*list) {
        size_t len = strcspn(list, ",");
        int64_t port;
        if (len > 0 && !rv_num_parse(rv_view(list, len), 1, 65535, &port)) {
            return false;
        }
        list += len + (list[len] == ',');
    }
    return true;
}

/* The messages of libpq that are not shown are replaced by these. */
static bool check_options(const struct options *options, rev_error **err)
{
    const char *port = option(options, "port"), *host = option(options, "host");
    if (port && !are_ports(port)) {
        return fail_url("the port in the database URL is not a number from 1 to 65535", err);
    }
    if (host && host[0] != '/' && strchr(host, '@') && host[0] != '@') {
        return fail_url("the host in the database URL holds an '@'", err);
    }
    return true;
}

static bool check_url(const struct rv_libpq *pq, const char *url, rev_error **err)
{
    char *secret = NULL;
    options_auto struct options options = {pq, pq->PQconninfoParse(url, &secret)};
    if (!options.items) {
        pq->PQfreemem(secret);
        return fail_url("the database URL can't be read", err);
    }
    return check_options(&options, err);
}

static int64_t timeout_ms(const struct options *options)
{
    const char *text = option(options, "connect_timeout");
    int64_t seconds = DEFAULT_CONNECT_TIMEOUT_S;
    if (text && rv_num_parse(rv_view_of(text), -SECONDS_A_DAY, SECONDS_A_DAY, &seconds)) {
        if (seconds <= 0) {
            return 0; /* libpq's way to say: for ever */
        }
        seconds = seconds < SHORTEST_CONNECT_TIMEOUT_S ? SHORTEST_CONNECT_TIMEOUT_S : seconds;
    }
    return seconds * 1000;
}

static const char *const network_words[] = {
    "connection to server",
    "could not ",
    "FATAL:",
    "timeout expired",
    "definition of service",
    "server ",
    "SSL ",
    "SCRAM ",
    "GSSAPI ",
    "fe_sendauth:",
    "root certificate ",
    "authentication ",
    "received ",
    "expected ",
};

/* A password that is also the user's or database's name is no secret that the message could give away. */
static bool holds_password(const char *message, const struct options *options)
{
    static const char *const known[] = {"user", "dbname", "host"};
    const char *password = option(options, "password");
    for (size_t i = 0; password && i < sizeof known / sizeof known[0]; i++) {
        const char *value = option(options, known[i]);
        if (value && strstr(value, password)) {
            return false;
        }
    }
    return password && strlen(password) > 3 && strstr(message, password);
}

/* Whether a message of libpq is about the network or the server. */
static bool is_showable(const char *message, const struct options *options)
{
    if (holds_password(message, options)) {
        return false;
    }
    for (size_t i = 0; i < sizeof network_words / sizeof network_words[0]; i++) {
        if (rv_text_starts_with(message, network_words[i])) {
            return true;
        }
    }
    return false;
}

static const char *advice(const struct rv_pg *pg, const char *message)
{
    if (pg->pq->PQconnectionNeedsPassword(pg->connection)) {
        return "The server wants a password: give it in the URL, in ~/.pgpass or as PGPASSWORD.";
    }
    if (strstr(message, "password authentication failed")) {
        return "Check user and password: the URL, ~/.pgpass, PGPASSWORD.";
    }
    if (strstr(message, "database \"") && strstr(message, "does not exist")) {
        return "Create the database, or check its name in the URL.";
    }
    if (strstr(message, "could not translate host name")) {
        return "Check the host in the URL.";
    }
    return "Check that the server is running and that host and port in the URL are right.";
}

/* The option that a message complains of, by libpq's own list of options: so never a value. */
static const char *option_at_fault(const char *message, const struct options *options)
{
    static const char *const before[] = {"connection option \"", "invalid "};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        const char *name = strstr(message, before[i]);
        name = name ? name + strlen(before[i]) : "";
        size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
        for (const PQconninfoOption *item = options->items; item && item->keyword; item++) {
            if (strlen(item->keyword) == len && strncmp(item->keyword, name, len) == 0) {
                return item->keyword;
            }
        }
    }
    return NULL;
}

/* In our words alone. */
static bool fail_options(const char *message, const struct options *options, rev_error **err)
{
    const char *keyword = option_at_fault(message, options);
    if (keyword) {
        rv_fail(err, REV_ERROR_CONFIG, "the connection option %s has a value that libpq does not take", keyword);
    } else {
        rv_fail(err, REV_ERROR_CONNECT, "no connection to the database: libpq does not take the options given");
    }
    rv_error_hint(*err, "Check the URL and the PG* environment variables.");
    return false;
}

static bool fail_connect(const struct rv_pg *pg, const struct options *options, rev_error **err)
{
    struct rv_view message = rv_view_trim(rv_view_of(pg->pq->PQerrorMessage(pg->connection)));
    rv_str_auto struct rv_str text = {0};
    rv_str_add_view(&text, message);
    if (!is_showable(rv_str_text(&text), options)) {
        return fail_options(rv_str_text(&text), options, err);
    }
    const char *first = rv_str_text(&text);
    size_t len = strcspn(first, "\n");
    rv_fail(err, REV_ERROR_CONNECT, "no connection to the database: %.*s", (int)len, first);
    struct rv_view rest = rv_view_trim(rv_view_of(first + len));
    if (rest.len > 0) {
        rv_error_detail(*err, "%.*s", (int)rest.len, rest.ptr);
    }
    rv_error_hint(*err, "%s", advice(pg, first));
    return false;
}

/* Waits for what libpq wants next; until_ms 0: for ever. */
static bool wait_socket(struct rv_pg *pg, short events, int64_t until_ms, int64_t allowed_ms, rev_error **err)
{
    const rev_cancel *cancel = rv_pg_cancel(pg);
    for (;;) {
        if (rev_cancel_requested(cancel)) {
            return rv_fail(err, REV_ERROR_CANCELLED, "cancelled");
        }
        int64_t rest = until_ms ? until_ms - rv_time_now_ms() : -1;
        if (until_ms && rest <= 0) {
            rv_fail(err, REV_ERROR_CONNECT, "no connection to the database: no answer within %lld s",
                    (long long)(allowed_ms / 1000));
            rv_error_hint(*err, "Check host and port in the URL; connect_timeout=… in it gives the server more time.");
            return false;
        }
        struct pollfd waits[] = {{.fd = pg->pq->PQsocket(pg->connection), .events = events},
                                 {.fd = rv_cancel_fd(cancel), .events = POLLIN}};
        if (poll(waits, 2, (int)rest) > 0 && waits[0].revents) {
            return true;
        }
    }
}

static bool finish_connect(struct rv_pg *pg, const struct options *options, rev_error **err)
{
    int64_t allowed = timeout_ms(options), until = allowed ? rv_time_now_ms() + allowed : 0;
    PostgresPollingStatusType wants = PGRES_POLLING_WRITING;
    while (pg->pq->PQstatus(pg->connection) != CONNECTION_BAD) {
        if (wants == PGRES_POLLING_OK) {
            return true;
        }
        if (wants == PGRES_POLLING_FAILED) {
            break;
        }
        if (!wait_socket(pg, wants == PGRES_POLLING_WRITING ? POLLOUT : POLLIN, until, allowed, err)) {
            return false;
        }
        wants = pg->pq->PQconnectPoll(pg->connection);
    }
    return fail_connect(pg, options, err);
}

bool rv_pg_connect(struct rv_pg *pg, const struct rv_db_settings *settings, rev_error **err)
{
    if (!check_url(pg->pq, settings->url, err)) {
        return false;
    }
    /* dbname is taken apart as a URL; what stands behind it wins over the URL, what stands before loses. */
    const char *const keywords[] = {"dbname", "fallback_application_name", "client_encoding", NULL};
    const char *const values[] = {settings->url, settings->application_name, "UTF8", NULL};
    pg->connection = pg->pq->PQconnectStartParams(keywords, values, 1);
    if (!pg->connection) {
        return rv_fail(err, REV_ERROR_CONNECT, "out of memory");
    }
    /* With what services and the environment add. */
    options_auto struct options options = {pg->pq, pg->pq->PQconninfo(pg->connection)};
    if (!check_options(&options, err)) {
        return false;
    }
    rv_pg_listen(pg);
    if (!finish_connect(pg, &options, err)) {
        return false;
    }
    if (pg->pq->PQsetnonblocking(pg->connection, 1) != 0) {
        return rv_pg_fail_lost(pg, err);
    }
    return true;
}
