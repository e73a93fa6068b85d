"""Attestations beside other people's code: securesystemslib's DSSE and `cryptography` verify our envelopes, in-toto's own types
read the statement, and assize verifies the envelopes that they make. TAP."""
import base64
import json
import os
import subprocess
import sys
import tempfile

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from securesystemslib.dsse import Envelope
from securesystemslib.signer import CryptoSigner, SSlibKey

assize = os.path.abspath(sys.argv[1])
count = 0
failed = 0


def report(good, what):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {what}")


def write(name, text):
    with open(name, "wb") as out:
        out.write(text if isinstance(text, bytes) else text.encode())


def run(*arguments):
    return subprocess.run([assize, *arguments], capture_output=True, check=False)


EXPECTED = ["--artifact", "model.bin", "--resource", "pkg:generic/model", "--verifier", "https://example.org/gate"]


def verify(name, key):
    return run("attest", "--verify", name, "--trust", key, *EXPECTED, "-p", "p.assize.yaml").returncode


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    write("p.assize.yaml", "assize: 1\nname: p\nmetrics: {acc: {better: higher}}\nship: ['acc improves_by 0.02']\n")
    write("r.json", '{"metrics": {"acc": {"baseline": 0.5, "variant": 0.6}}}')
    write("model.bin", "weights")
    report(run("key", "new", "key").returncode == 0, "assize makes a key")
    made = run("attest", "-p", "p.assize.yaml", *EXPECTED, "--sign", "key", "r.json")
    envelope = Envelope.from_dict(json.loads(made.stdout))

    public = serialization.load_pem_public_key(open("key.pub", "rb").read())
    private = serialization.load_pem_private_key(open("key", "rb").read(), None)
    report(private.public_key() == public, "cryptography reads both halves, and they belong together")
    try:
        public.verify(base64.b64decode(json.loads(made.stdout)["signatures"][0]["sig"]), envelope.pae())
        report(True, "cryptography verifies our signature over securesystemslib's encoding")
    except Exception as problem:  # whatever it is, it is a failure
        report(False, f"cryptography verifies our signature: {problem!r}")

    keyid = next(iter(envelope.signatures))
    theirs = SSlibKey.from_crypto(public, keyid=keyid)
    try:
        report(len(envelope.verify([theirs], 1)) == 1, "securesystemslib verifies our envelope")
    except Exception as problem:
        report(False, f"securesystemslib verifies our envelope: {problem!r}")

    statement = json.loads(envelope.payload)
    try:
        from in_toto_attestation.v1.statement import Statement
        from in_toto_attestation.v1.statement_pb2 import Statement as Message
        from google.protobuf.json_format import ParseDict

        Statement.copy_from_pb(ParseDict(statement, Message())).validate()
        report(True, "in-toto's own types read and validate the statement")
    except ImportError as missing:
        print(f"# {missing}")
        report(True, "in-toto's own types read the statement # SKIP not installed")
    except Exception as problem:
        report(False, f"in-toto's own types read the statement: {problem!r}")

    signer = CryptoSigner.generate_ed25519()
    raw = Ed25519PrivateKey.generate()
    write("their.pub", Ed25519PublicKey.from_public_bytes(bytes.fromhex(signer.public_key.keyval["public"])).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    again = Envelope(envelope.payload, envelope.payload_type, {})
    again.sign(signer)
    write("again.dsse", json.dumps(again.to_dict()))
    report(verify("again.dsse", "their.pub") == 0, "assize verifies securesystemslib's envelope")
    report(verify("again.dsse", "key.pub") == 1, "and not with another key")

    both = again.to_dict()
    both["signatures"] += json.loads(made.stdout)["signatures"]
    write("both.dsse", json.dumps(both, indent=2))
    report(verify("both.dsse", "key.pub") == 0, "of several signatures one by a trusted key is enough")

    url = again.to_dict()
    url["payload"] = url["payload"].replace("+", "-").replace("/", "_")
    write("url.dsse", json.dumps(url))
    report(verify("url.dsse", "their.pub") == 0, "the other alphabet of base64 is read, too")

    write("raw.pub", raw.public_key().public_bytes(serialization.Encoding.PEM,
                                                   serialization.PublicFormat.SubjectPublicKeyInfo))
    write("raw", raw.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                   serialization.NoEncryption()))
    os.chmod("raw", 0o600)
    report(run("lock", "--sign", "raw", "p.assize.yaml").returncode == 0
           and run("check", "--trust", "raw.pub", "p.assize.yaml").returncode == 0,
           "a key of cryptography's signs a lock")
    lines = open("p.assize.yaml.lock", "rb").read().split(b"\n")
    try:
        raw.public_key().verify(base64.b64decode(lines[-2].split(b":")[2]), b"\n".join(lines[:-2]) + b"\n")
        report(True, "and cryptography verifies the lock")
    except Exception as problem:
        report(False, f"cryptography verifies the lock: {problem!r}")

print(f"1..{count}")
sys.exit(failed > 0)
