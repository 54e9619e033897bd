// Attacks on control groups: to leave the own one, and to change what binds it.
//
//   up               to move to a group above its own
//   to GROUP         to move to a group that is named by its directory
//   new              to move to a group that it makes at the root of the tree
//   remount          to move up in a cgroup v2 mount of its own
//   namespace        to move up from within a user namespace of its own
//   user-mount       to mount its groups in namespaces of its own, and to change its own group there
//   kill-switch      to take away everybody's right to write its cgroup.kill
//   limits           to change a limit that holds it
//   freeze GROUP     to freeze a group, and thaw it
#include <sched.h>
#include <sys/mount.h>

#include "../Workloads/group.h"
#include "attack.h"

static char mounted[PATH_MAX], own[PATH_MAX];

static void find_group(void) {
    if (!find_own_group(mounted, own)) stopped_by(ENOENT, "find the cgroup v2 mount");
}

static const char *control(const char *directory, const char *file) { return path_in(directory, file); }

static const char *own_directory(void) {
    static char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s%s", mounted, strcmp(own, "/") ? own : "");
    return path;
}

// The kernel's word on whether the process is elsewhere now: a write to the own group succeeds as well.
static bool has_moved(void) {
    char line[PATH_MAX] = "", again[PATH_MAX];
    FILE *groups = fopen("/proc/self/cgroup", "re");
    again[0] = 0;
    while (groups && fgets(line, sizeof line, groups)) sscanf(line, "0::%4095s", again);
    if (groups) fclose(groups);
    return again[0] && strcmp(again, own);
}

static void go_back(void) { write_text(control(own_directory(), "cgroup.procs"), "0"); }

// False with errno if the move is refused, or moves nothing.
static bool moves_to(const char *directory) {
    if (write_text(control(directory, "cgroup.procs"), "0") < 0) return false;
    if (has_moved()) return true;
    errno = EXDEV;
    return false;
}

// Groups that hand controllers on take no processes, so each above the own one is tried. Of the errors the last one counts: the root takes all.
static void move_up_below(const char *root) {
    char above[PATH_MAX], directory[2 * PATH_MAX];
    strcpy(above, own);
    do {
        char *end = strrchr(above, '/');
        if (end) *end = 0;
        snprintf(directory, sizeof directory, "%s%s", root, above);
        if (moves_to(directory)) {
            go_back();
            return;
        }
    } while (above[0]);
    stopped("write cgroup.procs");
}

static void up(char **words) {
    (void)words;
    find_group();
    move_up_below(mounted);
}

static void to(char **words) {
    find_group();
    if (!moves_to(words[0])) stopped("write cgroup.procs");
    go_back();
}

static void new_group(char **words) {
    (void)words;
    find_group();
    char directory[2 * PATH_MAX];
    snprintf(directory, sizeof directory, "%s/rmrun-attack-%d", mounted, getpid());
    try(mkdir(directory, 0755), "mkdir");
    bool has_moved = moves_to(directory);
    int error = errno;
    go_back();
    rmdir(directory);
    if (!has_moved) stopped_by(error, "write cgroup.procs");
}

// Whoever mounts the hierarchy sets its options for all, so they stay as they are. Source: cgroup-v2.rst, "Mounting".
static void read_options(char options[256]) {
    char line[2 * PATH_MAX], all[PATH_MAX] = "", type[64];
    FILE *mounts = fopen("/proc/self/mounts", "re");
    while (mounts && fgets(line, sizeof line, mounts)) {
        if (sscanf(line, "%*s %*s %63s %4095s", type, all) == 2 && !strcmp(type, "cgroup2")) break;
        all[0] = 0;
    }
    if (mounts) fclose(mounts);
    options[0] = 0;
    for (char *option = strtok(all, ","); option; option = strtok(NULL, ",")) {
        // The others are of the mount, not of the hierarchy.
        static const char *const ours[] = {"nsdelegate", "favordynmods", "memory_localevents", "memory_recursiveprot",
                                           "memory_hugetlb_accounting", "pids_localevents"};
        for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
            if (!strcmp(option, ours[i])) strcat(strcat(options, options[0] ? "," : ""), option);
        }
    }
}

static void remount(char **words) {
    (void)words;
    find_group();
    char options[256];
    read_options(options);
    try(unshare(CLONE_NEWNS), "unshare");
    try(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount");
    const char *place = scratch_directory();
    try(mount("cgroup2", place, "cgroup2", 0, options), "mount cgroup2");
    bool moved = moves_to(place);
    int error = errno;
    if (moved) go_back();
    umount2(place, MNT_DETACH);
    if (!moved) stopped_by(error, "write cgroup.procs");
}

static void namespace(char **words) {
    (void)words;
    find_group();
    try(unshare(CLONE_NEWUSER | CLONE_NEWNS), "unshare");
    move_up_below(mounted);
}

// What hides the groups is left behind by a mount of one's own, for which a user namespace gives the right; the owner of the files is the same.
static void user_mount(char **words) {
    (void)words;
    try(unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWCGROUP), "unshare");
    const char *place = scratch_directory();
    try(mount("cgroup2", place, "cgroup2", 0, NULL), "mount cgroup2");
    int error = 0;
    struct stat before;
    const char *file = control(place, "cgroup.kill");
    if (stat(file, &before) < 0 || chmod(file, 0) < 0) error = errno;
    else chmod(file, before.st_mode & 07777);
    const char *below = control(place, "rmrun-attack");
    if (!error && mkdir(below, 0755) < 0) error = errno;
    rmdir(below);
    umount2(place, MNT_DETACH);
    if (error) stopped_by(error, "change the group");
}

static void kill_switch(char **words) {
    (void)words;
    find_group();
    const char *file = control(own_directory(), "cgroup.kill");
    struct stat before;
    try(stat(file, &before), "stat cgroup.kill");
    try(chmod(file, 0), "chmod cgroup.kill");
    chmod(file, before.st_mode & 07777);
}

// What is read is written back. Groups without controllers have limits too: on their descendants.
static void limits(char **words) {
    (void)words;
    find_group();
    static const char *const files[] = {"memory.max", "pids.max", "cgroup.max.descendants"};
    char value[64], directory[2 * PATH_MAX];
    strcpy(directory, own_directory());
    char *last = strrchr(own, '/');
    // The group above the processes' own carries a job's limits.
    if (last && last[1]) *strrchr(directory, '/') = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (read_text(control(directory, files[i]), value, sizeof value) < 0) continue;
        try(write_text(control(directory, files[i]), value), files[i]);
        return;
    }
    stopped("read a limit");
}

static void freeze(char **words) {
    const char *file = control(words[0], "cgroup.freeze");
    try(write_text(file, "1"), "write cgroup.freeze");
    write_text(file, "0");
}

ATTACKS({"up", up}, {"to", to}, {"new", new_group}, {"remount", remount}, {"namespace", namespace},
        {"user-mount", user_mount}, {"kill-switch", kill_switch}, {"limits", limits}, {"freeze", freeze})
