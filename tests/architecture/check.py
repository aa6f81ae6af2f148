#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the rules of the house on the sources and, given its file, on CMake's targets.

    check.py [--targets build/targets.txt] [--root FOLDER]

Prints each fault as file:line: what is wrong; exit code 1 when there is one.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

# What each room of core may include, beside itself and the SDK.
ROOMS = {
    "observe": set(),
    "config": {"observe"},
    "service": {"observe", "config"},
    "net": {"observe", "config"},
    "http": {"observe", "config", "net"},
    "socket": {"observe", "config", "service", "net", "http"},
    "plugin": {"observe", "config", "service", "net", "http", "socket"},
    "app": {"observe", "config", "service", "net", "http", "socket", "plugin"},
    "testing": {"observe", "config", "service", "net", "http", "socket", "plugin", "app"},
}

CPP = {".h", ".cpp", ".cc"}
SCRIPTS = {".py", ".js", ".mjs", ".cmake", ".sh"}
# Headers of the SDK that are no promise to plugins: the server's side of the border, and the tests'.
NOT_FOR_PLUGINS = ("mortise/server/", "mortise/testing/")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
EMPTY_NAME = re.compile(r"\b(?:class|struct)\s+(?:MORTISE_API\s+)?(\w*(?:Manager|Helper|Utils?|Impl|Base))\b(?!\s*;)")
CARD_LINES = 40
LONG_FILE = 400


class Tree:
    """The files of the repository (or of a test's folder), and the faults found in them."""

    def __init__(self, root):
        self.root = Path(root)
        self.faults = []
        self.warnings = []
        self.files = sorted(self._list())

    def _list(self):
        listed = subprocess.run(["git", "-C", self.root, "ls-files", "-co", "--exclude-standard"],
                                capture_output=True, text=True)
        if listed.returncode == 0 and (self.root / ".git").exists():
            return [Path(line) for line in listed.stdout.splitlines() if (self.root / line).is_file()]
        skipped = ("build", "node_modules", "data", "dist", ".git")
        return [path.relative_to(self.root) for path in self.root.rglob("*") if path.is_file()
                and not any(part.startswith(skipped) for part in path.relative_to(self.root).parts[:-1])]

    def lines(self, path):
        return (self.root / path).read_text(encoding="utf-8", errors="replace").splitlines()

    def fault(self, path, line, text):
        self.faults.append(f"{path}:{line}: {text}")


def check_includes(tree):
    for path in tree.files:
        if path.suffix not in CPP:
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if found := INCLUDE.match(line):
                if wrong := wrong_include(tree, path, found[1] == '"', found[2]):
                    tree.fault(path, number, wrong)


def wrong_include(tree, path, quoted, name):
    """Why this file may not include that, or None."""
    place = path.parts[0]
    first = name.split("/")[0]
    if place in ("sdk", "plugins") and first == "Poco":
        return f"{name}: only core knows Poco"
    if place == "sdk":
        if first in ROOMS and "/" in name or quoted and not (tree.root / path.parent / name).exists():
            return f"{name}: the SDK knows the standard library, Boost and itself, never core"
    if place == "plugins":
        if name.startswith(NOT_FOR_PLUGINS):
            return f"{name}: not part of the promise to plugins"
        own = Path("plugins") / path.parts[1]
        if quoted and not ((tree.root / path.parent / name).exists() or (tree.root / own / name).exists()):
            return f"{name}: a plugin includes its own files and the SDK only"
        if ".." in Path(name).parts:
            return f"{name}: a plugin does not reach out of its folder"
        if not quoted and first in set(ROOMS) | {"core", "plugins"} and "/" in name:
            return f"{name}: a plugin includes its own files and the SDK only"
    if place == "core" and path.parts[1] in ROOMS and "/" in name:
        room = path.parts[1]
        if first in ROOMS and first != room and first not in ROOMS[room]:
            return f"{name}: core/{room} may not know core/{first}"
        if first in ("plugins", "tests") or ".." in Path(name).parts:
            return f"{name}: core does not know what it serves, and includes by room (\"http/router.h\")"
    return None


def check_words(tree):
    for path in tree.files:
        lines = tree.lines(path) if wants_licence(tree, path) else []
        if lines and not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:2]):
            tree.fault(path, 1, "no SPDX line (// SPDX-License-Identifier: Apache-2.0)")
        if path.suffix == ".h" and "#pragma once" not in lines[:5]:
            tree.fault(path, 1, "a header without #pragma once")
        if path.suffix in CPP and len(lines) > LONG_FILE:
            tree.warnings.append(f"{path}: {len(lines)} lines; a file of one idea needs about {LONG_FILE}")
        if path.parts[:2] == ("tests", "architecture"):
            continue  # the rules themselves name what they forbid
        for number, line in enumerate(lines, 1):
            if found := LEFTOVER.search(line):
                tree.fault(path, number, f"{found[1]}: finish it, or say it in an issue")
            if path.suffix in CPP and (found := EMPTY_NAME.search(line.split("//")[0])):
                tree.fault(path, number, f"{found[1]}: name it after what it is")


def wants_licence(tree, path):
    if path.suffix in CPP | SCRIPTS or path.name == "CMakeLists.txt":
        return True
    if path.suffix or (tree.root / path).stat().st_size == 0 or "seeds" in path.parts:
        return False
    with open(tree.root / path, "rb") as file:
        return file.read(2) == b"#!"


def check_cards(tree):
    rooms = {Path(*path.parts[:2]) for path in tree.files
             if len(path.parts) > 2 and path.parts[0] in ("core", "plugins") and path.suffix in CPP}
    rooms |= {room for room in (Path("sdk"), Path("tests"), Path("packaging")) if (tree.root / room).is_dir()}
    for room in sorted(rooms):
        card = tree.root / room / "README.md"
        if not card.exists():
            tree.fault(room, 1, "a room without its card, README.md")
        elif (count := len(tree.lines(card.relative_to(tree.root)))) > CARD_LINES:
            tree.fault(room / "README.md", 1, f"{count} lines; a card has {CARD_LINES} at most")


def check_targets(tree, file):
    """`file` has a line for each target: its name, its type, what it links (see CMakeLists.txt here)."""
    targets = {}
    for line in Path(file).read_text().splitlines():
        name, kind, *links = line.split()
        targets[name] = (kind, [link.replace("Mortise::sdk", "mortise-sdk") for link in links])

    def reach(name, seen):
        for link in targets.get(name, ("", []))[1]:
            if link not in seen:
                seen.add(link)
                reach(link, seen)
        return seen

    for name, (kind, links) in targets.items():
        for link in sorted(reach(name, set())):
            ours = link.startswith("mortise-")
            room = name.removeprefix("mortise-")
            if link.startswith("plugin-"):
                tree.fault(name, 1, f"links {link}: nothing links a plugin")
            elif name.startswith("plugin-") and (ours and link != "mortise-sdk" or link.startswith("Poco")):
                tree.fault(name, 1, f"links {link}: a plugin links the SDK and libraries of its own")
            elif name == "mortise-sdk" and (ours or link.startswith("Poco")):
                tree.fault(name, 1, f"links {link}: the SDK knows nobody")
            elif room in ROOMS and ours and link.removeprefix("mortise-") not in ROOMS[room] | {"sdk"}:
                tree.fault(name, 1, f"links {link}: core/{room} may not know it")


def check(root, targets=None):
    tree = Tree(root)
    check_includes(tree)
    check_words(tree)
    check_cards(tree)
    if targets:
        check_targets(tree, targets)
    return tree


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--root", default=Path(__file__).resolve().parents[2])
    options.add_argument("--targets", help="the list of CMake's targets, as the build writes it")
    chosen = options.parse_args()
    tree = check(chosen.root, chosen.targets)
    for warning in tree.warnings:
        print(f"long: {warning}")
    for fault in tree.faults:
        print(fault)
    return 1 if tree.faults else 0


if __name__ == "__main__":
    sys.exit(main())
