#!/bin/bash
# Writers beside a seal of many entries, and beside one that removes many: on SQLite they
# write between its segments, on PostgreSQL at any time.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# plain SQL: runs it in the shell without dbcare, which waits for locks.
plain()
{
	sqlite3 -batch -cmd '.timeout 60000' "$tmp/log.db" "$1" 2>&1 || true
}

# seal_beside ROW: the result of a seal, beside which a program changes a row.
seal_beside()
{
	sqlite log >"$tmp/sealed" <<<"select dbaudit_seal();" &
	local sealer=$!
	while kill -0 "$sealer" 2>/dev/null; do
		plain "update t set name = name || 'x' where id = $1"
	done
	wait "$sealer"
	cat "$tmp/sealed"
}

# ---- SQLite ----

sqlite_new log
sqlite log >"$tmp/made" <<-'END'
	pragma journal_mode = wal;
	create table t (id integer primary key, name text);
	select dbaudit_enable('t');
	with recursive n (i) as (select 1 union all select i + 1 from n where i < 60000) insert into t select i, 'n' from n;
END
like "$(seal_beside 7)" '"seal_id": 1[5-9]' 'SQLite: many entries are sealed while others write'
is "$(plain "select count(*) > 0 from dbcare_audit_entry where action = 'update' and row_key = 7
	and logged_at > (select min(sealed_at) from dbcare_audit_seal) and logged_at < (select max(sealed_at) from dbcare_audit_seal)")" 1 \
	'SQLite: they write between the segments'
is "$(sqlite log <<<'select count(*) from dbaudit_verify();')" 0 'SQLite: the chain is valid'

# entries that are old enough to be removed
plain "update dbcare_audit_entry set logged_at = '2001-01-01T00:00:00.000Z'; delete from dbcare_audit_seal"
sqlite log >"$tmp/made" <<<"select dbaudit_seal(), dbcare_set('audit_keep_days', '1');"
removed=$(seal_beside 8 | sed 's/.*"removed": \([0-9]*\).*/\1/')
is "$(plain "select sum(json_extract(changed, '\$.removed.entries')), count(*) > 1 from dbcare_audit_entry where changed like '%\"removed\"%'")" "$removed|1" \
	'SQLite: what is removed has a record for each of its parts'
is "$(plain "select count(*) > 0 from dbcare_audit_entry as e where e.action = 'update' and e.row_key = 8
	and e.entry_id > (select min(r.entry_id) from dbcare_audit_entry as r where r.changed like '%\"removed\"%')
	and e.entry_id < (select max(r.entry_id) from dbcare_audit_entry as r where r.changed like '%\"removed\"%')")" 1 \
	'SQLite: others write between them'
is "$(sqlite log <<<'select count(*) from dbaudit_verify();')" 0 'SQLite: the chain is still valid'
is "$(sqlite log <<<"begin; update t set name = 'z' where id <= 10000; select dbaudit_seal() ->> 'seals' > 1; rollback;
	select count(*) from t where name = 'z';")" '1
0' 'SQLite: a seal in a transaction of the caller commits nothing'

# ---- PostgreSQL ----

start_server server
postgresql_new log
postgresql log >"$tmp/made" <<-'END'
	create table t (id integer primary key, name text);
	select dbaudit_enable('t');
	insert into t select i, 'n' from generate_series(1, 20000) as i;
END
hold sealing log 'select dbaudit_seal();'
is "$(postgresql log <<<"set statement_timeout = '20s'; update t set name = 'x' where id = 7; insert into t values (0, 'y'); delete from t where id = 8; select 'done'")" \
	done 'PostgreSQL: others write while a seal is not committed'
release sealing
until_true log 'select count(*) = 5 from dbcare.audit_seal'
is "$(postgresql log <<<"select dbaudit_seal() ->> 'entries'")" 3 'PostgreSQL: the next seal has what they wrote'
is "$(postgresql log <<<'select count(*) from dbaudit_verify()')" 0 'PostgreSQL: the chain is valid'
finish
