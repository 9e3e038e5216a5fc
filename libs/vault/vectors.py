"""Do two implementations agree on every formula of the vault? Writes src/vectors.json with Python's hmac and pyca/cryptography.

python3 vectors.py > src/vectors.json && npx prettier --write src/vectors.json
Run once; the file is committed and never changes, for what it describes is on disk for ever.
"""

import base64
import hashlib
import hmac
import json
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand


def key(start):
    return bytes((start + i) % 256 for i in range(32))


def mac(k, data):
    return hmac.new(k, data, hashlib.sha256).digest()


def expand(k, info):
    return HKDFExpand(algorithm=hashes.SHA256(), length=32, info=info.encode("ascii")).derive(k)


def gcm(k, nonce, plaintext, aad):
    return nonce + AESGCM(k).encrypt(nonce, plaintext, aad.encode("ascii"))


def jcs(value):  # enough for these values: ASCII keys, no numbers
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def pad(plaintext):
    total = 256
    while total < 4 + len(plaintext):
        total *= 2
    return struct.pack(">I", len(plaintext)) + plaintext + bytes(total - 4 - len(plaintext))


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


LEDGER = "6b1d1c9e-0000-4000-8000-00000000000a"
SUBJECT = "subject-6b1d1c9e-0000-4000-8000-00000000000b"
EVENT = "6b1d1c9e-0000-4000-8000-00000000000c"
EPOCH = 7
PART = "3"
HK, KEK, SK, PK = key(0x00), key(0x20), key(0x40), key(0x60)
STATIC, DEDUPE = key(0x80), key(0xA0)
NONCE = bytes(range(12))

idx = expand(KEK, "derbes/idx/v1")
enc = expand(PK, f"derbes/enc/v1|{EVENT}|{PART}")
com = expand(PK, f"derbes/com/v1|{EVENT}|{PART}")
chk = expand(PK, f"derbes/check/v1|{EVENT}|check")
refk = expand(PK, f"derbes/ref/v1|{EVENT}|ref")

aads = {
    "kek": f"derbes/kek/v1|{LEDGER}|{EPOCH}",
    "sk": f"derbes/sk/v1|{LEDGER}|{SUBJECT}|{EPOCH}",
    "inner": f"derbes/inner/v1|{LEDGER}|{SUBJECT}|email|{EPOCH}",
    "pk": f"derbes/pk/v1|{LEDGER}|{SUBJECT}|{EVENT}|{PART}",
    "part": f"derbes/part/v1|{LEDGER}|{SUBJECT}|{EVENT}|{PART}",
}

parts = []
for category, value in [
    ("email", "a@example.kz"),
    ("name", "Айгерім Ә. 🐎"),
    ("requisites.iban", {"iban": "KZ00INVENTED", "bank": "Invented"}),
    ("form", "x" * 222),  # fills the smallest padding to the last byte
    ("form", "x" * 223),  # and this one needs the next
]:
    padded = pad(jcs({"category": category, "value": value}))
    blob = gcm(enc, NONCE, padded, aads["part"])
    parts.append({
        "category": category,
        "value": value,
        "padded": padded.hex(),
        "blob": blob.hex(),
        "blobHash": b64u(hashlib.sha256(blob).digest()),
        "commitment": b64u(mac(com, padded)),
    })

lookups = []
for scheme, norm, value in [
    ("email", 1, "a@example.kz"),
    ("phone", 1, "+77000000001"),
    ("account", 12, "Ә-1"),
    ("ref", 1, "urn:x:crm\0AAAAAAAAAAAAAAAAAAAAAA"),
]:
    inner = mac(STATIC, scheme.encode() + b"\0" + str(norm).encode() + b"\0" + value.encode())
    lookups.append({"scheme": scheme, "norm": norm, "value": value, "inner": inner.hex(), "token": mac(idx, inner).hex()})

claims = [
    {"source": source, "id": i, "token": mac(DEDUPE, source.encode() + b"\0" + i.encode()).hex()}
    for source, i in [("urn:kiberon:crm", "c0ffee-1"), ("urn:kiberon:crm", "ә"), ("urn:kiberon", ":crm\0c0ffee-1")]
]

received = {
    "type": "derbes.data.collected",
    "source": "urn:kiberon:crm",
    "id": "c0ffee-1",
    "time": "2026-11-20T09:00:00Z",
    "data": {"values": {"email": "a@example.kz"}, "categories": ["email"]},
}

refs = [
    {"source": source, "ref": b64u(mac(refk, source.encode())[:16])} for source in ["urn:kiberon:crm", "urn:kiberon:site"]
]

print(json.dumps({
    "ledger": LEDGER, "owner": SUBJECT, "event": EVENT, "epoch": EPOCH, "part": PART, "scheme": "email", "nonce": NONCE.hex(),
    "keys": {"hk": HK.hex(), "kek": KEK.hex(), "sk": SK.hex(), "pk": PK.hex(), "static": STATIC.hex(), "dedupe": DEDUPE.hex()},
    "aads": aads,
    "derived": {
        "kcv": mac(KEK, b"kcv")[:8].hex(), "idx": idx.hex(), "enc": enc.hex(), "com": com.hex(), "check": chk.hex(), "ref": refk.hex(),
    },
    "wraps": {
        "kek": gcm(HK, NONCE, KEK, aads["kek"]).hex(),
        "sk": gcm(KEK, NONCE, SK, aads["sk"]).hex(),
        "inner": gcm(KEK, NONCE, bytes.fromhex(lookups[0]["inner"]), aads["inner"]).hex(),
        "pk": gcm(SK, NONCE, PK, aads["pk"]).hex(),
    },
    "parts": parts,
    "lookups": lookups,
    "claims": claims,
    "check": {"received": received, "jcs": jcs(received).decode(), "check": mac(chk, jcs(received)).hex()},
    "refs": refs,
}, ensure_ascii=False, indent=1))
