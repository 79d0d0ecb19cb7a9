-- Repairing rows, keeping what they were, and taking it back.
select dbcare_set('actor', 'tester');
select dbcheck_repair();
select dbcheck_repair('{"dry_run": false}');
select dbcheck_repair('{"orphans": "delete"}');
select dbcheck_repair('{"rules": ["none"]}');
select dbcheck_repair('{"orphan": "quarantine"}');
select * from dbcheck_quarantine();
select dbcheck_undo(1);
-- parents, children, a self reference, a cycle, two keys in a table
create table country (code text primary key, name text);
create table city (id integer primary key, code text constraint city_country references country (code), name text);
create table person (id integer primary key, city_id integer constraint person_city references city (id) on delete cascade, boss_id integer constraint person_boss references person (id) on delete set null, age integer);
create table visit (person_id integer constraint visit_person references person (id) on delete cascade, city_id integer constraint visit_city references city (id), day text, primary key (person_id, city_id));
create table pass (id integer primary key, person_id integer default 1 constraint pass_person references person (id) on delete set default, code text unique);
create table egg (id integer primary key, hen_id integer);
create table hen (id integer primary key, egg_id integer constraint hen_egg references egg (id) on delete cascade);
create table loose (word text, city_id integer constraint loose_city references city (id));
create table top (id integer primary key);
create table leaf (id integer primary key, top_id integer references top (id) on delete set null);
insert into top values (0), (1);
insert into leaf values (1, 0), (2, 1);
insert into country values ('de', 'Germany'), ('fr', 'France');
insert into city values (1, 'de', 'Ulm'), (2, 'fr', 'Metz');
insert into person values (1, 1, null, 40), (2, 1, 1, 30), (3, 2, 1, -4);
insert into visit values (1, 2, 'monday'), (2, 1, null);
insert into pass values (1, 1, 'a'), (2, 2, 'b');
select dbmigrate_add('1', 'behind its back', '{"postgresql": "set session_replication_role = replica; insert into city values (7, ''xx'', ''Nowhere''); insert into person values (10, 7, 1, 50), (11, 1, 10, 20), (12, 99, 98, 1); insert into visit values (10, 1, ''sunday''), (2, 55, ''q\"uote''); insert into pass values (5, 10, null), (6, 77, ''f''); insert into hen values (1, 1), (2, 2); insert into egg values (1, 1); insert into loose values (''one'', 50), (''one'', 50), (''two'', 1)", "sqlite": "insert into city values (7, ''xx'', ''Nowhere''); insert into person values (10, 7, 1, 50), (11, 1, 10, 20), (12, 99, 98, 1); insert into visit values (10, 1, ''sunday''), (2, 55, ''q\"uote''); insert into pass values (5, 10, null), (6, 77, ''f''); insert into hen values (1, 1), (2, 2); insert into egg values (1, 1); insert into loose values (''one'', 50), (''one'', 50), (''two'', 1)"}') is not null;
select dbmigrate_apply();
-- looking changes nothing
select replace(cast(dbcheck_repair() as text), 'public.', '');
select replace(cast(dbcheck_repair('{"orphans": "quarantine", "relation": "hen"}') as text), 'public.', '');
select count(*) from dbcheck_quarantine();
select count(*) from dbcheck_orphans();
-- one table, to which nothing else refers
select replace(cast(dbcheck_repair('{"orphans": "quarantine", "relation": "hen", "dry_run": false}') as text), 'public.', '');
select repair_id, quarantine_id, replace(table_name, 'public.', ''), constraint_name, action, row_key, row_data, actor, replace(reason, 'public.', ''), undone_at is null from dbcheck_quarantine();
-- all, with what refers to it
select replace(cast(dbcheck_repair('{"orphans": "quarantine", "dry_run": false, "cascade": true}') as text), 'public.', '');
select * from city order by id;
select * from person order by id;
select * from visit order by person_id, city_id;
select * from pass order by id;
select * from loose order by word;
select count(*) from dbcheck_orphans();
select quarantine_id, replace(table_name, 'public.', ''), constraint_name, action, row_data, replace(reason, 'public.', '') from dbcheck_quarantine() where repair_id = 2;
-- and back
select replace(cast(dbcheck_undo(2) as text), 'public.', '');
select replace(cast(dbcheck_undo(1) as text), 'public.', '');
select * from city order by id;
select * from person order by id;
select * from visit order by person_id, city_id;
select * from pass order by id;
select * from hen order by id;
select * from loose order by word;
select dbcheck_undo(3);
select distinct repair_id, undone_at is not null from dbcheck_quarantine() order by repair_id;
-- set to null where that can be
select replace(cast(dbcheck_repair('{"orphans": "set_null", "relation": "person", "dry_run": false}') as text), 'public.', '');
select replace(cast(dbcheck_repair('{"orphans": "set_null", "relation": "loose", "dry_run": false}') as text), 'public.', '');
select * from person order by id;
select * from loose order by word;
select replace(table_name, 'public.', ''), constraint_name, action, row_key = '12', row_data from dbcheck_quarantine() where repair_id = 3;
select replace(cast(dbcheck_undo(4) as text), 'public.', '');
select replace(cast(dbcheck_undo(3) as text), 'public.', '');
select * from person order by id;
select * from loose order by word, city_id;
-- rules: assignments, and removal
select dbcheck_rule_add('adults', 'person', 'age >= 0', '{"repair_sql": "age = abs(age), boss_id = person.boss_id -- as it was"}') is not null;
select dbcheck_rule_add('days', 'visit', 'day is not null', '{"where": "city_id = 1 -- Ulm", "repair_sql": "delete"}') is not null;
select dbcheck_rule_add('names', 'city', 'name <> ''Nowhere''') is not null;
select dbcheck_rule_add('tops', 'top', 'id > 0', '{"repair_sql": "id = id + 100"}') is not null;
select dbcheck_repair('{"rules": ["names"]}');
select replace(cast(dbcheck_repair('{"rules": ["adults", "days"], "dry_run": false}') as text), 'public.', '');
select id, age from person where age > 3 order by id;
select * from visit order by person_id, city_id;
select replace(cast(dbcheck_repair('{"rules": ["adults", "days"], "dry_run": false}') as text), 'public.', '');
select replace(cast(dbcheck_undo(5) as text), 'public.', '');
select id, age from person where age < 3 order by id;
select * from visit order by person_id, city_id;
-- a rule whose repair takes parents away
select replace(cast(dbcheck_repair('{"rules": ["tops"]}') as text), 'public.', '');
select replace(cast(dbcheck_repair('{"rules": ["tops"], "orphans": "set_null", "relation": "top"}') as text), 'public.', '');
select replace(cast(dbcheck_repair('{"rules": ["tops"], "dry_run": false, "cascade": true}') as text), 'public.', '');
select * from top order by id;
select * from leaf order by id;
select replace(cast(dbcheck_undo(6) as text), 'public.', '');
select * from top order by id;
select * from leaf order by id;
-- a rule whose table is gone keeps nothing else from being looked at
create table passing (id integer primary key);
insert into passing values (-1);
select dbcheck_rule_add('passing', 'passing', 'id > 0', '{"repair_sql": "delete", "message": ""}') is not null;
select message from dbcheck_run('{"sources": ["rule"], "relation": "passing"}');
drop table passing;
select replace(cast(dbcheck_repair('{"relation": "country"}') as text), 'public.', '');
select dbcheck_rule_drop('passing') is not null;
-- nothing that asks for more than was asked
select dbcheck_repair('{"rules": []}');
-- production
select dbcare_set('environment', 'production');
select dbcheck_repair('{"orphans": "quarantine", "dry_run": false, "confirm": "other"}') is not null;
