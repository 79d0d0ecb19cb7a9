#!/bin/bash
# A row that is held while somebody deletes it under another spelling of its key, and a
# purge that runs when the deletion is committed: the row stays.  PostgreSQL alone,
# SQLite has one writer.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# shellcheck disable=SC2034
db=held
# shellcheck disable=SC2034
engine=postgresql
start_server server
postgresql_new held
postgresql held >"$tmp/made" <<-'END'
	create table t (id numeric primary key, note text);
	select dbarchive_enable('t');
	select dbcare_set('lock_retries', '1000');
	insert into t values (1.0, 'held'), (5, 'first'), (6, 'last'), (9, 'other');
	-- the table has the trigger of holds
	select dbarchive_hold('t', 9, 'other');
	delete from t where id = 5;
END

# the purge reads the numbers of the other rows, and waits for the first one
hold deleter held 'update t set id = 1.00 where id = 1; delete from t where id = 1;'
is "$(postgresql held <<<"select dbarchive_hold('t', 1, 'court') ->> 'deleted'; delete from t where id = 6;")" false 'a row is held while it is deleted'
hold reader held 'select trash_id from dbcare.trash where row_key = $$"5"$$ for update;'
start_call "call dbarchive_purge('t', '{\"older_than_days\": 0}')"
until_true held "select exists (select from pg_stat_activity where pid = $worker and wait_event_type = 'Lock')"
release deleter
until_true held "select exists (select from dbcare.trash where row_key = '\"1.00\"')"
now=$(postgresql held <<<'select now()')
until_true held "select exists (select from pg_stat_activity where pid = $worker and wait_event_type = 'Lock' and xact_start > '$now')"
release reader
wait "$client" || true
like "$(cat "$tmp/answer")" '"rows": 2' 'a purge deletes the other rows'
is "$(postgresql held <<<'select row_key from dbcare.trash')" '"1.00"' '... and not the held one'
is "$(postgresql held <<<"select dbarchive_restore('t', 1) ->> 'rows'; select note from t where id = 1")" '1
held' '... which comes back'

# what follows held rows is dropped with the last hold, when the table is free
triggers="select count(*) from pg_trigger where starts_with(tgname, 'dbcare_hold')"
postgresql held <<<"select dbarchive_release('t', 9) ->> 'reason'" >"$tmp/released"
hold reader held 'select from t;'
is "$(postgresql held <<<"select dbarchive_release('t', 1) ->> 'reason'; $triggers")" 'court
1' 'the last hold ends while somebody reads the table'
release reader
is "$(postgresql held <<<"select dbarchive_hold('t', 1, 'again') ->> 'reason'; select dbarchive_release('t', 1) ->> 'reason'; $triggers")" 'again
again
0' '... and the next one leaves nothing'
finish
