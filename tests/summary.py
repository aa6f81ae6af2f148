#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sums ctest's JUnit files into the one line `N passed, N failed`.

A program of many cases counts each: Catch2, Python's unittest and Node's test runner say how many they ran.
"""
import re
import sys
import xml.etree.ElementTree as xml

CATCH_PASSED = re.compile(r"^All tests passed \(.* in (\d+) test cases?\)", re.M)
CATCH_FAILED = re.compile(r"^test cases: +\d+ \|(?: +(\d+) passed \|)? +(\d+) failed", re.M)
UNITTEST_RAN = re.compile(r"^Ran (\d+) tests? in ", re.M)
UNITTEST_FAILED = re.compile(r"^FAILED \((.*)\)", re.M)
NODE = re.compile(r"^# (pass|fail) (\d+)", re.M)


def count(output):
    """How many cases passed and failed, or None when the output does not say."""
    if found := CATCH_FAILED.search(output):
        return int(found[1] or 0), int(found[2])
    if found := CATCH_PASSED.search(output):
        return int(found[1]), 0
    if found := UNITTEST_RAN.search(output):
        bad = UNITTEST_FAILED.search(output)
        failed = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", bad[1])) if bad else 0
        return int(found[1]) - failed, failed
    if found := dict(NODE.findall(output)):
        return int(found.get("pass", 0)), int(found.get("fail", 0))
    return None


def main(files):
    passed = failed = 0
    for file in files:
        try:
            suite = xml.parse(file).getroot()
        except (OSError, xml.ParseError) as fault:
            print(f"no results in {file}: {fault}")
            failed += 1
            continue
        cases = list(suite.iter("testcase"))
        if not cases:
            print(f"no tests ran in {file}")
        for case in cases:
            good, bad = count(case.findtext("system-out") or "") or (0, 0)
            if case.get("status") == "run":
                passed, failed = passed + max(good, 0 if bad else 1), failed + bad
            else:  # crashed, timed out or failed: at least one case is to blame
                passed, failed = passed + good, failed + max(bad, 1)
                print(f"failed: {case.get('name')} ({file})")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
