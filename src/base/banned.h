/* Functions that must not compile: each has an unbounded or locale-bound twin that has hurt somebody. Every .c of
 * ours is compiled with this header in front (see meson.build). */
#ifndef RV_BASE_BANNED_H
#define RV_BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol atoll atof

#endif
