// Fills a file system: writes MIB of data to a new file in DIRECTORY, which is removed at the end. Prints "filled" once it is there.
//
// usage: fill DIRECTORY MIB [HOLD-SECONDS]
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "workload.h"

int main(int argc, char **argv) {
    if (argc < 3) usage("fill DIRECTORY MIB [HOLD-SECONDS]");
    int file = open(argv[1], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0) fail(argv[1]);
    static char block[1 << 20];
    memset(block, 'x', sizeof block);
    for (long left = (long)number(argv[2]); left > 0; left--) {
        if (write(file, block, sizeof block) != (ssize_t)sizeof block) fail("write");
    }
    puts("filled");
    fflush(stdout);
    if (argc > 3) pause_for(number(argv[3]));
}
