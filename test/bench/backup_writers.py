#!/usr/bin/env python3
"""Measures how long writers of a SQLite database wait while it is backed up.

usage: test/bench/backup_writers.py [MEGABYTES [SECONDS [follow]]]

Eight processes write a row per transaction to a database of MEGABYTES (256) in
journal mode WAL, for SECONDS (20) alone and as long beside backups that follow
each other, or with the word follow beside dbcare follow, three times in turn.  Prints the
medians and the 99th percentiles in milliseconds, and the ratio of the latter, whose
limit is 2, with follow 1.2.
"""
import multiprocessing
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

WRITERS = 8
PAUSE = 0.01
ROUNDS = 3


def write(path, seconds, results):
    """One writer: the seconds that each transaction took."""
    db = sqlite3.connect(path, timeout=60, isolation_level=None)
    db.execute("pragma synchronous = normal")
    took = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.monotonic()
        db.execute("begin immediate")
        db.execute("insert into t (v) values (randomblob(300))")
        db.execute("update t set v = randomblob(300) where id = ?", (random.randrange(1, 10000),))
        db.execute("commit")
        took.append(time.monotonic() - start)
        time.sleep(PAUSE)
    results.put(took)


def run_writers(path, seconds):
    """All writers; their times."""
    results = multiprocessing.Queue()
    writers = [multiprocessing.Process(target=write, args=(path, seconds, results)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    took = [t for _ in writers for t in results.get()]
    for writer in writers:
        writer.join()
    return took


def back_up(path, stop, count):
    """Backs the database up until told to stop."""
    while not stop.is_set():
        subprocess.run(
            ["sqlite3", "-batch", "-cmd", ".load ./sqlite_ext/dbcare", "-cmd", ".timeout 60000", path,
             "select dbbackup_create() is null; select dbbackup_cleanup('{\"keep_last\": 1}') is null;"],
            check=True, stdout=subprocess.DEVNULL)
        count.value += 1


def follow(path, stop, count):
    """Follows the database until told to stop."""
    backups = path + ".followed"
    process = subprocess.Popen(
        ["build/dbcare", "follow", backups, "--db", path],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    process.stderr.readline()
    count.value = 1
    stop.wait()
    process.terminate()
    process.wait()
    shutil.rmtree(backups)


def p99(times):
    return statistics.quantiles(times, n=100)[98] * 1000


def main():
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 256
    seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    follows = sys.argv[3:] == ["follow"]
    os.chdir(os.path.join(os.path.dirname(__file__), "../.."))
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "t.db")
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("pragma journal_mode = wal")
        db.execute("create table t (id integer primary key, v blob)")
        db.execute("with recursive n (i) as (select 1 union all select i + 1 from n where i < ?) "
                   "insert into t select i, randomblob(300) from n", (megabytes * 3200,))
        db.close()
        ratios = []
        for _ in range(ROUNDS):
            alone = run_writers(path, seconds)
            stop = multiprocessing.Event()
            count = multiprocessing.Value("i", 0)
            backups = multiprocessing.Process(target=follow if follows else back_up, args=(path, stop, count))
            backups.start()
            # the first full backup is made before
            while follows and count.value == 0:
                time.sleep(PAUSE)
            beside = run_writers(path, seconds)
            stop.set()
            backups.join()
            ratios.append(p99(beside) / p99(alone))
            print(f"alone p50 {statistics.median(alone) * 1000:.2f} p99 {p99(alone):.2f}, "
                  f"beside {count.value} backups p50 {statistics.median(beside) * 1000:.2f} p99 {p99(beside):.2f}, "
                  f"ratio {ratios[-1]:.2f}", flush=True)
        print(f"median ratio {statistics.median(ratios):.2f} (limit {1.2 if follows else 2})")


main()
