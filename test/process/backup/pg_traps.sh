#!/bin/bash
# A dump runs code of each role that could create objects in the database.  A
# verification runs it in a scratch cluster as a role that may do nothing, a
# restore as a superuser only on request.  PostgreSQL alone, SQLite has no roles.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir "$tmp/backups"
chmod 777 "$tmp/backups"
start_server server "dbcare.backup_roots = '$tmp/backups'" log_min_messages=warning
postgresql_new shop
postgresql shop >"$tmp/made" <<-'SQL'
	create role evil login;
	create role keeper login createdb;
	create schema evil authorization evil;
	create schema tools;
	create extension if not exists amcheck schema tools;
	select dbcare_install() is null;
SQL
PGUSER=evil postgresql shop >"$tmp/made" <<-'SQL'
	create function evil.f(a int) returns boolean language plpgsql immutable as $$
	begin
	    -- whatever it tries, it says who it is, in the log of the server
	    raise warning 'trap ran as %, superuser %', session_user,
	        (select rolsuper from pg_roles where rolname = session_user);
	    return true;
	end $$;
	create table evil.t (a int check (evil.f(a)), b int generated always as (evil.f(a)::int) stored);
	insert into evil.t (a) values (1), (2);
	create index on evil.t ((evil.f(a)));
	create table evil.secret (a int);
	insert into evil.secret values (1);
	alter table evil.secret enable row level security, force row level security;
	create policy p on evil.secret to keeper using (false);
SQL
trapped()
{
	sed -nE 's/.*(trap ran as .*)$/\1/p' "$tmp/server/log" | sort -u
}
: >"$tmp/server/log"

# calls ROLE SQL
call()
{
	PGUSER=$1 postgresql shop 2>&1 <<<"set client_min_messages = error; $2" || true
}
is "$(call postgres "select dbbackup_create('dump', '{\"verify\": 3}') -> 'verified' ->> 'ok'")" true \
	'a dump with extensions, row security and policies is verified'
is "$(trapped)" '' 'a verification runs no code of the dump in the live cluster'
is "$(call postgres "select dbbackup_verify('dump', '{\"restore\": true}') ->> 'ok'")" true 'dbbackup_verify() restores it, too'
is "$(trapped)" '' '... and runs no code of it here'
is "$(psql -qAtX -d postgres -c "select datname from pg_database where datname ~ '^(dbcare_|restored)'")" '' '... nor makes a database here'
is "$(ls -A "$tmp/backups")" dump '... and leaves nothing in the directory of backups'
# what a killed call has left
mkdir -m 700 "$tmp/backups/.dbcare.12345678.tmp"
chown --reference="$tmp/server" "$tmp/backups/.dbcare.12345678.tmp" 2>"$tmp/made" || true
call postgres "select dbbackup_verify('dump', '{\"restore\": true}') is null" >"$tmp/answer"
is "$(ls -A "$tmp/backups")" dump 'the next call removes what a killed one has left'

# who restores into the live cluster
like "$(call postgres "select dbbackup_restore('dump', 'copy')")" \
	'code of the dump would run as superuser.*CHECK constraints.*\{"role": NAME\}.*\{"as_superuser": true\}' \
	'a superuser restores only on request'
is "$(trapped)" '' '... and nothing has run'
like "$(call postgres "select dbbackup_restore('dump', 'copy', '{\"role\": \"postgres\"}')")" 'role "postgres" is a superuser' \
	'... nor as another superuser'
like "$(call postgres "select dbbackup_restore('dump', 'copy', '{\"role\": \"keeper\", \"as_superuser\": true}')")" \
	'only one of role and as_superuser' '... nor as both'
call postgres "grant pg_execute_server_program, pg_read_server_files, pg_write_server_files to keeper;
	grant execute on all routines in schema public to keeper" >"$tmp/answer"
like "$(call keeper "select dbbackup_restore('dump', 'copy', '{\"as_superuser\": true}')")" \
	'must be superuser to restore as superuser' 'others cannot ask for it'
like "$(call keeper "select dbbackup_restore('dump', 'copy', '{\"role\": \"evil\"}')")" \
	'must have the rights of role "evil"' 'nor restore as somebody else'

# a database with this extension, by a plain role
postgresql_new plain
psql -qAtX -d plain -c 'drop extension dbcare cascade' >"$tmp/made" 2>&1
pg_dump --schema evil shop | psql -qX -d plain >"$tmp/made" 2>&1
# a role cannot count what row security hides from itself
psql -qX -d plain -c 'create extension dbcare' -c 'alter table evil.secret no force row level security' >"$tmp/made" 2>&1
PGUSER=postgres postgresql plain >"$tmp/made" 2>&1 <<<"select dbbackup_create('simple') is null" || true
: >"$tmp/server/log"
like "$(PGUSER=postgres postgresql plain 2>&1 <<<"select dbbackup_restore('simple', 'of_keeper', '{\"role\": \"keeper\"}')" || true)" \
	'"kind": "dump"' 'a plain role restores a dump with this extension, which the superuser creates'
is "$(trapped | grep -v 'as keeper, superuser f' || true)" '' '... and code of the dump runs as that role'
: >"$tmp/server/log"
like "$(call postgres "select dbbackup_restore('dump', 'copy', '{\"as_superuser\": true}')")" '"kind": "dump"' \
	'a superuser restores on request'
like "$(trapped)" 'as postgres, superuser t' '... and then the code runs as superuser: the trap works'

# the extension in a schema of its own, and triggers that call its functions
postgresql_new cared
psql -qAtX -d cared -c 'drop extension dbcare cascade' -c 'create schema care' -c 'grant usage on schema care to public' -c 'create extension dbcare schema care' \
	-c 'create table public.kept (id integer primary key)' -c 'insert into public.kept values (1), (2)' -c 'alter table public.kept owner to keeper' >"$tmp/made" 2>&1
postgresql cared >"$tmp/made" 2>&1 <<<"select care.dbarchive_enable('public.kept') is null; select care.dbarchive_delete('public.kept', 1) is null;
	select care.dbbackup_create('cared') is null;" || true
like "$(postgresql cared 2>&1 <<<"select care.dbbackup_restore('cared', 'cared_of_keeper', '{\"role\": \"keeper\"}')" || true)" \
	'"kind": "dump"' 'a dump with triggers of the extension is restored by a plain role'
is "$(psql -qAtX -d cared_of_keeper -c "select n.nspname, pg_get_userbyid(p.proowner) from pg_proc as p
		join pg_namespace as n on n.oid = p.pronamespace where p.proname = 'dbarchive_capture'" \
	-c "select pg_get_userbyid(relowner) from pg_class where relname = 'kept'" \
	-c "delete from public.kept where id = 2" 2>&1)" \
	'care|postgres
keeper
ERROR:  deleted rows cannot be kept: table dbcare.trash belongs to role "keeper"
HINT:  Its owner must be a superuser or the owner of the extension.' '... to whom also the tables of dbcare belong'
psql -qAtX -d cared_of_keeper >"$tmp/made" 2>&1 <<-'END'
	alter schema dbcare owner to postgres;
	select format('alter table dbcare.%I owner to postgres', relname) from pg_class
	where relnamespace = 'dbcare'::regnamespace and relkind = 'r' \gexec
	delete from public.kept where id = 2;
	select count(*) from dbcare.trash;
END
is "$(cat "$tmp/made")" 2 '... until a superuser owns them'

# CHECKs that read a table that a dump has later, also through a domain and in a chain
postgresql_new reads
psql -qX -d reads -v ON_ERROR_STOP=1 >"$tmp/made" 2>&1 <<-'SQL'
	create table "Z z" (id int primary key);
	create table y (id int primary key);
	create table not_empty (id int);
	create function has_z(int) returns boolean language sql stable as 'select exists (select from public."Z z" where id = $1)';
	create function has_y(int) returns boolean language sql stable as 'select exists (select from public.y where id = $1)';
	alter table y add check (has_z(id));
	create domain of_y as int check (has_y(value));
	create table a (id serial primary key, y of_y);
	create table b (id int primary key, y int check (has_y(y)));
	insert into "Z z" select generate_series(1, 100);
	insert into y select generate_series(1, 100);
	insert into a (y) select generate_series(1, 50);
	insert into b select n, n from generate_series(1, 60) as n;
	select lo_create(4711);
SQL
is "$(postgresql reads 2>&1 <<<"select dbbackup_create('reads', '{\"verify\": 3}') -> 'verified' ->> 'ok'")" true \
	'rows that a CHECK refuses are loaded again after the others'
is "$(postgresql reads 2>&1 <<<"select dbbackup_create('keyed', '{\"verify\": 3, \"compress\": false}') -> 'verified' ->> 'ok'")" true \
	'... from another dump, too'
postgresql reads 2>&1 <<<"select dbbackup_restore('reads', 'reads_again', '{\"as_superuser\": true}') is null" >"$tmp/answer"
is "$(psql -qAtX -d reads_again -c 'select (select count(*) from y), (select count(*) from a), (select count(*) from b), last_value, lomowner = 10
	from a_id_seq, pg_largeobject_metadata' 2>&1)" '100|50|60|50|t' '... and by a restore, with what is no table'
# rows that no order can load: they read those of their own table
psql -qX -d reads -v ON_ERROR_STOP=1 >"$tmp/made" 2>&1 <<-'SQL'
	create table own (id int primary key);
	insert into own values (1), (2);
	create function has_own() returns boolean language sql stable as 'select exists (select from public.own)';
	alter table own add check (has_own());
SQL
like "$(postgresql reads 2>&1 <<<"select dbbackup_create('own', '{\"verify\": 3}') is null" || true)" \
	'pg_restore .*violates check constraint "own_check"' 'what cannot be restored in any order is refused'

# what the plain role cannot restore is not known to be good
postgresql_new events
psql -qX -d events -c "create function stop() returns event_trigger language plpgsql as 'begin end'" \
	-c "create event trigger stop on ddl_command_end execute function stop()" >"$tmp/made"
is "$(postgresql events <<<"select dbbackup_create('events', '{\"verify\": 2}') is null;
	select v ->> 'ok' is null, v ->> 'detail' from dbbackup_verify('events', '{\"restore\": true}') as v" |
	grep -oE '^t |permission denied to create event trigger' | xargs)" 't permission denied to create event trigger' \
	'what only a superuser could restore is unknown'
like "$(call postgres "select dbbackup_restore('dump', '/x', '{\"role\": 1}')")" 'role' 'the option role is a name'
finish
