#!/bin/bash
# [PostgreSQL] With 64 tables, all of which are kept, logged, held and under a policy, no statement
# of a call reads more than 2,500 rows for each: where PostgreSQL knows nothing of their number, it
# joins all tables with all, which may be done once, but not for each of them.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# statistics that come at some moment would change plans
start_server server autovacuum=off

# tables N: some have children, marked rows, or partitions; all in one transaction.
tables()
{
	echo 'begin;'
	seq "$1" | awk '{
		mode = $1 % 4 == 0 ? "flag" : "trash"
		print "create table item_" $1 " (id integer primary key, label text, at date, parent_id integer references item_" \
			($1 % 2 ? $1 : $1 - 1) " on delete cascade, other_id integer references item_" $1 " on delete set null)" \
			($1 % 5 ? "" : " partition by range (id)") ";"
		if ($1 % 5 == 0) print "create table part_" $1 " partition of item_" $1 " default;"
		print "insert into item_" $1 " (id, label, at) values (1, \047a\047, \0472020-01-01\047), (2, \047b\047, \0472020-01-01\047);"
		print "select dbarchive_enable(\047item_" $1 "\047, \047{\"mode\": \"" mode "\"}\047) is null;"
		print "select dbaudit_enable(\047item_" $1 "\047, \047{\"mask\": [\"label\"]}\047) is null;"
		print "select dbarchive_policy(\047item_" $1 "\047, \047{\"timestamp_column\": \"at\", \"archive_after_days\": 10, \"purge_deleted_after_days\": 3}\047) is null;"
		if (mode == "trash") print "delete from item_" $1 " where id = 2;"
		print "select dbarchive_hold(\047item_" $1 "\047, 1, \047case\047) is null;"
	}'
	echo 'commit;'
}

calls()
{
	cat <<-'END'
		load 'dbcare'; load 'auto_explain';
		set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
		set auto_explain.log_analyze = on; set auto_explain.log_timing = off;
		set auto_explain.log_format = json; set auto_explain.log_level = notice; set client_min_messages = notice;
		select dbarchive_release('item_1', 1), dbarchive_hold('item_1', 1, 'case');
		select dbarchive_restore('item_1', 2); select dbarchive_delete('item_1', 2);
		select dbaudit_disable('item_1'), dbaudit_enable('item_1');
		select dbarchive_policy('item_1', '{"timestamp_column": "at", "delete_after_days": 20}');
		select dbarchive_disable('item_1'), dbarchive_enable('item_1');
		select dbops_update('item_1', '{"label": "c"}', '{"id": 1}'), dbops_delete('item_1', '{"id": 3}');
		select count(*) from dbarchive_deleted('item_1'), dbarchive_holds('item_1');
		select count(*) from dbarchive_deleted(); select count(*) from dbarchive_holds();
		select count(*) from dbarchive_policies(); select count(*) from dbarchive_status();
		select count(*) from dbaudit_tables(); select count(*) from dbaudit_log('{"table": "item_1"}');
		select count(*) from dbaudit_history('item_1', 1); select dbaudit_as_of('item_1', 1, now()::text);
	END
}

postgresql_new shop
tables 64 | postgresql shop >"$tmp/made"
calls | "${psql_shell[@]}" -v VERBOSITY=terse -d shop >"$tmp/plans" 2>&1
is "$(test/process/core/growth_postgresql.pl "$tmp/plans" 64)" 'most have run' \
	'no statement joins all tables with all for each table'

# rows of the log that are read one after the other, which a session counts: a few times all, and
# not all for each seal
postgresql_new seals
{
	echo "create table item (id integer primary key); select dbaudit_enable('item') is null;"
	seq 600 | awk '{ print "insert into item values (" $1 "); select dbaudit_seal() is null;" }'
	echo 'analyze;'
} | postgresql seals >"$tmp/seals"
is "$(postgresql seals <<<"begin; select count(*) from dbaudit_verify();
	select pg_stat_get_xact_tuples_returned('dbcare.audit_entry'::regclass) < 6000;")" '0
t' 'dbaudit_verify() does not read all entries for each seal'

# and not all for the last one, where there are no statistics of the log
postgresql_new last
echo "create table item (id integer primary key); select dbaudit_enable('item') is null;
	insert into item select i from generate_series(1, 20000) as i;" | postgresql last >"$tmp/last"
is "$(postgresql last <<<"begin; select count(*) from dbaudit_log('{\"table\": \"item\", \"limit\": 1}');
	select pg_stat_get_xact_tuples_returned('dbcare.audit_entry'::regclass) < 100;")" '1
t' 'dbaudit_log() with a limit does not read all entries'

# statements that look for the rows of 200 holds
postgresql_new holds
{
	echo "create table item (id integer primary key); insert into item select i from generate_series(1, 200) as i; select dbarchive_enable('item') is null;"
	seq 200 | awk '{ print "select dbarchive_hold(\047item\047, " $1 ", \047case\047) is null;" }'
} | postgresql holds >"$tmp/made"
is "$("${psql_shell[@]}" -d holds 2>&1 <<<"load 'dbcare'; load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
	set auto_explain.log_level = notice; set client_min_messages = notice;
	select count(*) from dbhealth_checks('{\"level\": \"full\", \"checks\": [\"held_rows_lost\"]}');" |
	awk '/Query Text/ { count++ } END { print (count > 5 && count < 50 ? "few" : count) }')" few 'held rows are looked for together'

# statements of dbarchive_apply() that read 20 rows or more of each table for each of 120 policies
postgresql_new policies
{
	seq 120 | awk '{
		print "create table item_" $1 " (id integer primary key, at date); insert into item_" $1 " values (1, \0472020-01-01\047);"
		print "select dbarchive_enable(\047item_" $1 "\047) is null;"
		print "select dbarchive_policy(\047item_" $1 "\047, \047{\"timestamp_column\": \"at\", \"delete_after_days\": 1, \"purge_deleted_after_days\": 3}\047) is null;"
	}'
	echo 'vacuum analyze;'
} | postgresql policies >"$tmp/made"
is "$("${psql_shell[@]}" -d policies 2>&1 <<<"load 'dbcare'; load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_nested_statements = on;
	set auto_explain.log_analyze = on; set auto_explain.log_timing = off; set auto_explain.log_format = json;
	set auto_explain.log_level = notice; set client_min_messages = notice; call dbarchive_apply('{\"pause_ms\": 0}');" |
	awk -F ': ' '/"Query Text": / { statement = substr($0, 20, 60) } /"Actual Rows": / { rows = $2 + 0 }
		/"Actual Loops": / { loops = $2 + 0; count[statement] += rows * loops } /"Rows Removed by .*": / { count[statement] += $2 * loops }
		END { for (statement in count) { all++; if (count[statement] > 20 * 120 * 120) print statement, count[statement] }
			print (all > 30 ? "of many" : all) }')" 'of many' 'dbarchive_apply() does not read the names of all tables for each policy'

# undo ROWS: the most memory that the statements of the call have left to its end, in kB, when
# it deletes rows
undo()
{
	postgresql undo <<<"select dbaudit_undo(null, '{\"actor\": \"of $1\", \"since\": \"2000-01-01\", \"dry_run\": true}') ->> 'rows';" |
		awk '/^[0-9]/ { rows = $1 } /WARNING:/ && $2 > most { most = $2 } END { print rows, most / 1024 }'
}

postgresql_new undo
postgresql undo >"$tmp/made" <<-'END'
	create table item (id integer primary key, note text);
	insert into item select i, 'note' from generate_series(1, 21000) as i;
	select dbaudit_enable('item') is null;
	begin; select dbaudit_actor('of 1000'); update item set note = 'other' where id <= 1000; commit;
	begin; select dbaudit_actor('of 20000'); update item set note = 'other' where id > 1000; commit;
	create function note_memory() returns trigger language plpgsql as $$ begin
		raise warning '%', (select max(used_bytes) from pg_backend_memory_contexts where name = 'SPI Proc');
		return null; end $$;
	create trigger note_memory after delete on item for each statement execute function note_memory();
	alter table item enable always trigger note_memory;
END
is "$({ undo 1000; undo 20000; } | awk '{ rows += $1; kb[NR] = $2 } END { grown = kb[2] - kb[1]
	print rows, (kb[1] > 0 && grown < 300 ? "no more" : grown " kB more") }')" '21000 no more' \
	'dbaudit_undo() frees what it needs for some rows before it goes on'

# copies of a value of 40 MB, which malloc() returns to the system at once, in the most memory that
# a session has had
peak="select (regexp_match(pg_read_file('/proc/self/status', 0, 10000), 'VmPeak:\s*(\d+)'))[1];"
postgresql_new value
postgresql value >"$tmp/made" <<-'END'
	create table item (id integer primary key, note text);
	insert into item values (1, repeat('abcdefghijklmnopqrstuvwxyabcdefghijklmnopqrstuvwxy', 800000));
	select dbaudit_enable('item') is null, dbarchive_enable('item') is null;
	begin; select dbaudit_actor('deleting') is null; delete from item; commit;
END
is "$(postgresql value <<<"begin; select dbaudit_actor('undoing') is null; $peak
	select dbaudit_undo(null, '{\"actor\": \"deleting\", \"since\": \"2000-01-01\"}') is null; $peak" |
	awk '/^[0-9]/ { peak[++n] = $1 } END { copies = (peak[2] - peak[1]) * 1024 / 4e7; print (copies > 1 && copies < 18 ? "few" : copies) }')" few \
	'dbaudit_undo() of a large value needs few copies of it'
finish
