#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `mortise plugin new` makes builds outside this repository, passes its test and can be loaded."""
import os
import pathlib
import subprocess
import sys
import tempfile

BUILD = pathlib.Path(os.environ["MORTISE_BUILD_DIR"])
MORTISE = BUILD / "bin" / "mortise"


def run(*command, cwd):
    done = subprocess.run([str(part) for part in command], cwd=cwd, text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def main():
    with tempfile.TemporaryDirectory() as place:
        home = pathlib.Path(place)
        for component in ("mortise", "mortise-dev"):
            run("cmake", "--install", BUILD, "--prefix", home / "sdk", "--component", component, cwd=home)
        run(MORTISE, "plugin", "new", "ring_bell", cwd=home)
        plugin = home / "ring_bell"
        run("cmake", "-S", ".", "-B", "build", f"-DCMAKE_PREFIX_PATH={home / 'sdk'}", "-DCMAKE_BUILD_TYPE=Debug", cwd=plugin)
        run("cmake", "--build", "build", cwd=plugin)
        print(run("ctest", "--test-dir", "build", "--output-on-failure", cwd=plugin))
        library = plugin / "build/plugins/ring_bell/libring_bell.so"
        inspected = run(MORTISE, "plugin", "inspect", library, cwd=plugin)
        assert "ring_bell" in inspected, inspected
        again = subprocess.run([MORTISE, "plugin", "new", "ring_bell"], cwd=home, capture_output=True, text=True)
        assert again.returncode != 0 and "exists already" in again.stderr, again


main()
