"""Opens BERTHENC files, as docs/encryption.md describes them. Shares no code with Berth.

Each line of standard input is JSON: dataKeys (hex), context (hex), file (base64). For each there is a line on standard
output: the plaintext (base64) as JSON, or null where the file is refused.
"""

import base64
import hashlib
import hmac
import json
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

TAG = 16


def derive(key, salt, label, context):
    return HKDF(SHA256(), 32, salt, label + b"\0" + context).derive(key)


def open_file(data, keys, context):
    magic, version, suite, log2, layers, header_length, n1, n2 = struct.unpack(">8s4B3H", data[:18])
    assert magic == b"BERTHENC" and version == 1 and layers == len(keys), "not a file for these keys"
    assert 64 + n1 + n2 + 32 <= header_length and (n2 > 0) == (layers == 2), "wrapped keys that do not fit"
    salt = data[32:64]
    header = data[:header_length]
    tag = hmac.new(derive(keys[0], salt, b"berth.header.v1", context), header[:-32], hashlib.sha256).digest()
    assert hmac.compare_digest(tag, header[-32:]), "a header that was changed"

    aead = {1: AESGCM, 2: ChaCha20Poly1305}[suite]
    labels = [b"berth.frame.v1", b"berth.frame2.v1"]
    ciphers = [aead(derive(key, salt, label, context)) for key, label in zip(keys, labels)]
    size = 2**log2 + TAG * layers
    frames = [data[at : at + size] for at in range(header_length, len(data), size)]
    opened = []
    for index, frame in enumerate(frames):
        nonce = bytes([index == len(frames) - 1, 0, 0, 0]) + struct.pack(">Q", index)
        for cipher in reversed(ciphers):
            frame = cipher.decrypt(nonce, frame, None)
        opened.append(frame)
    return b"".join(opened)


def answer_to(asked):
    keys = [bytes.fromhex(it) for it in asked["dataKeys"]]
    try:
        opened = open_file(base64.b64decode(asked["file"]), keys, bytes.fromhex(asked["context"]))
    except (AssertionError, InvalidTag):
        return None
    return base64.b64encode(opened).decode()


for line in sys.stdin.buffer:
    print(json.dumps(answer_to(json.loads(line))))
