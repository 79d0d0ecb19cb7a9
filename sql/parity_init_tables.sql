-- Manifests of tables, seeds and rules: run, run again, validated, repaired, in conflict with what is there.

-- nothing is there
select object, issue, severity from dbinit_validate('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}') order by object;
-- a dry run changes nothing
select cast(dbinit_run('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}', '{"dry_run": true}') ->> 'success' as text) in ('true', '1');
select count(*) from dbinit_validate('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}') where issue = 'is not applied';
select cast(dbinit_run('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}') ->> 'success' as text) in ('true', '1');
select * from dbinit_validate('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}');
select id, label, price from till order by id;
select name, table_name from dbcheck_rules();

-- again, by a program that starts, and by hand
select cast(dbinit_run('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}', '{"automatic": true}') ->> 'success' as text) in ('true', '1');
select cast(dbinit_run('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}') ->> 'success' as text) in ('true', '1');

-- damage is found and repaired
drop index till_label;
select dbcheck_rule_drop('labelled') is not null;
select object like 'index %till_label' or object like 'rule %', issue, suggestion from dbinit_validate('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}');
select cast(dbinit_repair('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}') ->> 'success' as text) in ('true', '1');
select * from dbinit_validate('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}');

-- an edited migration
select cast(dbinit_run(replace('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}', 'integer primary key', 'bigint primary key')) ->> 'success' as text) in ('true', '1');
select object, issue from dbinit_validate(replace('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}', 'integer primary key', 'bigint primary key'));

-- something else is not as expected
select object, issue from dbinit_validate(replace('{"name": "till", "version": "2", "migrations": [{"version": "1", "name": "tables", "up": "create table till (id integer primary key, label text not null); create index till_label on till (label)"}, {"version": "2", "up": {"postgresql": "alter table till add column price integer", "sqlite": "alter table till add column price integer"}}], "seeds": [{"name": "tills", "relation": "till", "row_data": [{"id": 1, "label": "one"}, {"id": 2, "label": "two", "price": 3}]}], "rules": [{"name": "labelled", "relation": "till", "expression": "length(label) > 0"}], "expect": [{"name": "tills", "sql": "select count(*) >= 2 from till"}]}', '>= 2', '> 2'));

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

-- a dry run shows no password: its rows are not kept
create table login (name text primary key, password text);
select cast(dbinit_run('{"name": "logins", "seeds": [{"name": "login", "relation": "login", "row_data": [{"name": "ann", "password": {"$generate": "password"}}]}]}', '{"dry_run": true}') as text) like '%passwords%';
select count(*) from login;
-- nor does a run that fails in a later step
select cast(dbinit_run('{"name": "logins", "seeds": [{"name": "login", "relation": "login", "row_data": [{"name": "ann", "password": {"$generate": "password"}}]}], "rules": [{"name": "bad", "relation": "nowhere", "expression": "1 = 1"}]}') as text) like '%"step": "seeds"%', cast(dbinit_run('{"name": "logins", "seeds": [{"name": "login", "relation": "login", "row_data": [{"name": "ann", "password": {"$generate": "password"}}]}], "rules": [{"name": "bad", "relation": "nowhere", "expression": "1 = 1"}]}') as text) like '%passwords%';
select count(*) from login;
select cast(dbinit_run('{"name": "logins", "seeds": [{"name": "login", "relation": "login", "row_data": [{"name": "ann", "password": {"$generate": "password"}}]}]}') as text) like '%passwords%';

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
