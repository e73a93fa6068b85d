"""What the benchmark asks, a function for each section of the page. Each compares verdicts before it measures, and gives data that
page.py puts into words; none prints.
"""
import json
import os
import subprocess
from dataclasses import dataclass

import policies
import records
from measure import Job, Spread, differing, in_words, launch, net, output_of, ratios
from peers import peers

START = 64  # records: what they cost is taken away; of one, DuckDB could not find a schema
SLOW = 0.7  # seconds; a peer that takes longer over the head of a corpus, its start aside, is timed on that alone


@dataclass
class Row:
    name: str
    records: int
    us: float  # processor time a record
    cpu: Spread  # times assize
    wall: Spread
    memory: float  # megabytes
    beside_jsonl: Spread = None


@dataclass
class Agreement:
    """What came of a comparison of verdicts."""
    peer: str
    what: str
    records: int
    trouble: str = ""


def job(peer, mode, folder, path, piped=False):
    by_name = path
    if piped:
        by_name = "-" if peer.name.startswith("assize") else "/dev/stdin"
    reads = path if peer.reads == "input" or piped else os.devnull
    return Job(peer.name, peer.command(mode, folder, by_name), reads, piped)


def compare(bench, peer, mode, folder, path, what, count):
    """Whether every line of the peer is assize's; what came of it goes into the bench's list. And the seconds it took."""
    expected = bench.expected("outcomes" if mode == "array" else mode, folder, path)
    if peer.name == "assize":
        return True, 0.0
    said, words, seconds = output_of(job(peer, mode, folder, path))
    if said is not None and peer.says == "more":
        said = "".join(json.loads(line)["verdict"] + "\n" for line in said.splitlines())
        expected = bench.expected("verdict", folder, path)
    elif mode == "verdict":
        expected = in_words(peer.says, expected)
    trouble = ""
    if said is None:
        trouble = f"fails: {words[:160]}"
    elif said != expected:
        trouble = f"{differing(said, expected)} of {count} verdicts differ"
    bench.agreements.append(Agreement(peer.name, f"{what}, {mode}", count, trouble))
    return not trouble, seconds


def table(bench, mode, predicates, kind, count, rounds, leave=(), head_share=4):
    """A row for each peer whose verdicts are assize's."""
    folder = bench.policy(predicates)
    count = max(count, 2 * START)
    head = max(2 * START, count // head_share)
    chosen = []
    what = f"{kind}, {predicates} predicates"
    for peer in bench.present():
        if peer.name in leave or not (peer.verdict if mode == "verdict" else peer.outcomes):
            continue
        number = head
        agrees, starting = compare(bench, peer, mode, folder, bench.records(kind, START), what, START)
        if agrees:
            agrees, seconds = compare(bench, peer, mode, folder, bench.records(kind, head), what, head)
        if agrees and seconds - starting < SLOW:
            number = count
            agrees, _ = compare(bench, peer, mode, folder, bench.records(kind, count), what, count)
        if agrees:
            chosen.append((peer, number))
    jobs = [job(peer, mode, folder, bench.records(kind, number)) for peer, number in chosen]
    starts = [job(peer, mode, folder, bench.records(kind, START)) for peer, _ in chosen]
    samples = launch(bench.launcher, jobs + starts, rounds)
    costs = {}
    for (peer, number), whole, start in zip(chosen, samples, samples[len(jobs):]):
        costs[peer.name] = (net(whole.cpu, start.cpu, number - START), net(whole.wall, start.wall, number - START))
    own, explained = costs["assize"], costs.get("assize -o jsonl")
    return [Row(peer.name, number, Spread.of(costs[peer.name][0]).median, ratios(costs[peer.name][0], own[0]), ratios(costs[peer.name][1], own[1]),
                max(whole.memory), ratios(costs[peer.name][0], explained[0]) if explained else None)
            for (peer, number), whole in zip(chosen, samples)]


def floors(bench, count, rounds):
    """What only reading the file costs: `cat`, `wc -l`, and Go's encoding/json, on which the peers in Go stand."""
    path, folder = bench.records("main", count), bench.policy(8)
    assize = bench.present()[0]
    jobs = [job(assize, "outcomes", folder, path), Job("cat", ["cat", path]), Job("wc -l", ["wc", "-l", path])]
    if bench.has("go"):
        jobs.append(Job("Go encoding/json", [bench.programs.path("gopeer"), "json", "outcomes", folder], path))
    samples = launch(bench.launcher, jobs, rounds)
    return [(one.name, Spread.of(mine.cpu).median / count, ratios(mine.cpu, samples[0].cpu)) for one, mine in zip(jobs, samples)]


def pipes(bench, count, rounds):
    """Wall time by name or as standard input, and through a pipe."""
    path, folder = bench.records("main", count), bench.policy(8)
    chosen = [peer for peer in bench.present() if peer.name in ("assize", "DuckDB", "node", "Python", "jq")]
    jobs = [job(peer, "outcomes", folder, path) for peer in chosen] + [job(peer, "outcomes", folder, path, True) for peer in chosen]
    samples = launch(bench.launcher, jobs, rounds)
    piped = samples[len(chosen):]
    return [(peer.name, Spread.of(a.wall).median / count, Spread.of(b.wall).median / count, ratios(b.wall, piped[0].wall))
            for peer, a, b in zip(chosen, samples, piped)]


def cores(bench, count, rounds):
    """How many times as fast all processors are than one, in wall time, for those that can use them."""
    many = os.cpu_count() or 1
    path, folder = bench.records("main", count), bench.policy(8)
    names = [peer.name for peer in bench.present() if peer.name in ("assize", "DuckDB", "polars")]
    one = [peer for peer in peers(bench.programs, 1) if peer.name in names]
    all_of_them = [peer for peer in peers(bench.programs, many) if peer.name in names]
    samples = launch(bench.launcher, [job(peer, "outcomes", folder, path) for peer in one + all_of_them], rounds)
    fast = samples[len(one):]
    return many, [(name, Spread.of([a / b for a, b in zip(slow.wall, quick.wall)]), Spread.of(quick.wall).median / count,
                   ratios(quick.wall, fast[0].wall)) for name, slow, quick in zip(names, samples, fast)]


def static(dynamic):
    """The same run of the static program."""
    return Job("assize-static", [dynamic.command[0] + "-static", *dynamic.command[1:]])


def starts(bench, many, few):
    """From the start of the process to the verdict on one small record: milliseconds, and times assize. Quick peers start `many` times."""
    folder, one = bench.policy(8), bench.records("small", 1)
    others = [Job("true", ["true"])]
    for name, linking in (("an empty C program", "-pie"), ("an empty C program, static", "-static-pie")):
        program = bench.programs.path(name.replace(" ", "-").replace(",", ""))
        subprocess.run(["cc", "-O2", "-fPIE", linking, "-o", program, os.path.join(os.path.dirname(__file__), "empty.c")], check=True)
        others.append(Job(name, [program]))
    others.append(static(job(bench.present()[0], "outcomes", folder, one)))
    quick, slow = [], []
    for peer in bench.present():
        if peer.name == "DuckDB auto":  # it finds no schema in one record
            continue
        agrees, seconds = compare(bench, peer, "outcomes", folder, one, "one small record", 1)
        if agrees and peer.name != "assize":
            (quick if seconds < 0.15 else slow).append(job(peer, "outcomes", folder, one))
    found = []
    for group, rounds in ((others + quick, many), (slow, few)):
        samples = launch(bench.launcher, [job(bench.present()[0], "outcomes", folder, one), *group], rounds)
        first = 0 if not found else 1
        found += [(one.name, rounds, Spread.of(mine.wall).median / 1000, ratios(mine.wall, samples[0].wall), Spread.of(mine.cpu).median / 1000)
                  for one, mine in list(zip([job(bench.present()[0], "outcomes", folder, one), *group], samples))[first:]]
    return found


def starts_by_size(bench, sizes, patience, rounds):
    """Milliseconds from start to verdict with policies of several sizes, or None where it fails or takes longer than `patience`."""
    found, one = {}, bench.records("small", 1)
    for count in sizes:
        folder = bench.policy(count)
        quick = []
        for peer in bench.present():
            cells = found.setdefault(peer.name, [])
            if peer.says != "all" or peer.name == "DuckDB auto" or (cells and (cells[-1] is None or cells[-1] * 10 > patience * 1000)):
                cells.append(None)
                continue
            agrees, seconds = compare(bench, peer, "outcomes", folder, one, f"one small record, {count} predicates", 1)
            cells.append(seconds * 1000 if agrees else None)
            if agrees and seconds < 0.5:
                quick.append(peer)
        for peer, samples in zip(quick, launch(bench.launcher, [job(peer, "outcomes", folder, one) for peer in quick], rounds)):
            found[peer.name][-1] = Spread.of(samples.wall).median / 1000
    return {name: cells for name, cells in found.items() if any(cell is not None for cell in cells)}


def words_of(command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().split()


def compile_times(bench, sizes, rounds):
    """Milliseconds of processor time from the text of a policy to a verified program, in the process."""
    paths = [os.path.join(bench.policy(count), "policy.assize.yaml") for count in sizes]
    return [float(word) for word in words_of([bench.programs.path("compile"), str(rounds), *paths])[1::2]]


def own_memory(bench, assize, folder, path, name):
    """Of the dynamic program, which loads the shared libraries, and of the static one."""
    dynamic = job(assize, "outcomes", folder, path)
    samples = launch(bench.launcher, [dynamic, static(dynamic)], 3)
    return [(f"{program}, {name}", os.path.getsize(path) / 1e6, max(mine.memory)) for program, mine in zip(("assize", "assize-static"), samples)]


def memory(bench, count, array):
    """Megabytes at the peak: a file, one ten times as long, and for several peers one array of 70 MB."""
    folder, assize = bench.policy(8), bench.present()[0]
    rows = []
    for name, path in (("a file", bench.records("main", count)), ("ten times as long", bench.repeated("main", count, 10))):
        rows += own_memory(bench, assize, folder, path, name)
    path = bench.records("main-array", array)
    rows += own_memory(bench, assize, folder, path, "one array")
    for peer in bench.present():
        if peer.name in ("DuckDB", "node", "Python", "jq") and compare(bench, peer, "array", folder, path, "one array", array)[0]:
            samples = launch(bench.launcher, [job(peer, "array", folder, path)], 1)
            rows.append((f"{peer.name}, one array", os.path.getsize(path) / 1e6, max(samples[0].memory)))
    return rows


def readers(bench, count, rounds):
    """The reader alone beside those of simdjson and yyjson, each over a file that lies in memory, in processor time."""
    outside = [(name, program, which) for name, program, which in (
        ("simdjson, the distribution's", bench.programs.path("readers-distribution"), "simdjson"),
        ("simdjson", bench.programs.path("readers"), "simdjson"), ("yyjson", bench.programs.path("readers"), "yyjson")) if os.path.exists(program)]
    found = []
    folder = bench.policy(8)
    for kind, (_, share) in records.KINDS.items():
        path = bench.records(kind, max(1, int(count * share)))
        ours = [bench.programs.path("reader"), os.path.join(folder, "policy.assize.yaml"), path, "1"]
        speed, ratio = [], {name: [] for name, _, _ in outside}
        for _ in range(rounds + 1):
            mine = words_of(ours)
            speed.append(os.path.getsize(path) / 1e6 / float(mine[1]))
            for name, program, which in outside:
                theirs = words_of([program, which, os.path.join(folder, "policy.json"), path])
                if mine[0] != theirs[0] or abs(float(mine[2]) - float(theirs[2])) > 0.01:
                    raise SystemExit(f"the readers of assize and {name} read {mine} and {theirs}")
                ratio[name].append(float(theirs[1]) / float(mine[1]))
        # The first round warms the caches.
        found.append((kind, Spread.of(speed[1:]).median, {name: Spread.of(values[1:]) for name, values in ratio.items()}))
    return found


def versions_of_readers(bench):
    """(simdjson, yyjson) of each program that was built."""
    found = {}
    for name in ("readers", "readers-distribution"):
        if os.path.exists(bench.programs.path(name)):
            found[name] = words_of([bench.programs.path(name), "version"])
    return found


def edges(bench, count):
    """For each peer and edge how many of the records it judges otherwise than assize, or that it stops."""
    folder = bench.policy_of(policies.EDGES, "edges")
    found = {}
    for kind in records.EDGES:
        path = bench.records(kind, count)
        expected = bench.expected("outcomes", folder, path)
        for peer in bench.present():
            if peer.says == "all" and peer.name != "assize":
                said, _, _ = output_of(job(peer, "outcomes", folder, path))
                found.setdefault(peer.name, {})[kind] = None if said is None else differing(said, expected)
    return found
