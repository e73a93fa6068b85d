"""Brings the peers, each at the version in PINS, go.mod or Cargo.toml, under BUILD/bench and nowhere else.

A recipe is a function that leaves its programs there and may be called again: what is there at the right version is left alone. It
raises where a tool is missing or a registry does not answer; the harness then names the peer and goes on without it.
jq, yyjson and simdjson come as sources that Python packages carry, for a Linux distribution's are years behind.
"""
import glob
import hashlib
import os
import platform
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, "peers")

# package of the registry: version; what it carries is named where it is another thing
PINS = {
    "duckdb": "2.0.1",
    "polars": "2.1.0",
    "mlflow-skinny": "3.17.2",
    "jq": "1.13.0",  # jq 1.8.2
    "node": "26.10.0",
    "yyjson": "4.0.6",  # yyjson 0.10.0
    "pysimdjson": "7.0.2",  # simdjson 3.12.3
}
CARRIED = {"jq": "1.8.2", "yyjson": "0.10.0", "pysimdjson": "3.12.3"}


class Missing(Exception):
    """Why something cannot be had."""


class Installer:
    def __init__(self, folder):
        self.folder = folder
        self.missing = {}  # recipe: why
        os.makedirs(folder, exist_ok=True)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def run(self, *command, **more):
        if not shutil.which(command[0]):
            raise Missing(f"there is no {os.path.basename(command[0])}")
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **more)
        if result.returncode != 0:
            words = result.stdout.decode("utf-8", "replace").strip().splitlines()
            raise Missing(f"{os.path.basename(command[0])} failed: {words[-1][:160] if words else result.returncode}")

    def bring(self, recipe, may_fetch=True):
        """Whether what the recipe makes is there now. Without `may_fetch` only what was made before counts."""
        name = recipe.__name__
        stamp, wanted = self.path(f"{name}.done"), " ".join(version_of(name))
        try:
            with open(stamp, encoding="utf-8") as file:
                if file.read() == wanted:
                    return True
        except OSError:
            pass
        try:
            if not may_fetch:
                raise Missing("it was not installed before")
            print(f"installing {name} {wanted}".rstrip(), flush=True)
            recipe(self)
            with open(stamp, "w", encoding="utf-8") as file:
                file.write(wanted)
            return True
        except (Missing, OSError) as error:
            self.missing[name] = str(error)
            return False

    def source(self, package, inside):
        """The folder with the source archive of a Python package, unpacked; `inside` is a pattern of a file that it must have."""
        place = self.path(f"{package}-source")
        if not glob.glob(os.path.join(place, inside)):
            shutil.rmtree(place, ignore_errors=True)
            self.run(sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary", package,
                     "-d", place, f"{package}=={PINS[package]}")
            for archive in glob.glob(os.path.join(place, "*.tar.gz")):
                self.run("tar", "xzf", archive, "-C", place)
        found = glob.glob(os.path.join(place, inside))
        if not found:
            raise Missing(f"{package} {PINS[package]} has no {inside}")
        return found[0]


# recipe: the packages it brings, and the files that say what it builds; a change of either makes it anew
PACKAGES = {"python": ("duckdb", "polars", "mlflow-skinny"), "jq": ("jq",), "node": ("node",), "readers": ("yyjson", "pysimdjson")}
FILES = {"go": ("go/go.sum", "go/main.go"), "rust": ("rust/Cargo.lock", "rust/src/main.rs"), "readers": ("readers.cc",)}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()[:12]


def version_of(recipe):
    stamps = [f"{name}=={PINS[name]}" for name in PACKAGES.get(recipe, ())]
    for name in FILES.get(recipe, ()):
        stamps.append(f"{name}@{digest(os.path.join(PEERS, name))}")
    return stamps


def python(here):
    """A venv with duckdb, polars and MLflow."""
    if not os.path.exists(here.path("venv", "bin", "pip")):
        here.run(sys.executable, "-m", "venv", here.path("venv"))
    here.run(here.path("venv", "bin", "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check",
             *(f"{name}=={PINS[name]}" for name in ("duckdb", "polars", "mlflow-skinny")))


def go(here):
    """One program with OPA, cel-go and expr."""
    here.run("go", "build", "-mod=readonly", "-o", here.path("gopeer"), ".", cwd=os.path.join(PEERS, "go"))


def rust(here):
    """A program with regorus."""
    here.run("cargo", "build", "-q", "--locked", "--release", "--target-dir", here.path("rust"), cwd=os.path.join(PEERS, "rust"))


def jq(here):
    """jq, built from the release that the Python package carries."""
    os.makedirs(here.path("jq-source"), exist_ok=True)
    here.run("tar", "xzf", here.source("jq", "jq-*/deps/jq-*.tar.gz"), "-C", here.path("jq-source"))
    folder = here.path("jq-source", f"jq-{CARRIED['jq']}")
    here.run("sh", "./configure", "-q", "--disable-docs", "--disable-shared", "--enable-static", "--with-oniguruma=no",
             "--disable-maintainer-mode", "CFLAGS=-O2", cwd=folder)
    here.run("make", "-s", "src/builtin.inc", cwd=folder)
    here.run("make", "-s", f"-j{os.cpu_count() or 1}", "jq", cwd=folder)
    shutil.copy2(os.path.join(folder, "jq"), here.path("jq"))


def node(here):
    """The program that npm's package for this machine carries."""
    machine = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), platform.machine())
    package = f"node-{platform.system().lower()}-{machine}"
    here.run("npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", here.path("npm"),
             f"{package}@{PINS['node']}")
    target = here.path("node")
    if os.path.lexists(target):
        os.remove(target)
    os.symlink(os.path.join("npm", "node_modules", package, "bin", "node"), target)


def readers(here):
    """simdjson's and yyjson's readers over the same files: the distribution's simdjson where it has one, and the sources' one."""
    yyjson, simdjson = here.source("yyjson", "yyjson-*/yyjson/yyjson.c"), here.source("pysimdjson", "pysimdjson-*/simdjson/simdjson.cpp")
    # The sources take long to compile, so their objects are kept.
    for compiler, source, made in (("gcc", yyjson, "yyjson.o"), ("g++", simdjson, "simdjson.o")):
        if not os.path.exists(here.path(made)):
            here.run(compiler, "-O2", "-c", source, "-o", here.path(made))
    common = ["g++", "-std=c++17", "-O2", os.path.join(PEERS, "readers.cc"), here.path("yyjson.o"), f"-I{os.path.dirname(yyjson)}"]
    here.run(*common, here.path("simdjson.o"), f"-I{os.path.dirname(simdjson)}", "-o", here.path("readers"))
    here.run(*common, "-lsimdjson", "-o", here.path("readers-distribution"))
