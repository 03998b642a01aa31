/* Words in lines that fit a terminal. */
#ifndef RV_CLI_OUT_WRAP_H
#define RV_CLI_OUT_WRAP_H

#include "cli/out/term.h"

/* Prints a text of ours and a line's end. On a terminal its words are laid out anew so that they fit, with further
 * lines beginning in `column`, where the first one stands already; a line that begins with a blank stays as it is.
 * Where there is no terminal the text is printed as it is. */
void wrap_text(struct term *out, const char *text, size_t column);

#endif
