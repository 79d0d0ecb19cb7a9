-- Undoing a repair: into the table that it has changed and no other, so that rows
-- read as they did and queries find them.
begin;
\ir ../health/begin.psql
select no_plan();
create schema und;
set search_path = und, public;
create role und_app;
create role und_evil;
grant usage, create on schema und to und_app, und_evil;
create table par (id int primary key);
insert into par values (1);

-- Makes a table of columns with orphans of par in column par_id and repairs it;
-- gives the number of the repair.
create function pg_temp.repaired(relation text, columns text, lines text, options text default '') returns bigint
language plpgsql as $$
begin
	execute format('create table %s (%s)%s', relation, columns, options);
	execute format('alter table %s owner to und_app', relation);
	execute format('alter table %s add foreign key (par_id) references und.par not valid', relation);
	set local session_replication_role = replica;
	execute format('insert into %s values %s', relation, lines);
	set local session_replication_role = origin;
	return dbcheck_repair(jsonb_build_object('orphans', 'quarantine', 'relation', 'und.' || relation, 'dry_run', false)) -> 'repair_id';
end
$$;

-- What an undo says: its error with the detail, or its message.
create function pg_temp.undone(repair bigint) returns text language plpgsql as $$
declare
	said text;
	why text;
begin
	return dbcheck_undo(repair) ->> 'message';
exception when others then
	get stacked diagnostics said = message_text, why = pg_exception_detail;
	return said || ': ' || why;
end
$$;

-- ---- another table of the same name ----

grant select, references on par to und_app;
select pg_temp.repaired('stolen', 'id int primary key, par_id int, secret text', $$(1, 9, 'key')$$) as id \gset
drop table stolen;
set local role und_evil;
create table stolen (id int primary key, par_id int, secret text);
reset role;
select is(pg_temp.undone(:id), 'table und.stolen has changed since the repair: '
	'The table is another table of the same name. The table belonged to role "und_app" and now belongs to role "und_evil".',
	'undo refuses a new table of another role');
select is((select count(*) from stolen), 0::bigint, 'none');
select pg_temp.repaired('anew', 'id int primary key, par_id int', '(1, 9)') as id \gset
drop table anew;
create table anew (id int primary key, par_id int);
alter table anew owner to und_app;
select is(pg_temp.undone(:id), 'table und.anew has changed since the repair: The table is another table of the same name.',
	'undo refuses a new table of the same owner');
select pg_temp.repaired('swapped', 'id int primary key, par_id int, a text, b text', $$(1, 9, 'a', 'b')$$) as id \gset
alter table swapped rename a to x;
alter table swapped rename b to a;
alter table swapped rename x to b;
select is(pg_temp.undone(:id), 'table und.swapped has changed since the repair: '
	'Column a is another one: columns have exchanged their names. Column b is another one: columns have exchanged their names.',
	'undo refuses a table whose columns have exchanged their names');
drop table swapped;
select pg_temp.repaired('given', 'id int primary key, par_id int', '(1, 9)') as id \gset
alter table given owner to und_evil;
select is(pg_temp.undone(:id), 'table und.given has changed since the repair: The table belonged to role "und_app" and now belongs to role "und_evil".',
	'undo refuses a table with a new owner');
alter table given owner to und_app;
select is(pg_temp.undone(:id), '1 row restored', 'undo accepts the table of its old owner');

-- ---- other columns ----

select pg_temp.repaired('narrow', 'id int primary key, par_id int, amount numeric(12, 4), word text, "A b" int',
	$$(1, 9, 1.2345, 'word', 5)$$) as id \gset
alter table narrow alter amount type numeric(12, 2), alter word type varchar(3), drop "A b", add more int;
select is(pg_temp.undone(:id), 'table und.narrow has changed since the repair: Column "A b" is missing. '
	'Column amount was numeric(12,4) and is now numeric(12,2). Column more was added. Column word was text and is now character varying(3).',
	'undo names columns with another type');
alter table narrow alter amount type numeric(12, 4), alter word type text, drop more, add "A b" int;
select is(pg_temp.undone(:id), '1 row restored', 'undo accepts the original types');
select is((select n::text from narrow as n), '(1,9,1.2345,word,5)', 'undo restores the row');
select pg_temp.repaired('collated', 'id int primary key, par_id int, word text', $$(1, 9, 'word')$$) as id \gset
alter table collated alter word type text collate "C";
select is(pg_temp.undone(:id), 'table und.collated has changed since the repair: Column word was text and is now text collate pg_catalog."C".',
	'undo names a column with another collation');

-- ---- what would not read as it did ----

select pg_temp.repaired('tampered', 'id int primary key, par_id int, amount numeric(12, 2)', '(1, 9, 1.25), (2, 9, 2)') as id \gset
update dbcare.quarantine set row_data = replace(row_data, '1.25', '1.2543') where repair_id = :id;
select is(pg_temp.undone(:id), 'rows of und.tampered would not be restored as they were: column amount would have another value: One of the rows was {"id":1,"par_id":9,"amount":"1.2543"}.',
	'undo refuses a row that a type would change');
select is((select count(*) from tampered), 0::bigint, 'a refused undo restores no row');

-- ---- rows that queries would not find ----

create table whole (id int, par_id int) partition by range (id);
select pg_temp.repaired('part', 'id int, par_id int', '(1, 9), (2, 9), (3, 1)') as id \gset
alter table whole attach partition part for values from (3) to (9);
select matches(pg_temp.undone(:id), 'rows of und.part violate constraints or bounds added since then: The table now requires .*id >= 3.*id < 9',
	'undo refuses rows outside the partition bounds');
alter table whole detach partition part;
alter table whole attach partition part for values from (1) to (9);
select is(pg_temp.undone(:id), '2 rows restored', 'undo restores rows within the partition bounds');
select is((select array_agg(id order by id) from whole where id < 3), '{1,2}', 'restored rows are found through the partitioned table');
create table listed (id int, par_id int, kind text) partition by list (kind);
select pg_temp.repaired('rest', 'id int, par_id int, kind text', $$(1, 9, 'a'), (2, 9, 'b')$$) as id \gset
alter table listed attach partition rest default;
create table listed_c partition of listed for values in ('c');
select is((dbcheck_repair('{"orphans": "quarantine", "relation": "und.rest"}') ->> 'rows')::int, 0, 'a default partition without rows has no orphans');
create table listed_a partition of listed for values in ('a');
select matches(pg_temp.undone(:id), 'rows of und.rest violate constraints', 'undo refuses rows that now belong to a new partition');
drop table listed_a;
select is(pg_temp.undone(:id), '2 rows restored', 'another new partition does not affect undo');
create table computed (id int, par_id int) partition by range ((id + 1));
select pg_temp.repaired('sum', 'id int, par_id int', $$(1, 9), (2, 9)$$) as id \gset
alter table computed attach partition sum default;
select matches(pg_temp.undone(:id), 'The bounds of und.sum were \(none\) and are now \(DEFAULT\)',
	'bounds of a computed key must be unchanged');
alter table computed detach partition sum;
select is(pg_temp.undone(:id), '2 rows restored', 'unchanged bounds of a computed key are accepted');
select pg_temp.repaired('filled', 'id int primary key, par_id int, word text', '(1, 9, null)') as id \gset
alter table filled alter word set not null;
select is(pg_temp.undone(:id), 'rows of und.filled violate constraints or bounds added since then: The table now requires (pg_catalog.num_nulls(filled.word) = 0).',
	'undo refuses a null in a new NOT NULL column');
alter table filled alter word drop not null;
alter table filled add constraint says check (word is not null) not valid;
select is(pg_temp.undone(:id), '1 row restored', 'undo accepts a row that violates a NOT VALID CHECK');
select pg_temp.repaired('checked', 'id int primary key, par_id int, n int', '(1, 9, -5)') as id \gset
alter table checked add check (n > 0);
select matches(pg_temp.undone(:id), 'rows of und.checked violate constraints .* The table now requires \(\(n > 0\)\)', 'undo refuses a row that violates a valid CHECK');
select * from finish();
rollback;
