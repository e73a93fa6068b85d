"""Runs programs and says what they said, and what it cost them: first compared, then measured in interleaved rounds.

What is timed is a whole process. What the same process costs on the first few records is measured in the same round and taken away, so
a figure for a record holds no start-up; start-up has a table of its own. A ratio is that of two figures of one round.
"""
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

PATIENCE = 300  # seconds for one run


@dataclass
class Job:
    name: str
    command: list
    path: str = os.devnull  # its standard input
    piped: bool = False


@dataclass
class Samples:
    """A list with an entry for each round: microseconds, microseconds, megabytes."""
    wall: list = field(default_factory=list)
    cpu: list = field(default_factory=list)
    memory: list = field(default_factory=list)


@dataclass
class Spread:
    median: float
    low: float  # the tenth percentile
    high: float  # the ninetieth

    @classmethod
    def of(cls, values):
        values = sorted(values)
        # With few rounds these are the least and the greatest.
        at = [values[round(share * (len(values) - 1))] for share in (0.1, 0.9)]
        return cls(statistics.median(values), *at)


def output_of(job):
    """What it wrote, or None; its last words where it failed; and how long it took, in seconds."""
    begin = time.monotonic()
    try:
        with open(job.path, "rb") as source:
            result = subprocess.run(job.command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        return None, str(error), time.monotonic() - begin
    words = result.stderr.decode("utf-8", "replace").strip().splitlines()
    text = result.stdout.decode("utf-8", "replace") if result.returncode == 0 else None
    return text, words[-1] if words else f"status {result.returncode}", time.monotonic() - begin


def launch(launcher, jobs, rounds):
    """Samples of each job, of rounds that are interleaved; a failed run ends the program, for it would be fast."""
    command = [launcher, str(rounds)]
    for i, job in enumerate(jobs):
        command += (["--"] if i > 0 else []) + ["-p" if job.piped else "-i", job.path] + job.command
    lines = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
    found = [Samples() for _ in jobs]
    for line in lines:
        index, wall, cpu, memory, status = line.split()
        if status != "0":
            sys.exit(f"{jobs[int(index)].name} ended with status {status}: {' '.join(jobs[int(index)].command)}")
        found[int(index)].wall.append(float(wall))
        found[int(index)].cpu.append(float(cpu))
        found[int(index)].memory.append(int(memory) / 1024)
    return found


def net(whole, start, records):
    """Microseconds a record, round by round: what `records` more cost; never less than what the clock can tell apart."""
    return [max(a - b, 1.0) / records for a, b in zip(whole, start)]


def ratios(values, base):
    return Spread.of([value / own for value, own in zip(values, base)])


def differing(said, wanted):
    """How many lines are not the same; one that is missing is not the same."""
    said, wanted = said.splitlines(), wanted.splitlines()
    return sum(a != b for a, b in zip(said, wanted)) + abs(len(said) - len(wanted))


def in_words(says, text):
    """What a peer that can say less than a verdict should have said where assize said `text`."""
    if says == "ship":
        return "".join("ship\n" if line == "ship" else "not\n" for line in text.splitlines())
    return text
