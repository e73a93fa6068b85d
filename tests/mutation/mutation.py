"""Mutation testing of the verdict core: the product with one small lie in it (sites.py) must fail a test. core.table names the core and the
tests; survivors.txt the mutants that live, and why they may. TAP.

    mutation.py [--file FILE]... [--sample N] [--seed S] [--with LIST] [--lists N] [--unlisted] [--fresh] [--list]

    --file     of the core only this one                     --sample  that many of the mutants, evenly over the files, drawn by --seed
    --with     the tests of this list in place of the file's --lists   only the first N lists of a file, and not `all`
    --unlisted leave out what survivors.txt lists            --list    say what would be made, and make nothing
    --fresh    try what was killed before, too

A mutant is compiled and linked as the Makefile would do it (`make -n` is asked), with -O1. One that is compiled to the original's
own code, at -O1 or at the -O2 that is shipped, is no mutant. A test kills by any status but 0, and by running ten times as long as it should.
What was killed is kept in BUILD/mutation/killed, so that a run that was broken off goes on; say --fresh when tests were taken away."""
import argparse
import atexit
import collections
import hashlib
import os
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import sites
import survivors

CASES_AT_ONCE, MOST_MEMORY, MOST_OUTPUT, PATIENCE = 6, 4 << 30, 1 << 26, 10
BUILD = os.environ.get("ASSIZE_BUILD", "build")
WORK = f"{BUILD}/mutation"
os.makedirs(WORK, exist_ok=True)
SCRATCH = tempfile.mkdtemp(prefix="run.", dir=WORK)  # this run's alone
atexit.register(shutil.rmtree, SCRATCH, ignore_errors=True)
HERE = os.path.dirname(__file__)


# ---- the table, and the Makefile's commands ----


def read_table():
    lists, core, current = {}, {}, None
    for line in open(f"{HERE}/core.table"):
        words = line.split("#")[0].split()
        if words and line[0].isspace():
            current.append(words)
        elif words and words[0] == "tests":
            current = lists[words[1]] = []
        elif words:
            core[words[0]] = words[1:]
    return lists, core


def fail(error):
    raise error


def expand(lines):
    """A list's lines as commands; of cases a few each."""
    for words in lines:
        if words[0] != "cases":
            yield tuple(words)
            continue
        files = []
        for name in words[1:]:
            path = f"tests/cases/{name}"
            folders = [(os.path.dirname(path), [], [os.path.basename(path)])] if os.path.isfile(path) else os.walk(path, onerror=fail)
            files += sorted(f"{folder}/{file}" for folder, _, found in folders for file in found)
        for i in range(0, len(files), CASES_AT_ONCE):
            yield ("cases", *files[i : i + CASES_AT_ONCE])


class Commands:
    """How the Makefile makes each object and program."""

    def __init__(self):
        make = ["make", "--no-print-directory", f"BUILD={BUILD}", "tests"]
        subprocess.run([*make, "-s", f"-j{os.cpu_count()}"], check=True, stdout=sys.stderr)
        said = subprocess.run([*make, "-n", "-B"], check=True, capture_output=True, text=True).stdout
        self.makes = {}
        for line in said.splitlines():
            if re.match(r"\S*(cc|gcc|clang|re2c)\S* ", line):
                words = shlex.split(line)
                self.makes[words[words.index("-o") + 1]] = words

    def compile(self, file, source, output, level):
        """Makes `output` of the text `source` of `file`; false where it does not compile."""
        stem, ending = os.path.splitext(file)
        path = f"{SCRATCH}/mutant/{file}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(source)
        name = f"{BUILD}/obj/{stem}.o"
        if ending == ".re":
            made = f"{BUILD}/gen/{stem}.c"
            name = f"{BUILD}/obj/gen/{stem}.o"
            words = [f"{path}.c" if word == made else path if word == file else word for word in self.makes[made]]
            words = [word for word in words if word not in ("-W", "-Werror")]
            if not quiet(words):
                return False
            file, path = made, f"{path}.c"
        words = [word for word in self.makes[name] if not re.match("-(W[a-z]|MMD|MP|O[0-3]|g)", word)]
        places = {name: output, file: path}
        return quiet([*(places.get(word, word) for word in words), "-w", level])

    def link(self, program, mutant, output):
        """The program with the mutant's object, which comes before the library's own and so stands in for it."""
        words = self.makes[f"{BUILD}/{program}"]
        library = words.index(f"{BUILD}/libassize.a")
        words = [*words[:library], mutant, *words[library:]]
        words[words.index("-o") + 1] = output
        if not quiet(words):
            raise SystemExit(f"{program} does not link")


def quiet(words):
    return subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


# ---- running tests ----


class Runner:
    """Runs tests on a mutant; knows how long each takes on the original, where it must pass."""

    def __init__(self, commands):
        self.commands = commands
        self.linked = set()
        os.makedirs(f"{SCRATCH}/run", exist_ok=True)
        # Test: seconds of processor time, seconds by the clock; kept for as long as the library is the same.
        self.path = f"{WORK}/usual.{hashlib.sha256(open(f'{BUILD}/libassize.a', 'rb').read()).hexdigest()[:16]}"
        self.usual = {}
        if os.path.exists(self.path):
            for line in open(self.path):
                used, clock, test = line.split(maxsplit=2)
                self.usual[tuple(test.split())] = float(used), float(clock)
        for name in ("tests", "gen"):
            if not os.path.lexists(f"{SCRATCH}/run/{name}"):
                os.symlink(f"../../../{name}", f"{SCRATCH}/run/{name}")

    def run(self, test, program, limits):
        if test[0] == "cases":
            words = ["sh", "tests/run.sh", "-j1", *test[1:]]
        else:
            words = [program, *test[1:]]
        seconds, clock = limits

        def prepare():
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
            resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_OUTPUT, MOST_OUTPUT))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

        environment = {**os.environ, "ASSIZE_BUILD": os.path.abspath(f"{SCRATCH}/run")}
        child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 preexec_fn=prepare, env=environment)
        try:
            return child.wait(clock) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()

    def measure(self, test):
        """The original's time; a test that fails on it is no judge."""
        if test not in self.usual:
            program = f"{BUILD}/assize" if test[0] == "cases" else f"{BUILD}/tests/{test[0]}"
            if test[0] == "cases":
                shutil.copy(program, f"{SCRATCH}/run/assize")
                self.linked.discard("assize")
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            good = self.run(test, program, (600, 1200))
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if not good:
                raise SystemExit(f"{' '.join(test)} fails without a mutant")
            self.usual[test] = (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, time.monotonic() - start)
            with open(self.path, "a") as out:
                print("%.2f %.2f" % self.usual[test], *test, file=out)
        used, clock = self.usual[test]
        return int(used * PATIENCE) + 1, clock * PATIENCE + 20

    def kills(self, test, mutant):
        limits = self.measure(test)
        name = "assize" if test[0] == "cases" else f"tests/{test[0]}"
        output = f"{SCRATCH}/run/assize" if test[0] == "cases" else f"{SCRATCH}/run/program.{test[0].replace('/', '.')}"
        if name not in self.linked:
            self.commands.link(name, mutant, output)
            self.linked.add(name)
        return not self.run(test, output, limits)


# ---- mutants ----


class Judge:
    """What comes of each mutant of a file: killed, survives, the same code, or no C."""

    def __init__(self, options):
        self.lists, self.core = read_table()
        self.commands = Commands()
        self.runner = Runner(self.commands)
        self.options = options
        self.memory = f"{WORK}/killed"
        self.before = {}
        if os.path.exists(self.memory) and not options.fresh and not options.with_:
            self.before = dict(line.rstrip("\n").split("\t", 1) for line in open(self.memory))
        self.original = {}

    def tests_of(self, file):
        names = [self.options.with_] if self.options.with_ else self.core[file][: self.options.lists]
        first = [test for name in names for test in expand(self.lists[name])]
        last = [] if self.options.with_ or self.options.lists else [t for t in expand(self.lists["all"]) if t not in first]
        return first, last

    def same_code(self, file, source, level):
        """Whether the mutant is compiled to the original's code."""
        if (file, level) not in self.original:
            self.commands.compile(file, open(file, "rb").read(), f"{SCRATCH}/mutant/original.o", level)
            self.original[file, level] = open(f"{SCRATCH}/mutant/original.o", "rb").read()
        output = f"{SCRATCH}/mutant/object{level}.o"
        if not self.commands.compile(file, source, output, level):
            return None
        return open(output, "rb").read() == self.original[file, level]

    def judge(self, mutant, source):
        changed = source[: mutant.start] + mutant.text + source[mutant.end :]
        key = hashlib.sha256(mutant.file.encode() + b"\0" + changed).hexdigest()
        if key in self.before:
            return self.before[key]
        outcome = self.try_out(mutant.file, changed)
        if outcome != "survives":
            with open(self.memory, "a") as out:
                out.write(f"{key}\t{outcome}\n")
        return outcome

    def try_out(self, file, changed):
        first, last = self.tests_of(file)
        same = self.same_code(file, changed, "-O1")
        if same is None:
            return "no C"
        if same:
            return "same"
        self.runner.linked.clear()
        for test in first:
            if self.runner.kills(test, f"{SCRATCH}/mutant/object-O1.o"):
                return f"killed by {' '.join(test)}"
        if self.same_code(file, changed, "-O2"):
            return "same"
        for test in last:
            if self.runner.kills(test, f"{SCRATCH}/mutant/object-O1.o"):
                return f"killed by {' '.join(test)}"
        return "survives"


def choose(core, book, options):
    """File: (source, all mutants, those to try); and how many there are in all."""
    made = {}
    for file in options.file or core:
        source = open(file, "rb").read()
        found = sites.mutants(file, source)
        made[file] = (source, found, found)
    if options.sample:
        everything = [mutant for _, found, _ in made.values() for mutant in found]
        step = max(1, len(everything) / options.sample)
        dice = random.Random(options.seed)
        at = [int(i * step + dice.random() * step) for i in range(options.sample)]
        drawn = {id(everything[i]) for i in at if i < len(everything)}
        made = {file: (source, found, [m for m in found if id(m) in drawn]) for file, (source, found, _) in made.items()}
    if options.unlisted:
        made = {file: (source, found, [m for m in tried if m.key() not in book]) for file, (source, found, tried) in made.items()}
    return {file: row for file, row in made.items() if row[2]}, sum(len(row[1]) for row in made.values())


def main():
    arguments = argparse.ArgumentParser(description="mutation testing of the verdict core")
    arguments.add_argument("--file", action="append")
    arguments.add_argument("--sample", type=int)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--with", dest="with_")
    arguments.add_argument("--lists", type=int)
    for name in ("unlisted", "fresh", "list"):
        arguments.add_argument(f"--{name}", action="store_true")
    options = arguments.parse_args()
    core = read_table()[1]
    unknown = [file for file in options.file or [] if file not in core]
    if unknown:
        raise SystemExit(f"{unknown[0]} is not in core.table")
    book = survivors.read(f"{HERE}/survivors.txt")
    made, everything = choose(core, book, options)
    if options.list:
        for _, _, tried in made.values():
            for mutant in tried:
                print(f"{mutant.file}:{mutant.line}: {mutant.function}: {mutant.name()}")
        return 0
    judge = Judge(options)
    number = failures = 0
    sums = collections.Counter()

    def tap(good, text):
        nonlocal number, failures
        number += 1
        failures += not good
        print(f"{'' if good else 'not '}ok {number} - {text}", flush=True)

    for file, (source, found, tried) in made.items():
        count = collections.Counter()
        for mutant in tried:
            outcome = judge.judge(mutant, source)
            listed = book.pop(mutant.key(), None)
            kind = outcome.split(" by ")[0]
            if kind == "survives":
                kind = "argued" if listed else "unargued"
            count[kind] += 1
            if kind == "unargued":
                tap(False, f"{file}:{mutant.line}: {mutant.function}: {mutant.name()} survives")
                print(f"#   | {mutant.source}")
            elif listed and kind != "argued":
                tap(False, f"{file}:{mutant.line}: {mutant.function}: {mutant.name()} is a listed survivor, but {outcome}")
        sums.update(count)
        tap(not count["unargued"], describe(f"{file}", len(tried), len(found), count))
        if len(tried) == len(found):
            for key in [key for key in book if key[0] == file]:
                tap(False, f"{file}: {key[1]}: {key[3]} is listed, and there is no such mutant")
    if len(made) > 1:
        print("# " + describe("the core", sum(len(row[2]) for row in made.values()), everything, sums))
    print(f"1..{number}")
    return failures > 0


def describe(name, tried, found, count):
    real = tried - count["no C"] - count["same"]
    share = f", {100 * count['killed'] / real:.1f}% of what is left" if real else ""
    of = "" if tried == found else f" of {found}"
    return (f"{name}: {tried}{of} mutants; {count['no C']} do not compile, {count['same']} are the same to the compiler; "
            f"{count['killed']} killed{share}; {count['argued']} survive as argued, {count['unargued']} otherwise")


if __name__ == "__main__":
    sys.exit(main())
