#!/bin/bash
# dbmigrate_measure: what a migration really locks and rewrites, on tables that
# were there before.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

start_server server
postgresql_new measure
postgresql measure >"$tmp/made" <<-'END_SQL'
	create table parent (id int primary key, name varchar(10));
	insert into parent select g, 'n' || g from generate_series(1, 1000) as g;
	create table child (id int primary key, parent_id int references parent, note text);
	-- what each statement locks and rewrites, a line each
	create function measured(what jsonb) returns setof text language sql as $$
		select format('%s.%s %s|%s', s->>'version', s->>'statement_no',
			(select string_agg(replace(l->>'relation', 'public.', '') || ' ' || (l->>'lock_level'), ', ' order by l->>'relation')
				from jsonb_array_elements(s->'locks') as l),
			(select string_agg(replace(r.value, 'public.', ''), ', ' order by r.value)
				from jsonb_array_elements_text(s->'rewritten') as r))
		from jsonb_array_elements(what->'statements') as s
	$$;
	select dbmigrate_add('1', 'column', 'set work_mem = ''1MB''; alter table parent add column age int; alter table parent alter name type int using 0');
	select dbmigrate_add('2', 'hidden', 'do $x$ begin execute ''alter table child drop constraint child_parent_id_fkey''; end $x$;
		create table fresh (id int references child); insert into fresh values (null); update child set note = ''x''');
END_SQL

# ask QUERY: its result in a new session
ask()
{
	postgresql measure <<<"$1"
}

is "$(ask "select measured(dbmigrate_measure('1'))")" \
	'1.2 parent ACCESS EXCLUSIVE|
1.3 parent_pkey ACCESS EXCLUSIVE|parent, parent_pkey' \
	'a column locks its table, a new type rewrites it with its indexes'
# 15.20 locks the referenced index, 14.23 and 17.0 do not
is "$(ask "select m from measured(dbmigrate_measure()) as m where m like '2.%'" | sed 's/^2.2 child_pkey ACCESS SHARE/2.2 /')" \
	'2.1 child ACCESS EXCLUSIVE|
2.2 |
2.3 |
2.4 child_pkey ROW EXCLUSIVE|' \
	'what a DO block locks is seen, and what is held already is not told again'
is "$(ask 'begin; lock table parent; select measured(dbmigrate_measure($$1$$)); rollback')" \
	'1.2 |
1.3 parent_pkey ACCESS EXCLUSIVE|parent, parent_pkey' \
	'nor is what the caller holds'
is "$(ask "select string_agg(version || ' ' || state, ', ') from dbmigrate_status();
	select count(*) from pg_attribute where attrelid = 'parent'::regclass and attnum > 0;
	select count(*) from pg_constraint where conrelid = 'child'::regclass and contype <> 'n'")" \
	'1 pending, 2 pending
2
2' 'all of it is undone'

ask "select dbmigrate_add('3', 'index', 'create index concurrently i on parent (name); drop index i')" >"$tmp/made"
is "$(ask "select s->>'measured', s->>'reason' from jsonb_array_elements(dbmigrate_measure()->'statements') as s
	where s->>'version' = '3'")" \
	'false The statement cannot run inside a transaction; later statements were measured after running a variant that can.
true ' 'what cannot run inside a transaction is not measured, what comes after it is'
ask "select dbmigrate_add('3', 'vacuum', 'vacuum parent')" >"$tmp/made"
is "$(ask "select s->>'measured', s->>'reason' from jsonb_array_elements(dbmigrate_measure()->'statements') as s
	where s->>'version' = '3'")" \
	'false The statement cannot run inside a transaction.' 'nor is VACUUM'

ask "select dbmigrate_add('3', 'fails', e'select 1;\nalter table parent add column name int')" >"$tmp/made"
is "$(ask "select m->>'success', m->>'measured', m#>>'{error,message}', m#>>'{error,version}', m#>>'{error,statement_no}'
	from dbmigrate_measure() as m")" \
	'false 7 column "name" of relation "parent" already exists 3 2' \
	'a failure is told, with what was measured before it'

# a session that keeps a lock
hold reader measure "lock table child in access share mode;"
is "$(ask "select m->>'success', m#>>'{error,sqlstate}', m#>>'{error,version}' from dbmigrate_measure(null, '{\"lock_timeout_ms\": 50}') as m")" \
	'false 55P03 2' 'it does not wait for locks'
release reader

is "$(ask "select dbmigrate_measure('9')" | head -1)" \
	'ERROR:  migration "9" does not exist' 'a target must exist'
is "$(ask "select dbmigrate_measure(null, '{\"max_mb\": -1}')" | head -1)" \
	'ERROR:  option "max_mb" cannot be -1' 'an option out of range'
is "$(ask "select dbmigrate_measure(null, '{\"size\": 1}')" | head -1)" \
	'ERROR:  unknown option "size"' 'an unknown option'
is "$(ask "select dbmigrate_measure('1', '{\"max_mb\": 0}')" | head -1)" \
	'ERROR:  table "parent" has 88 kB and all of it would be rewritten' 'a table that is too large to be rewritten'
ask "select dbmigrate_add('0', 'all', 'update parent set name = name')" >"$tmp/made"
is "$(ask "select dbmigrate_measure('0', '{\"max_mb\": 0}')" | head -1)" \
	'ERROR:  table "parent" has 88 kB and all of it would be changed' 'nor may all rows of it change'
is "$(ask "select dbcare_set('environment', 'production') is null; select dbmigrate_measure()" | sed -n 2p)" \
	'ERROR:  this database is in production and the call locks the tables it changes' \
	'in production it wants to be confirmed'
is "$(ask "select dbmigrate_measure('1', '{\"confirm\": \"measure\"}')->>'success'")" \
	true 'and is'
finish
