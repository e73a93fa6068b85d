"""Fingerprints against Python's json and hashlib, clusters against SciPy, outputs against their JSON Schemas. Each test prints
the seed of what it made up. TAP."""

import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile

assize = os.path.abspath(sys.argv[1])
seed = int(sys.argv[2]) if len(sys.argv) > 2 else 20261129
number = 0
failed = False


def report(good, what, why=""):
    global number, failed
    number += 1
    failed = failed or not good
    print(f"{'ok' if good else 'not ok'} {number} - {what}")
    if not good and why:
        print("# " + str(why)[:400].replace("\n", "\n# "))


def skip(what, why):
    global number
    number += 1
    print(f"ok {number} - {what} # SKIP {why}")


def run(*arguments):
    done = subprocess.run([assize, *arguments], capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


def some_number(rng):
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice(["0", "-0", "7", "-12", "123456789012345678901234567890"])
    if kind == 1:
        return repr(rng.uniform(-1, 1) * 10 ** rng.randrange(-30, 30))
    if kind == 2:
        return f"{rng.randrange(10**6)}.{rng.randrange(10**6):06d}"
    if kind == 3:
        return f"{rng.randrange(1, 10)}e{rng.randrange(-20, 22)}"
    if kind == 4:
        return f"{rng.randrange(1, 10**17)}E+{rng.randrange(0, 200)}"
    return rng.choice(["1.0", "1.00", "1e0", "-0.0", "0.10", "5e-324", "1.7976931348623157e308", "0.30000000000000004",
                       "1e16", "9999999999999998.0", "123456789012345.60", "0.0001", "0.00001"])


def some_string(rng):
    pool = ["a", "Z", "0", " ", "\"", "\\", "/", "\b", "\f", "\n", "\r", "\t", "\x00", "\x1f", "\x7f", "\x80", "é", "ß",
            "\u2028", "\ue000", "\uffff", "😀", "𐀀", "漢", "\ud800"]
    return "".join(rng.choice(pool) for _ in range(rng.randrange(6)))


def some_value(rng, depth):
    """JSON text, spelled in some way."""
    kind = rng.randrange(8 if depth > 0 else 6)
    if kind <= 1:
        return some_number(rng)
    if kind <= 3:
        return json.dumps(some_string(rng), ensure_ascii=True)
    if kind == 4:
        return rng.choice(["true", "false", "null"])
    if kind == 5:
        text = some_string(rng).replace("\ud800", "")
        return json.dumps(text, ensure_ascii=False)
    if kind == 6:
        return "[" + ", ".join(some_value(rng, depth - 1) for _ in range(rng.randrange(4))) + " ]"
    return some_object(rng, depth - 1, {})


def some_object(rng, depth, first):
    members = dict(first)
    for _ in range(rng.randrange(5)):
        members[some_string(rng).replace("\ud800", "x")] = some_value(rng, depth)
    items = list(members.items())
    rng.shuffle(items)
    return "{" + " , ".join(json.dumps(k, ensure_ascii=rng.random() < 0.5) + ":" + v for k, v in items) + "}"


def check_fingerprints(folder):
    rng = random.Random(seed)
    count = 300
    for i in range(count):
        keys = rng.sample([json.dumps(s) for s in ("a", "b", "é", "😀", "\ue000", "", "A", "10", "9")], rng.randrange(1, 8))
        rows = [some_object(rng, 3, {"case_id": k}) for k in keys]
        path = os.path.join(folder, "suite.json")
        with open(path, "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write("[" + ",\n".join(rows) + "]" if rng.random() < 0.5 else "\n".join(rows) + "\n")
        ordered = sorted((json.loads(r) for r in rows), key=lambda r: r["case_id"])
        wanted = json.dumps(ordered, sort_keys=True, separators=(",", ":")).encode()
        status, out, err = run("fingerprint", "--length", "64", path)
        if status != 0 or out.decode().strip() != hashlib.sha256(wanted).hexdigest():
            canonical = run("fingerprint", "-o", "canonical", path)[1]
            report(False, f"fingerprints are Python's (seed {seed}, suite {i})", f"{wanted}\n{canonical}\n{err.decode()}")
            return
    report(True, f"{count} fingerprints are Python's (seed {seed})")


def some_samples(rng, count):
    rows = []
    for i in range(count):
        lang, word, cls = rng.choice(["en", "de", "fr"]), rng.choice(["day", "Night", "noon"]), rng.choice(["cat", "dog", "fox"])
        miss = rng.random() < 0.15 + (0.3 if lang == "de" else 0) + (0.2 if word == "Night" else 0)
        wrong = rng.choice([c for c in ("cat", "dog", "fox") if c != cls])
        rows.append({"id": i, "lang": lang, "n": rng.randrange(3), "flag": rng.random() < 0.5, "tags": rng.sample(["x", "y", "z"], 2),
                     "input": f"{word} of the {cls}, {word}", "expected": cls, "predicted": wrong if miss else cls,
                     "correct": not miss})
    return rows


def holds(row, condition):
    value = row[condition["field"]]
    if condition["op"] == "has":
        return condition["value"] in value
    if condition["op"] == "has_word":
        return condition["value"] in value.lower().replace(",", " ").split()
    return value == condition["value"] and isinstance(value, bool) == isinstance(condition["value"], bool)


def tail(found, total, marked, drawn, stats):
    return float(stats.hypergeom.sf(found - 1, total, marked, drawn))


def check_clusters(folder, stats):
    rng = random.Random(seed)
    worst = 0.0
    compared = 0
    for size in (60, 400, 3000):
        rows = some_samples(rng, size)
        path = os.path.join(folder, "samples.ndjson")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)
        arguments = ["clusters", "-o", "json", "--pairs", "--correct", "none", "--level", "0.999999", "--top", "1000", path]
        status, out, err = run(*arguments)
        if status != 0:
            report(False, "clusters of made-up samples", err.decode())
            return
        question = json.loads(out)["questions"][0]
        misses = [row for row in rows if not row["correct"]]
        for cluster in question["clusters"]:
            conditions = cluster["all"]
            if cluster["kind"] == "confused":
                drawn = sum(holds(row, conditions[0]) for row in misses)
                marked = sum(holds(row, conditions[1]) for row in misses)
                total, base = len(misses), misses
                found = sum(all(holds(row, c) for c in conditions) for row in base)
            else:
                having = [row for row in rows if all(holds(row, c) for c in conditions)]
                total, marked, drawn = len(rows), len(misses), len(having)
                found = sum(not row["correct"] for row in having)
            wanted = tail(found, total, marked, drawn, stats)
            table = [[found, drawn - found], [marked - found, total - marked - drawn + found]]
            fisher = float(stats.fisher_exact(table, alternative="greater")[1])
            if (cluster["size"], cluster["of"]) != (found, drawn):
                report(False, f"counts of clusters (seed {seed})", f"{cluster} {found} {drawn}")
                return
            worst = max(worst, abs(cluster["p"] - wanted) / wanted, abs(cluster["p"] - fisher) / fisher)
            compared += 1
    report(worst < 1e-9 and compared > 100, f"{compared} probabilities are SciPy's, the worst by {worst:.1e} (seed {seed})")


def check_corrections(folder, stats):
    rng = random.Random(seed + 1)
    path = os.path.join(folder, "samples.ndjson")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in some_samples(rng, 500))
    base = ["clusters", "-o", "json", "--level", "0.999999", "--top", "1000", path]
    plain = json.loads(run(*base, "--correct", "none")[1])["questions"][0]
    tried = plain["tried"]
    ps = [c["p"] for c in plain["clusters"] for _ in range(1 + len(c["same_samples"]))]
    ps += [1.0] * (tried - len(ps))
    holm, before = [], 0.0
    for i, p in enumerate(ps):
        before = max(before, min(1.0, (tried - i) * p))
        holm.append(before)
    bh = list(stats.false_discovery_control(ps)) if hasattr(stats, "false_discovery_control") else None
    for name, wanted in (("holm", holm), ("bh", bh)):
        if wanted is None:
            skip(f"the correction {name}", "this SciPy has none")
            continue
        clusters = json.loads(run(*base, "--correct", name)[1])["questions"][0]["clusters"]
        got = [c["adjusted"] for c in clusters for _ in range(1 + len(c["same_samples"]))]
        good = len(got) > 5 and all(abs(g - w) <= 1e-9 * max(w, 1e-300) for g, w in zip(got, wanted))
        report(good, f"the correction {name} of {tried} tries", f"{got}\n{wanted}")


def check_schemas(folder, jsonschema):
    def schema(name):
        with open(os.path.join("report", "schema", name), encoding="utf-8") as file:
            return json.load(file)

    names = ["a.json", "b.json"]
    for i, name in enumerate(names):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump({"variant": f"m{i}", "dataset": {"hash": "x", "revision": "main"}, "limit": None, "cpus": i, "metrics": {"a": i}}, file)
    paths = [os.path.join(folder, name) for name in names]
    suite = os.path.join(folder, "suite.json")
    with open(suite, "w", encoding="utf-8") as file:
        json.dump([{"case_id": "a", "x": 1}], file)
    samples = os.path.join(folder, "samples.ndjson")
    queries = os.path.join(folder, "queries.ndjson")
    outputs = [
        ("comparison.schema.json", run("compare", "-o", "json", *paths)[1]),
        ("fingerprint.schema.json", run("fingerprint", "-o", "json", suite)[1]),
        ("fingerprint.schema.json", run("fingerprint", "-o", "json", "--diff", suite, suite)[1]),
        ("clusters.schema.json", run("clusters", "-o", "json", "--pairs", samples, "--write-queries", queries)[1]),
        ("clusters.schema.json", run("clusters", "-o", "json", "--baseline", samples, samples)[1]),
    ]
    with open(queries, "rb") as file:
        outputs += [("clusters.schema.json", line) for line in file.read().splitlines()]
    for name, out in outputs:
        try:
            jsonschema.validate(json.loads(out), schema(name))
            good, why = True, ""
        except Exception as error:  # whatever is wrong is the finding
            good, why = False, error
        report(good, f"an output keeps to {name}", why)


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_fingerprints(folder)
        try:
            from scipy import stats
        except ImportError:
            skip("clusters", "there is no SciPy")
        else:
            check_clusters(folder, stats)
            check_corrections(folder, stats)
            try:
                import jsonschema
            except ImportError:
                skip("schemas", "there is no jsonschema")
            else:
                check_schemas(folder, jsonschema)
    print(f"1..{number}")
    return 1 if failed else 0


sys.exit(main())
