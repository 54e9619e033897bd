// Prints what a command sees of the world that it was started in, as one JSON object on stdout (or on descriptor -o N):
// descriptors, signals, process numbers, group, environment, directory, priorities, limits.
// Arguments and variables are in hexadecimal, since they need not be text.
#include <dirent.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "workload.h"

static FILE *out;

static void hex(const char *text) {
    fputc('"', out);
    for (; *text; text++) fprintf(out, "%02x", (unsigned char)*text);
    fputc('"', out);
}

static void hex_list(const char *name, char **list) {
    fprintf(out, "\"%s\": [", name);
    for (char **item = list; *item; item++) {
        if (item != list) fputs(", ", out);
        hex(*item);
    }
    fputs("], ", out);
}

static void signals(void) {
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    const char *comma = "";
    fputs("\"blocked\": [", out);
    for (int i = 1; i < 65; i++) {
        if (sigismember(&blocked, i) == 1) fprintf(out, "%s%d", comma, i), comma = ", ";
    }
    fputs("], \"ignored\": [", out);
    comma = "";
    for (int i = 1; i < 65; i++) {
        struct sigaction action;
        if (sigaction(i, NULL, &action) || action.sa_handler != SIG_IGN) continue;
        fprintf(out, "%s%d", comma, i), comma = ", ";
    }
    fputs("], ", out);
}

static void descriptors(void) {
    DIR *directory = opendir("/proc/self/fd");
    if (!directory) fail("/proc/self/fd");
    const char *comma = "";
    fputs("\"descriptors\": {", out);
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(directory)) continue;
        char link[64], target[PATH_MAX];
        snprintf(link, sizeof link, "/proc/self/fd/%.20s", entry->d_name);
        ssize_t length = readlink(link, target, sizeof target - 1);
        target[length < 0 ? 0 : length] = 0;
        fprintf(out, "%s\"%.20s\": ", comma, entry->d_name);
        hex(target);
        comma = ", ";
    }
    fputs("}, ", out);
    closedir(directory);
}

static void limits(void) {
    static const struct {
        const char *name;
        int resource;
    } all[] = {{"nofile", RLIMIT_NOFILE}, {"core", RLIMIT_CORE}, {"fsize", RLIMIT_FSIZE},
               {"nproc", RLIMIT_NPROC},   {"cpu", RLIMIT_CPU},   {"stack", RLIMIT_STACK},
               {"as", RLIMIT_AS},         {"rtprio", RLIMIT_RTPRIO}};
    fputs("\"limits\": {", out);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct rlimit limit;
        getrlimit(all[i].resource, &limit);
        fprintf(out, "%s\"%s\": [%lld, %lld]", i ? ", " : "", all[i].name, (long long)limit.rlim_cur,
                (long long)limit.rlim_max);
    }
    fputs("}, ", out);
}

static void file(const char *name, const char *path) {
    char text[4096];
    FILE *source = fopen(path, "re");
    size_t length = source ? fread(text, 1, sizeof text - 1, source) : 0;
    text[length] = 0;
    if (source) fclose(source);
    fprintf(out, "\"%s\": ", name);
    hex(text);
    fputs(", ", out);
}

int main(int argc, char **argv, char **environment) {
    out = stdout;
    if (argc > 2 && !strcmp(argv[1], "-o") && !(out = fdopen(atoi(argv[2]), "w"))) fail(argv[2]);
    fputc('{', out);
    hex_list("arguments", argv);
    hex_list("environment", environment);
    signals();
    descriptors();
    limits();
    file("cgroup", "/proc/self/cgroup");
    file("oomScoreAdj", "/proc/self/oom_score_adj");
    char directory[PATH_MAX];
    if (!getcwd(directory, sizeof directory)) directory[0] = 0;
    fputs("\"directory\": ", out);
    hex(directory);
    struct winsize size = {0};
    ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
    mode_t mask = umask(0);
    fprintf(out,
            ", \"pid\": %d, \"parent\": %d, \"processGroup\": %d, \"session\": %d, \"foreground\": %d, \"nice\": %d, "
            "\"policy\": %d, \"timerSlack\": %d, \"umask\": %d, \"parentDeathSignal\": %d, \"columns\": %d, "
            "\"rows\": %d}\n",
            getpid(), getppid(), getpgrp(), getsid(0), tcgetpgrp(STDIN_FILENO), getpriority(PRIO_PROCESS, 0),
            sched_getscheduler(0), prctl(PR_GET_TIMERSLACK), mask,
            ({ int signal = 0; prctl(PR_GET_PDEATHSIG, &signal); signal; }), size.ws_col, size.ws_row);
    return fclose(out) ? WORKLOAD_FAILED : 0;
}
