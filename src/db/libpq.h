/* libpq without linking it: its start costs more than all of rev, so it is loaded when a URL asks for it. Who uses the
 * functions includes <libpq-fe.h> before this header. */
#ifndef RV_DB_LIBPQ_H
#define RV_DB_LIBPQ_H

#include <rev/error.h>

struct rv_libpq;

/* The library's functions, loaded at the first call from whatever thread and kept until the process ends. NULL where
 * libpq is not installed or too old: REV_ERROR_CONNECT. */
const struct rv_libpq *rv_libpq_load(rev_error **err);
/* The same where somebody has loaded it already, as whoever has a connection of it must have: otherwise that connection
 * is of another copy, linked statically, say, and REV_ERROR_USAGE. */
const struct rv_libpq *rv_libpq_loaded(rev_error **err);

#ifdef LIBPQ_FE_H
#define RV_LIBPQ_FUNCTIONS(X)                                                                                          \
    X(PQbackendPID)                                                                                                    \
    X(PQcancel)                                                                                                        \
    X(PQclear)                                                                                                         \
    X(PQcmdStatus)                                                                                                     \
    X(PQcmdTuples)                                                                                                     \
    X(PQconnectPoll)                                                                                                   \
    X(PQconnectStartParams)                                                                                            \
    X(PQconnectionNeedsPassword)                                                                                       \
    X(PQconninfo)                                                                                                      \
    X(PQconninfoFree)                                                                                                  \
    X(PQconninfoParse)                                                                                                 \
    X(PQconsumeInput)                                                                                                  \
    X(PQerrorMessage)                                                                                                  \
    X(PQfinish)                                                                                                        \
    X(PQflush)                                                                                                         \
    X(PQfreeCancel)                                                                                                    \
    X(PQfreemem)                                                                                                       \
    X(PQgetCancel)                                                                                                     \
    X(PQgetCopyData)                                                                                                   \
    X(PQgetResult)                                                                                                     \
    X(PQgetisnull)                                                                                                     \
    X(PQgetvalue)                                                                                                      \
    X(PQhost)                                                                                                          \
    X(PQhostaddr)                                                                                                      \
    X(PQisBusy)                                                                                                        \
    X(PQisnonblocking)                                                                                                 \
    X(PQnfields)                                                                                                       \
    X(PQntuples)                                                                                                       \
    X(PQparameterStatus)                                                                                               \
    X(PQport)                                                                                                          \
    X(PQputCopyData)                                                                                                   \
    X(PQputCopyEnd)                                                                                                    \
    X(PQresultErrorField)                                                                                              \
    X(PQresultErrorMessage)                                                                                            \
    X(PQresultStatus)                                                                                                  \
    X(PQsendQuery)                                                                                                     \
    X(PQsendQueryParams)                                                                                               \
    X(PQsetNoticeReceiver)                                                                                             \
    X(PQserverVersion)                                                                                                 \
    X(PQsetSingleRowMode)                                                                                              \
    X(PQsetnonblocking)                                                                                                \
    X(PQsocket)                                                                                                        \
    X(PQstatus)                                                                                                        \
    X(PQtransactionStatus)

/* What an older library may lack: NULL then. */
#ifdef LIBPQ_HAS_PIPELINING
#define RV_LIBPQ_NEWER_FUNCTIONS(X) X(PQpipelineStatus)
#else
#define RV_LIBPQ_NEWER_FUNCTIONS(X)
#endif

#define RV_LIBPQ_MEMBER(name) __typeof__(name) *name;
struct rv_libpq {
    RV_LIBPQ_FUNCTIONS(RV_LIBPQ_MEMBER)
    RV_LIBPQ_NEWER_FUNCTIONS(RV_LIBPQ_MEMBER)
};
#endif

#endif
