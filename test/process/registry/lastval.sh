#!/bin/bash
# lastval() and currval() of a session: no trigger, event trigger and function of
# dbcare changes what they say, also where it numbers rows of dbcare's tables.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
postgresql_new app
# a table for each kind of trigger, all tables with a serial key
postgresql app <<<"$filled_sql" >"$tmp/made"
postgresql app >"$tmp/made" <<'END'
create table first (id serial primary key, name text);
create table many (id serial primary key, first_id integer references first (id) on delete set null, name text);
create table parts (id serial, name text, primary key (id)) partition by range (id);
create table low partition of parts for values from (1) to (1000);
create table high partition of parts for values from (1000) to (2000);
create table marked (id serial primary key, name text, deleted_at timestamptz);
select dbaudit_enable(t) from unnest(array['first', 'many', 'parts', 'marked']) as t;
select dbarchive_enable(t) from unnest(array['first', 'many', 'parts']) as t;
select dbarchive_enable('marked', '{"mode": "flag"}');
select dbmigrate_watch(true);
END

# unchanged NAME SQL: whether lastval() and currval() of the session are as before SQL.
unchanged()
{
	is "$(postgresql app <<-END | tail -n 1
		create sequence if not exists mine start 5000;
		select nextval('mine') as before \\gset
		\\set ON_ERROR_STOP off
		$2;
		select lastval() = :before and currval('mine') = :before;
	END
	)" t "$1"
}

# ---- triggers ----

# every trigger of dbcare fires by one of these
declare -A changes=([4]="insert into TABLE (name) overriding user value select name from (values ('x')) as v (name)"
	[8]='delete from TABLE where id = (select min(id) from TABLE)'
	[16]="update TABLE set name = 'y' || coalesce(name, '')"
	[32]='truncate TABLE cascade')
postgresql app <<<"$(for t in first many parts marked; do
	echo "insert into $t (id, name) select 100 + n, 'a' from generate_series(1, 20) as n;"
done)
insert into many (id, first_id) values (200, 101);
alter table many alter id drop default; alter table first alter id drop default; alter table parts alter id drop default;
alter table marked alter id drop default;"
while read -r table trigger type; do
	for event in 4 8 16 32; do
		[ $((type & event)) -ne 0 ] || continue
		sql=${changes[$event]//TABLE/$table}
		[ $event != 4 ] || sql="insert into $table (id, name) values ((select max(id) + 1 from $table), 'x')"
		unchanged "$table: $trigger, event $event" "begin; $sql; rollback; $sql"
	done
done <<<"$(postgresql app <<<"select t.tgrelid::regclass, t.tgname, t.tgtype from pg_trigger as t
	join pg_depend as d on d.objid = t.tgfoid and d.deptype = 'e'
	join pg_extension as e on e.oid = d.refobjid and e.extname = 'dbcare'
	where t.tgrelid::regclass::text in ('first', 'many', 'low', 'high', 'parts', 'marked') order by 1, 2")"
like "$number" '^([2-9][0-9]|[1-9][0-9]{2})$' 'each trigger was fired'
like "$(postgresql app <<<'select count(distinct action) from dbcare.audit_entry')" '^[45]$' '... and has written the log'

is "$(postgresql app <<<"select count(*) > 0 from pg_event_trigger as t join pg_depend as d on d.objid = t.evtfoid and d.deptype = 'e'")" t \
	'schema changes are recorded by event triggers'
unchanged 'event triggers' 'create table watched (id int); alter table watched add a int; drop table watched'
is "$(postgresql app <<<"select count(*) > 2 from dbcare.schema_change where object like 'public.watched%'")" t '... which have recorded them'

# ---- what lastval() is for ----

is "$(postgresql app <<<"alter table first alter id set default nextval('first_id_seq'); select setval('first_id_seq', 5000);
	insert into first (name) values ('new'); select lastval(), currval('first_id_seq'), (select max(id) from first);")" '5000
5001 5001 5001' 'after an insert into a logged table, lastval() is its key'

# ---- functions ----

called=$(functions_of postgresql | while read -r name class _; do
	call='select count(*) from'
	[ "$class" != PROC ] || call=call
	# of the user: it runs scripts and inserts rows that have sequences
	[[ ! $name =~ ^(dbcare_uninstall|dbinit_run|dbseed_.*|dbmigrate_(up|test.*|redo|down))$ ]] || continue
	cat <<-END
		select nextval('mine') as before \\gset
		\\o /dev/null
		$call $name($(arguments_of "$name" postgresql));
		\\o
		select '$name', lastval() = :before and currval('mine') = :before;
	END
done | psql -qAtX -F ' ' -d app 2>"$tmp/errors" || true)
is "$(grep -v ' t$' <<<"$called")" '' 'no function changes lastval()'
like "$(wc -l <<<"$called")" '^[1-9][0-9]+$' '... and they were called'
is "$(postgresql app <<<'select count(*) > 20 from dbcare.event')" t '... and have left events'

# ---- the numbers ----

is "$(postgresql app <<<"select count(*) - count(distinct entry_id) from dbcare.audit_entry")" 0 'numbers are unique'
for i in 1 2 3 4; do
	for n in $(seq 50); do echo "insert into first (id, name) values ($((i * 10000 + n)), 'a');"; done | postgresql app &
	jobs[i]=$!
done
wait "${jobs[@]}"
is "$(postgresql app <<<"select count(distinct entry_id) from dbcare.audit_entry as e where e.row_key ~ '^[1-4]00[0-9][0-9]$'")" 200 \
	'... also of sessions that write at once'
last=$(postgresql app <<<'select max(entry_id) from dbcare.audit_entry')
crashed=$(crashes)
hold victim app 'select pg_backend_pid() as pid'
kill -9 "$(postgresql postgres <<<"select pid from pg_stat_activity where application_name = 'victim'")"
await_restart
postgresql app <<<"insert into first (id, name) values (90001, 'after the crash')"
is "$(postgresql app <<<"select max(entry_id) > $last from dbcare.audit_entry")" t '... also after a crash'
finish
