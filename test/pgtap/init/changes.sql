-- What dbinit_run() changes in tables that exist already: it runs no code of others as
-- the caller, whoever owns them and whatever search_path the database has.
set client_min_messages = warning;
drop database if exists init_changes;
create database init_changes;
drop role if exists ic_mal;
\connect init_changes
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

create role ic_mal;
create schema evil authorization ic_mal;
create schema app authorization ic_mal;
-- what ran as a superuser stays, also if that is rolled back
create sequence evil.called;
grant usage on evil.called to ic_mal;
create function evil.spring() returns boolean language plpgsql immutable as $$
begin
	if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
		perform pg_catalog.nextval('evil.called');
	end if;
	return true;
end$$;
alter function evil.spring() owner to ic_mal;
create function called() returns boolean language sql as 'select is_called from evil.called';

set search_path = app, public;
create temp table manifest as select '{"name": "shop", "migrations": [{"version": "1", "name": "tables",
	"up": "create table parent (id integer primary key); create table child (id integer primary key, p integer, constraint child_p foreign key (p) references parent)",
	"down": "drop table child, parent"}]}'::text as text;

-- tables that another role has made before
set role ic_mal;
create table parent (id integer primary key);
create table child (id integer primary key, p integer);
create index on child (p) where evil.spring();
insert into parent values (1);
insert into child values (1, 1);
reset role;
select is((select dbinit_run(text) ->> 'success' from manifest), 'true', 'a foreign key is added to a table of another role');
select is((select count(*) from pg_constraint where conname = 'child_p'), 1::bigint, 'it is there');
select is(called(), false, 'and no code of that role ran as superuser');

-- one to which a table of the caller is to refer
drop table child;
set role ic_mal;
create index on parent (id) where evil.spring();
reset role;
create table child (id integer primary key, p integer);
insert into child values (1, 1);
select is((select dbinit_repair(text) ->> 'success' from manifest), 'false', 'none is made from a table of the caller to one of another role');
select is(called(), false, 'and none of its code runs as superuser');
drop table child, parent;

-- an operator that the owner of the database puts before those of PostgreSQL
reset search_path;
select setval('evil.called', 1, false) as reset \gset
select is(dbinit_run('tenancy') ->> 'success', 'true', 'a pack is run');
insert into public.tenants (slug, name) values ('a', 'A');
alter table public.tenants drop constraint tenants_status_check;
create function evil.same(text, text) returns boolean language sql immutable as 'select evil.spring()';
create operator evil.= (leftarg = text, rightarg = text, function = evil.same);
set search_path = public, evil, pg_catalog;
select public.dbinit_repair('tenancy') operator(pg_catalog.->>) 'success' as repaired \gset
reset search_path;
select is(:'repaired'::text, 'true', 'a CHECK is created again');
select is((select count(*) from pg_constraint where conname = 'tenants_status_check'), 1::bigint, 'as it was');
select is(called(), false, 'with the operators of PostgreSQL');

select * from finish();
\connect postgres
drop database init_changes;
drop role ic_mal;
