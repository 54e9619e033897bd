"""Writes the programs of BPF objects as a C file, for rmrun to load without an ELF reader."""

import struct
import sys

# Section of the object: name of the table in the C file.
SECTIONS = (
    "count", "hold", "pace", "connect4", "connect6", "create", "release",
    "reach4", "reach6", "seem4", "seem6", "own4", "own6", "reach_create", "route", "latency",
)
PROGRAMS = {name: f"rmrun_network_{name}" for name in SECTIONS}
# Symbol of a map: its name in the C file.
SYMBOLS = (
    "traffic", "interface_mtus", "limits", "use", "slowed_sockets", "connections", "open_sockets",
    "listed_networks", "named_addresses", "refused", "refused_counts", "name_server", "asked",
    "own_addresses",
    "begun", "latencies", "other_connections",
)
MAPS = {name: f"RMRUN_NETWORK_{name.upper()}" for name in SYMBOLS}
# <elf.h>: R_BPF_64_64, an address in an instruction of 16 bytes.
ADDRESS = 1
# What that instruction is to take, in its field for a register: BPF_PSEUDO_MAP_FD, a map; BPF_PSEUDO_MAP_VALUE, where in a map's only entry.
MAP, VALUE = 1 << 12, 2 << 12
PER_LINE = 6


class Object:
    """The sections of an ELF64 file for a little-endian machine."""

    def __init__(self, data):
        if data[:6] != b"\x7fELF\x02\x01":
            raise SystemExit("not an ELF64 file of a little-endian machine")
        (start,) = struct.unpack_from("<Q", data, 40)
        size, count, names = struct.unpack_from("<HHH", data, 58)
        headers = [struct.unpack_from("<IIQQQQIIQQ", data, start + number * size) for number in range(count)]
        text = data[headers[names][4] :]
        self.sections = {}
        for header in headers:
            name = text[header[0] : text.index(b"\0", header[0])].decode()
            self.sections[name] = data[header[4] : header[4] + header[5]]
        self.names = list(self.sections)

    def symbol(self, number):
        """Its name, and whether it is a map; else it is a variable."""
        place, _, _, section = struct.unpack_from("<IBBH", self.sections[".symtab"], 24 * number)
        names = self.sections[".strtab"]
        return names[place : names.index(b"\0", place)].decode(), self.names[section] == ".maps"

    def program(self, section):
        """Its instructions, and those of them that take a map, with the map. A variable is in the only entry of a map of its own."""
        words = [word for (word,) in struct.iter_unpack("<Q", self.sections[section])]
        uses = []
        for place, information in struct.iter_unpack("<QQ", self.sections.get(".rel" + section, b"")):
            if information & 0xFFFFFFFF != ADDRESS:
                raise SystemExit(f"{section}: a relocation of another kind, {information & 0xFFFFFFFF}")
            index, (name, is_map) = place // 8, self.symbol(information >> 32)
            offset = words[index] >> 32
            words[index] = words[index] & 0xFFFFFFFF | (MAP if is_map else VALUE)
            words[index + 1] |= offset << 32
            uses.append((index, MAPS[name]))
        return words, uses


def main():
    objects = []
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            objects.append(Object(file.read()))
    print("// Written by Tests/NetworkPrograms/write.sh from the sources that end in .bpf.c. Don't edit.")
    print('#include "CNetworkPrograms.h"')
    for section, name in PROGRAMS.items():
        (compiled,) = [each for each in objects if section in each.sections]
        words, uses = compiled.program(section)
        print(f"\nstatic const uint64_t {section}_instructions[] = {{")
        for start in range(0, len(words), PER_LINE):
            print("  " + " ".join(f"{word:#x}," for word in words[start : start + PER_LINE]))
        print("};")
        print(f"static const struct rmrun_network_map_use {section}_uses[] = {{")
        for instruction, map_name in uses:
            print(f"    {{{instruction}, {map_name}}},")
        print("};")
        print(f"const struct rmrun_network_program {name} = {{")
        print(f"    {section}_instructions, {len(words)}, {section}_uses, {len(uses)},")
        print("};")


main()
