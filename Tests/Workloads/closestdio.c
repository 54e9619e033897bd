// Closes its three streams, as careless daemons do, goes on for a while, and ends with STATUS.
//
// usage: closestdio STATUS [SECONDS]
#include <unistd.h>

#include "workload.h"

int main(int argc, char **argv) {
    if (argc < 2) usage("closestdio STATUS [SECONDS]");
    int status = (int)number(argv[1]);
    double wait = argc > 2 ? number(argv[2]) : 0.1;
    for (int stream = 0; stream < 3; stream++) close(stream);
    pause_for(wait);
    _exit(status);
}
