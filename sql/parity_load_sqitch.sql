-- Loading sqitch projects.
select dbcare_set('actor', 'tester');
-- plan order is kept, whatever the names; a note is the name; scripts may have their own BEGIN and COMMIT
select dbmigrate_load('{"sqitch.plan": "%syntax-version=1.0.0\n%project=shop\n%uri=https://example.org/shop/\n\nusers 2026-01-01T10:00:00Z Ann Example <ann@example.org> # People who buy.\n  + items [users]\t2026-01-02T10:00:00Z Ann <ann@example.org>\n# a comment\naccounts/open [users items !old_accounts] 2026-01-03T10:00:00Z Ann <ann@example.org> # One\\ntwo \\\\ three\n@v1 2026-01-04T10:00:00Z Ann <ann@example.org> # first release\n", "deploy/users.sql": "-- Deploy users\nBEGIN;\ncreate table users (id integer primary key);\nCOMMIT;\n", "revert/users.sql": "BEGIN;\ndrop table users;\nCOMMIT;\n", "verify/users.sql": "BEGIN;\nselect id from users where false;\nROLLBACK;\n", "deploy/items.sql": "create table items (id integer primary key)", "revert/items.sql": "drop table items", "deploy/accounts/open.sql": "create table accounts (id integer primary key)", "deploy/unplanned.sql": "create table never (id integer)"}', '{"partial": true}');
select version, name, state, reversible, transactional, depends_on from dbmigrate_status();
select version, direction, statement_no, statement from dbmigrate_plan() order by step, statement_no;
select dbmigrate_apply() is not null;
select version, state from dbmigrate_status();
-- a plan of another name, in a directory, with lines that end in CR LF; its scripts are beside it
select dbmigrate_load('{"db/stock.plan": "% project = stock \r\n\r\nshelves 2026-01-01T10:00:00Z Ann <ann@example.org>\r\nbins [stock:shelves] 2026-01-01T10:00:00Z Ann <ann@example.org>\r\n", "db/deploy/shelves.sql": "create table shelves (id integer primary key)", "db/deploy/bins.sql": "create table bins (id integer primary key)", "deploy/bins.sql": "not this one"}', '{"partial": true}');
select version, name, depends_on from dbmigrate_status() where state = 'pending' order by version;
-- a reworked change has the name of a tag, the last one that has scripts; what needs it finds the one that is meant
select dbmigrate_load('{"sqitch.plan": "%project=rework\n\nview 2026-01-01T10:00:00Z Ann <ann@example.org>\n@r1 2026-01-01T10:00:00Z Ann <ann@example.org>\n@r2 2026-01-01T10:00:00Z Ann <ann@example.org>\nuse [view] 2026-01-01T10:00:00Z Ann <ann@example.org>\n@r3 2026-01-01T10:00:00Z Ann <ann@example.org>\nview [view@r1 !view@r9] 2026-01-01T10:00:00Z Ann <ann@example.org>\n@r4 2026-01-01T10:00:00Z Ann <ann@example.org>\nold [view@r2 @r1 view@r4] 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/view.sql": "select 3", "revert/view.sql": "select 4", "deploy/view@r1.sql": "select 0", "deploy/view@r2.sql": "select 1", "revert/view@r2.sql": "select 2", "deploy/use.sql": "select 5", "deploy/old.sql": "select 6"}', '{"partial": true}');
select version, depends_on from dbmigrate_status() where name in ('view', 'use', 'old');
-- what is refused, with the line in the plan; nothing is registered
select count(*) from dbmigrate_status();
select dbmigrate_load('{"sqitch.plan": "%syntax-version=1.0.0\n\na 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2026-01-01 10:00:00 Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2026-01-01T10:00:00Z <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2026-01-01T10:00:00Z Ann\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na [b 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na b 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\n../a 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na:b 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2026-01-01T10:00:00Z Ann <ann@example.org>\n-a 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2026-01-01T10:00:00Z Ann <ann@example.org>\na 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2026-01-01T10:00:00Z Ann <ann@example.org>\n@t 2026-01-01T10:00:00Z Ann <ann@example.org>\n@t 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\n@t 2026-01-01T10:00:00Z Ann <ann@example.org>\na 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2026-01-01T10:00:00Z Ann <ann@example.org>\n@t 2026-01-01T10:00:00Z Ann <ann@example.org>\na 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na [b] 2026-01-01T10:00:00Z Ann <ann@example.org>\nb 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1", "deploy/b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2026-01-01T10:00:00Z Ann <ann@example.org>\nb [a@t] 2026-01-01T10:00:00Z Ann <ann@example.org>\n@t 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1", "deploy/b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na [log:start@v1] 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\na 2026-01-01T10:00:00Z Ann <ann@example.org>\nb [!a] 2026-01-01T10:00:00Z Ann <ann@example.org>\n", "deploy/a.sql": "select 1", "deploy/b.sql": "select 1"}', '{"partial": true}');
select dbmigrate_load('{"sqitch.plan": "%project=p\n\n# nothing yet\n"}', '{"partial": true}');
select dbmigrate_load('{"deploy/a.sql": "select 1"}', '{"partial": true, "format": "sqitch"}');
select count(*) from dbmigrate_status();
