// Attacks that need no privileges, only system calls in which holes were found again and again: a filter alone stops these.
//
//   nothing          (shows that an attack can run at all)
//   userns-unshare   a user namespace by unshare
//   userns-clone     … by clone
//   userns-clone3    … by clone3, whose flags no filter can see
//   keyring          a session keyring of its own, and a key
//   uring            io_uring_setup
//   userfault        userfaultfd
//   personality      to have its addresses predictable
//   personality-high … with a bit beside that means nothing
//   compat           a keyring by the 32-bit system call table
//   refused SECONDS  to make its supervisor answer for refused calls, for so long
//   memfd            to execute a program that lies in no file system
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <time.h>

#include "attack.h"

#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif

static void nothing(char **words) { (void)words; }

static void userns_unshare(char **words) {
    (void)words;
    try(unshare(CLONE_NEWUSER), "unshare");
}

static void await_child(long child) {
    if (child == 0) _exit(0);
    waitpid((pid_t)child, NULL, 0);
}

static void userns_clone(char **words) {
    (void)words;
    await_child(try(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0L, 0L, 0L, 0L), "clone"));
}

static void userns_clone3(char **words) {
    (void)words;
    struct clone_args arguments = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
    await_child(try(syscall(SYS_clone3, &arguments, sizeof arguments), "clone3"));
}

static void keyring(char **words) {
    (void)words;
    try(syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0L, 0L, 0L), "keyctl");
    try(syscall(SYS_add_key, "user", "rmrun-attack", "x", 1UL, KEY_SPEC_SESSION_KEYRING), "add_key");
}

static void uring(char **words) {
    (void)words;
    struct io_uring_params parameters = {0};
    try(syscall(SYS_io_uring_setup, 4U, &parameters), "io_uring_setup");
}

static void userfault(char **words) {
    (void)words;
    try(syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY), "userfaultfd");
}

static void predictable(char **words) {
    (void)words;
    try(personality(ADDR_NO_RANDOMIZE), "personality");
}

// The kernel's question is all bits, and no others with the highest one.
static void predictable_high(char **words) {
    (void)words;
    try(syscall(SYS_personality, 0x80000000UL | ADDR_NO_RANDOMIZE), "personality");
}

#ifdef __x86_64__
static void no_gate(int signal) {
    (void)signal;
    stopped_by(ENOSYS, "int 0x80");
}

// A filter for the 64-bit table alone does not see this call.
static void compat(char **words) {
    (void)words;
    enum { I386_KEYCTL = 288 };
    signal(SIGSEGV, no_gate);
    long result = I386_KEYCTL;
    __asm__ volatile("int $0x80"
                     : "+a"(result)
                     : "b"(KEYCTL_JOIN_SESSION_KEYRING), "c"(0), "d"(0), "S"(0), "D"(0)
                     : "memory", "r8", "r9", "r10", "r11");
    errno = (int)-(int)result;
    if ((int)result < 0) stopped("keyctl by int 0x80");
}
#else
static void compat(char **words) {
    (void)words;
    impossible("this architecture's other table is not known here");
}
#endif

static void refused(char **words) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    for (time_t end = now.tv_sec + word_number(words[0]); now.tv_sec < end; clock_gettime(CLOCK_MONOTONIC, &now)) {
        for (int i = 0; i < 100; i++) syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, 0L, 0L, 0L, 0L);
    }
}

static void memfd(char **words) {
    (void)words;
    char block[1 << 16], last[16];
    int from = (int)try(open("/proc/self/exe", O_RDONLY | O_CLOEXEC), "open the program");
    int file = (int)try(memfd_create("rmrun-attack", MFD_CLOEXEC), "memfd_create");
    for (ssize_t length; (length = read(from, block, sizeof block)) > 0;) try(write(file, block, (size_t)length), "write");
    snprintf(last, sizeof last, "%d", supervisor);
    char *const argv[] = {"calls", "nothing", last, NULL};
    try(execveat(file, "", argv, environ, AT_EMPTY_PATH), "execveat");
}

ATTACKS({"nothing", nothing}, {"userns-unshare", userns_unshare}, {"userns-clone", userns_clone},
        {"userns-clone3", userns_clone3}, {"keyring", keyring}, {"uring", uring}, {"userfault", userfault},
        {"personality", predictable}, {"personality-high", predictable_high}, {"compat", compat},
        {"refused", refused}, {"memfd", memfd})
