-- columns of all affinities, triggers, and rows marked as deleted
create table kind (id integer primary key, code text not null unique collate nocase, r real, b blob, "any", flag boolean, doc json);
select dbseed_add('kinds', 'kind', '[{"id": 7, "code": "Ä b", "r": 1.5, "b": "\\x00ff", "any": 1.5, "flag": true, "doc": {"$ref": 1}}, {"code": "null", "any": "1.5"}]', '{"key": ["code"]}') ->> 'action';
select json_extract(dbseed_apply(), '$.seeds[0].records_created', '$.problems');
select id, code, typeof(r), typeof(b), typeof("any"), flag, doc from kind where id = 7;
select typeof("any") from kind where code = 'null';
select dbseed_apply() ->> '$.seeds[0].records_unchanged';
--> added
--> [2,[]]
--> 7|Ä b|real|blob|real|1|{"$ref": 1}
--> text
--> 2
-- the case of letters is a difference
select dbseed_add('kinds', 'kind', '[{"code": "null", "any": "x"}, {"id": 7, "code": "Ä B", "r": 2}]', '{"key": ["code"]}') ->> 'action';
select json_extract(dbseed_apply(), '$.seeds[0].records_updated', '$.problems[0].message');
select "any" from kind where code = 'null';
--> updated
--> [1,"the table has \"1.5\", the seed has 2"]
--> x

-- what a trigger changes is reported
create table loud (code text primary key, name text);
create trigger shout after insert on loud begin update loud set name = upper(name) where code = new.code; end;
select dbseed_add('loud', 'loud', '[{"code": "a", "name": "quiet"}]') ->> 'action';
select dbseed_apply('{"names": ["loud"]}') ->> '$.problems[0].message';
select dbseed_apply('{"names": ["loud"]}') ->> '$.seeds[0].records_unchanged';
--> added
--> the column has "QUIET" after "quiet" was written
--> 1

-- nothing is written to what is unchanged
create table audit (what text);
create trigger seen after update on kind begin insert into audit values ('update'); end;
select dbseed_apply() ->> '$.success';
select count(*) from audit;
--> 1
--> 0

-- hostile names
create table "odd ""t'; x" ("select" integer primary key, "a ""b'" text);
select dbseed_add('odd "''; x', '"odd ""t''; x"', '[{"select": 1, "a \"b''": "it''s"}]') ->> 'name';
select dbseed_apply('{"names": ["odd \"''; x"]}') ->> '$.seeds[0].records_created';
select * from "odd ""t'; x";
--> odd "'; x
--> 1
--> 1|it's

-- parts of a schema cannot use passwords
create view v as select dbseed_password_hash('x');
select * from v;
--> ERROR: unsafe use of dbseed_password_hash()

-- trash keeps what leaves a seed
create table kept (id integer primary key, name text);
select dbarchive_enable('kept', '{"mode": "trash"}') ->> 'mode';
select dbseed_add('kept', 'kept', '[{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]', '{"mode": "sync"}') ->> 'action';
select dbseed_apply('{"names": ["kept"]}') ->> '$.seeds[0].records_created';
select dbseed_add('kept', 'kept', '[{"id": 1, "name": "a"}]', '{"mode": "sync"}') ->> 'action';
select dbseed_apply('{"names": ["kept"]}') ->> '$.seeds[0].records_removed';
select table_name, row_key from dbarchive_deleted;
--> trash
--> added
--> 2
--> updated
--> 1
--> kept|2

-- a row that is held stays
select dbseed_add('held', 'kept', '[{"id": 5, "name": "e"}]', '{"mode": "sync"}') ->> 'action';
select dbseed_apply('{"names": ["held"]}') ->> '$.seeds[0].records_created';
select dbarchive_hold('kept', 5, 'case') ->> 'reason';
select dbseed_add('held', 'kept', '[]', '{"mode": "sync"}') ->> 'action';
select dbseed_apply('{"names": ["held"]}') ->> '$.problems[0].message';
--> added
--> 1
--> case
--> updated
--> the row has left the seed, and is kept, since it is held

-- a cascade would delete rows of users
create table parent (id integer primary key);
create table child (id integer primary key, parent_id integer references parent on delete cascade);
select dbseed_add('parents', 'parent', '[{"id": 1}, {"id": 2}]', '{"mode": "sync"}') ->> 'action';
select dbseed_apply('{"names": ["parents"]}') ->> '$.seeds[0].records_created';
insert into child values (1, 2);
select dbseed_add('parents', 'parent', '[{"id": 1}]', '{"mode": "sync"}') ->> 'action';
select dbseed_apply('{"names": ["parents"]}') ->> '$.problems[0].message';
select count(*) from child;
--> added
--> 2
--> updated
--> the row has left the seed, and is kept, since rows of table child refer to it
--> 1

-- what is stored may have been changed
update dbcare_seed_row set stored = 'x' where seed_name = 'parents';
select dbseed_apply('{"names": ["parents"]}');
update dbcare_seed set rows_data = '[{"id": 1}, {"id": 1}]' where name = 'kept';
select dbseed_apply('{"names": ["kept"]}');
drop table loud;
select dbseed_apply('{"names": ["loud"]}');
--> ERROR: dbcare: the seeds are not applied: 1 problem. Seed "parents", row 1: stored is not JSON: "x". (11)
--> ERROR: dbcare: the seeds are not applied: 1 problem. Seed "kept", row 2: the key {"id": 1} is that of row 1.
--> ERROR: dbcare: table loud does not exist. Write the name of the table as in SQL, with its schema and quotes if needed.
