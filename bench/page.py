"""The page of the benchmark: what sections.py found, in Markdown. The words around the tables are in benchmarks.head.md."""
import datetime
import os
import platform
import subprocess

import install
import records
from peers import peers

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


def short(value):
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def show(ratio):
    return f"{short(ratio.median)} ({short(ratio.low)} to {short(ratio.high)})" if ratio else "–"


def rows_of(head, align, rows):
    return ["| " + " | ".join(head) + " |", "|" + "|".join(align) + "|", *("| " + " | ".join(row) + " |" for row in rows), ""]


def main_table(rows):
    jsonl = any(row.name == "assize -o jsonl" for row in rows)
    head = ["", "records", "µs of processor time a record", "processor time, × assize", "wall time, × assize"]
    body = [[row.name, f"{row.records:,}", short(row.us), show(row.cpu), show(row.wall)] + ([show(row.beside_jsonl)] if jsonl else [])
            + [f"{row.memory:.1f}"] for row in rows]
    head += (["processor time, × `-o jsonl`"] if jsonl else []) + ["peak memory, MB"]
    return rows_of(head, ["---"] + ["---:"] * (len(head) - 1), body)


def matrix(columns, label):
    """Peers down, kinds across: times assize's processor time; the first line is assize's own microseconds a record."""
    names = list(dict.fromkeys(row.name for rows in columns.values() for row in rows if row.name not in ("assize -o jsonl", "OPA reasons", "MLflow")))
    by = {column: {row.name: row for row in rows} for column, rows in columns.items()}
    body = [["assize, µs a record"] + [short(by[column]["assize"].us) for column in columns]]
    body += [[name] + [show(by[column][name].cpu) if name in by[column] else "–" for column in columns] for name in names if name != "assize"]
    return rows_of([label, *(str(column) for column in columns)], ["---"] + ["---:"] * len(columns), body)


def kinds_table(kinds):
    return matrix(kinds, "")


def predicates_table(by_count):
    return matrix({f"{count:,} predicates": rows for count, rows in by_count.items()}, "")


def goals_table(bench, found):
    """Each goal that was set beforehand beside what was measured."""
    rows, by = [], {row.name: row for row in found["outcomes"]}

    def line(what, goal, measured, met):
        rows.append([what, goal, measured, "met" if met else "**missed**"])

    for peer in peers(bench.programs):
        if peer.goal and peer.name in by:
            line(f"{peer.name}, every outcome", f"≥ {peer.goal:g} ×", show(by[peer.name].cpu), by[peer.name].cpu.median >= peer.goal)
        elif peer.goal:
            rows.append([f"{peer.name}, every outcome", f"≥ {peer.goal:g} ×", "not measured", "–"])
    readers = {kind: ratio for kind, _, ratio in found["readers"]}
    for name, kind, goal in (("simdjson, the distribution's", "main", 1.8), ("simdjson, the distribution's", "fixed", 2.2), ("yyjson", "main", 2.0)):
        ratio = readers[kind].get(name)
        if ratio:
            line(f"reader, beside {name}, {kind} records", f"≥ {goal} ×", show(ratio), ratio.median >= goal)
    many, cores = found["cores"]
    speedup = cores[0][1]
    line(f"`--jobs {many}`, a file, wall time", f"≥ {0.85 * many:.2f} ×", show(speedup), speedup.median >= 0.85 * many)
    for program in ("assize", "assize-static"):
        peaks = [peak for name, _, peak in found["memory"] if name.startswith(program + ",")]
        line(f"peak memory of `{program}`, any length of input", "≤ 3 MB", " / ".join(f"{peak:.2f}" for peak in peaks) + " MB", max(peaks) <= 3)
    compiled = dict(zip(found["sizes"], found["compile"]))
    line("compiling 1,000 predicates", "< 2 ms", f"{compiled[1000]:.2f} ms", compiled[1000] < 2)
    start = {row[0]: row[2] for row in found["starts"]}
    for program, floor in (("assize", "an empty C program"), ("assize-static", "an empty C program, static")):
        ratio = start[program] / start[floor]
        line(f"from start to verdict, `{program}` beside {floor}", "≤ 1.5 ×", short(ratio), ratio <= 1.5)
    return rows_of(["", "goal", "measured", ""], ["---", "---:", "---:", "---"], rows)


def modes_table(bench):
    body = [[peer.name, peer.verdict or "not asked", peer.outcomes or "not asked"] for peer in bench.present()]
    return rows_of(["", "the verdict alone", "every predicate's outcome"], ["---"] * 3, body)


def milliseconds(cell):
    return "–" if cell is None else short(cell)


def tables(bench, found):
    """The sections of the page, one after another."""
    lines = ["## Goals", "", "Processor time, times assize's (`-o marks`), on the main records, where nothing else is said.", "",
             *goals_table(bench, found)]
    for mode, title in (("outcomes", "Every predicate's outcome"), ("verdict", "The verdict alone")):
        lines += [f"## {title}", "", f"Main records, 8 predicates, one thread, {found['rounds']} rounds.", "", *main_table(found[mode])]
    lines += ["What reading costs, beside assize judging the same file:", "",
              *rows_of(["", "µs of processor time a record", "× assize"], ["---", "---:", "---:"],
                       [[name, short(us), show(ratio)] for name, us, ratio in found["floors"]])]
    lines += ["## Other records", "", "Processor time, × assize; 8 predicates, every outcome.", "",
              *(f"* *{kind}*: {what}" for kind, (what, _) in records.KINDS.items()), "", *kinds_table(found["kinds"])]
    lines += ["## More predicates", "", "Processor time, × assize; main records, every outcome. Starting, and so compiling the policy, is not in it.",
              "", *predicates_table(found["predicates"])]
    lines += ["## Through a pipe", "", "Wall time in µs a record, start-up included, every outcome.", "",
              *rows_of(["", "a file", "a pipe", "a pipe, × assize"], ["---", "---:", "---:", "---:"],
                       [[name, short(a), short(b), show(ratio)] for name, a, b, ratio in found["pipes"]])]
    many, cores = found["cores"]
    lines += [f"## On {many} processors", "", "Wall time, start-up included, every outcome. The other peers use one thread, as they are run here.", "",
              *rows_of(["", f"{many} threads, × as fast as one", "µs a record", "× assize"], ["---", "---:", "---:", "---:"],
                       [[name, show(speedup), short(us), show(ratio)] for name, speedup, us, ratio in cores])]
    lines += ["## Start", "", "From the start of the process to the verdict on one small record, 8 predicates, the policy as source.", "",
              *rows_of(["", "starts", "wall time, ms", "wall time, × assize", "processor time, ms"], ["---", "---:", "---:", "---:", "---:"],
                       [[name, str(rounds), short(ms), show(ratio), short(cpu)] for name, rounds, ms, ratio, cpu in found["starts"]])]
    lines += ["The same with larger policies, in ms; – where it fails or takes more than some seconds:", "",
              *rows_of(["", *(f"{count:,} predicates" for count in found["sizes"])], ["---"] + ["---:"] * len(found["sizes"]),
                       [[name, *(milliseconds(cell) for cell in cells)] for name, cells in found["starts by size"].items()]),
              "Compiling alone, from the text to a verified program, in ms of processor time:", "",
              *rows_of(["", *(f"{count:,} predicates" for count in found["sizes"])], ["---"] + ["---:"] * len(found["sizes"]),
                       [["assize", *(f"{ms:.3f}" for ms in found["compile"])]])]
    lines += ["## Memory", "", "At the peak, every outcome.", "",
              *rows_of(["", "MB of records", "peak memory, MB"], ["---", "---:", "---:"],
                       [[name, f"{size:.0f}", f"{peak:.1f}"] for name, size, peak in found["memory"]])]
    return lines + readers_section(found) + agreement_section(bench, found)


def readers_section(found):
    names = list(found["readers"][0][2])
    if not names:
        return []
    versions = "; ".join(f"{'the distribution' if 'distribution' in name else 'the package'} has simdjson {simdjson}, and yyjson is {yyjson}"
                         for name, (simdjson, yyjson) in found["versions of readers"].items())
    return ["## The reader alone", "", "Each record is validated whole and the metrics that the policy names are taken, from a file that lies in memory: "
            "× as fast as simdjson's DOM and yyjson (with a pool), in processor time. assize's also finds every key given twice, and keeps decimals. "
            f"Here {versions}.", "",
            *rows_of(["", "assize, MB/s", *(f"× {name}" for name in names)], ["---", "---:"] + ["---:"] * len(names),
                     [[kind, f"{speed:,.0f}", *(show(ratio[name]) for name in names)] for kind, speed, ratio in found["readers"]])]


def agreement_section(bench, found):
    good = [one for one in bench.agreements if not one.trouble]
    bad = [one for one in bench.agreements if one.trouble]
    lines = ["## Who agrees", "", f"{len(good)} outputs were compared with assize's before anything was timed, {sum(one.records for one in good):,} lines in all, "
             "and are the same bytes."]
    lines += [f"* {one.peer}: {one.what}: {one.trouble}; its time does not count." for one in bad] if bad else []
    if bad:
        lines.insert(3, "Others are not:")
        lines.insert(4, "")
    lines += ["", "Known disagreements are kept out of what is timed. Of 1,000 records made for each, so many are judged otherwise than by assize:", "",
              *(f"* *{kind}*: {what}" for kind, what in records.EDGES.items()), "",
              *rows_of(["", *records.EDGES], ["---"] + ["---:"] * len(records.EDGES),
                       [[name, *("stops" if cells[kind] is None else f"{cells[kind]:,}" for kind in records.EDGES)]
                        for name, cells in found["edges"].items()])]
    missing = dict(bench.missing)
    if not bench.has("readers"):
        missing["a reader"] = bench.installer.missing["readers"]
    if missing:
        lines += ["Not measured: " + "; ".join(f"{name} ({why})" for name, why in sorted(missing.items())) + ".", ""]
    return lines


def first_line(command):
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except OSError:
        return ""
    lines = result.stdout.decode("utf-8", "replace").splitlines()
    return lines[0].strip() if lines and result.returncode == 0 else ""


def versions(bench):
    """Of each peer, as it says itself or as it is pinned."""
    found = [("assize", first_line([bench.programs.assize, "--version"]).replace("assize ", ""))]
    if bench.has("python"):
        found += [(name, install.PINS[pin]) for name, pin in (("DuckDB", "duckdb"), ("polars", "polars"), ("MLflow", "mlflow-skinny"))]
    found += [("Python", platform.python_version()), ("node", first_line([bench.programs.found("node"), "--version"]).lstrip("v")),
              ("jq", first_line([bench.programs.found("jq"), "--version"]).replace("jq-", ""))]
    if bench.has("go"):
        with open(os.path.join(HERE, "peers", "go", "go.mod"), encoding="utf-8") as file:
            modules = {"cel.dev/cel-go": "cel-go", "github.com/expr-lang/expr": "expr", "github.com/open-policy-agent/opa": "OPA"}
            words = [line.split() for line in file]
        found += [(modules[line[0]], line[1].lstrip("v")) for line in words if line and line[0] in modules]
        found.append(("Go", first_line(["go", "env", "GOVERSION"]).replace("go", "")))
    if bench.has("rust"):
        with open(os.path.join(HERE, "peers", "rust", "Cargo.toml"), encoding="utf-8") as file:
            found += [("regorus", line.split("=", 1)[1].strip(' "=\n')) for line in file if line.startswith("regorus")]
        found.append(("rustc", first_line(["rustc", "--version"]).split(" ")[1]))
    found.append(("gcc", first_line(["gcc", "-dumpfullversion"])))
    return [f"{name} {version}" for name, version in found if version]


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def commit():
    name = first_line(["git", "-C", ROOT, "rev-parse", "--short=12", "HEAD"])
    changed = first_line(["git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/benchmarks.*"])
    return f"commit {name}{' with changes' if changed else ''}" if name else "no commit"


def whole(bench, found):
    with open(os.path.join(HERE, "benchmarks.head.md"), encoding="utf-8") as file:
        head = file.read()
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    facts = (f"Measured on {datetime.date.today().isoformat()}, {commit()}: {processor()}, {os.cpu_count()} processors, {pages:.0f} GB of memory, "
             f"{platform.system()} {platform.release()}, with {found['records']:,} main records. Versions: {', '.join(versions(bench))}.")
    return head.replace("@FACTS@", facts).replace("@MODES@", "\n".join(modes_table(bench)).rstrip()).replace(
        "@TABLES@", "\n".join(tables(bench, found)).rstrip())
