#!/usr/bin/env python3
"""Writes the table of Tests/Attacks/attacks.txt into the README, between its marks. A test fails while the two differ."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Integration"))
sys.dont_write_bytecode = True

from harness import attacks  # noqa: E402

readme = ROOT / "README.md"
readme.write_text(attacks.with_table(readme.read_text()))
