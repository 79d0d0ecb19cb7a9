# Writes rows to a SQLite database, and acknowledges each transaction in a file, until
# there is a file stop.  A line has the number of the row, and when its transaction
# began and had been committed, in milliseconds.
#
# usage: follow_writer.py DATABASE LEDGER STOP SEED OPERATIONS
#
# OPERATIONS are letters: i inserts, b inserts much, r rolls much back, d deletes, c
# copies the log to the file, v rewrites the file.
import os
import random
import select
import sqlite3
import sys
import time

database, ledger, stop, seed, operations = sys.argv[1:]
chance = random.Random(int(seed))
db = sqlite3.connect(database, timeout=60, isolation_level=None)
db.execute('pragma cache_size = 20')
written = open(ledger, 'a', buffering=1)
mode = db.execute('pragma journal_mode').fetchone()[0]
n = db.execute('select coalesce(max(n), 0) from entry').fetchone()[0]


def now():
    return int(time.time() * 1000)


def load(rows):
    db.execute('with recursive s(i) as (select 1 union all select i + 1 from s'
               ' where i < ?) insert into load select i, randomblob(700) from s',
               (rows,))


while not os.path.exists(stop):
    operation = chance.choice(operations)
    # without a log readers and writers exclude each other: each gets its turn
    if mode != 'wal':
        select.select([], [], [], 0.005)
    if operation == 'c':
        kind = chance.choice(['passive', 'full', 'restart', 'truncate'])
        db.execute('pragma busy_timeout = 20')
        db.execute('pragma wal_checkpoint(%s)' % kind)
        db.execute('pragma busy_timeout = 60000')
        continue
    if operation == 'v':
        try:
            db.execute('vacuum')
        except sqlite3.OperationalError:
            pass
        continue
    begin = now()
    db.execute('begin immediate')
    if operation == 'r':
        load(300)
        db.execute('rollback')
        continue
    n += 1
    db.execute('insert into entry values (?, ?)', (n, begin))
    if operation == 'b':
        load(chance.randrange(300))
    if operation == 'd':
        db.execute('delete from load where rowid % 3 = ?', (n % 3,))
    db.execute('commit')
    written.write('%d %d %d\n' % (n, begin, now()))
