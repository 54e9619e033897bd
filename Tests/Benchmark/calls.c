// Makes system calls for so many milliseconds, and prints how many it made a second.
//
// usage: calls MILLISECONDS cheapest|files
//
//   cheapest  the one that does least: what a filter adds shows most there
//   files     what programs do: open a file, ask for its status, read a page of it, close it
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int cheapest(void) {
    for (int turn = 0; turn < 4000; turn++) syscall(SYS_getppid);
    return 4000;
}

static int files(void) {
    static char page[4096];
    for (int turn = 0; turn < 1000; turn++) {
        struct stat status;
        int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fstat(fd, &status) < 0 || read(fd, page, sizeof page) < 0) exit(1);
        close(fd);
    }
    return 4000;
}

int main(int count, char **arguments) {
    if (count != 3) {
        fprintf(stderr, "usage: calls MILLISECONDS cheapest|files\n");
        return 2;
    }
    int (*make)(void) = strcmp(arguments[2], "files") == 0 ? files : cheapest;
    int64_t start = nanoseconds(), end = start + atoll(arguments[1]) * 1000000, now = start;
    uint64_t calls = 0;
    for (; now < end; now = nanoseconds()) calls += (uint64_t)make();
    printf("%.0f\n", calls * 1e9 / (double)(now - start));
    return 0;
}
