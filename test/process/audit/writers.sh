#!/bin/bash
# Who writes to logged tables: on SQLite programs without dbcare, several at once,
# untrusted schemas; on PostgreSQL sessions that log in, several at once, prepared
# transactions and a server that was restored from a dump.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# plain SQL: runs it in the shell without dbcare.
plain()
{
	sqlite3 -batch -cmd '.timeout 20000' "$tmp/shop.db" "$1" 2>&1 || true
}

# ---- SQLite ----

sqlite_new shop
sqlite shop >"$tmp/made" <<-'END'
	create table item (id integer primary key, name text, price real);
	create table locked (id integer primary key, name text);
	select dbaudit_enable('item');
	select dbaudit_enable('locked', '{"mode": "strict"}');
END
plain "insert into item values (1, 'pen', 1.5), (2, 'ink', 2)"
plain "update item set name = 'Pen' where id = 1; delete from item where id = 2"
is "$(sqlite shop <<<'select action, row_key, before, after from dbaudit_log() where action <> '\''protection'\'' order by id;')" \
	'insert 1  
insert 2  
update 1 {"name": "pen"} {"name": "Pen"}
delete 2 {"id": 2, "name": "ink", "price": "2.0"} ' \
	'SQLite: a program without dbcare writes, and is logged'
is "$(plain 'pragma trusted_schema = off; update item set price = 2 where id = 1; select changes()')" 1 \
	'SQLite: also where the schema is not trusted'
like "$(plain "insert into locked values (1, 'a')")" 'no such function: dbcare_audit_transaction' \
	'SQLite: in mode strict a program without dbcare cannot write'
is "$(plain 'select count(*) from locked')" 0 'SQLite: and has not written'
is "$(sqlite shop <<<"pragma trusted_schema = off; insert into locked values (1, 'a'); select action from dbaudit_log('{\"table\": \"locked\"}') where action <> 'protection';")" \
	insert 'SQLite: one with dbcare can, also where the schema is not trusted'
for job in 1 2 3 4; do
	for i in $(seq 1 25); do
		echo "insert into item (id, name) values ($job * 1000 + $i, 'n'); update item set price = 1 where id = $job * 1000 + $i;"
	done | sqlite3 -batch -cmd '.timeout 60000' "$tmp/shop.db" >"$tmp/job$job" 2>&1 &
done
wait
is "$(sqlite shop <<<"select count(*), count(distinct row_key) from dbcare_audit_entry where cast(row_key as integer) > 1000;")" '200 100' \
	'SQLite: four writers at once'
is "$(plain 'alter table item rename to thing; alter table thing rename column name to title;
	update thing set title = null where id = 1; select changes()')" 1 'SQLite: a program without dbcare renames'
is "$(sqlite shop <<<"select table_name, problem from dbaudit_tables() where problem is not null;")" \
	'item its columns have changed' 'SQLite: which is listed as a problem'

# ---- PostgreSQL ----

start_server server
postgresql_new shop
postgresql shop >"$tmp/made" <<-'END'
	create table item (id integer primary key, name text);
	select dbaudit_enable('item');
	create role app login;
	grant select, insert, update, delete on item to app;
END
PGUSER=app postgresql shop <<-'END'
	set application_name = 'till';
	begin;
	set local dbcare.actor = 'alice';
	insert into item values (1, 'a');
	commit;
	update item set name = 'b';
END
is "$(postgresql shop <<<'select actor, user_name, role_name, application, action from dbaudit_log() where action <> '\''protection'\'' order by id')" \
	'alice app app till insert
app app app till update' 'PostgreSQL: a role that only has rights on the table is logged'
for job in 1 2 3 4; do
	for i in $(seq 1 50); do
		echo "insert into item values ($job * 1000 + $i, 'n'); update item set name = 'm' where id = 1;"
	done | PGUSER=app PGAPPNAME=new postgresql shop >"$tmp/job$job" &
done
wait
is "$(postgresql shop <<<"select count(*), count(distinct entry_id) from dbcare.audit_entry where entry_id > 2;")" \
	"$(postgresql shop <<<"select 200 + (select count(*) from dbcare.audit_entry where row_key = '1' and entry_id > 2), 200 + (select count(*) from dbcare.audit_entry where row_key = '1' and entry_id > 2)")" \
	'PostgreSQL: four writers at once'
is "$(postgresql shop <<<"select count(*) <= 4 from dbcare.audit_context where application = 'new'")" t \
	'PostgreSQL: nobody waits for the context of another session, so it may be there several times'
postgresql shop >"$tmp/held" <<-'END' &
	begin;
	set application_name = 'first of its kind';
	insert into item values (9000, 'n');
	select pg_sleep(5);
	commit;
END
until [ "$(postgresql shop <<<"select count(*) from pg_stat_activity where query like '%pg_sleep(5)%' and state = 'active' and pid <> pg_backend_pid()")" = 1 ]; do
	sleep 0.1
done
is "$(postgresql shop <<<"set application_name = 'first of its kind'; set statement_timeout = 2000; insert into item values (9001, 'n'); select 'done'")" \
	done 'PostgreSQL: a context that is not committed holds up nobody'
wait
pg_dump -d shop -f "$tmp/dump.sql"
createdb copy
psql -qX -d copy -f "$tmp/dump.sql" >"$tmp/restored" 2>&1
PGUSER=app postgresql copy <<<"update item set name = 'restored' where id = 1"
is "$(postgresql copy <<<"select table_name, row_key, after ->> 'name', problem from dbaudit_log('{\"limit\": 1}') join dbaudit_tables() using (table_name)")" \
	'public.item 1 restored ' 'PostgreSQL: a database restored from a dump is logged'
finish
