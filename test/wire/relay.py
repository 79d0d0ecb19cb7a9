"""Passes messages between a client and a PostgreSQL server, and falsifies what
the server answers: values, columns, types, rows, tags, and where it ends.

usage: relay.py SERVER_SOCKET OWN_SOCKET SEED|count

A message stays well-formed, so that the client's library accepts it: what is
tested is the code that reads the result.  The answers before the first query of
the client are genuine.  With count nothing is falsified, and the number of round
trips is printed at the end.
"""
import random
import socket
import struct
import sys
import threading

counts = sys.argv[3] == "count"
chance = random.Random(0 if counts else int(sys.argv[3]))
kind = "" if counts else chance.choice(["value", "columns", "type", "none", "twice", "tag", "error", "cut"])
rate = chance.choice([0.02, 0.1, 0.5])
VALUES = [None, b"", b"-1", b"0", b"99999999999999999999", b"-9223372036854775808", b"nan", b"1e999", b"x" * 300000,
          b"\x1b[2J\x1b]0;title\x07", b'{"a": [', b"[[[]]]", b"{1,2,null}", b"\xff\xfe", b"a\x01b", b"%s%n$1", b"t", b"null"]


def message(type, body):
    return type + struct.pack("!I", len(body) + 4) + body


def split_row(body):
    count = struct.unpack("!H", body[:2])[0]
    at, values = 2, []
    for _ in range(count):
        length = struct.unpack("!i", body[at:at + 4])[0]
        at += 4
        values.append(None if length < 0 else body[at:at + length])
        at += max(length, 0)
    return values


def join_row(values):
    return struct.pack("!H", len(values)) + b"".join(
        struct.pack("!i", -1) if v is None else struct.pack("!i", len(v)) + v for v in values)


def split_columns(body):
    count = struct.unpack("!H", body[:2])[0]
    at, columns = 2, []
    for _ in range(count):
        end = body.index(b"\0", at) + 1
        columns.append((body[at:end], body[end:end + 18]))
        at = end + 18
    return columns


def join_columns(columns):
    return struct.pack("!H", len(columns)) + b"".join(name + rest for name, rest in columns)


def falsify(type, body, state):
    """The messages to send instead of one."""
    if type == b"T":
        columns = split_columns(body)
        state["lost"] = kind == "columns" and chance.random() < rate and chance.choice([1, len(columns)])
        state["extra"] = kind == "columns" and not state["lost"] and chance.random() < rate
        if kind == "type":
            columns = [(name, rest[:6] + struct.pack("!I", chance.choice([16, 20, 25, 26, 701, 1700, 3802, 1184, 999999]))
                        + rest[10:]) if chance.random() < rate else (name, rest) for name, rest in columns]
        if state["lost"]:
            columns = columns[:-state["lost"]]
        if state["extra"]:
            columns += columns[:1]
        return [message(type, join_columns(columns))]
    if type == b"D":
        values = split_row(body)
        if kind == "value":
            values = [chance.choice(VALUES) if chance.random() < rate else v for v in values]
        if state.get("lost"):
            values = values[:-state["lost"]]
        if state.get("extra"):
            values += values[:1]
        if kind == "none" and chance.random() < rate:
            return []
        return [message(type, join_row(values))] * (2 if kind == "twice" and chance.random() < rate else 1)
    if type == b"C" and kind == "tag" and chance.random() < rate:
        return [message(type, chance.choice([b"\0", b"SELECT 99999999999999999999\0", b"INSERT 0 -1\0", b"x" * 5000 + b"\0"]))]
    if type == b"C" and kind == "error" and chance.random() < rate:
        return [message(b"E", b"SERROR\0C" + chance.choice([b"42P01", b"XX001", b"", b"57014", b"53200"])
                        + b"\0M\x1b[31m%s\0P" + chance.choice([b"-5", b"99999999", b"x"]) + b"\0qselect\0p7\0\0")]
    return [message(type, body)]


def read(stream, length):
    data = b""
    while len(data) < length:
        more = stream.recv(length - len(data))
        if not more:
            if counts:
                print(trips)
            sys.exit()
        data += more
    return data


listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[2])
listener.listen(1)
print("ready", flush=True)
client, _ = listener.accept()
server = socket.socket(socket.AF_UNIX)
server.connect(sys.argv[1])


def forward():
    while True:
        data = client.recv(65536)
        if not data:
            server.shutdown(socket.SHUT_WR)
            return
        server.sendall(data)


threading.Thread(target=forward, daemon=True).start()
state, ready, left, trips = {}, False, chance.randrange(20000), 0
try:
    while True:
        type = read(server, 1)
        body = read(server, struct.unpack("!I", read(server, 4))[0] - 4)
        sent = b"".join(falsify(type, body, state)) if ready else message(type, body)
        ready = ready or type == b"Z"
        trips += type == b"Z"
        if kind == "cut":
            left -= len(sent)
            if left < 0:
                client.sendall(sent[:left])
                sys.exit()
        client.sendall(sent)
except OSError:
    pass  # the client has gone
