/* Loads libpq and nothing else. The library is never unloaded: threads that send a cancel request may still be in it.
 */
#include <libpq-fe.h>

#include "db/libpq.h"

#include "base/error.h"

#include <dlfcn.h>
#include <pthread.h>

static const char soname[] = "libpq.so.5";
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct rv_libpq functions; /* written once, before any reader */
static bool is_loaded;
static const char *missing; /* the function that the library found does not have */

static void *find(void *library, const char *name)
{
    void *function = dlsym(library, name);
    if (!function && !missing) {
        missing = name;
    }
    return function;
}

static void load(void)
{
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        return;
    }
    /* POSIX's way around C's missing conversion between pointers to data and to functions. */
#define FIND(name) *(void **)&functions.name = find(library, #name);
    RV_LIBPQ_FUNCTIONS(FIND)
#undef FIND
#define FIND_NEWER(name) *(void **)&functions.name = dlsym(library, #name);
    RV_LIBPQ_NEWER_FUNCTIONS(FIND_NEWER)
#undef FIND_NEWER
    is_loaded = !missing;
}

const struct rv_libpq *rv_libpq_load(rev_error **err)
{
    pthread_once(&once, load);
    if (is_loaded) {
        return &functions;
    }
    if (missing) {
        rv_fail(err, REV_ERROR_CONNECT, "the libpq installed here is too old: it has no %s", missing);
    } else {
        rv_fail(err, REV_ERROR_CONNECT, "PostgreSQL's client library libpq.so.5 can't be loaded");
    }
    rv_error_hint(*err, "Install libpq5 (the name of the package on Debian and Ubuntu).");
    return NULL;
}

const struct rv_libpq *rv_libpq_loaded(rev_error **err)
{
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
    if (!library) {
        rv_fail(err, REV_ERROR_USAGE, "the connection that was handed over is not of the shared library %s", soname);
        rv_error_hint(*err, "Link the application to the shared libpq, or hand over a URL.");
        return NULL;
    }
    const struct rv_libpq *found = rv_libpq_load(err);
    dlclose(library);
    return found;
}
