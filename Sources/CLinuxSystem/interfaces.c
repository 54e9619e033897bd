#include "rmrun_interfaces.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static uint32_t mtu_of(int socket, const char *interface) {
  struct ifreq request = {0};
  // With its end, which a name always has room for here.
  strncpy(request.ifr_name, interface, sizeof request.ifr_name - 1);
  return ioctl(socket, SIOCGIFMTU, &request) < 0 || request.ifr_mtu < 0 ? 0 : (uint32_t)request.ifr_mtu;
}

int32_t rmrun_interface_mtus(uint32_t *mtus, uint32_t count) {
  int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0) return -errno;
  struct if_nameindex *all = if_nameindex();
  int32_t result = all ? 0 : -errno;
  // First those whose number is their place.
  for (int is_beyond = 0; all && is_beyond < 2; is_beyond++) {
    for (const struct if_nameindex *each = all; each->if_index != 0; each++) {
      uint32_t *mtu = &mtus[each->if_index % count];
      if ((each->if_index >= count) == is_beyond && *mtu == 0) *mtu = mtu_of(any, each->if_name);
    }
  }
  if (all) if_freenameindex(all);
  close(any);
  return result;
}
