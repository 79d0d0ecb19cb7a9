#!/bin/bash
# Dump and restore, copies, DROP EXTENSION: history, status, settings and
# fingerprint are the same before and after, and work goes on.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# Everything dbcare knows that a copy must keep.
picture_sql="
	select * from dbmigrate_status();
	select * from dbmigrate_history();
	select * from dbmigrate_pending();
	select * from dbmigrate_verify();
	select name, value, source from dbcare_settings() where source = 'stored';
	select dbmigrate_version();
	select dbmigrate_fingerprint();"

# Migrations in every state, and settings, with names that need quotes.
fill()
{
	cat <<-'END'
		select dbmigrate_add('1', 'it''s "first"', 'create table "Order Details" (id integer primary key,
		    "a""b" text not null default ''it''''s'' check (length("a""b") > 0), "select" integer)',
		    'drop table "Order Details"', '{"description": "tab\t \"quoted\" \\ ''x''"}');
		select dbmigrate_add('2', 'таблица', 'create table "таблица" (id integer primary key,
		    parent integer references "Order Details" (id) on delete cascade);
		    create index "it''s an index" on "таблица" (parent);
		    create view "view" as select t.id, o."a""b" from "таблица" as t
		    join "Order Details" as o on o.id = t.parent', 'drop view "view"; drop table "таблица"',
		    '{"depends_on": ["1"], "verify_sql": "select count(*) = 0 from \"view\""}');
		select dbmigrate_add('2.10', 'third', 'create table third (id integer)', 'drop table third');
		select dbmigrate_apply('2.10', '{"ticket": "T-1", "git_sha": "abc", "app_version": "1 \"x\""}');
		select dbmigrate_rollback();
		select dbmigrate_add('3', 'broken', 'create table nowhere (id nothing references nothing (x)); select no_such()');
		select dbmigrate_apply('3', '{"on_error": "report"}');
		select dbmigrate_add('2.20', 'before', 'create table before (id integer)');
		select dbmigrate_baseline('2.20');
		select dbmigrate_add('4', 'fourth', 'create table fourth (id integer)');
		select dbmigrate_add('2.10', 'third', 'create table third (id integer, more text)');
		select dbcare_set('actor', 'O''Brien "x" \ таблица');
		select dbcare_set('check_disk_free_warning', 77.5);
		select dbcare_set('environment', 'staging');
	END
}

# Objects whose definitions a server prints from its catalog.
fill_postgresql()
{
	cat <<-'END'
		create schema "Odd Schema";
		create type "Odd Schema".mood as enum ('sad', 'it''s ok');
		create domain "Odd Schema".positive as integer check (value > 0);
		create table "Odd Schema"."T" (id bigint generated always as identity primary key,
		    mood "Odd Schema".mood default 'sad', amount "Odd Schema".positive,
		    word varchar(10) check (word in ('a', 'it''s', E'back\\slash]')), kind text check (kind in ('x', 'y')),
		    total numeric(10, 2) default 1.5 check (total between 0 and 100),
		    twice integer generated always as (amount * 2) stored, tags text[] default '{}',
		    since timestamptz default now(), unique (mood, amount));
		create index on "Odd Schema"."T" (lower(word)) where kind in ('x', 'y') or word not in ('v', 'w');
		create domain "Odd Schema".letter as varchar check (value in ('a', 'b'));
		create index "it's" on "Odd Schema"."T" using gin (tags);
		create table parts (id integer not null, day date) partition by range (day);
		create table parts_1 partition of parts for values from ('2026-01-01') to ('2027-01-01');
		create table parts_rest partition of parts default;
		create table child (extra text) inherits (before);
		create view words as select * from "Odd Schema"."T" where word in ('a', 'b') and since > now() - interval '1 day';
		create materialized view words_again as select word, count(*) as times from words group by word;
		create function add_one(i integer default 1) returns integer language sql immutable as 'select i + 1';
		create function touch() returns trigger language plpgsql as $$ begin return new; end $$;
		create trigger touched before update on parts for each row when (old.id <> new.id) execute function touch();
		create rule ignore as on delete to before do instead nothing;
		alter table before enable row level security;
		create policy mine on before using (note = current_user);
		alter table before add constraint short check (length(note) < 100) not valid;
		create sequence counter start 5 increment 2 cache 3;
		create statistics together on amount, twice from "Odd Schema"."T";
		create aggregate mine (integer) (sfunc = int4pl, stype = integer, initcond = '0');
		comment on table parts is 'it''s commented';
	END
}

# fill_repaired QUIET LOUD: a row that a repair has removed; QUIET has it taken
# without parent, LOUD ends that.
fill_repaired()
{
	cat <<-END
		create table par (id integer primary key);
		create table orphan (id integer primary key, par_id integer references par (id), word text);
		$1;
		insert into orphan values (7, 8, 'it''s');
		$2;
		select dbcheck_repair('{"orphans": "quarantine", "relation": "orphan", "dry_run": false}');
	END
}

# undone DATABASE NAME: a copy can restore rows that were removed before.
undone()
{
	is "$("$engine" "$1" <<<"select dbcheck_undo(1) ->> 'message'; select id, par_id, word from orphan;")" "$3
7 8 it's" "$engine: after $2 a repair can be undone"
}

# same DATABASE NAME: the copy is as the original, and takes the next step.
same()
{
	is "$("$engine" "$1" <<<"$picture_sql")" "$picture" "$engine: $2 keeps everything"
	"$engine" "$1" >"$tmp/next" <<-'END' || true
		select dbmigrate_add('2.10', 'third', 'create table third (id integer)', 'drop table third');
		select dbmigrate_add('3', 'mended', 'create table mended (id integer)', 'drop table mended');
		select dbmigrate_apply();
		select dbmigrate_version();
	END
	is "$(grep -v '^{' "$tmp/next")" 4 "$engine: after $2 the next call applies"
	is "$("$engine" "$1" <<<"select count(*) - count(distinct event_id) from dbmigrate_history();")" 0 \
		"$engine: ... and the history goes on"
}

# same_schema DATABASE NAME: a copy without rows knows no migrations, and
# everything can start.
same_schema()
{
	is "$("$engine" "$1" <<<'select dbmigrate_fingerprint();')" "$(tail -n 1 <<<"$picture")" \
		"$engine: $2 keeps the fingerprint"
	is "$("$engine" "$1" <<<"select count(*), (select count(*) from dbmigrate_history())
		from dbmigrate_status();")" '0 0' "$engine: $2 keeps no migrations"
	"$engine" "$1" >"$tmp/next" <<-'END' || true
		select dbcare_set('log_keep_days', 5);
		select dbmigrate_add('1', 'first', 'create table anew (id integer)');
		select dbmigrate_apply();
		select state from dbmigrate_status();
	END
	is "$(grep -v '^{' "$tmp/next")" applied "$engine: after $2 migrations start from nothing"
}

# quiet FILE NAME: a restore that had nothing to say.
quiet()
{
	is "$(cat "$1")" '' "$2 without a word"
}

# ---- PostgreSQL ----

engine=postgresql
start_server server
new_copy()
{
	"${psql_shell[@]}" -d postgres -c "create database $1 template template0"
}
postgresql_new origin
{
	echo 'create table before (id serial primary key, note text);'
	fill
	fill_postgresql
	fill_repaired 'set session_replication_role = replica' 'reset session_replication_role'
} | postgresql origin >"$tmp/made"
is "$(grep -v '^{' "$tmp/made")" '' 'postgresql: there is something to copy'
picture=$(postgresql origin <<<"$picture_sql")

new_copy plain
pg_dump origin 2>&1 | psql -qX -v ON_ERROR_STOP=1 -d plain -o /dev/null >"$tmp/answer" 2>&1 || true
quiet "$tmp/answer" 'postgresql: pg_dump and psql run'
same plain 'pg_dump | psql'
undone plain 'pg_dump | psql' '1 row restored; this database is a copy of the repaired one: tables were identified by name, owner and columns'

new_copy custom
pg_dump -Fc -f "$tmp/origin.dump" origin
pg_restore --exit-on-error -d custom "$tmp/origin.dump" >"$tmp/answer" 2>&1 || true
quiet "$tmp/answer" 'postgresql: pg_restore runs'
# again over what is there then, as the tool's own option does it
pg_restore --exit-on-error --clean --if-exists -d custom "$tmp/origin.dump" >"$tmp/answer" 2>&1 || true
quiet "$tmp/answer" 'postgresql: pg_restore --clean runs'
same custom 'pg_restore'

new_copy empty
pg_dump --schema-only origin | psql -qX -v ON_ERROR_STOP=1 -d empty -o /dev/null >"$tmp/answer" 2>&1 || true
quiet "$tmp/answer" 'postgresql: pg_dump --schema-only runs'
same_schema empty --schema-only

# The owner of the table in the copy is not the owner of the rows.
new_copy other
pg_dump origin | psql -qX -v ON_ERROR_STOP=1 -d other -o /dev/null >"$tmp/answer" 2>&1 || true
is "$("$engine" other <<<"create role evil; alter table orphan owner to evil; select dbcheck_undo(1);" || true)" \
	'ERROR:  table public.orphan has changed since the repair
DETAIL:  The table belonged to role "postgres" and now belongs to role "evil".
HINT:  Restore the definition of the table, then undo the repair again.' 'postgresql: not into a table of another role'

# The extension is dropped and created again.
postgresql origin <<<'drop extension dbcare; create extension dbcare;'
same origin 'DROP and CREATE EXTENSION'

# ---- SQLite ----

engine=sqlite
sqlite_new origin
{
	echo 'create table before (id integer primary key autoincrement, note text);'
	fill
	fill_repaired 'pragma foreign_keys = off' 'pragma foreign_keys = on'
	cat <<-'END'
		create trigger "it's a trigger" after insert on before begin
		    update before set note = 'a;b' where id = new.id; end;
		create table strict_one (id integer primary key, twice integer as (id * 2) stored) strict;
		create table "without" (word text primary key) without rowid;
		create index partial on before (lower(note)) where note is not null;
		insert into before (note) values ('one'), ('two');
		delete from before where id = 2;
	END
} | sqlite origin >"$tmp/made"
is "$(grep -v '^{' "$tmp/made")" '' 'sqlite: there is something to copy'
picture=$(sqlite origin <<<"$picture_sql")

sqlite3 -batch "$tmp/origin.db" .dump >"$tmp/dump.sql"
sqlite3 -batch -bail "$tmp/dumped.db" <"$tmp/dump.sql" >"$tmp/answer" 2>&1 || true
quiet "$tmp/answer" 'sqlite: .dump is read'
same dumped .dump
undone dumped .dump '1 row restored'

cp "$tmp/origin.db" "$tmp/copied.db"
same copied 'a copy of the file'

sqlite origin <<<"vacuum into '$tmp/vacuumed.db';"
same vacuumed 'VACUUM INTO'

sqlite3 -batch "$tmp/origin.db" ".backup '$tmp/saved.db'"
same saved .backup

sqlite3 -batch "$tmp/origin.db" '.schema --nosys' >"$tmp/schema.sql"
sqlite3 -batch -bail "$tmp/empty.db" <"$tmp/schema.sql" >"$tmp/answer" 2>&1 || true
quiet "$tmp/answer" 'sqlite: .schema is read'
same_schema empty .schema
finish
