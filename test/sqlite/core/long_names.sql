-- The names of columns that SQLite gives with full_column_names on and short_column_names off

create table t (id integer primary key, a text);
insert into t values (1, 'a');
select dbarchive_enable('t') is not null;

-- what needs others says so
pragma full_column_names = on;
pragma short_column_names = off;
select dbaudit_enable('t');
select a from t;
--> 1
--> ERROR: dbcare: no such column: treat. With full_column_names on and short_column_names off SQLite gives the columns of subqueries other names. PRAGMA full_column_names = OFF;
--> a

-- which is not said of a column that there is not
pragma full_column_names = off;
select dbops_execute('select b from t');
--> ERROR: dbcare: no such column: b
