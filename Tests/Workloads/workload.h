// What all workloads share: an end with a message, the time, and numbers from the command line.
#pragma once

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

// A workload's own failure: a status that no test expects of a job.
enum { WORKLOAD_FAILED = 99 };

static inline _Noreturn void fail(const char *what) {
    fprintf(stderr, "workload: %s: %s\n", what, strerror(errno));
    exit(WORKLOAD_FAILED);
}

static inline _Noreturn void usage(const char *text) {
    fprintf(stderr, "usage: %s\n", text);
    exit(WORKLOAD_FAILED);
}

static inline double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static inline double number(const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || value < 0) {
        fprintf(stderr, "workload: no number: %s\n", text);
        exit(WORKLOAD_FAILED);
    }
    return value;
}

static inline void pause_for(double time) {
    struct timespec rest = {(time_t)time, (long)((time - (double)(time_t)time) * 1e9)};
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &rest, &rest) == EINTR) {}
}

static inline double seconds_of(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

// One line of JSON: the CPU time of `who`, RUSAGE_SELF or RUSAGE_CHILDREN, in seconds.
static inline void print_usage(int who) {
    struct rusage used;
    getrusage(who, &used);
    printf("{\"user\": %.6f, \"system\": %.6f}\n", seconds_of(used.ru_utime), seconds_of(used.ru_stime));
    fflush(stdout);
}
