#!/bin/bash
# Tables with a partition on another server, which postgres_fdw reads: rows there
# are verified, or it is said that they are not.  PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
if [ "$(postgresql postgres <<<"select count(*) from pg_available_extensions where name = 'postgres_fdw';")" = 0 ]; then
	skip 'partitions on other servers' 'postgres_fdw is not installed'
	finish
fi
"${psql_shell[@]}" -d postgres -c 'create database far'
postgresql_new near
postgresql far <<-'END'
	create table old (id bigint, at date, tenant int, note text);
	insert into old select n, '2024-01-01'::date + n % 300, n % 5, case when n % 10 > 0 then 'x' end from generate_series(1, 1000) as n;
	insert into old values (null, '2024-05-05', 1, 'x');
END
postgresql near <<-END
	create extension postgres_fdw;
	create server far foreign data wrapper postgres_fdw options (host '$PGHOST', port '$PGPORT', dbname 'far');
	create user mapping for current_user server far;
	create table tenant (id int primary key);
	insert into tenant select generate_series(1, 4);
	create table event (id bigint not null, at date not null, tenant int, note text constraint noted check (note is not null))
		partition by range (at);
	create table event_new partition of event for values from ('2025-01-01') to ('2026-01-01');
	insert into event select n, '2025-01-01'::date + n % 300, n % 5, 'x' from generate_series(1, 1000) as n;
	create foreign table event_old partition of event for values from ('2024-01-01') to ('2025-01-01')
		server far options (table_name 'old');
	alter foreign table event_old add constraint few check (tenant < 4);
	create table child (id int primary key, event_id bigint);
	insert into child values (1, 5), (2, 100000);
END

is "$(postgresql near <<<"select constraint_name, kind, violations, message from dbcheck_constraints('event') where violations > 0;")" \
	'event_id_not_null not_null 1 1 row is null in id
few check 200 200 rows violate few
noted check 100 100 rows violate noted' 'constraints are verified in all partitions'
is "$(postgresql near <<<"select distinct k ->> 'tableoid' from dbcheck_constraints('event') as c, jsonb_array_elements(c.sample_keys) as k;")" \
	'public.event_old' 'and rows are named with their partition'
is "$(postgresql near <<<"begin; insert into event (at, tenant) values ('2024-03-03', 9); rollback;
	select 'old', message from dbcheck_row('event', '{\"at\": \"2024-03-03\", \"tenant\": 9}');
	select 'new', message from dbcheck_row('event', '{\"at\": \"2025-03-03\", \"note\": \"x\"}');")" \
	'new the row is null in id' 'a row of a foreign partition is not tested, as PostgreSQL does not'
is "$(postgresql near <<<"select orphans from dbcheck_orphans(null, '{\"relations\": [{\"child\": \"event.tenant\", \"parent\": \"tenant.id\"}]}');
	select orphans from dbcheck_orphans(null, '{\"relations\": [{\"child\": \"child.event_id\", \"parent\": \"event.id\"}]}');")" \
	$'400\n1' 'rows on the other server are orphans, or parents'
is "$(postgresql near <<<"select dbcheck_rule_add('noted', 'event', 'note is not null', '{\"repair_sql\": \"note = ''-''\"}') is not null;
	select violations from dbcheck_run() where source = 'rule';
	select u ->> 'rule_name', u ->> 'reason' from jsonb_array_elements(dbcheck_repair() -> 'unknown') as u;")" \
	't
100
noted rows of public.event_old are on another server' 'rules are verified there; what cannot be repaired is said'
like "$(postgresql near <<<"select dbcheck_repair('{\"rules\": [\"noted\"]}');" || true)" \
	'ERROR:  rows of public.event_old are on another server' 'a repair that is asked for is refused'
for call in "* from dbcheck_constraints(null, '{\"all\": true}')" '* from dbcheck_run()' 'dbcheck_repair()' \
	"* from dbcheck_row('event', '{\"at\": \"2024-03-03\", \"tenant\": 9}')" "* from dbcheck_row('event', '{\"at\": \"2025-03-03\"}')" \
	"* from dbcheck_orphans(null, '{\"relations\": [{\"child\": \"event.tenant\", \"parent\": \"tenant.id\"}]}')" \
	"* from dbcheck_orphans(null, '{\"relations\": [{\"child\": \"child.event_id\", \"parent\": \"event.id\"}]}')" \
	"* from dbsync_digest('event')"; do
	is "$(build/wire/script dbname=near <<<"select $call;")" "$(psql -qAtXd near -c "select $call")" "over a connection: $call"
done
is "$(postgresql near <<<"analyze event_new; select table_name, row_estimate, total_bytes is null from dbhealth_tables() where table_name like '%event_%';
	select severity, object, reason from dbhealth_checks('{\"checks\": [\"constraint_violations\"], \"level\": \"full\"}') where severity = 'unknown';")" \
	$'public.event_new 1000 f\npublic.event_old  t' 'a foreign partition has a row without sizes'
for mode in flag trash; do
	like "$(postgresql near <<<"select dbarchive_enable('event', '{\"mode\": \"$mode\"}');" || true)" \
		'ERROR:  partition public.event_old of table public.event is on another server' "deleted rows are not kept with mode $mode"
done
like "$(postgresql near <<<"call dbmigrate_backfill('b', 'update event set note = note');" || true)" 'has no primary key' \
	'a backfill is refused, since there can be no primary key'
like "$(postgresql near <<<"select dbaudit_enable('event');" || true)" 'it has no primary key' 'so is a log of changes'
is "$(postgresql near <<<"select row_count from dbsync_digest('event'); select dbops_count('event', '{}');")" $'2001\n2001' \
	'rows there are counted'
# lint SCRIPT: what the rule finds
lint()
{
	postgresql near <<<"select severity, message from dbmigrate_lint('$1', '{\"rules\": [\"foreign-partition\"]}');"
}
is "$(lint 'alter table event add c int')" \
	'warning the change of column c of event does not reach the table behind public.event_old' 'lint warns of columns that are not there'
is "$(lint 'alter foreign table event_old rename note to words; alter table event drop note; alter table event alter note type varchar')" \
	'warning the change of column note of event_old does not reach the table behind public.event_old
warning the change of column note of event does not reach the table behind public.event_old
warning the change of column note of event does not reach the table behind public.event_old' 'of names, dropped columns and types, too'
is "$(lint 'alter table event_new add check (id > 0); alter table child add c int; create table t (a int)')" '' 'other changes are no finding'

# a server that is gone
postgresql near <<<"alter server far options (set dbname 'gone');"
is "$(postgresql near <<<"select distinct violations is null, message from dbcheck_constraints('event') where kind <> 'foreign_key';")" \
	't could not connect to server "far"' 'what cannot be read is unknown'
finish
