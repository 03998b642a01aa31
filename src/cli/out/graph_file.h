/* A picture in a file. */
#ifndef RV_CLI_OUT_GRAPH_FILE_H
#define RV_CLI_OUT_GRAPH_FILE_H

#include <rev/error.h>

#include "base/str.h"

/* Writes it whole or not at all. What is there already is replaced if it is a picture of rev's own, or empty;
 * otherwise REV_ERROR_EXISTS. */
bool graph_file_write(const char *path, struct rv_view picture, rev_error **err);

#endif
