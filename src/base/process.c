/* posix_spawn with three pipes, served by poll so that neither side waits for the other. Writing to a program that has
 * gone away must not raise SIGPIPE in an application: the input's pipe is a socket pair, written with MSG_NOSIGNAL. */
#include "base/process.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct pipes {
    int input[2], output[2], complaint[2]; /* ours first */
};

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static bool open_pipes(struct pipes *pipes)
{
    int output[2], complaint[2];
    *pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pipes->input) != 0 || pipe2(output, O_CLOEXEC) != 0) {
        return false;
    }
    pipes->output[0] = output[0];
    pipes->output[1] = output[1];
    if (pipe2(complaint, O_CLOEXEC) != 0) {
        return false;
    }
    pipes->complaint[0] = complaint[0];
    pipes->complaint[1] = complaint[1];
    return true;
}

static void close_pipes(struct pipes *pipes)
{
    for (size_t i = 0; i < 2; i++) {
        close_fd(&pipes->input[i]);
        close_fd(&pipes->output[i]);
        close_fd(&pipes->complaint[i]);
    }
}

static bool is_hidden(const char *variable, const char *const *hidden)
{
    for (size_t i = 0; hidden && hidden[i]; i++) {
        size_t len = strlen(hidden[i]);
        if (strncmp(variable, hidden[i], len) == 0 && variable[len] == '=') {
            return true;
        }
    }
    return false;
}

/* The environment without what is hidden: an array to be freed, its texts are the process's own. */
static char **visible_environment(const char *const *hidden)
{
    size_t count = 0, kept = 0;
    while (environ[count]) {
        count++;
    }
    char **visible = rv_alloc(rv_size_mul(count + 1, sizeof *visible));
    for (size_t i = 0; i < count; i++) {
        if (!is_hidden(environ[i], hidden)) {
            visible[kept++] = environ[i];
        }
    }
    visible[kept] = NULL;
    return visible;
}

/* On these pipes, or on our own streams. */
static int spawn(const char *const *argv, const char *const *hidden, const struct pipes *pipes, pid_t *out_pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (pipes) {
        posix_spawn_file_actions_adddup2(&actions, pipes->input[1], STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, pipes->output[1], STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions, pipes->complaint[1], STDERR_FILENO);
    }
    /* posix_spawn takes `char *const argv[]` for historical reasons; it changes nothing. */
    union {
        const char *const *in;
        char *const *out;
    } words = {.in = argv};
    char **visible = visible_environment(hidden);
    int result = posix_spawnp(out_pid, argv[0], &actions, NULL, words.out, visible);
    free(visible);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

/* Reads what is there; closes at the end. False over the limit. */
static bool drain(int *fd, size_t limit, struct rv_str *out)
{
    char buffer[65536];
    ssize_t n = read(*fd, buffer, sizeof buffer);
    if (n > 0) {
        if (out->len + (size_t)n > limit) {
            return false;
        }
        rv_str_add(out, buffer, (size_t)n);
    } else if (n == 0 || errno != EINTR) {
        close_fd(fd);
    }
    return true;
}

static void feed(int *fd, struct rv_view *input)
{
    ssize_t n = input->len ? send(*fd, input->ptr, input->len, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
    if (n > 0) {
        *input = rv_view(input->ptr + n, input->len - (size_t)n);
    }
    if (input->len == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        close_fd(fd);
    }
}

static bool serve(struct pipes *pipes, struct rv_view input, size_t limit, struct rv_str *out,
                  struct rv_str *out_complaint)
{
    enum { COMPLAINT_LIMIT = 65536 };
    while (pipes->output[0] >= 0 || pipes->complaint[0] >= 0) {
        struct pollfd fds[] = {{.fd = pipes->input[0], .events = POLLOUT},
                               {.fd = pipes->output[0], .events = POLLIN},
                               {.fd = pipes->complaint[0], .events = POLLIN}};
        if (poll(fds, 3, -1) < 0 && errno != EINTR) {
            return false;
        }
        if (fds[0].revents) {
            feed(&pipes->input[0], &input);
        }
        if (fds[1].revents && !drain(&pipes->output[0], limit, out)) {
            return false;
        }
        if (fds[2].revents && !drain(&pipes->complaint[0], COMPLAINT_LIMIT, out_complaint)) {
            close_fd(&pipes->complaint[0]);
        }
    }
    return true;
}

static int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool fail_start(const char *program, int problem, rev_error **err)
{
    return rv_fail(err, REV_ERROR_IO, "can't run %s: %s", program, strerror(problem));
}

bool rv_process_wait(const char *const *argv, int *out_status, rev_error **err)
{
    pid_t pid;
    int problem = spawn(argv, NULL, NULL, &pid);
    if (problem) {
        return fail_start(argv[0], problem, err);
    }
    *out_status = wait_for(pid);
    return true;
}

bool rv_process_run(const char *const *argv, const char *const *hidden, struct rv_view input, size_t limit,
                    struct rv_str *out, struct rv_str *out_complaint, int *out_status, rev_error **err)
{
    struct pipes pipes;
    pid_t pid;
    int problem = open_pipes(&pipes) ? 0 : errno;
    problem = problem ? problem : spawn(argv, hidden, &pipes, &pid);
    if (problem) {
        close_pipes(&pipes);
        return fail_start(argv[0], problem, err);
    }
    close_fd(&pipes.input[1]);
    close_fd(&pipes.output[1]);
    close_fd(&pipes.complaint[1]);
    bool ok = serve(&pipes, input, limit, out, out_complaint);
    close_pipes(&pipes);
    int status = wait_for(pid);
    if (!ok) {
        return rv_fail(err, REV_ERROR_TOO_LARGE, "%s wrote more than %zu bytes", argv[0], limit);
    }
    *out_status = status;
    return true;
}
