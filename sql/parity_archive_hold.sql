-- Rows that must not be deleted for good.
-- sqlite3: pragma foreign_keys = on;
create table author (id integer primary key, name text);
create table book (id integer, part text, author_id integer references author (id) on delete cascade, primary key (id, part));
create table code (code text primary key);
insert into author values (1, 'a'), (2, 'b');
insert into book values (1, 'x', 1), (2, 'y', 2);
insert into code values ('7');
select dbarchive_hold('author', 1, 'case 12');
select count(*) from dbarchive_holds('author');
-- again: the reason changes
select dbarchive_hold('author', '1', 'case 13');
select dbarchive_hold('book', '{"part": "y", "id": 2}', 'case 12');
select dbarchive_hold('code', '7', 'case 12');
select table_name, row_key, reason, deleted, held_at is not null, held_by is not null from dbarchive_holds();
select dbarchive_hold('author', 3, 'case 12');
select dbarchive_hold('missing', 3, 'case 12');
select dbarchive_hold('author', '{"id": null}', 'case 12');
select dbarchive_hold('author', 1, null);
select dbarchive_enable('author') is not null;
delete from author;
select dbarchive_hold('book', '{"id": 1, "part": "x"}', 'case 14');
select dbarchive_hold('author', 2, 'case 14');
-- also what mode flag has marked
create table page (id integer primary key, deleted_at timestamp);
insert into page (id) values (1), (2);
select dbarchive_enable('page') is not null;
select dbarchive_delete('page', 1) is not null;
select dbarchive_hold('page', 1, 'case 15');
select dbarchive_hold('page', 2, 'case 15');
select table_name, row_key, deleted from dbarchive_holds() order by 1, 2;
select row_key, reason from dbarchive_holds('book') order by 1;
select count(*) from dbarchive_holds('missing');
select dbarchive_release('author', 2);
select dbarchive_release('author', 2);
select dbarchive_release('book', '{"part": "y", "id": 2}');
select dbarchive_release('code', '7');
