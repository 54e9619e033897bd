// Attacks on a process that is not the job's: PROCESS is `supervisor`, `guardian`, or a number.
//
//   trace PROCESS        to trace it
//   memory PROCESS       to read its memory by /proc/PID/mem
//   vm PROCESS           to read its memory by process_vm_readv
//   descriptors PROCESS  to take one of its descriptors by pidfd_getfd
//   root PROCESS         to look at the file system through its eyes
//   environment PROCESS  to read its environment
//   namespace PROCESS    to enter its network namespace
//   arguments PROCESS    to read its command line
//   stop PROCESS         to have it stand still, and go on
//   limits PROCESS       to set its limits (to what they are)
//   priority PROCESS     to set its priority and CPUs (to what they are)
//   traceme              to be traced by its own parent
//   storm SECONDS        to keep the supervisor busy with signals for so long
#include <dirent.h>
#include <sched.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <time.h>

#include "attack.h"

static bool read_state(pid_t pid, char *state, pid_t *parent) {
    char text[512];
    if (read_text(proc_file(pid, "stat"), text, sizeof text) < 0) return false;
    // The name may hold anything, so the fields begin behind the last parenthesis.
    char *end = strrchr(text, ')');
    return end && sscanf(end + 1, " %c %d", state, parent) == 2;
}

// The child of the supervisor that this process descends from; 0 if there is none.
static pid_t own_branch(void) {
    pid_t pid = getpid(), parent = 0;
    char state;
    for (; pid > 1 && read_state(pid, &state, &parent); pid = parent) {
        if (parent == supervisor) return pid;
    }
    return 0;
}

// The supervisor's child that is none of the job's.
static pid_t find_guardian(void) {
    pid_t branch = own_branch(), found = 0, parent;
    char state;
    DIR *processes = opendir("/proc");
    for (struct dirent *entry; processes && (entry = readdir(processes));) {
        pid_t pid = (pid_t)atoi(entry->d_name);
        if (pid > 0 && pid != branch && read_state(pid, &state, &parent) && parent == supervisor) found = pid;
    }
    if (processes) closedir(processes);
    if (!found) stopped_by(ESRCH, "find the guardian");
    return found;
}

static pid_t target(char **words) {
    if (!strcmp(words[0], "supervisor")) return supervisor;
    if (!strcmp(words[0], "guardian")) return find_guardian();
    return (pid_t)word_number(words[0]);
}

// The kernel detaches it when this process ends.
static void trace(char **words) { try(ptrace(PTRACE_SEIZE, target(words), 0, 0), "ptrace"); }

static unsigned long first_address(pid_t pid) {
    unsigned long start = 0;
    FILE *maps = fopen(proc_file(pid, "maps"), "re");
    if (!maps) return 0;
    if (fscanf(maps, "%lx", &start) != 1) start = 0;
    fclose(maps);
    return start;
}

static void memory(char **words) {
    pid_t pid = target(words);
    char seen[16];
    int file = (int)try(open(proc_file(pid, "mem"), O_RDONLY | O_CLOEXEC), "open mem");
    unsigned long start = first_address(pid);
    if (!start) stopped("read maps");
    try(pread(file, seen, sizeof seen, (off_t)start), "read mem");
}

static void vm(char **words) {
    pid_t pid = target(words);
    char seen[16];
    unsigned long start = first_address(pid);
    struct iovec here = {seen, sizeof seen}, there = {(void *)start, sizeof seen};
    // Permission is looked at before the address.
    try_up_to(EFAULT, process_vm_readv(pid, &here, 1, &there, 1, 0), "process_vm_readv");
}

static void descriptors(char **words) {
    int pidfd = (int)try(syscall(SYS_pidfd_open, target(words), 0), "pidfd_open");
    for (int number = 0; number < 64; number++) {
        if (syscall(SYS_pidfd_getfd, pidfd, number, 0) >= 0) return;
        if (errno != EBADF) stopped("pidfd_getfd");
    }
    stopped("pidfd_getfd");
}

static void root(char **words) {
    try(open(proc_file(target(words), "root/etc"), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open /proc/PID/root");
}

static void namespace(char **words) {
    int theirs = (int)try(open(proc_file(target(words), "ns/net"), O_RDONLY | O_CLOEXEC), "open /proc/PID/ns/net");
    try(setns(theirs, CLONE_NEWNET), "setns");
}

static void read_file_of(char **words, const char *name) {
    char seen[64];
    if (!try(read_text(proc_file(target(words), name), seen, sizeof seen), name)) stopped_by(ENODATA, name);
}

static void environment(char **words) { read_file_of(words, "environ"); }

static void arguments(char **words) { read_file_of(words, "cmdline"); }

static void pause_ms(long milliseconds) {
    nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
}

static void stop(char **words) {
    pid_t pid = target(words), parent;
    char state = 0;
    try(kill(pid, SIGSTOP), "kill");
    for (int i = 0; i < 500 && state != 'T'; i++) {
        if (!read_state(pid, &state, &parent)) break;
        pause_ms(10);
    }
    kill(pid, SIGCONT);
    if (state != 'T') stopped_by(ETIMEDOUT, "see it stand still");
}

static void limits(char **words) {
    pid_t pid = target(words);
    struct rlimit limit;
    try(prlimit(pid, RLIMIT_NOFILE, NULL, &limit), "prlimit");
    try(prlimit(pid, RLIMIT_NOFILE, &limit, NULL), "prlimit");
}

static void priority(char **words) {
    pid_t pid = target(words);
    cpu_set_t cpus;
    errno = 0;
    int nice = getpriority(PRIO_PROCESS, (id_t)pid);
    if (errno) stopped("getpriority");
    try(setpriority(PRIO_PROCESS, (id_t)pid, nice), "setpriority");
    try(sched_getaffinity(pid, sizeof cpus, &cpus), "sched_getaffinity");
    try(sched_setaffinity(pid, sizeof cpus, &cpus), "sched_setaffinity");
}

static void traceme(char **words) {
    (void)words;
    try(ptrace(PTRACE_TRACEME, 0, 0, 0), "ptrace");
}

static void storm(char **words) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    // It is sent back to the job.
    signal(SIGWINCH, SIG_IGN);
    for (time_t end = now.tv_sec + word_number(words[0]); now.tv_sec < end; clock_gettime(CLOCK_MONOTONIC, &now)) {
        for (int i = 0; i < 1000; i++) try(kill(supervisor, SIGWINCH), "kill");
    }
}

ATTACKS({"trace", trace}, {"memory", memory}, {"vm", vm}, {"descriptors", descriptors}, {"root", root},
        {"environment", environment}, {"namespace", namespace}, {"arguments", arguments}, {"stop", stop}, {"limits", limits}, {"priority", priority}, {"traceme", traceme},
        {"storm", storm})
