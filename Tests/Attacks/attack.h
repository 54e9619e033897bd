// What all attacks share: the line that each ends with, and how one of several is chosen.
//
//   usage: PROGRAM ATTACK [WORD...] SUPERVISOR
//
// ATTACK is one of the program's; SUPERVISOR is the process number of the one that runs the attack as its job. The last line on stdout is
//
//   reached                     with status 0: nothing stopped it
//   stopped: ERRNO at STEP      with status 1: the step that failed, and why
//   can't be tried: REASON      with status 2: not here
//
// An attack shows that it could, and leaves everything as it was: what it changes it changes back, what it asks of the kernel makes no sense
// beyond the check of permission, what it takes it gives back by ending. It ends itself after ATTACK_SECONDS.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { ATTACK_SECONDS = 60 };

struct attack {
    const char *name;
    // Returns where nothing stopped it. The words are those behind the name, without the supervisor.
    void (*run)(char **words);
};

static pid_t supervisor;
// A directory of its own, removed at the end.
static char scratch[] = "/tmp/rmrun-attack-XXXXXX";
static bool has_scratch;

static inline _Noreturn void conclude(int status) {
    fflush(stdout);
    if (has_scratch) rmdir(scratch);
    _exit(status);
}

static inline _Noreturn void stopped(const char *step) {
    printf("stopped: %s at %s\n", strerrorname_np(errno), step);
    conclude(1);
}

// Where no system call failed and yet it was stopped: by the error that comes nearest.
static inline _Noreturn void stopped_by(int error, const char *step) {
    errno = error;
    stopped(step);
}

static inline _Noreturn void impossible(const char *reason) {
    printf("can't be tried: %s\n", reason);
    conclude(2);
}

// A step: goes on with its result unless it failed.
static inline long try(long result, const char *step) {
    if (result < 0) stopped(step);
    return result;
}

// A request that can't succeed: who gets as far as `error` was let through.
static inline void try_up_to(int error, long result, const char *step) {
    if (result < 0 && errno != error) stopped(step);
}

static inline const char *scratch_directory(void) {
    if (!has_scratch && !mkdtemp(scratch)) stopped("mkdtemp");
    has_scratch = true;
    return scratch;
}

// A path below a directory, good until the next call.
static inline const char *path_in(const char *directory, const char *name) {
    static char path[2 * PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", directory, name) >= (int)sizeof path) stopped_by(ENAMETOOLONG, name);
    return path;
}

// A file of /proc/PID, good until the next call.
static inline const char *proc_file(pid_t pid, const char *name) {
    static char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
    return path;
}

// Reads the beginning of a file as text; -1 with errno.
static inline ssize_t read_text(const char *path, char *text, size_t size) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t length = read(file, text, size - 1);
    close(file);
    if (length >= 0) text[length] = 0;
    return length;
}

// Writes to a file that is there; -1 with errno.
static inline ssize_t write_text(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t length = write(file, text, strlen(text));
    close(file);
    return length;
}

static inline long word_number(const char *word) {
    char *end;
    long number = word ? strtol(word, &end, 10) : -1;
    if (!word || end == word || *end) impossible("a word that should be a number is none");
    return number;
}

static inline _Noreturn void choose(const struct attack *attacks, size_t count, int argc, char **argv) {
    if (argc < 3) impossible("usage: PROGRAM ATTACK [WORD...] SUPERVISOR");
    supervisor = (pid_t)word_number(argv[argc - 1]);
    argv[argc - 1] = NULL;
    alarm(ATTACK_SECONDS);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(attacks[i].name, argv[1])) continue;
        attacks[i].run(argv + 2);
        puts("reached");
        conclude(0);
    }
    impossible("there is no such attack");
}

#define ATTACKS(...)                                                                                                   \
    int main(int argc, char **argv) {                                                                                  \
        static const struct attack attacks[] = {__VA_ARGS__};                                                          \
        choose(attacks, sizeof attacks / sizeof *attacks, argc, argv);                                                 \
    }
