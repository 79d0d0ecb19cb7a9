#!/bin/bash
# The log of migrations against those who migrate.  On PostgreSQL a role with the
# grants of the area migrate or admin can write it by dbcare only, and a script
# that runs as a role stays so; the server's log, on SQLite the application's,
# has where it ends.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# as ROLE SQL: what the role gets.
as()
{
	PGUSER=$1 postgresql log 2>&1 <<<"$2" || true
}

# findings [SQL]: what dbmigrate_verify() says of the log after SQL.
findings()
{
	postgresql log <<<"begin; ${1-}; select finding, version, message from dbmigrate_verify() where finding <> 'drift'; rollback;"
}

start_server server
postgresql_new log
postgresql log >"$tmp/made" <<-'END'
	create role mig login;
	create role chief login;
	create role app login;
	create role auditor login;
	grant app to mig;
	create schema app authorization app;
	create schema mig authorization mig;
	select dbcare_install();
	select dbcare_grant('mig', 'migrate');
	select dbcare_grant('chief', 'admin');
	select dbcare_grant('auditor', 'monitor');
END

# ---- who may write ----

as mig "select dbmigrate_add('1', 'one', 'create table mig.one (id integer)', 'drop table mig.one');
	select dbmigrate_add('2', 'two', 'create table mig.two (id integer)', 'drop table mig.two');
	select dbmigrate_apply();" >"$tmp/made"
is "$(postgresql log <<<'select event, version, actor from dbmigrate_history() order by event_id')" \
	"$(printf '%s\n' 'register 1 mig' 'register 2 mig' 'apply 1 mig' 'apply 2 mig')" \
	'who migrates writes the log by dbcare'
is "$(findings)" '' 'a log written by deployers is intact'
is "$(as mig "begin; set dbcare.actor = 'postgres'; select dbmigrate_rollback() is null;
	select actor from dbmigrate_history() order by event_id desc limit 1; rollback")" "$(printf '%s\n' f 'postgres (mig)')" \
	'... under no other name'
like "$(as mig "select dbcare_set('actor', 'postgres')")" 'permission denied' 'a deployer cannot store another actor'
is "$(as auditor "select count(*) from dbmigrate_verify() where finding <> 'drift'")" 0 'a monitoring role can verify the log'
for role in mig chief; do
	for sql in "insert into dbcare.history (event, version, name, actor, hash) values ('apply', '3', 'x', 'postgres', 'x')" \
		"update dbcare.history set actor = 'postgres'" 'delete from dbcare.history' 'truncate dbcare.history' \
		"update dbcare.history_head set events = 1" 'delete from dbcare.history_head' \
		'insert into dbcare.history_head values (1, 0, 0, null)'; do
		like "$(as $role "$sql")" 'permission denied for table history' "$role: no ${sql%% (*}"
	done
done
like "$(as auditor "select dbmigrate_rollback()")" 'permission denied for function dbmigrate_rollback' 'a monitoring role cannot write the log'
is "$(findings)" '' 'refused writes left no trace'

for table in ledger migration; do
	like "$(as mig "update dbcare.$table set up_sql = 'create table x ()'")" "permission denied for table $table" \
		"a deployer cannot change table $table"
done

# What the owner does to ledger and texts shows.
is "$(findings "update dbcare.ledger set up_sql = 'create table x ()', checksum = 'x' where version = '1';
	update dbcare.migration set up_sql = 'create table x ()', checksum = 'x' where version = '1';
	delete from dbcare.ledger where version = '2'" | grep -v drift)" \
	"$(printf '%s\n' 'ledger_changed 1 the registered text is not the one in the log' \
		'ledger_changed 1 the applied text is not in the log' \
		'ledger_changed 2 the log records the migration as applied, but it is not in the ledger')" \
	'a changed ledger is found by the log'

# The owner can write all of it; the head and what was recorded outside tell.
is "$(findings 'delete from dbcare.history where event_id = 4' | grep log_changed)" \
	"$(printf '%s\n' 'log_changed  event 4 of the log is missing at its end' 'log_changed  the log has 3 events, but 4 were written')" \
	'the end of the log is missed'
is "$(findings 'truncate dbcare.history' | grep log_changed)" \
	"$(printf '%s\n' 'log_changed  events 1 to 4 of the log are missing at its end' 'log_changed  the log has 0 events, but 4 were written')" \
	'all of it is missed'
like "$(findings "insert into dbcare.history (event_id, event, version, name, actor, hash) values (5, 'apply', '1', 'one', 'x', 'x')")" \
	'event 5 of the log is not written by dbcare' 'what somebody else has added is found'
# rewritten from event 3 on, with hashes that fit, as the owner can
forged="with recursive e as (select h.*, row_number() over (order by event_id) as place,
		case when event_id = 3 then 'nobody' else actor end as forged from dbcare.history as h),
	c (event_id, place, hash) as (
	select event_id, place, hash from e where place = 2
	union all
	select e.event_id, e.place, encode(sha256(convert_to(c.hash || (select string_agg(case when v is null then 'n'
			else case when i = 11 then 'i' || v else octet_length(v) || ':' || v end end || ';', '' order by i)
			from unnest(array[e.event, e.version, e.name, e.checksum, e.up_sql, e.down_sql, e.forged, e.role_name,
				to_char(e.happened_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), e.application,
				e.duration_ms::text, e.error, e.app_version, e.git_sha, e.ticket]) with ordinality as u (v, i))
			|| 'i' || e.event_id || ';', 'UTF8')), 'hex')
	from c join e on e.place = c.place + 1
), changed as (
	update dbcare.history as h set hash = c.hash, actor = case when h.event_id = 3 then 'nobody' else actor end
	from c where c.event_id = h.event_id and c.place > 2)
update dbcare.history_head set hash = (select hash from c where event_id = 4)"
anchor="4:$(postgresql log <<<'select hash from dbcare.history where event_id = 4')"
is "$(findings "$forged")" '' 'the owner of the log can forge it with matching hashes'
is "$(findings "$forged; set local dbcare.history_head = '$anchor'")" \
	"log_changed  the log does not contain the event of the setting history_head, \"$anchor\"" \
	'... but not what was recorded elsewhere'
is "$(findings "set local dbcare.history_head = '$anchor'")" '' 'the recorded head is in the true log'

# ---- the server's log ----

# heads: the ends of the log that the server's log has.
heads()
{
	grep -o 'history of database "log" ends with event [0-9]*, hash [0-9a-f]*' "$tmp/server/log" |
		sed 's/.*event //; s/, hash /:/' || true
}
is "$(heads | tail -n 1)" "$anchor" "the server's log has the last event"
is "$(heads | wc -l)" 3 "the server's log has one line per transaction"
as mig "begin; select dbmigrate_rollback(); rollback;
	begin; savepoint a; select dbmigrate_rollback(); rollback to a; commit;" >"$tmp/made"
is "$(heads | wc -l)" 3 "the server's log has no line of a rollback"
head=$(as mig "begin; savepoint a; select dbmigrate_rollback() #>> '{head,hash}'; release a; savepoint b;
	select dbmigrate_rollback(); rollback to b; commit;" | sed -n 1p)
is "$(heads | tail -n 1)" "5:$head" "the server's log has the head of the committed result"
as mig "call dbmigrate_deploy();" >"$tmp/made"
is "$(heads | tail -n 1)" "$(postgresql log <<<"select event_id || ':' || hash from dbcare.history order by event_id desc limit 1")" \
	'... deploy as well'

# ---- a copy ----

pg_dump log >"$tmp/dump.sql"
createdb copy
psql -qX -v ON_ERROR_STOP=1 -d copy -f "$tmp/dump.sql" >"$tmp/made" 2>&1
is "$(postgresql copy <<<"select count(*) from dbmigrate_verify() where finding <> 'drift'")" 0 'a restored log is intact'
is "$(PGUSER=mig postgresql copy <<<"select dbmigrate_rollback() ->> 'success'")" true 'a restored log continues'
is "$(postgresql copy <<<"select count(*) from dbmigrate_verify() where finding <> 'drift'")" 0 'a continued log is intact'
postgresql copy <<<'drop extension dbcare; create extension dbcare'
is "$(postgresql copy <<<"select count(*) from dbmigrate_verify() where finding <> 'drift'")" 0 'the log is intact after the extension is created again'

# ---- a script outside a transaction that runs as a role ----

postgresql log >"$tmp/made" <<-'END'
	select dbcare_grant('app', 'migrate');
	create table app.t (id integer);
	alter table app.t owner to app;
END
for sql in 'reset role' 'set role none' 'set session authorization default' 'discard all' \
	"select set_config('role', 'none', false)" \
	'do $$ begin execute $x$reset role$x$; create table mig.stolen (id integer); set role app; end $$' \
	'do $$ begin commit; execute $x$reset role$x$; create table mig.stolen (id integer); end $$'; do
	as mig "select dbmigrate_add('3', 'outside', \$q\$vacuum app.t; $sql; create table mig.stolen (id integer)\$q\$);" >"$tmp/made"
	like "$(as mig "call dbmigrate_deploy('3', '{\"role\": \"app\"}');")" \
		'ERROR:  (parameter "(role|session_authorization)" cannot be (set|changed) (after connection start|now)|.*transaction termination)' \
		"deploy with a role refuses $sql"
done
as mig "select dbmigrate_add('3', 'outside', 'vacuum app.t; reset role');" >"$tmp/made"
like "$(as mig "call dbmigrate_deploy('3', '{\"role\": \"app\"}');")" \
	'HINT:  A call with the option role runs scripts as that role only' '... with a hint'
is "$(postgresql log <<<"select to_regclass('mig.stolen') is null")" t 'no object is created as the caller'
as mig "select dbmigrate_add('3', 'outside', 'vacuum app.t; create index concurrently i on app.t (id); create table app.made (id integer); reindex table concurrently app.t');" >"$tmp/made"
like "$(as mig "call dbmigrate_deploy('3', '{\"role\": \"app\"}');")" '"success": true' 'other scripts run as before'
is "$(postgresql log <<<"select relowner::regrole from pg_class where oid = 'app.made'::regclass")" app 'other scripts run as the role'
is "$(findings)" '' 'the log is intact at the end'

# ---- SQLite ----

sqlite3 -batch -cmd '.load ./sqlite_ext/dbcare' "$tmp/log.db" >"$tmp/made" 2>&1 <<-'END'
	.log stdout
	select dbmigrate_add('1', 'one', 'create table one (id integer)', 'drop table one');
	select dbmigrate_apply();
END
like "$(cat "$tmp/made")" \
	"dbcare: history of database \"$(realpath "$tmp")/log.db\" ends with event 2, hash $(sqlite log <<<'select hash from dbmigrate_history where event_id = 2')" \
	"SQLite: the application's error log has the last event"
finish
