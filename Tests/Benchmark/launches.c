// Times whole launches of several commands, interleaved: in each round every command runs once, in a random order, each
// after a random rest. So all meet the same machine, and none profits from what the one before it left warm or busy (the
// kernel removes a cgroup and frees a process some time after they are gone).
//
// usage: launches [-n ROUNDS] [-g MIN,MAX] [-w WARMUP] [-s SEED] < COMMANDS
//   -n ROUNDS   rounds that count (100)
//   -g MIN,MAX  rest before each launch, in milliseconds (20,50)
//   -w WARMUP   rounds before those, not printed (5)
//   -s SEED     of the order and the rests (1)
//
// COMMANDS: a line each, fields separated by tabs: a name, a mount namespace to start it in (/proc/PID/ns/mnt; "-" is this
// one; entering it is not timed), the program's path, its arguments.
// Prints a line per launch, tabs between: round, name, wall time in nanoseconds from before the spawn to after the wait,
// CPU time in microseconds and peak resident set in KiB (both of the process and all that it waited for), page faults.
// Fails if a command does not end with status 0: what fails fast is not fast.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_COMMANDS = 32, MOST_ARGUMENTS = 128 };

struct command {
    char *name;
    int mounts;  // descriptor of its mount namespace
    char *arguments[MOST_ARGUMENTS + 1];
};

extern char **environ;

static _Noreturn void fail(const char *what) {
    fprintf(stderr, "launches: %s: %s\n", what, strerror(errno));
    exit(1);
}

static _Noreturn void usage(void) {
    fprintf(stderr, "usage: launches [-n ROUNDS] [-g MIN,MAX] [-w WARMUP] [-s SEED] < COMMANDS\n");
    exit(2);
}

static int64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static int open_namespace(const char *path) {
    int namespace = open(path, O_RDONLY | O_CLOEXEC);
    if (namespace < 0) fail(path);
    return namespace;
}

static int read_commands(struct command *commands) {
    int count = 0;
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        if (count == MOST_COMMANDS) usage();
        struct command *command = &commands[count];
        char *rest = strdup(line);
        rest[strcspn(rest, "\n")] = 0;
        command->name = strsep(&rest, "\t");
        char *mounts = strsep(&rest, "\t");
        if (!mounts) usage();
        command->mounts = strcmp(mounts, "-") ? open_namespace(mounts) : -1;
        int arguments = 0;
        for (char *field; (field = strsep(&rest, "\t"));) {
            if (arguments == MOST_ARGUMENTS) usage();
            command->arguments[arguments++] = field;
        }
        if (!arguments) usage();
        count++;
    }
    free(line);
    return count;
}

static void launch(const struct command *command, int own_mounts, const posix_spawn_file_actions_t *streams, int round) {
    struct rusage used;
    pid_t child;
    int status;
    if (command->mounts >= 0 && setns(command->mounts, CLONE_NEWNS)) fail("setns");
    int64_t start = nanoseconds();
    if ((errno = posix_spawn(&child, command->arguments[0], streams, NULL, command->arguments, environ)))
        fail(command->arguments[0]);
    while (wait4(child, &status, 0, &used) < 0)
        if (errno != EINTR) fail("wait4");
    int64_t wall = nanoseconds() - start;
    if (command->mounts >= 0 && setns(own_mounts, CLONE_NEWNS)) fail("setns");
    if (status) {
        fprintf(stderr, "launches: %s ended with wait status %#x\n", command->name, (unsigned)status);
        exit(1);
    }
    if (round < 0) return;
    int64_t cpu = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    printf("%d\t%s\t%lld\t%lld\t%ld\t%ld\n", round, command->name, (long long)wall, (long long)cpu, used.ru_maxrss,
           used.ru_minflt);
}

int main(int argc, char **argv) {
    int rounds = 100, warmup = 5, shortest = 20, longest = 50;
    unsigned seed = 1;
    for (int option; (option = getopt(argc, argv, "n:g:w:s:")) != -1;) {
        switch (option) {
        case 'n': rounds = atoi(optarg); break;
        case 'w': warmup = atoi(optarg); break;
        case 's': seed = (unsigned)atoi(optarg); break;
        case 'g':
            if (sscanf(optarg, "%d,%d", &shortest, &longest) != 2 || longest < shortest) usage();
            break;
        default: usage();
        }
    }
    static struct command commands[MOST_COMMANDS];
    int count = read_commands(commands);
    if (!count) usage();

    int own_mounts = open_namespace("/proc/self/ns/mnt");
    posix_spawn_file_actions_t streams;
    posix_spawn_file_actions_init(&streams);
    posix_spawn_file_actions_addopen(&streams, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&streams, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);

    srandom(seed);
    int order[MOST_COMMANDS];
    for (int i = 0; i < count; i++) order[i] = i;
    for (int round = -warmup; round < rounds; round++) {
        for (int i = count - 1; i > 0; i--) {
            int j = (int)(random() % (i + 1)), swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        for (int i = 0; i < count; i++) {
            int64_t rest = shortest * 1000000LL + random() % ((longest - shortest) * 1000000LL + 1);
            struct timespec pause = {rest / 1000000000, rest % 1000000000};
            nanosleep(&pause, NULL);
            launch(&commands[order[i]], own_mounts, &streams, round);
        }
    }
}
