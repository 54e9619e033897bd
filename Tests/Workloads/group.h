// Where the own control group lies.
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// The mount of cgroup v2, and the path of the own group below it ("/" at its root). False where one of them can't be found.
static inline bool find_own_group(char mount[PATH_MAX], char own[PATH_MAX]) {
    char line[2 * PATH_MAX];
    mount[0] = own[0] = 0;
    FILE *mounts = fopen("/proc/self/mounts", "re");
    while (mounts && fgets(line, sizeof line, mounts)) {
        char where[PATH_MAX], type[64];
        if (sscanf(line, "%*s %4095s %63s", where, type) == 2 && !strcmp(type, "cgroup2")) strcpy(mount, where);
    }
    FILE *groups = fopen("/proc/self/cgroup", "re");
    while (groups && fgets(line, sizeof line, groups)) sscanf(line, "0::%4095s", own);
    if (mounts) fclose(mounts);
    if (groups) fclose(groups);
    return mount[0] && own[0];
}
