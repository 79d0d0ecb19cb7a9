-- Manifests: run, run again, validated, repaired, in conflict with what is there.
select name, version, tables, migrations, seeds, rules, policies from dbinit_packs() order by name;

-- a pack: its tables, rules and policies
select cast(dbinit_run('video_memory') ->> 'success' as text) in ('true', '1');
select * from dbinit_validate('video_memory');
insert into videos (path, file_name, duration_seconds, kind) values ('/v/1.mp4', '1.mp4', 60, 'lecture'), ('/v/2.mp4', '2.mp4', 10, 'recording');
insert into video_context (video_id, at_seconds, type, tool, content) values (1, 70, 'speech', 'listener', '{"words": "hello"}'), (1, 5, 'object', 'finder', '{"label": "hand"}');
insert into conversations (session, video_id, role, message, created_at) values ('a', 1, 'user', 'what is this?', '2020-01-01 00:00:00'), ('a', 1, 'user', 'and now?', '2999-01-01 00:00:00');
insert into memory (video_id, topic, content) values (1, 'greeting', 'somebody says hello');
select name, violations from dbcheck_run() where violations > 0 order by name;
select table_name, name from dbarchive_policies() order by table_name, name;
-- sqlite3: pragma foreign_keys = on;
delete from videos where id = 1;
select (select count(*) from video_context), (select count(*) from conversations), (select count(video_id) from memory);
select dbarchive_restore('videos', 1) is not null;
select (select count(*) from video_context), (select count(*) from conversations), (select count(video_id) from memory);
select table_name from dbaudit_tables();

-- nothing is there
select object, issue, severity from dbinit_validate('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}') order by object;
-- a dry run changes nothing
select cast(dbinit_run('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}', '{"dry_run": true}') ->> 'success' as text) in ('true', '1');
select count(*) from dbinit_validate('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}') where issue = 'is not applied';

select cast(dbinit_run('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}') ->> 'success' as text) in ('true', '1');
select * from dbinit_validate('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}');
insert into item values (1, 'one', 5);
delete from item;
select count(*) from dbarchive_deleted('item');
select name, table_name from dbcheck_rules();

-- again, by a program that starts, and by hand
select cast(dbinit_run('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}', '{"automatic": true}') ->> 'success' as text) in ('true', '1');
select cast(dbinit_run('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}') ->> 'success' as text) in ('true', '1');

-- damage is found and repaired
drop index item_name;
select dbcheck_rule_drop('named') is not null;
select object like 'index %item_name', issue, suggestion from dbinit_validate('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}') where object like 'index %';
select object, issue from dbinit_validate('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}') where object like 'rule %';
select cast(dbinit_repair('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}') ->> 'success' as text) in ('true', '1');
select * from dbinit_validate('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}');

-- an edited migration
select cast(dbinit_run(replace('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}', 'integer primary key', 'bigint primary key')) ->> 'success' as text) in ('true', '1');
select object, issue from dbinit_validate(replace('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}', 'integer primary key', 'bigint primary key'));

-- something else is not as expected
select object, issue from dbinit_validate(replace('{"name": "shop", "migrations": [{"version": "1", "name": "tables", "up": "create table item (id integer primary key, name text not null); create index item_name on item (name)"}, {"version": "2", "up": {"postgresql": "alter table item add column price integer", "sqlite": "alter table item add column price integer"}}], "rules": [{"name": "named", "relation": "item", "expression": "length(name) > 0"}], "archive": [{"relation": "item", "options": {"mode": "trash"}}], "audit": [{"relation": "item"}], "policies": [{"relation": "item", "options": {"purge_deleted_after_days": 30}}], "expect": [{"name": "items", "sql": "select count(*) >= 0 from item"}]}', '>= 0', '> 1'));

-- objects that are there already: the same ones are taken over, missing parts are created
create table note (id integer primary key);
select cast(dbinit_run('{"name": "notes", "migrations": [{"version": "1", "up": "create table note (id integer primary key, body text); create index note_body on note (body)"}]}') ->> 'success' as text) in ('true', '1');
insert into note (id, body) values (1, 'x');
select version, state from dbmigrate_status() where version like 'notes%';

-- another definition is a conflict, and nothing is changed
create table tag (id integer primary key, label integer);
select cast(dbinit_run('{"name": "tags", "migrations": [{"version": "1", "up": "create table tag (id integer primary key, label text); create table tagged (id integer primary key)"}]}') ->> 'success' as text) in ('true', '1');
select count(*) from dbmigrate_status() where version like 'tags%';
select cast(dbinit_run('{"name": "tags", "migrations": [{"version": "1", "up": "create table tag (id integer primary key, label text); create table tagged (id integer primary key)"}]}', '{"on_conflict": "keep"}') ->> 'success' as text) in ('true', '1');
select count(*) from tagged;
select * from dbinit_validate('{"name": "tags", "migrations": [{"version": "1", "up": "create table tag (id integer primary key, label text); create table tagged (id integer primary key)"}]}');
create table mark (id integer primary key, label integer);
select cast(dbinit_run('{"name": "marks", "migrations": [{"version": "1", "up": "create table mark (id integer primary key, label text)"}]}', '{"on_conflict": "migrate"}') ->> 'success' as text) in ('true', '1');
insert into mark values (1, 'text');

-- migrate also adds what is missing; beside columns of others nothing is added, and the errors say so
create table score (id integer primary key, points text);
select cast(dbinit_run('{"name": "scores", "migrations": [{"version": "1", "up": "create table score (id integer primary key, points integer, day text); create index score_day on score (day)"}]}', '{"on_conflict": "migrate"}') ->> 'success' as text) in ('true', '1');
insert into score (id, points, day) values (1, 2, 'a');
create table goal (id integer primary key, mine text, points text);
select cast(dbinit_run('{"name": "goals", "migrations": [{"version": "1", "up": "create table goal (id integer primary key, points integer, day text); create index goal_day on goal (day)"}]}') as text) like '%goal.points", "message": "exists with another definition"%goal.day", "message": "is missing"%';
select cast(dbinit_run('{"name": "goals", "migrations": [{"version": "1", "up": "create table goal (id integer primary key, points integer, day text); create index goal_day on goal (day)"}]}', '{"on_conflict": "migrate"}') as text) like '%goal.day", "message": "is missing"%';
select cast(dbinit_run('{"name": "goals", "migrations": [{"version": "1", "up": "create table goal (id integer primary key, points integer, day text); create index goal_day on goal (day)"}]}', '{"on_conflict": "keep"}') as text) like '%goal.day", "message": "is missing"%';
select mine from goal;

-- a step that may fail
select cast(dbinit_run('{"name": "partly", "rules": [{"name": "bad", "relation": "nowhere", "expression": "1 = 1"}]}') ->> 'success' as text) in ('true', '1');
select cast(dbinit_run('{"name": "partly", "rules": [{"name": "bad", "relation": "nowhere", "expression": "1 = 1"}], "may_fail": ["rules"]}') ->> 'success' as text) in ('true', '1');

-- a script that fails is named; other manifests' tables may be changed, and a BEGIN and COMMIT around a script is skipped also when it is compared
select cast(dbinit_run('{"name": "wrong", "migrations": [{"version": "0", "up": "select 1"}, {"version": "1", "up": "create table wrong (id integer primary key);\ndrop table nowhere"}]}') as text) like '%"detail": "In migration wrong::1 up, statement 2, line 2.", "object": "migration wrong::1"%';
create table part (id integer primary key);
select cast(dbinit_run('{"name": "parts", "migrations": [{"version": "1", "up": "alter table soft_part add column price integer"}]}') as text) like '%"object": "migration parts::1"%';
select cast(dbinit_run('{"name": "parts", "migrations": [{"version": "1", "up": "alter table part add column price integer; create table part_of (id integer primary key)"}]}') ->> 'success' as text) in ('true', '1');
select * from dbinit_validate('{"name": "parts", "migrations": [{"version": "1", "up": "alter table part add column price integer; create table part_of (id integer primary key)"}]}');
select cast(dbinit_run('{"name": "wrapped", "migrations": [{"version": "1", "up": "begin; create table part (id integer primary key, price integer); create table wrapped (id integer primary key); commit;"}]}') ->> 'success' as text) in ('true', '1');
select count(*) from wrapped;
select cast(dbinit_run('{"name": "half", "migrations": [{"version": "1", "up": "create table half (id integer primary key); rollback"}]}') as text) like '%"In migration half::1 up, statement 2, line 1.", "message": "ROLLBACK is not allowed in a migration"%';

-- a table that is no longer logged, nor keeps deleted rows
create table kept (id integer primary key);
select cast(dbinit_run('{"name": "kept", "audit": [{"relation": "kept"}], "archive": [{"relation": "kept", "options": {"mode": "trash"}}]}') ->> 'success' as text) in ('true', '1');
select dbaudit_disable('kept') is not null, dbarchive_disable('kept') is not null;
select object like 'table %kept', issue, suggestion from dbinit_validate('{"name": "kept", "audit": [{"relation": "kept"}], "archive": [{"relation": "kept", "options": {"mode": "trash"}}]}');
select cast(dbinit_repair('{"name": "kept", "audit": [{"relation": "kept"}], "archive": [{"relation": "kept", "options": {"mode": "trash"}}]}') ->> 'success' as text) in ('true', '1');
select count(*) from dbinit_validate('{"name": "kept", "audit": [{"relation": "kept"}], "archive": [{"relation": "kept", "options": {"mode": "trash"}}]}');

-- tables in which its foreign keys delete and change rows
select cast(dbinit_run('{"name": "family", "migrations": [{"version": "1", "up": "create table family (id integer primary key); create table member (id integer primary key, family_id integer references family on delete cascade); create table pet (id integer primary key, member_id integer references member on delete set null)"}], "archive": [{"relation": "family", "options": {"mode": "trash"}}]}') ->> 'success' as text) in ('true', '1');
select count(*) from dbinit_validate('{"name": "family", "migrations": [{"version": "1", "up": "create table family (id integer primary key); create table member (id integer primary key, family_id integer references family on delete cascade); create table pet (id integer primary key, member_id integer references member on delete set null)"}], "archive": [{"relation": "family", "options": {"mode": "trash"}}]}');
-- psql: drop trigger dbcare_trash on member;
-- sqlite3: drop trigger dbcare_trash_member;
select object, issue, severity, suggestion from dbinit_validate('{"name": "family", "migrations": [{"version": "1", "up": "create table family (id integer primary key); create table member (id integer primary key, family_id integer references family on delete cascade); create table pet (id integer primary key, member_id integer references member on delete set null)"}], "archive": [{"relation": "family", "options": {"mode": "trash"}}]}');
select cast(dbinit_repair('{"name": "family", "migrations": [{"version": "1", "up": "create table family (id integer primary key); create table member (id integer primary key, family_id integer references family on delete cascade); create table pet (id integer primary key, member_id integer references member on delete set null)"}], "archive": [{"relation": "family", "options": {"mode": "trash"}}]}') ->> 'success' as text) in ('true', '1');
-- psql: do $$ begin execute (select format('drop trigger %I on pet', tgname) from pg_trigger where tgname like 'dbcare_trash_link_%' and tgrelid = 'pet'::regclass); end $$;
-- sqlite3: drop trigger dbcare_trash_link_0_pet;
select object, issue from dbinit_validate('{"name": "family", "migrations": [{"version": "1", "up": "create table family (id integer primary key); create table member (id integer primary key, family_id integer references family on delete cascade); create table pet (id integer primary key, member_id integer references member on delete set null)"}], "archive": [{"relation": "family", "options": {"mode": "trash"}}]}');
select cast(dbinit_repair('{"name": "family", "migrations": [{"version": "1", "up": "create table family (id integer primary key); create table member (id integer primary key, family_id integer references family on delete cascade); create table pet (id integer primary key, member_id integer references member on delete set null)"}], "archive": [{"relation": "family", "options": {"mode": "trash"}}]}') ->> 'success' as text) in ('true', '1');
select count(*) from dbinit_validate('{"name": "family", "migrations": [{"version": "1", "up": "create table family (id integer primary key); create table member (id integer primary key, family_id integer references family on delete cascade); create table pet (id integer primary key, member_id integer references member on delete set null)"}], "archive": [{"relation": "family", "options": {"mode": "trash"}}]}');

-- a dry run shows no password: its rows are not kept
create table login (name text primary key, password text);
select cast(dbinit_run('{"name": "logins", "seeds": [{"name": "login", "relation": "login", "row_data": [{"name": "ann", "password": {"$generate": "password"}}]}]}', '{"dry_run": true}') as text) like '%passwords%';
select count(*) from login;
-- nor does a run that fails in a later step
select cast(dbinit_run('{"name": "logins", "seeds": [{"name": "login", "relation": "login", "row_data": [{"name": "ann", "password": {"$generate": "password"}}]}], "rules": [{"name": "bad", "relation": "nowhere", "expression": "1 = 1"}]}') as text) like '%"step": "seeds"%', cast(dbinit_run('{"name": "logins", "seeds": [{"name": "login", "relation": "login", "row_data": [{"name": "ann", "password": {"$generate": "password"}}]}], "rules": [{"name": "bad", "relation": "nowhere", "expression": "1 = 1"}]}') as text) like '%passwords%';
select count(*) from login;
select cast(dbinit_run('{"name": "logins", "seeds": [{"name": "login", "relation": "login", "row_data": [{"name": "ann", "password": {"$generate": "password"}}]}]}') as text) like '%passwords%';

-- what mode flag adds is no drift; what others have added before still is
select cast(dbinit_run('{"name": "soft", "migrations": [{"version": "1", "up": "create table soft (id integer primary key)"}], "archive": [{"relation": "soft", "options": {"mode": "flag"}}]}') ->> 'success' as text) in ('true', '1');
select change, object like '%soft%' from dbmigrate_drift() where object like '%soft%';
drop view soft_live;
create table other (id integer primary key);
select cast(dbinit_run('{"name": "soft", "migrations": [{"version": "1", "up": "create table soft (id integer primary key)"}], "archive": [{"relation": "soft", "options": {"mode": "flag"}}]}') ->> 'success' as text) in ('true', '1');
select change from dbmigrate_drift() where object_type = 'table' and object like '%other';
drop table other;

-- a table twice, and entries that are dry runs: each of the others has its triggers
select cast(dbinit_run('{"name": "twice", "migrations": [{"version": "1", "up": "create table left_side (id integer primary key, body text); create table right_side (id integer primary key, body text)"}], "archive": [{"relation": "left_side", "options": {"mode": "trash"}}, {"relation": "right_side", "options": {"mode": "trash", "dry_run": true}}], "audit": [{"relation": "left_side"}, {"relation": "right_side", "options": {"dry_run": true}}, {"relation": "left_side", "options": {"mask": ["body"]}}, {"relation": "left_side", "options": {"mask": ["id"], "dry_run": true}}]}') as text) like '%belongs to the primary key%';
select cast(dbinit_run('{"name": "twice", "may_fail": ["policies"], "migrations": [{"version": "1", "up": "create table left_side (id integer primary key, body text); create table right_side (id integer primary key, body text)"}], "archive": [{"relation": "left_side", "options": {"mode": "trash"}}, {"relation": "right_side", "options": {"mode": "trash", "dry_run": true}}], "audit": [{"relation": "left_side"}, {"relation": "right_side", "options": {"dry_run": true}}, {"relation": "left_side", "options": {"mask": ["body"]}}, {"relation": "right_side", "options": {"dry_run": true}}]}') ->> 'success' as text) in ('true', '1');
insert into left_side values (1, 'secret');
insert into right_side values (1, 'open');
delete from left_side;
delete from right_side;
select table_name from dbarchive_deleted() where table_name like '%_side' order by table_name;
select table_name, action, row_key from dbaudit_log() where table_name like '%_side' order by id;
select table_name from dbaudit_tables() where table_name like '%_side' order by table_name;

-- a run that fails keeps none of its steps
select cast(result -> 'steps_completed' as text), cast(result -> 'steps_rolled_back' as text) like '%"migrations"%"applied"%'
from (select dbinit_run('{"name": "undone", "migrations": [{"version": "77", "up": "create table undone (id integer primary key)"}], "expect": [{"name": "false", "sql": "select 1 = 2"}]}') as result) as r;
select cast(result -> 'steps_completed' as text) like '%"migrations"%', cast(result -> 'steps_rolled_back' as text)
from (select dbinit_run('{"name": "done", "migrations": [{"version": "78", "up": "create table done (id integer primary key)"}]}') as result) as r;

-- production
select dbcare_set('environment', 'production') is not null;
drop index note_body;
select cast(dbinit_run('{"name": "notes", "migrations": [{"version": "1", "up": "create table note (id integer primary key, body text); create index note_body on note (body)"}]}', '{"automatic": true}') ->> 'success' as text) in ('true', '1');
select dbcare_set('auto_init', true) is not null;
select cast(dbinit_run('{"name": "notes", "migrations": [{"version": "1", "up": "create table note (id integer primary key, body text); create index note_body on note (body)"}]}', '{"automatic": true}') ->> 'success' as text) in ('true', '1');

select dbinit_status() ->> 'environment', cast(dbinit_status() as text) like '%"notes"%';

-- what is no manifest
select dbinit_run('nothing');
select dbinit_run('{"name": "x"');
select dbinit_run('{"version": "1"}');
select dbinit_run('{"name": "A b"}');
select dbinit_run('{"name": "x", "migrtions": []}');
select dbinit_run('{"name": "x", "migrations": [{"up": "select 1"}]}');
select dbinit_run('{"name": "x", "migrations": [{"version": "1"}]}');
select dbinit_run('{"name": "x", "migrations": [{"version": "1", "up": "a"}, {"version": "1", "up": "b"}]}');
select dbinit_run('{"name": "x", "migrations": [7]}');
select dbinit_run('{"name": "x", "migrations": [{"version": "1", "up": {"sqlite": "a"}}]}');
select dbinit_run('{"name": "x", "expect": [{"name": "e"}]}');
select dbinit_run('{"name": "x", "may_fail": ["migrations"]}');
select dbinit_run('{"name": "x"}', '{"on_conflict": "drop"}');
