"""A third opinion on random policies and records: a judge of the core language in Python, with fractions, written from
docs/reference/language.md and sharing no code with assize or with the oracle in tests/property. It reads the policy's YAML and the
record's JSON themselves. Compared with what `assize eval -o jsonl` says are the verdict, its class, whether it is decided, the
verdicts still possible, and of each rule its truth, its reasons, whether it was left out and whether it fires. TAP.

    judge.py ASSIZE DIFFERENTIAL [PAIRS [SEED]]      10,000 by default
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction

import yaml

import records
from records import Unsure
from rules import Judge, Missing, Parser

BLOCKS = ("all", "any", "none", "of")


def number_of(text):
    mantissa, _, exponent = str(text).lower().partition("e")
    return Fraction(mantissa) * Fraction(10) ** int(exponent or 0)


def path_of(text):
    steps = []
    for quoted, bare, index in re.findall(r'"((?:[^"\\]|\\.)*)"|([A-Za-z0-9_-]+(?![A-Za-z0-9_-]*\]))|\[([0-9]+)\]', text):
        steps.append(int(index) if index else bare or re.sub(r"\\(.)", r"\1", quoted))
    return steps


# ---- the policy ----

class Metric:
    def __init__(self, key, said, confidence_from):
        said = said or {}
        self.key, self.lower = key, said.get("better") == "lower"
        self.percent = said.get("unit") in ("%", "percent")
        self.baseline = number_of(said["baseline"]) if "baseline" in said else None
        self.baseline_from_policy = said.get("baseline_from") == "policy"
        self.given_delta = said.get("given") == "delta"
        self.range = [number_of(end) for end in said["range"]] if "range" in said else None
        self.min_n = number_of(said["min_n"]) if "min_n" in said else None
        self.confidence_from = said.get("confidence_from", confidence_from)
        self.tags = said.get("tags", [])
        places = said.get("from")
        if isinstance(places, str):
            places = {"delta" if self.given_delta else "variant": places}
        self.paths = None if places is None else {name: path_of(path) for name, path in places.items()}


class Field:
    def __init__(self, name, said):
        said = said or {}
        self.name, self.type, self.percent = name, said.get("type", "number"), said.get("unit") in ("%", "percent")
        self.range = [number_of(end) for end in said["range"]] if "range" in said else None
        self.path = path_of(said["from"]) if "from" in said else name.split(".")


class Definition:
    def __init__(self, policy, head, text):
        match = re.fullmatch(r"(\w+)(?:\((\w+)(?:, *(\w+)(?: *(?:>=|>) *[0-9.]+)?(?: *= *([^)]+))?)?\))?", head)
        self.name, self.subject, self.parameter, default = match.groups()
        number = re.fullmatch(r"([^%p]+)(%|pp)?", default.strip()) if default else None
        self.default = number.groups() if number else None
        self.text, self.policy, self.tree = text, policy, None

    @property
    def body(self):
        if self.tree is None:
            self.tree = Parser(self.policy, self.text, self.subject, self.parameter).rule()
        return self.tree


class Item:
    """A rule, or a block in a block."""

    def __init__(self, policy, said, name, rejects):
        self.block, self.optional = None, False
        if isinstance(said, dict) and any(key in said for key in BLOCKS):
            self.block = Block(policy, said, name, rejects)
            return
        said = {"rule": said} if isinstance(said, str) else said
        self.id, self.optional = said.get("id", name), said.get("optional") == "true"
        self.tree = Parser(policy, said["rule"]).rule() if "rule" in said else self.spelled(policy, said)
        inner = self.tree[1] if self.tree[0] == "floor" else self.tree
        if inner[0] == "quantified" and inner[1] == "all":
            inner = inner[4][1] if inner[4][0] == "floor" else inner[4]
        self.guard = rejects and inner[0] == "verb" and inner[2] == "no_regression"

    @staticmethod
    def spelled(policy, said):
        """A rule in pieces, put together as text: that is what the page says it means."""
        of = said.get("metric") or said["field"]
        if "op" not in said:
            ends = [said[end] for end in ("min", "max") if end in said]
            text = f"{ends[0]} <= {of} <= {ends[1]}" if len(ends) == 2 else f"{of} {'>=' if 'min' in said else '<='} {ends[0]}"
        elif isinstance(said.get("value"), list):
            text = f"{of} in [" + ", ".join(f'"{value}"' for value in said["value"]) + "]"
        elif "field" in said and policy.fields[of].type == "string":
            text = f'{of} {said["op"]} "{said["value"]}"'
        else:
            text = f"{of} {said['op']} {said.get('value', '')}"
        for which in ("confidence", "certainty"):
            text += f" with {which} >= {said[which]}" if which in said else ""
        return Parser(policy, text).rule()


class Block:
    def __init__(self, policy, said, name, rejects, bare=None):
        self.kind = bare or next(key for key in BLOCKS if key in said)
        items = said if bare else said[self.kind]
        self.n = int(said["at_least"]) if self.kind == "of" else None
        name += "" if bare else ".at_least" if self.kind == "of" else "." + self.kind
        self.items = [Item(policy, item, f"{name}.{i}", rejects) for i, item in enumerate(items)]


class Rung:
    def __init__(self, verdict, kind, block, lists):
        self.verdict, self.kind = verdict, kind
        self.parts = [part for part in (block, lists) if part]


class Policy:
    def __init__(self, text):
        said = yaml.load(text, Loader=yaml.BaseLoader)  # no implicit types
        source = said.get("confidence_from", "record")
        self.metrics = {key: Metric(key, inner, source) for key, inner in said.get("metrics", {}).items()}
        self.fields = {name: Field(name, inner) for name, inner in (said.get("fields") or {}).items()}
        self.groups = said.get("groups", {})
        comparable = said.get("comparable", {})
        self.same, self.distinct = ([path_of(path) for path in comparable.get(key, [])] for key in ("same", "distinct"))
        self.definitions = {}
        for head, body in said.get("define", {}).items():
            definition = Definition(self, head, body)
            self.definitions[definition.name] = definition
        self.rungs, self.fallback = [], ("iterate", "inconclusive")
        if "verdicts" in said:
            for verdict, rung in said["verdicts"].items():
                rejects = rung["class"] == "reject"
                self.rungs.append(Rung(verdict, rung["class"], Block(self, rung, verdict, rejects), None))
            self.fallback = next(iter(said["otherwise"].items()))
        else:
            self.add_rung(said, "reject", "reject", "any", "guards")
            self.add_rung(said, "ship", "accept", "all", "gates")

    def add_rung(self, said, verdict, kind, bare, lists):
        block = said.get(verdict)
        if block is not None:
            block = Block(self, block, verdict, kind == "reject", bare if isinstance(block, list) else None)
        beside = Block(self, said[lists], lists, False, bare) if lists in said else None
        if beside and lists == "guards":
            for item in beside.items:
                item.guard = True
        if block or beside:
            self.rungs.append(Rung(verdict, kind, block, beside))


# ---- the verdict ----

class Verdict:
    def __init__(self, policy, record):
        self.judge = Judge(policy, records.read(policy, record))
        self.rules, self.blocks = {}, {}
        self.possible, winner, settled = [], None, False
        for rung in policy.rungs:
            truths = [self.of_block(part) for part in rung.parts]
            truth = Judge.either(truths) if rung.kind == "reject" else Judge.both(truths)
            if truth is True:
                for part in rung.parts:
                    self.mark_fires(part)
            if not settled and truth is not False:
                settled = truth is True
                winner = winner or rung
                self.possible.append(rung.verdict)
        if not settled:
            self.possible.append(policy.fallback[0])
        self.decided = len(self.possible) == 1
        if not self.decided:
            self.verdict, self.kind = policy.fallback[0], "inconclusive"
        else:
            self.verdict, self.kind = (winner.verdict, winner.kind) if winner else policy.fallback

    def of_block(self, block):
        truths = []
        for item in block.items:
            if item.block:
                truths.append(self.of_block(item.block))
                continue
            truth = self.judge.truth(item.tree)
            causes = truth.causes if isinstance(truth, Missing) else {}
            left_out = item.optional and isinstance(truth, Missing) and set(causes.values()) == {"missing"}
            self.rules[item.id] = {"value": truth, "causes": causes, "left_out": left_out, "fires": False}
            if not left_out:
                truths.append(Judge.negated(truth) if item.guard else truth)
        trues, unknowns = sum(truth is True for truth in truths), sum(isinstance(truth, Missing) for truth in truths)
        if block.kind == "all":
            result = Judge.both(truths)
        elif block.kind == "of":
            result = True if trues >= block.n else Missing({}) if trues + unknowns >= block.n else False
        else:
            result = Judge.either(truths)
            result = Judge.negated(result) if block.kind == "none" else result
        self.blocks[block] = result
        return result

    def mark_fires(self, block):
        if block.kind == "none" or self.blocks[block] is not True:
            return
        for item in block.items:
            if item.block:
                self.mark_fires(item.block)
            else:
                self.rules[item.id]["fires"] = self.rules[item.id]["value"] is (not item.guard)


# ---- comparing ----

def ours(verdict):
    """As assize's JSON has it."""
    rules = {}
    for name, rule in verdict.rules.items():
        value = rule["value"]
        shown = "unknown" if isinstance(value, Missing) else "true" if value else "false"
        causes = {None if cause is None else ".".join(cause): reason for cause, reason in rule["causes"].items()}
        rules[name] = (shown, causes, rule["left_out"], rule["fires"])
    return verdict.verdict, verdict.kind, verdict.decided, verdict.possible, rules


def theirs(line):
    said = json.loads(line)
    rules = {}
    for rung in said["rungs"]:
        for rule in rung["rules"]:
            causes = {}
            for unknown in rule["unknown"]:
                name = f"{unknown['metric']}.{unknown['attribute']}" if "metric" in unknown else unknown.get("field")
                causes[name] = unknown["reason"]
            rules[rule["id"]] = (rule["value"], causes, rule.get("left_out", False), rule["fires"])
    return said["verdict"], said["class"], said["decided"], said["possible"], rules


def apart(we, they):
    for name, one, other in zip(("verdict", "class", "decided", "possible"), we, they):
        if one != other:
            return f"{name}: {one} here, {other} in assize"
    for rule in sorted(set(we[4]) | set(they[4])):
        if we[4].get(rule) != they[4].get(rule):
            return f"rule {rule}: {we[4].get(rule)} here, {they[4].get(rule)} in assize"
    return None


def main():
    assize, differential = (os.path.abspath(program) for program in sys.argv[1:3])
    pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 20261129
    folder = tempfile.mkdtemp(prefix="assize-oracle.")
    subprocess.run([differential, "--write", folder, str(pairs), str(seed)], check=True)
    judged = unsure = wrong = 0
    classes = {}
    for nth in range(len(os.listdir(folder)) // 2):
        policy_file, records_file = (os.path.join(folder, f"{nth}.{end}") for end in ("assize.yaml", "ndjson"))
        with open(policy_file, encoding="utf-8") as file:
            policy = Policy(file.read())
        done = subprocess.run([assize, "eval", "-o", "jsonl", "-p", policy_file, records_file], capture_output=True, check=False)
        said = done.stdout.decode().splitlines()
        with open(records_file, encoding="utf-8") as file:
            lines = file.read().splitlines()
        if len(said) != len(lines):
            wrong += len(lines)
            print(f"# seed {seed}, policy {nth}: {len(said)} verdicts for {len(lines)} records: {done.stderr.decode()[:300]}")
            continue
        for line, answer in zip(lines, said):
            judged += 1
            try:
                we = ours(Verdict(policy, records.parse(line)))
            except Unsure:
                unsure += 1
                continue
            classes[we[1]] = classes.get(we[1], 0) + 1
            differs = apart(we, theirs(answer))
            wrong += differs is not None
            if differs and wrong <= 5:
                with open(policy_file, encoding="utf-8") as file:
                    print("\n".join("# " + text for text in (f"seed {seed}, policy {nth}: {differs}", file.read().replace("\n", "\n# "), line)))
    shutil.rmtree(folder)
    print(f"# seed {seed}: {judged} pairs, {unsure} of them within 1e-11 of a limit or beyond doubles; {classes}")
    print(f"{'not ' if wrong else ''}ok 1 - assize and a judge written from the page agree on {judged - unsure} pairs; {wrong} disagreements")
    shares = pairs < 5000 or (len(classes) == 3 and min(classes.values()) * 10 >= judged)
    good = judged == pairs and unsure * 20 < judged and shares
    print(f"{'' if good else 'not '}ok 2 - of all {pairs} pairs {judged} are judged, few are unsure, each class is a tenth")
    print("1..2")
    sys.exit(bool(wrong) or not good)


main()
