"""Compares the schema of policies with what assize takes and refuses, and prints TAP. Started by tests/schema.sh.

usage: schema.py PROGRAM
"""
import glob
import json
import re
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
COMMITTED = "docs/schema/policy.schema.json"

# What a schema can see of the registry's bad examples: keys, shapes, words and names. All else is assize's to say.
VISIBLE = set("A016 A101 A102 A103 A104 A105 A106 A107 A111 A112 A501 A502 A505".split())
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


def transcripts():
    """(where it comes from, text) of every policy inside a case."""
    for path in sorted(glob.glob("tests/cases/**/*.test", recursive=True)):
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            parts = re.split(r"^(--- .*|\$ .*)\n", file.read(), flags=re.M)
        for title, text in zip(parts[1::2], parts[2::2]):
            if title.startswith("--- ") and title.endswith(".yaml"):
                yield f"{path} {title[4:]}", text


def policies():
    for path in sorted(glob.glob("examples/*/*.assize.yaml")):
        with open(path, encoding="utf-8") as file:
            yield path, file.read()
    yield from transcripts()


def codes_of(text):
    """The codes that `check` reports; None where the policy is clean."""
    with tempfile.NamedTemporaryFile("w", suffix=".assize.yaml", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        status, out = run("check", file.name)
    return None if status == 0 else set(re.findall(r": error\[(A\d+)\]", out))


def main():
    status, printed = run("schema")
    with open(COMMITTED, encoding="utf-8") as file:
        report(status == 0 and file.read() == printed, f"{COMMITTED} is what `assize schema` prints (make docs)")
    try:
        import jsonschema
        import yaml
    except ImportError:
        print("ok 2 - policies against their schema # SKIP jsonschema and PyYAML could not be installed\n1..2")
        return
    schema = json.loads(printed)
    try:
        jsonschema.Draft7Validator.check_schema(schema)
        report(True, "it is a schema of draft-07")
    except jsonschema.SchemaError as error:
        report(False, "it is a schema of draft-07", error)
        return
    validator = jsonschema.Draft7Validator(schema)
    loader = core_loader(yaml)

    def errors_of(text):
        errors = validator.iter_errors(yaml.load(text, loader))
        return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in errors]

    taken = refused = 0
    for name, text in policies():
        codes = codes_of(text)
        try:
            errors = errors_of(text)
        except yaml.YAMLError:
            if codes is None:
                print(f"# {name}: PyYAML cannot read it")
            continue
        if codes is None:
            taken += 1
            report(not errors, f"{name} is taken by both", "\n".join(errors))
        elif codes and codes <= ALWAYS_VISIBLE:
            refused += 1
            report(bool(errors), f"{name} ({' '.join(sorted(codes))}) is refused by both")
    report(taken > 0 and refused > 0, f"{taken} policies are taken by both, {refused} are refused by both")
    for line in run("explain", "--list")[1].splitlines():
        code = line.split()[0]
        good, bad = run("explain", code, "--good")[1], run("explain", code, "--bad")[1]
        if code.startswith(("A7", "A9")) or not good:
            continue
        errors = errors_of(good)
        report(not errors, f"{code}: the good example is taken", "\n".join(errors))
        if code in VISIBLE:
            report(bool(errors_of(bad)), f"{code}: the bad example is refused by the schema, too", bad)
    for wrong in [], {}, {"assize": 1, "name": "x"}, {"assize": 2, "name": "x", "ship": ["acc > 0"]}:
        report(not validator.is_valid(wrong), f"the schema refuses {json.dumps(wrong)}")


main()
print(f"1..{count}")
sys.exit(failures > 0)
