"""What a record says about a policy's metrics and fields, after the language page: exact fractions, and a reason where there is
no value. Part of a judge that shares no code with assize (judge.py).
"""
import json
import math
from fractions import Fraction

# In the order in which the first of several counts.
REASONS = ("incomparable eval_dataset_missing eval_judge_unavailable eval_timeout eval_failed duplicate missing null not_a_number wrong_type "
           "direction_conflict suspect incomplete unit_conflict out_of_range inconsistent nonpositive_baseline unpaired too_few_samples "
           "kind_conflict zero_variance division_by_zero not_kept").split()
FAILURES = REASONS[1:5]


class Unsure(Exception):
    """What follows is within the 1e-12 that the language promises, or beyond the range of doubles: either answer is right."""


class Known:
    """A value; of a number how far it may be off, 0 where it is exact."""
    reason = None

    def __init__(self, value, error=0.0):
        self.value, self.error = value, error


class Unknown:
    def __init__(self, reason):
        self.reason = reason


def first_unknown(*values):
    """The one whose reason counts first, or None."""
    unknown = [value for value in values if value.reason]
    return min(unknown, key=lambda value: REASONS.index(value.reason)) if unknown else None


# ---- JSON ----

class Number(str):
    """As it is written."""


class Object(list):
    """Pairs of key and value."""


NAN = object()


def parse(line):
    return json.loads(line, object_pairs_hook=Object, parse_float=Number, parse_int=Number, parse_constant=lambda word: NAN)


def exact(text):
    """The fraction that a decimal is; None beyond 400 digits or 1e400."""
    mantissa, _, exponent = text.lower().partition("e")
    if sum(c.isdigit() for c in mantissa) > 400:
        return None
    value = Fraction(mantissa)
    if value == 0:
        return value
    if abs(int(exponent or 0)) > 5000:
        return None
    value *= Fraction(10) ** int(exponent or 0)
    return value if Fraction(1, 10 ** 400) <= abs(value) <= 10 ** 400 else None


def follow(root, path):
    """The value at the end of a path, or Unknown."""
    at = root
    for step in path:
        if at is None:
            return Unknown("null")
        if at is NAN:
            return Unknown("not_a_number")
        if isinstance(step, int):
            if not isinstance(at, list) or isinstance(at, Object):
                return Unknown("wrong_type")
            if step >= len(at):
                return Unknown("missing")
            at = at[step]
            continue
        if not isinstance(at, Object):
            return Unknown("wrong_type")
        there = [value for key, value in at if key == step]
        if len(there) != 1:
            return Unknown("duplicate" if there else "missing")
        at = there[0]
    return Known(at)


def typed(found, kind):
    """Known with a Fraction, text or truth, or Unknown; `text` keeps how a number is written."""
    if found.reason:
        return found
    value = found.value
    if value is None:
        return Unknown("null")
    if value is NAN:
        return Unknown("not_a_number")
    kinds = {"number": Number, "boolean": bool}
    is_string = isinstance(value, str) and not isinstance(value, Number)
    if not (is_string if kind == "string" else isinstance(value, kinds[kind])):
        return Unknown("wrong_type")
    if kind != "number":
        return Known(value)
    number = exact(value)
    if number is None:
        return Unknown("not_a_number")
    known = Known(number)
    known.text = str(value)
    return known


# ---- a metric ----

def phi(x):
    """The standard normal distribution at a fraction."""
    x = max(min(x, 50), -50)
    return Known(Fraction(0.5 * math.erfc(-float(x) / math.sqrt(2))), 1e-11)


def root(square):
    """A square root to 60 digits; its error is what a double leaves."""
    if square > Fraction(10) ** 300 or 0 < square < Fraction(1, 10 ** 300):
        raise Unsure
    scale = 10 ** 200
    value = Fraction(math.isqrt(int(square * scale * scale)), scale)
    return Known(value, 1e-11 * float(value))


def not_negative(value):
    return Unknown("out_of_range") if not value.reason and value.value < 0 else value


def nonzero(value):
    value = not_negative(value)
    return Unknown("zero_variance") if not value.reason and value.value == 0 else value


def delta_agrees(delta, variant, baseline):
    mantissa, _, exponent = delta.text.lower().partition("e")
    decimals = max(0, len(mantissa.partition(".")[2]) - int(exponent or 0))
    if abs(delta.value - (variant.value - baseline.value)) <= Fraction(1, 2 * 10 ** decimals):
        return True
    d, v, b = float(delta.text), float(variant.text), float(baseline.text)
    larger = max(abs(v), abs(b))
    return math.isfinite(larger) and math.isfinite(d) and abs(d - (v - b)) <= 4 * math.ulp(larger)


class Metric:
    """One metric's attributes in one record."""

    def __init__(self, metric, record):
        self.metric, self.record, self.whole = metric, record, []
        self.bare = None
        if metric.paths is None:
            self.check_entry()
        self.values = {}
        self.read_values()
        self.check_direction()
        self.read_doubt()
        blame = first_unknown(*self.whole) if self.whole else None
        if blame:
            self.values = {name: blame for name in self.values}

    def check_entry(self):
        entry = follow(self.record, ["metrics", self.metric.key])
        if entry.reason is None and isinstance(entry.value, Object):
            return
        value = typed(entry, "number")
        if value.reason:
            self.whole.append(value)
        self.bare = value

    def given(self, name, kind="number"):
        if self.bare is not None:
            return self.bare if name == "variant" else Unknown("missing")
        path = ["metrics", self.metric.key, name] if self.metric.paths is None else self.metric.paths.get(name)
        return typed(follow(self.record, path), kind) if path else Unknown("missing")

    def check(self, name, kind="number"):
        """A value that only checks: absent is fine, unreadable is the metric's."""
        value = self.given(name, kind)
        if value.reason and value.reason != "missing":
            self.whole.append(value)
        return value

    def read_values(self):
        metric = self.metric
        variant = baseline = Unknown("missing")
        if metric.given_delta:
            delta = self.given("delta")
        else:
            given = self.check("delta")
            variant, baseline = self.given("variant"), self.given("baseline")
            if not (given.reason or variant.reason or baseline.reason) and not delta_agrees(given, variant, baseline):
                self.whole.append(Unknown("inconsistent"))
            if metric.baseline_from_policy:
                baseline = Known(metric.baseline)
            for value in (variant, baseline):
                if metric.range and not value.reason and not metric.range[0] <= value.value <= metric.range[1]:
                    self.whole.append(Unknown("out_of_range"))
            delta = first_unknown(variant, baseline) or Known(variant.value - baseline.value)
        gain = delta if delta.reason or not metric.lower else Known(-delta.value)
        scale = Unknown("nonpositive_baseline") if not baseline.reason and baseline.value <= 0 else baseline
        relative = first_unknown(delta, scale) or Known(delta.value / baseline.value)
        self.values.update(variant=variant, baseline=baseline, delta=delta, gain=gain, relative=relative, scale=scale)

    def check_direction(self):
        better, higher = self.check("better", "string"), self.check("higher_is_better", "boolean")
        if not better.reason:
            if better.value not in ("higher", "lower"):
                self.whole.append(Unknown("wrong_type"))
            elif (better.value == "lower") != self.metric.lower:
                self.whole.append(Unknown("direction_conflict"))
        if not higher.reason and higher.value == self.metric.lower:
            self.whole.append(Unknown("direction_conflict"))

    def share(self, arm):
        """Of one arm p(1 - p)/n."""
        p, n = self.values[arm], not_negative(self.given(arm + "_n"))
        unknown = first_unknown(p, n)
        if unknown:
            return unknown
        p = p.value / 100 if self.metric.percent else p.value
        if not 0 <= p <= 1:
            return Unknown("out_of_range")
        if n.value < 1:
            return Unknown("too_few_samples")
        return Known(p * (1 - p) / n.value) if 0 < p < 1 else Unknown("zero_variance")

    def read_stderr(self):
        source = self.metric.confidence_from
        if source in ("record", "stderr"):
            return nonzero(self.given("stderr"))
        if source == "arms":
            baseline, variant = nonzero(self.given("baseline_stderr")), nonzero(self.given("variant_stderr"))
            return first_unknown(baseline, variant) or root(baseline.value ** 2 + variant.value ** 2)
        if source == "counts":
            baseline, variant = self.share("baseline"), self.share("variant")
            return first_unknown(baseline, variant) or root((baseline.value + variant.value) * (100 ** 2 if self.metric.percent else 1))
        return Unknown("missing")  # samples, of which these records give none

    def read_n(self):
        source = self.metric.confidence_from
        if source in ("arms", "counts"):
            baseline, variant = not_negative(self.given("baseline_n")), not_negative(self.given("variant_n"))
            return first_unknown(baseline, variant) or min(baseline, variant, key=lambda n: n.value)
        return Unknown("missing") if source == "samples" else not_negative(self.given("n"))

    def read_confidence(self, stderr):
        if self.metric.confidence_from == "record":
            confidence = not_negative(self.given("confidence"))
            return Unknown("out_of_range") if not confidence.reason and confidence.value > 1 else confidence
        delta = self.values["delta"]
        return first_unknown(delta, stderr) or phi(abs(delta.value) / stderr.value)

    def read_doubt(self):
        n, stderr = self.read_n(), self.read_stderr()
        confidence = self.read_confidence(stderr)
        if self.metric.min_n is not None:
            size = Unknown("too_few_samples") if not n.reason and n.value < self.metric.min_n else n
            stderr, confidence = (first_unknown(value, size) or value for value in (stderr, confidence))
        self.values.update(n=n, stderr=stderr, confidence=confidence)


# ---- a record ----

def failures(record):
    """Pairs of a metric, or None for everything, and a reason."""
    found = follow(record, ["failures"])
    if found.reason == "duplicate":
        return [(None, "eval_failed")]
    if found.reason or not isinstance(found.value, list):
        return []
    all_of_them = []
    for item in [found.value] if isinstance(found.value, Object) else found.value:
        said = {"code": "", "metric": ""}
        for key, value in item if isinstance(item, Object) else []:
            if key in said and not said[key] and isinstance(value, str) and not isinstance(value, Number):
                said[key] = value
        all_of_them.append((said["metric"] or None, said["code"] if said["code"] in FAILURES else "eval_failed"))
    return all_of_them


def agreement(record, path):
    """True: the arms agree; False: they differ; None: neither."""
    arms = [follow(record, ["arms", arm, *path]) for arm in ("baseline", "variant")]
    if all(arm.reason == "missing" for arm in arms):
        arms = [follow(record, path)] * 2
    for kind in ("number", "string", "boolean"):
        one, other = (typed(arm, kind) for arm in arms)
        if not one.reason and not other.reason:
            return one.value == other.value
    return None


def are_comparable(policy, record):
    names = [typed(follow(record, [name]), "string") for name in ("variant", "baseline")]
    same_name = all(not name.reason for name in names) and names[0].value and names[0].value == names[1].value
    return (not same_name and all(agreement(record, path) is True for path in policy.same)
            and all(agreement(record, path) is False for path in policy.distinct))


def read(policy, record):
    """Every input by name: (metric, attribute) or (field,)."""
    inputs = {}
    for metric in policy.metrics.values():
        for attribute, value in Metric(metric, record).values.items():
            inputs[metric.key, attribute] = value
    for field in policy.fields.values():
        value = typed(follow(record, field.path), field.type)
        if field.range and not value.reason and not field.range[0] <= value.value <= field.range[1]:
            value = Unknown("out_of_range")
        inputs[field.name,] = value
    if not are_comparable(policy, record):
        inputs = {name: Unknown("incomparable") for name in inputs}
    for metric, reason in failures(record):
        for name in inputs:
            if inputs[name].reason not in FAILURES and (metric not in policy.metrics or (len(name) == 2 and name[0] == metric)):
                inputs[name] = Unknown(reason)
    return inputs
