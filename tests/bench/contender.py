# SPDX-License-Identifier: Apache-2.0
"""Servers beside each other: each in turn on the first processor, wrk on the second.

CPU is what the kernel charged a server's processes, over the requests wrk counted: a figure that a noisy neighbour
disturbs less than requests per second. What a measurement says are medians over rounds, and ratios.
"""
import contextlib
import json
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

source = pathlib.Path(__file__).resolve().parent.parent.parent
build = pathlib.Path(os.environ.get("MORTISE_BUILD_DIR", source / "build"))
TICK = os.sysconf("SC_CLK_TCK")
IN_MS = {"us": 1e-3, "ms": 1, "s": 1e3}


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def start(*words, **how):
    """A server on the first processor."""
    return subprocess.Popen(["taskset", "-c", "0", *map(str, words)], stdout=subprocess.PIPE, text=True, **how)


def serve(config):
    """The program on this configuration file, one I/O thread or not as it says; the process and its port."""
    process = start(build / "bin/mortise", "serve", "--config", config, stderr=subprocess.DEVNULL,
                    env=dict(os.environ, MORTISE_PLUGIN_PATH=str(build / "test-plugins")))
    port = None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            port = int(found[1])
        if line.strip().startswith("try"):
            break
    if port is None:
        raise SystemExit(f"the server did not start: {config.read_text()}")
    return process, port


@contextlib.contextmanager
def redis():
    """The URL of a private Redis, which is gone afterwards."""
    helper = subprocess.Popen([build / "bin/redis-for-tests"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield helper.stdout.readline().strip()
    finally:
        helper.stdin.close()
        helper.wait()


def ask(port, method, path, body=None, token=None):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method,
                                     data=None if body is None else json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    if token:
        request.add_header("Authorization", "Bearer " + token)
    return json.load(urllib.request.urlopen(request))


class Contender:
    """`refuses`: whether its answers are refusals, all others being faults of the measurement."""

    def __init__(self, name, process, port, path, headers=(), script=None, refuses=False):
        self.name, self.process, self.port, self.path = name, process, port, path
        self.headers, self.script, self.refuses = headers, script, refuses
        self.cpu, self.p99, self.rate = [], [], []

    def ticks(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        total = 0
        for pid in [self.process.pid, *children]:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total

    def load(self, connections, seconds):
        words = ["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
        for header in self.headers:
            words += ["-H", header]
        if self.script:
            words += ["-s", self.script]
        before = self.ticks()
        said = subprocess.run([*words, f"http://127.0.0.1:{self.port}{self.path}"], capture_output=True, text=True).stdout
        used = (self.ticks() - before) / TICK
        if ("Non-2xx" in said) != self.refuses or "Socket errors" in said:
            raise SystemExit(f"{self.name} failed under load:\n{said}")
        requests = int(re.search(r"(\d+) requests in", said)[1])
        number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
        return used / requests * 1e6, float(number) * IN_MS[unit], requests / seconds

    def measure(self, connections, seconds):
        for kept, figure in zip((self.cpu, self.p99, self.rate), self.load(connections, seconds)):
            kept.append(figure)


def take_turns(contenders, connections, rounds, seconds):
    """Measures them, ends their processes and prints the table; ratios are to the first."""
    try:
        time.sleep(0.5)
        for contender in contenders:
            contender.load(connections, 1)  # warm
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
            for contender in contenders:
                contender.measure(connections, seconds)
    finally:
        for process in {contender.process for contender in contenders}:
            process.terminate()
            process.wait()
    base = statistics.median(contenders[0].cpu)
    widest = max(len(contender.name) for contender in contenders) + 2
    print(f"\n{connections} connections, {rounds} rounds of {seconds} s\n")
    print(f"{'':{widest}}{'CPU us/request':>15}{'x first':>9}{'p99 ms':>9}{'requests/s':>12}")
    for contender in contenders:
        cpu, p99, rate = map(statistics.median, (contender.cpu, contender.p99, contender.rate))
        print(f"{contender.name:{widest}}{cpu:15.2f}{cpu / base:9.2f}{p99:9.2f}{rate:12.0f}")
