/* Which kind of statement a text is, by a dialect's table of rules. */
#ifndef RV_SQL_CLASSIFY_H
#define RV_SQL_CLASSIFY_H

#include "sql/scan.h"

/* Sets kind and command. The text must not be empty. */
void rv_sql_classify(struct rv_statement *statement, const struct rv_rules *rules);

#endif
