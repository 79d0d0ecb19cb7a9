# The application of the drills on SQLite, with an exact ledger of its commits.
#
# usage: drill_ledger.py write DATABASE LEDGER STOP SEED
#        drill_ledger.py count LEDGER
#        drill_ledger.py cut LEDGER N
#        drill_ledger.py check DATABASE LEDGER FROM TO
#        drill_ledger.py saved DATABASE LEDGER COMPLETE
#
# write changes rows until there is a file STOP.  Before each COMMIT a line of the ledger
# has the number and the changes of the transaction, after it another one acknowledges
# it.  count prints how many are acknowledged, and how many were begun.
# cut forgets those after N, which a restore has undone.
#
# check prints what is wrong with a database that must be in the state after one of the
# transactions FROM to TO; it prints "state N" if nothing is.  saved prints what is
# wrong with rows that were salvaged: each must have been a row, and nothing is missing
# if COMPLETE is yes.
import json
import os
import random
import select
import sqlite3
import sys


def read(path):
    begun, acknowledged = [], set()
    with open(path) as ledger:
        for line in ledger:
            # the writer may have been killed within a line
            if not line.endswith('\n'):
                break
            entry = json.loads(line)
            if 'changes' in entry:
                begun.append(entry)
            else:
                acknowledged.add(entry['n'])
    return begun, acknowledged


def counts(path):
    begun, acknowledged = read(path)
    return max(acknowledged, default=0), max((e['n'] for e in begun), default=0)


def apply(rows, entry):
    for key, text in entry['changes']:
        if text is None:
            rows.pop(key, None)
        else:
            rows[key] = text


def state(path, last):
    rows = {}
    # a number is given again if the first of its transactions was lost
    for n, entry in sorted({e['n']: e for e in read(path)[0]}.items()):
        if n <= last:
            apply(rows, entry)
    return rows


def write(database, path, stop, seed):
    chance = random.Random(int(seed))
    db = sqlite3.connect(database, timeout=60, isolation_level=None)
    # transactions write to the file before they are complete
    db.execute('pragma cache_size = 10')
    n, = db.execute('select coalesce(max(n), 0) from done').fetchone()
    rows = dict(db.execute('select key, text from entry'))
    ledger = open(path, 'a', buffering=1)

    def note(**entry):
        ledger.write(json.dumps(entry) + '\n')

    while not os.path.exists(stop):
        # others get their turn, who exclude writers without a write-ahead log
        select.select([], [], [], 0.002)
        n += 1
        changes = []
        for _ in range(chance.choice([1, 1, 2, 10])):
            if rows and chance.random() < 0.4:
                key = chance.choice(list(rows))
            else:
                key = chance.randrange(1000000)
            if key in rows and chance.random() < 0.4:
                text = None
            else:
                text = '%d-%d-' % (key, n) + 'x' * chance.choice([0, 20, 200, 6000])
            changes.append((key, text))
            apply(rows, {'changes': changes[-1:]})
        # before any of it can be in the file
        note(n=n, changes=changes)
        db.execute('begin immediate')
        for key, text in changes:
            db.execute('delete from entry where key = ?', (key,))
            if text is not None:
                db.execute('insert into entry values (?, ?)', (key, text))
        db.execute('insert into done values (?)', (n,))
        db.execute('commit')
        note(n=n)


def check(database, path, first, last):
    db = sqlite3.connect('file:%s?mode=rw' % database, uri=True)
    sound = db.execute('pragma integrity_check').fetchone()[0]
    if sound != 'ok':
        return sound
    n, = db.execute('select coalesce(max(n), 0) from done').fetchone()
    if not int(first) <= n <= int(last):
        return 'the state is that of transaction %d, not of %s to %s' % (n, first, last)
    if [r[0] for r in db.execute('select n from done order by n')] != list(range(1, n + 1)):
        return 'transactions before %d are missing' % n
    if dict(db.execute('select key, text from entry')) != state(path, n):
        return 'the rows are not those of transaction %d' % n
    return 'state %d' % n


def saved(database, path, complete):
    db = sqlite3.connect(database)
    begun = read(path)[0]
    known = {tuple(change) for entry in begun for change in entry['changes']}
    found = dict(db.execute('select key, text from entry'))
    sound = db.execute('pragma integrity_check').fetchone()[0]
    if sound != 'ok':
        return sound
    for key, text in found.items():
        if (key, text) not in known:
            return 'row %s was never there' % key
    if complete == 'yes':
        done, started = counts(path)
        if found not in [state(path, n) for n in range(done, started + 1)]:
            return 'something is missing, and nothing is reported'
    return ''


def cut(path, last):
    with open(path) as ledger:
        lines = [line for line in ledger
                 if line.endswith('\n') and json.loads(line)['n'] <= int(last)]
    with open(path, 'w') as ledger:
        ledger.writelines(lines)


verb, arguments = sys.argv[1], sys.argv[2:]
if verb == 'count':
    print(*counts(*arguments))
else:
    answer = {'write': write, 'cut': cut, 'check': check, 'saved': saved}[verb](*arguments)
    if answer:
        print(answer)
