-- Text that is not valid in the encoding of the database: dbcheck_integrity and
-- the health check invalid_text.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();
create schema ht;

create function pg_temp.found() returns text language sql as $$
	select coalesce(string_agg(format('%s %s: %s', object, severity, problem), '; ' order by object, problem), 'nothing')
	from dbcheck_integrity()
	where object ~ 'ht\.'
$$;

create table ht.note (id int primary key, "a b" text, c varchar, d json, e bytea, f text[]);
create table ht.number (id int);
insert into ht.note values (1, 'ä', '€', '{"a": "ö"}', '\xff', '{ü}'), (2, null, null, null, null, null);
insert into ht.note values (3, repeat('ä', 100000), '', '{}', '', '{}');
select is(pg_temp.found(), 'nothing', 'valid text is no finding');

-- the type says that bytes are text, and nothing tests them
create cast (bytea as text) without function;
update ht.note set "a b" = '\x61c3'::bytea::text where id = 1;
select is(pg_temp.found(), 'ht.note warning: 1 row has text in "a b" that is not valid UTF8', 'invalid text is found');
update ht.note set c = '\x80'::bytea::text::varchar where id in (1, 2);
select is(pg_temp.found(), 'ht.note warning: 2 rows have text in "a b", c that is not valid UTF8', 'in all columns');
select is((select concat_ws(' ', severity, message) from dbhealth_checks('{"checks": ["invalid_text"]}') where object ~ 'ht\.'),
	'warning ht.note: 2 rows have text in "a b", c that is not valid UTF8', 'the health check says so');
select is((select count(*) from dbcheck_integrity('{"level": "quick"}') where object ~ 'ht\.'), 0::bigint,
	'level quick reads no rows');
select is((select severity from dbhealth_checks('{"verbose": true}') where check_id = 'invalid_text'), 'skipped',
	'nor does level fast');
update ht.note set "a b" = '\x61c3'::bytea::text || repeat('ä', 100000) where id = 3;
select is(pg_temp.found(), 'ht.note warning: 3 rows have text in "a b", c that is not valid UTF8', 'in long values, too');

select * from finish();
rollback;
