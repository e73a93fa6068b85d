"""Compares assize's statistics with SciPy, statsmodels and mpmath, and prints TAP. Started by tests/evidence.sh.

usage: evidence.py BUILD CORPORA [RECORDS [SEED]]

Thousands of random and extreme values of each distribution; random records judged by each method, their confidence,
standard error, statistic and certainty within 1e-10 of the referee's; real samples; corrections for several floors.
"""
import json
import math
import os
import random
import subprocess
import sys
import tempfile

import mpmath
import numpy
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

BUILD, CORPORA = sys.argv[1:3]
RECORDS = int(sys.argv[3]) if len(sys.argv) > 3 else 400
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 1
ASSIZE = os.path.join(BUILD, "assize")
CLOSE = 1e-10

count = 0
failures = 0


def report(passed, name, detail=""):
    global count, failures
    count += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {count} - {name}")
    if not passed:
        for line in str(detail).splitlines()[:10]:
            print("#   " + line[:300])


def skip(name, reason):
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {reason}")


# --- distributions ---

def ask(lines):
    program = os.path.join(BUILD, "tests/unit/statistics")
    output = subprocess.run([program, "compute"], input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    return [float(x) for x in output.stdout.split()]


def exact_t(t, df):
    """Where SciPy and we differ, forty digits decide."""
    with mpmath.workdps(40):
        t, df = mpmath.mpf(t), mpmath.mpf(df)
        tail = mpmath.betainc(df / 2, mpmath.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2
        return float(1 - tail if t > 0 else tail)


def worst_of(name, lines, wanted, second_opinion=None):
    worst, where = 0, ""
    for line, ours, theirs in zip(lines, ask(lines), wanted):
        error = abs(ours - theirs) / max(1, abs(theirs))
        if not error <= CLOSE and second_opinion:
            theirs = second_opinion(*(float(x) for x in line.split()[1:]))
            error = abs(ours - theirs)
        if not error <= worst:
            worst, where = error, f"{line}: {ours!r}, not {theirs!r}"
    report(worst <= CLOSE, f"{name}: {len(lines)} values within 1e-10", where)


def judge_distributions(dice):
    lines, wanted = [], []
    for _ in range(6000):
        df = dice.choice([1, 2, 3, 5, 30, 816, 99999, 1e5, 1e6, 10 ** dice.uniform(0, 7)])
        t = dice.choice([dice.gauss(0, 2), dice.uniform(-40, 40), 10 ** dice.uniform(-10, 3)])
        lines.append(f"t {t!r} {df!r}")
        wanted.append(float(stats.t.cdf(t, df)))
    worst_of("Student's t", lines, wanted, exact_t)
    lines, wanted = [], []
    for _ in range(6000):
        n = int(10 ** dice.uniform(0, 6.5))
        near = min(n, max(0, int(dice.gauss(n / 2, math.sqrt(n)))))
        k = dice.choice([dice.randint(0, n), near, n, 0])
        lines.append(f"half {k} {n}")
        wanted.append(float(stats.binom.sf(k - 1, n, 0.5)))
    worst_of("fair coins", lines, wanted)
    lines, wanted = [], []
    for _ in range(4000):
        p = dice.choice([dice.random(), 10 ** dice.uniform(-300, -1), 1 - 10 ** dice.uniform(-15, -1)])
        lines.append(f"quantile {p!r}")
        wanted.append(float(stats.norm.ppf(p)))
    worst_of("normal quantiles", lines, wanted)


# --- records ---

def evaluate(policy, records):
    """The verdicts of assize on records, as it prints them."""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "p.assize.yaml"), "w", encoding="utf-8") as file:
            file.write(policy)
        with open(os.path.join(folder, "r.jsonl"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
        output = subprocess.run([ASSIZE, "eval", "-p", "p.assize.yaml", "-o", "jsonl", "r.jsonl"], cwd=folder,
                                capture_output=True, text=True)
    return [json.loads(line) for line in output.stdout.splitlines()]


def policy_of(source, evidence, rules):
    return (f"assize: 1\nname: referee\nevidence: {evidence}\nmetrics:\n  m: {{better: higher, confidence_from: {source}}}\n"
            "ship:\n" + "".join(f"  - {rule}\n" for rule in rules))


RULES = ["m.stderr > 0", "m.confidence > 0", "m.gain >= 0.01 with certainty >= 0.5", "m holds_within 0.3 with certainty >= 0.5"]


def value_of(verdict, attribute):
    for rung in verdict["rungs"]:
        for rule in rung["rules"]:
            for check in rule["checks"]:
                if check["text"].startswith(attribute) and "left" in check:
                    return check["left"]
    return None


def record_of(baseline, variant, paired):
    sizes = {"n": len(variant)} if paired else {"baseline_n": len(baseline), "variant_n": len(variant)}
    return {"metrics": {"m": {"baseline": float(numpy.mean(baseline)), "variant": float(numpy.mean(variant)), **sizes,
                              "baseline_samples": {f"q{i}": x for i, x in enumerate(baseline)},
                              "variant_samples": {f"q{i}": x for i, x in enumerate(variant)}}}}


def scores(dice, n, kind):
    if kind == "binary":
        p = dice.uniform(0.05, 0.95)
        return [int(dice.random() < p) for _ in range(n)]
    if kind == "wide":
        return [round(dice.lognormvariate(0, 3), 6) for _ in range(n)]
    return [round(dice.uniform(0, 1), dice.choice([1, 2, 4])) for _ in range(n)]


def certainties(t_distribution, delta, error):
    at_least = float(t_distribution.cdf((delta - 0.01) / error))
    between = float(t_distribution.cdf((delta + 0.3) / error) - t_distribution.cdf((delta - 0.3) / error))
    return at_least, between


def compare(name, cases):
    """cases: a verdict, and what its attributes should be."""
    worst, where, seen = 0, "", 0
    for verdict, wanted in cases:
        for attribute, theirs in wanted.items():
            ours = value_of(verdict, attribute)
            if ours is None:
                error = math.inf
            else:
                error = abs(ours - theirs) / max(1, abs(theirs))
            seen += 1
            if not error <= worst:
                worst, where = error, f"{attribute}: {ours!r}, not {theirs!r}: {json.dumps(verdict)[:900]}"
    report(seen > 0 and worst <= CLOSE, f"{name}: {seen} values within 1e-10", where)


def judge_paired(dice):
    records, wanted = [], []
    while len(records) < RECORDS:
        n = dice.choice([2, 3, 5, 17, 100, 300])
        kind = dice.choice(["unit", "unit", "wide"])
        baseline, variant = scores(dice, n, kind), scores(dice, n, kind)
        differences = numpy.array(variant) - numpy.array(baseline)
        if len(set(differences)) < 2:
            continue
        result = stats.ttest_rel(variant, baseline)
        error = float(numpy.std(differences, ddof=1) / math.sqrt(n))
        delta = float(numpy.mean(variant)) - float(numpy.mean(baseline))
        at_least, between = certainties(stats.t(n - 1), delta, error)
        records.append(record_of(baseline, variant, True))
        wanted.append({"m.stderr": error, "m.confidence": 1 - result.pvalue / 2, "certainty(m.gain >= 0.01)": at_least,
                       "certainty(m.delta >= -0.3": between})
    verdicts = evaluate(policy_of("samples", "{method: paired}", RULES), records)
    compare("the paired t (scipy.stats.ttest_rel)", zip(verdicts, wanted))


def judge_welch(dice):
    records, wanted = [], []
    while len(records) < RECORDS:
        kind = dice.choice(["unit", "wide", "binary"])
        baseline, variant = (scores(dice, dice.choice([2, 4, 30, 250]), kind) for _ in range(2))
        if len(set(baseline)) < 2 or len(set(variant)) < 2:
            continue
        result = stats.ttest_ind(variant, baseline, equal_var=False)
        error = math.sqrt(numpy.var(baseline, ddof=1) / len(baseline) + numpy.var(variant, ddof=1) / len(variant))
        delta = float(numpy.mean(variant)) - float(numpy.mean(baseline))
        at_least, between = certainties(stats.t(result.df), delta, error)
        records.append(record_of(baseline, variant, False))
        wanted.append({"m.stderr": error, "m.confidence": 1 - result.pvalue / 2, "certainty(m.gain >= 0.01)": at_least,
                       "certainty(m.delta >= -0.3": between})
    verdicts = evaluate(policy_of("samples", "{method: welch}", RULES), records)
    compare("Welch's t (scipy.stats.ttest_ind)", zip(verdicts, wanted))


def judge_mcnemar(dice):
    records, wanted = [], []
    while len(records) < RECORDS:
        n = dice.choice([2, 10, 40, 500])
        baseline, variant = scores(dice, n, "binary"), scores(dice, n, "binary")
        pairs = list(zip(baseline, variant))
        won, lost = pairs.count((0, 1)), pairs.count((1, 0))
        if won + lost == 0 or len({v - b for b, v in pairs}) < 2:
            continue
        p = mcnemar([[pairs.count((1, 1)), lost], [won, pairs.count((0, 0))]], exact=True).pvalue
        records.append(record_of(baseline, variant, True))
        wanted.append({"m.confidence": 1 - p / 2})
    verdicts = evaluate(policy_of("samples", "{method: auto}", RULES), records)
    compare("McNemar's exact test (statsmodels)", zip(verdicts, wanted))


def judge_counts(dice):
    records, wanted = [], []
    for _ in range(RECORDS):
        n, m = (int(10 ** dice.uniform(0.5, 6)) for _ in range(2))
        p, q = (dice.randint(1, size - 1) / size for size in (n, m))
        error = math.sqrt(p * (1 - p) / n + q * (1 - q) / m)
        records.append({"metrics": {"m": {"baseline": p, "variant": q, "baseline_n": n, "variant_n": m}}})
        wanted.append({"m.stderr": error, "m.confidence": float(stats.norm.cdf(abs(q - p) / error)),
                       "certainty(m.gain >= 0.01)": float(stats.norm.cdf((q - p - 0.01) / error))})
    compare("two proportions (scipy.stats.norm)", zip(evaluate(policy_of("counts", "{method: auto}", RULES), records), wanted))


def judge_intervals(dice):
    for level in (0.8, 0.9, 0.95, 0.99):
        records, wanted = [], []
        for _ in range(RECORDS // 4):
            delta, half = dice.uniform(-1, 1), dice.uniform(0.001, 2)
            record = {"baseline": 0.5, "variant": 0.5 + delta, "interval_low": delta - half, "interval_high": delta + half}
            error = half / stats.norm.ppf((1 + level) / 2)
            records.append({"metrics": {"m": record}})
            wanted.append({"m.stderr": error, "m.confidence": float(stats.norm.cdf(abs(delta) / error))})
        verdicts = evaluate(policy_of("interval", f"{{interval: {level}}}", RULES), records)
        compare(f"intervals of {level} (scipy.stats.norm)", zip(verdicts, wanted))


# --- the bootstrap: the same numbers from the same algorithm, written a second time ---

MASK = (1 << 64) - 1


class Xoshiro:
    def __init__(self, seed):
        self.state = []
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & MASK
            z = ((seed ^ seed >> 30) * 0xBF58476D1CE4E5B9) & MASK
            z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
            self.state.append(z ^ z >> 31)

    def next(self):
        s = self.state
        rotate = lambda x, k: (x << k | x >> (64 - k)) & MASK
        result = rotate(s[1] * 5 & MASK, 7) * 9 & MASK
        t = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)
        return result

    def below(self, bound):
        product = self.next() * bound
        if product & MASK < bound:
            while product & MASK < (1 << 64) % bound:
                product = self.next() * bound
        return product >> 64


def judge_bootstrap(dice):
    wrong, far = "", ""
    for seed in range(1, 9):
        n = dice.choice([5, 12, 60])
        baseline, variant = scores(dice, n, "binary"), scores(dice, n, "unit")
        verdict = evaluate(policy_of("samples", f"{{method: bootstrap, seed: {seed}, resamples: 2000}}", RULES),
                           [record_of(baseline, variant, True)])[0]
        order = sorted(range(n), key=lambda i: f"q{i}")
        differences = [float(mpmath.mpf(str(variant[i])) - baseline[i]) for i in order]
        stream, means = Xoshiro(seed), []
        for _ in range(2000):
            total = 0.0
            for _ in range(n):
                total += differences[stream.below(n)]
            means.append(total / n)
        sign = 1 if sum(variant) > sum(baseline) else -1
        against = sum(m * sign < 0 for m in means) + sum(m == 0 for m in means) / 2
        theirs = 1 - (against + 1) / 2001
        if value_of(verdict, "m.confidence") != theirs:
            wrong = f"seed {seed}: {value_of(verdict, 'm.confidence')!r}, not {theirs!r}"
        error = value_of(verdict, "m.stderr")
        other = stats.bootstrap((differences,), numpy.mean, n_resamples=2000, method="percentile").standard_error
        if not 0.85 < error / other < 1.15:
            far = f"{error} and {other}"
    report(not wrong, "the bootstrap draws the same numbers as a second one in Python", wrong)
    report(not far, "its standard error is near that of scipy.stats.bootstrap", far)


# --- several floors ---

def judge_corrections(dice):
    for method in ("bonferroni", "holm"):
        for k in (1, 2, 3):
            policy = ("assize: 1\nname: referee\nevidence: {correct: " + method + "}\nmetrics:\n" +
                      "".join(f"  m{i}: {{better: higher}}\n" for i in range(5)) +
                      f"ship:\n  - at_least {k} of metrics improves with confidence >= 0.95\n")
            records, wanted = [], []
            for _ in range(RECORDS):
                p = [round(dice.choice([dice.uniform(0, 0.06), dice.random()]), 6) for _ in range(5)]
                records.append({"metrics": {f"m{i}": {"baseline": 0.4, "variant": 0.5, "confidence": round(1 - x, 6)}
                                            for i, x in enumerate(p)}})
                wanted.append(sum(multipletests(p, alpha=0.05, method=method)[0]) >= k)
            verdicts = [v["verdict"] == "ship" for v in evaluate(policy, records)]
            differ = [i for i, (a, b) in enumerate(zip(verdicts, wanted)) if a != b]
            report(len(verdicts) == RECORDS and not differ and any(wanted) and not all(wanted),
                   f"{method}, at_least {k} of 5: {RECORDS} verdicts as statsmodels' multipletests", differ)


# --- real samples ---

def judge_real():
    folder = os.path.join(CORPORA, "results/lm-eval-harness-v4-early")
    names = [os.path.join(folder, f"Llama-2-{size}b-chat-hf_truthfulqa_gen_scores_only_DERIVED.jsonl") for size in (13, 70)]
    if not all(os.path.exists(name) for name in names):
        skip("truthfulqa of lm-evaluation-harness", "there are no corpora")
        return
    arms = []
    for name in names:
        with open(name, encoding="utf-8") as file:
            arms.append({str(row["doc_id"]): row["bleu_acc"] for row in map(json.loads, file)})
    record = {"metrics": {"m": {"baseline": sum(arms[0].values()) / 817, "variant": sum(arms[1].values()) / 817, "n": 817,
                                "baseline_n": 817, "variant_n": 817, "baseline_samples": arms[0], "variant_samples": arms[1]}}}
    for method, wanted in (("paired", 0.019249), ("welch", 0.024574)):
        error = value_of(evaluate(policy_of("samples", f"{{method: {method}}}", RULES), [record])[0], "m.stderr")
        report(round(error, 6) == wanted, f"truthfulqa, 817 questions, {method}: standard error {wanted}", error)
    folder = os.path.join(CORPORA, "results/swe-bench")
    arms = []
    for name in ("baseline", "polydev"):
        with open(os.path.join(folder, f"claude-haiku-4-5-20251001.validation-{name}-eval.json"), encoding="utf-8") as file:
            data = json.load(file)
        arms.append({i: int(i in data["resolved_ids"]) for i in data["submitted_ids"]})
    record = {"metrics": {"m": {"baseline": 25 / 40, "variant": 25 / 40, "n": 40, "baseline_samples": arms[0], "variant_samples": arms[1]}}}
    verdict = evaluate(policy_of("samples", "{method: mcnemar}", RULES), [record])[0]
    report(value_of(verdict, "m.confidence") == 0.5, "SWE-bench, 40 instances: McNemar's p is 1, the confidence 0.5",
           json.dumps(verdict["metrics"]))


def main():
    global ASSIZE
    ASSIZE = os.path.abspath(ASSIZE)
    dice = random.Random(SEED)
    judge_distributions(dice)
    for judge in (judge_paired, judge_welch, judge_mcnemar, judge_counts, judge_intervals, judge_bootstrap, judge_corrections):
        judge(dice)
    judge_real()
    print(f"1..{count}")
    sys.exit(failures > 0)


main()
