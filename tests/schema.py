"""Compares the schemas of policies and of test files with what assize takes and refuses, and prints TAP. Started by
tests/schema.sh.

usage: schema.py PROGRAM
"""
import glob
import json
import re
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
# What a schema can see of the registry's bad examples: keys, shapes, words and names. All else is assize's to say.
VISIBLE = set("A016 A101 A102 A103 A104 A105 A106 A107 A111 A112 A501 A502 A505".split())
# The same of test files: keys, shapes and words. What a policy or a record has to do with it is assize's to say.
VISIBLE_IN_TESTS = set("A701 A702 A705 A706 A707".split())
# Of these it sees every policy that a case shows; the others have forms that look like something else.
ALWAYS_VISIBLE = set("A016 A101 A102 A103 A104 A105 A106 A111 A112 A501 A502 A505".split())

count = 0
failures = 0


def report(passed, name, detail=""):
    global count, failures
    count += 1
    failures += not passed
    print(f"{'ok' if passed else 'not ok'} {count} - {name}")
    if not passed:
        for line in str(detail).splitlines()[:10]:
            print("#   " + line)


def run(*arguments):
    result = subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    return result.returncode, result.stdout.decode("utf-8", "replace")


def test_codes_of(text):
    """The codes that are about the test file itself; None where it can be read. The policy need not be there."""
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/x.assize-test.yaml"
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        result = subprocess.run([PROGRAM, "test", path], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        out = (result.stdout + result.stderr).decode("utf-8", "replace")
    codes = set(re.findall(r"x.assize-test.yaml:\d+:\d+: error\[(A\d+)\]", out))
    return {code for code in codes if code < "A709"} or None


def core_loader(yaml):
    """YAML 1.2's core schema, which editors read: `no` is a text, and so is 1_000."""

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {}

    for tag, pattern, first in (
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("int", r"[-+]?[0-9]+", "-+0123456789"),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ):
        Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))
    Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value, 10))
    Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))
    return Loader


def transcripts(suffix):
    """(where it comes from, text) of every file inside a case whose name ends so."""
    for path in sorted(glob.glob("tests/cases/**/*.test", recursive=True)):
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            parts = re.split(r"^(--- .*|\$ .*)\n", file.read(), flags=re.M)
        for title, text in zip(parts[1::2], parts[2::2]):
            if title.startswith("--- ") and title.endswith(suffix) and title.endswith("test.yaml") == suffix.endswith("test.yaml"):
                yield f"{path} {title[4:]}", text


def policies():
    for path in sorted(glob.glob("examples/*/*.assize.yaml")):
        with open(path, encoding="utf-8") as file:
            yield path, file.read()
    yield from transcripts(".yaml")


def codes_of(text):
    """The codes of the errors that `check` reports; None where the policy compiles."""
    with tempfile.NamedTemporaryFile("w", suffix=".assize.yaml", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        status, out = run("check", file.name)
    codes = set(re.findall(r": error\[(A\d+)\]", out))
    return codes if codes or status == 2 else None


def test_files():
    for path in sorted(glob.glob("examples/**/*.assize-test.yaml", recursive=True)):
        with open(path, encoding="utf-8") as file:
            yield path, file.read()
    with tempfile.TemporaryDirectory() as folder:
        run("init", folder + "/first")
        for path in glob.glob(folder + "/first/*.assize-test.yaml"):
            with open(path, encoding="utf-8") as file:
                yield "assize init", file.read()
    for path in sorted(glob.glob("examples/*/*.assize.yaml")):
        yield f"assize test --generate {path}", run("test", "--generate", path)[1]
    yield from transcripts("test.yaml")


class Schema:
    """A schema that assize prints, and what it says of a text."""

    def __init__(self, kind, committed, yaml, jsonschema):
        status, printed = run("schema", "--of", kind)
        with open(committed, encoding="utf-8") as file:
            report(status == 0 and file.read() == printed, f"{committed} is what `assize schema --of {kind}` prints (make docs)")
        self.kind, self.yaml, self.loader = kind, yaml, core_loader(yaml)
        self.schema = json.loads(printed)
        try:
            jsonschema.Draft7Validator.check_schema(self.schema)
            report(True, f"the schema of {kind} is one of draft-07")
        except jsonschema.SchemaError as error:
            report(False, f"the schema of {kind} is one of draft-07", error)
        self.validator = jsonschema.Draft7Validator(self.schema)

    def errors_of(self, text):
        errors = self.validator.iter_errors(self.yaml.load(text, self.loader))
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]

    def compare(self, texts, codes_of, always_visible):
        """What assize takes the schema takes; what assize refuses for what a schema can see, it refuses."""
        taken = refused = 0
        for name, text in texts:
            codes = codes_of(text)
            try:
                errors = self.errors_of(text)
            except self.yaml.YAMLError:
                if codes is None:
                    print(f"# {name}: PyYAML cannot read it")
                continue
            if codes is None:
                taken += 1
                report(not errors, f"{name} is taken by both", "\n".join(errors))
            elif codes <= always_visible:
                refused += 1
                report(bool(errors), f"{name} ({' '.join(sorted(codes))}) is refused by both")
        report(taken > 0 and refused > 0, f"{taken} {self.kind} are taken by both, {refused} are refused by both")

    def compare_examples(self, family, visible):
        for line in run("explain", "--list")[1].splitlines():
            code = line.split()[0]
            good, bad = run("explain", code, "--good")[1], run("explain", code, "--bad")[1]
            if not re.match(family, code) or not good:
                continue
            errors = self.errors_of(good)
            report(not errors, f"{code}: the good example is taken", "\n".join(errors))
            if code in visible:
                report(bool(self.errors_of(bad)), f"{code}: the bad example is refused by the schema, too", bad)

    def refuses(self, *wrongs):
        for wrong in wrongs:
            report(not self.validator.is_valid(wrong), f"the schema of {self.kind} refuses {json.dumps(wrong)}")


def main():
    try:
        import jsonschema
        import yaml
    except ImportError:
        print("ok 1 - policies and tests against their schemas # SKIP jsonschema and PyYAML could not be installed\n1..1")
        sys.exit(0)
    policy = Schema("policies", "docs/schema/policy.schema.json", yaml, jsonschema)
    policy.compare(policies(), codes_of, ALWAYS_VISIBLE)
    policy.compare_examples("A[0-6]|A8", VISIBLE)
    policy.refuses([], {}, {"assize": 1, "name": "x"}, {"assize": 2, "name": "x", "ship": ["acc > 0"]})

    tests = Schema("tests", "docs/schema/tests.schema.json", yaml, jsonschema)
    tests.compare(test_files(), test_codes_of, {"A701", "A706", "A707"})
    tests.compare_examples("A7[0-3]", VISIBLE_IN_TESTS)
    case = {"name": "x", "verdict": "ship"}
    tests.refuses(
        [], {}, {"cases": []}, {"cases": [case]},
        {"cases": [{**case, "record": {}, "file": "x.json"}]},
        {"cases": [{**case, "baseline": "x.json"}]},
        {"cases": [{**case, "file": "x.json", "with": {"metrics.acc": 1}}]},
        {"cases": [{**case, "record": {}, "columns": ["verdict"]}]},
        {"cases": [{**case, "record": {}, "rows": [["ship"]]}]},
        {"cases": [{"name": "x", "record": {}, "unknown": [{"metric": "acc", "field": "f", "reason": "missing"}]}]},
        {"cases": [{"name": "x", "record": {}, "unknown": [{"attribute": "n", "reason": "missing"}]}]},
    )


main()
print(f"1..{count}")
sys.exit(failures > 0)
