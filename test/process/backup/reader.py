#!/usr/bin/env python3
"""Reads a backup of a SQLite database without dbcare: what doc/backup-format.md
says, in Python's standard library and the program zstd.

usage: reader.py BACKUP ... OUTPUT

The backups of a chain are given in order, the full one first.  Changes after the
last one are applied, up to the milliseconds since 1970 in DBCARE_MOMENT.  The key of
encrypted ones is in the file that DBCARE_KEY_FILE names, or the passphrase in
DBCARE_PASSPHRASE.  Slow: it is a test of the description.
"""
import datetime
import hashlib
import hmac
import json
import os
import sqlite3
import struct
import subprocess
import sys


# ---- AES-256-GCM: NIST FIPS 197 and SP 800-38D ----

def make_box():
    """The S-box: inverses in the field of 256 elements, then an affine map."""
    box = [0x63] * 256
    p = q = 1
    while True:
        p ^= (p << 1) & 255 ^ (0x1b if p & 128 else 0)
        q ^= q << 1
        q ^= q << 2
        q = (q ^ q << 4) & 255
        q ^= 9 if q & 128 else 0
        box[p] = 0x63 ^ q ^ rotated(q, 1) ^ rotated(q, 2) ^ rotated(q, 3) ^ rotated(q, 4)
        if p == 1:
            return box


def rotated(byte, n):
    return (byte << n | byte >> 8 - n) & 255


BOX = make_box()


def expand(key):
    words = [key[i:i + 4] for i in range(0, 32, 4)]
    factor = 1
    for i in range(8, 60):
        word = words[-1]
        if i % 8 == 0:
            word = bytes(BOX[b] for b in word[1:] + word[:1])
            word = bytes([word[0] ^ factor]) + word[1:]
            factor <<= 1
        elif i % 8 == 4:
            word = bytes(BOX[b] for b in word)
        words.append(bytes(a ^ b for a, b in zip(words[i - 8], word)))
    return [b"".join(words[i:i + 4]) for i in range(0, 60, 4)]


def doubled(b):
    return (b << 1) & 255 ^ (0x1b if b & 128 else 0)


def encrypt_block(rounds, block):
    state = bytes(a ^ b for a, b in zip(block, rounds[0]))
    for i in range(1, 15):
        state = bytes(BOX[state[(4 * (n // 4 + n % 4) + n % 4) % 16]] for n in range(16))
        if i < 14:
            mixed = b""
            for n in range(0, 16, 4):
                column = state[n:n + 4]
                all_of = column[0] ^ column[1] ^ column[2] ^ column[3]
                mixed += bytes(column[k] ^ all_of ^ doubled(column[k] ^ column[(k + 1) % 4])
                               for k in range(4))
            state = mixed
        state = bytes(a ^ b for a, b in zip(state, rounds[i]))
    return state


def multiply(x, y):
    product = 0
    for i in range(127, -1, -1):
        if x >> i & 1:
            product ^= y
        y = y >> 1 ^ (0xe1 << 120 if y & 1 else 0)
    return product


def open_gcm(key, nonce, extra, sealed, tag):
    """Decrypts, after the tag has been compared."""
    rounds = expand(key)
    subkey = int.from_bytes(encrypt_block(rounds, bytes(16)), "big")
    total = 0
    for part in (extra, sealed, struct.pack(">QQ", 8 * len(extra), 8 * len(sealed))):
        for i in range(0, len(part), 16):
            total = multiply(total ^ int.from_bytes(part[i:i + 16].ljust(16, b"\0"), "big"), subkey)
    mask = int.from_bytes(encrypt_block(rounds, nonce + b"\0\0\0\1"), "big")
    if (total ^ mask).to_bytes(16, "big") != tag:
        sys.exit("wrong tag: damaged, or the wrong key")
    stream = b"".join(encrypt_block(rounds, nonce + struct.pack(">I", 2 + i))
                      for i in range((len(sealed) + 15) // 16))
    return bytes(a ^ b for a, b in zip(sealed, stream))


# ---- keys ----

def keyed(key, text):
    return hmac.new(key, text, hashlib.sha256).digest()


def data_key(manifest):
    """The key of a backup, or None if it is not encrypted."""
    how = manifest["encryption"]
    if not how:
        return None
    salt = bytes.fromhex(how["salt"])
    if how["kdf"] == "scrypt":
        key = hashlib.scrypt(os.environb[b"DBCARE_PASSPHRASE"], salt=salt, n=how["n"], r=how["r"],
                             p=how["p"], maxmem=1 << 30, dklen=32)
    else:
        key = open(os.environ["DBCARE_KEY_FILE"], "rb").read()
        key = keyed(key if len(key) == 32 else bytes.fromhex(key.decode().strip()), salt)
    if keyed(key, b"commit").hex() != how["commitment"]:
        sys.exit("this is not the key of the backup")
    wrapped = bytes.fromhex(how["wrapped_key"])
    return open_gcm(keyed(key, b"wrap"), wrapped[:12], bytes.fromhex(manifest["id"]),
                    wrapped[12:44], wrapped[44:])


# ---- streams ----

def content_of(path, manifest, key):
    """The content of a stream."""
    text = open(path, "rb").read()
    header, at, content, last = text[:48], 48, b"", False
    if header[:8] != b"dbcstrm\0" or header[8] != 1 or header[16:32].hex() != manifest["id"]:
        sys.exit(path + " is not a stream of this backup")
    stream_key = key and keyed(key, header)
    number = 0
    while not last:
        place, tag = text[at:at + 16], text[at + 16:at + 32]
        found, stored, length, flags = struct.unpack("<4I", place)
        chunk = text[at + 32:at + 32 + stored]
        if found != number:
            sys.exit(path + ": chunks are not in order")
        if key:
            chunk = open_gcm(stream_key, place[:4] + bytes(8), header + place, chunk, tag)
        elif hashlib.sha256(header + place + chunk).digest()[:16] != tag:
            sys.exit(path + ": a chunk is damaged")
        if flags & 2:
            chunk = subprocess.run(["zstd", "-dcq"], input=chunk, stdout=subprocess.PIPE,
                                   check=True).stdout
        if len(chunk) != length:
            sys.exit(path + ": a chunk has the wrong length")
        content += chunk
        last = flags & 1
        number += 1
        at += 32 + stored
    return content


# ---- backups ----

def check_seal(text, seal, key):
    body = text[:text.rindex(', "seal": ')].encode()
    if seal != (keyed(keyed(key, b"sign"), body) if key else hashlib.sha256(body).digest()).hex():
        sys.exit("the manifest was changed")


def check_contents(manifest, path):
    """Compares the rows of each table and the schema with the manifest."""
    database = sqlite3.connect("file:%s?immutable=1" % path, uri=True)
    schema = "".join("%s %s %s %s\n" % row for row in database.execute(
        "select type, name, tbl_name, coalesce(sql, '') from sqlite_schema order by type, name"))
    if hashlib.sha256(schema.encode()).hexdigest() != manifest["schema_digest"]:
        sys.exit("the schema is not that of the manifest")
    for table in manifest["tables"]:
        quoted = '"%s"' % table["name"].replace('"', '""')
        rows, = database.execute("select count(*) from " + quoted).fetchone()
        if rows != table["rows"]:
            sys.exit("table %s has %d rows" % (table["name"], rows))
    database.close()


# ---- changes ----

def check_state(directory, count, key):
    """Compares the file that tells of the last changes."""
    text = open(directory + "/state.json").read()
    state = json.loads(text)
    check_seal(text, state["seal"], key)
    if state["changes"] != count:
        sys.exit("state.json knows of %d changes" % state["changes"])


def apply_changes(directory, manifest, key, output):
    """Writes the pages of changes, in their order."""
    size, moment = manifest["page_size"], int(os.environ.get("DBCARE_MOMENT", 1 << 62))
    names = sorted(name for name in os.listdir(directory) if name.endswith(".dbs"))
    check_state(directory, len(names), key)
    before, seen = bytes(32), 0
    with open(output, "r+b") as file:
        for number, name in enumerate(names, 1):
            path = directory + "/" + name
            text, content = open(path, "rb").read(), content_of(path, manifest, key)
            head = struct.unpack_from("<QQQIII4x32s", content)
            at = datetime.datetime.fromtimestamp(head[2] // 1000, datetime.timezone.utc)
            digest = hashlib.sha256(text).digest()
            if name != "%010d-%s%03dZ-%d-%s.dbs" % (
                    number, at.strftime("%Y%m%dT%H%M%S"), head[2] % 1000, head[2] - head[1],
                    digest.hex()[:16]) or head[0] != number or head[3] != size:
                sys.exit(name + " has another name than it had")
            if head[6] != before or head[1] < seen:
                sys.exit(name + " does not continue the changes before it")
            if head[2] > moment:
                break
            if len(content) != 136 + head[5] * (4 + size):
                sys.exit(name + " has the wrong length")
            for place in range(136, len(content), 4 + size):
                page, = struct.unpack_from("<I", content, place)
                file.seek((page - 1) * size)
                file.write(content[place + 4:place + 4 + size])
            file.truncate(head[4] * size)
            before, seen = digest, head[2]


def main(backups, output):
    size, pages = 0, {}
    for backup in backups:
        text = open(backup + "/manifest.json").read()
        manifest = json.loads(text)
        key = data_key(manifest)
        check_seal(text, manifest["seal"], key)
        size = manifest["page_size"]
        plain = backup + "/database.db"
        if os.path.exists(plain):
            text = open(plain, "rb").read()
            pages = {i // size + 1: text[i:i + size] for i in range(0, len(text), size)}
        else:
            text, at = content_of(backup + "/pages.dbs", manifest, key), 0
            while at < len(text):
                count, = struct.unpack_from("<I", text, at)
                numbers = struct.unpack_from("<%dI" % count, text, at + 4)
                at += 4 + 4 * count
                for number in numbers:
                    pages[number] = text[at:at + size]
                    at += size
        if os.path.exists(backup + "/hashes.dbs"):
            hashes = content_of(backup + "/hashes.dbs", manifest, key)
        else:
            hashes = b"".join(hashlib.sha256(pages[n + 1]).digest() for n in range(len(pages)))
    if hashlib.sha256(hashes).hexdigest() != manifest["digest"]:
        sys.exit("the hashes are not those of the manifest")
    with open(output, "wb") as file:
        for number in range(1, manifest["pages"] + 1):
            page = pages.get(number, bytes(size))
            if hashlib.sha256(page).digest() != hashes[32 * number - 32:32 * number]:
                sys.exit("page %d is not what it was" % number)
            file.write(page)
    check_contents(manifest, output)
    if os.path.exists(backups[-1] + "/changes"):
        apply_changes(backups[-1] + "/changes", manifest, key, output)


if __name__ == "__main__":
    main(sys.argv[1:-1], sys.argv[-1])
