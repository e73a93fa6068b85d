"""Judges what gcovr counted: lines and branches of each group of files against tests/coverage.table. TAP, and tables of
what is missing: a line for each group, the files that lack most, and with --missing FILE… each branch that no test takes.

Usage: coverage.py SUMMARY.json        (gcovr --json-summary)"""
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
            yield words[0], float(words[1]), float(words[2]), float(words[3]), float(words[4]), words[5:]


def main():
    files = json.load(open(sys.argv[1]))["files"]
    number = failures = 0
    rows = []
    for group, lines, branches, lines_goal, branches_goal, patterns in read_table("tests/coverage.table"):
        chosen = [f for f in files if any(fnmatch.fnmatch(f["filename"], p) for p in patterns)]
        for pattern in patterns:
            if not any(fnmatch.fnmatch(f["filename"], pattern) for f in files):
                print(f"# {group}: no file is named {pattern}")
                chosen = []
        for what, floor, goal in ("line", lines, lines_goal), ("branch", branches, branches_goal):
            covered = sum(f[what + "_covered"] for f in chosen)
            total = sum(f[what + "_total"] for f in chosen)
            share = percent(covered, total) if total else 0.0
            number += 1
            good = share >= floor
            failures += not good
            words = f"{group}: {share:.1f} % of {total} {what}{'es' if what == 'branch' else 's'}, {total - covered} are missing"
            print(f"{'ok' if good else 'not ok'} {number} - {words}; at least {floor:.1f}, the goal is {goal:.0f}")
            if good and share >= floor + 0.5:
                print(f"# the floor may be raised to {share:.1f}")
    worst = sorted(files, key=lambda f: f["branch_covered"] - f["branch_total"])[:WORST]
    print("#\n# what most branches are missing in      lines  missing   branches  missing")
    for f in worst:
        print(f"#   {f['filename']:34} {percent(f['line_covered'], f['line_total']):6.1f} {f['line_total'] - f['line_covered']:8}"
              f" {percent(f['branch_covered'], f['branch_total'] or 1) if f['branch_total'] else 100:10.1f}"
              f" {f['branch_total'] - f['branch_covered']:8}")
    print(f"1..{number}")
    sys.exit(failures > 0)


main()
