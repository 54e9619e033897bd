// Writes a file, and may read it back; removes it at the end.
//
// usage: store [OPTION...] FILE MIB
//   -d        O_DIRECT: past the page cache
//   -f        fsync at the end
//   -r        read it back (with -d from the device)
//   -b KIB    bytes per write (1024)
//   -k        keep the file
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "workload.h"

int main(int argc, char **argv) {
    int flags = 0;
    bool sync = false, back = false, keep = false;
    size_t block = 1 << 20;
    for (int option; (option = getopt(argc, argv, "dfrkb:")) != -1;) {
        switch (option) {
        case 'd': flags = O_DIRECT; break;
        case 'f': sync = true; break;
        case 'r': back = true; break;
        case 'k': keep = true; break;
        case 'b': block = (size_t)number(optarg) << 10; break;
        default: usage("store [-d] [-f] [-r] [-k] [-b KIB] FILE MIB");
        }
    }
    if (argc - optind != 2) usage("store [-d] [-f] [-r] [-k] [-b KIB] FILE MIB");
    size_t size = (size_t)number(argv[optind + 1]) << 20;
    int file = open(argv[optind], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | flags, 0600);
    if (file < 0) fail(argv[optind]);
    void *memory;
    if (posix_memalign(&memory, 4096, block)) fail("posix_memalign");
    memset(memory, 'x', block);
    for (size_t done = 0; done < size; done += block) {
        if (write(file, memory, block) != (ssize_t)block) fail("write");
    }
    if (sync && fsync(file)) fail("fsync");
    for (size_t done = 0; back && done < size; done += block) {
        if (pread(file, memory, block, (off_t)done) != (ssize_t)block) fail("read");
    }
    if (!keep) unlink(argv[optind]);
    puts("stored");
}
