-- SQLite takes a name in double quotes that names nothing for a text

create table t (id integer primary key, status text, changed_at text, note text);
insert into t values (1, 'keep', '2020-01-01', 'a'), (2, 'done', '2020-01-01', 'b');
select count(*) from t where "statu" <> 'keep';
--> 2

-- in the condition of a policy, which would delete all rows
select dbarchive_policy('t', '{"where": "\"statu\" <> ''keep''", "timestamp_column": "changed_at", "delete_after_days": 1}');
--> ERROR: dbcare: column "statu" does not exist. SQLite would take it for a text. Write texts in single quotes.

-- in an expression that a policy sets a column to
select dbarchive_policy('t', '{"timestamp_column": "changed_at", "anonymise_after_days": 1, "columns": {"note": "\"not\" || id"}}');
--> ERROR: dbcare: column "not" does not exist. SQLite would take it for a text. Write texts in single quotes.

-- in the condition of an export
select dbarchive_export('t', 'out.ndjson', '{"where": "note = \"a\""}');
--> ERROR: dbcare: column "a" does not exist. SQLite would take it for a text. Write texts in single quotes.

-- in a rule, also one whose column was renamed since
select dbcheck_rule_add('r', 't', '"stat" <> ''x''');
select dbcheck_rule_add('r', 't', '"note" <> ''x''', '{"repair_sql": "note = \"y\""}');
select dbcheck_rule_add('r', 't', '"note" <> ''x''') ->> 'action';
alter table t rename column note to remark;
select name, severity, message from dbcheck_run();
--> ERROR: dbcare: column "stat" does not exist. SQLite would take it for a text. Write texts in single quotes.
--> ERROR: dbcare: column "y" does not exist. SQLite would take it for a text. Write texts in single quotes.
--> added
--> r|unknown|column "note" does not exist

-- in a backfill
select dbmigrate_backfill('b', 'update t set remark = "stat" where remark is null');
--> ERROR: dbcare: column "stat" does not exist. SQLite would take it for a text. Completed batches are kept and do not run again. In backfill b, statement 1, line 1. Write texts in single quotes.

-- what views have is their own affair
create view v as select id, "a text" as text from t;
select dbarchive_export('t', 'v.ndjson', '{"where": "\"id\" in (select id from v where text = ''a text'')"}') ->> 'rows';
--> 2
