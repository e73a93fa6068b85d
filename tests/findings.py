"""Judges what `assize check -o` writes by schemas and readers that are not ours, and prints TAP. Started by tests/findings.sh.

usage: findings.py PROGRAM CORPORA SCHEMAS
"""
import glob
import json
import os
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ElementTree

PROGRAM, CORPORA, SCHEMAS = os.path.abspath(sys.argv[1]), sys.argv[2], os.path.abspath(sys.argv[3])
FORMATS = "json", "jsonl", "sarif", "junit", "github", "gitlab", "checkstyle"
POLICY = "assize: 1\nname: example\nmetrics: {acc: {better: higher}}\nship: [acc improves]\n"

count = 0
failures = 0


def report(problems, name):
    """A test: it passes where there are no problems."""
    global count, failures
    count += 1
    failures += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {count} - {name}")
    for problem in list(problems)[:10]:
        print("#   " + str(problem).replace("\n", " ")[:300])


def skip(name, reason):
    global count
    count += 1
    print(f"ok {count} - {name} # SKIP {reason}")


def check(folder, names):
    """Runs check once with every format: the status, and the text of each."""
    outputs = [part for form in FORMATS for part in ("-o", f"{form}={form}.out")]
    result = subprocess.run([PROGRAM, "check", *outputs, "--", *names], cwd=folder, stdin=subprocess.DEVNULL,
                            capture_output=True, timeout=60)
    texts = {}
    for form in FORMATS:
        with open(os.path.join(folder, form + ".out"), "rb") as file:
            texts[form] = file.read()
    return result.returncode, texts


def examples():
    """The bad and the good example of every finding of a policy, by a name for the file."""
    codes = subprocess.run([PROGRAM, "explain", "--list"], capture_output=True, check=True).stdout.decode().split("\n")
    for code in (line.split()[0] for line in codes if line):
        for kind in "bad", "good":
            text = subprocess.run([PROGRAM, "explain", code, "--" + kind], capture_output=True, check=True).stdout
            if text and not code.startswith(("A7", "A9")):
                yield f"{code}-{kind}.yaml", text


# ---- the schemas ---------------------------------------------------------------------------------------------


def schema_judge(path):
    import jsonschema
    with open(path, encoding="utf-8") as file:
        schema = json.load(file)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    validator = kind(schema)
    return lambda value: [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(value)]


def judge_findings_schema(texts):
    name = "report/schema/findings.schema.json"
    try:
        judge = schema_judge(name)
    except ImportError:
        skip(name, "jsonschema could not be installed")
        return
    document = json.loads(texts["json"])
    report(judge(document), f"json of {len(document['files'])} files, by {name}")
    lines = texts["jsonl"].decode("ascii").splitlines()
    report([problem for line in lines for problem in judge(json.loads(line))], f"{len(lines)} lines of jsonl, by {name}")
    finding = document["files"][0]["findings"][0]
    wrong = [{}, {"schema": "assize.findings/1"}, {**document, "more": 1}, {**document, "schema": "assize.findings/2"},
             {**document, "files": [{"file": "x", "status": "clean", "findings": [finding]}]},
             {"schema": "assize.findings/1", "finding": {**finding, "severity": "bad"}},
             {"schema": "assize.findings/1", "finding": {**finding, "at": {"file": "x"}}}]
    report([value for value in wrong if not judge(value)], "the schema refuses what is not so")


def judge_sarif_schema(texts):
    path = os.path.join(SCHEMAS, "sarif.json")
    if not os.path.exists(path) or not os.path.getsize(path):
        skip("sarif by its schema", "the package with the schema could not be fetched")
        return
    try:
        judge = schema_judge(path)
    except ImportError:
        skip("sarif by its schema", "jsonschema could not be installed")
        return
    for name, text in texts.items():
        report(judge(json.loads(text)), f"sarif of {name}, by the schema of SARIF 2.1.0")
    report([] if judge({"version": "2.1.0", "runs": [{}]}) else ["it takes a run without a tool"], "that schema refuses what is not so")


def judge_junit_schema(text):
    path = os.path.join(SCHEMAS, "junit.xsd")
    if not os.path.exists(path) or not os.path.getsize(path):
        skip("junit by its schema", "the package with the schema could not be fetched")
        return
    try:
        import xmlschema
    except ImportError:
        skip("junit by its schema", "xmlschema could not be installed")
        return
    schema = xmlschema.XMLSchema(path)
    root = ElementTree.fromstring(text)
    # Where a case stands, GitLab and others read; Jenkins does, too, but its schema has never named it.
    for case in root.iter("testcase"):
        case.attrib.pop("file", None)
        case.attrib.pop("line", None)
    report([error.reason for error in schema.iter_errors(root)], "junit, by Jenkins' schema")
    report([] if not schema.is_valid(ElementTree.fromstring("<testsuite/>")) else ["it takes a suite without a name"],
           "that schema refuses what is not so")


# ---- what the reports say ------------------------------------------------------------------------------------


def read_github(text):
    """The commands: (kind, properties, message), unescaped as the runner does it."""
    def undo(value, pairs):
        for code, character in pairs:
            value = value.replace(code, character)
        return value.replace("%25", "%")

    data = [("%0D", "\r"), ("%0A", "\n")]
    for line in text.decode("utf-8").split("\n")[:-1]:
        _, command, message = line.split("::", 2)
        kind, _, rest = command.partition(" ")
        properties = dict(part.split("=", 1) for part in rest.split(","))
        yield kind, {key: undo(value, data + [("%3A", ":"), ("%2C", ",")]) for key, value in properties.items()}, undo(message, data)


XML = {
    "testsuites": {"name", "tests", "failures", "errors"}, "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"classname", "name", "file", "line"}, "failure": {"message", "type"}, "checkstyle": {"version"}, "file": {"name"},
    "error": {"message", "type", "line", "column", "severity", "source"},
}


def problems_of_xml(form, text):
    for element in ElementTree.fromstring(text).iter():
        if element.tag not in XML or not set(element.attrib) <= XML[element.tag]:
            yield f"{form}: <{element.tag} {element.attrib}>"


def is_plain(name):
    """Shown as it stands in every format."""
    return all(" " <= c <= "~" for c in name) and "##" not in name


def problems_of(names, texts):
    """What is wrong with the reports of one run over these files."""
    document = json.loads(texts["json"])
    found = [(entry["file"], finding) for entry in document["files"] for finding in entry["findings"]]
    totals = document["totals"]
    if [entry["file"] for entry in document["files"]] != names or totals["findings"] != len(found):
        yield "json: the files or the totals"
    if totals["clean"] + totals["with_findings"] + totals["not_checked"] != totals["files"] or totals["files"] != len(names):
        yield "json: the totals do not add up"
    lines = [json.loads(line) for line in texts["jsonl"].decode("ascii").splitlines()]
    if [line["finding"] for line in lines if "finding" in line] != [finding for _, finding in found] or lines[-1]["totals"] != totals:
        yield "jsonl: not the same as json"
    run = json.loads(texts["sarif"])["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    worst_first = sorted(found, key=lambda entry: ("error", "warning", "note").index(entry[1]["severity"]))
    for (name, finding), result in zip(worst_first, run["results"]):
        location = result["locations"][0]["physicalLocation"]
        if rules[result["ruleIndex"]]["id"] != result["ruleId"] or result["ruleId"] != finding["code"]:
            yield "sarif: the rule of a result"
        if os.path.normpath(urllib.parse.unquote(location["artifactLocation"]["uri"])) != os.path.normpath(name):
            yield f"sarif: {location['artifactLocation']['uri']} for {name!r}"
        if location["region"]["startLine"] != finding["at"]["line"] or location["region"]["endColumn"] != finding["at"]["end_column"]:
            yield "sarif: the place of a result"
    if len(run["results"]) != len(found) or len(run["invocations"][0]["toolExecutionNotifications"]) != totals["not_checked"]:
        yield "sarif: as many results"
    yield from problems_of_xml("junit", texts["junit"])
    yield from problems_of_xml("checkstyle", texts["checkstyle"])
    suites = ElementTree.fromstring(texts["junit"])
    for root in [suites, *suites]:
        for key, tag in ("tests", "testcase"), ("failures", "failure"), ("errors", "error"):
            if int(root.get(key)) != len(list(root.iter(tag))):
                yield f"junit: {key} of {root.get('name')!r}"
    files = list(ElementTree.fromstring(texts["checkstyle"]))
    if len(files) != len(names) or sum(len(file) for file in files) != len(found) + totals["not_checked"]:
        yield "checkstyle: as many files and errors"
    for name, file, suite in zip(names, files, suites):
        if is_plain(name) and (file.get("name") != name or suite.get("name") != name):
            yield f"xml: the name {name!r}"
    issues = json.loads(texts["gitlab"])
    if len(issues) != len(found) + totals["not_checked"] or len({issue["fingerprint"] for issue in issues}) != len(issues):
        yield "gitlab: as many issues, each with a fingerprint of its own"
    annotations = list(read_github(texts["github"]))
    if any(kind not in ("error", "warning", "notice") for kind, _, _ in annotations):
        yield "github: a command that is none of ours"
    if len([1 for kind, _, _ in annotations if kind == "error"]) != min(10, totals["errors"] + totals["not_checked"]):
        yield "github: as many errors"
    for _, properties, _ in annotations:
        name = properties.get("file")
        if name is not None and not any(os.path.normpath(known) == name or not is_plain(known) for known in names):
            yield f"github: the file {name!r}"


def naughty_strings():
    path = os.path.join(CORPORA, "corpora/blns/blns.json")
    for path in [path, *glob.glob(os.path.join(CORPORA, "corpora/blns/**/blns.json"), recursive=True)]:
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                return json.load(file)
    return None


def judge_naughty_names(folder):
    strings = naughty_strings()
    if strings is None:
        skip("naughty strings", "there is no blns.json")
        return
    problems = []
    names = 0
    for number, string in enumerate(strings):
        key = json.dumps(string or "empty")
        texts = [POLICY + f"{key}: 1\n", POLICY.replace("{better: higher}", f"{{better: {key}}}"),
                 POLICY.replace("[acc improves]", "\n  - >-\n    " + (string.replace("\n", " ") or "empty") + "\n  - acc == \"x\"")]
        name = string.encode("utf-8", "surrogatepass")[:200].decode("utf-8", "ignore")
        if not name or "\0" in name or "/" in name or name in (".", "..", "-"):
            name = f"name{number}"
        else:
            names += 1
        for text in texts:
            try:
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(text.encode("utf-8", "surrogatepass"))
            except OSError:
                name = f"name{number}"
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(text.encode("utf-8", "surrogatepass"))
            status, reports = check(folder, [name])
            if status not in (0, 1):
                problems.append(f"{name!r}: status {status}")
            problems.extend(f"{name!r}: {problem}" for problem in problems_of([name], reports))
            os.remove(os.path.join(folder, name))
    report(problems, f"{len(strings)} naughty strings as keys, values and rules, {names} as names of files: every report is read back")


def main():
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, text in examples():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(text)
            names.append(name)
        names.append("nowhere.yaml")
        status, texts = check(folder, names)
        report([] if status == 2 else [status], f"{len(names) - 1} examples and a file that is not there")
        report(list(problems_of(names, texts)), "the reports agree with each other")
        judge_findings_schema(texts)
        _, clean = check(folder, [name for name in names if name.endswith("-good.yaml")])
        report(list(problems_of([name for name in names if name.endswith("-good.yaml")], clean)), "so do those of clean policies")
        judge_sarif_schema({"all examples": texts["sarif"], "clean policies": clean["sarif"]})
        judge_junit_schema(texts["junit"])
        judge_naughty_names(folder)
    print(f"1..{count}")
    return failures > 0


sys.exit(main())
