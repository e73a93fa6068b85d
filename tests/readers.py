"""What assize reads in JSON, beside simdjson and Python's json: which documents are refused, and every key, string and number in the
others. JSONTestSuite where it is, those files and ours mutated, and random documents. TAP.

    readers.py READER SIMDJSON|- CORPORA [DOCUMENTS [SEED]]      50,000 by default; -: there is no simdjson

Where a peer reads otherwise for a reason that is known, the reason stands in a table below and is counted. Anything else fails.
"""
import glob
import json
import os
import random
import struct
import subprocess
import sys
from fractions import Fraction

reader, simdjson, corpora = sys.argv[1:4]
wanted = int(sys.argv[4]) if len(sys.argv) > 4 else 50000
seed = int(sys.argv[5]) if len(sys.argv) > 5 else 20261129
chance = random.Random(seed)
sys.setrecursionlimit(20000)
number = failures = shown = 0


def tap(good, text):
    global number, failures
    number += 1
    failures += not good
    print(f"{'' if good else 'not '}ok {number} - {text}", flush=True)


# ---- documents ----

def suite():
    """JSONTestSuite's files: name and bytes."""
    for path in sorted(glob.glob(os.path.join(corpora, "corpora/JSONTestSuite/test_*/*.json"))):
        with open(path, "rb") as file:
            yield os.path.basename(path), file.read()


def ours():
    for path in sorted(glob.glob("examples/*/*.json") + glob.glob("tests/fuzz/corpus/json/*")):
        with open(path, "rb") as file:
            yield path, file.read()


NUMBERS = ["0", "-0", "1", "-1", "0.5", "12.25e-3", "1E+2", "1e400", "1e-400", "1e401", "-1e401", "123456789012345678901234567890",
           "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615",
           "18446744073709551616", "0.1000000000000000055511151231257827", "2.2250738585072011e-308", "5e-324", "2e-324", "1e308",
           "1.7976931348623159e308", "1." + "1" * 399, "1." + "1" * 400, "0.30000000000000004", "9007199254740993", "-0.0", "0e7", "1e22", "1e23"]
ESCAPES = ['\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0041", "\\u00e9", "\\u20ac", "\\ud83d\\ude00", "\\u0000", "\\uD83D\\uDE00"]
PLAIN = ["a", "key", " ", "é", "€", "😀", "\x7f", "0", "{", "[", ":", ",", "'"]


def text_of(plain):
    parts = [chance.choice(ESCAPES if not plain and chance.random() < 0.3 else PLAIN) for _ in range(chance.randint(0, 6))]
    if not plain and chance.random() < 0.01:
        parts.append(chance.choice(["\\ud800", "\\udc00", "\\ud83d\\u0041", "\\x41", "\t", "\x01", "\\u12g4"]))
    return '"' + "".join(parts) + '"'


def blank():
    return chance.choice(["", "", "", " ", "\n", "\t", "  ", "\r\n"])


def decimal():
    if chance.random() < 0.3:
        return chance.choice(NUMBERS)
    digits = str(chance.randrange(10 ** chance.randint(1, 22)))
    if chance.random() < 0.6:
        digits += "." + "".join(chance.choice("0123456789") for _ in range(chance.randint(1, 20)))
    if chance.random() < 0.2:
        digits += chance.choice("eE") + chance.choice(["", "+", "-"]) + str(chance.randrange(330))
    return chance.choice(["", "", "-"]) + digits


def value_of(depth, plain):
    kind = chance.random()
    if depth > 0 and kind < 0.35:
        keys = [text_of(plain) for _ in range(chance.randint(0, 6))]
        if plain:
            keys = list(dict.fromkeys(keys))
        elif keys and chance.random() < 0.05:
            keys.append(keys[0])
        return "{" + ",".join(blank() + key + blank() + ":" + blank() + value_of(depth - 1, plain) + blank() for key in keys) + "}"
    if depth > 0 and kind < 0.5:
        return "[" + ",".join(blank() + value_of(depth - 1, plain) + blank() for _ in range(chance.randint(0, 5))) + "]"
    if kind < 0.75:
        return decimal()
    if kind < 0.9:
        return text_of(plain)
    return chance.choice(["true", "false", "null", "null", "NaN", "Infinity", "-Infinity"] if chance.random() < 0.1 else ["true", "false", "null"])


PIECES = [b"{", b"}", b"[", b"]", b":", b",", b'"', b"\\", b" ", b"\n", b"0", b"1", b"9", b".", b"e", b"E", b"+", b"-", b"t", b"null", b"NaN",
          b"\x00", b"\x01", b"\x7f", b"\x80", b"\xc3", b"\xc3\xa9", b"\xe2\x82\xac", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xff", b"\xef\xbb\xbf",
          b"\\u0041", b"\\ud800", b"1e400", b"99999999999999999999", b'"a":1', b"/*x*/", b"\xc2\xa0"]


def mutated(data):
    data = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        at, way = chance.randint(0, len(data)), chance.random()
        if way < 0.35 and data:
            data[at:at + chance.randint(1, 3)] = b""
        elif way < 0.45:
            del data[at:]
        elif way < 0.8:
            data[at:at] = chance.choice(PIECES)
        elif data:
            other = chance.randint(0, len(data))
            data[at:at] = data[other:other + chance.randint(1, 30)]
    return bytes(data)


def documents():
    """Name and bytes of each."""
    seeds = list(suite())
    yield from seeds
    deep = [(f"{depth} deep", b"[" * depth + b"]" * depth) for depth in (511, 512, 513, 1023, 1025)]
    yield from deep
    own = list(ours())
    yield from own
    seeds = [data for _, data in seeds + own if len(data) < 4000]
    for i in range(wanted):
        whole = value_of(4, chance.random() < 0.5).encode()  # or without escapes and doubled keys, as records are
        if chance.random() < 0.5:
            yield f"random {i}", whole
        else:
            yield f"mutated {i}", mutated(chance.choice(seeds) if chance.random() < 0.6 else whole)


# ---- the readers ----

def double_bits(text):
    return struct.pack(">d", float(text)).hex()


def is_taken(text):
    """At most 400 digits, and 0 or within 1e-400 and 1e400: the language's numbers."""
    mantissa = text.lstrip("-").lower().split("e")[0]
    if len(mantissa.replace(".", "")) > 400:
        return False
    exponent = text.lower().split("e")[1] if "e" in text.lower() else "0"
    if mantissa.strip("0.") == "":
        return True
    if len(exponent.lstrip("+-").lstrip("0")) > 4:
        return False
    size = abs(Fraction(mantissa) * Fraction(10) ** int(exponent))
    return Fraction(1, 10 ** 400) <= size <= Fraction(10) ** 400


class Number(str):
    """A number as it is written."""


class Word(str):
    """NaN and the infinities."""


def tokens(value, out):
    if isinstance(value, list) and value and value[0] is tokens:  # an object: pairs behind a mark
        keys = [key for key, _ in value[1:]]
        out.append("{")
        for at, (key, inner) in enumerate(value[1:]):
            out.append(("K:" if keys.count(key) > 1 else "k:") + key.encode("utf-8", "surrogatepass").hex())
            tokens(inner, out)
        out.append("}")
    elif isinstance(value, list):
        out.append("[")
        for inner in value:
            tokens(inner, out)
        out.append("]")
    elif isinstance(value, Number):
        is_zero = value.lower().split("e")[0].strip("-0.") == ""
        bits = double_bits("0" if is_zero else value)  # there is one exact 0
        out.append(f"n:{value}:{bits if is_taken(value) else ''}")
    elif isinstance(value, Word):
        out.append(f"w:{value}")
    elif isinstance(value, str):
        out.append("s:" + value.encode("utf-8", "surrogatepass").hex())
    else:
        out.append({True: "t", False: "f", None: "0"}[value])
    return out


def python_reads(data):
    """The tokens, or None where it is refused."""
    try:
        value = json.loads(data.decode("utf-8-sig"), object_pairs_hook=lambda pairs: [tokens, *pairs],
                           parse_float=Number, parse_int=Number, parse_constant=Word)
    except (ValueError, RecursionError):
        return None
    return tokens(value, [])


def run(program, path):
    done = subprocess.run([program, path], capture_output=True, check=False)
    lines = done.stdout.decode().split("\n")[:-1]
    if done.returncode != 0:
        print(f"Bail out! {program} ended with {done.returncode}")
        sys.exit(1)
    return lines, done.stderr.decode().strip()


# ---- what is known to differ ----

def depth_of(read):
    most = now = 0
    for token in read:
        now += (token in "{[") - (token in "}]")
        most = max(most, now)
    return most


def nested(data):
    """How deep brackets go, strings let be; for documents that we refuse."""
    most = now = 0
    inside = escaped = False
    for byte in data:
        if inside:
            inside, escaped = byte != 34 or escaped, byte == 92 and not escaped
        else:
            inside = byte == 34
            now += (byte in b"{[") - (byte in b"}]")
            most = max(most, now)
    return most


def has_lone_surrogate(read):
    return any(token[:2] in ("s:", "k:", "K:") and is_lone(bytes.fromhex(token[2:])) for token in read)


def is_lone(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


def is_large(read):
    return any(token.startswith("n:") and is_whole(token) and not -2 ** 63 <= int(token.split(":")[1]) < 2 ** 64 for token in read)


def is_whole(token):
    return not set(token.split(":")[1]) & set(".eE")


def is_infinite(read):
    return any(token.startswith("n:") and abs(float(token.split(":")[1])) == float("inf") for token in read)


# Which peer; what it is; whether it is that: (document, our tokens or None, the peer's tokens or None).
KNOWN = [
    ("Python", "more than 512 deep: refused by us", lambda data, we, they: we is None and they and depth_of(they) > 512),
    ("simdjson", "more than 512 deep: refused by us", lambda data, we, they: we is None and they and depth_of(they) > 512),
    ("simdjson", "a byte order mark: refused by simdjson 3.0", lambda data, we, they: they is None and data.startswith(b"\xef\xbb\xbf")),
    ("simdjson", "NaN and infinities as words: refused by simdjson", lambda data, we, they: they is None and we and any(t.startswith("w:") for t in we)),
    ("simdjson", "an escaped lone surrogate: refused by simdjson", lambda data, we, they: they is None and we and has_lone_surrogate(we)),
    ("simdjson", "a whole number beyond 64 bits: refused by simdjson", lambda data, we, they: they is None and we and is_large(we)),
    ("simdjson", "a number beyond doubles: refused by simdjson", lambda data, we, they: they is None and we and is_infinite(we)),
]


def same_as_simdjson(we, they):
    if we is None or they is None or len(we) != len(they):
        return we is they
    for our, their in zip(we, they):
        if our.startswith("n:"):
            text = our.split(":")[1]
            if their.startswith("i:"):
                if not is_whole(our) or int(text) != int(their[2:]):
                    return False
            elif their != "d:" + double_bits(text):
                return False
        elif our.replace("K:", "k:") != their:
            return False
    return True


# ---- comparing ----

counts = {}


def compare(peer, same, name, data, we, they):
    global shown
    if same:
        counts[peer, "the same"] = counts.get((peer, "the same"), 0) + 1
        return
    for whom, what, holds in KNOWN:
        if whom == peer and holds(data, we, they):
            counts[peer, what] = counts.get((peer, what), 0) + 1
            return
    counts[peer, None] = counts.get((peer, None), 0) + 1
    if shown < 5:
        shown += 1
        print(f"# {name}: {data[:300]!r}")
        apart = next((pair for pair in zip(we, they) if pair[0] != pair[1]), ("the end",) * 2) if we and they else (we, they)
        for whom, token in zip(("assize", peer), apart):
            print(f"#   {whom}: {'refused' if token is None else token if isinstance(token, str) else ' '.join(token)[:300]}")


def judge(batch, path):
    """Compares a batch; how many of it assize accepts, how many of its own readers differ, what was read quickly."""
    with open(path, "wb") as file:
        for _, data in batch:
            file.write(b"%d\n%s" % (len(data), data))
    ours_lines, quickly = run(reader, path)
    theirs = run(simdjson, path)[0] if simdjson != "-" else None
    if len(ours_lines) != len(batch) or (theirs is not None and len(theirs) != len(batch)):
        print("Bail out! a reader did not answer for every document")
        sys.exit(1)
    accepted = differ = 0
    for at, (name, data) in enumerate(batch):
        line = ours_lines[at]
        if line.startswith("!"):
            differ += 1
            print(f"# {name}: our own readers do not find the same: {data[:300]!r}")
            line = line[1:].lstrip()
        we = None if line == "R" else line.split(" ")
        accepted += we is not None
        they = python_reads(data)
        compare("Python", we == they, name, data, we, they)
        if theirs is not None:
            they = None if theirs[at] == "R" else theirs[at].split(" ")
            compare("simdjson", same_as_simdjson(we, they), name, data, we, they)
    return accepted, differ, int(quickly)


path = os.path.join(os.path.dirname(reader), f"documents.{os.getpid()}")
batch, total, accepted, differ, quickly = [], 0, 0, 0, 0
has_suite = any(True for _ in suite())
for document in documents():
    batch.append(document)
    if len(batch) == 5000:
        results = judge(batch, path)
        total, accepted, differ, quickly = total + len(batch), accepted + results[0], differ + results[1], quickly + results[2]
        batch = []
results = judge(batch, path)
total, accepted, differ, quickly = total + len(batch), accepted + results[0], differ + results[1], quickly + results[2]
os.remove(path)

print(f"# seed {seed}: {total} documents, {accepted} of them accepted")
for (peer, what), count in sorted(counts.items(), key=str):
    print(f"#   {peer}: {count} {what or 'that nothing explains'}")
tap(differ == 0, f"our tree, our careful and our quick reader find the same in {total} documents; {differ} differ")
for peer in ["Python"] + ["simdjson"] * (simdjson != "-"):
    tap(counts.get((peer, None), 0) == 0 and counts.get((peer, "the same"), 0) * 10 > total * 8,
        f"{peer} reads the same, or otherwise for a known reason: {counts.get((peer, None), 0)} of {total} do not")
if simdjson == "-":
    tap(True, "simdjson # SKIP there is no simdjson.h")
if not has_suite:
    tap(True, "JSONTestSuite # SKIP it is not there")
tap(total / 4 < accepted < total * 3 / 4, f"a part is refused: {total - accepted} of {total}")
tap(quickly * 2 > accepted, f"many are read by the quick reader: {quickly} of {2 * accepted} times")
print(f"1..{number}")
sys.exit(failures > 0)
