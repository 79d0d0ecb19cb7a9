-- the log of changes: seals, the feed, and rows of the past
select dbaudit_seal() is not null;
select * from dbaudit_verify();
create table person (id integer primary key, name text, mail text, age integer);
select dbaudit_as_of('person', 1, '2030-01-01');
select * from dbaudit_table_as_of('nowhere', '2030-01-01');
select dbaudit_enable('person') is not null;
insert into person values (1, 'Ann', 'ann@example.com', 30), (2, 'Bob', 'bob@example.com', 40), (3, 'Cid', null, 50);
update person set mail = 'a@example.com', age = 31 where id = 1;
delete from person where id = 2;

-- sealed once
select replace(replace(cast(dbaudit_seal() as text), root, ''), '  ', ' ') like '%"seals": 1, "entries": 6, "removed": 0, "seal_id": 1}' from (select '' as root) as r;
select count(*) from dbaudit_verify();
select cast(dbaudit_seal() as text) like '%"seals": 0, "entries": 0, "removed": 0, "seal_id": 1}';
select * from dbaudit_verify('{"root": "0"}');
select * from dbaudit_verify('{"roots": "0"}');
select id, action, length(hash) from dbaudit_log() order by id;

-- the feed
select id, row_key, action from dbaudit_log('{"after": 0, "limit": 2}');
select id, row_key, action from dbaudit_log('{"after": 2}');
select * from dbaudit_log('{"after": 6}');
select * from dbaudit_log('{"after": 77}');
select * from dbaudit_log('{"after": 1, "actor": "ann"}');
select * from dbaudit_log('{"after": -1}');

-- rows of the past
select dbaudit_as_of('person', 1, '2030-01-01');
select row_key, row_data from dbaudit_table_as_of('person', '2030-01-01') order by cast(row_key as text);
select dbaudit_as_of('person', 77, '2030-01-01');
select dbaudit_as_of('person', '{"x": 1}', '2030-01-01');
select dbaudit_as_of('person', 1, 'yesterday');
select dbcare_set('audit_keep_days', 0);

-- values of a person are erased, sealed or not; the log stays valid
select dbaudit_erase('person', 1, '["nothing"]', 'request 7');
select dbaudit_erase('person', 1, '["id"]', 'request 7');
select dbaudit_erase('person', 1, '{"mail": 1}', 'request 7');
select dbaudit_erase('person', 1, '[]', 'request 7');
update person set mail = 'new@example.com', name = 'Anna' where id = 1;
update person set id = 11 where id = 1;
update person set mail = 'last@example.com' where id = 11;
select dbaudit_erase('person', 11, '["mail"]', 'request 7');
select id, row_key, action, cast(before as text) like '%example%' as mail_before, cast(after as text) like '%example%' as mail_after
  from dbaudit_log() where action <> 'insert' order by id;
select id, row_key, before from dbaudit_log('{"action": "erase"}');
select * from dbaudit_verify();
select cast(dbaudit_seal() as text) like '%"seals": 1, "entries": 4, "removed": 0, "seal_id": 2}';
select * from dbaudit_verify();
-- nothing is left to erase
select dbaudit_erase('person', 11, '["mail"]', 'again');
select dbaudit_erase('person', 2, '["mail", "age"]', 'request 8');
select * from dbaudit_verify();
select row_key, row_data from dbaudit_table_as_of('person', '2030-01-01') order by cast(row_key as text);
-- deleted rows that are kept
select dbarchive_enable('person') is not null;
delete from person where id = 3;
select dbaudit_erase('person', 3, '["name"]', 'request 9');
select row_data from dbarchive_deleted('person');
-- a masked value has a member with the name of the key
create table badge (masked integer primary key, code text);
select dbaudit_enable('badge', '{"mask": ["code"]}') is not null;
insert into badge values (1, 'a');
update badge set code = 'b' where masked = 1;
select dbaudit_erase('badge', 1, '["code"]', 'request 10');
-- a held row keeps its values; rows saved by repairs lose them
insert into badge values (2, 'a');
select dbarchive_hold('badge', 2, 'case 7') is not null;
select dbaudit_erase('badge', 2, '["code"]', 'request 11');
select dbarchive_release('badge', 2) is not null;
select dbcheck_rule_add('no a', 'badge', 'code <> ''a''', '{"repair_sql": "code = ''ok''"}') is not null;
select dbcheck_repair('{"rules": ["no a"], "dry_run": false}') is not null;
select dbaudit_erase('badge', 2, '["code"]', 'request 12') ->> 'saved_rows';
-- a key of text can be given as a number; a key that no row ever had is an error
create table coupon (code text primary key, owner text);
insert into coupon values ('4', 'ann');
select dbaudit_enable('coupon') is not null;
insert into coupon values ('5', 'ann');
update coupon set owner = 'bob' where code = '5';
select dbaudit_erase('coupon', 5, '["owner"]', 'request 13') ->> 'values';
select action, cast(before as text) like '%ann%' from dbaudit_history('coupon', 5);
select dbaudit_as_of('coupon', 5, '2100-01-01');
select dbaudit_erase('coupon', 4, '["owner"]', 'request 14') ->> 'values';
select dbaudit_erase('coupon', 6, '["owner"]', 'request 15');
select count(*) from dbaudit_log('{"action": "erase", "table": "coupon"}');
