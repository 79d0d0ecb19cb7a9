-- The log of changes: roles without rights on it.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();
select dbcare_install();

create schema a;
create role app;
create role boss;
grant usage, create on schema a to app;
grant usage on schema a to boss;
set search_path = a, public;
create function fails(statement text) returns text language plpgsql as $$
begin
	execute statement;
	return 'works';
exception when others then
	return sqlstate || ' ' || sqlerrm;
end $$;

create table t (id int primary key, owner text, secret text);
grant all on t to app;
select dbaudit_enable('t', '{"mask": ["secret"]}');
alter table t enable row level security;
create policy own on t using (owner = current_user);
-- the last entries with their context
create view last as
select e.action, e.row_key, e.changed, c.user_name, c.role_name, c.actor
from dbcare.audit_entry as e
join dbcare.audit_context as c using (context_id)
order by e.entry_id desc;

-- ---- changes of others ----

set role app;
insert into t values (1, 'app', 'x');
set local dbcare.actor = 'alice';
update t set secret = 'y';
reset role;
select is((select row(l.*)::text from last as l limit 1),
	'(update,1,"{""secret"":[{""masked"": true},{""masked"": true}]}",' || session_user || ',app,alice)',
	'a role without rights on the log is logged, with the session''s user beside the name it claims');
reset dbcare.actor;
create function by_boss() returns void language sql security definer as 'update a.t set owner = ''boss''';
alter function by_boss() owner to boss;
grant all on t to boss;
create policy all_rows on t to boss using (true);
set role app;
select by_boss();
reset role;
select is((select role_name from last limit 1), 'boss', 'in a function with the rights of its owner that role is logged');
set role app;
select is((select count(*) from t), 0::bigint, 'row security hides the row from the role that it belonged to');
reset role;

-- ---- what they cannot do ----

set role app;
select matches(fails('select * from dbcare.audit_entry'), '^42501', 'nobody else reads the log');
select matches(fails('select * from dbcare.audit_key'), '^42501', 'or the key of hashes');
select matches(fails('select * from dbcare.audit_context'), '^42501', 'or who made changes');
select matches(fails('select * from dbaudit_log()'), '^42501', 'not by its function either');
select matches(fails($$select * from dbaudit_history('a.t', 1)$$), '^42501', 'not of a row');
select matches(fails($$insert into dbcare.audit_entry (transaction_id, logged_at, shape_id, action) values (1, now(), 1, 'delete')$$),
	'^42501', 'entries cannot be forged');
select matches(fails('delete from dbcare.audit_entry'), '^42501', 'or deleted');
select matches(fails($$select nextval('dbcare.audit_entry_entry_id_seq')$$), '^42501', 'nor numbers taken');
create table mine (id int primary key);
select is(fails($$create trigger dbcare_audit after insert on mine for each row execute function public.dbaudit_capture('1')$$),
	'42501 permission denied for function public.dbaudit_capture', 'an own trigger cannot use the function');
select matches(fails('drop trigger dbcare_audit on t'), '^42501', 'the trigger cannot be dropped');
select matches(fails('alter table t disable trigger dbcare_audit'), '^42501', 'or disabled');
select matches(fails('set session_replication_role = replica'), '^42501', 'or skipped');
select matches(fails($$select dbaudit_enable('a.mine')$$), '^42501', 'others cannot be logged');
select matches(fails($$select dbaudit_disable('a.t')$$), '^42501', 'or no longer be logged');
reset role;

-- ---- what they plant does not run ----

set role app;
create function a.spy(text, text) returns boolean language plpgsql as $$ begin raise exception 'spied as %', current_user; end $$;
create operator a.= (leftarg = text, rightarg = text, function = a.spy);
create function a.nextval(regclass) returns bigint language plpgsql as $$ begin raise exception 'spied as %', current_user; end $$;
set search_path = a, pg_catalog;
select a.fails($$insert into a.t values (2, 'app', 'z')$$) as first \gset
set local application_name = 'planted';
select a.fails($$insert into a.t values (3, 'app', 'z')$$) as second \gset
reset role;
reset search_path;
drop operator a.= (text, text);
set search_path = a, public;
select is(cast(:'first' as text), 'works', 'operators of the search path are not used');
select is(cast(:'second' as text), 'works', 'nor to find who it is');
select is((select count(*) from dbcare.audit_entry where row_key in ('2', '3')), 2::bigint, 'they are logged');

-- tables of others in place of dbcare's
alter table dbcare.audit_entry owner to app;
grant usage on schema dbcare to app;
set role app;
select is(fails($$insert into a.t values (4, 'app', 'z')$$),
	'42501 changes cannot be logged: dbcare.audit_entry belongs to role "app"', 'a log that belongs to others is refused');
reset role;
alter table dbcare.audit_entry owner to current_user;

-- ---- row security ----

set role app;
select is((select string_agg(id::text, ',' order by id) from t), '2,3', 'row security is that of the role');
select matches(fails($$update t set owner = 'boss' where id = 2$$), '^42501', 'a row may not be changed that way');
select is(fails($$update t set secret = 'a' where id = 1$$), 'works', 'and a hidden one is not changed');
reset role;
select is((select action from last limit 1), 'insert', 'so nothing is logged');

-- ---- who may read the log, but not the table ----

create role reader;
select dbcare_grant('reader', 'audit');
grant usage, create on schema a to boss;
grant usage on schema a to reader;
set role boss;
create table a.person (id int primary key, name text, ssn text, mail text);
insert into a.person values (1, 'Ann', 'ssn-1', 'mail-1');
reset role;
select dbaudit_enable('a.person', '{"mask": ["ssn"], "hash": ["mail"]}');
update a.person set ssn = 'ssn-2', mail = 'mail-2';
select clock_timestamp()::text as past \gset
insert into a.person values (2, 'Bob', 'ssn-3', 'mail-3');
create function a.as_of(moment text) returns text language sql as $$
	select fails(format('select dbaudit_as_of(''a.person'', 1, %L)', moment)) || ' / ' ||
		fails(format('select * from dbaudit_table_as_of(''a.person'', %L)', moment)) $$;
set role reader;
select is(a.as_of(:'past'), '42501 permission denied for table a.person / 42501 permission denied for table a.person',
	'rows of the past are as secret as the present ones');
reset role;
grant select (id, name, ssn) on a.person to reader;
set role reader;
select is(a.as_of(:'past'), '42501 permission denied for table a.person / 42501 permission denied for table a.person',
	'... as the columns');
reset role;
grant select (mail) on a.person to reader;
set role reader;
select is(a.as_of(:'past'), 'works / works', '... and readable with them');
reset role;
alter table a.person enable row level security;
set role reader;
select is(a.as_of(:'past'), '42501 row security hides rows of table a.person / 42501 row security hides rows of table a.person',
	'... unless row security hides some');
reset role;

select * from finish();
rollback;
