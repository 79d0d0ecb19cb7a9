-- Row security: roles to which it applies see nothing of the rows of a table in
-- the trash, the log, and what lists them.
set client_min_messages = warning;
drop database if exists ar_security;
create database ar_security;
drop role if exists ar_nobody, ar_auditor;
\connect ar_security
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

create table secret (id int primary key, owner name, value text, path text);
create table child (id int primary key, secret_id int references secret on delete cascade);
create table plain (id int primary key, value text);
create table part (id int, k int, value text, primary key (id, k)) partition by list (k);
create table part_1 partition of part for values in (1);
alter table secret enable row level security;
alter table part enable row level security;
create policy own on secret using (owner = current_user);
create policy none on part using (false);
create role ar_nobody;
create role ar_auditor;
grant select, insert, update, delete on secret, child, plain, part, part_1 to ar_nobody, ar_auditor;
select dbarchive_enable(name, options::jsonb) is not null from (values ('secret', '{"file_column": "path"}'), ('plain', '{}'), ('part', '{}')) as t (name, options);
select dbaudit_enable(name) is not null from unnest(array['secret', 'plain', 'part']) as t (name);
insert into secret values (1, 'other', 'hidden', '/hidden'), (2, 'ar_auditor', 'seen', '/seen'), (3, 'other', 'purged', '/purged');
insert into child values (1, 1);
insert into plain values (1, 'open');
insert into part values (1, 1, 'hidden');
delete from secret where id = 3;
call dbarchive_purge('secret', '{"older_than_days": 0}');
delete from secret where id in (1, 2);
delete from plain;
delete from part;
select (dbaudit_seal() ->> 'root') as root \gset
select dbcare_grant('ar_auditor', 'archive') is not null, dbcare_grant('ar_auditor', 'audit') is not null;

-- a role without any area
set role ar_nobody;
select throws_ok(statement, '42501', null, 'without an area: ' || statement)
from unnest(array['select * from dbcare.trash', 'select * from dbcare.audit_entry', 'select * from dbcare.left_file', 'select * from dbcare.quarantine',
	'select * from dbarchive_deleted()', 'select * from dbarchive_deleted(''secret'')', 'select * from dbarchive_files()',
	'select * from dbarchive_status()', 'select * from dbarchive_export_rows(''secret'', ''{"deleted": true}'')',
	'select dbarchive_restore(''secret'', 1)', 'select dbarchive_hold(''secret'', 1, ''x'')', 'call dbarchive_purge(''secret'')',
	'select * from dbaudit_log()', 'select * from dbaudit_history(''secret'', 1)', 'select dbaudit_as_of(''secret'', 1, ''2026-01-01'')',
	'select * from dbaudit_table_as_of(''secret'', ''2026-01-01'')', 'select * from dbaudit_verify()', 'select dbaudit_undo(1)',
	'select dbaudit_erase(''secret'', 1, ''["value"]'', ''x'')', 'select dbaudit_seal()']) as t (statement);

-- a role with both areas, which may read the tables with their policies
set role ar_auditor;
select results_eq('select distinct table_name from dbcare.trash order by 1', array['public.child', 'public.plain'],
	'the trash has no rows of tables whose row security applies to the role');
select results_eq('select distinct s.table_id from dbcare.audit_entry join dbcare.audit_shape as s using (shape_id)',
	'select table_id from dbcare.audited_table where table_name = ''public.plain''', '... and the log no changes of them');
select is((select count(*) from dbcare.left_file), 0::bigint, '... nor are their files known');
select is((select count(*) from dbarchive_files()), 0::bigint, '... or listed');
select results_eq('select distinct table_name from dbarchive_deleted() order by 1', array['public.child', 'public.plain'], 'lists of all tables leave them out');
select is((select count(*) from dbarchive_deleted('plain')), 1::bigint, '... and have those of other tables');
select results_eq('select distinct table_name from dbaudit_log()', array['public.plain'], '... as has the log');
select is((select count(*) from dbaudit_history('plain', 1)), 2::bigint, '... and the history of a row');
select is((select sum(deleted_rows) from dbarchive_status() where table_name in ('public.secret', 'public.part', 'public.part_1')), 0::numeric,
	'... and they are not counted');
select throws_ok(statement, '42501', 'row security hides what is kept of table ' || name, statement)
from (values ('select * from dbarchive_deleted(''secret'')', 'public.secret'), ('select * from dbarchive_deleted(''part'')', 'public.part'),
	('select * from dbarchive_export_rows(''secret'', ''{"deleted": true}'')', 'public.secret'),
	('select dbarchive_restore(''secret'', 1)', 'public.secret'),
	('select * from dbaudit_log(''{"table": "secret"}'')', 'public.secret'), ('select * from dbaudit_log(''{"after": 0}'')', 'public.secret'),
	('select * from dbaudit_history(''secret'', 1)', 'public.secret'), ('select * from dbaudit_history(''part'', ''{"id": 1, "k": 1}'')', 'public.part'),
	('select * from dbaudit_verify()', 'public.secret'), ('select * from dbaudit_verify(''{"root": "x"}'')', 'public.secret')) as t (statement, name);
select throws_ok(statement, '42501', null, statement)
from unnest(array['select dbaudit_as_of(''secret'', 1, now()::text)', 'select * from dbaudit_table_as_of(''secret'', now()::text)',
	'select dbaudit_undo(1)', 'select dbaudit_erase(''secret'', 1, ''["value"]'', ''x'')',
	'select dbarchive_restore(''plain'', 1)', 'select dbarchive_restore_batch(2)']) as t (statement);
\set ON_ERROR_STOP off
call dbarchive_purge('secret');
select is(cast(:'LAST_ERROR_SQLSTATE' as text), '42501', 'deleted rows cannot be purged');
call dbarchive_purge('plain');
\set ON_ERROR_STOP on
select is(cast(:'SQLSTATE' as text), '00000', 'deleted rows of a table from which the role may delete can be purged');
-- a hold with another reason would hide why the row was held
reset role;
select dbarchive_hold('plain', 1, 'court') is not null;
set role ar_auditor;
select throws_ok($$select dbarchive_hold('plain', 1, 'mistake')$$, '42501', 'must be owner of table public.plain', 'a hold of others keeps its reason');
reset role;
select is(dbarchive_release('plain', 1) ->> 'reason', 'court', '... until the owner releases the row');
set role ar_auditor;
-- the batch that also has a row of a table whose row security applies to the role
call dbarchive_purge('child', '{"older_than_days": 0, "dry_run": true}') \gset
select is(array[:'result'::jsonb -> 'left', :'result'::jsonb -> 'left_batches', :'result'::jsonb -> 'rows']::text, '{1,[2],0}', 'a dry run says which batches are left');
call dbarchive_purge('child', '{"older_than_days": 0}') \gset
select is(array[:'result'::jsonb -> 'left', :'result'::jsonb -> 'left_batches', :'result'::jsonb -> 'rows']::text, '{1,[2],0}', '... as does the purge');
create function pg_temp.spy(text) returns boolean language plpgsql cost 0.0000001 as $$
begin
	if $1 ~ 'hidden' then raise exception 'spied: %', $1; end if;
	return true;
end $$;
select lives_ok($$select * from dbcare.trash where pg_temp.spy(row_data)$$, 'cheap functions see no hidden rows');
set row_security = off;
select throws_ok('select * from dbcare.trash', '42501', null, 'nor does row_security = off show them');
reset row_security;

-- tables that are renamed or no longer exist
reset role;
alter table secret rename to renamed;
drop table part;
set role ar_auditor;
select is((select count(*) from dbcare.trash where row_data like '%hidden%'), 0::bigint, 'a new name shows nothing');
select is((select count(*) from dbcare.audit_entry where changed like '%hidden%'), 0::bigint, '... in the log either');
reset role;
alter table renamed rename to secret;

-- a role that may see all rows, the owner of a table
alter role ar_auditor bypassrls;
set role ar_auditor;
select is((select count(*) from dbarchive_deleted('secret')), 2::bigint, 'with BYPASSRLS deleted rows are listed');
select is((select count(*) from dbaudit_history('secret', 1)), 2::bigint, '... as are changes');
select is((select count(*) from dbaudit_verify(jsonb_build_object('root', :'root'))), 0::bigint, '... and the log is verified');
reset role;
alter role ar_auditor nobypassrls;
alter table secret owner to ar_auditor;
set role ar_auditor;
select is((select count(*) from dbarchive_deleted('secret')), 2::bigint, 'the owner of the table sees them');
select is((select count(*) from dbaudit_history('secret', 1)), 2::bigint, '... and the changes');
reset role;
drop table child, secret;

-- ---- tables that are made for rows of others ----

create table hidden (id int primary key, at timestamptz);
alter table hidden enable row level security;
insert into hidden values (1, '2020-01-01');
alter default privileges grant all on tables to ar_nobody, public;
select dbarchive_policy('hidden', '{"archive_after_days": 1, "timestamp_column": "at"}') is not null;
call dbarchive_apply('{"confirm": "ar_security"}');
alter default privileges revoke all on tables from ar_nobody, public;
select is((select count(*) from hidden_archive), 1::bigint, 'a policy makes a table for its rows');
select is((select relacl from pg_class where oid = 'hidden_archive'::regclass), acldefault('r', 'postgres'::regrole), '... whatever the default privileges are');

-- ---- views of others in the place of those of mode flag ----

create table marked (id int primary key, deleted_at timestamptz);
grant create on schema public to ar_nobody;
set role ar_nobody;
create view marked_live as select id, 'planted' as planted from marked where deleted_at is null;
reset role;
select throws_ok($$select dbarchive_enable('marked', '{"mode": "flag"}')$$, '55000', 'rows of table public.marked cannot be marked as deleted',
	'a view of another role is not that of mode flag');
alter view marked_live rename to another_live;
select is(dbarchive_enable('marked', '{"mode": "flag"}') ->> 'mode', 'flag', '... nor is it under another name');
select is((select relowner::regrole::text from pg_class where oid = 'marked_live'::regclass), current_user::text, '... the view is made');

drop owned by ar_auditor, ar_nobody;
drop role ar_auditor, ar_nobody;
select * from finish();
