/* A flag and a self-pipe: the flag for code that computes, the pipe for code that waits in poll(). A handler may only
 * set the one and write to the other. */
#include "base/cancel.h"

#include "base/alloc.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <unistd.h>

struct rev_cancel {
    atomic_bool requested;
    int read_fd, write_fd;
};

rev_cancel *rev_cancel_new(void)
{
    int fds[2];
    if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0) {
        return NULL;
    }
    rev_cancel *cancel = rv_alloc(sizeof *cancel);
    atomic_init(&cancel->requested, false);
    cancel->read_fd = fds[0];
    cancel->write_fd = fds[1];
    return cancel;
}

void rev_cancel_request(rev_cancel *cancel)
{
    if (!cancel) {
        return;
    }
    int saved = errno;
    atomic_store(&cancel->requested, true);
    /* A full pipe is already readable: nothing is lost when this write is. */
    ssize_t ignored = write(cancel->write_fd, "x", 1);
    (void)ignored;
    errno = saved;
}

bool rev_cancel_requested(const rev_cancel *cancel)
{
    return cancel && atomic_load(&cancel->requested);
}

void rev_cancel_free(rev_cancel *cancel)
{
    if (!cancel) {
        return;
    }
    close(cancel->read_fd);
    close(cancel->write_fd);
    free(cancel);
}

int rv_cancel_fd(const rev_cancel *cancel)
{
    return cancel ? cancel->read_fd : -1;
}

bool rv_cancel_sleep(const rev_cancel *cancel, int64_t ms)
{
    int64_t until = rv_time_now_ms() + ms;
    struct pollfd wait = {.fd = rv_cancel_fd(cancel), .events = POLLIN};
    while (!rev_cancel_requested(cancel) && ms > 0) {
        poll(&wait, 1, ms > 60000 ? 60000 : (int)ms);
        ms = until - rv_time_now_ms();
    }
    return rev_cancel_requested(cancel);
}
