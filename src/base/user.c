/* The operating system's user and host. Reads no environment: $USER is anybody's. */
#include "base/user.h"

#include "base/id.h"
#include "base/sha256.h"

#include <fcntl.h>
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

static void add_boot_id(struct rv_str *out)
{
    char text[64];
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t len = fd >= 0 ? read(fd, text, sizeof text) : -1;
    if (fd >= 0) {
        close(fd);
    }
    if (len > 0) {
        rv_str_add(out, text, (size_t)len);
    }
}

static void add_pid_namespace(struct rv_str *out)
{
    char text[64];
    ssize_t len = readlink("/proc/self/ns/pid", text, sizeof text);
    if (len > 0) {
        rv_str_add(out, text, (size_t)len);
    }
}

void rv_user_add_place(struct rv_str *out)
{
    enum { DIGITS = 8 };
    rv_str_auto struct rv_str boot = {0}, space = {0};
    add_boot_id(&boot);
    add_pid_namespace(&space);
    char hex[RV_SHA256_TEXT_SIZE];
    if (boot.len == 0 || space.len == 0) {
        rv_id_new(hex);
    } else {
        struct rv_sha256 *sha = rv_sha256_new();
        rv_sha256_add(sha, rv_view_of(rv_str_text(&boot)));
        rv_sha256_add(sha, rv_view_of(rv_str_text(&space)));
        rv_sha256_finish(sha, hex);
    }
    rv_str_add(out, hex, DIGITS);
}
