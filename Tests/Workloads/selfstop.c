// Stops itself with SIGSTOP, as a debugged or suspended program stands. Prints "stopping" before and "continued" after, and then
// ends with status 7 on SIGTERM.
#include <signal.h>
#include <unistd.h>

#include "workload.h"

static void end(int signal) {
    (void)signal;
    _exit(7);
}

int main(void) {
    struct sigaction action = {.sa_handler = end};
    sigaction(SIGTERM, &action, NULL);
    puts("stopping");
    fflush(stdout);
    raise(SIGSTOP);
    puts("continued");
    fflush(stdout);
    alarm(60);
    for (;;) pause();
}
