/* What drivers and their table know of each other. */
#ifndef RV_DB_DRIVERS_H
#define RV_DB_DRIVERS_H

#include "db/driver.h"

extern const struct rv_driver rv_driver_postgresql;
extern const struct rv_driver rv_driver_sqlite;

bool rv_url_is_postgresql(const char *url);
bool rv_url_is_sqlite(const char *url);

#endif
