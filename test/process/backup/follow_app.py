# An application that has its database followed by a thread of its own; see
# follow_thread.sh.
#
# usage: follow_app.py LIBRARY DATABASE SCENARIO
import json
import os
import select
import signal
import sqlite3
import sys
import time

library, database, scenario = sys.argv[1:]


def connect(path=database):
    db = sqlite3.connect(path, isolation_level=None, timeout=10)
    db.enable_load_extension(True)
    db.load_extension(library)
    return db


def ask(db, sql, *arguments):
    return db.execute(sql, arguments).fetchone()[0]


def status(db):
    return json.loads(ask(db, 'select dbbackup_follow_status()'))


def start(db, **options):
    return json.loads(ask(db, 'select dbbackup_follow_start(?)', json.dumps(options)))


def until(condition):
    while not condition():
        select.select([], [], [], 0.02)


def until_seen(db):
    wanted = time.strftime('%FT%T', time.gmtime(time.time() + 1))
    until(lambda: (status(db)['followed_until'] or '') > wanted)


def write(db, count):
    for _ in range(count):
        ask(db, 'insert into entry (at) values (unixepoch()) returning n')


def in_child(fn):
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        os._exit(0 if fn() else 1)
    return os.waitpid(child, 0)[1] == 0


def close():
    db = connect()
    began = start(db)
    print(began['here'], began['running'] in (True, False))
    until(lambda: status(db)['followed_until'])
    print(status(db)['running'], status(db)['here'], status(db)['problem'])
    write(db, 50)
    db.close()


def leave():
    db = connect()
    start(db)
    until(lambda: status(db)['followed_until'])
    write(db, 50)
    sys.exit()


def stop():
    db = connect()
    start(db)
    until(lambda: status(db)['followed_until'])
    write(db, 50)
    stopped = json.loads(ask(db, 'select dbbackup_follow_stop()'))
    print(stopped['stopped'], stopped['running'], stopped['here'], stopped['ended_at'] is not None)
    print(json.loads(ask(db, 'select dbbackup_follow_stop()'))['stopped'])


def pool():
    one, two = connect(), connect()
    start(one)
    start(two)
    try:
        start(two, snapshot_hours=2)
    except sqlite3.Error as error:
        print(error)
    until(lambda: status(two)['followed_until'])
    one.close()
    print(status(two)['here'])
    write(two, 50)
    until_seen(two)
    print(status(two)['problem'])
    two.close()


def fork():
    db = connect()
    start(db)
    until(lambda: status(db)['followed_until'])

    def child():
        own = connect()
        good = not status(own)['here'] and status(own)['running']
        start(own)
        until(lambda: 'another process follows' in (status(own)['problem'] or ''))
        write(own, 5)
        own.close()
        return good

    print(all(in_child(child) for _ in range(3)))
    for _ in range(100):
        write(db, 1)
        if not in_child(lambda: connect(':memory:').execute('select 1').fetchone() == (1,)):
            print('a child has failed')
    until_seen(db)
    print(status(db)['problem'], status(db)['here'])
    db.close()


def snapshot():
    # forks while a full backup is made
    db = connect()
    db.execute('with recursive s (i) as (select 1 union all select i + 1 from s where i < 20000)'
               ' insert into load select i, randomblob(1000) from s')
    start(db)
    forks = 0
    while not status(db)['followed_until']:
        forks += in_child(lambda: True)
        write(db, 1)
    print(forks > 0, status(db)['problem'])
    db.close()


def refused():
    for call in (lambda: start(connect(':memory:'), directory='/tmp/none'), lambda: start(connect(), file='x'),
                 lambda: start(connect(), encrypt={'key_env': 'DBCARE_NO_SUCH_KEY'})):
        try:
            call()
        except sqlite3.Error as error:
            print(error)


def wait():
    # follows until it is killed
    db = connect()
    start(db)
    until(lambda: status(db)['here'] and (status(db)['followed_until'] or status(db)['problem']))
    print('ready', flush=True)
    while True:
        write(db, 1)
        select.select([], [], [], 0.05)


globals()[scenario]()
