/* The operating system's user and host. Reads no environment: $USER is anybody's. */
#include "base/user.h"

#include <pwd.h>
#include <unistd.h>

void rv_user_add(struct rv_str *out)
{
    char buffer[4096], host[256];
    struct passwd entry, *found = NULL;
    uid_t user = geteuid();
    if (getpwuid_r(user, &entry, buffer, sizeof buffer, &found) == 0 && found && found->pw_name[0]) {
        rv_str_add_text(out, found->pw_name);
    } else {
        rv_str_printf(out, "%lu", (unsigned long)user);
    }
    if (gethostname(host, sizeof host) != 0) {
        host[0] = '\0';
    }
    host[sizeof host - 1] = '\0'; /* a cut-off name has no closing NUL */
    rv_str_add_char(out, '@');
    rv_str_add_text(out, host[0] ? host : "localhost");
}
