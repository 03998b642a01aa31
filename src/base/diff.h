/* Two texts as a unified diff. */
#ifndef RV_BASE_DIFF_H
#define RV_BASE_DIFF_H

#include "base/str.h"

/* Appends the hunks (@@ -1,3 +1,4 @@ …) that lead from `before` to `after`, with three lines of context; nothing if
 * they are the same. Lines end in LF or CRLF, which makes no difference. The shortest diff where what differs is not
 * large (a few thousand lines), else one hunk that replaces it. */
void rv_diff_add(struct rv_str *out, struct rv_view before, struct rv_view after);

#endif
