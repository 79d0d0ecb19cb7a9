-- Repairing rows and putting them back: values of any type, rows of any table,
-- and whose rights code has that runs meanwhile.
begin;
\ir ../health/begin.psql
select no_plan();
create schema rep;
set search_path = rep, public;

-- What dbcheck_repair() does about a table.
create function pg_temp.repaired(relation text, options jsonb default '{"orphans": "quarantine"}') returns jsonb
language sql as $$
	select dbcheck_repair(jsonb_build_object('relation', relation, 'dry_run', false) || options)
$$;

-- All rows of a table as text, in the order of the text.
create function pg_temp.content(relation regclass) returns text[]
language plpgsql as $$
declare
	lines text[];
begin
	execute format('select array_agg(t::text || t.tableoid::regclass order by t::text) from %s as t', relation) into lines;
	return lines;
end
$$;

-- ---- values of any type ----

create extension if not exists citext schema public;
create type rep.mood as enum ('sad', 'so "so"');
create type rep.pair as (a int, b text);
create domain rep.small as int check (value > 0);
create domain rep.document as json;
create table par (id int primary key);
-- a server may be built without XML
select case when setting ~ 'libxml' then 'xml' else 'text' end as xml from pg_config where name = 'CONFIGURE' \gset
create table kinds (
	id bigint generated always as identity primary key, par_id int references par, dropped int,
	b bool, i2 int2, t text, v varchar(5), c char(5), bp bpchar, n numeric, n2 numeric(10, 3), r real, f double precision,
	ts timestamp, tz timestamptz, d date, ti time, tiz timetz, iv interval, by bytea, j json, jb jsonb, x :xml, u uuid,
	ia int[], ta text[], m rep.mood, p rep.pair, pa rep.pair[], s rep.small, doc rep.document, rng int4range, ip inet,
	ci citext, bits bit(3), vb varbit, tsv tsvector, pt point, mon money, o oid, nm name, ch "char", rc regclass,
	mac macaddr, lsn pg_lsn, g int generated always as (par_id * 2) stored, r2 text, "Odd ""name" text default 'x');
alter table kinds drop column dropped;
set local session_replication_role = replica;
insert into kinds overriding system value values
	(1, 99, true, -5, E'tab\t"q" \\ \u0001 é', 'ab  ', 'ab', 'ab   ', 'NaN', 1.100, 'Infinity', '-0', 'infinity',
	'2001-02-03 04:05:06.123456+02', '4714-11-24 BC', '24:00', '10:00+02:30', '1 mon -1 day -02:03:04.5', '\x00ff5c',
	E' {"a" : 1,\n"a":2} ', '{"b":1.00}', '<a>x</a>tail', 'c0ffee00-0000-0000-0000-000000000000', '[2:3]={1,NULL}',
	array['a"b', null, 'NULL', ''], 'so "so"', row(null, 'x,y'), array[row(1, 'a')::rep.pair, null], 5, ' [1 , 2]',
	'[1,5)', '10.1.2.3/24', 'CaSe', '101', '1', 'a:1 b:2A', '(1.5,-0)', '-12.34', 4000000000, 'nm', 'x', 'pg_class',
	'08:00:2b:01:02:03', '16/B374D848', default, 'r', E'odd\n'),
	(2, 98, null, null, '', '', '', '', '1e400', 0, 1.17549435e-38, 5e-324, '-infinity', '-infinity', 'infinity', '00:00',
	'00:00-15:59', '-178000000 years', '', 'null', 'null', '', null, '{}', '{}', 'sad', row(null, null), '{}', null,
	'null', 'empty', '::1', '', '000', '', '', '(NaN,Infinity)', '0', 0, '', '', '99999', null, '0/0', default, null, null);
insert into kinds (id, par_id, t, by) overriding system value values (3, 97, repeat('long ', 30000), decode(repeat('00ff', 5000), 'hex'));
set local session_replication_role = origin;
alter table kinds alter id restart with 4;
-- what is there may violate what has been declared since
alter table kinds add constraint positive check (i2 > 0) not valid;
alter domain rep.small add constraint larger check (value > 5) not valid;
select pg_temp.content('kinds') as kinds_before \gset
set local datestyle = 'german';
set local intervalstyle = 'iso_8601';
set local bytea_output = 'escape';
set local extra_float_digits = 0;
set local xmloption = document;
set local array_nulls = off;
set local timezone = 'Asia/Kathmandu';
set local quote_all_identifiers = on;
set local constraint_exclusion = on;
select is(pg_temp.repaired('kinds') ->> 'message', '3 rows repaired', 'rows of all types are removed');
select is((select count(*) from kinds), 0::bigint, 'no orphan is left after quarantine');
select is((select row_data ->> 'iv' from dbcheck_quarantine() where row_key = '1'), '1 mon -1 days -02:03:04.5',
	'the quarantine has text that does not depend on settings');
select is((select jsonb_typeof(row_data -> 'id') || ' ' || jsonb_typeof(row_data -> 'b') || ' ' || (row_data ->> 'n')
	from dbcheck_quarantine() where row_key = '1'), 'number boolean NaN', 'numbers and booleans are stored as JSON values');
select is(dbcheck_undo(1) ->> 'rows', '3', 'undo restores all rows');
reset datestyle;
reset intervalstyle;
reset bytea_output;
reset extra_float_digits;
reset xmloption;
reset array_nulls;
reset timezone;
reset quote_all_identifiers;
reset constraint_exclusion;
select is(pg_temp.content('kinds')::text, :'kinds_before', 'the restored rows are identical');
select is((select array_agg(id) from kinds where g = 2 * par_id), '{1,2,3}', 'generated columns are restored');
insert into kinds (i2) values (1);
select is((select max(id) from kinds), 4::bigint, 'the sequence is not changed');

-- ---- tables of any sort ----

create table two (a int, b int, primary key (a, b));
create table parted (id int, a int, b int, constraint "Full" foreign key (a, b) references two match full) partition by list (id);
create table parted_1 partition of parted for values in (1);
create table parted_2 (b int, junk int, id int, a int);
alter table parted_2 drop column junk;
alter table parted attach partition parted_2 for values in (2, 3);
create table elder (id int primary key, par_id int references par);
create table younger (more text) inherits (elder);
create table keyless (x int references par, y text);
create table tree (id int primary key, up int references tree on delete cascade);
create table round_1 (id int primary key, r int unique);
create table round_2 (id int primary key, r int references round_1 on delete cascade);
alter table round_1 add foreign key (r) references round_2 on delete cascade;
create table "R" (r text primary key, kept int, "dbcare row" int references par);
create function rep.fired() returns trigger language plpgsql as $$ begin raise exception 'fired'; end $$;
insert into par values (1);
insert into two values (1, 1);
insert into tree values (1, null), (2, 1);
set local session_replication_role = replica;
insert into parted values (1, 1, null), (2, 5, 5), (3, 1, 1), (1, null, null);
insert into elder values (1, 9), (2, 1);
insert into younger values (3, 9, 'not bound');
insert into keyless values (5, 'a'), (5, 'a'), (6, 'b'), (1, 'c');
insert into tree values (3, 99), (4, 3), (5, 4);
insert into round_1 values (1, 1), (2, 2);
insert into round_2 values (1, 1), (2, 99), (3, 2);
insert into "R" values ('x', 1, 1), ('y', 2, 2);
set local session_replication_role = origin;
create trigger fires before insert or update or delete on tree for each row execute function rep.fired();
create rule no_delete as on delete to keyless do instead nothing;
create table before as select r::text as relation, pg_temp.content(r)
	from unnest('{parted,elder,younger,keyless,tree,round_1,round_2,"\"R\""}'::regclass[]) as r;
select results_eq($$ select e ->> 'table_name', e ->> 'constraint_name', (e ->> 'rows')::int
	from jsonb_array_elements(dbcheck_repair('{"orphans": "quarantine"}') -> 'relations') as e
	where e ->> 'table_name' <> 'rep.kinds' $$,
	$$ values ('rep."R"', 'R_dbcare row_fkey', 1), ('rep.elder', 'elder_par_id_fkey', 1), ('rep.keyless', 'keyless_x_fkey', 3),
	('rep.parted_1', 'Full', 1), ('rep.parted_2', 'Full', 1), ('rep.round_2', 'round_2_r_fkey', 1), ('rep.tree', 'tree_up_fkey', 1) $$,
	'orphans of partitions, inherited tables and tables without a key are found');
select is(dbcheck_repair('{"orphans": "quarantine", "dry_run": false, "cascade": true}') ->> 'repair_id', '2', 'orphans of partitions and inherited tables are repaired');
select is((select array_agg(id order by id) from tree), '{1,2}', 'rows that referred to removed rows are removed');
select is((select array_agg(id) from round_1) || (select array_agg(id) from round_2), '{1,1}', 'rows that refer to each other are removed');
select is((select count(*) from dbcheck_orphans() where orphans > 0), 0::bigint, 'no orphan of partitions is left');
select is((select row_key from dbcheck_quarantine() where table_name = 'rep.parted_2')::text, '{"ctid": "(0,1)"}', 'a row without key is recorded with its ctid');
select is(dbcheck_undo(2) ->> 'repair_id', '2', 'the repair of partitions is undone');
select is((select array_agg(b.relation order by b.relation) from before as b where pg_temp.content(b.relation::regclass) is distinct from b.content), null,
	'every row is back in its partition');
select throws_ok($$ select pg_temp.repaired('kinds', '{"orphans": "set_null"}') $$, '23514', null, 'a CHECK that refuses null is reported');
set local session_replication_role = replica;
update kinds set i2 = 1, s = 6;
set local session_replication_role = origin;
select is(dbcheck_repair('{"orphans": "set_null", "dry_run": false}') ->> 'repair_id', '3', 'keys of orphans can be set to null');
select is((select count(*) from keyless where x is null), 3::bigint, 'keys can be set to null in rows without primary key');
select is(dbcheck_undo(3) ->> 'repair_id', '3', 'setting to null is undone');
select is((select array_agg(b.relation order by b.relation) from before as b where pg_temp.content(b.relation::regclass) is distinct from b.content), null,
	'undo restores every key');

-- ---- what ON DELETE says ----

create table boss (id int primary key, par_id int references par);
create table some_null (id int primary key, t int not null default 1, u int, unique (t, u));
create table cascades (id int primary key, boss_id int references boss on delete cascade);
create table nulls (id int primary key, boss_id int references boss on delete set null);
create table defaults (id int primary key, boss_id int default 1 references boss on delete set default);
create table restricts (id int primary key, boss_id int references boss on delete restrict);
insert into boss values (1, 1);
set local session_replication_role = replica;
insert into boss values (2, 77);
set local session_replication_role = origin;
insert into cascades values (1, 2);
insert into nulls values (1, 2);
insert into defaults values (1, 2);
insert into restricts values (1, 2), (2, 1);
select throws_ok($$ select pg_temp.repaired('boss') $$, '23503', 'other rows reference rows that the repair would delete',
	'a repair that would cascade is refused');
select is((select count(*) from boss), 2::bigint, 'the refused repair changes no rows');
select results_eq($$ select e ->> 'table_name', e ->> 'action' from jsonb_array_elements(
	pg_temp.repaired('boss', '{"orphans": "quarantine", "cascade": true}') -> 'cascades') as e $$,
	$$ values ('rep.cascades', 'delete'), ('rep.defaults', 'set_default'), ('rep.nulls', 'set_null'), ('rep.restricts', 'delete') $$,
	'with the option a repair follows ON DELETE');
select is((select array[(select count(*) from cascades), (select boss_id from nulls), (select boss_id from defaults), (select count(*) from restricts)]),
	'{0,null,1,1}', 'the rows are as ON DELETE demands');
insert into cascades values (1, 1);
select throws_ok('select dbcheck_undo(4)', '23505', 'another row of rep.cascades now has the key of a row to be restored', 'undo does not overwrite a key that is in use again');
delete from cascades;
update nulls set boss_id = 1;
select throws_ok('select dbcheck_undo(4)', '55000', 'rows of rep.nulls have been changed since the repair', 'undo does not overwrite changed rows');
update nulls set boss_id = null;
alter table defaults add column more int;
select throws_ok('select dbcheck_undo(4)', '55000', 'table rep.defaults has changed since the repair', 'undo refuses other columns');
alter table defaults drop column more;
select lives_ok('select dbcheck_undo(4)', 'the original columns can be undone');
select throws_like('select dbcheck_undo(4)', 'repair 4 has already been undone', 'once');
select is((select array[(select count(*) from cascades), (select boss_id from nulls), (select boss_id from defaults), (select count(*) from restricts)]),
	'{1,2,2,2}', 'the rows are restored after the columns');
alter table nulls alter boss_id set not null;
select throws_ok($$ select pg_temp.repaired('boss', '{"orphans": "quarantine", "cascade": true}') $$, '55000',
	'constraint nulls_boss_id_fkey of rep.nulls cannot be set to null', 'setting a NOT NULL column to null is refused');
alter table nulls alter boss_id drop not null;
alter table defaults alter boss_id set default 5;
select throws_ok($$ select pg_temp.repaired('boss', '{"orphans": "quarantine", "cascade": true}') $$, '23503',
	'the default of constraint defaults_boss_id_fkey of rep.defaults has no parent in rep.boss', 'a default without parent is refused');
drop table cascades, nulls, defaults, restricts, boss;

-- ---- deferrable keys and constraints that exclude ----

create table slots (id int primary key, par_id int references par, place int unique deferrable initially deferred,
	during int4range, exclude using gist (during with &&));
set local session_replication_role = replica;
insert into slots values (1, 50, 1, '[1,5)'), (2, 50, 2, '[5,9)');
set local session_replication_role = origin;
select is(pg_temp.repaired('slots') ->> 'repair_id', '5', 'rows with exclusion constraints are removed');
insert into slots values (3, 1, 2, '[20,30)');
select throws_ok('select dbcheck_undo(5)', '23505', null, 'undo checks a deferrable key immediately');
update slots set place = 9, during = '[4,6)';
select throws_ok('select dbcheck_undo(5)', '23P01', null, 'undo checks a deferrable exclusion constraint immediately');
delete from slots;
select lives_ok('select dbcheck_undo(5)', 'rows with exclusion constraints are restored');

-- ---- indexes ----

create table indexed (id int primary key, word text);
create index indexed_word on indexed (word);
update pg_index set indisvalid = false where indexrelid = 'indexed_word'::regclass;
select is(dbcheck_repair('{"indexes": true, "relation": "rep.indexed"}') -> 'indexes',
	'[{"index_name": "rep.indexed_word", "problem": "not valid: queries do not use it"}]', 'a repair finds an invalid index');
select is(dbcheck_repair('{"indexes": true, "relation": "rep.indexed", "dry_run": false}') ->> 'message', '1 index repaired', 'a repair rebuilds the invalid index');
select ok((select indisvalid from pg_index where indexrelid = 'indexed_word'::regclass), 'the rebuilt index is valid');

-- ---- rights ----

create role rep_alice;
create role rep_bob;
grant usage, create on schema rep to rep_alice;
grant usage on schema dbcare to rep_alice, rep_bob;
grant select, insert, update on dbcare.repair, dbcare.quarantine, dbcare.repair_table, dbcare.rule to rep_alice, rep_bob;
grant select on dbcare.bookkeeping, dbcare.setting to rep_alice, rep_bob;
grant usage on schema rep to rep_bob;
grant execute on function dbcheck_repair(jsonb), dbcheck_undo(bigint, jsonb) to rep_alice, rep_bob;
set local role rep_alice;
create function rep.spy(x int) returns int language plpgsql immutable as $$
begin
	if current_user <> 'rep_alice' then
		raise exception 'code of rep_alice runs as %', current_user;
	end if;
	return x;
end
$$;
create table hers (id int primary key, x int references hers, y int);
reset role;
set local session_replication_role = replica;
insert into hers values (1, 5, 1), (2, null, -1);
set local session_replication_role = origin;
set local role rep_alice;
create index on hers (rep.spy(x)) where rep.spy(y) <> 5;
alter table hers add check (rep.spy(y) <> 6);
reset role;
select dbcheck_rule_add('spied', 'rep.hers', 'rep.spy(y) > 0', '{"repair_sql": "y = rep.spy(0 - y)"}') \gset
create function pg_temp.newest() returns bigint language sql as $$ select max(repair_id) from dbcare.repair $$;
select is(pg_temp.repaired('rep.hers', '{"orphans": "set_null", "rules": ["spied"]}') ->> 'message', '2 rows repaired', 'a superuser can repair tables of others');
select lives_ok('select dbcheck_undo(pg_temp.newest())', 'a superuser can undo');
select is(pg_temp.repaired('rep.hers') ->> 'message', '1 row repaired', 'removes');
select lives_ok('select dbcheck_undo(pg_temp.newest())', 'a superuser can undo a removal');
select throws_like('update hers set y = 2', 'code of rep_alice runs as %', 'a repair is refused while the owner''s code would run as the caller');
set local role rep_alice;
select is(dbcheck_repair('{"orphans": "quarantine", "relation": "rep.hers", "dry_run": false}') ->> 'message', '1 row repaired', 'an owner can repair own tables');
reset role;
set local role rep_bob;
select is(dbcheck_repair('{"orphans": "quarantine", "relation": "rep.hers"}') -> 'unknown' -> 0 ->> 'reason', 'only its owner can repair rep.hers', 'other roles cannot repair');
select throws_ok($$ select dbcheck_repair('{"rules": ["spied"]}') $$, '42501', 'must be owner of table rep.hers', 'other roles cannot repair by rules');
select throws_ok('select dbcheck_undo((select max(repair_id) from dbcare.repair))', '42501', null, 'other roles cannot undo');
reset role;
alter table hers enable row level security;
alter table hers force row level security;
set local role rep_alice;
select is(dbcheck_repair('{"orphans": "quarantine", "relation": "rep.hers"}') -> 'unknown' -> 0 ->> 'reason', 'row security hides rows of rep.hers', 'forced row security refuses a repair');
select throws_ok($$ select dbcheck_repair('{"rules": ["spied"]}') $$, '42501', 'row security hides rows of rep.hers', 'forced row security refuses a repair by rules');
reset role;
create table twice (a int references par, b int references par, c int references par on delete cascade, t text);
set local session_replication_role = replica;
insert into twice values (71, 72, null, 'x'), (71, 72, null, 'x'), (73, 74, 75, 'y');
set local session_replication_role = origin;
select pg_temp.content('twice') as twice_before \gset
select is(pg_temp.repaired('rep.twice', '{"orphans": "set_null"}') ->> 'message', '7 rows repaired', 'a repair can change a row without key twice');
select is(dbcheck_undo(pg_temp.newest()) ->> 'rows', '7', 'undo finds the row without key');
select is(pg_temp.content('twice'), :'twice_before', 'the row without key is restored');
create table stubborn (x int references par);
create function rep.ignored() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger replays before update or delete on stubborn for each row execute function rep.fired();
create trigger ignores before update or delete on stubborn for each row execute function rep.ignored();
alter table stubborn enable replica trigger replays;
set local session_replication_role = replica;
insert into stubborn values (77);
set local session_replication_role = origin;
select is(pg_temp.repaired('rep.stubborn') ->> 'message', '1 row repaired', 'replica triggers do not fire in a repair');
select is(dbcheck_undo(pg_temp.newest()) ->> 'rows', '1', 'undone');
alter table stubborn enable always trigger ignores;
select throws_ok($$ select pg_temp.repaired('rep.stubborn', '{"orphans": "set_null"}') $$, '55000', 'rows of rep.stubborn cannot be changed', 'an ENABLE ALWAYS trigger refuses the repair');
alter table stubborn disable trigger ignores;
create rule keeps as on delete to stubborn do instead nothing;
alter table stubborn enable always rule keeps;
select throws_ok($$ select pg_temp.repaired('rep.stubborn') $$, '55000', 'rows of rep.stubborn cannot be changed', 'an ENABLE ALWAYS rule refuses the repair');
create table theirs (x int);
create trigger fires before insert on theirs for each row execute function rep.fired();
grant insert on theirs to rep_alice;
set local role rep_alice;
create function rep.sneak(x int) returns int language plpgsql volatile as $$ begin insert into rep.theirs values (x); return x; end $$;
create function rep.sneak_in(x int) returns int language plpgsql immutable as $$ begin return rep.sneak(x); end $$;
create table sneaky (id int primary key, x int references sneaky);
insert into sneaky values (1, null), (2, 1);
reset role;
set local session_replication_role = replica;
update sneaky set x = 9 where id = 2;
set local session_replication_role = origin;
set local role rep_alice;
alter table sneaky add check (rep.sneak(id) > 0) not valid;
select throws_ok($$ select pg_temp.repaired('rep.sneaky', '{"orphans": "set_null"}') $$, 'P0001', 'fired', 'code that a repair runs fires triggers of other tables');
select is(pg_temp.repaired('rep.sneaky') ->> 'message', '1 row repaired', 'removing rows runs no code of the owner');
reset role;
alter table theirs disable trigger fires;
set local role rep_alice;
create index on sneaky (rep.sneak_in(id));
reset role;
alter table theirs enable trigger fires;
set local role rep_alice;
select throws_ok('select dbcheck_undo((select max(repair_id) from dbcare.repair))', 'P0001', 'fired', 'code that undo runs fires triggers of other tables');
reset role;
-- what PostgreSQL would not take back stays where it is
create table apart (id int primary key, up int references apart, span int4range);
set local session_replication_role = replica;
insert into apart values (1, 9, '[1,5)'), (101, null, '[3,8)');
set local session_replication_role = origin;
create function counts(id int) returns boolean immutable language plpgsql as 'begin return id > 100; end';
alter table apart add exclude using gist (span with &&) where (counts(id));
create or replace function counts(id int) returns boolean immutable language plpgsql as 'begin return true; end';
select is(pg_temp.repaired('rep.apart', '{"orphans": "quarantine", "dry_run": true}') ->> 'message',
	'1 row to be repaired, but an undo could not restore all of them: conflicting key value violates exclusion constraint "apart_span_excl"',
	'a dry run reports rows that could not be restored');
select throws_ok($$ select pg_temp.repaired('rep.apart') $$, '23P01', 'rows that the repair would change could not be restored by an undo',
	'rows that could not be restored are not removed');
select is((select count(*) from apart), 2::bigint, 'none of these rows is removed');

-- code of the table cannot reach the cursor that the repair reads from
create function closes(text) returns boolean language plpgsql as $$ begin execute 'close all'; return true; end $$;
create function moves(text) returns boolean language plpgsql as $$
declare c text;
begin
	for c in select name from pg_catalog.pg_cursors
		union select ident from pg_catalog.pg_backend_memory_contexts where name = 'PortalContext'
		union select format('<unnamed portal %s>', n) from generate_series(1, 100) as n
	loop
		begin
			execute format('move all in %I', c);
		exception when others then null;
		end;
	end loop;
	return true;
end $$;
create table reached (id int primary key, v text);
insert into reached select n, 'x' from generate_series(1, 2500) as n;
alter table reached add check (closes(v));
select dbcheck_rule_add('reached', 'rep.reached', 'v = ''y''', '{"repair_sql": "v = ''y''"}') is not null;
select throws_like($$select dbcheck_repair('{"dry_run": false, "rules": ["reached"]}')$$, 'cannot drop pinned portal%',
	'a function that closes all cursors does not close that of a repair');
select is((select count(*) from reached where v = 'y'), 0::bigint, 'which changes nothing then');
alter table reached drop constraint reached_v_check, add check (moves(v));
select dbcheck_repair('{"dry_run": false, "rules": ["reached"]}') is not null;
select is((select count(*) from reached where v = 'y'), 2500::bigint, 'nor does one move it that moves all it can find or guess');
select dbcheck_rule_drop('reached') is not null;
drop table reached;

insert into dbcare.repair (repair_id, actor) values (99, 'somebody');
insert into dbcare.quarantine (quarantine_id, repair_id, step, table_name, constraint_name, action, row_data, place, reason)
	values (999999, 99, 1, 'pg_catalog.pg_authid', 'c', 'delete', '{"rolname": "root", "rolsuper": true}', '(0,1)', 'forged');
select throws_ok('select dbcheck_undo(99)', '0A000', 'dbcare cannot change rows of table pg_catalog.pg_authid', 'undo refuses a table of the catalog');
select is(current_setting('session_replication_role') || ' ' || current_setting('search_path'), 'origin rep, public', 'a repair restores the settings');
select * from finish();
rollback;
