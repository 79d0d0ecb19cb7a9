-- dbarchive_export_rows: values of PostgreSQL, settings of the caller, partitions,
-- and rows that the caller may not see.
set client_min_messages = warning;
drop database if exists ar_export;
drop role if exists ar_export_reader;
create database ar_export;
\connect ar_export
create extension if not exists pgtap;
create extension dbcare;
select no_plan();
create schema "odd "" schema";
create type "odd "" schema".mood as enum ('fine');
create table "odd "" schema"."Odd, table" (id int primary key, n numeric, f float8, t timestamptz, d date, i interval, b bytea, o bool,
	a text[], j jsonb, m "odd "" schema".mood, g int generated always as (id * 2) stored, "two
lines" text);
insert into "odd "" schema"."Odd, table" values (1, 1.10, 'NaN', '2026-01-02 03:04:05.678901+02', '0044-03-15 BC', '1 day', '\x00ff', true,
	'{a,NULL,"b\"c"}', '{"a": 1.0}', 'fine', default, e'\t'),
	(2, 12345678901234567890.123, 0.1, 'infinity', 'infinity', null, '', false, '{}', 'null', null, default, null);
set datestyle = 'German';
set timezone = 'Asia/Tokyo';
set bytea_output = 'escape';
set extra_float_digits = -5;
select is((select string_agg(line, '|' order by n) from dbarchive_export_rows('"odd "" schema"."Odd, table"', '{"columns": ["n", "f", "t", "d", "i", "b", "o", "a", "j", "m", "g"]}')),
	'{"a": "{a,NULL,\"b\\\"c\"}", "b": "\\x00ff", "d": "0044-03-15 BC", "f": "NaN", "g": 2, "i": "1 day", "j": "{\"a\": 1.0}", "m": "fine", "n": "1.10", "o": true, "t": "2026-01-02 01:04:05.678901+00"}'
	'|{"a": "{}", "b": "\\x", "d": "infinity", "f": "0.1", "g": 4, "i": null, "j": "null", "m": null, "n": "12345678901234567890.123", "o": false, "t": "infinity"}',
	'values are exact, whatever the settings of the session');
select is((select line from dbarchive_export_rows('"odd "" schema"."Odd, table"', '{"format": "csv", "columns": ["id", "o", "t", "a", "two\nlines"]}') where n = 2),
	e'1,true,2026-01-02 01:04:05.678901+00,"{a,NULL,""b\\""c""}",\t', '... in CSV, too');
select is(current_setting('datestyle') || current_setting('timezone'), 'German, DMYAsia/Tokyo', 'the settings of the session stay');
set search_path = "odd "" schema", public;
create function chosen(id int) returns bool language plpgsql stable as $$ begin return exists (select from "Odd, table" as o where o.id = $1 and $1 = 2); end $$;
select is((select line from dbarchive_export_rows('"Odd, table"', '{"columns": ["id"], "where": "chosen(id)"}')), '{"id": 2}',
	'a condition sees the search path of the caller');
select throws_ok($$select * from dbarchive_export_rows('"Odd, table"', '{"where": "true; drop table x"}')$$, '42601', null, 'a condition is no statement');
select throws_ok($$select * from dbarchive_export_rows('"Odd, table"', '{"where": "true) for update of \"Odd, table\" --"}')$$, null, null, '... and no clause');
create table parted (id int, part text, primary key (id, part)) partition by list (part);
create table parted_a partition of parted for values in ('a');
create table parted_b partition of parted for values in ('b');
insert into parted values (2, 'a'), (1, 'b');
select is((select string_agg(line, ',' order by n) from dbarchive_export_rows('parted')), '{"id": 1, "part": "b"},{"id": 2, "part": "a"}', 'partitions');
select lives_ok($$select dbarchive_enable('parted')$$, 'their rows are kept');
delete from parted where id = 1;
select is((select string_agg(line, ',' order by n) from dbarchive_export_rows('parted', '{"deleted": true}')), '{"id": 1, "part": "b"}', 'deleted rows of partitions');
create role ar_export_reader;
grant usage on schema "odd "" schema" to ar_export_reader;
grant usage on schema dbcare to ar_export_reader;
grant select on parted, dbcare.archived_table, dbcare.bookkeeping to ar_export_reader;
alter table parted enable row level security;
create policy p on parted to ar_export_reader using (part = 'b');
insert into parted values (3, 'b');
set role ar_export_reader;
select is((select string_agg(line, ',' order by n) from dbarchive_export_rows('parted')), '{"id": 3, "part": "b"}', 'row security applies');
select throws_ok($$select * from dbarchive_export_rows('parted', '{"deleted": true}')$$, '42501', null, 'a role needs privileges on the trash');
select throws_ok($$select * from dbarchive_export_rows('"Odd, table"')$$, '42501', null, '... and on the table');
reset role;
drop owned by ar_export_reader;
drop role ar_export_reader;
select * from finish();
