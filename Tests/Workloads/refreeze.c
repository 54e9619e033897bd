// A job that freezes a child of its own in a group of its own: what a container engine inside a job does.
// The child would end with status 5 on SIGTERM; frozen, it can't. Prints the nested group's path, then waits for the child and ends
// with its status.
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "group.h"
#include "workload.h"

static char nested[PATH_MAX];

// The group beside the own one, since a group with processes may not hand controllers on.
static void name_nested_group(void) {
    char mount[PATH_MAX], own[PATH_MAX];
    if (!find_own_group(mount, own)) fail("find the own group");
    *strrchr(own, '/') = 0;
    if (snprintf(nested, sizeof nested, "%s%s/frozen-child", mount, own) >= (int)sizeof nested) fail("path");
}

static void write_control(const char *file, const char *text) {
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/%s", nested, file);
    int control = open(path, O_WRONLY | O_CLOEXEC);
    if (control < 0 || write(control, text, strlen(text)) < 0) fail(path);
    close(control);
}

static void end(int signal) {
    (void)signal;
    _exit(5);
}

int main(void) {
    name_nested_group();
    if (mkdir(nested, 0755) && errno != EEXIST) fail(nested);
    signal(SIGTERM, end);
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
        alarm(60);
        for (;;) pause();
    }
    signal(SIGTERM, SIG_IGN);
    char number[16];
    snprintf(number, sizeof number, "%d", child);
    write_control("cgroup.procs", number);
    write_control("cgroup.freeze", "1");
    puts(nested);
    fflush(stdout);
    int status;
    if (waitpid(child, &status, 0) < 0) fail("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
