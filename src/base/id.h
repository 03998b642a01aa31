/* New revision ids. */
#ifndef RV_BASE_ID_H
#define RV_BASE_ID_H

enum { RV_ID_LENGTH = 12 };
/* Twelve hexadecimal digits of a random UUID, and a closing NUL. */
void rv_id_new(char out[RV_ID_LENGTH + 1]);

#endif
