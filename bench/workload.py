"""What the benchmark measures with: policies in the language of each peer, and records; from one source, the same each time.

A policy is a list of predicates, `metric.attribute op limit`, of which any of the first eighth rejects and all of the rest
must hold to ship: the order in which a ladder reads them, and in which every peer writes their outcomes. A predicate is true, false, or unknown where the record lacks its value. The verdict is the one of the
two-rung ladder: reject where a ground is true; ship where no ground is unknown and every condition is true; else iterate.

    workload.py policy N FOLDER      policy.assize.yaml, .rego, .cel.json, .expr.json, .jq, .json with N predicates
    workload.py records KIND N FILE  N records as NDJSON; or one array of them where KIND ends in -array
"""
import json
import os
import random
import sys

NAMES = """spatialscore omnispatial space10 mindcube latency_p95 accuracy f1_macro bleu rouge_l wer perplexity toxicity helpfulness
coherence exact_match pass_at_1 recall_10 mrr ndcg auc brier calibration coverage refusal_rate hallucination cost_usd tokens_out
throughput memory_gb gpu_util steps reward kl entropy win_rate elo safety jailbreak fairness robustness""".split()
POOL = NAMES[:20]  # those that the main corpus draws from, and policies read


def predicates(count):
    """Limits have four decimals, so that doubles decide them as exactly as decimals do, and each is used once."""
    chance = random.Random(count)
    result = []
    for i in range(count):
        ship = i < count - max(1, count // 8)
        attribute = ("delta", "confidence")[i // len(POOL) % 2] if ship else "delta"
        if ship:
            # A small share of records must pass all of them, or nothing would ever ship.
            limit = round(chance.uniform(-0.2, -0.1001), 4) if attribute == "delta" else round(chance.uniform(0.3, 0.4999), 4)
        else:
            limit = round(chance.uniform(0.05, 0.0999), 4)
        result.append({"metric": POOL[(i if ship else i - count) % len(POOL)], "attribute": attribute, "op": ">=" if ship else ">",
                       "limit": limit, "side": "ship" if ship else "reject"})
    for predicate in result[:3]:
        predicate["limit"] = round(chance.uniform(-0.06, -0.02), 4)  # three that decide something
    return [row for row in result if row["side"] == "reject"] + [row for row in result if row["side"] == "ship"]


def number(value):
    return f"{value:.4f}"


def as_assize(rows):
    lines = ["assize: 1", "name: bench", "metrics:"]
    lines += [f"  {name}: {{better: higher, given: delta}}" for name in POOL if any(row["metric"] == name for row in rows)]
    for side in ("reject", "ship"):
        lines.append(f"{side}:")
        lines += [f"  - {row['metric']}.{row['attribute']} {row['op']} {number(row['limit'])}" for row in rows if row["side"] == side]
    return "\n".join(lines) + "\n"


def as_rego(rows):
    """The outcomes as one string, and the verdict; and, for a verdict alone, rules that stop at the first that decides."""
    lines = ["package bench", "import rego.v1", ""]
    for i, row in enumerate(rows):
        value = f"input.metrics.{row['metric']}.{row['attribute']}"
        lines.append(f'default p{i} := "U"')
        lines.append(f'p{i} := "T" if {value} {row["op"]} {number(row["limit"])}')
        lines.append(f'p{i} := "F" if not_{i}')
        negated = {">=": "<", ">": "<="}[row["op"]]
        lines.append(f"not_{i} if {value} {negated} {number(row['limit'])}")
    lines.append("outcomes := [" + ", ".join(f"p{i}" for i in range(len(rows))) + "]")
    lines.append('marks := concat("", outcomes)')
    ground = [i for i, row in enumerate(rows) if row["side"] == "reject"]
    wanted = [i for i, row in enumerate(rows) if row["side"] == "ship"]
    for i in ground:
        lines.append(f'rejected if p{i} == "T"')
        lines.append(f'open if p{i} == "U"')
    lines.append("met if {")
    lines += [f'    p{i} == "T"' for i in wanted]
    lines.append("}")
    lines += ['default verdict := "iterate"', 'verdict := "reject" if rejected', 'verdict := "ship" if { not rejected; not open; met }',
              'full := concat(" ", [verdict, marks])']
    return "\n".join(lines) + "\n"


def as_cel(rows):
    def condition(row, have, value):
        return f"({have} ? ({value} {row['op']} {number(row['limit'])} ? 'T' : 'F') : 'U')"

    items = []
    for row in rows:
        metric = f"metrics.{row['metric']}"
        have = f"has({metric}) && has({metric}.{row['attribute']})"
        items.append(condition(row, have, f"{metric}.{row['attribute']}"))
    ground = [item for item, row in zip(items, rows) if row["side"] == "reject"]
    wanted = [item for item, row in zip(items, rows) if row["side"] == "ship"]
    return {"outcomes": "[" + ", ".join(items) + "]",
            "rejected": "[" + ", ".join(ground) + "]",
            "met": " && ".join(f"{item} == 'T'" for item in wanted),
            "verdict_rejected": " || ".join(f"{item} == 'T'" for item in ground),
            "verdict_open": " || ".join(f"{item} == 'U'" for item in ground)}


def as_expr(rows):
    items = []
    for row in rows:
        value = f"metrics?.{row['metric']}?.{row['attribute']}"
        items.append(f"({value} == nil ? 'U' : {value} {row['op']} {number(row['limit'])} ? 'T' : 'F')")
    ground = [item for item, row in zip(items, rows) if row["side"] == "reject"]
    wanted = [item for item, row in zip(items, rows) if row["side"] == "ship"]
    return {"outcomes": "[" + ", ".join(items) + "]",
            "met": " && ".join(f"{item} == 'T'" for item in wanted),
            "verdict_rejected": " || ".join(f"{item} == 'T'" for item in ground),
            "verdict_open": " || ".join(f"{item} == 'U'" for item in ground)}


def as_jq(rows):
    items = []
    for row in rows:
        items.append(f"(.metrics.{row['metric']}.{row['attribute']} | if . == null then \"U\" elif . {row['op']} {number(row['limit'])} then \"T\" else \"F\" end)")
    grounds = sum(row["side"] == "reject" for row in rows)
    verdict = (f'(if ($o[:{grounds}] | any(. == "T")) then "reject" elif ($o[:{grounds}] | any(. == "U")) then "iterate" '
               f'elif ($o[{grounds}:] | all(. == "T")) then "ship" else "iterate" end)')
    return f"[{', '.join(items)}] as $o | {verdict}", f'[{", ".join(items)}] as $o | {verdict} + " " + ($o | add)'


def write_policy(count, folder):
    os.makedirs(folder, exist_ok=True)
    rows = predicates(count)
    verdict, full = as_jq(rows)
    texts = {"policy.assize.yaml": as_assize(rows), "policy.rego": as_rego(rows), "policy.cel.json": json.dumps(as_cel(rows)),
             "policy.expr.json": json.dumps(as_expr(rows)), "verdict.jq": verdict + "\n", "outcomes.jq": full + "\n",
             "policy.json": json.dumps(rows)}
    for name, text in texts.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


def decimal(chance, low, high, kind):
    if kind == "long":
        return repr(low + (high - low) * chance.random())
    return f"{low + (high - low) * chance.random():.{chance.choice((2, 3, 4))}f}"


def metric(chance, kind):
    values = {"baseline": (0, 1), "variant": (0, 1), "delta": (-0.1, 0.1), "confidence": (0.5, 1), "stderr": (0.001, 0.02)}
    parts = [f'"{name}": {decimal(chance, *ends, kind)}' for name, ends in values.items()]
    return "{" + ", ".join(parts) + f', "n": {chance.randint(100, 5000)}}}'


def record(chance, kind, index):
    if kind == "fixed":
        names = NAMES[:14]
    elif kind == "small":
        names = chance.sample(POOL, chance.randint(2, 4))
    elif kind == "large":
        names = chance.sample(NAMES, chance.randint(34, 40))
    elif kind == "hostile":
        names = [f"m{index}_{i}" for i in range(14)]
    else:
        names = chance.sample(POOL, chance.randint(8, 20))
    metrics = ", ".join(f'"{name}": {metric(chance, kind)}' for name in names)
    return (f'{{"experiment": "exp-{index:06d}", "variant": "myorg/model-v{index % 97}", "baseline": "org/model", '
            f'"tags": ["depth", "spatial"], "eval": {{"fingerprint": "{chance.getrandbits(64):016x}", "suite": "nightly"}}, '
            f'"metrics": {{{metrics}}}, "delta_confidence": {decimal(chance, 0.5, 1, kind)}}}')


def write_records(kind, count, path):
    chance = random.Random(7)
    array = kind.endswith("-array")
    kind = kind.removesuffix("-array")
    with open(path, "w", encoding="utf-8") as file:
        for index in range(count):
            text = record(chance, kind, index)
            if array:
                text = ("[" if index == 0 else "") + text + ("]" if index + 1 == count else ",")
            file.write(text + "\n")


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "policy":
        write_policy(int(arguments[1]), arguments[2])
    elif len(arguments) == 4 and arguments[0] == "records":
        write_records(arguments[1], int(arguments[2]), arguments[3])
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
