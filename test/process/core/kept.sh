#!/bin/bash
# What a session keeps of the catalog [PostgreSQL]: an answer is never older than a
# change that the session can see, is that of the current user, and the memory has a
# limit.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server pg
postgresql_new kept
other=("${psql_shell[@]}" -d kept)

# A session that stays: ask SQL prints what it answers.
coproc session { exec psql -qAtX -F ' ' -d kept 2>&1; }
ask()
{
	local line

	printf '%s;\n\\echo .\n' "$1" >&"${session[1]}"
	while read -r line <&"${session[0]}" && [ "$line" != . ]; do
		printf '%s\n' "$line"
	done
}
# The constraints that a row violates.
problems()
{
	ask "select coalesce(string_agg(coalesce(c.constraint_name, c.message), ', ' order by c.constraint_name), 'none') from dbcheck_row('${2-item}', '$1') as c"
}

"${other[@]}" <<-\END >"$tmp/made"
	create role reader;
	create role writer;
	create role friend;
	grant reader to writer;
	grant execute on all functions in schema public to reader, friend;
	create table parent (id int primary key);
	insert into parent values (1);
	create table item (id int primary key, name text, parent int references parent);
	grant select, insert on item, parent to reader;
	select dbcare_install();
END

is "$(problems '{"id": 1, "name": "x"}')" none 'a row without a problem'
is "$(problems '{"id": 1, "name": "x"}')" none 'the same row again'
"${other[@]}" -c 'alter table item add constraint long check (length(name) > 1)'
is "$(problems '{"id": 1, "name": "x"}')" long 'another session has added a constraint'
"${other[@]}" -c 'alter table item rename constraint long to longer'
is "$(problems '{"id": 1, "name": "x"}')" longer '... renamed it'
ask 'begin; alter table item drop constraint longer' >"$tmp/out"
is "$(problems '{"id": 1, "name": "x"}')" none 'the transaction has dropped it'
ask 'rollback' >"$tmp/out"
is "$(problems '{"id": 1, "name": "x"}')" longer '... which was rolled back'
ask 'begin; savepoint s; alter table item rename constraint longer to other' >"$tmp/out"
is "$(problems '{"id": 1, "name": "x"}')" other 'a subtransaction has renamed it'
ask 'rollback to s' >"$tmp/out"
is "$(problems '{"id": 1, "name": "x"}')" longer '... which the subtransaction took back'
ask 'commit' >"$tmp/out"

# an old snapshot must not leave an old answer: the name of a schema is read with it,
# and nobody waits for the lock of a schema
lost() { ask "select message from dbcheck_row('item', '{\"id\": 1, \"parent\": $1}')"; }
ask 'begin isolation level repeatable read; select 1' >"$tmp/out"
"${other[@]}" -c 'alter table item drop constraint longer; create schema up; alter table parent set schema up'
lost 7 >"$tmp/out"
ask 'commit' >"$tmp/out"
like "$(lost 7)" 'up\.parent' 'after a transaction with an older snapshot'
"${other[@]}" -c 'alter schema up rename to above'
like "$(lost 8)" 'above\.parent' '... and when the schema has another name'
"${other[@]}" -c 'alter table above.parent set schema public'

# rights
ask 'set role reader' >"$tmp/out"
is "$(problems '{"id": 1, "parent": 7}')" item_parent_fkey 'a role may read the parent'
"${other[@]}" -c 'revoke select on parent from reader'
like "$(problems '{"id": 1, "parent": 7}')" 'item_parent_fkey' 'its right was revoked: the constraint is named'
is "$(ask "select message from dbcheck_row('item', '{\"id\": 1, \"parent\": 7}')")" \
	'SELECT on public.parent is needed' '... and why it is not tested'
ask 'reset role' >"$tmp/out"
is "$(ask "select message from dbcheck_row('item', '{\"id\": 1, \"parent\": 7}')")" \
	"$(ask "select message from dbcheck_row('item', '{\"id\": 2, \"parent\": 7}')")" 'another role has another answer'
"${other[@]}" -c 'grant select on parent to reader'
ask 'set role writer' >"$tmp/out"
is "$(problems '{"id": 1, "parent": 7}')" item_parent_fkey 'a member of the role may read it, too'
"${other[@]}" -c 'revoke reader from writer'
like "$(problems '{"id": 1, "parent": 7}')" 'SELECT on public.item is needed' '... until it is no member'
ask 'reset role' >"$tmp/out"

# whom dbcare's tables belong to
is "$(ask "select dbops_insert('item', '{\"id\": 1}') ->> 'affected'")" 1 'a row is inserted'
is "$(ask "select dbops_insert('item', '{\"id\": 2}') ->> 'affected'")" 1 '... and another one'
"${other[@]}" -c 'create role mallory; alter table dbcare.event owner to mallory; alter role mallory nosuperuser'
ask 'set role friend' >"$tmp/out"
"${other[@]}" -c 'grant insert on item to friend; grant usage on schema dbcare to friend'
like "$(ask "select dbops_insert('item', '{\"id\": 3}')")" 'belongs to role "mallory"' 'a table of dbcare that got another owner is refused'
ask 'reset role' >"$tmp/out"
"${other[@]}" -c 'alter table dbcare.event owner to postgres'
is "$(ask "select dbops_insert('item', '{\"id\": 3}') ->> 'affected'")" 1 '... until it has its owner again'

# what a call costs: another one of the same transaction reads nothing of the catalog
ask "select dbarchive_enable('item', '{\"mode\": \"flag\"}') is not null" >"$tmp/out"
scans()
{
	ask "select sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)) from pg_stat_xact_sys_tables where relname in ('pg_constraint', 'pg_index', 'pg_inherits', 'pg_attribute', 'pg_amop')"
}
scans >"$tmp/out"
ask 'begin' >"$tmp/out"
scan=$(scans)
scan=$(($(scans) - scan))
ask 'commit' >"$tmp/out"
for id in 10 11 12; do
	ask 'begin' >"$tmp/out"
	calls=("select count(*) from dbcheck_row('item', '{\"id\": 9}')"
		"select dbops_insert('item', '{\"id\": $id}')"
		"select dbarchive_delete('item', $id)")
	taken=
	for call in "${calls[@]}"; do
		before=$(scans)
		ask "$call" >"$tmp/out"
		taken+=" $(($(scans) - before - scan))"
	done
	ask 'commit' >"$tmp/out"
done
is "$taken" ' 0 0 0' 'scans of catalogs by dbcheck_row(), dbops_insert(), dbarchive_delete()'

# code of an owner that runs while a plan is made, and calls dbcare on so many keys that the plans
# kept before are dropped
postgresql_new keys
"${psql_shell[@]}" -d keys <<-'END' >"$tmp/out" 2>&1
	create role keeper;
	grant create on schema public to keeper;
	set role keeper;
	do $do$ begin execute 'create table wide (' || (select string_agg(format('c%s int', i), ', ') from generate_series(1, 350) as i) || ')'; end $do$;
	create function flood() returns integer language plpgsql volatile as $f$
		declare n integer;
		begin
			select count(*) into n from public.dbcheck_row('public.wide',
				(select json_object_agg('c' || i, i) from generate_series(1, 350) as i)::jsonb);
			for turn in 1 .. 3 loop
				select count(*) into n from public.dbcheck_row('public.full_of_keys',
					(select json_object_agg('x' || i, 'value' || i) from generate_series(1, 250) as i)::jsonb);
			end loop;
			return n;
		end $f$;
	create function once() returns integer language plpgsql immutable as $f$
		begin
			if not exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and classid = 7) then
				perform pg_advisory_lock(7, 1);
				raise notice 'flooded %', public.flood();
			end if;
			return 1;
		end $f$;
	select pg_advisory_lock(7, 1);
	create table full_of_keys (a integer, b integer);
	do $do$ begin for i in 1 .. 250 loop
		execute format('alter table full_of_keys add x%s text; create unique index on full_of_keys (x%1$s)', i); end loop; end $do$;
	create unique index full_a on full_of_keys (a) where b = once();
	insert into full_of_keys values (1, 1);
	alter table full_of_keys add c integer;
	select pg_advisory_unlock_all();
	select constraint_name from dbcheck_row('full_of_keys', '{"a": 1, "b": 1}');
	select constraint_name from dbcheck_row('full_of_keys', '{"a": 1, "b": 1}');
	select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid();
END
is "$(tail -n 3 "$tmp/out")" $'full_a\nfull_a\n1' 'a plan is not dropped while it is made'

# memory
"${other[@]}" -c 'do $$ begin for i in 1 .. 700 loop execute format($q$create table many_%s (id int primary key, a int not null, b text unique, c int references parent, check (a > 0))$q$, i); end loop; end $$'
ask "select sum((select count(*) from dbcheck_row(format('many_%s', i), '{\"id\": 1}'))) from generate_series(1, 700) as i" >"$tmp/out"
is "$(cat "$tmp/out")" 700 'rows of many tables'
is "$(ask "select count(*) || ' ' || bool_and(total_bytes < 6 * 1024 * 1024) from pg_backend_memory_contexts where name = 'dbcare kept'")" \
	'1 true' 'the memory has a limit'
is "$(ask "select coalesce(sum(total_bytes), 0) < 100000 from pg_backend_memory_contexts where name = 'dbcare outdated'")" \
	t '... and what is out of date is freed'
finish
