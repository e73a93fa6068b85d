"""Rules and their truth, after the language page: a parser by recursive descent, and Kleene's logic over fractions. Part of a judge
that shares no code with assize (judge.py).
"""
import re
from fractions import Fraction

from records import Known, Unsure, phi

TOKEN = re.compile(r"""\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?P<suffix>%|pp\b)?|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"""
                   r"""|(?P<string>"[^"]*"|'[^']*')|(?P<sign>>=|<=|==|!=|[-+*/()\[\],.<>@]))""")
VERBS = "improves_by regresses_by improves regresses no_regression holds_within".split()
WITHOUT_AMOUNT = ("improves", "regresses")
QUANTIFIERS = "all any none at_least at_most exactly".split()
COMPARISONS = {">=": lambda a, b: a >= b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, "<": lambda a, b: a < b,
               "==": lambda a, b: a == b, "!=": lambda a, b: a != b}
MIRRORED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "==": "==", "!=": "!="}


def scan(text):
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise ValueError(f"no token at {text[at:at + 20]!r}")
        kind = match.lastgroup if match.lastgroup != "suffix" else "number"
        tokens.append((kind, match.group(kind), match.group("suffix")))
        at = match.end()
    return tokens


class Parser:
    """Trees are tuples: the kind first."""

    def __init__(self, policy, text, subject=None, parameter=None):
        self.policy, self.tokens, self.at = policy, scan(text), 0
        self.subject, self.parameter = subject, parameter  # a definition's

    def peek(self, *texts, ahead=0):
        at = self.at + ahead
        return at < len(self.tokens) and self.tokens[at][1] in texts and self.tokens[at][0] != "string"

    def take(self, *texts):
        if self.peek(*texts):
            self.at += 1
            return self.tokens[self.at - 1][1]
        return None

    def need(self, *texts):
        got = self.take(*texts)
        if got is None:
            raise ValueError(f"{texts} expected at token {self.at} of {self.tokens}")
        return got

    def kind(self, ahead=0):
        return self.tokens[self.at + ahead][0] if self.at + ahead < len(self.tokens) else None

    def next(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def rule(self):
        tree = self.either()
        if self.at != len(self.tokens):
            raise ValueError(f"left over at token {self.at} of {self.tokens}")
        return tree

    def either(self):
        parts = [self.both()]
        while self.take("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else ("or", parts)

    def both(self):
        parts = [self.negation()]
        while self.take("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else ("and", parts)

    def negation(self):
        return ("not", self.negation()) if self.take("not") else self.predicate()

    def predicate(self):
        if self.peek(*QUANTIFIERS) and (self.peek("of", ahead=1) or self.peek("of", ahead=2)):
            return self.quantified()
        return self.floored(self.unit())

    def floored(self, tree):
        if not self.take("with"):
            return tree
        which, sign = self.need("confidence", "certainty"), self.need(">=", ">")
        _, text, suffix = self.next()
        return ("floor", tree, which, sign, Fraction(text) / (100 if suffix == "%" else 1))

    def is_metric(self, ahead=0):
        return self.kind(ahead) == "name" and (self.tokens[self.at + ahead][1] in self.policy.metrics
                                               or self.tokens[self.at + ahead][1] == self.subject)

    def is_verb(self, ahead=0):
        return self.kind(ahead) == "name" and (self.peek(*VERBS, ahead=ahead) or self.tokens[self.at + ahead][1] in self.policy.definitions)

    def metric(self):
        name = self.next()[1]
        return None if name == self.subject else name

    def unit(self):
        if self.is_metric() and self.is_verb(ahead=1):
            return self.verb(self.metric())
        left = self.sum()
        if self.take("in"):
            self.need("[")
            strings = [self.next()[1][1:-1]]
            while self.take(","):
                strings.append(self.next()[1][1:-1])
            self.need("]")
            return ("in", left, strings)
        operands, signs = [left], []
        while self.peek(*COMPARISONS):
            signs.append(self.next()[1])
            operands.append(self.sum())
        return ("compare", operands, signs) if signs else left

    def verb(self, metric):
        name = self.next()[1]
        amount = None
        if name not in WITHOUT_AMOUNT:
            within = self.take("within")
            minus = self.kind(1) == "number" and self.take("-")
            if within or self.kind() == "number":
                _, text, suffix = self.next()
                amount = ((minus or "") + text, suffix)
        return ("verb", metric, name, amount)

    def members(self):
        if self.take("@"):
            tag = self.next()[1]
            return [metric.key for metric in self.policy.metrics.values() if tag in metric.tags]
        if self.take("("):
            names = [self.next()[1]]
            while self.take(","):
                names.append(self.next()[1])
            self.need(")")
            return names
        name = self.next()[1]
        return list(self.policy.metrics) if name == "metrics" else self.policy.groups[name]

    def quantified(self):
        quantifier = self.next()[1]
        n = int(self.next()[1]) if self.kind() == "number" else None
        self.need("of")
        members = self.members()
        if self.take("."):
            operands, signs = [("attribute", None, self.next()[1])], [self.need(*COMPARISONS)]
            tail = ("compare", operands + [self.sum()], signs)
        else:
            tail = self.verb(None)
        return ("quantified", quantifier, n, members, self.floored(tail))

    def sum(self):
        tree = self.product()
        while self.peek("+", "-"):
            tree = (self.next()[1], tree, self.product())
        return tree

    def product(self):
        tree = self.factor()
        while self.peek("*", "/"):
            tree = (self.next()[1], tree, self.factor())
        return tree

    def factor(self):
        if self.take("-"):
            return ("minus", self.factor())
        if self.take("("):
            tree = self.either()
            self.need(")")
            return tree
        kind, text, suffix = self.next()
        if kind == "number":
            return ("number", text, suffix)
        if kind == "string":
            return ("string", text[1:-1])
        if self.take("("):
            arguments = [self.either()]
            while self.take(","):
                arguments.append(self.either())
            self.need(")")
            return ("call", text, arguments)
        if text == self.parameter:
            return ("parameter",)
        if text in self.policy.metrics or text == self.subject:
            return ("attribute", None if text == self.subject else text, self.next()[1] if self.take(".") else "variant")
        if text in self.policy.definitions:
            return ("verb", None, text, None)
        while self.take("."):
            text += "." + self.next()[1]
        return ("field", text)


# ---- numbers ----

class Missing:
    """No number: for each input that is to blame its reason."""

    def __init__(self, causes):
        self.causes = causes


def merged(*values):
    """A Missing of all causes, or None where every value is there."""
    causes = {}
    for value in values:
        if isinstance(value, Missing):
            causes.update(value.causes)
    return Missing(causes) if any(isinstance(value, Missing) for value in values) else None


def arithmetic(sign, a, b):
    x, y = a.value, b.value
    if sign == "+":
        return Known(x + y, a.error + b.error)
    if sign == "-":
        return Known(x - y, a.error + b.error)
    if sign == "*":
        return Known(x * y, error_of(x) * b.error + error_of(y) * a.error + a.error * b.error if a.error or b.error else 0.0)
    room = error_of(y) - b.error if a.error or b.error else 1.0
    if room <= 0:
        raise Unsure
    if y == 0:
        return Missing({None: "division_by_zero"})
    return Known(x / y, (a.error + error_of(x / y) * b.error) / room if a.error or b.error else 0.0)


def error_of(x):
    try:
        return abs(float(x))
    except OverflowError:
        raise Unsure from None


class Judge:
    """The rules of a policy over one record's inputs."""

    def __init__(self, policy, inputs):
        self.policy, self.inputs = policy, inputs

    def input(self, name, shown=None):
        value = self.inputs[name]
        return Missing({shown or name: value.reason}) if value.reason else value

    def is_percent(self, tree, subject):
        """Whether what a comparison reads is measured in percent."""
        if tree[0] == "attribute":
            return self.policy.metrics[tree[1] or subject].percent
        if tree[0] == "field":
            return self.policy.fields[tree[1]].percent
        inner = tree[2] if tree[0] == "call" else [part for part in tree[1:] if isinstance(part, tuple)]
        return any(self.is_percent(part, subject) for part in inner)

    def literal(self, text, suffix, percent):
        value = Fraction(text)
        return value / 100 if suffix == "%" or (suffix == "pp" and not percent) else value

    def number(self, tree, subject, amount, percent):
        """A sum's value; `percent`: what the comparison is about is in percent."""
        kind = tree[0]
        if kind == "number":
            return Known(self.literal(tree[1], tree[2], percent))
        if kind == "attribute":
            return self.input((tree[1] or subject, tree[2]))
        if kind == "field":
            return self.input((tree[1],))
        if kind == "parameter":
            return amount
        if kind == "minus":
            value = self.number(tree[1], subject, amount, percent)
            return value if isinstance(value, Missing) else Known(-value.value, value.error)
        if kind == "call":
            return self.call(tree[1], [self.number(argument, subject, amount, percent) for argument in tree[2]])
        left, right = (self.number(part, subject, amount, percent) for part in tree[1:])
        return merged(left, right) or arithmetic(kind, left, right)

    def call(self, name, values):
        missing = merged(*values)
        if missing:
            return missing
        error = max(value.error for value in values)
        numbers = [value.value for value in values]
        if name == "abs":
            return Known(abs(numbers[0]), error)
        if name == "sign":
            if error and abs(numbers[0]) <= error:
                raise Unsure
            return Known(Fraction((numbers[0] > 0) - (numbers[0] < 0)))
        if name == "clamp":
            return Known(min(max(numbers[0], numbers[1]), numbers[2]), error)
        return Known({"min": min, "max": max}[name](numbers), error)

    def amount(self, amount, metric):
        """What a verb's amount is of this metric; none is 0."""
        if amount is None:
            return Known(Fraction(0))
        text, suffix = amount
        value = Known(self.literal(text, suffix, self.policy.metrics[metric].percent))
        if suffix != "%":
            return value
        scale = self.input((metric, "scale"), shown=(metric, "baseline"))
        return scale if isinstance(scale, Missing) else Known(value.value * scale.value)

    # ---- truth: True, False, or Missing ----

    def compare(self, left, sign, right):
        missing = merged(left, right)
        if missing:
            return missing
        if left.error + right.error and abs(left.value - right.value) <= left.error + right.error:
            raise Unsure
        return COMPARISONS[sign](left.value, right.value)

    @staticmethod
    def both(truths):
        if any(truth is False for truth in truths):
            return False
        return merged(*truths) or True

    @classmethod
    def either(cls, truths):
        return cls.negated(cls.both([cls.negated(truth) for truth in truths]))

    @staticmethod
    def negated(truth):
        return truth if isinstance(truth, Missing) else not truth

    def truth(self, tree, subject=None, amount=None):
        kind = tree[0]
        if kind in ("and", "or"):
            truths = [self.truth(part, subject, amount) for part in tree[1]]
            return self.both(truths) if kind == "and" else self.either(truths)
        if kind == "not":
            return self.negated(self.truth(tree[1], subject, amount))
        if kind == "field":
            value = self.input((tree[1],))
            return value if isinstance(value, Missing) else value.value
        if kind in ("in", "call") or (kind == "compare" and any(part[0] == "string" for part in tree[1])):
            return self.about_string(tree)
        if kind == "compare":
            return self.chain(tree, subject, amount)
        if kind == "verb":
            return self.verb(tree, subject)
        if kind == "quantified":
            return self.quantified(tree)
        return self.floor(tree, subject, amount)

    def about_string(self, tree):
        of = tree[2] if tree[0] == "call" else tree[1] if tree[0] == "compare" else [tree[1]]
        value = self.input((next(part[1] for part in of if part[0] == "field"),))
        if isinstance(value, Missing):
            return value
        if tree[0] == "in":
            return value.value in tree[2]
        other = next(part[1] for part in of if part[0] == "string")
        if tree[0] == "compare":
            return COMPARISONS[tree[2][0]](value.value, other)
        return {"starts_with": value.value.startswith, "ends_with": value.value.endswith, "contains": value.value.__contains__}[tree[1]](other)

    def chain(self, tree, subject, amount):
        percent = any(self.is_percent(part, subject) for part in tree[1])
        values = [self.number(part, subject, amount, percent) for part in tree[1]]
        return self.both([self.compare(values[i], sign, values[i + 1]) for i, sign in enumerate(tree[2])])

    def verb(self, tree, subject):
        _, metric, name, amount = tree
        metric = metric or subject
        definition = self.policy.definitions.get(name)
        if definition:
            given = self.amount(amount or definition.default, metric) if definition.parameter else None
            return self.truth(definition.body, metric, given)
        gain, delta, x = self.input((metric, "gain")), self.input((metric, "delta")), self.amount(amount, metric)
        minus = x if isinstance(x, Missing) else Known(-x.value)
        if name == "holds_within":
            return self.both([self.compare(minus, "<=", delta), self.compare(delta, "<=", x)])
        sign, limit = {"improves_by": (">=", x), "regresses_by": ("<=", minus), "improves": (">", x), "regresses": ("<", x),
                       "no_regression": (">=", minus)}[name]
        return self.compare(gain, sign, limit)

    def quantified(self, tree):
        _, quantifier, n, members, tail = tree
        truths = [self.truth(tail, member) for member in members]
        trues = sum(truth is True for truth in truths)
        missing = merged(*truths)
        most = trues + sum(isinstance(truth, Missing) for truth in truths)
        size = len(members)
        low, high = {"all": (size, size), "any": (1, size), "none": (0, 0), "at_least": (n, size), "at_most": (0, n), "exactly": (n, n)}[quantifier]
        answers = {low <= count <= high for count in range(trues, most + 1)}
        return answers.pop() if len(answers) == 1 else missing

    # ---- floors ----

    def statement(self, tree, subject, amount):
        """Of a predicate about one change: the metric, the attribute, its lower and upper limit."""
        if tree[0] == "verb":
            _, metric, name, given = tree
            metric = metric or subject
            definition = self.policy.definitions.get(name)
            if definition:
                inner = self.amount(given or definition.default, metric) if definition.parameter else None
                return self.statement(definition.body, metric, inner)
            x = self.amount(given, metric)
            minus = x if isinstance(x, Missing) else Known(-x.value)
            if name == "holds_within":
                return metric, "delta", minus, x
            if name in ("improves_by", "improves"):
                return metric, "gain", x, None
            return (metric, "gain", minus, None) if name == "no_regression" else (metric, "gain", None, minus)
        percent = any(self.is_percent(part, subject) for part in tree[1])
        at = next(i for i, part in enumerate(tree[1]) if part[0] == "attribute")
        limits = {}
        if at > 0:
            limits[MIRRORED[tree[2][at - 1]]] = tree[1][at - 1]
        if at < len(tree[2]):
            limits[tree[2][at]] = tree[1][at + 1]
        values = {sign[0]: self.number(limit, subject, amount, percent) for sign, limit in limits.items()}
        return tree[1][at][1] or subject, tree[1][at][2], values.get(">"), values.get("<")

    def floor(self, tree, subject, amount):
        _, inner, which, sign, limit = tree
        metric, attribute, low, high = self.statement(inner, subject, amount)
        if which == "confidence":
            value = self.input((metric, "confidence"))
        else:
            value = self.certainty(metric, attribute, low, high)
        return self.both([self.truth(inner, subject, amount), self.compare(value, sign, Known(limit))])

    def certainty(self, metric, attribute, low, high):
        change, stderr = self.input((metric, attribute)), self.input((metric, "stderr"))
        there = [value for value in (change, stderr, low, high) if value is not None]
        missing = merged(*there)
        if missing:
            return missing
        above = phi((high.value - change.value) / stderr.value).value if high else Fraction(1)
        below = phi((low.value - change.value) / stderr.value).value if low else Fraction(0)
        return Known(above - below, 1e-11)
