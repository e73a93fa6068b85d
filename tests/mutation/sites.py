"""Where a C file can be changed, and into what. The sites come from tree-sitter's syntax tree, so no mutant is made in a comment, and
hardly one that does not compile. Each is one small lie that a programmer might tell by mistake.

What is changed: each comparison (to its neighbour and to its negation), each condition, `&&` and `||` (also to one side of them), arithmetic and
bit operators, each integer (+1, -1, 0), floating constant (twice, half), character (+1) and string (emptied), true and false, and each statement that
is a call or an assignment, `break` or `continue` (left out).
Not what preprocessor lines say, nor what stands in the rules of a re2c block, which is a comment to C."""
import dataclasses
import re

import tree_sitter
import tree_sitter_c

OPERATORS = {
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"], "==": ["!="], "!=": ["=="],
    "&&": ["||"], "||": ["&&"],
    "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"],
    "<<": [">>"], ">>": ["<<"], "&": ["|"], "|": ["&"], "^": ["|"],
    "++": ["--"], "--": ["++"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "|=": ["&="], "&=": ["|="], "<<=": [">>="], ">>=": ["<<="],
}  # fmt: skip
DECIDES = {"<", "<=", ">", ">=", "==", "!=", "&&", "||", "!"}  # what is changed already, so that the condition need not be negated
PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_c.language()))


@dataclasses.dataclass
class Mutant:
    file: str
    start: int  # bytes
    end: int
    text: bytes  # what takes their place
    what: str  # "`<` to `<=`"
    line: int  # from 1
    function: str
    source: str  # the line as it is
    nth: int = 1  # of those that look the same

    def name(self):
        return f"{self.what}{f' #{self.nth}' if self.nth > 1 else ''}"

    def key(self):
        """What stays the same when lines move."""
        return (self.file, self.function, self.source, self.name())


def short(text):
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= 60 else text[:28] + " … " + text[-28:]


def integers(text):
    """The neighbours of an integer constant, and zero, with its suffix."""
    digits, suffix = re.fullmatch(r"([-+]?(?:0[xX][0-9a-fA-F]+|[0-9]+))([uUlL]*)", text).groups()
    octal = re.fullmatch(r"0[0-7]+", digits)
    value = int(digits, 8 if octal else 0)
    values = dict.fromkeys([value + 1, value - 1, 0])
    return [(hex(v) if v > 9 else str(v)) + suffix for v in values if v != value]


def is_integer(text):
    return re.fullmatch(r"[-+]?(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*", text) is not None


def parents(node):
    while node.parent:
        node = node.parent
        yield node


def changes(node):
    """(node that is replaced, new text, description) for what can be done at this node."""
    text = node.text.decode()
    kind = node.type
    operator = node.child_by_field_name("operator")
    if kind in ("binary_expression", "assignment_expression", "update_expression") and operator:
        old = operator.text.decode()
        for new in OPERATORS.get(old, []):
            yield operator, new, f"`{old}` to `{new}`"
        if old in ("&&", "||"):
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            yield node, left.text.decode(), f"without `{old} {short(right.text.decode())}`"
            yield node, right.text.decode(), f"without `{short(left.text.decode())} {old}`"
    elif kind == "unary_expression" and operator and operator.type in "!-~":
        yield operator, " ", f"without `{operator.type}`"
    elif kind == "number_literal":
        in_size = any(p.type == "array_declarator" for p in parents(node))
        in_table = any(p.type == "initializer_list" for p in parents(node))
        if is_integer(text):
            new = integers(text)
            # One element more or none at all: the compiler sees the one, and nobody the other.
            for value in [v for v in new if not in_size or int(v.rstrip("uUlL"), 0) == int(text.rstrip("uUlL"), 0) - 1]:
                yield node, value, f"`{text}` to `{value}`"
        else:
            for value in [f"({text} * 2)", f"({text} / 2)"][: 1 if in_table else 2]:
                yield node, value, f"`{text}` to `{value}`"
    elif kind == "char_literal":
        yield node, f"({text} + 1)", f"`{text}` to `{text} + 1`"
    elif kind == "string_literal" and node.parent.type not in ("preproc_include", "concatenated_string") and text != '""':
        yield node, '""', f"`{short(text)}` to `\"\"`"
    elif kind in ("true", "false"):
        new = "false" if kind == "true" else "true"
        yield node, new, f"`{kind}` to `{new}`"
    elif kind in ("expression_statement", "break_statement", "continue_statement") and text != ";":
        yield node, ";", f"without `{short(text)}`"
    yield from conditions(node)


def conditions(node):
    """A condition that no operator decides, turned round; so a call or a name that is returned or joined by && cannot hide."""
    if node.type in ("if_statement", "while_statement", "do_statement", "for_statement", "conditional_expression"):
        found = [node.child_by_field_name("condition")]
    elif node.type == "binary_expression" and node.child_by_field_name("operator").type in ("&&", "||"):
        found = [node.child_by_field_name("left"), node.child_by_field_name("right")]
    elif node.type == "return_statement" and node.named_child_count == 1 and node.named_child(0).type == "call_expression":
        function = next((p for p in parents(node) if p.type == "function_definition"), None)
        gives = function and function.child_by_field_name("type")
        pointer = function and function.child_by_field_name("declarator").type == "pointer_declarator"
        found = [node.named_child(0)] if gives and gives.text == b"bool" and not pointer else []
    else:
        return
    for condition in found:
        while condition and condition.type == "parenthesized_expression":
            condition = condition.named_child(0)
        operator = condition and condition.child_by_field_name("operator")
        if condition and not (operator and operator.type in DECIDES) and condition.type not in ("true", "false"):
            text = condition.text.decode()
            yield condition, f"!({text})", f"`{short(text)}` to `!`"


def function_name(node):
    for parent in parents(node):
        if parent.type == "function_definition":
            declarator = parent.child_by_field_name("declarator")
            while declarator and declarator.type != "identifier":
                declarator = declarator.child_by_field_name("declarator")
            return declarator.text.decode() if declarator else "-"
    return "-"


def mutants(file, source):
    """All mutants of a file, in its order; equal ones once."""
    lines = source.decode().split("\n")
    found, seen, counts = [], set(), {}

    def visit(node):
        if node.type in ("comment", "preproc_include", "preproc_def", "preproc_call", "preproc_function_def"):
            return
        if node.type in ("preproc_if", "preproc_ifdef"):
            skipped = [node.child_by_field_name("condition"), node.child_by_field_name("name")]
        else:
            skipped = []
        for place, text, what in changes(node):
            same = (place.start_byte, place.end_byte, text)
            if same in seen:
                continue
            seen.add(same)
            row = (place if place is not node else node).start_point.row
            mutant = Mutant(file, place.start_byte, place.end_byte, text.encode(), what, row + 1, function_name(node), lines[row].strip())
            counts[mutant.key()] = mutant.nth = counts.get(mutant.key(), 0) + 1
            found.append(mutant)
        for child in node.children:
            if child not in skipped:
                visit(child)

    visit(PARSER.parse(source).root_node)
    return sorted(found, key=lambda mutant: mutant.start)
