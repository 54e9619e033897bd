#ifndef RMRUN_INTERFACES_H
#define RMRUN_INTERFACES_H

#include <stdint.h>

#pragma clang assume_nonnull begin

/// Writes the most bytes of a packet of each interface of this network namespace (netdevice(7), SIOCGIFMTU) to the place of so many that its number
/// leaves when divided by their count; the rest stays as it is, and should be 0. Of those with one place the lowest number has it, if it is less
/// than the count; else any. An interface that goes meanwhile is left out. (The members of struct ifreq are macros, which Swift doesn't import.)
int32_t rmrun_interface_mtus(uint32_t *mtus, uint32_t count);

#pragma clang assume_nonnull end
#endif
