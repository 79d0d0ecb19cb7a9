-- dbcheck_integrity: names that are like what SQLite says of damage.

-- the name of an index can be like a line about a value; that of a table can have two lines
create table named (id integer primary key, v, w);
insert into named values (1, 'a', 'x'), (2, 'b', 'y');
create index "a value in b.c" on named (v);
create index "TEXT value in b.c" on named (v);
create table "two
lines" (a);
insert into "two
lines" values (null);
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '(v)', '(w)') where name glob '* value in b.c';
update sqlite_schema set sql = replace(sql, '(a)', '(a not null)') where name glob 'two*';
.open test.db
.load ./dbcare
select object, severity, count(*) from dbcheck_integrity() group by 1, 2;
--> "TEXT value in b.c"|critical|2
--> "a value in b.c"|critical|2

-- beside a table that calls a forbidden function, SQLite cannot check one whose name it takes for a number
.open risky.db
.load ./dbcare
create table "1st" (a);
create table "" (a);
create table risky (a check (writefile('planted', 'x')));
select object, severity, problem from dbcheck_integrity();
select object, severity from dbhealth_checks('{"level": "full", "checks": ["integrity_structure"]}') order by 1;
--> ""|unknown|SQLite takes its name for a number: this table and the free pages of the file were not checked
--> "1st"|unknown|SQLite takes its name for a number: this table and the free pages of the file were not checked
--> risky|unknown|unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS: this table and the free pages of the file were not checked
--> ""|unknown
--> "1st"|unknown
--> risky|unknown
