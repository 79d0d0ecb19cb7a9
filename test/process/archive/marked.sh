#!/bin/bash
# Mode flag ends while another session marks a row: the row would be live again, and
# nothing would list it.  PostgreSQL alone, SQLite has one writer.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# shellcheck disable=SC2034
db=marked
# shellcheck disable=SC2034
engine=postgresql
start_server server
postgresql_new marked
postgresql marked >"$tmp/made" <<-'END'
	create table t (id integer primary key, note text);
	insert into t values (1, 'first'), (2, 'second');
	select dbarchive_enable('t', '{"mode": "flag"}');
	select dbcare_set('lock_retries', '1000');
END

for call in "dbarchive_disable('t')" "dbarchive_enable('t', '{\"mode\": \"trash\"}')"; do
	hold marker marked "select dbarchive_delete('t', 1);"
	start_call "select $call"
	until_true marked "select not exists (select from pg_stat_activity where pid = $worker and state = 'active'
		and wait_event_type is distinct from 'Lock')"
	release marker
	wait "$client" || true
	like "$(cat "$tmp/answer")" 'table .*t has 1 row marked as deleted' "${call%%(*}: a row that is being marked is waited for"
	is "$(postgresql marked <<<"select row_key from dbarchive_deleted(); select mode from dbarchive_status();
		select count(*) from dbarchive_deleted() as d, dbarchive_restore('t', 1)")" '1
flag
1' "${call%%(*}: it stays listed, and is restored"
done
finish
