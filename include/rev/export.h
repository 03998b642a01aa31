/** @file
 * Marks what librev exports. Everything else is hidden.
 */
#ifndef REV_EXPORT_H
#define REV_EXPORT_H

#if defined(__GNUC__)
#define REV_API __attribute__((visibility("default")))
#else
#define REV_API
#endif

#endif
