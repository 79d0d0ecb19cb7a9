-- The log of changes: which changes it has, and what of them.
begin;
create extension if not exists pgtap;
create extension if not exists dbcare;
set client_min_messages = warning;
select no_plan();
select dbcare_install();

create schema a;
set search_path = a, public;

-- what a statement has logged: action, key and values of each entry
create function logs(statement text) returns text language plpgsql as $$
declare
	last bigint := coalesce(max(entry_id), 0) from dbcare.audit_entry;
begin
	execute statement;
	return coalesce(string_agg(concat_ws(' ', action, row_key, changed), e'\n' order by entry_id), '')
	from dbcare.audit_entry where entry_id > last;
end $$;
create function fails(statement text) returns text language plpgsql as $$
begin
	execute statement;
	return 'works';
exception when others then
	return sqlstate || ' ' || sqlerrm;
end $$;

-- ---- values ----

create table t (id int primary key, gone text, name text, at timestamptz, n numeric, b bytea, f float8, list int[],
	twice int generated always as (id * 2) stored);
alter table t drop column gone;
select dbaudit_enable('t');
set timezone = 'Asia/Tokyo';
set datestyle = 'german';
set bytea_output = 'escape';
set extra_float_digits = 0;
select is(logs($$insert into t values (1, 'a"b', '2026-01-01 00:00:00+00', 1.50, '\x00ff', 0.1, '{1,null}')$$), 'insert 1',
	'an insert is logged by its key');
select is(logs('update t set name = name, n = n'), '', 'an update that changes nothing is not logged');
select is(logs('update t set n = 1.5'), 'update 1 {"n":["1.50","1.5"]}', 'values that are equal, but not the same, differ');
select is(logs('update t set name = null'), 'update 1 {"name":["a\"b",null]}', 'a null is a change');
select is(logs('update t set id = 2'), 'update 1 {"id":[1,2]}', 'a changed key is in the entry of the old key');
select is(logs('delete from t'),
	'delete 2 {"id":2,"name":null,"at":"2026-01-01 00:00:00+00","n":"1.5","b":"\\x00ff","f":"0.1","list":"{1,NULL}"}',
	'a deleted row has all stored columns, in formats that do not depend on the session');
reset timezone;
reset datestyle;
reset bytea_output;
reset extra_float_digits;
select is(current_setting('timezone'), (select reset_val from pg_settings where name = 'TimeZone'), 'parameters of the session stay');

-- ---- statements ----

select is(logs($$insert into t (id, name) values (1, 'a') on conflict (id) do nothing$$), 'insert 1', 'an insert that may conflict');
select is(logs($$insert into t (id, name) values (1, 'a') on conflict (id) do nothing$$), '', 'a conflict does nothing');
select is(logs($$insert into t (id, name) values (1, 'b') on conflict (id) do update set name = excluded.name$$),
	'update 1 {"name":["a","b"]}', 'an upsert that updates');
select is(logs('truncate t'), 'delete 1 {"id":1,"name":"b","at":null,"n":null,"b":null,"f":null,"list":null}' || e'\ntruncate',
	'TRUNCATE deletes each row');
create table child (id int primary key references t on delete cascade on update cascade);
select dbaudit_enable('child');
select logs('insert into t (id) values (5); insert into child values (5)');
select is(logs('update t set id = 6'), e'update 5 {"id":[5,6]}\nupdate 5 {"id":[5,6]}', 'a cascading update');
select is(logs('delete from t'), 'delete 6 {"id":6,"name":null,"at":null,"n":null,"b":null,"f":null,"list":null}'
	|| e'\ndelete 6 {"id":6}', 'a cascading delete');
drop table child;
select is(logs($l$do $do$ begin
	insert into t (id) values (1);
	begin
		insert into t (id) values (2);
		raise exception 'undone';
	exception when others then
		insert into t (id) values (3);
	end;
end $do$ $l$), e'insert 1\ninsert 3', 'a subtransaction that failed leaves no entry');

create table m (id int primary key, v text);
select dbaudit_enable('m');
copy m from stdin;
1	a
2	b
\.
select is((select string_agg(action || row_key, ',' order by entry_id) from (select * from dbcare.audit_entry order by entry_id desc limit 2) as e),
	'insert1,insert2', 'COPY');
select current_setting('server_version_num')::int >= 150000 as has_merge \gset
\if :has_merge
select is(logs($$merge into m using (values (1, 'x'), (2, null), (3, 'c')) as s (id, v) on m.id = s.id
	when matched and s.v is null then delete
	when matched then update set v = s.v
	when not matched then insert values (s.id, s.v)$$),
	e'update 1 {"v":["a","x"]}\ndelete 2 {"id":2,"v":"b"}\ninsert 3', 'MERGE');
\endif

-- ---- what changes around the table ----

select is(logs('alter table t rename to u; alter table u rename name to title; update u set title = ''x'' where id = 1'),
	'update 1 {"title":[null,"x"]}', 'renamed, the table is still logged');
select is((select count(distinct s.table_id) from dbcare.audit_entry as e join dbcare.audit_shape as s using (shape_id)
	where s.table_id = (select min(table_id) from dbcare.audited_table)), 1::bigint, 'with the same number');
select is(logs('alter table u add c int default 7; update u set c = 8 where id = 3'), 'update 3 {"c":[7,8]}',
	'a new column is logged');
select is((select c ->> 'name' from dbcare.audit_shape, jsonb_array_elements(columns::jsonb) as c
	where shape_id = (select max(shape_id) from dbcare.audit_shape) and c ->> 'n' = '3'), 'title', 'columns keep their numbers');
select is((dbaudit_enable('u') ->> 'table_name'), 'a.u', 'enabled again, it is shown by its new name');
select is((select count(*) from dbaudit_log('{"table": "a.u"}') where action = 'truncate'), 1::bigint, 'so are earlier entries');
alter table u drop constraint t_pkey;
select is(logs('update u set c = 10 where id = 3; update u set c = 8 where id = 3'), 'update 3 {"c":[8,10]}
update 3 {"c":[10,8]}', 'without its primary key it is logged by the columns that were the key');
select is((select problem from dbaudit_tables() where table_name = 'a.u'), 'its primary key was dropped: rows are logged by the columns that it had',
	'... which is listed');
select is(fails('alter table u drop column id cascade; update u set c = 9'),
	'55000 changes of table "u" cannot be logged: it has no column of the primary key that it had', 'without these it cannot be written');
alter table u add primary key (id);
select is(logs('update u set c = 9 where id = 3'), 'update 3 {"c":[8,9]}', 'a new primary key');
select dbaudit_disable('u');
select is(logs('update u set c = 10'), '', 'no longer logged');

-- ---- large values ----

create table big (id int primary key, n int, body text);
select dbaudit_enable('big');
insert into big select 1, 1, string_agg(md5(i::text), '') from generate_series(1, 10000) as i;
select is(logs('update big set n = 2'), 'update 1 {"n":[1,2]}', 'a value stored apart that is not changed');
select is(length(logs($$update big set body = body || 'x'$$)), 2 * 320000 + 26, 'one that is changed');
create table wide (id text primary key);
select dbaudit_enable('wide');
select is(length(logs($$insert into wide select repeat(e'\x01', 2000)$$)), 6 * 2000 + 9, 'a key that is too long for an index');
select is((select count(*) from dbaudit_history('wide', repeat(e'\x01', 2000))), 1::bigint, 'its history');

-- ---- partitions ----

create table part (id int, r int, v text, primary key (id, r)) partition by list (r);
create table part_1 partition of part for values in (1);
create table part_2 (x int, v text, r int not null, id int not null);
alter table part_2 drop column x;
alter table part attach partition part_2 for values in (2);
select dbaudit_enable('part', '{"mask": ["v"]}');
select is(logs($$insert into part values (1, 1, 'a'), (2, 2, 'b')$$), e'insert {"r": 1, "id": 1}\ninsert {"r": 2, "id": 2}',
	'rows of partitions');
select is(logs($$update part set r = 2, v = 'c' where id = 1$$),
	'update {"r": 1, "id": 1} {"r":[1,2],"v":[{"masked": true},{"masked": true}]}', 'a move is one update');
select is(logs($$update part set r = 3 - r$$), e'update {"r": 2, "id": 2} {"r":[2,1]}\nupdate {"r": 2, "id": 1} {"r":[2,1]}',
	'two moves');
select is(logs('delete from part_1 where id = 2'), 'delete {"r": 1, "id": 2} {"id":2,"r":1,"v":{"masked": true}}',
	'a change of the partition itself');
create table part_3 partition of part for values in (3);
select is(logs('insert into part values (3, 3)'), 'insert {"r": 3, "id": 3}', 'a new partition');
create function skip() returns trigger language plpgsql as 'begin return null; end';
create trigger skip before insert on part_3 for each row execute function skip();
select is(logs('update part set r = 3 where id = 1'), '', 'a row that is not inserted again');
set constraints all immediate;
savepoint s;
release s;
select is((select concat_ws(' ', action, row_key, changed) from dbcare.audit_entry order by entry_id desc limit 1),
	'delete {"r": 1, "id": 1} {"id":1,"r":1,"v":{"masked": true}}', 'is logged as deleted before the transaction ends');
select is((select count(distinct s.table_id) from dbcare.audit_entry as e join dbcare.audit_shape as s using (shape_id)
	join dbcare.audited_table as t using (table_id) where t.table_name like 'a.part%'), 1::bigint, 'all under one number');
select logs('insert into part values (4, 2)');
select is(logs('truncate part_2'), 'delete {"r": 2, "id": 4} {"v":{"masked": true},"r":2,"id":4}' || e'\ntruncate',
	'TRUNCATE of a partition');
select is(fails($$select dbaudit_enable('part_1')$$),
	'55000 changes of table a.part_1 cannot be logged: it is a partition of a table that is logged', 'a partition is not logged twice');

-- ---- masked, hashed, left out ----

create table person (id int primary key, mail text, tax text, pass text, note text);
select dbaudit_enable('person', '{"mask": ["pass"], "hash": ["tax", "mail"], "exclude": ["note"]}');
insert into person values (1, 'x', 'x', 'x', 'x'), (2, 'x', null, 'x', 'x');
select is(logs($$update person set note = 'y', pass = 'z' where id = 1$$),
	'update 1 {"pass":[{"masked": true},{"masked": true}]}', 'a masked column only says that it changed');
select is(logs($$update person set note = 'z'$$), '', 'a column that is left out');
select ok(logs($$delete from person$$) !~ '"x"', 'no hashed value is in the log');
select is((select count(distinct v) from dbcare.audit_entry, lateral (values (changed::jsonb -> 'tax' ->> 'hash'), (changed::jsonb -> 'mail' ->> 'hash')) as h (v)
	where action = 'delete' and changed like '%hash%'), 2::bigint, 'equal values have equal hashes within a column only');
select is((select changed::jsonb -> 'tax' from dbcare.audit_entry where action = 'delete' and row_key = '2' order by entry_id desc limit 1),
	'null', 'a null has no hash');
create table few (id int primary key, x int, y int);
select dbaudit_enable('few', '{"include": ["y"]}');
insert into few values (1, 1, 1);
select is(logs('alter table few add z int; update few set x = 2, z = 3'), '', 'only included columns are logged');
select is(logs('delete from few'), 'delete 1 {"id":1,"y":1}', 'and the key');

-- ---- triggers that fire in replicas ----

create table copied (id int primary key);
select dbaudit_enable('copied');
set session_replication_role = replica;
select is(logs('insert into copied values (1)'), '', 'a session in replica role is not logged');
reset session_replication_role;
select dbaudit_enable('copied', '{"always": true}');
set session_replication_role = replica;
select is(logs('insert into copied values (2)'), 'insert 2', 'with always it is');
reset session_replication_role;

-- ---- dbcare's tables ----

select is(fails($$select dbaudit_enable('dbcare.audit_entry')$$), '0A000 dbcare cannot change rows of table dbcare.audit_entry',
	'dbcare''s own tables are not logged');
create index on dbcare.audit_entry (transaction_id) where action = 'delete';
create index on dbcare.audit_entry ((lower(action)));
set enable_seqscan = off;
insert into copied values (3);
delete from copied where id = 3;
select is((select count(*) from dbcare.audit_entry where lower(action) = 'delete' and row_key = '3'), 1::bigint,
	'indexes on expressions are maintained');
reset enable_seqscan;
create function stop() returns trigger language plpgsql as $$ begin raise exception 'a trigger on the log'; end $$;
create trigger stop before insert on dbcare.audit_entry for each row execute function stop();
create trigger stop before insert on dbcare.audit_context for each row execute function stop();
set application_name = 'other';
select is(logs('insert into copied values (4)'), 'insert 4', 'triggers on dbcare''s tables do not run');
drop trigger stop on dbcare.audit_entry;
drop trigger stop on dbcare.audit_context;
select is(fails('alter table dbcare.audit_entry rename row_key to k; insert into copied values (5)'),
	'55000 changes cannot be logged: dbcare.audit_entry is not the table that dbcare has created', 'a changed log is an error');
select is(fails('drop schema dbcare cascade; insert into copied values (5)'),
	'42P01 changes cannot be logged: dbcare.audit_entry does not exist',
	'so is a missing one');
select is(fails($$create trigger x after insert on copied for each row execute function dbaudit_capture('none'); insert into copied values (6)$$),
	'39P01 trigger "x" has unknown arguments', 'so are unknown arguments');
select is(fails($$create trigger y before insert on copied for each row execute function dbaudit_capture('1'); insert into copied values (6)$$),
	'39P01 dbaudit_capture must be called after a row was changed', 'so is a trigger of another kind');
select is(fails('select dbaudit_capture()'), '39P01 dbaudit_capture is for triggers', 'it is only called by triggers');

-- ---- treatments of columns that are renamed ----

create table r (gone int, id int primary key, ssn text, mail text, note text, city text);
alter table r drop column gone;
select dbaudit_enable('r', '{"mask": ["ssn"], "hash": ["mail"], "exclude": ["note"]}');
insert into r values (1, 's1', 'm1', 'n1', 'c1');
alter table r rename ssn to social;
alter table r rename mail to address;
alter table r rename note to remark;
select is(regexp_replace(logs('update r set social = ''s2'', address = ''m2'', remark = ''n2'', city = ''c2'''), '"[0-9a-f]{32}"', '"hash"', 'g'),
	'update 1 {"social":[{"masked": true},{"masked": true}],"address":[{"hash": "hash"},{"hash": "hash"}],"city":["c1","c2"]}',
	'a column that is renamed is treated as before');
select is((select array[problem, options::text] from dbaudit_tables() where table_name = 'a.r'),
	array[null, '{"hash": ["address"], "mask": ["social"], "exclude": ["remark"]}'], '... and listed under its present name');
alter table r drop column remark;
select is(logs('update r set city = ''c3'''), 'update 1 {"city":["c2","c3"]}', 'one that is dropped changes nothing for others');
select dbaudit_enable('r', '{"include": ["city"]}');
alter table r rename city to town;
select is(logs('update r set town = ''c4'', social = ''s3'''), 'update 1 {"town":["c3","c4"]}', 'nor does a renamed one that is included alone');
create table rp (id int, ssn text, primary key (id)) partition by range (id);
create table rp_1 (ssn text, gone int, id int not null);
alter table rp_1 drop column gone;
alter table rp attach partition rp_1 for values from (0) to (10);
select dbaudit_enable('rp', '{"mask": ["ssn"]}');
insert into rp values (1, 's1');
alter table rp rename ssn to social;
select is(logs('update rp set social = ''s2'''), 'update 1 {"social":[{"masked": true},{"masked": true}]}', 'the same of partitions');

-- ---- triggers that were off for a while ----

create function problem_of(name text) returns text language sql as $$ select problem from dbaudit_tables() where table_name = name $$;
select is(problem_of('a.r'), null, 'triggers are as dbaudit_enable() made them');
alter table r disable trigger all;
alter table r enable trigger all;
select is(problem_of('a.r'), 'its triggers were disabled, replaced or renamed after dbaudit_enable()', 'triggers that were disabled and enabled again are listed');
select dbaudit_enable('r');
select is(problem_of('a.r'), null, 'dbaudit_enable() records the triggers again');
alter table rp_1 disable trigger all;
select is(problem_of('a.rp'), 'the triggers of a partition are disabled', 'so are those of a partition');
alter table rp_1 enable trigger all;
select is(problem_of('a.rp'), 'its triggers were disabled, replaced or renamed after dbaudit_enable()', '... that were enabled again');
select dbaudit_enable('rp');
alter table rp detach partition rp_1;
create table rp_2 partition of rp for values from (10) to (20);
select isnt(problem_of('a.rp'), 'its triggers were disabled, replaced or renamed after dbaudit_enable()', 'partitions that come and go change nothing for others');

select * from finish();
rollback;
