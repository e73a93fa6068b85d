"""Whether JUnit files have the shape that Jenkins' schema (junit-10.xsd) and the other readers of JUnit ask for: which
element may stand in which, which attributes it must and may have, and counts that are those of what is there.

Usage: junit.py FILE...     prints what is wrong; status 1 where something is, or where there is no test case."""

import sys
import xml.etree.ElementTree as tree

RESULTS = {"failure", "error", "skipped"}
CHILDREN = {"testsuites": {"testsuite"}, "testsuite": {"testsuite", "properties", "testcase", "system-out", "system-err"},
            "testcase": RESULTS | {"system-out", "system-err"}, "properties": {"property"}}
COUNTS = {"tests", "failures", "errors"}
REQUIRED = {"testsuite": COUNTS | {"name"}, "testcase": {"name"}, "property": {"name", "value"}}
ALLOWED = {"testsuites": COUNTS | {"name", "time"},
           "testsuite": COUNTS | {"name", "group", "time", "skipped", "timestamp", "hostname", "id", "package", "file"},
           "testcase": {"name", "time", "classname", "group"}, "property": {"name", "value"},
           "failure": {"type", "message"}, "error": {"type", "message"}, "skipped": {"type", "message"}}


def problems(element):
    tag = element.tag
    for missing in sorted(REQUIRED.get(tag, set()) - set(element.attrib)):
        yield f"<{tag}> has no {missing}"
    for unknown in sorted(set(element.attrib) - ALLOWED.get(tag, set())):
        yield f"<{tag}> has an attribute {unknown}"
    for child in element:
        if child.tag not in CHILDREN.get(tag, set()):
            yield f"<{child.tag}> stands in <{tag}>"
        yield from problems(child)
    if tag == "testsuite":
        cases = element.findall("testcase")
        found = {"tests": len(cases), "failures": sum(case.find("failure") is not None for case in cases),
                 "errors": sum(case.find("error") is not None for case in cases)}
        for name, count in found.items():
            if element.get(name) != str(count):
                yield f"{name} is {element.get(name)}, and there are {count}"


def check(path):
    try:
        root = tree.parse(path).getroot()
    except (OSError, tree.ParseError) as error:
        return [str(error)]
    found = list(problems(root))
    if root.tag != "testsuites":
        found.append(f"the root is <{root.tag}>")
    if not root.findall(".//testcase"):
        found.append("there is no test case")
    return found


def main():
    bad = False
    for path in sys.argv[1:]:
        for problem in check(path):
            print(f"{path}: {problem}")
            bad = True
    sys.exit(bad)


main()
