-- Keys of rows that are spelled in several ways.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
create extension if not exists citext;
set client_min_messages = warning;
select no_plan();
select dbcare_install() is not null;
-- a key that is spelled otherwise
create table c (id citext primary key, v text);
select dbaudit_enable('c') is not null, dbarchive_enable('c') is not null;
insert into c values ('E', 'secret');
update c set v = 'other' where id = 'e';
select is((select count(*) from dbaudit_history('c', 'e'::text)), 2::bigint, 'the history of a row is found by an equal key');
select is(dbaudit_erase('c', 'e'::text, '["v"]', 'x') ->> 'values', '1', '... and values are erased by it');
delete from c;
select is(dbarchive_hold('c', 'e'::text, 'why') ->> 'row_key', 'E', 'a deleted row is held by an equal key');
select is(dbarchive_release('c', 'e'::text) ->> 'row_key', 'E', '... and released');
select is(dbarchive_restore('c', 'e'::text) ->> 'rows', '1', '... and restored');
select is(dbarchive_delete('c', 'e'::text) ->> 'rows', '1', '... and deleted with a reason');

-- a key of several columns that are renamed
create table u (id uuid, mail citext, at timestamptz, v text, primary key (id, mail, at));
select dbaudit_enable('u') is not null, dbarchive_enable('u') is not null;
insert into u values ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'Me', '2026-01-01 00:00Z', 'x');
select is((select count(*) from dbaudit_history('u', '{"id": "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "mail": "ME", "at": "2026-01-01T01:00+01"}'::json)), 1::bigint, 'so is a key of several columns');
delete from u;
alter table u rename mail to address;
select is(dbarchive_hold('u', '{"id": "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "address": "ME", "at": "2026-01-01T01:00+01"}'::json, 'why') -> 'deleted', 'true'::jsonb, '... in the trash under other names, too');
select is(dbarchive_restore('u', '{"id": "a0eebc999c0b4ef8bb6d6bb9bd380a11", "address": "me", "at": "2026-01-01T01:00+01"}'::json) ->> 'rows', '1', '... and restored by them');

-- keys that are older than the type of their column
create table o (id text primary key, v text);
select dbaudit_enable('o') is not null, dbarchive_enable('o') is not null;
insert into o values ('07', 'secret'), ('8', 'x');
delete from o where id = '07';
alter table o alter id type int using id::int;
insert into o values (7, 'secret');
select is((select count(*) from dbaudit_history('o', 7)), 3::bigint, 'a history begins before the type of the key was changed');
select is(dbaudit_erase('o', 7, '["v"]', 'x') ->> 'values', '1', '... and its values are erased');
select is((select count(*) from dbaudit_log() where before::text like '%secret%'), 0::bigint, '... all of them');
delete from o where id = 7;
alter table o alter id type numeric;
select is((select count(*) from dbaudit_history('o', 7.0)), 5::bigint, '... whatever it is changed to');
select is(dbarchive_hold('o', 7.0, 'why') ->> 'deleted', 'true', 'a deleted row is found under a key of another type');
select * from finish();
rollback;
