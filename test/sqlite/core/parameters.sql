-- SQLite takes parameters that have no value for null: texts of others have none

create table t (id integer primary key, a text, changed_at text, deleted_at text);
insert into t values (1, 'a', '2020-01-01', null);
select dbarchive_enable('t') is not null;
--> 1

-- a migration with quotes of PostgreSQL
select dbmigrate_add('1', 'quotes', 'insert into t (id, a) values (2, $body$text$body$);') is not null;
select dbmigrate_apply();
select count(*) from t;
--> 1
--> ERROR: dbcare: there is no parameter $body$text$body$. In migration 1 up, statement 1, line 1. Write the value itself, a text in single quotes: SQLite takes ?, and names after $, @ and :, for parameters.
--> 1

-- a condition of an export
select dbarchive_export('t', 'out.ndjson', '{"where": "a = @a"}');
--> ERROR: dbcare: there is no parameter @a. Write the value itself, a text in single quotes: SQLite takes ?, and names after $, @ and :, for parameters.

-- a condition of a policy
create table p (id integer primary key, a text, changed_at text);
insert into p values (1, 'a', '2020-01-01');
select dbarchive_policy('p', '{"where": "a = ?1", "timestamp_column": "changed_at", "delete_after_days": 1}');
select count(*) from dbarchive_policies();
--> ERROR: dbcare: there is no parameter ?1. Write the value itself, a text in single quotes: SQLite takes ?, and names after $, @ and :, for parameters.
--> 0

-- an expression of a policy
select dbarchive_policy('p', '{"timestamp_column": "changed_at", "anonymise_after_days": 1, "columns": {"a": ":a"}}');
--> ERROR: dbcare: there is no parameter :a. Write the value itself, a text in single quotes: SQLite takes ?, and names after $, @ and :, for parameters.

-- a rule
select dbcheck_rule_add('r', 't', 'a <> ?');
--> ERROR: dbcare: there is no parameter ?1. Write the value itself, a text in single quotes: SQLite takes ?, and names after $, @ and :, for parameters.

-- a backfill
select dbmigrate_backfill('b', 'update t set a = :a where a is null');
--> ERROR: dbcare: a backfill cannot use parameters. Write the values into the statement.

-- a text in a filter is a value
select dbops_select('t', '{"filters": {"a": "$a"}}') ->> 'rows' is not null;
--> 1
