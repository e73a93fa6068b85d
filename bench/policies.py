"""The policies of the benchmark, in the language of each peer, made from one list of predicates.

A predicate is `metric.attribute op limit`, and true, false, or unknown where the record lacks its value; the attribute `difference`
is `variant - baseline`. Grounds to reject stand first, then the conditions to ship, in every language. The verdict is that of a
two-rung ladder: reject where a ground is true; ship where no ground is unknown and every condition is true; else iterate.

    policies.py N FOLDER      writes policy.assize.yaml, *.rego, *.jq, policy.cel.json, .expr.json and .json with N predicates
"""
import json
import os
import random
import sys

from records import POOL


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
        result.append({"metric": POOL[(i if ship else i - count) % len(POOL)], "attribute": attribute,
                       "op": ">=" if ship else ">", "limit": limit, "side": "ship" if ship else "reject"})
    for predicate in result[:3]:
        predicate["limit"] = round(chance.uniform(-0.06, -0.02), 4)  # three that decide something
    return grounds(result) + conditions(result)


# What readers disagree about: a difference that meets its limit exactly, many digits, a key given twice. records.py has the records.
EDGES = [
    {"metric": "mindcube", "attribute": "delta", "op": ">", "limit": 0.5, "side": "reject"},
    {"metric": "spatialscore", "attribute": "difference", "op": ">=", "limit": 0.02, "side": "ship"},
    {"metric": "omnispatial", "attribute": "delta", "op": ">=", "limit": 0.02, "side": "ship"},
]


def grounds(rows):
    return [row for row in rows if row["side"] == "reject"]


def conditions(rows):
    return [row for row in rows if row["side"] == "ship"]


def number(value):
    return f"{value:.4f}"


def fields(row):
    """The members of the metric that the predicate reads."""
    return ("variant", "baseline") if row["attribute"] == "difference" else (row["attribute"],)


def value_of(row, prefix):
    """The predicate's value where members are written with a dot; `prefix` ends before the metric's name."""
    return " - ".join(f"{prefix}{row['metric']}.{field}" for field in fields(row))


def as_assize(rows):
    lines = ["assize: 1", "name: bench", "metrics:"]
    for name in POOL:
        read = {row["attribute"] for row in rows if row["metric"] == name}
        if read:
            lines.append(f"  {name}: {{better: higher{'' if 'difference' in read else ', given: delta'}}}")
    for side in ("reject", "ship"):
        lines.append(f"{side}:")
        lines += [f"  - {value_of(row, '')} {row['op']} {number(row['limit'])}" for row in rows if row["side"] == side]
    return "\n".join(lines) + "\n"


NEGATED = {">=": "<", ">": "<="}


def rego_verdict(rows):
    """Rules that stop at what decides."""
    lines = ['default verdict := "iterate"', 'verdict := "reject" if rejected', 'verdict := "ship" if { not rejected; not open; met }']
    for i, row in enumerate(grounds(rows)):
        value = value_of(row, "input.metrics.")
        lines += [f"rejected if {value} {row['op']} {number(row['limit'])}", f"known{i} := {value}", f"open if not known{i}"]
    return [*lines, "met if {", *(f"    {value_of(row, 'input.metrics.')} {row['op']} {number(row['limit'])}" for row in conditions(rows)), "}"]


def rego_outcomes(rows):
    """A letter for each predicate, and the verdict from the letters."""
    letters = [f"p{i}" for i in range(len(rows))]
    ground, wanted = letters[:len(grounds(rows))], letters[len(grounds(rows)):]
    # A line a letter: regorus takes no longer ones.
    lines = ['verdict := concat("", [judged, " "', *(f"    , {letter}" for letter in letters), "    ])",
             'default judged := "iterate"', 'judged := "reject" if rejected', 'judged := "ship" if { not rejected; not open; met }',
             "met if {", *(f'    {letter} == "T"' for letter in wanted), "}"]
    lines += [f'rejected if {letter} == "T"' for letter in ground] + [f'open if {letter} == "U"' for letter in ground]
    for letter, row in zip(letters, rows):
        value, limit = value_of(row, "input.metrics."), number(row["limit"])
        lines += [f'default {letter} := "U"', f'{letter} := "T" if {value} {row["op"]} {limit}',
                  f'{letter} := "F" if {value} {NEGATED[row["op"]]} {limit}']
    return lines


def rego_reasons(rows):
    """What fails and what is unknown, each with its words, as a deny set is written."""
    lines = ['verdict := {"fails": fails, "unknown": unknown}']
    for i, row in enumerate(rows):
        value, limit = value_of(row, "input.metrics."), number(row["limit"])
        words = f"p{i}: {value_of(row, '')} {row['op']} {limit}"
        lines += [f'fails contains "{words} is false" if {value} {NEGATED[row["op"]]} {limit}',
                  f'unknown contains "{words} is unknown" if not {value if len(fields(row)) == 1 else f"known{i}"}']
        if len(fields(row)) > 1:
            lines.append(f"known{i} := {value}")
    return lines


def as_rego(lines):
    return "\n".join(["package bench", "", "import rego.v1", "", *lines]) + "\n"


def three(rows, holds, is_unknown):
    """Three texts that stop at what decides, for the languages that have no ladder of their own."""
    return {"rejected": " || ".join(holds(row) for row in grounds(rows)), "open": " || ".join(is_unknown(row) for row in grounds(rows)),
            "met": " && ".join(holds(row) for row in conditions(rows))}


def as_cel(rows):
    def have(row):
        metric = f"metrics.{row['metric']}"
        return " && ".join([f"has({metric})"] + [f"has({metric}.{field})" for field in fields(row)])

    def compared(row):
        return f"{value_of(row, 'metrics.')} {row['op']} {number(row['limit'])}"

    items = [f"({have(row)} ? ({compared(row)} ? 'T' : 'F') : 'U')" for row in rows]
    return {"outcomes": f"[{', '.join(items)}]",
            **three(rows, lambda row: f"({have(row)} && {compared(row)})", lambda row: f"!({have(row)})")}


def as_expr(rows):
    def is_unknown(row):
        return "(" + " || ".join(f"metrics?.{row['metric']}?.{field} == nil" for field in fields(row)) + ")"

    def compared(row):
        return f"{value_of(row, 'metrics.')} {row['op']} {number(row['limit'])}"

    items = [f"({is_unknown(row)} ? 'U' : {compared(row)} ? 'T' : 'F')" for row in rows]
    return {"outcomes": f"[{', '.join(items)}]", **three(rows, lambda row: f"(!{is_unknown(row)} && {compared(row)})", is_unknown)}


def as_jq(rows):
    """Texts for the verdict and for every outcome. null is below every number, so a comparison needs no question before it."""
    def value(row):
        metric = f".metrics.{row['metric']}"
        if row["attribute"] == "difference":
            return f"({metric} | if .variant == null or .baseline == null then null else .variant - .baseline end)"
        return f"{metric}.{row['attribute']}"

    def compared(row):
        return f"({value(row)} {row['op']} {number(row['limit'])})"

    ladder = 'if {} then "reject" elif {} then "iterate" elif {} then "ship" else "iterate" end'
    verdict = ladder.format(" or ".join(compared(row) for row in grounds(rows)),
                            " or ".join(f"({value(row)} == null)" for row in grounds(rows)),
                            " and ".join(compared(row) for row in conditions(rows)))
    items = [f'({value(row)} | if . == null then "U" elif . {row["op"]} {number(row["limit"])} then "T" else "F" end)' for row in rows]
    count = len(grounds(rows))
    judged = ladder.format(f'any($o[:{count}][]; . == "T")', f'any($o[:{count}][]; . == "U")', f'all($o[{count}:][]; . == "T")')
    return verdict, f'[{", ".join(items)}] as $o | ({judged}) + " " + ($o | add)'


def write_policy(rows, folder):
    os.makedirs(folder, exist_ok=True)
    verdict, full = as_jq(rows)
    texts = {"policy.assize.yaml": as_assize(rows), "verdict.rego": as_rego(rego_verdict(rows)),
             "outcomes.rego": as_rego(rego_outcomes(rows)), "reasons.rego": as_rego(rego_reasons(rows)),
             "policy.cel.json": json.dumps(as_cel(rows)),
             "policy.expr.json": json.dumps(as_expr(rows)), "policy.json": json.dumps(rows), "verdict.jq": verdict + "\n",
             "outcomes.jq": full + "\n", "array.jq": f".[] | {full}\n"}
    for name, text in texts.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    write_policy(predicates(int(sys.argv[1])), sys.argv[2])
