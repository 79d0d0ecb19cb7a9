-- Names in a file may be anything, but documents and rows about them are UTF-8.

create table bad1 (id integer primary key, parent integer references bad1 (id));
insert into bad1 values (1, 7);
pragma writable_schema = on;
update sqlite_master
set name = replace(name, '1', cast(x'ff' as text)), tbl_name = replace(tbl_name, '1', cast(x'ff' as text)),
	sql = replace(sql, 'bad1', '"bad' || cast(x'ff' as text) || '"');
pragma writable_schema = reset;

-- the schema has a name that is not UTF-8
select hex(name) from pragma_table_list where name like 'bad%';
--> 626164FF

-- rows are valid UTF-8 with the place of the bad name
select instr(cast(object as blob), x'ff'), instr(object, 'bad' || char(0xfffd)) > 0 from dbhealth_checks('{"checks": ["orphaned_rows"]}');
select count(*), sum(instr(cast(table_name || message as blob), x'ff')) from dbcheck_constraints;
--> 0|1
--> 1|0

-- JSON documents are valid UTF-8 with the place of the bad name
create temp table document (name text, body text);
insert into document values ('report', dbhealth_report('{"checks": ["orphaned_rows"]}')),
	('html', dbhealth_html('{"checks": ["orphaned_rows"]}')),
	('schema', dbmigrate_schema());
select name, instr(cast(body as blob), x'ff'), instr(body, 'bad' || char(0xfffd)) > 0 from document;
--> report|0|1
--> html|0|1
--> schema|0|1
