#!/usr/bin/env python3
"""Runs SQL beside a writer and tells how long the writer waits.

usage: beside.py postgres|sqlite DATABASE WRITE <SQL

The writer runs the statement WRITE a hundred times a second, each in a transaction of its own;
& in it is the number of the statement.  A second session runs SQL when the writer has begun, and
both end with it.  Prints "MS P99_MS LONGEST_MS": how long SQL took, and of the writer's statements
the 99th percentile and the longest.
"""
import sqlite3
import statistics
import subprocess
import sys
import threading
import time

INTERVAL = 0.01


class PostgresWriter:
    """A session of psql, which says when a statement has ended."""

    def __init__(self, database):
        self.psql = subprocess.Popen(["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database],
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, sql):
        self.psql.stdin.write(f"{sql};\n\\echo written\n")
        self.psql.stdin.flush()
        if self.psql.stdout.readline() != "written\n":
            sys.exit("the writer failed")


class SqliteWriter:
    """A connection without dbcare, as applications have."""

    def __init__(self, database):
        self.db = sqlite3.connect(database, timeout=60, isolation_level=None)
        self.db.execute("pragma synchronous = normal")
        self.db.execute("pragma recursive_triggers = on")

    def run(self, sql):
        self.db.execute(sql)


def call(engine, database, sql, ended):
    """The seconds that SQL takes, of which those of the start of the shell are few."""
    command = ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database]
    if engine == "sqlite":
        command = ["sqlite3", "-batch", "-bail", "-cmd", ".load ./sqlite_ext/dbcare", "-cmd", ".timeout 60000", database]
    start = time.monotonic()
    done = subprocess.run(command, input=sql, stdout=subprocess.DEVNULL, text=True, check=False)
    ended.append((time.monotonic() - start, done.returncode))


def main():
    engine, database, write = sys.argv[1:4]
    writer = (PostgresWriter if engine == "postgres" else SqliteWriter)(database)
    took, ended = [], []
    other = threading.Thread(target=call, args=(engine, database, sys.stdin.read(), ended))
    while not ended or len(took) < 100:
        if len(took) == 20:
            other.start()
        start = time.monotonic()
        writer.run(write.replace("&", str(len(took))))
        took.append(time.monotonic() - start)
        time.sleep(max(0, INTERVAL - took[-1]))
    if ended[0][1]:
        sys.exit("the call failed")
    print(f"{ended[0][0] * 1000:.1f} {statistics.quantiles(took, n=100)[98] * 1000:.1f} {max(took) * 1000:.1f}")


main()
