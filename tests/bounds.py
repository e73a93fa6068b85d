"""Bombs: inputs that are small and made to cost much. Each is answered, by a verdict or by a named refusal, with work and
memory in proportion to its size. What is asserted are counts: instructions as valgrind counts them where it is there, and the
bytes at the peak as the kernel tells them; never the clock. TAP.

    bounds.py ASSIZE [full]     full: also any 64 KB input within a second, and ten times the input in the same memory
"""
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile

assize, full = os.path.abspath(sys.argv[1]), len(sys.argv) > 2
folder = tempfile.mkdtemp(prefix="assize-bounds.")
number = failures = 0

HEAD = b"assize: 1\nname: bomb\nmetrics:\n  acc: {better: higher}\n"
RULE = b"ship:\n  - acc.delta > 0\n"
PLAIN = HEAD + RULE


def tap(good, text):
    global number, failures
    number += 1
    failures += not good
    print(f"{'' if good else 'not '}ok {number} - {text}", flush=True)


def policy_bombs():
    """Name, policy; the record is a small one."""
    yield "an alias bomb", b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(8))
    yield "50 KB of [", b"[" * 50000
    yield "50 KB of nested mappings", b"".join(b" " * i + b"a:\n" for i in range(300))
    yield "10,000 anchors", b"".join(b"a%d: &a%d x\n" % (i, i) for i in range(10000))
    yield "100,000 parentheses in a rule", HEAD + b"ship:\n  - " + b"(" * 100000 + b"\n"
    yield "20,000 operands of or", HEAD + b"ship:\n  - " + b" or ".join([b"acc.delta > 0"] * 20000) + b"\n"
    yield "20,000 times not", HEAD + b"ship:\n  - " + b"not " * 20000 + b"acc.delta > 0\n"
    yield "a number of 100,000 digits", HEAD + b"ship:\n  - acc.delta > 0." + b"1" * 100000 + b"\n"
    yield "a key of 100 KB", b"a" * 100000 + b": 1\n"
    yield "definitions that double", HEAD + b"define:\n  d0(m): m.delta > 0 and m.delta > 0\n" + b"".join(
        b"  d%d(m): m d%d and m d%d\n" % (i, i - 1, i - 1) for i in range(1, 40)) + b"ship:\n  - acc d39\n"
    yield "a policy of 4 MiB", HEAD + b"ship:\n" + b"  - acc.delta > 0\n" * 240000
    yield "blocks in blocks", HEAD + b"ship:\n" + b"".join(b"  " * i + b"  all:\n" + b"  " * i + b"    -\n" for i in range(2000))
    yield "one key 20,000 times", HEAD + b"ship: [acc.delta > 0]\n" * 20000
    yield "10,000 metrics", b"assize: 1\nname: bomb\nmetrics:\n" + b"".join(
        b"  m%d: {better: higher}\n" % i for i in range(10000)) + b"ship:\n  - m1.delta > 0\n"


def record_bombs():
    """Name, record; the policy is the plain one."""
    yield "100,000 times [", b'{"metrics": ' + b"[" * 100000
    yield "100,000 nested objects", b'{"a":' * 100000
    yield "50,000 keys", b"{" + b",".join(b'"k%d":%d' % (i, i) for i in range(50000)) + b"}"
    yield "200,000 keys", b"{" + b",".join(b'"k%d":%d' % (i, i) for i in range(200000)) + b"}"
    yield "200,000 keys in an object each", b'{"a":' + b",".join(b'{"k%d":1' % i for i in range(400)) + b"}" * 400
    yield "50,000 times one key", b"{" + b",".join([b'"k":1'] * 50000) + b"}"
    yield "50,000 keys with an escape", b"{" + b",".join(b'"\\u006b%d":1' % i for i in range(50000)) + b"}"
    yield "a number of a million digits", b'{"metrics": {"acc": {"baseline": 0, "variant": 0.' + b"9" * 1000000 + b"}}}"
    yield "a number with a huge exponent", b'{"metrics": {"acc": {"baseline": 0, "variant": 1e999999999}}}'
    yield "a number with a tiny exponent", b'{"metrics": {"acc": {"baseline": 0, "variant": 1e-999999999}}}'
    yield "a string of a megabyte of escapes", b'{"a": "' + b"\\u00e9" * 170000 + b'"}'
    yield "2,000 empty records", b"{}\n" * 2000


def measure(arguments):
    """Status and output."""
    child = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, cwd=folder)
    out, err = child.communicate()
    return child.returncode, out + err


def peak_kib(arguments):
    """The peak of the program's own memory, from the kernel's account of the one child of a shell of our own."""
    code = ("import os,resource,subprocess,sys;"
            "subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL,stdin=subprocess.DEVNULL);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
    return int(subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, cwd=folder, check=True).stdout)


def instructions(arguments):
    """As callgrind counts them; None without valgrind."""
    if not shutil.which("valgrind"):
        return None
    done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *arguments],
                          capture_output=True, cwd=folder)
    found = re.search(rb"Collected : (\d+)", done.stderr)
    return int(found.group(1)) if found else None


# 3 * 10^8 instructions are well within 100 ms: 2.6 * 10^8 of them took 40 ms of processor time, and 70 ms by the clock, on a busy machine.
# Beyond that, what is in proportion to the input. Of memory likewise.
MOST_INSTRUCTIONS, INSTRUCTIONS_FOR_BYTE, FLOOR_KIB, BYTES_FOR_BYTE = 300_000_000, 3000, 48 * 1024, 400


def judge(name, arguments, size, sampled):
    status, said = measure(arguments)
    tap(status == 0 or status in (1, 2, 3) and said, f"{name} ({size} bytes) is answered: status {status}")
    kib = peak_kib(arguments)
    tap(kib * 1024 <= FLOOR_KIB * 1024 + BYTES_FOR_BYTE * size, f"{name}: {kib} KiB at the peak")
    if sampled:
        count = instructions(arguments)
        if count is None:
            tap(True, f"{name}: instructions # SKIP there is no valgrind")
        else:
            tap(count <= MOST_INSTRUCTIONS + INSTRUCTIONS_FOR_BYTE * size, f"{name}: {count / 1e6:.1f} million instructions")


def write(name, data):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(data)
    return name


def any_input():
    """64 KB of anything, as policy and as record, each within a second of processor time."""
    chance = random.Random(20261129)
    pieces = [b"[", b"{", b'"a":', b"- ", b"\n", b" ", b"0.1", b",", b"}", b"]", b'"', b"\\u0041", b"acc.delta > 0", b" and ", b"a: ",
              b"metrics:", b"1e5", b"\xc3\xa9", b"# x\n", b"'", b"|\n", b"(", b")", b"not "]
    worst = 0
    for i in range(200):
        few = chance.sample(pieces, chance.randint(1, 6))
        data = b""
        while len(data) < 65536:
            data += chance.choice(few) * chance.choice((1, 1, 1, 2, 50))
        data = data[:65536]
        for policy, record in ((data, b"{}"), (HEAD + b"ship:\n  - " + data.replace(b"\n", b" ") + b"\n", b"{}"), (PLAIN, data)):
            arguments = [assize, "eval", "-p", write("p.yaml", policy), write("r.json", record)]
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            status, _ = measure(arguments)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            if status not in (0, 1, 2, 3) or spent > 1:
                shutil.copy(os.path.join(folder, "p.yaml"), f"/tmp/assize-slow-{i}.yaml")
                shutil.copy(os.path.join(folder, "r.json"), f"/tmp/assize-slow-{i}.json")
                tap(False, f"input {i}: status {status}, {spent:.2f} s; kept as /tmp/assize-slow-{i}.*")
            worst = max(worst, spent)
    tap(worst <= 1, f"600 inputs of 64 KB: {worst * 1000:.0f} ms of processor time at most")


def endless():
    """What has no end, is no file or is too long: refused, in little memory, and soon."""
    write("p.yaml", PLAIN)
    os.mkdir(os.path.join(folder, "a-folder"))
    for name, policy, record in (("/dev/zero as a record", "p.yaml", "/dev/zero"), ("/dev/zero as a policy", "/dev/zero", "small.json"),
                                 ("a folder as a record", "p.yaml", "a-folder"), ("a folder as a policy", "a-folder", "small.json")):
        arguments = ["timeout", "20", assize, "eval", "-p", policy, record]
        status, said = measure(arguments)
        kib = peak_kib(arguments)
        tap(status == 2 and said and kib <= 200 * 1024, f"{name}: status {status}, {kib} KiB at the peak")
    for name, start in (("a string of 200 MB", '{"a": "'), ("a number of 200 MB", '{"a": 1')):
        code = '{ printf %s "$1"; head -c 200000000 /dev/zero | tr "\\0" 1; } | "$2" eval -p p.yaml -'
        arguments = ["sh", "-c", code, "sh", start, assize]
        status, said = measure(arguments)
        kib = peak_kib(arguments)
        tap(status == 2 and said and kib <= 200 * 1024, f"{name}, more than a record may have: status {status}, {kib} KiB at the peak")


def flat_memory():
    line = b'{"metrics": {"acc": {"baseline": 0.5, "variant": 0.6}}, "x": "%s"}\n' % (b"y" * 400)
    write("p.yaml", PLAIN)
    kib = []
    for times in (20000, 200000):
        write("r.ndjson", line * times)
        kib.append(peak_kib([assize, "eval", "-p", "p.yaml", "-o", "jsonl", "r.ndjson"]))
    tap(kib[1] <= kib[0] + 512, f"ten times the stream in the same memory: {kib[0]} and {kib[1]} KiB")


record = write("small.json", b'{"metrics": {"acc": {"baseline": 0.5, "variant": 0.6}}}')
plain = write("plain.yaml", PLAIN)
for nth, (name, policy) in enumerate(policy_bombs()):
    judge(name, [assize, "eval", "-p", write(f"p{nth}.yaml", policy), record], len(policy), full or nth in (0, 4, 9))
    judge(name + ", checked", [assize, "check", "--no-config", f"p{nth}.yaml"], len(policy), full)
for nth, (name, data) in enumerate(record_bombs()):
    judge(name, [assize, "eval", "-p", plain, write(f"r{nth}.json", data)], len(data), full or nth in (3, 5))
endless()
flat_memory()
if full:
    any_input()
shutil.rmtree(folder)
print(f"1..{number}")
sys.exit(failures > 0)
