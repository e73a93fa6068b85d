"""The records of the benchmark: the same bytes each time for the same kind and number.

A kind says what the metrics of a record look like (KINDS), an edge what readers disagree about (EDGES).

    records.py KIND N FILE    N records as NDJSON; one array of them where KIND ends in -array
"""
import random
import sys

NAMES = """spatialscore omnispatial space10 mindcube latency_p95 accuracy f1_macro bleu rouge_l wer perplexity toxicity helpfulness
coherence exact_match pass_at_1 recall_10 mrr ndcg auc brier calibration coverage refusal_rate hallucination cost_usd tokens_out
throughput memory_gb gpu_util steps reward kl entropy win_rate elo safety jailbreak fairness robustness""".split()
POOL = NAMES[:20]  # those that the main corpus draws from, and policies read

# kind: what it is, and how many records make about as many bytes as one of `main`
KINDS = {
    "main": ("8 to 20 metrics drawn anew for each record, 2 to 4 decimals", 1.0),
    "small": ("2 to 4 metrics", 4.0),
    "large": ("34 to 40 metrics", 0.4),
    "long": ("as main, with 16 or 17 digits a number", 0.7),
    "fixed": ("the same 14 metrics in the same order in every record", 1.0),
    "hostile": ("14 metrics whose names are new in every record", 1.0),
}


def decimal(chance, low, high, kind):
    if kind == "long":
        return repr(low + (high - low) * chance.random())
    return f"{low + (high - low) * chance.random():.{chance.choice((2, 3, 4))}f}"


def metric(chance, kind):
    values = {"baseline": (0, 1), "variant": (0, 1), "delta": (-0.1, 0.1), "confidence": (0.5, 1), "stderr": (0.001, 0.02)}
    parts = [f'"{name}": {decimal(chance, *ends, kind)}' for name, ends in values.items()]
    return "{" + ", ".join(parts) + f', "n": {chance.randint(100, 5000)}}}'


def names_of(chance, kind, index):
    if kind == "fixed":
        return NAMES[:14]
    if kind == "small":
        return chance.sample(POOL, chance.randint(2, 4))
    if kind == "large":
        return chance.sample(NAMES, chance.randint(34, 40))
    if kind == "hostile":
        return [f"m{index}_{i}" for i in range(14)]
    return chance.sample(POOL, chance.randint(8, 20))


def whole(chance, index, metrics, kind):
    return (f'{{"experiment": "exp-{index:06d}", "variant": "myorg/model-v{index % 97}", "baseline": "org/model", '
            f'"tags": ["depth", "spatial"], "eval": {{"fingerprint": "{chance.getrandbits(64):016x}", "suite": "nightly"}}, '
            f'"metrics": {{{metrics}}}, "delta_confidence": {decimal(chance, 0.5, 1, kind)}}}')


def record(chance, kind, index):
    metrics = ", ".join(f'"{name}": {metric(chance, kind)}' for name in names_of(chance, kind, index))
    return whole(chance, index, metrics, kind)


def edge(chance, kind, index):
    """A record on which readers part. But for what its kind is about it would ship under policies.EDGES."""
    base = chance.randint(1, 90)
    ahead = 2 if kind == "tie" else 5
    delta = '"delta": 0.03'
    if kind == "digits":  # the nearest double is that of 0.02, on either side of it
        delta = '"delta": 0.0' + ("1" + "9" * 22 if index % 2 else "2" + "0" * 20 + "1")
    elif kind in ("doubled", "escaped"):
        again = '"delta"' if kind == "doubled" else '"\\u0064elta"'
        ends = ("0.03", "-0.5") if index % 2 else ("-0.5", "0.03")
        delta = f'"delta": {ends[0]}, {again}: {ends[1]}'
    metrics = (f'"spatialscore": {{"baseline": 0.{base:02d}, "variant": 0.{base + ahead:02d}}}, '
               f'"omnispatial": {{"baseline": 0.1, {delta}, "n": 900}}, "mindcube": {{"delta": 0.01, "confidence": 0.9}}')
    return whole(chance, index, metrics, "main")


# kind: what it is, and what is right
EDGES = {
    "tie": "a difference that meets its limit to the last digit, as 0.57 - 0.55 does 0.02: it holds",
    "digits": "23 digits, a hair above or below the limit",
    "doubled": "a key given twice, with values on both sides of the limit: unknown, so no ship",
    "escaped": "the same, the second key spelled with an escape",
}


def write_records(kind, count, path):
    chance = random.Random(7)
    array = kind.endswith("-array")
    kind = kind.removesuffix("-array")
    make = edge if kind in EDGES else record
    with open(path, "w", encoding="utf-8") as file:
        for index in range(count):
            text = make(chance, kind, index)
            if array:
                text = ("[" if index == 0 else "") + text + ("]" if index + 1 == count else ",")
            file.write(text + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    write_records(sys.argv[1], int(sys.argv[2]), sys.argv[3])
