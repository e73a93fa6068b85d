"""Compares assize with software that is not ours, and prints TAP. Started by tests/referees.sh.

usage: referees.py PROGRAM CORPORA
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

PROGRAM, CORPORA = sys.argv[1:3]
SCHEMA = "report/schema/verdict.schema.json"
REPLAY_SCHEMA = "report/schema/replay.schema.json"

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


def skip(name, reason):
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {reason}")


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)


def refuse_word(word):
    raise ValueError(word)



def accepted_by_python(data):
    """RFC 8259 as Python's json reads it: UTF-8, without the three words it adds."""
    try:
        json.loads(data.decode("utf-8"), parse_constant=refuse_word)
        return True
    except (ValueError, RecursionError):
        return False


def judge_reader():
    """Every y_ file is accepted by both, every n_ file refused by both; of the i_ files the differences are shown."""
    files = sorted(glob.glob(os.path.join(CORPORA, "corpora/JSONTestSuite/test_parsing/*.json")))
    if not files:
        skip("Python's json and our reader on JSONTestSuite", "there is no JSONTestSuite")
        return
    for path in files:
        name = os.path.basename(path)
        with open(path, "rb") as file:
            python = accepted_by_python(file.read())
        result = run("records", "--syntax", path)
        ours = {0: True, 2: False}.get(result.returncode)
        if name[0] == "i":
            if ours is None:
                report(False, name, f"status {result.returncode}\n{result.stderr.decode(errors='replace')}")
            elif ours != python:
                print(f"# {name}: ours {'accepts' if ours else 'refuses'}, Python {'accepts' if python else 'refuses'}")
            continue
        expected = name[0] == "y"
        if python != expected:
            print(f"# {name}: Python {'accepts' if python else 'refuses'} it; the suite says otherwise")
        status = 0 if expected else 2
        report(ours == expected, f"JSONTestSuite {name}", f"status {result.returncode}, expected {status}")


def documents(text):
    """The JSON texts that stand one behind the other: of `-o json` one for each record."""
    at, decoder = 0, json.JSONDecoder()
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        try:
            end = decoder.raw_decode(text, at)[1]
        except ValueError:
            end = len(text)
        yield text[at:end]
        at = end


def verdict_lines():
    """(where it comes from, line) of every verdict that the examples give as json and as jsonl."""
    for policy in sorted(glob.glob("examples/*/*.assize.yaml")):
        folder = os.path.dirname(policy)
        for record in sorted(glob.glob(folder + "/*.json") + glob.glob(folder + "/*.jsonl")):
            for form in "json", "jsonl":
                if form == "json" and record.endswith(".jsonl"):
                    continue
                result = run("eval", "-p", policy, record, "-o", form)
                text = result.stdout.decode("utf-8")
                for line in text.splitlines() if form == "jsonl" else documents(text):
                    yield f"{policy} {record} -o {form}", line


def judge_verdicts():
    try:
        import jsonschema
    except ImportError:
        skip("verdicts against their schema", "jsonschema could not be installed")
        return
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    validator_class = jsonschema.validators.validator_for(schema)
    try:
        validator_class.check_schema(schema)
        report(True, f"{SCHEMA} is a schema")
    except jsonschema.SchemaError as error:
        report(False, f"{SCHEMA} is a schema", error)
        return
    validator = validator_class(schema)
    # A schema that takes anything judges nothing.
    for wrong in {}, {"schema": "assize.verdict/1"}, {"schema": "assize.verdict/1", "verdict": 3}:
        report(not validator.is_valid(wrong), f"the schema refuses {json.dumps(wrong)}")
    seen = 0
    for name, line in verdict_lines():
        seen += 1
        try:
            found = validator.iter_errors(json.loads(line))
            errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in found]
        except ValueError as error:
            errors = [f"not JSON: {error}"]
        report(not errors, name, "\n".join(errors))
    report(seen > 0, f"{seen} verdicts were judged")


def judge_replays():
    """What `replay -o json` says of a few decisions, against its schema."""
    try:
        import jsonschema
    except ImportError:
        skip("replays against their schema", "jsonschema could not be installed")
        return
    with open(REPLAY_SCHEMA, encoding="utf-8") as file:
        validator = jsonschema.Draft202012Validator(json.load(file))
    report(not validator.is_valid({"schema": "assize.replay/1"}), "the schema of replays refuses an empty one")
    with tempfile.TemporaryDirectory() as folder:
        for record in "ship", "iterate", "reject", "undecided":
            run("decide", "-p", "examples/spatial/spatial.assize.yaml", "--as", "defer", "--because", "b", "--next", "n",
                "--dir", folder + "/d", f"examples/spatial/{record}.json")
        with open("examples/spatial/spatial.assize.yaml", encoding="utf-8") as file:
            policy = file.read()
        changed = folder + "/changed.assize.yaml"
        with open(changed, "w", encoding="utf-8") as file:
            file.write(policy.replace("  space10: ", "  more: {better: lower}\n  space10: ").replace("- space10.delta < -0.01", "- more.variant > 1")
                       .replace("omnispatial.delta >= 0.02", "omnispatial.delta >= 0.9"))
        with open(folder + "/d/broken.yaml", "w", encoding="utf-8") as file:
            file.write("a: b\n")
        for options in [], ["--all"]:
            result = run("replay", "-p", changed, folder + "/d", "-o", "json", *options)
            found = json.loads(result.stdout)
            errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(found)]
            report(not errors and found["records"] == 5, f"replay -o json {' '.join(options)}", "\n".join(errors))


judge_reader()
judge_verdicts()
judge_replays()
print(f"1..{count}")
sys.exit(failures > 0)
