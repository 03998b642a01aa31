/* One table: error code → exit status. */
#include "cli/exit.h"

#include <signal.h>

int exit_status_of(rev_error_code code)
{
    switch (code) {
    case REV_ERROR_USAGE:
    case REV_ERROR_CONFIG:
    case REV_ERROR_HEADER:
    case REV_ERROR_GRAPH:
    case REV_ERROR_SPEC:
    case REV_ERROR_MULTIPLE_HEADS:
    case REV_ERROR_UNKNOWN_ROW:
    case REV_ERROR_SCRIPT:
    case REV_ERROR_EXISTS:
    case REV_ERROR_TOO_LARGE:
        return EXIT_UNUSABLE;
    case REV_ERROR_IRREVERSIBLE:
    case REV_ERROR_IO:
    case REV_ERROR_CONNECT:
    case REV_ERROR_DATABASE:
    case REV_ERROR_CONFLICT:
        return EXIT_FAILED;
    case REV_ERROR_LOCKED:
        return EXIT_LOCKED;
    case REV_ERROR_INTERRUPTED:
    case REV_ERROR_CHANGED:
    case REV_ERROR_NO_VERSIONS:
        return EXIT_REFUSED;
    case REV_ERROR_CANCELLED:
        return EXIT_SIGNAL + SIGINT;
    }
    return EXIT_FAILED;
}
