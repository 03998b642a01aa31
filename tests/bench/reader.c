/* Reads the header of every revision below a folder, and nothing else: what loading a project costs the operating
 * system, the floor for whatever loads one. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static char text[65536], path[512];
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    struct dirent *entry;
    long long total = 0;
    if (!folder) {
        fprintf(stderr, "usage: reader FOLDER\n");
        return 2;
    }
    while ((entry = readdir(folder))) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        snprintf(path, sizeof path, "%s/revision.yaml", entry->d_name);
        int fd = openat(dirfd(folder), path, O_RDONLY | O_CLOEXEC);
        ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text);
        if (size < 0) {
            perror(path);
            return 1;
        }
        total += size;
        close(fd);
    }
    closedir(folder);
    printf("%lld\n", total);
    return 0;
}
