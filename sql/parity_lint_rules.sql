-- The rules about changes of tables and rows that both engines have.  The second
-- file of a set changes what the first one makes, about the size of which
-- nothing is known.
select '-- indexes and keys';
select line, rule, severity, message from dbmigrate_lint('{
	"001_make.sql": "create table parents (id bigint primary key); create table a (id bigint primary key, x text, y text, z text, parent bigint)",
	"002_change.sql": "create unique index u on a (x);\ncreate index n on a (x);\nalter table a add column p bigint references parents (id);\ncreate index u2 on a (x, y);\nalter table a add column q bigint references parents (id);\ncreate index qi on a (q, x);"
	}') where rule in ('unique-on-existing', 'fk-without-index');
select line, message from dbmigrate_lint('create table a (b int, c int, d int, e int); create index i on a (b, c, d, e);
create index j on a (b, c, d);
create unique index k on a (b, c, d, e)', '{"rules": ["index-too-wide"]}');

select '-- columns';
select line, rule, severity, message from dbmigrate_lint('{
	"001_make.sql": "create table a (id bigint primary key, x text)",
	"002_change.sql": "alter table a add column r integer not null;\nalter table a add column s integer not null default 1;\nalter table a add column t integer;\nalter table a drop column x;"
	}') where rule in ('add-required-column', 'drop-column');
select count(*) from dbmigrate_lint('create table a (id bigint primary key, x text);
alter table a add column r integer not null; alter table a drop column x')
	where rule in ('add-required-column', 'drop-column');

select '-- drops and renames';
select line, rule, severity, message from dbmigrate_lint('{
	"001_make.sql": "create table a (id bigint primary key, x text); create table b (id bigint primary key); create table c (id bigint primary key)",
	"002_change.sql": "alter table a rename column x to y;\nalter table a rename to a2;\ndrop table b;\ncreate table c2 (id bigint primary key);\ninsert into c2 select * from c;\ndrop table c;\nalter table c2 rename to c;"
	}') where rule in ('rename-column', 'rename-table', 'drop-table');
create table bare (x text);
select line, rule, severity, message from dbmigrate_lint('drop table bare')
	where rule = 'drop-table';
select count(*) from dbmigrate_lint('create table a (x text); alter table a rename column x to y;
alter table a rename to b; drop table b')
	where rule in ('rename-column', 'rename-table', 'drop-table');

select '-- rows';
select line, rule, severity, message from dbmigrate_lint('{
	"001_make.sql": "create table a (x text); create table b (x text)",
	"002_change.sql": "alter table a add column y text;\nupdate a set y = x;\nupdate b set x = 1;\nupdate b set x = 2 where x = 3;\ndelete from b;\ncreate table c as select * from b;"
	}') where rule in ('backfill-in-ddl-txn', 'update-no-where', 'create-table-as');
select count(*) from dbmigrate_lint('create table a (x text); insert into a values (1); update a set x = 1; delete from a')
	where rule in ('backfill-in-ddl-txn', 'update-no-where');

select '-- how bad it is depends on the size';
create table stock (x text, y text);
insert into stock values ('a', 'b');
select rule, severity from dbmigrate_lint('update stock set x = 1; alter table stock add column z text; delete from stock')
	where rule = 'backfill-in-ddl-txn';
insert into stock
	with recursive n (i) as (select 1 union all select i + 1 from n where i < 2000)
	select 'some text to make it larger ' || i, 'and some more of it ' || i from n;
select dbcare_set('lint_large_table_mb', 0.01);
select rule, severity from dbmigrate_lint('update stock set x = 1; alter table stock add column z text; delete from stock where x = 2')
	where rule = 'backfill-in-ddl-txn';

select '-- what runs with the migration that makes a table finds it new';
select dbcare_set('environment', 'production');
select dbmigrate_add('1', 'make', 'create table made (x text, y text)', 'drop table made');
select dbmigrate_add('2', 'change', 'alter table made drop column y; alter table made rename to other', 'select 1');
select version, statement_no, finding from dbmigrate_plan();
select dbmigrate_apply('1');
insert into made values ('a', 'b');
select version, statement_no, finding is not null from dbmigrate_plan();

select '-- columns of tables whose rows are kept';
create table kept (id integer primary key, v text, w text);
select dbarchive_enable('kept') is not null, dbaudit_enable('kept') is not null;
select line, severity, message, suggestion from dbmigrate_lint('alter table kept drop column v;
alter table kept rename column w to x;
create table other (id integer, v text);
alter table other drop column v') where rule = 'kept-rows' order by line, message;
