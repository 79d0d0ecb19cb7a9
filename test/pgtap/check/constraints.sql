-- dbcheck_constraints: keys of PostgreSQL in all their kinds.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

create schema v;
set search_path = v, public;

-- what is found of a table, a line per constraint
create function found(relation text, options jsonb default '{}') returns setof text language sql as $$
	select concat_ws(' ', constraint_name, kind, coalesce(violations::text, 'unknown:'),
		case when violations is null then message else sample_keys::text end)
	from dbcheck_constraints(relation, options) $$;

-- whether PostgreSQL itself finds the rows of a table to satisfy a constraint
create function validates(relation text, name text) returns boolean language plpgsql as $$
begin
	update pg_constraint set convalidated = false where conrelid = relation::regclass and conname = name;
	execute format('alter table %s validate constraint %I', relation, name);
	return true;
exception when integrity_constraint_violation then
	return false;
end $$;

-- rows come in unseen
create procedure sneak(statement text) language plpgsql as $$
begin
	set session_replication_role = replica;
	execute statement;
	reset session_replication_role;
end $$;

-- ---- foreign keys: MATCH SIMPLE and FULL, composite ----

create table place (country text, city text, code int, primary key (country, city), unique (code));
insert into place values ('de', 'Bonn', 1), ('de', 'Ulm', 2), ('fr', 'Metz', 3);
create table simple (id int primary key, country text, city text, constraint f foreign key (country, city) references place);
create table whole (id int primary key, country text, city text,
	constraint f foreign key (country, city) references place match full);
call sneak($$insert into simple values (1, 'de', 'Bonn'), (2, null, null), (3, 'de', null), (4, null, 'Paris'),
	(5, 'fr', 'Bonn'), (6, 'de', 'Ulm ')$$);
call sneak('insert into whole select * from simple');
select results_eq($$select found('simple')$$, array['f foreign_key 2 [5, 6]'],
	'MATCH SIMPLE: any null satisfies it, and keys match as a whole');
select results_eq($$select found('whole')$$, array['f foreign_key 4 [3, 4, 5, 6]'], 'MATCH FULL: all columns or none are null');
select ok(not validates('simple', 'f') and not validates('whole', 'f'), 'PostgreSQL finds the same MATCH FULL violations');
delete from simple where id >= 5;
delete from whole where id >= 3;
select is_empty($$select found('simple') union all select found('whole')$$, 'valid constraints give no rows');
select ok(validates('simple', 'f') and validates('whole', 'f'), 'PostgreSQL validates the same constraints');
select results_eq($$select found('simple', '{"all": true}')$$,
	array['simple_pkey primary_key 0', 'f foreign_key 0'], 'the option all lists valid constraints');

-- ---- types that differ, and equality that is not that of bytes ----

create table small (id int2 primary key);
create table large (id int8 primary key, small int2, same int8 references small, constraint s foreign key (small) references small);
insert into small values (1), (-5), (32767);
call sneak('insert into large values (1, 1, 1), (2, -5, -5), (3, 32767, 32767), (4, 2, 65537), (5, null, 4294967297), (6, 0, 0)');
select results_eq($$select found('large')$$,
	array['large_same_fkey foreign_key 3 [4, 5, 6]', 's foreign_key 2 [4, 6]'], 'integers of different width are compared');

create table amount (n numeric primary key, r float8 unique, c char(6) unique, b bytea unique, u uuid unique, j jsonb unique, d date unique);
insert into amount values (1.00, 'NaN', 'ab', '\x00', '00000000-0000-0000-0000-000000000001', '{"a": 1, "b": 2}', '2026-01-01'),
	('NaN', -0.0, 'b', '\x01', '00000000-0000-0000-0000-000000000002', '[1.0]', 'infinity');
create table amounts (id int primary key, n numeric references amount, r float8 references amount (r), f float4 references amount (r),
	c char(9) references amount (c), b bytea references amount (b), u uuid references amount (u),
	j jsonb references amount (j), d date references amount (d), i int references amount (n));
call sneak($$insert into amounts values
	(1, 1.0, 0.0, 'NaN', 'ab', '\x00', '00000000-0000-0000-0000-000000000001', '{"b": 2, "a": 1}', 'infinity', 1),
	(2, 'NaN', 'NaN', -0.0, 'b  ', '\x01', '00000000-0000-0000-0000-000000000002', '[1]', '2026-01-01', null),
	(3, 1.01, 1, 1, 'a', '\x02', '00000000-0000-0000-0000-000000000003', '[2]', '2026-01-02', 2)$$);
select results_eq($$select found('amounts')$$,
	array['amounts_b_fkey foreign_key 1 [3]', 'amounts_c_fkey foreign_key 1 [3]', 'amounts_d_fkey foreign_key 1 [3]',
	'amounts_f_fkey foreign_key 1 [3]', 'amounts_i_fkey foreign_key 1 [3]', 'amounts_j_fkey foreign_key 1 [3]',
	'amounts_n_fkey foreign_key 1 [3]', 'amounts_r_fkey foreign_key 1 [3]', 'amounts_u_fkey foreign_key 1 [3]'],
	'1.0 = 1.00, NaN = NaN, -0 = 0, blanks of char, members of jsonb in any order, a type that needs a cast');
delete from amounts where id = 3;
select bag_eq($$select conname::text from pg_constraint where conrelid = 'amounts'::regclass and contype = 'f'
	and validates('amounts', conname)$$,
	$$select conname::text from pg_constraint where conrelid = 'amounts'::regclass and contype = 'f'$$, 'PostgreSQL finds the same row');
select is_empty($$select found('amounts')$$, 'deleting the row ends the violation');

-- what differs, but hash functions make the same of, whatever their seed
create table alike (a int8, k int2, ts timestamptz unique, ti time unique, n numeric unique, i int[] unique, r int8range unique,
	v interval unique, primary key (a, k));
insert into alike values (0, 1, '2000-01-01 00:00+00', '00:00', 'NaN', '{{1,2}}', '[0,9)', '0');
create table unlike (id int primary key, a int8, k int8, ts timestamptz references alike (ts), ti time references alike (ti),
	n numeric references alike (n), i int[] references alike (i), r int8range references alike (r), v interval references alike (v),
	foreign key (a, k) references alike);
call sneak(format($$insert into unlike values (1, 0, 1, '2000-01-01 00:00+00', '00:00', 'NaN', '{{1,2}}', '[0,9)', '0'),
	(2, 4294967297, 1, '2000-01-01 01:11:34.967297+00', '01:11:34.967297', %L, '{1,2}', '[4294967297,4294967306)', '4294.967297 s')$$,
	case when current_setting('server_version_num')::int >= 140000 then 'Infinity' end));
select results_eq($$select replace(line, 'unlike_', '') from found('unlike') as line where line not like 'unlike_n_%'$$,
	array['a_k_fkey foreign_key 1 [2]', 'i_fkey foreign_key 1 [2]', 'r_fkey foreign_key 1 [2]',
	'ti_fkey foreign_key 1 [2]', 'ts_fkey foreign_key 1 [2]', 'v_fkey foreign_key 1 [2]'], 'equal hashes do not count as equal values');
select is((select count(*) from dbcheck_constraints('unlike') where constraint_name = 'unlike_n_fkey'),
	(select count(*) from unlike where n > 1e9 and n <> 'NaN'), 'nor is infinity taken for NaN');

select :SERVER_VERSION_NUM < 180000 as before_18 \gset
create collation folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
-- ICU below 54 does not know that locale
select 'a' = 'A' collate folded as folds \gset
create table word (w text collate folded primary key);
create table words (id int primary key, w text collate folded references word, c text collate "C");
-- from 18 on both keys must agree on what is equal
\if :before_18
alter table words add foreign key (c) references word;
\endif
insert into word values ('Strasse'), ('one');
call sneak($$insert into words values (1, 'STRASSE', 'ONE'), (2, 'One', 'one'), (3, 'two', 'two')$$);
\if :folds
select results_eq($$select line from found('words') as line where line <> 'words_c_fkey foreign_key 1 [3]'$$, array['words_w_fkey foreign_key 1 [3]'],
	'a nondeterministic collation of the parent decides equality');
\else
select skip(1, 'ICU does not fold case');
\endif

create type mood as enum ('sad', 'ok');
create table moods (m mood primary key, a int[] unique, g int4range unique);
create table mooded (id int primary key, m mood references moods, a int[] references moods (a), g int4range references moods (g));
insert into moods values ('sad', '{1,2}', '[1,3]');
call sneak($$insert into mooded values (1, 'sad', '{1,2}', '[1,4)'), (2, 'ok', '{2,1}', '[1,3)')$$);
select results_eq($$select found('mooded')$$,
	array['mooded_a_fkey foreign_key 1 [2]', 'mooded_g_fkey foreign_key 1 [2]', 'mooded_m_fkey foreign_key 1 [2]'],
	'enums, arrays and ranges are compared');

-- ---- periods ----

\if :before_18
select skip('keys over periods came with 18', 9);
\else
create extension if not exists btree_gist;
create table stay (room int, at int4range, primary key (room, at without overlaps));
create table guest (id int primary key, room int, at int4range, constraint f foreign key (room, period at) references stay (room, period at));
insert into stay values (1, '[1,5)'), (1, '[5,9)'), (2, '[1,9)');
insert into guest values (1, 1, '[2,8)'), (2, null, '[1,99)');
select is_empty($$select found('guest')$$, 'several parents cover a period');
call sneak($$insert into guest values (3, 1, '[2,12)'), (4, 3, '[2,3)'), (5, 2, '[1,9)')$$);
select results_eq($$select found('guest')$$, array['f foreign_key 2 [3, 4]'], 'periods without parents are found');
select ok(not validates('guest', 'f'), 'PostgreSQL finds the same');
select is((select string_agg(message, ', ') from dbcheck_row('guest', '{"id": 9, "room": 1, "at": "[4,6)"}')), null, 'a row that is covered');
select is((select string_agg(message, ', ') from dbcheck_row('guest', '{"id": 9, "room": 1, "at": "[4,10)"}')), 'the row has no parent in v.stay (room, at)', 'one that is not');
select is((select string_agg(message, ', ') from dbcheck_row('stay', '{"room": 2, "at": "[8,10)"}')), 'the row repeats a key of (room, at)', 'one that overlaps');
select is((select string_agg(message, ', ') from dbcheck_row('stay', '{"room": 3, "at": "empty"}')), 'the row does not satisfy not isempty(at)', 'an empty period');
select throws_ok($$insert into stay values (3, 'empty')$$, '23514', null, 'PostgreSQL rejects it, too');
select is((select r ->> 'reason' from jsonb_array_elements(dbcheck_repair('{"relation": "guest", "orphans": "quarantine"}') -> 'unknown') as r),
	'foreign keys over periods are not repaired', 'a repair says that it does nothing');
\endif

-- ---- a table that refers to itself; not yet validated; deferred; in this transaction ----

create table tree (id int primary key, up int, constraint up foreign key (up) references tree deferrable initially deferred);
insert into tree values (1, 1), (2, 1), (3, 9);
select results_eq($$select found('tree')$$, array['up foreign_key 1 [3]'], 'a pending deferred violation is found');
insert into tree values (9, 3);
select is_empty($$select found('tree')$$, 'a repaired deferred violation is not found');
create table late (id int, p int);
insert into late values (1, 1), (2, 7);
alter table late add constraint f foreign key (p) references small not valid, add constraint k check (p < 5) not valid;
select results_eq($$select found('late')$$,
	array['f foreign_key 1 [{"ctid": "(0,2)"}]', 'k check 1 [{"ctid": "(0,2)"}]'],
	'NOT VALID keys are verified; a row without primary key is named by its ctid');

-- ---- fallbacks: few rows and many parents, and sets that do not fit ----

create table many (id int primary key, t text unique);
insert into many select g, 'key ' || g from generate_series(1, 60000) as g;
create table few (id int primary key, m int references many, t text references many (t));
call sneak($$insert into few values (1, 1, 'key 1'), (2, 0, 'key'), (3, null, null), (4, 60001, 'key 60001')$$);
analyze many, few;
select results_eq($$select found('few')$$, array['few_m_fkey foreign_key 2 [2, 4]', 'few_t_fkey foreign_key 2 [2, 4]'],
	'few rows with many parents are verified');
create table lots (id int primary key, m int8 references many, t text references many (t));
insert into lots select g, g, 'key ' || g from generate_series(1, 60000) as g;
call sneak($$insert into lots values (70001, 1, 'key 1'), (70002, 0, 'key'), (70003, null, null), (70004, 1234567890123, 'key 60001')$$);
analyze lots;
select results_eq($$select found('lots')$$, array['lots_m_fkey foreign_key 2 [70002, 70004]', 'lots_t_fkey foreign_key 2 [70002, 70004]'],
	'many rows with many parents are verified');
-- a set of 180000 keys of any order takes more than 1 MiB
insert into many select 60000 + g * 7000, 'other ' || g from generate_series(1, 120000) as g;
analyze many;
select dbcare_set('check_memory_mb', 1);
select results_eq($$select found('lots')$$, array['lots_m_fkey foreign_key 2 [70002, 70004]', 'lots_t_fkey foreign_key 2 [70002, 70004]'],
	'more parents than fit into memory are verified');
select is_empty($$select found('many')$$, 'unique keys that do not fit into memory are sorted');
select dbcare_set('check_memory_mb', null);

-- ---- unique keys ----

create table u (id int, a int, b text, constraint u_pkey primary key (id));
alter table u add constraint ab unique (a, b) deferrable initially deferred;
create unique index lowered on u (lower(b)) where a > 0;
insert into u values (1, 1, 'x'), (2, 2, 'y'), (3, null, 'z'), (4, null, 'zz');
select is_empty($$select found('u')$$, 'nulls are distinct');
-- a session that is told the indexes are not there writes past them
update pg_index set indisready = false, indisvalid = false, indislive = true where indrelid = 'u'::regclass;
insert into u values (2, 2, 'y'), (2, null, 'z'), (5, 5, 'X'), (6, -5, 'X');
update pg_index set indisready = true, indisvalid = true where indrelid = 'u'::regclass;
select results_eq($$select found('u')$$,
	array['u_pkey primary_key 2 [2, 2]', 'ab unique 1 [2]', 'lowered unique 2 [2, 5]'],
	'all duplicates but the first are listed, also of partial and expression indexes');

-- nulls that are not distinct
select set_config('v.version', current_setting('server_version_num'), true);
do $$ begin
	if current_setting('server_version_num')::int >= 150000 then
		execute 'create table n (id int primary key, a int, unique nulls not distinct (a))';
	else
		execute 'create table n (id int primary key, a int); create unique index n_a_key on n (coalesce(a, 0))';
	end if;
end $$;
insert into n values (1, 1), (2, null);
select is_empty($$select found('n')$$, 'NULLS NOT DISTINCT allows one null');
update pg_index set indisready = false, indisvalid = false where indrelid = 'n'::regclass;
insert into n values (3, null), (4, 2), (5, null);
update pg_index set indisready = true, indisvalid = true where indrelid = 'n'::regclass;
select results_eq($$select found('n')$$, array['n_a_key unique 2 [3, 5]'], 'NULLS NOT DISTINCT finds two nulls');

-- types whose equality is not that of bytes
create table equal (id int, n numeric, t text collate folded, f float8, d int);
create unique index equal_n on equal (n);
create unique index equal_t on equal (t);
create unique index equal_f on equal (f);
create unique index equal_abs on equal (abs(d));
update pg_index set indisready = false, indisvalid = false where indrelid = 'equal'::regclass;
insert into equal values (1, 1.0, 'Q', 0.0, 5), (2, 1.00, 'q', -0.0, -5), (3, 'NaN', 'r', 'NaN', 6), (4, 'NaN', 's', 'NaN', 7);
update pg_index set indisready = true, indisvalid = true where indrelid = 'equal'::regclass;
select results_eq($$select split_part(line, ' [', 1) from found('equal') as line$$,
	array['equal_abs unique 1', 'equal_f unique 2', 'equal_n unique 2'] || case when :'folds' then array['equal_t unique 1'] end,
	'the operator class of the index decides equality');

-- ---- exclusion ----

create table booking (id int primary key, during int4range, exclude using gist (during with &&) where (id < 100));
insert into booking values (1, '[1,5)'), (2, '[5,9)');
update pg_index set indisready = false where indrelid = 'booking'::regclass;
insert into booking values (3, '[4,6)'), (4, '[20,30)'), (101, '[1,5)');
update pg_index set indisready = true where indrelid = 'booking'::regclass;
select results_eq($$select found('booking')$$, array['booking_during_excl exclusion 1 [3]'],
	'exclusion: a row that conflicts with an earlier one');

select * from finish();
rollback;
