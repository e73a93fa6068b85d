"""Judges what gcovr counted: lines and branches of each group of files against tests/coverage.table. TAP, with tables of what is
missing: each line of the groups that are to be whole, and the files that lack most branches.

Usage: coverage.py SUMMARY.json FULL.json        (gcovr --json-summary, --json)"""
import fnmatch
import json
import sys

WORST = 25


def percent(covered, total):
    # Down to a tenth: 99.96 is not 100.
    return 100.0 if covered == total else int(1000 * covered / total) / 10


def read_table(path):
    for line in open(path):
        words = line.split()
        if words and not words[0].startswith("#"):
            yield words[0], [float(words[1]), float(words[2])], [float(words[3]), float(words[4])], words[5:]


def is_in(name, patterns):
    return any(fnmatch.fnmatch(name, pattern) for pattern in patterns)


def show_missing(full, patterns):
    for file in full["files"]:
        if not is_in(file["file"], patterns):
            continue
        missing = []
        for line in file["lines"]:
            branches = [b for b in line.get("branches", []) if not b.get("gcovr/excluded")]
            lacking = sum(b["count"] == 0 for b in branches)
            if lacking and not line.get("gcovr/excluded"):
                missing.append(f"{line['line_number']} ({lacking} of {len(branches)})")
        if missing:
            print(f"#   {file['file']}: {', '.join(missing)}")


def show_worst(files):
    print("# most branches are missing in           lines  missing   branches  missing")
    for f in sorted(files, key=lambda f: f["branch_covered"] - f["branch_total"])[:WORST]:
        numbers = [(f[w + "_covered"], f[w + "_total"]) for w in ("line", "branch")]
        print(f"#   {f['filename']:34}" + "".join(f"{percent(c, t):8.1f}{t - c:9}  " for c, t in numbers))


def main():
    files = json.load(open(sys.argv[1]))["files"]
    full = json.load(open(sys.argv[2]))
    number = failures = 0
    for group, floors, goals, patterns in read_table("tests/coverage.table"):
        chosen = [f for f in files if is_in(f["filename"], patterns)]
        unknown = [p for p in patterns if not any(fnmatch.fnmatch(f["filename"], p) for f in files)]
        for what, words, floor, goal in zip(("line", "branch"), ("lines", "branches"), floors, goals):
            covered = sum(f[what + "_covered"] for f in chosen)
            total = sum(f[what + "_total"] for f in chosen)
            share = percent(covered, total) if total else 0.0
            good = share >= floor and not unknown
            number += 1
            failures += not good
            print(f"{'ok' if good else 'not ok'} {number} - {group}: {share:.1f} % of {total} {words}, {total - covered} missing;"
                  f" at least {floor:.1f}, the goal is {goal:.0f}")
            if share >= floor + 0.5:
                print(f"# {group}: the floor of {words} may be raised to {share:.1f}")
        if unknown:
            print(f"# {group}: no file is named {' '.join(unknown)}")
        if goals[1] == 100:
            show_missing(full, patterns)
    show_worst(files)
    print(f"1..{number}")
    sys.exit(failures > 0)


main()
