// Attacks on the kernel and the machine: each asks for what an administrator may, in a way that takes no effect.
//
//   reboot        reboot, with a magic number that is none
//   kexec         kexec_load, with more segments than there may be
//   module        init_module with no bytes, finit_module with no file, delete_module of none
//   bpf           a BPF map (gone with the process)
//   perf          perf_event_open for all processes of a CPU
//   clock         settimeofday, with a time zone that is none
//   clock-rate    adjtimex, to the rate that the clock has
//   swap          swapon, of a file that is not there
//   ports         ioperm, for the port that nothing listens on, 0x80
//   kcore         to open the kernel's memory
//   log           to read the kernel's log
//   sysctl        to write /proc/sys/kernel/core_pattern (what stands there)
//   sysfs         to write a file of /sys (what stands there)
//   sysrq         to open /proc/sysrq-trigger for writing
//   disk          to read a block device
#include <dirent.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sys/klog.h>
#include <sys/swap.h>
#include <sys/time.h>
#include <sys/timex.h>

#include "attack.h"

#if defined(__x86_64__) || defined(__i386__)
#include <sys/io.h>
#endif

static void reboot_machine(char **words) {
    (void)words;
    try_up_to(EINVAL, syscall(SYS_reboot, 0, 0, 0, NULL), "reboot");
}

static void kexec(char **words) {
    (void)words;
    try_up_to(EINVAL, syscall(SYS_kexec_load, 0UL, 1000UL, NULL, 0UL), "kexec_load");
}

static void module(char **words) {
    (void)words;
    try_up_to(ENOEXEC, syscall(SYS_init_module, "", 0UL, ""), "init_module");
    try_up_to(EBADF, syscall(SYS_finit_module, -1, "", 0), "finit_module");
    try_up_to(ENOENT, syscall(SYS_delete_module, "rmrun_attack", O_NONBLOCK), "delete_module");
}

// A queue takes privileges whatever kernel.unprivileged_bpf_disabled says.
static void bpf(char **words) {
    (void)words;
    union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_QUEUE, .value_size = 4, .max_entries = 1};
    try(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes), "bpf");
}

static void perf(char **words) {
    (void)words;
    struct perf_event_attr attributes = {
        .type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_CPU_CLOCK};
    try(syscall(SYS_perf_event_open, &attributes, -1, 0, -1, 0UL), "perf_event_open");
}

// Permission is looked at before the zone.
static void set_clock(char **words) {
    (void)words;
    struct timezone nowhere = {.tz_minuteswest = 10000};
    try_up_to(EINVAL, syscall(SYS_settimeofday, NULL, &nowhere), "settimeofday");
}

static void clock_rate(char **words) {
    (void)words;
    struct timex clock = {.modes = 0};
    try(adjtimex(&clock), "adjtimex");
    clock.modes = ADJ_TICK;
    try(adjtimex(&clock), "adjtimex");
}

static void swap(char **words) {
    (void)words;
    try_up_to(ENOENT, swapon("/nonexistent/rmrun-attack", 0), "swapon");
}

static void ports(char **words) {
    (void)words;
#if defined(__x86_64__) || defined(__i386__)
    try(ioperm(0x80, 1, 1), "ioperm");
#else
    impossible("this architecture has no I/O ports");
#endif
}

static void kcore(char **words) {
    (void)words;
    try(open("/proc/kcore", O_RDONLY | O_CLOEXEC), "open /proc/kcore");
}

static void kernel_log(char **words) {
    (void)words;
    enum { SYSLOG_ACTION_READ_ALL = 3 };
    static char text[4096];
    try(klogctl(SYSLOG_ACTION_READ_ALL, text, sizeof text), "syslog");
}

// What is read is written back.
static void rewrite(const char *path, const char *what) {
    char value[512];
    try(read_text(path, value, sizeof value), what);
    try(write_text(path, value), what);
}

static void sysctl(char **words) {
    (void)words;
    rewrite("/proc/sys/kernel/core_pattern", "write core_pattern");
}

static void sysfs(char **words) {
    (void)words;
    char path[PATH_MAX];
    DIR *disks = opendir("/sys/block");
    if (!disks) stopped("open /sys/block");
    for (struct dirent *entry; (entry = readdir(disks));) {
        snprintf(path, sizeof path, "/sys/block/%.255s/queue/read_ahead_kb", entry->d_name);
        if (entry->d_name[0] == '.' || access(path, F_OK)) continue;
        rewrite(path, "write read_ahead_kb");
        return;
    }
    stopped_by(ENOENT, "find a disk");
}

static void sysrq(char **words) {
    (void)words;
    try(open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC), "open /proc/sysrq-trigger");
}

static void disk(char **words) {
    (void)words;
    char line[128], name[64], sector[512];
    FILE *partitions = fopen("/proc/partitions", "re");
    if (!partitions) stopped("open /proc/partitions");
    errno = ENXIO;
    while (fgets(line, sizeof line, partitions)) {
        if (sscanf(line, "%*u %*u %*u %63s", name) != 1) continue;
        if (read_text(path_in("/dev", name), sector, sizeof sector) > 0) return;
    }
    stopped("read a block device");
}

ATTACKS({"reboot", reboot_machine}, {"kexec", kexec}, {"module", module}, {"bpf", bpf}, {"perf", perf},
        {"clock", set_clock}, {"clock-rate", clock_rate}, {"swap", swap}, {"ports", ports}, {"kcore", kcore},
        {"log", kernel_log}, {"sysctl", sysctl}, {"sysfs", sysfs}, {"sysrq", sysrq}, {"disk", disk})
