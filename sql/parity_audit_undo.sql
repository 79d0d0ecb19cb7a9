-- taking back logged changes
-- sqlite3: pragma foreign_keys = on;
create table maker (id integer primary key, name text unique);
create table product (code text primary key, maker_id integer references maker (id) on delete cascade, price integer, note text);
insert into maker values (1, 'Acme'), (2, 'Bolt');
insert into product values ('a', 1, 10, null), ('b', 1, 20, 'say "b"'), ('c', 2, 30, 'c');
select dbaudit_undo(1);
select dbaudit_enable('maker') is not null;
select dbaudit_enable('product') is not null;
select dbaudit_undo(1);
select dbaudit_undo(null);
select dbaudit_undo(1, '{"transaction": 1}');
select dbaudit_undo(null, '{"actor": "ann"}');
select dbaudit_undo(null, '{"actor": "ann", "since": "soon"}');

-- one change
update product set price = 11, note = 'dear' where code = 'a';
select dbaudit_undo(3);
select * from product order by code;
select row_key, action from dbaudit_log() order by id;
-- it is a later change of the row now
select dbaudit_undo(3);

-- all changes of an actor: rows deleted by a cascade, new rows, keys that changed
begin;
select dbaudit_actor('ann') is not null;
delete from maker where id = 1;
insert into maker values (3, 'New');
insert into product values ('n', 3, 1, null);
update product set code = 'z', maker_id = 3 where code = 'c';
update maker set name = 'Bolts' where id = 2;
commit;
select dbaudit_undo(null, '{"actor": "ann", "since": "2100-01-01"}');
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "dry_run": true}');
select * from maker order by id;
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01"}');
select * from maker order by id;
select * from product order by code;
select table_name, action, count(*) from dbaudit_log() group by table_name, action order by 1, 2;
select * from dbaudit_history('product', 'z') where action not in ('insert', 'update', 'delete');

-- refused, and nothing changes: other rows need the row; a value is masked
begin;
select dbaudit_actor('eve') is not null;
insert into maker values (7, 'Parent');
commit;
insert into product values ('p', 7, 1, null);
select dbaudit_undo(null, '{"actor": "eve", "since": "2000-01-01"}');
create table secret (id integer primary key, word text);
select dbaudit_enable('secret', '{"mask": ["word"]}') is not null;
begin;
select dbaudit_actor('bob') is not null;
insert into secret values (1, 'x');
commit;
begin;
select dbaudit_actor('cid') is not null;
update secret set word = 'y';
commit;
select dbaudit_undo(null, '{"actor": "cid", "since": "2000-01-01"}');
update secret set id = 2;
delete from secret;
select * from maker order by id;
select * from product order by code;
-- columns that are not logged: null in a row that was deleted, as they are in others
create table partly (id integer primary key, a text, note text);
select dbaudit_enable('partly', '{"exclude": ["note"]}') is not null;
insert into partly values (1, 'a', 'note 1'), (2, 'b', 'note 2'), (3, null, 'note 3');
begin;
select dbaudit_actor('fay') is not null;
delete from partly where id in (1, 3);
update partly set a = 'c' where id = 2;
commit;
select dbaudit_undo(null, '{"actor": "fay", "since": "2000-01-01"}');
select * from partly order by id;
select dbaudit_seal() is not null;
select * from dbaudit_verify();
