// Attacks that need, or get at, capabilities.
//
//   setuid FILE      to regain capabilities by FILE, a copy of this program that is set-user-ID root
//   user             to become another user
//   limit            to raise a hard limit
//   nice             to go before others
//   realtime         to go before all others
//   chroot           to get out of a root directory by a second one
//   device           to make a device
//   handle           to open a file by its handle, past all directories
//   packets          to listen to the network
//   icmp             to forge packets
//   hostname         to name the host (as it is called)
//   mount            to mount a file system
//   mount-new        to make one by the newer system calls
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include <netinet/in.h>

#include "attack.h"

// As nobody, where it may become nobody.
static void setuid_file(char **words) {
    if (setresgid(65534, 65534, 65534) == 0) (void)!setresuid(65534, 65534, 65534);
    char number[16];
    snprintf(number, sizeof number, "%d", supervisor);
    char *const argv[] = {"privileges", "regained", number, NULL};
    try(execv(words[0], argv), "exec");
}

static void regained(char **words) {
    (void)words;
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];
    try(syscall(SYS_capget, &header, data), "capget");
    if (!(data[0].effective | data[1].effective)) stopped_by(EPERM, "exec of a set-user-ID file");
}

static void user(char **words) {
    (void)words;
    try(setresuid(1, 1, 1), "setresuid");
}

static void limit(char **words) {
    (void)words;
    struct rlimit low = {0, 0}, high = {4096, 4096};
    try(setrlimit(RLIMIT_CORE, &low), "setrlimit");
    try(setrlimit(RLIMIT_CORE, &high), "setrlimit");
}

static void nice_one(char **words) {
    (void)words;
    try(setpriority(PRIO_PROCESS, 0, -5), "setpriority");
}

static void realtime(char **words) {
    (void)words;
    struct sched_param low = {.sched_priority = 1};
    try(sched_setscheduler(0, SCHED_FIFO, &low), "sched_setscheduler");
}

// chroot(2): "it does not change the current working directory, so that … the superuser can escape".
static void chroot_twice(char **words) {
    (void)words;
    struct stat before, inside, after;
    int start = (int)try(open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open /");
    try(fstat(start, &before), "stat");
    const char *place = scratch_directory();
    try(stat(place, &inside), "stat");
    try(chdir("/"), "chdir");
    try(chroot(place), "chroot");
    for (int i = 0; i < 64; i++) try(chdir(".."), "chdir");
    try(chroot("."), "chroot");
    try(stat("/", &after), "stat");
    if (after.st_ino != before.st_ino || after.st_dev != before.st_dev) stopped_by(EXDEV, "chroot");
}

static void device(char **words) {
    (void)words;
    const char *path = path_in(scratch_directory(), "null");
    try(mknod(path, S_IFCHR | 0600, makedev(1, 3)), "mknod");
    unlink(path);
}

static void handle(char **words) {
    (void)words;
    static const char *const places[] = {"/", "/tmp", "/dev/shm", "/run"};
    struct {
        struct file_handle head;
        unsigned char bytes[MAX_HANDLE_SZ];
    } found = {0};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int mount;
        found.head.handle_bytes = MAX_HANDLE_SZ;
        // Not every file system has handles.
        if (name_to_handle_at(AT_FDCWD, places[i], &found.head, &mount, 0)) continue;
        int place = (int)try(open(places[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open");
        try(open_by_handle_at(place, &found.head, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open_by_handle_at");
        return;
    }
    stopped("name_to_handle_at");
}

static void packets(char **words) {
    (void)words;
    try(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), "socket");
}

static void icmp(char **words) {
    (void)words;
    try(socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP), "socket");
}

static void hostname(char **words) {
    (void)words;
    char name[HOST_NAME_MAX + 1];
    try(gethostname(name, sizeof name), "gethostname");
    try(sethostname(name, strlen(name)), "sethostname");
}

// In a namespace of its own where it gets one, so that nobody else sees it.
static void mount_tmpfs(char **words) {
    (void)words;
    if (unshare(CLONE_NEWNS) == 0) mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
    const char *place = scratch_directory();
    try(mount("rmrun-attack", place, "tmpfs", 0, "size=64k"), "mount");
    umount2(place, MNT_DETACH);
}

static void mount_new(char **words) {
    (void)words;
    try(syscall(SYS_fsopen, "tmpfs", 0), "fsopen");
}

ATTACKS({"setuid", setuid_file}, {"regained", regained}, {"user", user}, {"limit", limit}, {"nice", nice_one},
        {"realtime", realtime}, {"chroot", chroot_twice}, {"device", device}, {"handle", handle}, {"packets", packets},
        {"icmp", icmp}, {"hostname", hostname}, {"mount", mount_tmpfs}, {"mount-new", mount_new})
