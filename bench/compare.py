"""assize beside its peers: the same policy and records for each, made from one source, verdicts compared before any time counts.

    compare.py [--build DIR] [--rounds N] [--records N] [--only NAME,…] [--write] [--page FILE] [--quick]

Installs the peers under BUILD/bench (install.py), makes policies and records there (policies.py, records.py), and asks the questions
of sections.py. A peer that cannot be installed, or that answers otherwise, is named and left out.
--write makes docs/benchmarks.md and docs/benchmarks.svg anew; --page FILE writes the page there, the chart beside it.
--quick asks every question once of a few records, of peers that are there or come with the machine, and prints TAP: that the harness
works, that all agree, and that one who lies is found out. Its times mean nothing.
"""
import argparse
import os
import shutil
import sys
import xml.dom.minidom

import chart
import install
import page
import policies
import records
import sections
from measure import Job, output_of
from peers import Programs, peers

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
SIZES = (8, 100, 1000, 10000)  # predicates


class Bench:
    """What sections ask for: who is here, policies, records, and what assize says of them."""

    def __init__(self, options):
        self.options = options
        self.programs = Programs(os.path.abspath(options.build))
        self.folder = self.programs.path()
        self.launcher = self.programs.path("launch")
        self.installer = install.Installer(self.folder)
        self.agreements = []
        self.missing = {}  # peer: why
        self.said = {}
        self.there = []

    def bring_peers(self):
        wanted = self.options.only.split(",") if self.options.only else None
        here = {}
        for recipe in (install.python, install.node, install.jq, install.go, install.rust, install.readers):
            here[recipe.__name__] = self.installer.bring(recipe, not self.options.quick)
        for peer in peers(self.programs):
            # node and jq may be the machine's; of Python only what it is made of is needed.
            if here.get(peer.recipe, True) or (peer.recipe in ("node", "jq") and shutil.which(peer.recipe)):
                if not wanted or peer.name in wanted or peer.name.startswith("assize"):
                    self.there.append(peer)
            else:
                self.missing[peer.name] = self.installer.missing[peer.recipe]
        self.here = here

    def present(self):
        return self.there

    def has(self, recipe):
        return self.here[recipe]

    def policy(self, count):
        return self.policy_of(policies.predicates(count), str(count))

    def policy_of(self, rows, name):
        folder = os.path.join(self.folder, f"policy-{name}")
        policies.write_policy(rows, folder)
        return folder

    def made(self, name, make):
        """A file that is whole or not there."""
        path = os.path.join(self.folder, f"records-{install.digest(records.__file__)}", name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not os.path.exists(path):
            make(path + ".new")
            os.rename(path + ".new", path)
        return path

    def records(self, kind, count):
        return self.made(f"{kind}-{count}.jsonl", lambda path: records.write_records(kind, count, path))

    def repeated(self, kind, count, times):
        def make(path):
            with open(path, "wb") as file:
                for _ in range(times):
                    with open(self.records(kind, count), "rb") as source:
                        shutil.copyfileobj(source, file)

        return self.made(f"{kind}-{count}-{times}-times.jsonl", make)

    def expected(self, mode, folder, path):
        """What assize says; the run fails where it says nothing."""
        key = (mode, folder, path)
        if key not in self.said:
            assize = peers(self.programs)[0]
            text, words, _ = output_of(Job("assize", assize.command(mode, folder, path)))
            if text is None:
                raise SystemExit(f"assize itself failed on {path}: {words}")
            self.said[key] = text
        return self.said[key]


def ask(bench, count, rounds, few, starts, sizes=SIZES):
    """All that the page tells, in its order. `few` rounds suffice where it is not about the goals; quick peers start `starts[0]` times,
    the others `starts[1]`; `sizes` are numbers of predicates."""
    def say(text):
        if not bench.options.quick:
            print(text, flush=True)

    aside = ("assize -o jsonl", "OPA reasons", "MLflow")
    found = {"records": count, "rounds": rounds, "sizes": sizes}
    for mode in ("outcomes", "verdict"):
        say(f"{mode}: {count} records …")
        found[mode] = sections.table(bench, mode, 8, "main", count, rounds)
        say("\n".join(page.main_table(found[mode])))
    found["floors"] = sections.floors(bench, count, rounds)
    found["kinds"] = {"main": found["outcomes"]}
    for kind, (_, share) in records.KINDS.items():
        if kind != "main":
            say(f"records of the kind {kind} …")
            found["kinds"][kind] = sections.table(bench, "outcomes", 8, kind, max(8, int(count * share) // 2), few, aside, 5)
    say("\n".join(page.kinds_table(found["kinds"])))
    found["predicates"] = {8: found["outcomes"]}
    for predicates, share in ((50, 4), (1000, 40)):
        say(f"{predicates} predicates …")
        found["predicates"][predicates] = sections.table(bench, "outcomes", predicates, "main", max(8, count // share), few, aside, 8)
    say("\n".join(page.predicates_table(found["predicates"])))
    say("pipes, processors, memory …")
    found["pipes"] = sections.pipes(bench, max(8, count // 4), few)
    found["cores"] = sections.cores(bench, count, few)
    found["memory"] = sections.memory(bench, max(8, count // 4), max(8, int(count * 0.96)))
    say("starts …")
    found["starts"] = sections.starts(bench, *starts)
    found["starts by size"] = sections.starts_by_size(bench, sizes, 8, few)
    found["compile"] = sections.compile_times(bench, sizes, 5 * rounds)
    say("readers …")
    found["readers"] = sections.readers(bench, max(8, count // 2), 2 * rounds)
    found["versions of readers"] = sections.versions_of_readers(bench)
    found["edges"] = sections.edges(bench, min(count, 1000))
    return found


def write(bench, found, path):
    svg = os.path.splitext(path)[0] + ".svg"
    with open(path, "w", encoding="utf-8") as file:
        file.write(page.whole(bench, found))
    chart.draw(svg, found["outcomes"], found["verdict"], {peer.name: peer.goal for peer in bench.present() if peer.goal})
    return svg


def liar_is_found_out(bench, count):
    """A peer with another limit in its policy must not pass."""
    rows = policies.predicates(8)
    rows[1] = dict(rows[1], limit=rows[1]["limit"] + 0.01)
    other = bench.policy_of(rows, "other")
    python = next(peer for peer in bench.present() if peer.name == "Python")
    said, _, _ = output_of(sections.job(python, "outcomes", other, bench.records("main", count)))
    return said is not None and sections.differing(said, bench.expected("outcomes", bench.policy(8), bench.records("main", count))) > 0


def quick(bench):
    count = 300
    target = os.path.join(bench.folder, "quick.md")
    found = ask(bench, count, 1, 1, (2, 1), (8, 1000))
    svg = write(bench, found, target)
    with open(target, encoding="utf-8") as file:
        text = file.read()
    lines = []
    for one in bench.agreements:
        # One that cannot take a large policy has a limit, and is named; one that says another thing is wrong.
        limit = one.trouble.startswith("fails") and not one.what.startswith("main, 8 ")
        lines.append((limit or not one.trouble, f"{one.peer}: {one.what}: {one.records} records{' # SKIP ' if limit else ': ' if one.trouble else ''}{one.trouble}"))
    lines.append((liar_is_found_out(bench, count), "a peer with another limit is found out"))
    lines.append(("@" not in text and all(f"| {peer.name} |" in text for peer in bench.present()), "the page names every peer that is here"))
    lines.append((bool(xml.dom.minidom.parse(svg).getElementsByTagName("rect")), "the chart is XML, and has bars"))
    for i, (good, what) in enumerate(lines):
        print(f"{'' if good else 'not '}ok {i + 1} - {what}")
    for i, (name, why) in enumerate(sorted(bench.missing.items())):
        print(f"ok {len(lines) + i + 1} - {name} # SKIP {why}")
    print(f"1..{len(lines) + len(bench.missing)}")
    return 0 if all(good for good, _ in lines) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--records", type=int, default=40000)
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--page", default="")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    bench = Bench(options)
    bench.bring_peers()
    if options.quick:
        return quick(bench)
    for name, why in bench.missing.items():
        print(f"{name} is not here: {why}", flush=True)
    found = ask(bench, options.records, options.rounds, min(3, options.rounds), (50, 5))
    target = os.path.join(ROOT, "docs", "benchmarks.md") if options.write else options.page
    if target:
        write(bench, found, target)
    print(page.whole(bench, found))
    return 1 if any(one.trouble for one in bench.agreements if one.what.startswith("main, 8")) else 0


if __name__ == "__main__":
    sys.exit(main())
