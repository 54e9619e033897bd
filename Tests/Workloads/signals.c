// Prints every signal that it gets, one line each: name, a space, and the sender's process number (0: the kernel).
// The first line, "ready", says that it listens.
//
//   -e SIG=STATUS   ends with that status on that signal (TERM=0)
//   -i              ends on none of them
//   -d S            ends S seconds after the signal that ends it
//   -w S            ends with status 98 when nothing else ended it (60)
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "workload.h"

static void print_window_size(void) {
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    struct winsize size;
    if (terminal < 0 || ioctl(terminal, TIOCGWINSZ, &size)) return;
    printf("window %dx%d\n", size.ws_col, size.ws_row);
    close(terminal);
}

int main(int argc, char **argv) {
    int ending[64] = {0}, status[64] = {0};
    ending[SIGTERM] = 1;
    double delay = 0, wall = 60;
    for (int option; (option = getopt(argc, argv, "e:id:w:")) != -1;) {
        switch (option) {
        case 'e': {
            char *equals = strchr(optarg, '=');
            if (!equals) usage("signals -e SIG=STATUS");
            *equals = 0;
            for (int i = 1; i < 64; i++) {
                const char *name = sigabbrev_np(i);
                if (!name || strcmp(name, optarg)) continue;
                ending[i] = 1, status[i] = (int)number(equals + 1);
            }
            break;
        }
        case 'i': memset(ending, 0, sizeof ending); break;
        case 'd': delay = number(optarg); break;
        case 'w': wall = number(optarg); break;
        default: usage("signals [-e SIG=STATUS]... [-i] [-d S] [-w S]");
        }
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    sigset_t all;
    sigfillset(&all);
    // The keys that suspend and continue a job do what they do in any program.
    sigdelset(&all, SIGTSTP);
    sigprocmask(SIG_SETMASK, &all, NULL);
    puts("ready");
    double end = seconds(CLOCK_MONOTONIC) + wall;
    for (;;) {
        double left = end - seconds(CLOCK_MONOTONIC);
        if (left <= 0) return 98;
        struct timespec patience = {(time_t)left, 1};
        siginfo_t got;
        int signal = sigtimedwait(&all, &got, &patience);
        if (signal <= 0) continue;
        printf("%s %d\n", sigabbrev_np(signal), got.si_code == SI_USER ? got.si_pid : 0);
        if (signal == SIGWINCH) print_window_size();
        if (signal < 64 && ending[signal]) {
            pause_for(delay);
            return status[signal];
        }
    }
}
