"""Judges what `assize eval -o` writes by schemas, readers and a browser that are not ours, and prints TAP. Started by tests/reports.sh.

usage: reports.py PROGRAM CORPORA SCHEMAS BROWSER
"""
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

PROGRAM, CORPORA, SCHEMAS, BROWSER = (os.path.abspath(argument) for argument in sys.argv[1:5])
ROOT = os.getcwd()
FORMATS = ("jsonl", "markdown", "html", "junit", "github", "github-output", "gitlab", "openmetrics", "tap", "plain", "text")

POLICY = """assize: 1
name: gate
metrics:
  acc: {label: LABEL, better: higher, unit: UNIT}
  ms: {better: lower}
fields: {who: {type: string}}
ship:
  all:
    - {rule: acc improves_by 0.02 with confidence >= 0.80, because: BECAUSE}
    - who == "me"
guards:
  - ms no_regression within 5%
"""

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


def module(name):
    try:
        return __import__(name, fromlist=["_"])
    except ImportError:
        return None


def evaluate(folder, arguments, formats=FORMATS):
    """Runs eval once with all formats: the status, and the text of each."""
    outputs = [part for form in formats for part in ("-o", f"{form}={form}.out")]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GITHUB_")}
    result = subprocess.run([PROGRAM, "eval", *outputs, *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                            timeout=120, env=environment)
    texts = {}
    for form in formats:
        path = os.path.join(folder, form + ".out")
        with open(path, "rb") as file:
            texts[form] = file.read().decode("utf-8")
        os.remove(path)
    return result.returncode, texts


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8", errors="surrogatepass") as file:
        file.write(text)
    return name


def policy(label="Accuracy", unit="points", because="less is noise"):
    return (POLICY.replace("LABEL", json.dumps(label, ensure_ascii=False)).replace("UNIT", json.dumps(unit, ensure_ascii=False))
            .replace("BECAUSE", json.dumps(because, ensure_ascii=False)))


def record(name="x", acc=0.93, ms=204, who="me", **more):
    metrics = {"acc": {"baseline": 0.9, "variant": acc, "confidence": 0.97}, "ms": {"baseline": 200, "variant": ms}}
    return json.dumps({"experiment": name, "variant": name, "baseline": name, "who": who, "metrics": metrics, **more})


# ---- what each format is -------------------------------------------------------------------------------------


def verdicts(texts):
    return [json.loads(line) for line in texts["jsonl"].splitlines()]


def class_of(verdict):
    return "error" if "error" in verdict else verdict["class"]


def judge_counts(name, status, texts):
    """Every format counts what jsonl says, and the exit status is that of the worst."""
    classes = [class_of(verdict) for verdict in verdicts(texts)]
    found = collections.Counter(classes)
    problems = []
    statuses = {"error": 2, "reject": 1, "inconclusive": 3, "accept": 0}
    worst = next((kind for kind in statuses if found[kind]), "error")
    if status != statuses[worst]:
        problems.append(f"status {status} and class {worst}")
    output = dict(line.split("=", 1) for line in texts["github-output"].splitlines())
    wanted = {"class": worst, "exit_code": str(status), "records": str(len(classes)), "errors": str(found["error"]),
              "accepted": str(found["accept"]), "rejected": str(found["reject"]), "inconclusive": str(found["inconclusive"])}
    problems += [f"github-output: {key}={output.get(key)}, not {value}" for key, value in wanted.items() if output.get(key) != value]
    tap = re.findall(r"^(ok|not ok) (\d+) .*?( # TODO inconclusive)?$", texts["tap"], re.M)
    kinds = ["accept" if one[0] == "ok" else "inconclusive" if one[2] else "reject" for one in tap]
    if kinds != [kind.replace("error", "reject") for kind in classes] or f"\n1..{len(classes)}\n" not in texts["tap"]:
        problems.append(f"tap: {kinds}")
    for kind in statuses:
        if f'assize_records{{class="{kind}"}} {found[kind]}\n' not in texts["openmetrics"]:
            problems.append(f"openmetrics does not count {kind}")
    alert = {"accept": "TIP", "inconclusive": "WARNING"}.get(worst, "CAUTION")
    if f"\n> [!{alert}]\n" not in texts["markdown"]:
        problems.append(f"markdown has no alert {alert}")
    if len(texts["markdown"].encode()) >= 65536:
        problems.append("markdown is larger than a comment")
    errors = texts["github"].count("::error "), texts["github"].count("::warning ")
    if (errors[0] > 0) != (found["reject"] + found["error"] > 0) or (errors[1] > 0) != (found["inconclusive"] > 0):
        problems.append(f"github: {errors} for {dict(found)}")
    severities = {issue["severity"] for issue in json.loads(texts["gitlab"])}
    kinds = {"blocker": "error", "major": "reject", "info": "inconclusive"}
    if severities != {key for key, kind in kinds.items() if found[kind]}:
        problems.append(f"gitlab: {severities} for {dict(found)}")
    report(problems, f"{name}: all formats count the same")


def judge_junit(name, texts):
    problems = []
    suites = ElementTree.fromstring(texts["junit"]).findall("testsuite")
    classes = [class_of(verdict) for verdict in verdicts(texts)]
    for suite, kind in zip(suites, classes):
        cases = suite.findall("testcase")
        tags = {tag: sum(case.find(tag) is not None for case in cases) for tag in ("failure", "error", "skipped")}
        counts = {"failure": "failures", "error": "errors", "skipped": "skipped"}
        problems += [f"{tag}: {suite.get(counts[tag])}, not {tags[tag]}" for tag in tags if suite.get(counts[tag]) != str(tags[tag])]
        if suite.get("tests") != str(len(cases)) or not cases:
            problems.append(f"tests: {suite.get('tests')}, not {len(cases)}")
        if (tags["failure"] > 0, tags["error"] > 0) != (kind == "reject", kind == "error") or (kind == "inconclusive" and not tags["skipped"]):
            problems.append(f"{tags} for {kind}")
        names = [case.get("name") for case in cases]
        if len(set(names)) != len(names):
            problems.append("two cases of one name")
    if len(suites) != len(classes):
        problems.append(f"{len(suites)} suites, {len(classes)} records")
    report(problems, f"{name}: junit, a suite for each record, failures where it is rejected")
    path = os.path.join(SCHEMAS, "junit.xsd")
    xmlschema = module("xmlschema")
    if not xmlschema or not os.path.exists(path) or not os.path.getsize(path):
        skip(f"{name}: junit, by Jenkins' schema", "the schema or its reader could not be fetched")
        return
    root = ElementTree.fromstring(texts["junit"])
    for case in root.iter("testcase"):  # GitLab and others read these; Jenkins' schema has never named them
        case.attrib.pop("file", None)
        case.attrib.pop("line", None)
    report([error.reason for error in xmlschema.XMLSchema(path).iter_errors(root)], f"{name}: junit, by Jenkins' schema")


def judge_openmetrics(name, texts):
    parser = module("prometheus_client.openmetrics.parser")
    if not parser:
        skip(f"{name}: openmetrics", "prometheus_client could not be installed")
        return
    try:
        samples = [sample for family in parser.text_string_to_metric_families(texts["openmetrics"]) for sample in family.samples]
    except ValueError as error:
        report([error], f"{name}: openmetrics, by prometheus_client")
        return
    problems = []
    found = [sample.value for sample in samples if sample.name == "assize_verdict"]
    if found != [{"error": 2, "reject": 1, "inconclusive": 3, "accept": 0}[class_of(one)] for one in verdicts(texts)]:
        problems.append(f"verdicts {found}")
    deltas = [sample.value for sample in samples if sample.name == "assize_metric_delta"]
    wanted = [metric["delta"] for one in verdicts(texts) for metric in one.get("metrics", []) if metric["delta"] is not None]
    if deltas != wanted:
        problems.append(f"deltas {deltas}, not {wanted}")
    report(problems, f"{name}: openmetrics, by prometheus_client, {len(samples)} samples")


# ---- Markdown and HTML ---------------------------------------------------------------------------------------


def render_markdown(text):
    cmarkgfm = module("cmarkgfm")
    options = module("cmarkgfm.cmark").Options.CMARK_OPT_UNSAFE
    return cmarkgfm.markdown_to_html_with_extensions(text, options=options, extensions=["table", "autolink", "strikethrough", "tasklist"])


def html_tree(text):
    return module("html5lib").parse(text, namespaceHTMLElements=False)


def shape(element):
    """Which elements and attributes stand in which; no text."""
    if not isinstance(element.tag, str):
        return "comment"
    return (element.tag, tuple(sorted(element.attrib)), tuple(shape(child) for child in element))


def judge_markdown(name, texts):
    if not module("cmarkgfm") or not module("html5lib"):
        skip(f"{name}: markdown", "cmarkgfm or html5lib could not be installed")
        return
    tree = html_tree(render_markdown(texts["markdown"]))
    problems = []
    for table in tree.iter("table"):
        widths = {len(list(row)) for row in table.iter("tr")}
        if len(widths) != 1:
            problems.append(f"rows of {widths} cells")
        if not list(table.iter("td")):
            problems.append("a table without a row")
    known = {"html", "head", "body", "blockquote", "p", "strong", "code", "table", "thead", "tbody", "tr", "th", "td", "ul", "li",
             "details", "summary", "sub", "br"}
    problems += [f"<{one.tag}>" for one in tree.iter() if isinstance(one.tag, str) and one.tag not in known]
    text = "".join(tree.itertext())
    for one in verdicts(texts)[:20]:
        if one.get("verdict", "") not in text:
            problems.append(f"no {one['verdict']}")
    if "| --" in text or "**" in text:
        problems.append("Markdown that was not read as such")
    report(problems, f"{name}: markdown, by GitHub's reader")


def browse(pages):
    """What a headless Chromium sees of pages; None where there is none."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium or not shutil.which("node") or not os.path.exists(os.path.join(BROWSER, "node_modules/playwright-core")):
        return None
    result = subprocess.run(["node", os.path.join(ROOT, "tests/reports.js"), BROWSER, chromium, *pages], capture_output=True, timeout=300)
    if result.returncode != 0:
        return [{"errors": [result.stderr.decode()[-200:]], "broken": True}]
    return json.loads(result.stdout)


def judge_page(seen, wanted, pictures):
    problems = list(seen["errors"])
    if seen.get("broken"):
        return problems
    if len(seen["requests"]) != 1 or not seen["requests"][0].startswith("file:"):
        problems.append(f"asked for {seen['requests'][1:]}")
    if seen["wide"] > 0 or seen["cut"] > 0:
        problems.append(f"{seen['wide']} pixels too wide, {seen['cut']} elements reach out")
    if seen["active"] or seen["foreign"]:
        problems.append(f"{seen['active']} active elements, {seen['foreign']} foreign addresses")
    problems += [f"its text has no {word}" for word in wanted if word not in seen["text"]]
    if len(seen["pictures"]) < pictures or not all(seen["pictures"]):
        problems.append("a picture without words")
    steps = list(zip(seen["headings"], seen["headings"][1:]))
    if seen["headings"][:1] != [1] or any(after > before + 1 for before, after in steps):
        problems.append(f"headings {seen['headings'][:12]}")
    return problems


def judge_browser(folder, pages):
    """pages: of each name its text, words that must be seen, and how many pictures there are at least."""
    paths = [os.path.join(folder, write(folder, name + ".html", text)) for name, (text, _, _) in pages.items()]
    looks = browse(paths)
    if looks is None:
        skip("html in a browser", "there is no chromium, node or playwright-core")
        return
    if looks[0].get("broken"):
        report(looks[0]["errors"], "html in a browser")
        return
    backgrounds = collections.defaultdict(set)
    for seen in looks:
        name = os.path.basename(seen["file"])[:-5]
        backgrounds[seen["scheme"]].add(seen["background"])
        report(judge_page(seen, pages[name][1], pages[name][2]), f"{name}: html in Chromium, {seen['size']} pixels, {seen['scheme']}")
    report([] if not backgrounds["light"] & backgrounds["dark"] else [dict(backgrounds)], "html is light or dark as the reader wishes")


# ---- naughty names -------------------------------------------------------------------------------------------


def naughty_strings():
    path = os.path.join(CORPORA, "corpora/blns/blns.json")
    text = os.path.join(CORPORA, "corpora/blns/blns.txt")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            return [one for one in json.load(file) if one.strip()]
    if os.path.exists(text):
        with open(text, encoding="utf-8", errors="replace") as file:
            return [line for line in file.read().split("\n") if line.strip() and not line.startswith("#")]
    return None


SPECIAL = ["a|b", "a\\|b", "`", "``` x", "`a` | `b`", "</code>", "<!--", "-->", "]]>", "@someone", "#1", "[a](http://b)", "![a](http://b)",
           "http://a.b", "www.a.b", ":smile:", "\\", "\\\\", "|", "\\`", "` ", " `", "a\n\n# b", "a\r\nb", "> a", "| a |\n|---|", "::error::a",
           "##[error]a", "%0A::error::a", "a\"b'c", "a,b:c", "</style><script>alert(1)</script>", "\"><svg onload=alert(1)>",
           "javascript:alert(1)", "a # TODO b", "a\\# b", "{0}", "a=b", "a<<EOF", "\x1b[31m", "\u202e", "\u200b", "\ufeff", "\x00", "&#64;x",
           "&lt;b&gt;", "&amp;", "--!>", "<details>", "</details>", "</td></tr></table>", "<br>", "$a$", "$$a$$", "~~a~~", "__a__", "a" * 300]

HIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def outlines(texts, trees):
    """What must be the same, whatever the names are."""
    lines = {form: [re.split(r"[\[ (={:]", line, maxsplit=1)[0] for line in texts[form].split("\n")]
             for form in ("github", "github-output", "openmetrics", "tap")}
    lines["plain"] = texts["plain"].count("\n")
    lines["text"] = texts["text"].count("\n")
    lines["junit"] = shape(ElementTree.fromstring(texts["junit"]))
    lines["gitlab"] = [sorted(issue) for issue in json.loads(texts["gitlab"])]
    lines["html"] = shape(html_tree(texts["html"])) if trees else texts["html"].count("<")
    lines["markdown"] = shape(html_tree(render_markdown(texts["markdown"]))) if trees else texts["markdown"].count("\n")
    return lines


def judge_naughty(folder, strings):
    trees = bool(module("cmarkgfm") and module("html5lib"))
    plain = {}
    problems = []
    for string in ["harmless", *strings]:
        write(folder, "n.yaml", policy(string, string, string))
        write(folder, "n.json", record(string, acc=0.91, who=string))
        checked = subprocess.run([PROGRAM, "check", "n.yaml"], cwd=folder, capture_output=True, stdin=subprocess.DEVNULL)
        which = "all"
        if checked.returncode != 0:  # YAML takes no control characters, and a label no line end
            which = "record"
            write(folder, "n.yaml", policy())
        if which not in plain:
            write(folder, "h.yaml", policy() if which == "record" else policy("harmless", "harmless", "harmless"))
            write(folder, "h.json", record("harmless", acc=0.91, who="harmless"))
            plain[which] = outlines(evaluate(folder, ["-p", "h.yaml", "h.json"])[1], trees)
        _, texts = evaluate(folder, ["-p", "n.yaml", "n.json"])
        try:
            own = outlines(texts, trees)
        except (ElementTree.ParseError, ValueError) as error:
            problems.append(f"{string!r}: {error}")
            continue
        problems += [f"{form}: {string!r}" for form in own if own[form] != plain[which][form]]
        problems += [f"{form} shows a hidden character of {string!r}" for form in texts if HIDDEN.search(texts[form])]
    report(problems, f"{len(strings)} naughty names in {len(FORMATS)} formats change nothing of what these are"
           + ("" if trees else " (without readers of Markdown and HTML)"))


def naughty_pages(folder, strings):
    write(folder, "n.yaml", policy())
    pages = {}
    for number in range(0, len(strings), 200):
        lines = [record(string, acc=0.91 if i % 2 else 0.95, ms=230 if i % 3 == 0 else 200, who=string)
                 for i, string in enumerate(strings[number:number + 200])]
        write(folder, "n.jsonl", "\n".join(lines) + "\n")
        _, texts = evaluate(folder, ["-p", "n.yaml", "n.jsonl"])
        pages[f"naughty-{number}"] = (texts["html"], ["records"], 10)
    return pages


def main():
    pages = {}
    with tempfile.TemporaryDirectory(prefix="assize-reports.") as folder:
        shutil.copytree(os.path.join(ROOT, "examples"), os.path.join(folder, "examples"))
        spatial = "examples/spatial/spatial.assize.yaml"
        write(folder, "gate.yaml", policy())
        write(folder, "bad.json", '{"metrics": }')
        write(folder, "many.jsonl", "\n".join(record(f"n{i}", acc=0.9 + i % 40 / 1000, ms=200 + i % 13, who="me" if i % 5 else "you")
                                              for i in range(900)) + "\n")
        runs = {name: ["-p", spatial, f"examples/spatial/{name}.json"] for name in ("ship", "reject", "iterate", "undecided", "unknown")}
        runs["pythia"] = ["-p", "examples/pythia/pythia.assize.yaml", "--baseline", "examples/pythia/baseline.json", "--variant",
                          "examples/pythia/variant.json"]
        runs["several"] = ["-p", spatial, *(f"examples/spatial/{name}.json" for name in ("ship", "reject", "iterate")), "bad.json", "nowhere"]
        runs["refused"] = ["-p", "gate.yaml", "bad.json"]
        runs["stream"] = ["-p", "gate.yaml", "many.jsonl"]
        for name, arguments in runs.items():
            status, texts = evaluate(folder, arguments)
            judge_counts(name, status, texts)
            judge_junit(name, texts)
            judge_openmetrics(name, texts)
            judge_markdown(name, texts)
            words = sorted({one["verdict"] for one in verdicts(texts) if "verdict" in one}) + ["assize"]
            metrics = len(verdicts(texts)[0].get("metrics", []))
            pages[name] = (texts["html"], words + [metric["label"] for metric in verdicts(texts)[0].get("metrics", [])], metrics)
        strings = naughty_strings()
        if strings is None:
            skip("naughty strings", "there is no list of them")
        strings = SPECIAL + (strings or [])
        judge_naughty(folder, strings)
        pages.update(naughty_pages(folder, strings))
        judge_browser(folder, pages)
    print(f"1..{count}")
    sys.exit(1 if failures else 0)


main()
