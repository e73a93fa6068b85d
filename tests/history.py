"""What past decisions come to, by a second opinion, and names that mean harm. Prints TAP. Started by tests/history.sh.

usage: history.py PROGRAM CORPORA
"""
import html.parser
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

PROGRAM, CORPORA = map(os.path.abspath, sys.argv[1:3])
ROOT = os.getcwd()
SEED = int(os.environ.get("SEED", "20261129"))
MOST_NAMES = int(os.environ.get("MOST_NAMES", "150"))
HIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

count = 0
failures = 0

POLICY = """assize: 1
name: gate
metrics:
  acc: {better: higher}
  cost: {better: lower}
comparable: {same: [eval.fingerprint]}
ship: [acc improves, cost no_regression]
"""

WATCH = """assize: 1
name: watch
metrics: {unsafe: {better: lower}}
verdicts: {rollback: {class: reject, any: [unsafe > 0]}}
otherwise: {continue: inconclusive}
"""

SPECIAL = ["a|b", "`", "``` x", "</code>", "<!--", "-->", "]]>", "</title><script>alert(1)</script>", "\"><svg onload=alert(1)>", "</style>",
           "::error::a", "##[error]a", "a\n\n# b", "a\r\nb", "\x1b[31m", "\u202e", "\u200b", "\ufeff", "&amp;", "|\n|---|", "@someone", "a" * 300]


def report(passed, name, detail=""):
    global count, failures
    count += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {count} - {name}")
    if not passed:
        for line in str(detail).splitlines()[:10]:
            print("#   " + line)


def run(*arguments, epoch=None, stdin=None):
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    if epoch is not None:
        environment["SOURCE_DATE_EPOCH"] = str(epoch)
    return subprocess.run([PROGRAM, *arguments], input=stdin, capture_output=True, timeout=120, env=environment)


def schema_of(name):
    try:
        import jsonschema
    except ImportError:
        return None
    with open(f"{ROOT}/report/schema/{name}.schema.json", encoding="utf-8") as file:
        return jsonschema.Draft202012Validator(json.load(file))


SCHEMAS = {name: schema_of(name) for name in ("patterns", "timeline", "select", "canary")}


def problems(name, found):
    validator = SCHEMAS[name]
    return [] if validator is None else [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(found)]


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def wilson(k, n):
    z = 1.959963984540054
    if n == 0:
        return 0, 1
    p = k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0, middle - half), min(1, middle + half)


def near(a, b):
    return abs(a - b) <= 1e-9 * max(1, abs(a), abs(b))


# --- figures ---

def make_decisions(folder, rng, number):
    """Random experiments; what each of them is, as this file understands it."""
    experiments = []
    for i in range(number):
        lower = rng.random() < 0.3
        baseline, variant = rng.randint(1, 400), rng.randint(1, 400)
        confidence = rng.choice([None, "0.5", "0.9499", "0.95", "0.99", "1"])
        one = {"baseline": baseline / 100, "variant": variant / 100}
        if confidence:
            one["confidence"] = float(confidence)
        record = {"experiment": f"e{i}", "eval": {"fingerprint": "f"}, "metrics": {"cost" if lower else "acc": one}}
        write("r.json", json.dumps(record))
        tags = rng.sample(["a", "b", "c", "d"], rng.randint(0, 3))
        accepted = rng.random() < 0.5
        options = [option for tag in tags for option in ("--tag", tag)]
        arguments = ["decide", "-p", "p.assize.yaml", "--because", "b", "--next", "n", "--dir", folder, "--target", "cost" if lower else "acc"]
        result = run(*arguments, "--as", "ship" if accepted else "iterate", *options, "r.json", epoch=1_700_000_000 + 5000 * i)
        if result.returncode == 2:
            result = run(*arguments, "--as", "ship" if accepted else "iterate", "--override", "o", *options, "r.json",
                         epoch=1_700_000_000 + 5000 * i)
        assert result.returncode == 0, result.stderr
        gain = Fraction(variant - baseline, 100) * (-1 if lower else 1)
        significant = confidence is not None and Fraction(confidence) >= Fraction("0.95")
        outcome = "untested" if confidence is None else "inconclusive" if not significant or gain == 0 else "positive" if gain > 0 else "negative"
        experiments.append({"tags": tags, "effect": gain / Fraction(baseline, 100), "result": outcome, "accepted": accepted, "lower": lower})
    return experiments


def signal(rows, low):
    positive = sum(one["result"] == "positive" for one in rows)
    mean = sum(one["effect"] for one in rows) / len(rows)
    if len(rows) >= 5 and low >= 0.5 and mean > 0:
        return "HIGH"
    return "MODERATE" if len(rows) >= 2 and positive >= 2 and 2 * positive >= len(rows) and mean > 0 else "LOW"


def check_row(found, rows):
    wrong = []
    positive = sum(one["result"] == "positive" for one in rows)
    low, high = wilson(positive, len(rows))
    effects = [one["effect"] for one in rows]
    mean = sum(effects) / len(effects)
    expected = {"experiments": len(rows), **{kind: sum(one["result"] == kind for one in rows) for kind in ("positive", "negative", "inconclusive", "untested")},
                "accepted": sum(one["accepted"] for one in rows)}
    wrong += [f"{key}: {found[key]}, not {value}" for key, value in expected.items() if found[key] != value]
    if not near(found["hit_rate"]["low"], low) or not near(found["hit_rate"]["high"], high):
        wrong.append(f"hit rate {found['hit_rate']}, not {low} to {high}")
    if not near(found["effect"]["mean"], float(mean)):
        wrong.append(f"mean {found['effect']['mean']}, not {float(mean)}")
    if len(effects) > 1:
        deviation = math.sqrt(sum((float(one - mean)) ** 2 for one in effects) / (len(effects) - 1))
        if not near(found["effect"]["deviation"], deviation):
            wrong.append(f"deviation {found['effect']['deviation']}, not {deviation}")
    if "signal" in found and found["signal"] != signal(rows, low):
        wrong.append(f"signal {found['signal']}, not {signal(rows, low)}")
    return wrong


def judge_figures():
    rng = random.Random(SEED)
    print(f"# seed {SEED}")
    for number in 1, 4, 12, 40:
        folder = f"figures{number}"
        experiments = make_decisions(folder, rng, number)
        result = run("patterns", folder, "-o", "json")
        found = json.loads(result.stdout)
        wrong = problems("patterns", found) + check_row(found["all"], experiments)
        for row in found["tags"]:
            rows = [one for one in experiments if (row["tag"] in one["tags"] if row["tag"] else not one["tags"])]
            wrong += [f"{row['tag']}: {problem}" for problem in check_row(row, rows)]
        report(not wrong, f"patterns of {number} random experiments", "\n".join(wrong))
        found = json.loads(run("timeline", folder, "-o", "json").stdout)
        wrong = problems("timeline", found)
        totals = {True: Fraction(1), False: Fraction(1)}
        for one, point in zip(experiments, found["projects"][0]["experiments"], strict=True):
            if one["accepted"]:
                totals[one["lower"]] *= 1 - one["effect"] if one["lower"] else 1 + one["effect"]
            total = 1 - totals[True] if one["lower"] else totals[False] - 1
            if not near(point["total"], float(total)) or point["counts"] != one["accepted"]:
                wrong.append(f"{point['experiment']}: total {point['total']}, not {float(total)}")
        report(not wrong, f"timeline of {number} random experiments", "\n".join(wrong))


# --- names ---

def naughty_strings():
    path = os.path.join(CORPORA, "corpora/blns/blns.json")
    names = list(SPECIAL)
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            blns = [one for one in json.load(file) if one.strip()]
        names += random.Random(SEED).sample(blns, min(MOST_NAMES, len(blns)))
    return [one for one in names if "\0" not in one and len(one.encode("utf-8", "replace")) < 60_000]


class Page(html.parser.HTMLParser):
    """The elements, their attributes' names, and whether they close in order."""
    VOID = {"meta", "rect", "circle", "line", "path"}

    def __init__(self):
        super().__init__()
        self.open, self.shape, self.balanced = [], [], True

    def handle_starttag(self, tag, attributes):
        self.shape.append((tag, tuple(name for name, _ in attributes)))
        if tag not in self.VOID or tag == "path":
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.shape.append((tag, tuple(name for name, _ in attributes)))

    def handle_endtag(self, tag):
        self.balanced = self.balanced and bool(self.open) and self.open[-1] == tag
        if self.open:
            self.open.pop()


def shape_of(text):
    page = Page()
    page.feed(text)
    page.close()
    return page.shape, page.balanced and not page.open


def outputs_of(name, number):
    """Every output with a name wherever one can stand; None where the decision cannot be written."""
    folder = f"names/{number}"
    variant = "v" + name
    record = {"experiment": name, "variant": variant, "baseline": "b" + name, "tags": [name], "run_id": name, "eval": {"fingerprint": "f" + name},
              "metrics": {"acc": {"baseline": 0.5, "variant": 0.6, "confidence": 0.99}, "cost": {"baseline": 1, "variant": 1}}}
    write("n.json", json.dumps(record))
    write("w.json", json.dumps({"variant": variant, "metrics": {"unsafe": 1}}) + "\n" + json.dumps({"variant": name, "metrics": {"unsafe": 1}}))
    outputs = {}
    chosen = run("select", "-p", "p.assize.yaml", "--limitation", name, "--by", name, "--alias", name, "--because", name, "--dir", folder, "n.json",
                 epoch=1_795_000_000)
    outputs["select"] = chosen.stdout + chosen.stderr
    if chosen.returncode != 0:
        return None, chosen.stderr
    run("decide", "-p", "p.assize.yaml", "--as", "ship", "--because", "b", "--next", "n", "--project", "a" + name, "--tag", name, "--target", "acc",
        "--dir", folder, "n.json", epoch=1_796_000_000)
    for command, forms in (("patterns", ("text", "json", "markdown")), ("timeline", ("text", "json", "html"))):
        for form in forms:
            result = run(command, folder, "-o", form)
            outputs[f"{command} {form}"] = result.stdout + result.stderr
    for form in "text", "json":
        result = run("canary", "-p", "w.assize.yaml", "--promotion", f"{folder}/{min(one for one in os.listdir(folder) if re.match('[0-9].*yaml', one))}", "--all", "-o", form, "w.json")
        outputs[f"canary {form}"] = result.stdout + result.stderr
    return outputs, b""


def judge_name(name, number, like):
    outputs, error = outputs_of(name, number)
    if outputs is None:
        return [] if b"says nothing" in error or b"not UTF-8" in error else [error.decode(errors="replace")]
    wrong = []
    for key, data in outputs.items():
        text = data.decode("utf-8")
        if HIDDEN.search(text.replace("\n", "")):
            wrong.append(f"{key}: something that cannot be seen gets through")
        if "html" not in key and "json" not in key and re.search(r"^\s*::|##\[|##vso\[", text, re.M):
            wrong.append(f"{key}: a command gets through")
        if "json" in key:
            if not text.startswith("{"):
                wrong.append(f"{key}: {text[:200]}")
                continue
            for line in text.splitlines() if key.startswith("canary") else [text]:
                wrong += [f"{key}: {problem}" for problem in problems(key.split()[0], json.loads(line))]
        elif "html" not in key and text.count("\n") != like[key]["lines"]:
            wrong.append(f"{key}: {text.count(chr(10))} lines, not {like[key]['lines']}")
    if wrong:
        return wrong
    shape, balanced = shape_of(outputs["timeline html"].decode("utf-8"))
    if shape != like["timeline html"]["shape"] or not balanced:
        wrong.append("timeline html: another page")
    names = [one["experiment"] for one in json.loads(outputs["timeline json"])["projects"][0]["experiments"]]
    if name not in names:
        wrong.append(f"timeline json: the name is {names}")
    return wrong


def judge_names():
    names = naughty_strings()
    plain, _ = outputs_of("name", 0)
    like = {key: {"lines": data.decode().count("\n")} for key, data in plain.items()}
    like["timeline html"]["shape"], balanced = shape_of(plain["timeline html"].decode())
    report(balanced, "the page's elements close in order")
    report(not re.search(rb"<script|https?:|url\(|@import|src=", plain["timeline html"]), "the page fetches and runs nothing")
    wrong = []
    for number, name in enumerate(names, 1):
        wrong += [f"{name[:40]!r}: {problem}" for problem in judge_name(name, number, like)]
    report(not wrong, f"{len(names)} naughty names through every output", "\n".join(wrong))


with tempfile.TemporaryDirectory() as scratch:
    os.chdir(scratch)
    os.mkdir("names")
    write("p.assize.yaml", POLICY)
    write("w.assize.yaml", WATCH)
    for schema, validator in SCHEMAS.items():
        if validator is not None:
            report(not validator.is_valid({"schema": f"assize.{schema}/1"}), f"the schema of {schema} refuses an empty one")
    judge_figures()
    judge_names()
    os.chdir(ROOT)
print(f"1..{count}")
sys.exit(failures > 0)
