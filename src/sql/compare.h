/* Whether two scripts say the same. */
#ifndef RV_SQL_COMPARE_H
#define RV_SQL_COMPARE_H

#include "sql/dialect.h"

/* Whether nothing but comments and white space between tokens tells them apart. */
bool rv_sql_same_but_blanks(const struct rv_dialect *dialect, struct rv_view a, struct rv_view b);

#endif
