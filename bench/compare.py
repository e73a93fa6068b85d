"""assize beside its peers: the same policy and records for each, made from one source, verdicts compared before any time counts.

Installs the peers at pinned versions under BUILD/bench (nothing outside it), makes corpora and policies there, runs each peer once
and compares what it said with what assize said, then measures in interleaved rounds (A B C A B C …), so that what else the
machine does falls on all alike. A ratio is that of two runs of one round; medians and the tenth and ninetieth percentile are given.

    compare.py [--build DIR] [--rounds N] [--records N] [--only NAME,…] [--write]

--write makes docs/benchmarks.md and docs/benchmarks.svg anew. A peer that cannot be installed is named and left out.
"""
import argparse
import datetime
import os
import platform
import shutil
import statistics
import subprocess
import sys

import workload
from chart import draw

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PEERS = os.path.join(HERE, "peers")
PINS = {"duckdb": "2.0.1", "polars": "2.1.0", "mlflow-skinny": "3.17.2"}
SIZES = {"main": 1.0, "small": 3.0, "large": 0.4, "long": 0.7, "fixed": 1.0, "hostile": 1.0}


def run(command, **more):
    return subprocess.run(command, check=True, **more)


def say(text):
    print(text, flush=True)


class Bench:
    def __init__(self, options):
        self.options = options
        self.build = os.path.abspath(options.build)
        self.folder = os.path.join(self.build, "bench")
        self.assize = os.path.join(self.build, "assize")
        self.python = os.path.join(self.folder, "venv", "bin", "python")
        self.missing = {}
        os.makedirs(self.folder, exist_ok=True)

    # --- what is measured with ---

    def install(self, name, make):
        """Whether a peer is there; else its name goes among the missing, with the reason."""
        try:
            make()
            return True
        except (OSError, subprocess.CalledProcessError) as error:
            self.missing[name] = str(error).splitlines()[0]
            say(f"{name} is not here: {self.missing[name]}")
            return False

    def install_python(self):
        if not os.path.exists(self.python):
            run([sys.executable, "-m", "venv", os.path.join(self.folder, "venv")])
        run([self.python, "-m", "pip", "install", "-q", *(f"{name}=={version}" for name, version in PINS.items())])

    def install_go(self):
        run(["go", "build", "-o", os.path.join(self.folder, "gopeer"), "."], cwd=os.path.join(PEERS, "go"))

    def install_rust(self):
        target = os.path.join(self.folder, "rust")
        run(["cargo", "build", "-q", "--release", "--target-dir", target], cwd=os.path.join(PEERS, "rust"))

    def install_simdjson(self):
        run(["g++", "-O2", os.path.join(PEERS, "readers.cc"), "-o", os.path.join(self.folder, "readers"), "-lsimdjson"])

    def policy(self, count):
        folder = os.path.join(self.folder, f"policy{count}")
        workload.write_policy(count, folder)
        return folder

    def records(self, kind, count):
        path = os.path.join(self.folder, f"{kind}-{count}.jsonl")
        if not os.path.exists(path):
            workload.write_records(kind, count, path + ".new")
            os.rename(path + ".new", path)
        return path

    # --- commands: each reads the file by name, or standard input ---

    def commands(self, mode, folder, path):
        """Name, command, whether it reads standard input, and the name that tells what it can say."""
        policy = os.path.join(folder, "policy.assize.yaml")
        form = "verdict" if mode == "verdict" else "marks"
        python = os.path.join(PEERS, "python_json.py")
        everything = [
            ("assize", [self.assize, "eval", "--exit-zero", "-p", policy, "-o", form, path], False),
            ("duckdb", [self.python, os.path.join(PEERS, "duckdb_sql.py"), mode, "declared", folder, path, "/dev/stdout"], False),
            ("duckdb auto", [self.python, os.path.join(PEERS, "duckdb_sql.py"), mode, "auto", folder, path, "/dev/stdout"], False),
            ("polars", ["env", "POLARS_MAX_THREADS=1", self.python, os.path.join(PEERS, "polars_frame.py"), mode, folder, path], False),
            ("node", ["node", os.path.join(PEERS, "node.js"), mode, folder], True),
            ("python", [self.python, python, mode, folder], True),
            ("mlflow", [self.python, python, "mlflow", folder], True),
            ("expr", [os.path.join(self.folder, "gopeer"), "expr", mode, folder], True),
            ("cel-go", [os.path.join(self.folder, "gopeer"), "cel", mode, folder], True),
            ("opa", [os.path.join(self.folder, "gopeer"), "opa", mode, folder], True),
            ("regorus", [os.path.join(self.folder, "rust", "release", "bench"), mode, folder], True),
            ("jq", ["jq", "-r", "-f", os.path.join(folder, f"{mode}.jq"), path], False),
        ]
        wanted = self.options.only.split(",") if self.options.only else None
        return [row for row in everything
                if row[0] not in self.missing and (row[0] == "assize" or not wanted or row[0] in wanted)
                and not (row[0] == "mlflow" and mode != "verdict")]

    def output(self, command, from_stdin, path):
        with open(path if from_stdin else os.devnull, "rb") as source:
            result = subprocess.run(command, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if result.returncode != 0:
            return None, result.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        return result.stdout.decode("utf-8"), []

    def verified(self, mode, folder, path):
        """The commands whose every verdict is that of assize."""
        commands = self.commands(mode, folder, path)
        expected, _ = self.output(commands[0][1], False, path)
        if expected is None:
            sys.exit("assize itself failed")
        good = [commands[0]]
        for row in commands[1:]:
            said, words = self.output(row[1], row[2], path)
            wanted = expected
            if row[0] == "mlflow":
                wanted = "".join("ship\n" if line == "ship" else "not\n" for line in expected.splitlines())
            if said == wanted:
                good.append(row)
            else:
                count = "it failed" if said is None else f"{sum(a != b for a, b in zip(said.splitlines(), wanted.splitlines()))} verdicts differ"
                self.missing[row[0]] = f"{count} {' '.join(words)}".strip()
                say(f"{row[0]}: {self.missing[row[0]]}; its time does not count")
        return good

    # --- measuring ---

    def launch(self, rows, path, rounds):
        """For each row the list of (wall, cpu, memory) of its rounds: microseconds, microseconds, kilobytes."""
        command = [os.path.join(self.folder, "launch"), "-i", path, str(rounds)]
        for i, row in enumerate(rows):
            command += (["--"] if i > 0 else []) + row[1]
        lines = run(command, stdout=subprocess.PIPE).stdout.decode().splitlines()
        runs = [[] for _ in rows]
        for line in lines:
            index, wall, cpu, memory, status = line.split()
            if status not in ("0", "1", "3"):
                sys.exit(f"{rows[int(index)][0]} ended with status {status}")
            runs[int(index)].append((float(wall), float(cpu), int(memory)))
        return runs

    def table(self, mode, folder, path, records):
        rows = self.verified(mode, folder, path)
        runs = self.launch(rows, path, self.options.rounds)
        result = []
        for row, mine in zip(rows, runs):
            cpu = [b[1] / a[1] for a, b in zip(runs[0], mine)]
            wall = [b[0] / a[0] for a, b in zip(runs[0], mine)]
            result.append({"name": row[0], "us": statistics.median(r[1] for r in mine) / records, "cpu": spread(cpu), "wall": spread(wall),
                           "memory": max(r[2] for r in mine) / 1024})
        return result

    def reader(self, kind, count):
        """Seconds of assize's reader and of simdjson's DOM over one corpus, round by round in turn."""
        path = self.records(kind, count)
        folder = self.policy(8)
        ours = [os.path.join(self.folder, "reader"), os.path.join(folder, "policy.assize.yaml"), path, "1"]
        theirs = [os.path.join(self.folder, "readers"), os.path.join(folder, "policy.json"), path, "1"]
        ratios, speed = [], []
        for _ in range(self.options.rounds * 2):
            mine = run(ours, stdout=subprocess.PIPE).stdout.decode().split()
            other = run(theirs, stdout=subprocess.PIPE).stdout.decode().split()
            if mine[0] != other[0] or mine[2] != other[2]:
                sys.exit(f"the readers read {mine[0]} and {other[0]} records, whose values come to {mine[2]} and {other[2]}")
            ratios.append(float(other[1]) / float(mine[1]))
            speed.append(os.path.getsize(path) / 1e6 / float(mine[1]))
        return {"kind": kind, "ratio": spread(ratios), "speed": statistics.median(speed)}


def spread(values):
    values = sorted(values)
    at = [values[min(len(values) - 1, int(share * len(values)))] for share in (0.1, 0.9)]
    return statistics.median(values), at[0], at[1]


def show(ratio):
    return f"{ratio[0]:.2f} ({ratio[1]:.2f} to {ratio[2]:.2f})" if ratio[0] < 10 else f"{ratio[0]:.0f} ({ratio[1]:.0f} to {ratio[2]:.0f})"


def rows_of(table):
    lines = ["| | µs of processor time a record | processor time, × assize | wall time, × assize | peak memory, MB |", "|---|---:|---:|---:|---:|"]
    for row in table:
        lines.append(f"| {row['name']} | {row['us']:.2f} | {show(row['cpu'])} | {show(row['wall'])} | {row['memory']:.1f} |")
    return lines


def versions(bench):
    found = []
    for name, command in (("assize", [bench.assize, "--version"]), ("go", ["go", "version"]), ("rustc", ["rustc", "--version"]), ("node", ["node", "--version"]),
                          ("python", [sys.executable, "--version"]), ("jq", ["jq", "--version"]), ("gcc", ["gcc", "-dumpfullversion"])):
        if shutil.which(command[0]):
            text = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout.decode().splitlines()
            found.append(f"{name} {text[0].replace(name, '').replace('version', '').strip()}" if text else name)
    with open(os.path.join(PEERS, "go", "go.mod"), encoding="utf-8") as file:
        for line in file:
            for module, name in (("cel.dev/cel-go", "cel-go"), ("expr-lang/expr", "expr"), ("open-policy-agent/opa", "OPA")):
                if module in line and not line.startswith("//"):
                    found.append(f"{name} {line.split()[-1]}")
    with open(os.path.join(PEERS, "rust", "Cargo.toml"), encoding="utf-8") as file:
        found += [f"regorus {line.split('=')[-1].strip().strip(chr(34))}" for line in file if line.startswith("regorus")]
    return found + [f"{name} {version}" for name, version in PINS.items()]


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--records", type=int, default=20000)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    bench = Bench(options)
    bench.install("duckdb", bench.install_python) or [bench.missing.setdefault(name, "no venv") for name in ("duckdb auto", "polars", "mlflow", "python")]
    bench.install("opa", bench.install_go) or [bench.missing.setdefault(name, "no Go") for name in ("cel-go", "expr")]
    bench.install("regorus", bench.install_rust)
    for name in ("node", "jq"):
        if not shutil.which(name):
            bench.missing[name] = "it is not installed"
    simdjson = bench.install("simdjson", bench.install_simdjson)

    count = options.records
    path = bench.records("main", count)
    page = []
    folder = bench.policy(8)
    tables = {}
    for mode in ("outcomes", "verdict"):
        tables[mode] = bench.table(mode, folder, path, count)
        title = "Every predicate's outcome" if mode == "outcomes" else "The verdict alone"
        page += [f"### {title}: {count:,} records of 1.8 kB, 8 predicates", "", *rows_of(tables[mode]), ""]
        say("\n".join(page[-len(tables[mode]) - 5:]))
    more = []
    for kind in ("small", "large", "long", "fixed", "hostile"):
        number = int(count * SIZES[kind])
        options.only = options.only or "duckdb,polars,node,python,cel-go"
        for row in bench.table("outcomes", folder, bench.records(kind, number), number):
            more.append(f"| {kind} | {row['name']} | {row['us']:.2f} | {show(row['cpu'])} | {row['memory']:.1f} |")
    page += ["### Other records, 8 predicates, every outcome", "",
             "| records | | µs a record | processor time, × assize | peak memory, MB |", "|---|---|---:|---:|---:|", *more, ""]
    say("\n".join(page[-len(more) - 5:]))
    sizes = []
    for predicates in (50, 1000):
        folder = bench.policy(predicates)
        few = bench.records("main", count // 10)
        for row in bench.table("outcomes", folder, few, count // 10):
            sizes.append(f"| {predicates} | {row['name']} | {row['us']:.2f} | {show(row['cpu'])} |")
    page += ["### More predicates, every outcome", "", "| predicates | | µs a record | processor time, × assize |", "|---:|---|---:|---:|", *sizes, ""]
    say("\n".join(page[-len(sizes) - 5:]))
    readers = []
    if simdjson:
        page += ["### The reader alone, beside simdjson's DOM", "", "| records | MB/s | × simdjson |", "|---|---:|---:|"]
        for kind in SIZES:
            readers.append(bench.reader(kind, int(count * SIZES[kind])))
            page.append(f"| {kind} | {readers[-1]['speed']:.0f} | {show(readers[-1]['ratio'])} |")
        page.append("")
        say("\n".join(page[-len(readers) - 5:]))
    compiled = []
    for predicates in (8, 100, 1000, 10000):
        compiled.append(os.path.join(bench.policy(predicates), "policy.assize.yaml"))
    times = run([os.path.join(bench.folder, "compile"), "21", *compiled], stdout=subprocess.PIPE).stdout.decode().split()[1::2]
    page += ["### Compiling a policy", "", "| predicates | ms | µs a predicate |", "|---:|---:|---:|",
             *(f"| {n:,} | {float(ms):.3f} | {float(ms) * 1000 / n:.2f} |" for n, ms in zip((8, 100, 1000, 10000), times)), ""]
    say("\n".join(page[-7:]))
    form = ["-o", "verdict"]
    base = [bench.assize, "eval", "--exit-zero", "-p", compiled[0], *form]
    memory = []
    for name, file in (("one file", path), ("ten times as long", bench.records("main", count * 10)), ("one array", bench.records("main-array", count * 2))):
        runs = bench.launch([(name, base + [file], False), (name, [bench.assize + "-static", *base[1:], file], False)], os.devnull, 3)
        memory.append(f"| {name} | {os.path.getsize(file) / 1e6:.0f} | " + " | ".join(f"{max(r[2] for r in mine) / 1024:.1f}" for mine in runs) + " |")
    page += ["### Memory", "", "Peak resident memory, MB: of it about half a megabyte is the program's own, the rest is code, and in the dynamic program",
             "the shared libraries.", "", "| | MB of records | dynamic | static |", "|---|---:|---:|---:|", *memory, ""]
    say("\n".join(page[-len(memory) - 7:]))
    cores = os.cpu_count() or 1
    long_file = bench.records("main", count * 10)
    runs = bench.launch([("one", base + ["--jobs", "1", long_file], False), ("all", base + ["--jobs", str(cores), long_file], False)], os.devnull, options.rounds)
    page += [f"### On {cores} processors", "", f"`--jobs {cores}` is {show(spread([a[0] / b[0] for a, b in zip(*runs)]))} times as fast as `--jobs 1`, in wall time.", ""]
    say(page[-2])
    if bench.missing:
        page += ["Not measured: " + "; ".join(f"{name} ({why})" for name, why in sorted(bench.missing.items())) + ".", ""]
    if options.write:
        with open(os.path.join(HERE, "benchmarks.head.md"), encoding="utf-8") as file:
            head = file.read()
        facts = f"Measured on {datetime.date.today().isoformat()}: {processor()}, {cores} processors, {platform.system()} {platform.release()}. Versions: {', '.join(versions(bench))}."
        with open(os.path.join(ROOT, "docs", "benchmarks.md"), "w", encoding="utf-8") as file:
            file.write(head.replace("@FACTS@", facts).replace("@TABLES@", "\n".join(page).rstrip()))
        draw(os.path.join(ROOT, "docs", "benchmarks.svg"), tables["outcomes"], tables["verdict"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
