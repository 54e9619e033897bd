// Tries to take the directory that it is in out of its project: by the number, by the flag, and by the newest call. Prints what each try came
// to, a line each: "reached", or the error.
//
// usage: leave
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workload.h"

static void tell(long result) { puts(result < 0 ? strerrorname_np(errno) : "reached"); }

int main(void) {
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (here < 0) fail("open");
    // A filter may keep it from asking as well.
    struct fsxattr attributes = {0};
    ioctl(here, FS_IOC_FSGETXATTR, &attributes);
    attributes.fsx_xflags &= ~(unsigned)FS_XFLAG_PROJINHERIT;
    attributes.fsx_projid = 0;
    tell(ioctl(here, FS_IOC_FSSETXATTR, &attributes));
    int flags = 0;
    tell(ioctl(here, FS_IOC_SETFLAGS, &flags));
    // file_setattr(2), from Linux 6.17, with a structure that is too short.
    tell(syscall(469, here, "", &flags, sizeof flags, 0x1000 /* AT_EMPTY_PATH */));
}
