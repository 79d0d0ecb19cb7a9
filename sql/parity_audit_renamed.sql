-- columns that the options of dbaudit_enable() name, and that migrations rename or drop
create table q (z integer primary key, d text, c text, p text, h text);
select dbaudit_enable('q', '{"exclude": ["c"], "mask": ["p"]}') is not null;
select dbmigrate_add('1', 'rename', 'alter table q rename column c to cc;
	alter table q rename column p to pp;') is not null;
select dbmigrate_apply() ->> 'applied' is not null;
insert into q values (1, 'd', 'c', 'p', 'h');
update q set d = 'd2', cc = 'c2', pp = 'p2', h = 'h2';
select after from dbaudit_log('{"action": "update"}');
select options ->> 'exclude', options ->> 'mask', problem from dbaudit_tables();

-- names are exchanged
select dbmigrate_add('2', 'exchange', 'alter table q rename column cc to x; alter table q rename column d to cc;
	alter table q rename column x to d; alter table q rename column pp to x; alter table q rename column h to pp;
	alter table q rename column x to h;') is not null;
select dbmigrate_apply() ->> 'applied' is not null;
update q set cc = 'was d', d = 'was c', pp = 'was h', h = 'was p';
select after from dbaudit_log('{"action": "update", "limit": 1}');
select options ->> 'exclude', options ->> 'mask', problem from dbaudit_tables();

-- columns that are not logged, or masked, are dropped, and one that is logged
select dbmigrate_add('3', 'drop', 'alter table q drop column pp; alter table q rename column h to secret; alter table q drop column d;') is not null;
select dbmigrate_apply() ->> 'applied' is not null;
update q set cc = 'new', secret = 'new';
select after from dbaudit_log('{"action": "update", "limit": 1}');
select options ->> 'mask' from dbaudit_tables();
delete from q;
select before from dbaudit_log('{"action": "delete", "limit": 1}');

-- only some columns are logged
create table i (id integer primary key, a text, b text, c text);
select dbaudit_enable('i', '{"include": ["a"], "mask": ["b"]}') is not null;
insert into i values (1, 'a', 'b', 'c');
select dbmigrate_add('4', 'include', 'alter table i rename column a to x; alter table i rename column c to a; alter table i rename column b to c;') is not null;
select dbmigrate_apply() ->> 'applied' is not null;
update i set x = 'was a', a = 'was c', c = 'was b';
select after from dbaudit_log('{"table": "i", "action": "update", "limit": 1}');
select options ->> 'include', options ->> 'mask' from dbaudit_tables() where table_name like '%i';
