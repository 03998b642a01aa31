/* Stands in for libFuzzer where there is none: every file named, or in a folder named, goes through the target, whole
 * and cut off at every byte of its beginning. */
#include "fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096, FILE_SIZE = 1 << 20, CUTS = 2048 };

static size_t replayed;

static void replay_bytes(const uint8_t *bytes, size_t size)
{
    /* A block of its own, so that a sanitizer sees each read behind its end. */
    uint8_t *copy = malloc(size ? size : 1);
    PROMISE(copy);
    memcpy(copy, bytes, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
}

static void replay_file(const char *path)
{
    static uint8_t bytes[FILE_SIZE];
    FILE *file = fopen(path, "rb");
    PROMISE(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    for (size_t cut = 0; cut < size && cut < CUTS; cut++) {
        replay_bytes(bytes, cut);
    }
    replay_bytes(bytes, size);
    replayed++;
}

static void replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    PROMISE(folder);
    struct dirent *entry;
    while ((entry = readdir(folder))) {
        char name[PATH_SIZE];
        struct stat st;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        if (stat(name, &st) == 0 && S_ISREG(st.st_mode)) {
            replay_file(name);
        }
    }
    closedir(folder);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct stat st;
        PROMISE(stat(argv[i], &st) == 0);
        if (S_ISDIR(st.st_mode)) {
            replay_folder(argv[i]);
        } else {
            replay_file(argv[i]);
        }
    }
    printf("%zu files\n", replayed);
    return replayed ? 0 : 1;
}
