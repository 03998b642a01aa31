/* Runs one command and tells what it cost: "wall_ns cpu_ns peak_kb" on the descriptor that is its first argument; exits
 * as the command does. A program of its own, because Linux counts the memory of the process that forks as the peak of
 * the one that comes of it, and Python's is larger than rev's. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t as_ns(struct timeval time)
{
    return (int64_t)time.tv_sec * 1000000000 + (int64_t)time.tv_usec * 1000;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: child DESCRIPTOR COMMAND [ARGUMENT...]\n");
        return 2;
    }
    int answer = (int)strtol(argv[1], NULL, 10);
    int64_t start = now_ns();
    pid_t pid = fork();
    if (pid < 0) {
        perror("fork");
        return 2;
    }
    if (pid == 0) {
        close(answer);
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int status;
    struct rusage used;
    if (wait4(pid, &status, 0, &used) != pid) {
        perror("wait4");
        return 2;
    }
    int64_t wall = now_ns() - start;
    dprintf(answer, "%lld %lld %ld\n", (long long)wall, (long long)(as_ns(used.ru_utime) + as_ns(used.ru_stime)),
            used.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
