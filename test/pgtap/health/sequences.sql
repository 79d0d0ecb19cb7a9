-- Health checks of sequences and keys against the rows: sequence_behind_data,
-- pk_int_headroom.
begin;
\ir begin.psql
select no_plan();
create role hc_reader;
create role hc_owner;
create schema hc;
grant usage on schema hc to public;

-- ---- sequence_behind_data ----

create table hc."Copied; --" ("I""d" serial primary key);
select is(pg_temp.found('sequence_behind_data'), 'nothing', 'an empty table is no finding');
select nextval('hc."Copied; --_I""d_seq"');
insert into hc."Copied; --" values (1);
select is(pg_temp.found('sequence_behind_data'), 'nothing', 'values from the sequence are no finding');
insert into hc."Copied; --" values (7);
select is(pg_temp.found('sequence_behind_data'), 'hc."Copied; --_I""d_seq" critical', 'sequence_behind_data finds a sequence below the column''s values');
select is(pg_temp.told('sequence_behind_data', 'hc."Copied; --_I""d_seq"', 'message'),
	'sequence hc."Copied; --_I""d_seq" is 6 values behind column "I""d" of hc."Copied; --": it will return values that exist already', 'the message has the distance');
-- a namesake that comes first
create sequence pg_temp."Copied; --_I""d_seq";
select pg_temp.told('sequence_behind_data', 'hc."Copied; --_I""d_seq"', 'fix_sql') as repair \gexec
select is(pg_temp.found('sequence_behind_data'), 'nothing', 'fix_sql sets the sequence');
select is(nextval('hc."Copied; --_I""d_seq"'), 8::bigint, 'fix_sql changes no sequence of the same name');

create table hc.fresh (id int generated always as identity primary key);
insert into hc.fresh overriding system value values (1);
select is(pg_temp.told('sequence_behind_data', 'hc.fresh_id_seq', 'value'), '1', 'the first value of an unused identity sequence can be in use');
drop table hc.fresh;
create sequence hc.down increment -5 minvalue -100 maxvalue -1;
create table hc.downward (id int primary key default nextval('hc.down'));
insert into hc.downward values (default), (-6);
select is(pg_temp.told('sequence_behind_data', 'hc.down', 'value'), '5', 'a descending sequence is checked');
select pg_temp.told('sequence_behind_data', 'hc.down', 'fix_sql') as repair \gexec
select is(nextval('hc.down'), -11::bigint, 'fix_sql sets a descending sequence');
drop table hc.downward;
create sequence hc.round maxvalue 10 cycle;
create table hc.rounds (id int primary key default nextval('hc.round'));
insert into hc.rounds values (9);
create table hc.unindexed (id serial);
insert into hc.unindexed values (9);
create table hc.part (id serial, k int, primary key (id, k)) partition by list (k);
create table hc.part_1 partition of hc.part for values in (1);
select is(pg_temp.found('sequence_behind_data'), 'nothing',
	'cycling sequences and columns without index are not checked');
insert into hc.part values (3, 1);
select is(pg_temp.found('sequence_behind_data'), 'hc.part_id_seq critical', 'partitions are checked with their parent');
drop table hc.part;

-- ---- pk_int_headroom ----

create table hc."Big" ("I""d" int primary key);
insert into hc."Big" values (1), (1073741823);
select is(pg_temp.found('pk_int_headroom'), 'nothing', 'a key below half of its range is no finding');
insert into hc."Big" values (1073741824);
select is(pg_temp.found('pk_int_headroom'), 'hc."Big" warning', 'pk_int_headroom finds a key above half of its range');
insert into hc."Big" values (2147483647);
select is(pg_temp.told('pk_int_headroom', 'hc."Big"', 'message'),
	'hc."Big": 100 % of the primary key values are used; the limit of column "I""d" is 2147483647', 'the message of pk_int_headroom has the share');
select is(pg_temp.told('pk_int_headroom', 'hc."Big"', 'severity'), 'critical', 'a key at the end of its range is critical');
insert into hc."Big" values (-1);
select is(pg_temp.found('pk_int_headroom'), 'nothing', 'keys that are not counted up are not checked');
delete from hc."Big" where "I""d" < 0;
select pg_temp.told('pk_int_headroom', 'hc."Big"', 'fix_sql') as repair \gexec
select is(pg_temp.found('pk_int_headroom'), 'nothing', 'fix_sql widens the column');
create table hc.small (id smallint primary key);
insert into hc.small values (30000);
select is(pg_temp.found('pk_int_headroom'), 'hc.small critical', 'a smallint key has its own range');
create sequence hc.feeding owned by hc.small.id;
select is(pg_temp.found('pk_int_headroom'), 'nothing', 'a key fed by a sequence is left to the sequence check');
drop sequence hc.feeding;

-- ---- whoever asks ----

insert into hc."Copied; --" values (70);
set role hc_reader;
select is((select string_agg(reason, ', ') from pg_temp.said('sequence_behind_data') where object like '%Copied%'),
	'SELECT on hc."Copied; --_I""d_seq" is needed', 'sequence_behind_data is unknown without SELECT');
select is((select reason from pg_temp.said('pk_int_headroom') where object = 'hc.small'), 'SELECT on hc.small is needed', 'pk_int_headroom is unknown without SELECT');
reset role;
grant select on all tables in schema hc to hc_reader;
grant select on all sequences in schema hc to hc_reader;
set role hc_reader;
select is(pg_temp.found('sequence_behind_data') || ', ' || pg_temp.found('pk_int_headroom'),
	'hc."Copied; --_I""d_seq" critical, hc.small critical', 'SELECT is enough for both checks');
reset role;

-- a policy is code of the owner
create function hc.spy() returns boolean language plpgsql as 'begin raise exception ''run as %'', current_user; end';
alter table hc.small enable row level security;
alter table hc."Copied; --" enable row level security;
create policy spy on hc.small to hc_reader using (hc.spy());
create policy spy on hc."Copied; --" to hc_reader using (hc.spy());
set role hc_reader;
select is((select reason from pg_temp.said('sequence_behind_data') where object like '%Copied%'),
	'row security hides rows of hc."Copied; --"', 'sequence_behind_data runs no policy');
select is((select reason from pg_temp.said('pk_int_headroom') where object = 'hc.small'), 'row security hides rows of hc.small',
	'pk_int_headroom runs no policy');
reset role;

select * from finish();
rollback;
