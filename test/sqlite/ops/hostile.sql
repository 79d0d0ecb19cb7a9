-- Triggers of a file that lead to edit(), which starts a program, in ways that only the
-- engine, or the module of a virtual table, takes for a name.
create table t (id integer primary key, a text);
create table read (a);
create view "a b" as select 1 as docid, edit('x', 'touch started') as a;
create view "a[bc" as select edit('x', 'touch started') as a;
create virtual table words using fts4(a, content=a b);
create virtual table packed using fts4(a, compress=trim, uncompress=edit);
create virtual table checked using fts4(quick_check, content=pragma_quick_check);
create trigger one before insert on t when new.a = 'in' begin insert into read select 'x' in pragma_integrity_check; end;
-- a table-valued function behind IN
select dbops_insert('t', '{"a": "in"}');
--> ERROR: dbcare: unsafe use of virtual table "pragma_integrity_check". SQL that is stored in the file would use its module. In row 1 of 1. Use the virtual table itself. (23)
drop trigger one;
create trigger one before insert on t begin insert into read select a from [a[bc]; end;
-- a bracket in the name of a view
select dbops_insert('t', '{"a": "x"}');
--> ERROR: dbcare: unsafe use of edit(), which the application has not registered with SQLITE_INNOCUOUS. In row 1 of 1. (23)
drop trigger one;
create trigger one before insert on t begin insert into read select a from words; end;
-- an option of fts4 with two words
select dbops_insert('t', '{"a": "x"}');
--> ERROR: dbcare: unsafe use of edit(), which the application has not registered with SQLITE_INNOCUOUS. In row 1 of 1. (23)
drop trigger one;
create trigger one before insert on t begin insert into read select a from packed; end;
-- an option of fts4 that names a function
select dbops_insert('t', '{"a": "x"}');
--> ERROR: dbcare: unsafe use of edit(), which the application has not registered with SQLITE_INNOCUOUS. In row 1 of 1. (23)
drop trigger one;
create trigger one before insert on t begin insert into read select quick_check from checked; end;
-- an option of fts4 that names a table-valued function
select dbops_insert('t', '{"a": "x"}');
--> ERROR: dbcare: unsafe use of virtual table "pragma_quick_check". SQL that is stored in the file would use its module. In row 1 of 1. Use the virtual table itself. (23)
drop trigger one;
-- virtual tables that the check of the whole file would read since SQLite 3.44
select object, problem from dbcheck_integrity() where problem glob 'unsafe use of *' order by 1;
--> checked|unsafe use of virtual table "pragma_quick_check": this table and the free pages of the file were not checked
--> packed|unsafe use of edit(), which the application has not registered with SQLITE_INNOCUOUS: this table and the free pages of the file were not checked
--> words|unsafe use of edit(), which the application has not registered with SQLITE_INNOCUOUS: this table and the free pages of the file were not checked
create table "x[yz" (id integer primary key, [b[cd] text check ([b[cd] <> 'no'));
-- ... and a column, whose name is that of the engine
select dbops_insert('"x[yz"', '{"id": 1, "b[cd": "yes"}') ->> '$.affected', dbops_count('"x[yz"', '{"b[cd": "yes"}');
--> 1|1
pragma ignore_check_constraints = on;
insert into "x[yz" values (2, 'no');
pragma ignore_check_constraints = off;
-- ... and its CHECK
select table_name, constraint_name, violations from dbcheck_constraints('"x[yz"');
--> "x[yz"|x[yz_b[cd_check|1

-- texts of rules and policies that the file has stored
create table p (id integer primary key, made text default '2000-01-01', a);
insert into p (a) values (1);
select dbcheck_rule_add('r', 'p', 'a > 0') ->> '$.action', dbarchive_policy('p', '{"timestamp_column": "made", "delete_after_days": 1, "where": "a > 0"}') ->> '$.action';
--> added|added
update dbcare_rule set expression = '''q'' not in (select quick_check from pragma_quick_check)';
update dbcare_policy set options = json_set(options, '$.where', '''q'' not in (select integrity_check from pragma_integrity_check)');
-- ... use no table-valued function: a rule
select severity, message from dbcheck_run() where source = 'rule';
--> unknown|unsafe use of virtual table "pragma_quick_check"
-- ... a policy
select json_extract(dbarchive_apply(), '$.policies[0].error');
--> unsafe use of virtual table "pragma_integrity_check": SQL that is stored in the file would use its module.
update dbcare_policy set options = json_set(options, '$.where', '''q'' not in (select name from fsdir(''.''))');
-- ... one of the application
select json_extract(dbarchive_apply(), '$.policies[0].error');
--> unsafe use of virtual table "fsdir": SQL that is stored in the file would use its module.
