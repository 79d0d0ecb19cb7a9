-- dbmigrate_rebuild: what it takes for damage, and statistics of automatic indexes.

create table e (a);
insert into e values ('x');

-- numbers that integrity_check takes for text, because text is the default, are not damage; nor are rows that broke a CHECK before
create table event (active boolean default 'false', k text primary key, check (k <> 'b')) without rowid;
pragma ignore_check_constraints = on;
insert into event values (1, 'a'), (0, 'b');
begin;
insert into e values ('y');
select dbmigrate_rebuild('event', 'create table event (active boolean default ''false'', k text not null primary key, check (k <> ''b'')) without rowid') ->> 'rows';
commit;
pragma ignore_check_constraints = off;
select count(*) from e;
drop table event;
--> 2
--> 2

-- statistics of automatic indexes follow their columns
create table au (a text unique, b text, c int, unique (b, c), primary key (c));
insert into au values ('a', 'x', 1), ('b', 'x', 2), ('c', 'y', 3), ('d', 'y', 4);
analyze au;
select dbmigrate_rebuild('au', 'create table au (c integer, a text, b text collate nocase, unique (b, c, a), unique (c), unique (b collate nocase, c), unique (a))') ->> 'rows';
select idx, stat from sqlite_stat1 where tbl = 'au' order by idx;
select name, (select group_concat(i.name) from pragma_index_info(l.name) as i) from pragma_index_list('au') as l order by name;
drop table au;
--> 4
--> sqlite_autoindex_au_2|4 1
--> sqlite_autoindex_au_3|4 2 1
--> sqlite_autoindex_au_4|4 1
--> sqlite_autoindex_au_1|b,c,a
--> sqlite_autoindex_au_2|c
--> sqlite_autoindex_au_3|b,c
--> sqlite_autoindex_au_4|a
