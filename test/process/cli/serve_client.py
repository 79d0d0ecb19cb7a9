#!/usr/bin/python3
"""Clients of dbcare serve; see serve_fuzz.sh.

usage: serve_client.py walk PORT PATH ...
       serve_client.py fuzz PORT SEED SECONDS NAME ...
       serve_client.py crowd PORT COUNT

walk prints what is wrong with the pages and documents of some paths, fuzz with the answers to
requests that are changed at random, about databases of some names; crowd connects so many
clients at once, each of another kind, and prints how many of those that ask are answered.
"""
import json
import random
import re
import socket
import struct
import sys
import time
import xml.etree.ElementTree as tree

# What pages are made of, and attributes with addresses.
ELEMENTS = set("""html head meta title link style script body a header div p h1 h2 h3 h4 main section nav ul ol li
form label input button table caption thead tbody tr th td span strong em code pre footer details summary svg g path
rect circle line polyline polygon text dl dt dd small time br hr abbr figure figcaption select option output kbd
defs use desc tfoot b i""".split())
ADDRESS = re.compile(r"^(#[\w-]*|/[\w/.?=&%-]*|data:,)$")


def connect(port):
    client = socket.create_connection(("127.0.0.1", port), timeout=60)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def read_all(client):
    answer = bytearray()
    while True:
        more = client.recv(65536)
        if not more:
            return bytes(answer)
        answer += more


def get(port, path):
    """The status, the header and the body of an answer."""
    with connect(port) as client:
        client.sendall(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % path.encode())
        head, _, body = read_all(client).partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), head.decode("latin-1"), body


def wrong_with_page(body):
    """What is wrong with a page: it has to be well-formed, with one script and known markup."""
    try:
        page = tree.fromstring(body.decode("utf-8"))
    except (tree.ParseError, UnicodeDecodeError) as error:
        return str(error)
    scripts = 0
    for element in page.iter():
        name = element.tag.rpartition("}")[2]
        scripts += name == "script"
        if name not in ELEMENTS:
            return "<%s>" % name
        for key, value in element.attrib.items():
            if key.startswith("on") or key in ("style", "srcdoc", "formaction"):
                return "%s of <%s>" % (key, name)
            if key in ("href", "src", "action") and not ADDRESS.match(value):
                return "%s of <%s> is %s" % (key, name, value)
    return "" if scripts == 1 else "%d scripts" % scripts


def wrong_with(head, body):
    kind = re.search(r"Content-Type: ([a-z/-]+)", head)
    length = re.search(r"Content-Length: (\d+)", head)
    if length and int(length.group(1)) != len(body):
        return "%d bytes of %s" % (len(body), length.group(1))
    if re.search(r"[^\t\r\n -~]", head):
        return "the header has control characters"
    if not kind or kind.group(1) in ("text/plain", "application/openmetrics-text"):
        body.decode("utf-8")
        return ""
    if kind.group(1) == "application/json":
        json.loads(body.decode("utf-8"))
        return ""
    # an answer of the library is a short page of its own
    return "" if body.startswith(b"<html><head><title>") else wrong_with_page(body)


def walk(port, *paths):
    for path in paths:
        status, head, body = get(int(port), path)
        try:
            wrong = wrong_with(head, body)
        except ValueError as error:
            wrong = str(error)
        if status not in (200, 404, 503) or wrong:
            print(path, status, wrong)


# ---- requests that are changed at random ----

VIEWS = """health schema statistics connection-test verify migrations drift locks slow plans waits alerts tables indexes backups
deleted holds changes other""".split()
PIECES = [b"\r\n", b"\0", b"%", b"%00", b" ", b":", b"/" * 50, b"\xff\xfe", b"\n", b"\r", b"\r\n ", b"../", b"\t", b"?", b"#",
          b"%3cscript%3e", b"<script>", b"\x7f", b"\r\n\r\n", b"HTTP/1.1", b"chunked", b"-1", b"18446744073709551616"]
HEADERS = [b"Authorization: Bearer x", b"Content-Length: 3", b"Content-Length: 99999999999999999999", b"Content-Length: -1",
           b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity, chunked", b"Expect: 100-continue",
           b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"Sec-Fetch-Site: none", b"Sec-Fetch-Site: cross-site",
           b"Cookie: a=b; a=c", b"Host: other", b"Host:", b"Range: bytes=0-1,5-", b"Accept-Encoding: gzip", b"X: " + b"y" * 900,
           b"X:\r\n folded", b"If-None-Match: *", b"Content-Length: 0"]
METHODS = [b"GET"] * 12 + [b"HEAD", b"POST", b"PUT", b"OPTIONS", b"TRACE", b"CONNECT", b"PRI", b"get", b"G" * 300]
STATUS = re.compile(rb"^HTTP/1\.[01] (200|400|401|403|404|405|408|411|413|414|417|421|431|500|501|503|505) ")


def any_request(names):
    name = random.choice(names).encode()
    view = random.choice(VIEWS).encode()
    path = random.choice([b"/", b"/db/" + name, b"/db/%s/%s" % (name, view), b"/api/%s/%s" % (name, view), b"/metrics",
                          b"/openapi.json", b"/healthz", b"/readyz", b"/api/%s/migrate" % name])
    if random.randrange(3) == 0:
        path += b"?q=%s&refresh=%s" % (random.choice(PIECES), random.choice([b"on", b"", b"&q", b"=" * 20]))
    if random.randrange(40) == 0:
        path += b"x" * random.randrange(20000)
    lines = [b"%s %s HTTP/1.%d" % (random.choice(METHODS), path, random.randrange(2)), b"Host: 127.0.0.1"]
    lines += random.choices(HEADERS, k=random.choice([0, 0, 0, 1, 2, 8]))
    if random.randrange(60) == 0:
        lines += [b"X%d: y" % i for i in range(2000)]
    return bytearray(b"\r\n".join(lines) + b"\r\n\r\n" + random.choice([b"", b"", b"abc", b"3\r\nabc\r\n0\r\n\r\n"]))


def change(request):
    for _ in range(random.choice([0, 0, 1, 1, 2, 8])):
        at = random.randrange(len(request) + 1)
        what = random.randrange(3)
        if what == 0:
            request[at:at + 1] = bytes([random.randrange(256)])
        elif what == 1:
            request[at:at] = random.choice(PIECES)
        else:
            del request[at:at + random.randrange(9)]
    return bytes(request)


def send(client, request):
    """Sends a request: at once, in two parts, or byte by byte."""
    how = random.randrange(10)
    if how == 0:
        for i in range(min(len(request), 40)):
            client.sendall(request[i:i + 1])
        client.sendall(request[40:])
    elif how == 1:
        at = random.randrange(len(request) + 1)
        client.sendall(request[:at])
        client.sendall(request[at:])
    else:
        client.sendall(request * random.choice([1, 1, 1, 3]))


def ask(port, request):
    """What is wrong with the answer to a request; clients may leave before it comes."""
    with connect(port) as client:
        try:
            send(client, request)
            how = random.randrange(8)
            if how == 0:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return ""
            if how == 1:
                client.recv(100)
                return ""
            client.shutdown(socket.SHUT_WR)
            answer = read_all(client)
        except TimeoutError:
            return "no answer within a minute"
        except OSError:
            return ""
    answer = answer.removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")
    if not answer:
        return ""
    if not STATUS.match(answer):
        return "not an answer: %r" % answer[:80]
    head, _, body = answer.partition(b"\r\n\r\n")
    # libmicrohttpd sends the header of some refusals twice
    body = body.removeprefix(head + b"\r\n\r\n")
    if not body:
        return ""
    try:
        return wrong_with(head.decode("latin-1"), body)
    except ValueError as error:
        return str(error)


def fuzz(port, seed, seconds, *names):
    random.seed(int(seed))
    until = time.monotonic() + float(seconds)
    while time.monotonic() < until:
        request = change(any_request(names))
        wrong = ask(int(port), request)
        if wrong:
            print("%s, to %r" % (wrong, request[:300]))
            return


# ---- many clients ----

def crowd(port, count):
    clients = []
    for i in range(int(count)):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex(("127.0.0.1", int(port)))
        clients.append(client)
    sent = [False] * len(clients)
    answered = [False] * len(clients)
    until = time.monotonic() + 300
    # of four clients one says nothing, one never ends its request, and two ask
    asking = [i for i in range(len(clients)) if i % 4 > 1]
    while time.monotonic() < until and not all(answered[i] for i in asking):
        for i, client in enumerate(clients):
            try:
                if not sent[i] and i % 4:
                    client.sendall(b"GET /healthz HTTP/1.1\r\n" + (b"X: " if i % 4 == 1 else b"Host: 127.0.0.1\r\n\r\n"))
                    sent[i] = True
                if sent[i] and not answered[i]:
                    answered[i] = b" 200 OK" in client.recv(1000)
            except OSError:
                pass
        time.sleep(0.02)
    print(sum(answered[i] for i in asking), "of", len(asking))


{"walk": walk, "fuzz": fuzz, "crowd": crowd}[sys.argv[1]](*sys.argv[2:])
