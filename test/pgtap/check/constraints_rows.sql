-- dbcheck_constraints: CHECK, NOT NULL, domains, partitions, inheritance, rules,
-- rows that nobody enforced anything on; all in a serializable transaction.
begin isolation level serializable;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();

create schema v;
set search_path = v, public;

create function found(relation text, options jsonb default '{}') returns setof text language sql as $$
	select concat_ws(' ', constraint_name, kind, coalesce(violations::text, 'unknown:'),
		case when violations is null then message else sample_keys::text end)
	from dbcheck_constraints(relation, options) $$;

-- ---- CHECK ----

create table c (id int primary key, y numeric, t text);
insert into c values (1, 5, 'a'), (2, -5, 'a'), (3, null, null), (4, 'NaN', 'b'), (5, 500, 'c'), (6, 0, 'a');
alter table c add constraint positive check (y > 0) not valid, add constraint range check (y between 0 and 100) not valid,
	add constraint letter check (t in ('a', 'b')) not valid, add constraint row check (c is not null) not valid,
	add constraint silly check (null) not valid;
select results_eq($$select found('c', '{"samples": 2}')$$, array['letter check 1 [5]', 'positive check 2 [2, 6]',
	'range check 3 [2, 4]', 'row check 1 [3]'],
	'CHECK accepts null, orders NaN last and may use the whole row');
select results_eq($$select violations::int from dbcheck_constraints('c', '{"samples": 0}') where constraint_name = 'range'$$,
	array[3], 'with no sample keys all violations are counted');

create function fragile(n numeric) returns boolean language sql immutable as 'select 100 / n > 0';
alter table c add constraint fragile check (fragile(y)) not valid;
select results_eq($$select found('c', '{"kinds": ["check"]}')$$, array['fragile check unknown: division by zero',
	'letter check 1 [5]', 'positive check 2 [2, 6]', 'range check 3 [2, 4, 5]', 'row check 1 [3]'],
	'a constraint that fails does not stop the others');
select results_eq($$select found('c', '{"constraints": ["range", "letter"]}')$$,
	array['letter check 1 [5]', 'range check 3 [2, 4, 5]'], 'only the requested constraints are verified');
create function writer(n numeric) returns boolean language plpgsql as $$ begin insert into c values (7); return true; end $$;
alter table c drop constraint fragile, add constraint writer check (writer(y)) not valid;
select results_eq($$select found('c', '{"constraints": ["writer"]}')$$,
	array['writer check unknown: cannot execute INSERT in a read-only transaction'], 'a constraint whose function writes is unknown');

-- a session of another time zone and style of dates
create table seen (at timestamptz primary key, day date, said text);
insert into seen values ('2020-01-01 00:30+01', '2020-01-01', '13/02/2020'), ('2020-01-01 23:30+00', '2020-01-01', '13/02/2020');
alter table seen add constraint its_day check (at::date = day) not valid, add constraint a_date check (said::date > '2000-01-01') not valid;
set local timezone = 'Europe/Berlin';
set local datestyle = 'ISO, DMY';
select results_eq($$select found('seen')$$, array['its_day check 1 ["2020-01-01T23:30:00+00:00"]'],
	'constraints use the settings of the session, sample keys do not');
select is_empty($$select dbcheck_row('seen', '{"at": "2020-02-01 00:30+01", "day": "01/02/2020", "said": "31/12/2020"}')$$,
	'a row is the same in every session');
reset timezone;
reset datestyle;

-- ---- NOT NULL, generated columns, columns added and dropped ----

create table nn (gone int, a int not null, "B" text not null, added int);
insert into nn values (1, 1, 'x', 1), (2, 2, 'y', 2);
alter table nn drop column gone, add column late int default 7 check (late > 6), add column twice int generated always as (a * 2) stored;
update pg_attribute set attnotnull = false where attrelid = 'nn'::regclass;
insert into nn (a, "B") values (null, 'z'), (4, null);
update pg_attribute set attnotnull = true where attrelid = 'nn'::regclass and attname in ('a', 'B', 'twice', 'late');
select results_eq($$select found('nn')$$, array['nn_B_not_null not_null 1 [{"ctid": "(0,4)"}]',
	'nn_a_not_null not_null 1 [{"ctid": "(0,3)"}]', 'nn_twice_not_null not_null 1 [{"ctid": "(0,3)"}]'],
	'nulls written past NOT NULL are found');
update nn set late = 8 where a = 1;
alter table nn drop constraint nn_late_check, add check (late = 7) not valid;
select is((select violations from dbcheck_constraints('nn') where constraint_name = 'nn_late_check'), 1::bigint,
	'a column missing in old rows has its default');
create table pk (a int, b int, primary key (a, b));
update pg_attribute set attnotnull = false where attrelid = 'pk'::regclass;
insert into pk values (1, 1), (null, 2);
update pg_attribute set attnotnull = true where attrelid = 'pk'::regclass and attnum > 0;
select results_eq($$select found('pk', '{"all": true}')$$, array['pk_pkey primary_key 0', 'pk_a_not_null not_null 1 [{"a": null, "b": 2}]'],
	'a null in a primary key is one of its NOT NULL, which is not listed otherwise');

-- ---- domains ----

create domain whole as int constraint positive check (value > 0);
create domain even as whole not null constraint two check (value % 2 = 0);
create table d (id int primary key, w whole, e even);
insert into d values (1, 1, 2), (2, null, 4);
alter domain whole drop constraint positive;
alter domain even drop constraint two;
alter domain even drop not null;
insert into d values (3, -1, 3), (4, 1, null);
alter domain whole add constraint positive check (value > 0) not valid;
alter domain even add constraint two check (value % 2 = 0) not valid;
update pg_type set typnotnull = true where typname = 'even';
select results_eq($$select found('d')$$,
	array['even_not_null type 1 [4]', 'positive type 1 [3]', 'two type 1 [3]'], 'domains over domains are verified');
select is((select message from dbcheck_constraints('d') where constraint_name = 'two'),
	'1 row has a value in e that is not of type v.even', 'the message names the domain');

create domain list as whole[];
create table arrays (id int primary key, w whole[], l list);
insert into arrays values (1, '{1,2}', '{{1},{2}}'), (2, null, null), (3, '{}', '{null}');
alter domain whole drop constraint positive;
insert into arrays values (4, '{1,-2,-3}', '{1}'), (5, '{1}', '{{1},{-1}}');
alter domain whole add constraint positive check (value > 0) not valid;
select results_eq($$select columns || sample_keys::text from (
		select substring(message from 'in (.*) that') as columns, sample_keys from dbcheck_constraints('arrays')) as x$$,
	array['w[4]', 'l[5]'], 'arrays of a domain and domains over arrays are verified');

create type inner_pair as (n int, w whole);
create type outer_pair as (a inner_pair, list list, gone int);
create table composites (id int primary key, p inner_pair, o outer_pair[], again outer_pair);
insert into composites values (1, '(1,1)', null, null), (2, null, array[row(row(1, 2), '{1}', 1)::outer_pair, null], row(null, null, 1)),
	(3, '(1,)', '{}', row(row(null, null), '{null}', null));
alter type outer_pair drop attribute gone;
alter type outer_pair add attribute late even;
alter domain whole drop constraint positive;
insert into composites values (4, '(-1,1)', array[row(row(1, 2), '{1}', 2)::outer_pair, row(row(1, -2), '{1}', 2)::outer_pair], null),
	(5, '(1,-1)', null, row(row(1, 1), '{{1},{0}}', 4));
alter domain whole add constraint positive check (value > 0) not valid;
select results_eq($$select columns || ' ' || sample_keys::text from (
		select substring(message from 'in (.*) that') as columns, sample_keys
		from dbcheck_constraints('composites') where constraint_name = 'positive') as x$$,
	array['p [5]', 'o [4]', 'again [5]'], 'domains in composite types and their arrays are verified');
select results_eq($$select line from found('composites') as line where line like 'even%'$$, array['even_not_null type 1 [2]', 'even_not_null type 2 [2, 3]'],
	'an attribute missing in old values is null');
create type span as range (subtype = whole);
create table spans (id int primary key, s span);
select results_eq($$select found('spans')$$, array['positive type unknown: domains inside ranges are not verified'],
	'domains inside ranges are unknown');

-- ---- partitions ----

create table whom (id int, region text, primary key (id, region)) partition by list (region);
create table whom_n partition of whom for values in ('n');
create table whom_s partition of whom for values in ('s') partition by range (id);
create table whom_s1 partition of whom_s for values from (0) to (100);
create table event (id int, at int, region text, who int, note text not null, constraint e primary key (id, at),
	constraint f foreign key (who, region) references whom, constraint k check (id > 0)) partition by range (at);
create table event_1 partition of event for values from (0) to (10);
create table event_2 (note text not null, extra int, who int, at int not null, region text, id int not null, constraint k check (id > 0));
alter table event_2 drop column extra, add constraint own check (who < 50), add constraint own_f foreign key (who) references c;
alter table event attach partition event_2 for values from (10) to (20);
insert into whom values (1, 'n'), (2, 's');
insert into event values (1, 1, 'n', 1, 'x'), (2, 11, 's', 2, 'y');
set session_replication_role = replica;
insert into event values (3, 2, 's', 1, 'x'), (4, 12, 'n', 3, 'y'), (5, 13, 'n', 9, 'y'), (6, 3, null, 1, 'x');
reset session_replication_role;
alter table event_2 drop constraint own, add constraint own check (who < 9) not valid;
select results_eq($$select found('event')$$, array['f foreign_key 3 [{"at": 2, "id": 3}, {"at": 12, "id": 4}, {"at": 13, "id": 5}]',
	'own_f foreign_key 1 [{"at": 13, "id": 5}]', 'own check 1 [{"at": 13, "id": 5}]'],
	'a partitioned table is one table, columns of partitions in another order; they may have constraints of their own');
select results_eq($$select found('event_2', '{"kinds": ["foreign_key"]}')$$,
	array['f foreign_key 2 [{"at": 12, "id": 4}, {"at": 13, "id": 5}]', 'own_f foreign_key 1 [{"at": 13, "id": 5}]'],
	'a partition can be verified alone');
update pg_index set indisready = false where indrelid = 'event_1'::regclass;
insert into event values (1, 1, 'n', 1, 'again');
update pg_index set indisready = true where indrelid = 'event_1'::regclass;
select results_eq($$select found('event', '{"kinds": ["primary_key"]}')$$, array['e primary_key 1 [{"at": 1, "id": 1}]'],
	'foreign keys of a partitioned table are verified');
select is((select count(*) from dbcheck_constraints() where table_name like 'v.event%'), 4::bigint, 'each violation of a partitioned table is reported once');
create table plain_parts (a int) partition by list (a);
create table plain_parts_1 partition of plain_parts for values in (1);
insert into plain_parts values (1);
alter table plain_parts add check (a > 1) not valid;
select results_eq($$select found('plain_parts')$$,
	array['plain_parts_a_check check 1 [{"ctid": "(0,1)", "tableoid": "v.plain_parts_1"}]'],
	'without a primary key the partition is part of the place');

create extension postgres_fdw;
create server elsewhere foreign data wrapper postgres_fdw;
create table spread (a int not null constraint k check (a > 0)) partition by list (a);
create table spread_here partition of spread for values in (1, 2);
insert into spread values (1), (2);
alter table spread_here add constraint own check (a > 2) not valid;
alter table spread add constraint two check (a > 1) not valid;
create foreign table spread_there partition of spread for values in (3) server elsewhere;
-- 17 names the server, too
select results_eq($$select regexp_replace(line, '(user mapping not found) for .*', '\1') from found('spread') as line$$,
	array['spread_a_not_null not_null unknown: user mapping not found',
	'k check unknown: user mapping not found', 'own check 2 [{"ctid": "(0,1)", "tableoid": "v.spread_here"}, '
	'{"ctid": "(0,2)", "tableoid": "v.spread_here"}]', 'two check 1 [{"ctid": "(0,1)", "tableoid": "v.spread_here"}]'],
	'what cannot be read on another server is unknown');

-- ---- inheritance: a table is its own rows ----

create table base (id int primary key, n int constraint inherited check (n > 0), p int references c);
create table derived (constraint own check (n < 10)) inherits (base);
set session_replication_role = replica;
insert into base values (1, 1, 1), (2, 2, 99);
insert into derived values (2, 3, 99), (2, 4, 99);
reset session_replication_role;
alter table derived drop constraint own, add constraint own check (n < 4) not valid;
select results_eq($$select found('base')$$, array['base_p_fkey foreign_key 1 [2]'], 'keys cover the table without its children');
select results_eq($$select found('derived')$$, array['own check 1 [{"ctid": "(0,2)"}]'], 'keys are not inherited');
-- from 18 on NOT NULL is a constraint, inherited with its name
select results_eq($$select found('derived', '{"all": true}')$$, array[
	case when current_setting('server_version_num')::int < 180000 then 'derived' else 'base' end || '_id_not_null not_null 0',
	'inherited check 0', 'own check 1 [{"ctid": "(0,2)"}]'], 'CHECK constraints are inherited');

-- ---- relations that are not declared ----

create table loose (id int primary key, t text, n numeric, b bool, i int);
insert into loose values (1, 'a', 1, true, 1), (2, 'z', 1.5, true, 7), (3, null, null, null, null);
create function orphans(child text, parent text) returns setof text language sql as $$
	select concat_ws(' ', parent_table, coalesce(orphans::text, message), sample_keys::text)
	from dbcheck_orphans('loose', jsonb_build_object('relations',
		jsonb_build_array(jsonb_build_object('child', child, 'parent', parent)))) $$;
select results_eq($$select orphans('loose.t', 'c.t')$$, array['v.c 1 [2]'], 'a parent column need not be unique');
select results_eq($$select orphans('loose.i', 'c.id')$$, array['v.c 1 [2]'], 'integers');
select results_eq($$select orphans('loose.n', 'c.id')$$, array['v.c 1 [2]'], 'a parent may need a conversion');
select results_eq($$select orphans('loose.i', 'c.y')$$, array['v.c 2 [1, 2]'], 'a child may need a conversion');
alter table loose add column ch "char";
update loose set ch = 'a' where id = 1;
update loose set ch = 'q' where id = 2;
select results_eq($$select orphans('loose.ch', 'c.t')$$, array['v.c 1 [2]'], 'a child without collation is compared');
select matches((select string_agg(o, '') from orphans('loose.b', 'c.id') as o), 'boolean and integer', 'types without an equality operator are refused');

-- ---- what nobody can read ----

create unlogged table u (id int primary key);
select is_empty($$select found('u')$$, 'an unlogged table is verified');
create temp table temporary (id int check (id > 0));
insert into temporary values (1);
alter table temporary add check (id > 1) not valid;
select results_eq($$select found('temporary')$$, array['temporary_id_check1 check 1 [{"ctid": "(0,1)"}]'], 'a temporary table is verified');
select is_empty($$select found('v.empty') from (select set_config('x.y', '', true)) as x where to_regclass('v.empty') is not null$$, 'none');

select * from finish();
rollback;
