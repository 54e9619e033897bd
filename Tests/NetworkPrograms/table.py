"""Writes the programs of BPF objects as a C file, for rmrun to load without an ELF reader."""

import struct
import sys

# Section of the object: name of the table in the C file.
SECTIONS = (
    "count", "hold_received", "hold_sent", "connect4", "connect6", "create", "release",
    "reach4", "reach6", "seem4", "seem6", "reach_create", "reach_bind", "route", "latency",
)
PROGRAMS = {name: f"rmrun_network_{name}" for name in SECTIONS}
# Symbol of a map: its name in the C file.
SYMBOLS = (
    "traffic", "limits", "use", "connections", "open_sockets",
    "listed_networks", "named_addresses", "refused", "refused_counts", "name_server", "asked",
    "own_addresses",
    "begun", "latencies",
)
MAPS = {name: f"RMRUN_NETWORK_{name.upper()}" for name in SYMBOLS}
# <elf.h>: R_BPF_64_64, the address of a map in an instruction of 16 bytes.
MAP_ADDRESS = 1
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

    def instructions(self, section):
        return [word for (word,) in struct.iter_unpack("<Q", self.sections[section])]

    def symbol(self, number):
        (place,) = struct.unpack_from("<I", self.sections[".symtab"], 24 * number)
        names = self.sections[".strtab"]
        return names[place : names.index(b"\0", place)].decode()

    def uses_of_maps(self, section):
        """The instructions that take a map's address, with the map."""
        uses = []
        for place, information in struct.iter_unpack("<QQ", self.sections.get(".rel" + section, b"")):
            if information & 0xFFFFFFFF != MAP_ADDRESS:
                raise SystemExit(f"{section}: a relocation of another kind, {information & 0xFFFFFFFF}")
            uses.append((place // 8, MAPS[self.symbol(information >> 32)]))
        return uses


def main():
    objects = []
    for path in sys.argv[1:]:
        with open(path, "rb") as file:
            objects.append(Object(file.read()))
    print("// Written by Tests/NetworkPrograms/write.sh from the sources that end in .bpf.c. Don't edit.")
    print('#include "CNetworkPrograms.h"')
    for section, name in PROGRAMS.items():
        (compiled,) = [each for each in objects if section in each.sections]
        words, uses = compiled.instructions(section), compiled.uses_of_maps(section)
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
