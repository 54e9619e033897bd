// Attacks that take all there is, up to a bound that a shared host stands. What they took is free again when they end.
//
//   fill DIRECTORY MIB     space in a file system
//   files COUNT            empty files in /tmp
//   processes COUNT        processes, for three seconds
//   descriptors COUNT      open files
//   pipes MIB              room in pipes
//   inotify                all of the user's inotify instances
#include <stdint.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "attack.h"

static void use_hard_limit_of_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit)) stopped("getrlimit");
    limit.rlim_cur = limit.rlim_max;
    try(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

static void fill(char **words) {
    static char block[1 << 20];
    memset(block, 'x', sizeof block);
    int file = (int)try(open(words[0], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600), "open");
    for (long left = word_number(words[1]); left > 0; left--) {
        ssize_t length = try(write(file, block, sizeof block), "write");
        if (length < (ssize_t)sizeof block) stopped_by(ENOSPC, "write");
    }
}

static void files(char **words) {
    int place = (int)try(open(scratch_directory(), O_PATH | O_DIRECTORY | O_CLOEXEC), "open");
    long count = word_number(words[0]), made = 0;
    char name[24];
    int error = 0;
    for (; made < count && !error; made++) {
        snprintf(name, sizeof name, "%ld", made);
        int file = openat(place, name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        if (file < 0) error = errno;
        else close(file);
    }
    while (made-- > 0) {
        snprintf(name, sizeof name, "%ld", made);
        unlinkat(place, name, 0);
    }
    if (error) stopped_by(error, "open");
}

static void processes(char **words) {
    long count = word_number(words[0]), started = 0;
    pid_t children[count], parent = getpid();
    for (; started < count && (children[started] = fork()) >= 0; started++) {
        if (children[started]) continue;
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(getppid() == parent ? 30 : 1);
        for (;;) pause();
    }
    int error = errno;
    if (started == count) sleep(3);
    for (long i = 0; i < started; i++) kill(children[i], SIGKILL);
    while (wait(NULL) > 0) {}
    if (started < count) stopped_by(error, "fork");
}

static void descriptors(char **words) {
    use_hard_limit_of_files();
    for (long left = word_number(words[0]); left > 0; left--) try(open("/dev/null", O_RDONLY | O_CLOEXEC), "open");
}

static void pipes(char **words) {
    for (long left = word_number(words[0]); left > 0; left--) {
        int ends[2];
        try(pipe2(ends, O_CLOEXEC), "pipe");
        try(fcntl(ends[0], F_SETPIPE_SZ, 1 << 20), "fcntl");
    }
}

// More than any host allows a user.
static void inotify(char **words) {
    (void)words;
    use_hard_limit_of_files();
    for (long left = 100000; left > 0; left--) {
        if (inotify_init1(IN_CLOEXEC) >= 0) continue;
        int error = errno;
        // Descriptors are left: it was the user's last instance.
        if (error == EMFILE && open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0) return;
        stopped_by(error, "inotify_init");
    }
    stopped_by(EMFILE, "inotify_init");
}

ATTACKS({"fill", fill}, {"files", files}, {"processes", processes}, {"descriptors", descriptors}, {"pipes", pipes},
        {"inotify", inotify})
