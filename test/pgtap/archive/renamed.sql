-- Tables that exchange names, and then are used by a role with area archive alone:
-- what is kept of them follows the names, by the first call of any role.
set client_min_messages = warning;
drop database if exists ar_renamed;
create database ar_renamed;
drop role if exists ar_archivist;
\connect ar_renamed
create extension if not exists pgtap;
create extension dbcare;
select no_plan();

create table a (id int primary key, note text);
create table b (id int primary key, note text);
create table child (id int primary key, a_id int references a on delete cascade);
create role ar_archivist;
alter table a owner to ar_archivist;
alter table b owner to ar_archivist;
alter table child owner to ar_archivist;
select dbcare_grant('ar_archivist', 'archive') is not null;
select dbarchive_enable(name) is not null from unnest('{a,b}'::text[]) as name;
create procedure pg_temp.exchange() language plpgsql as $$
begin
	alter table a rename to c;
	alter table b rename to a;
	alter table c rename to b;
end $$;

insert into a values (1, 'one of a'), (2, 'two of a');
insert into b values (1, 'one of b'), (2, 'two of b');
insert into child values (5, 1);
delete from a;
delete from b;
call pg_temp.exchange();
set role ar_archivist;
select is(dbarchive_hold('b', 2, 'court') ->> 'table_name', 'public.b', 'a row is held after an exchange');
reset role;
select results_eq('select h.table_name, a.table_name from dbcare.hold as h join dbcare.archived_table as a using (table_id)',
	$$values ('public.b', 'public.b')$$, '... under the present name of its table');
call pg_temp.exchange();
set role ar_archivist;
select is((dbarchive_restore('b', 1) ->> 'rows')::int, 2, 'a batch is restored after an exchange');
reset role;
select results_eq('select note from b order by id', $$values ('one of b'), ('two of b')$$, '... into its own table');
call pg_temp.exchange();
set role ar_archivist;
select is((dbarchive_restore('b', 1) ->> 'rows')::int, 3, '... as is one with the rows it took along');
reset role;
select results_eq('select note from b union all select id || '' of '' || a_id from child order by 1', $$values ('5 of 1'), ('one of a'), ('two of a')$$,
	'... into theirs');
delete from a where id = 1;
delete from b where id = 1;
call pg_temp.exchange();
set role ar_archivist;
call dbarchive_purge('b', '{"older_than_days": 0}');
reset role;
select results_eq('select table_name, row_key from dbcare.trash order by 1', $$values ('public.a', '1'), ('public.child', '5')$$,
	'a purge after an exchange deletes the rows of the table that it names');
alter table child rename to renamed_child;
select dbaudit_enable('renamed_child') is not null;
select dbarchive_enable('a') is not null;
select results_eq($$select table_name from dbcare.trash where row_key like '%5%'$$, $$values ('public.renamed_child')$$,
	'what was kept of a table without a mode follows it, though others have seen its new name');
drop owned by ar_archivist;
drop role ar_archivist;
select * from finish();
