"""Who is measured: a line for each peer with how it is run, what it does in each of the two modes, and the goal set beforehand.

`verdict` asks for the verdict alone, and a peer may stop at what decides. `outcomes` asks for the verdict and a letter for each
predicate, T, F or U. The output is the same bytes for all, so that it can be compared.
"""
import os
import shutil
import sys
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, "peers")


@dataclass
class Peer:
    name: str
    recipe: str  # of install.py; "" where there is nothing to install
    reads: str  # "file": by name; "input": standard input
    command: object  # (mode, folder of the policy, path) -> arguments
    verdict: str  # what it does for a verdict; "" where it is not asked
    outcomes: str  # and for every outcome
    goal: float = 0  # times assize's processor time, every outcome, main records
    says: str = "all"  # "ship" where it can only say whether all holds


@dataclass
class Programs:
    """Where the programs are."""
    build: str

    def path(self, *names):
        return os.path.join(self.build, "bench", *names)

    def found(self, name):
        """The one that the harness installed, or the machine's."""
        return self.path(name) if os.path.exists(self.path(name)) else shutil.which(name) or name

    @property
    def assize(self):
        return os.path.join(self.build, "assize")

    @property
    def python(self):
        return self.path("venv", "bin", "python") if os.path.exists(self.path("venv", "bin", "python")) else sys.executable


def peers(programs, threads=1):
    """All of them, assize first. With more `threads` than one only those that can use them make sense."""
    def assize(form):
        return lambda mode, folder, path: [programs.assize, "eval", "--exit-zero", "-j", str(threads), "-p",
                                           os.path.join(folder, "policy.assize.yaml"), "-o", form(mode), path]

    def script(name, *words):
        return lambda mode, folder, path: [programs.python, os.path.join(PEERS, name), *(word.format(mode=mode) for word in words), folder]

    def duckdb(schema):
        return lambda mode, folder, path: [programs.python, os.path.join(PEERS, "duckdb_sql.py"), "outcomes" if mode == "array" else mode, schema,
                                           "array" if mode == "array" else "newline_delimited", str(threads), folder, path]

    def polars(mode, folder, path):
        return ["env", f"POLARS_MAX_THREADS={threads}", programs.python, os.path.join(PEERS, "polars_frame.py"), mode, folder, path]

    def go(engine, outcomes="outcomes"):
        return lambda mode, folder, path: [programs.path("gopeer"), engine, mode if mode == "verdict" else outcomes, folder]

    def regorus(form):
        return lambda mode, folder, path: [programs.path("rust", "release", "bench"), form, mode, folder]

    def jq(mode, folder, path):
        return [programs.found("jq"), "-r", "-f", os.path.join(folder, f"{mode}.jq"), path]

    return [
        Peer("assize", "", "file", assize(lambda mode: "verdict" if mode == "verdict" else "marks"),
             "`-o verdict`", "`-o marks`"),
        Peer("assize -o jsonl", "", "file", assize(lambda mode: "jsonl"),
             "", "`-o jsonl`: of each rule also the values, the limit, the margin, and the places in policy and result", says="more"),
        Peer("DuckDB", "python", "file", duckdb("declared"),
             "one `CASE` over columns of a declared schema, one thread", "a column for each predicate, joined to a line", 4),
        Peer("DuckDB auto", "python", "file", duckdb("auto"),
             "the same, the schema found by DuckDB", "the same"),
        Peer("polars", "python", "file", polars,
             "one expression over a lazy frame with a declared schema, one thread", "a column for each predicate, joined to a line", 13),
        Peer("node", "node", "input", lambda mode, folder, path: [programs.found("node"), os.path.join(PEERS, "node.js"), mode, folder],
             "`JSON.parse` and a loop that stops", "a loop over all predicates", 18),
        Peer("Python", "", "input", script("python_json.py", "{mode}"),
             "`json.loads` and a loop that stops", "a loop over all predicates", 35),
        Peer("MLflow", "python", "input", script("python_json.py", "mlflow-{mode}"),
             "`json.loads` and `validate_evaluation_results` of `MetricThreshold`s; says only whether all hold",
             "the outcomes read from the words of its exception", says="ship"),
        Peer("expr", "go", "input", go("expr"),
             "three compiled programs, which stop", "one compiled program that makes a list", 35),
        Peer("cel-go", "go", "input", go("cel"),
             "three compiled programs, which stop", "one compiled program that makes a list", 40),
        Peer("OPA", "go", "input", go("opa"),
             "a prepared query, whose rules stop", "a prepared query that joins a letter for each predicate"),
        Peer("OPA reasons", "go", "input", go("opa", "reasons"),
             "", "a prepared query for two sets of messages, what fails and what is unknown, as a deny set is written", 100),
        Peer("regorus", "rust", "input", regorus("engine"),
             "the policy of OPA, compiled once, whose rules stop", "the letters as OPA's", 20),
        Peer("regorus machine", "rust", "input", regorus("machine"),
             "the same in its bytecode machine", "the same in its bytecode machine", 20),
        Peer("jq", "jq", "file", jq,
             "one program, whose `or` and `and` stop", "one program that makes a list", 60),
    ]
