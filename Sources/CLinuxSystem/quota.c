#include "rmrun_space.h"

#include <errno.h>
#include <linux/dqblk_xfs.h>
#include <linux/quota.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

// Quotas of projects, asked and set through any open file of the file system. Source: quotactl(2), linux/quota.h.

enum { NR_quotactl_fd = 443 };  // the same on every machine; from Linux 5.14

static int32_t quota(int fd, int command, uint32_t project, void *data) {
  return syscall(NR_quotactl_fd, fd, QCMD(command, PRJQUOTA), project, data) < 0 ? -errno : 0;
}

int32_t rmrun_enforces_projects(int32_t fd) {
  // XFS's question, which every file system with quotas answers; Q_GETINFO does not say whether limits are held.
  struct fs_quota_statv state = {.qs_version = FS_QSTATV_VERSION1};
  int32_t result = quota(fd, Q_XGETQSTATV, 0, &state);
  if (result < 0) return result;
  return (state.qs_flags & FS_QUOTA_PDQ_ACCT) != 0 && (state.qs_flags & FS_QUOTA_PDQ_ENFD) != 0;
}

int32_t rmrun_get_project_use(int32_t fd, uint32_t project, struct rmrun_project_use *use) {
  struct if_dqblk block = {0};
  int32_t result = quota(fd, Q_GETQUOTA, project, &block);
  // XFS has no record of a project that nothing ever belonged to.
  if (result < 0 && result != -ENOENT) return result;
  *use = (struct rmrun_project_use){.space = block.dqb_curspace,
                                    .files = block.dqb_curinodes,
                                    .space_limit = block.dqb_bhardlimit * QIF_DQBLKSIZE,
                                    .file_limit = block.dqb_ihardlimit};
  return 0;
}

int32_t rmrun_set_project_limits(int32_t fd, uint32_t project, uint64_t bytes, uint64_t files) {
  struct if_dqblk block = {
      .dqb_bhardlimit = bytes / QIF_DQBLKSIZE, .dqb_ihardlimit = files, .dqb_valid = QIF_LIMITS};
  return quota(fd, Q_SETQUOTA, project, &block);
}
