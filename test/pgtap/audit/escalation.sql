-- What a role that may write to a table can do to its deleted rows and its log:
-- read, forge, bypass, or recover a masked value.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();
select dbcare_install();

create role mallory;
create schema a;
grant usage on schema a to mallory;
set search_path = a, public;
create function fails(statement text) returns text language plpgsql as $$
begin
	execute statement;
	return 'works';
exception when others then
	return sqlstate;
end $$;
create table t (id int primary key, ssn text, note text);
create table p (id int, ssn text, note text, primary key (id)) partition by range (id);
create table p_1 partition of p for values from (0) to (100);
create table p_2 partition of p for values from (100) to (200);
create view v as select * from t where id < 1000;
grant select, insert, update, delete on t, p, p_1, v to mallory;
grant truncate on p_1 to mallory;
select dbaudit_enable('t', '{"mask": ["ssn"]}'), dbaudit_enable('p', '{"hash": ["ssn"]}');
select dbarchive_enable('t');

-- ---- privileges ----

create view open_to_mallory as
select c.relname || ' ' || r.name as may
from pg_class as c
cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) as r (name)
where c.relnamespace = 'dbcare'::regnamespace and c.relkind in ('r', 'v', 'm') and has_table_privilege('mallory', c.oid, r.name)
	and c.relname ~ '^(audit|arch|trash|hold|policy|left_file|quarantine|event|schedule)';
create view sequences_of_mallory as
select c.relname from pg_class as c
where c.relnamespace = 'dbcare'::regnamespace and case c.relkind when 'S' then has_sequence_privilege('mallory', c.oid, 'usage, select, update') end;
select is((select count(*) from open_to_mallory), 0::bigint, 'a role without an area has no privilege on the log and the trash');
select is((select count(*) from sequences_of_mallory), 0::bigint, '... nor on their numbers');
select dbcare_grant('mallory', 'audit');
select is((select string_agg(may, ', ' order by may) from open_to_mallory where may !~ ' select$'), null, 'area audit writes nothing');
select is((select string_agg(may, ', ' order by may) from open_to_mallory),
	'audit_context select, audit_entry select, audit_seal select, audit_shape select, audited_table select',
	'... and reads the log, but neither the key of hashes nor deleted rows');

-- ---- all ways to write ----

set role mallory;
insert into t values (1, 'secret-1', 'a'), (2, 'secret-2', 'a'), (3, 'secret-3', 'a'), (4, 'secret-4', 'a');
copy t from stdin;
5	secret-5	a
6	secret-6	a
\.
insert into t values (1, 'secret-1', 'b') on conflict (id) do update set ssn = excluded.ssn || 'x', note = 'b';
with changed as (update t set ssn = 'secret-22' where id = 2 returning id) select count(*) from changed;
update v set ssn = 'secret-33' where id = 3;
delete from v where id = 3;
declare c cursor for select * from t where id = 4 for update;
fetch c;
update t set ssn = 'secret-44' where current of c;
delete from t where current of c;
close c;
prepare deletes as delete from t where id = $1;
execute deletes(5);
set local row_security = off;
set local enable_indexscan = off;
delete from only t where id = 6;
insert into p values (1, 'secret-6', 'a'), (2, 'secret-7', 'a');
update p set id = 101 where id = 1;
delete from p_1 where id = 2;
insert into p_1 values (3, 'secret-8', 'a');
truncate p_1;
reset role;
select is((select string_agg(e.action || ' ' || coalesce(e.row_key, '-'), ', ' order by e.entry_id) from dbcare.audit_entry as e where e.action <> 'protection'),
	'insert 1, insert 2, insert 3, insert 4, insert 5, insert 6, update 1, update 2, update 3, delete 3, update 4, delete 4, '
	'delete 5, delete 6, insert 1, insert 2, update 1, delete 2, insert 3, delete 3, truncate -',
	'every way to change rows is logged');
select is((select string_agg(row_key, ' ' order by trash_id) from dbcare.trash), '3 4 5 6', '... and deleted rows are kept');
select is((select count(*) from dbcare.audit_entry where changed like '%secret%'), 0::bigint, 'the log has no masked or hashed value');
select case when current_setting('server_version_num')::int >= 150000 then fails($$merge into t using (values (1), (2)) as s (id) on s.id = t.id
		when matched and s.id = 1 then delete when matched then update set ssn = 'secret-9'$$) else 'MERGE is new' end as merged \gset
select is((select string_agg(action, ' ' order by entry_id) from (select * from dbcare.audit_entry order by entry_id desc limit 2) as e),
	case :'merged' when 'works' then 'delete update' else 'delete truncate' end, 'MERGE is logged');

-- ---- what shows values ----

select dbaudit_seal();
select max(entry_id) as last from dbcare.audit_entry \gset
set role mallory;
create function pg_temp.secrets(query text) returns text language plpgsql as $$
declare
	answer text;
begin
	execute format('select string_agg(r::text, '' '') from (%s) as r', query) into answer;
	return case when answer like '%secret%' then 'shown' else 'hidden' end;
exception when others then
	return case when sqlerrm like '%secret%' then 'shown' else 'hidden' end;
end $$;
select is(pg_temp.secrets(q), 'hidden', q)
from unnest(array['select * from dbaudit_log()', 'select * from dbaudit_log(''{"after": 0}'')', 'select * from dbaudit_history(''a.t'', 1)',
	'select * from dbaudit_verify()', 'select * from dbaudit_tables()', 'select * from dbarchive_deleted()', 'select * from dbarchive_deleted(''a.t'')',
	'select * from dbarchive_export_rows(''a.t'', ''{"deleted": true}'')', 'select * from dbcare.trash', 'select * from dbcheck_quarantine()',
	'select * from dbcare_events()']) as q;
reset role;
revoke select on t from mallory;
set role mallory;
select is(pg_temp.secrets(q), 'hidden', q || ', without the right to read the table')
from unnest(array['select dbaudit_as_of(''a.t'', 2, clock_timestamp()::text)', 'select * from dbaudit_table_as_of(''a.t'', clock_timestamp()::text)',
	'select * from dbarchive_export_rows(''a.t'')']) as q;
select is(fails(format('select dbaudit_undo(%s)', :last)), '42501', 'changes cannot be undone');
select is(fails($$select dbaudit_erase('a.t', 1, '["note"]', 'x')$$), '42501', 'or erased');
reset role;

-- ---- what would bypass the triggers ----

set role mallory;
select is(fails(statement), '42501', statement)
from unnest(array['alter table a.t disable trigger all', 'alter table a.t disable trigger dbcare_audit', 'alter table a.t disable trigger dbcare_trash',
	'drop trigger dbcare_trash on a.t', 'alter trigger dbcare_audit on a.t rename to x',
	'create or replace trigger dbcare_audit after insert on a.t for each row execute function suppress_redundant_updates_trigger()',
	'create rule r as on delete to a.t do instead nothing', 'truncate a.t', 'alter table a.p detach partition a.p_1',
	'alter table a.p_1 disable trigger all', 'create table pg_temp.mine () inherits (a.t)', 'set session_replication_role = replica',
	'alter role mallory set session_replication_role = replica', 'alter table a.t rename to u', 'alter table a.t alter id type bigint',
	'alter function public.dbaudit_capture() rename to x', 'drop function public.dbarchive_capture()', 'alter extension dbcare drop function public.dbaudit_capture()',
	'create event trigger e on ddl_command_start execute function a.fails()', 'lock table dbcare.audit_entry in share mode',
	'select setval(''dbcare.trash_batch'', 1)', 'copy a.t from program ''true''']) as statement;
reset role;
grant select on t to mallory;
set role mallory;
-- objects of the session come first in its search path
create temp table trash (a int);
create temp table audit_entry (a int);
create domain pg_temp.text as int;
create domain pg_temp.jsonb as int;
set local search_path = pg_temp, a, public;
select a.fails('insert into a.t values (7, ''secret-7'', ''a''); delete from a.t where id = 7') as answer \gset
reset search_path;
reset role;
set search_path = a, public;
select is(cast(:'answer' as pg_catalog.text), 'works', 'temporary objects are not used');
select is((select count(*) from dbcare.audit_entry where row_key = '7') + (select count(*) from dbcare.trash where row_key = '7'), 3::bigint, '... and the row is logged and kept');

-- the privilege TRIGGER is more than that of writing
grant trigger on t to mallory;
set role mallory;
create or replace trigger dbcare_audit after insert on a.t for each row execute function suppress_redundant_updates_trigger();
reset role;
select is((select problem from dbaudit_tables() where table_name = 'a.t'), 'its triggers are missing', 'a trigger that was replaced is reported');

select * from finish();
rollback;
