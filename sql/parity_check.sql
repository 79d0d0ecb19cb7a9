-- Are the rows what the schema says: constraints, orphans, rules.
select dbcare_set('actor', 'tester');
create table p (id integer primary key, name text);
create table c (id integer primary key, p_id integer constraint c_parent references p (id), n integer constraint positive check (n > 0));
create table "Odd ""Name""" ("a b" integer primary key, "select" integer constraint "Its parent" references p (id), loose integer);
create table plain (k text primary key, p_id integer, "Up" text);
create view v as select id from p;
insert into p values (1, 'one'), (2, 'two');
insert into c values (1, 1, 1), (2, null, null);
insert into "Odd ""Name""" values (1, 1, null), (2, 2, 7), (3, null, 2);
insert into plain values ('x', 1, null), ('y', 5, 'x'), ('z', 6, 'gone');
-- no rows mean all is well
select * from dbcheck_constraints();
select * from dbcheck_orphans();
select * from dbcheck_run('{"sources": ["constraint", "rule"]}');
-- option all lists what was verified
select replace(table_name, 'public.', ''), constraint_name, kind, violations, sample_keys, message from dbcheck_constraints(null, '{"all": true}') where constraint_name in ('c_parent', 'positive', 'c_pkey', 'Its parent');
-- rows behind the engine's back
select dbmigrate_add('1', 'behind its back', '{"postgresql": "set session_replication_role = replica; insert into c values (3, 3, 1), (4, 4, 1); insert into \"Odd \"\"Name\"\"\" values (9, 9, 9); alter table c drop constraint positive; insert into c values (5, 1, -5), (6, 6, -6); alter table c add constraint positive check (n > 0) not valid", "sqlite": "insert into c values (3, 3, 1), (4, 4, 1); insert into \"Odd \"\"Name\"\"\" values (9, 9, 9); pragma ignore_check_constraints = on; insert into c values (5, 1, -5), (6, 6, -6); pragma ignore_check_constraints = off"}') ->> 'action';
select dbmigrate_apply();
select replace(table_name, 'public.', ''), constraint_name, kind, violations, sample_keys, replace(message, 'public.', '') from dbcheck_constraints();
select replace(table_name, 'public.', ''), constraint_name, kind, violations, sample_keys from dbcheck_constraints('c', '{"kinds": ["check"]}');
select replace(table_name, 'public.', ''), constraint_name, kind, violations, sample_keys from dbcheck_constraints('c', '{"constraints": ["c_parent"], "samples": 1}');
select replace(table_name, 'public.', ''), constraint_name, violations, sample_keys from dbcheck_constraints('"Odd ""Name"""', '{"samples": 0}');
select replace(table_name, 'public.', ''), constraint_name, replace(parent_table, 'public.', ''), orphans, sample_keys, replace(message, 'public.', '') from dbcheck_orphans();
select replace(table_name, 'public.', ''), constraint_name, orphans, sample_keys from dbcheck_orphans('c');
-- relations nobody declared: of numbers, of text, of a table with others
select replace(table_name, 'public.', ''), constraint_name, replace(parent_table, 'public.', ''), orphans, sample_keys, replace(message, 'public.', '') from dbcheck_orphans('plain', '{"relations": [{"child": "plain.p_id", "parent": "p.id"}, {"child": "plain.\"Up\"", "parent": "plain.k"}]}');
select replace(table_name, 'public.', ''), constraint_name, replace(parent_table, 'public.', ''), orphans, sample_keys from dbcheck_orphans('c', '{"relations": [{"child": "\"Odd \"\"Name\"\"\".loose", "parent": "P.ID"}]}');
-- data rules
select count(*) from dbcheck_rules();
select replace(cast(dbcheck_rule_add('capital', 'p', 'name = upper(name)', '{"severity": "info", "message": "names are capital"}') as text), 'public.', '');
select replace(cast(dbcheck_rule_add('short', 'p', 'length(name) < 3', '{"where": "id > 1 -- the first is special", "severity": "critical", "repair_sql": "delete"}') as text), 'public.', '');
select replace(cast(dbcheck_rule_add('short', 'p', 'length(name) < 3', '{"where": "id > 1 -- the first is special", "severity": "critical", "repair_sql": "name = substr(name, 1, 2), id = id"}') as text), 'public.', '');
select replace(cast(dbcheck_rule_add('odd', '"Odd ""Name"""', '"select" in (select id from p where id < 2)') as text), 'public.', '');
select name, replace(table_name, 'public.', ''), expression, condition, severity, message, repair_sql, created_by, created_at is not null from dbcheck_rules();
select source, name, replace(table_name, 'public.', ''), violations, severity, sample_keys, message from dbcheck_run('{"sources": ["rule"]}');
select source, name, replace(table_name, 'public.', ''), violations, severity, sample_keys, message from dbcheck_run('{"sources": ["rule"], "relation": "p", "samples": 1}');
select source, name, replace(table_name, 'public.', ''), violations, severity, sample_keys, replace(message, 'public.', '') from dbcheck_run('{"relation": "c"}');
-- PostgreSQL escapes backslashes: a session can have strings with escapes
select check_id, severity, replace(object, 'public.', ''), cast(value as integer), replace(message, 'public.', ''), replace(replace(replace(fix_sql, 'public.', ''), '(E''', '('''), '\\', '\') from dbhealth_checks('{"checks": ["orphaned_rows", "duplicate_keys", "constraint_violations", "data_rules_failed"]}');
select dbcheck_rule_drop('capital');
select dbcheck_rule_drop('capital');
-- a rule whose table is gone is unknown, not well
create table passing (id integer primary key);
select replace(cast(dbcheck_rule_add('passing', 'passing', 'id > 0') as text), 'public.', '');
drop table passing;
select source, name, replace(table_name, 'public.', ''), violations, severity, replace(message, 'public.', '') from dbcheck_run('{"sources": ["rule"]}') where name = 'passing';
select dbcheck_rule_drop('passing');
-- what is no rule
select dbcheck_rule_add('r', 'p', 'id > 0; drop table c');
select dbcheck_rule_add('r', 'p', '');
select dbcheck_rule_add('', 'p', 'id > 0');
select dbcheck_rule_add(null, 'p', 'id > 0');
select dbcheck_rule_add('r', null, 'id > 0');
select dbcheck_rule_add('r', 'p', null);
select dbcheck_rule_add('r', '{"where": "id"}', 'id > 0');
select dbcheck_rule_add('r', 'nowhere', 'id > 0');
select dbcheck_rule_add('r', 'v', 'id > 0');
select dbcheck_rule_add('r', 'p', 'id > 0', '{"severity": "fatal"}');
select dbcheck_rule_drop(null);
select count(*) from dbcheck_rules();
-- bad arguments
select * from dbcheck_constraints('nowhere');
select * from dbcheck_constraints('');
select * from dbcheck_constraints(' "p');
select * from dbcheck_constraints('p; drop table c');
select * from dbcheck_constraints('a.b.c.p');
select * from dbcheck_constraints('nowhere.p');
select * from dbcheck_constraints('v');
select * from dbcheck_constraints('{"all": true}');
select * from dbcheck_constraints('p', '{"kinds": ["rule"]}');
select * from dbcheck_constraints('p', '{"kind": "check"}');
select * from dbcheck_constraints('p', '{"samples": 1001}');
select * from dbcheck_constraints('p', '{"types": "all"}');
select * from dbcheck_constraints('p', '{"constraints": ["c_parent"]}');
select * from dbcheck_constraints(null, '{"constraints": ["nobody''s"]}');
select * from dbcheck_orphans('p', '{"relations": "p.id"}');
select * from dbcheck_orphans('p', '{"relations": [{}]}');
select * from dbcheck_orphans('p', '{"relations": [null]}');
select * from dbcheck_orphans('p', '{"relations": [7]}');
select * from dbcheck_orphans('p', '{"relations": [{"child": "p.id", "parents": "c.id"}]}');
select * from dbcheck_orphans('p', '{"relations": [{"child": "id", "parent": "c.id"}]}');
select * from dbcheck_orphans('p', '{"relations": [{"child": "v.id", "parent": "c.id"}]}');
select * from dbcheck_orphans('p', '{"relations": [{"child": "p.ID", "parent": "v.id"}]}');
select * from dbcheck_integrity('{"level": "deep"}');
select * from dbcheck_run('{"sources": ["rules"]}');
select * from dbcheck_run('{"relation": "nowhere"}');
