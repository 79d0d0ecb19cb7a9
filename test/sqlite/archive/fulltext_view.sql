-- Full-text tables whose content is a view follow its tables when dbcare changes rows with
-- triggers switched off, and are built anew once a call.

create table author (id integer primary key, name text);
create table novel (id integer primary key, title text, author_id integer, hidden integer not null default 0);
create view "named ""novels""" as select n.id, n.title, a.name as author from novel as n join author as a on a.id = n.author_id;
create view shown as select id, title, author from "named ""novels""" where id not in (select id from novel where hidden);
create virtual table novel_fts using fts5(title, author, content='shown', content_rowid='id');
create trigger novel_ai after insert on novel begin
	insert into novel_fts (rowid, title, author) select id, title, author from shown where id = new.id; end;
create trigger novel_bd before delete on novel begin
	insert into novel_fts (novel_fts, rowid, title, author) select 'delete', id, title, author from shown where id = old.id; end;
insert into author values (1, 'ann'), (2, 'bea');
insert into novel values (1, 'alpha', 1, 0), (2, 'beta', 2, 0);
insert into novel (id, title, author_id, hidden) values (3, 'gamma', 2, 1);
insert into novel_fts (novel_fts, rank) values ('integrity-check', 1);
select dbarchive_enable('novel') is not null, dbarchive_enable('author') is not null, dbaudit_enable('novel') is not null;
delete from novel where id = 2;
select dbarchive_restore('novel', 2);
select group_concat(rowid) from novel_fts where novel_fts match 'bea';
insert into novel_fts (novel_fts, rank) values ('integrity-check', 1);
--> 1|1|1
--> {"rows": 1, "batch": 1, "links": 0, "tables": {"novel": 1}, "links_left": 0}
--> 2

-- a table that the view reads through another view
delete from author where id = 1;
insert into novel_fts (novel_fts) values ('rebuild');
select dbarchive_restore('author', 1) ->> 'triggers_not_fired';
select group_concat(rowid) from novel_fts where novel_fts match 'ann';
insert into novel_fts (novel_fts, rank) values ('integrity-check', 1);
--> 
--> 1

-- one that has something else than the view is left to its triggers, which the result names
insert into novel_fts (novel_fts, rowid, title, author) values ('delete', 1, 'alpha', 'ann');
insert into novel_fts (rowid, title, author) values (1, 'unlike', 'ann');
delete from novel where id = 2;
select dbarchive_restore('novel', 2) ->> 'triggers_not_fired';
select group_concat(rowid) from novel_fts where novel_fts match 'unlike';
--> ["novel_ai"]
--> 1

-- a table of many rows is built anew once, whatever the number of steps
create table page (id integer primary key, body text);
create virtual table page_fts using fts5(body, content='page', content_rowid='id');
select dbaudit_enable('page') is not null;
begin;
select dbaudit_actor('ann') is not null;
insert into page with recursive s (i) as (select 1 union all select i + 1 from s where i < 2500) select i, 'word ' || i from s;
commit;
begin;
select dbaudit_actor('bea') is not null;
update page set body = 'changed';
commit;
insert into page_fts (page_fts) values ('rebuild');
create table built (id integer);
create trigger page_fts_built after insert on page_fts_docsize begin insert into built values (new.id); end;
select dbaudit_undo(null, '{"actor": "bea", "since": "2000-01-01", "dry_run": true}') ->> 'rows';
select count(*) from built;
select dbaudit_undo(null, '{"actor": "bea", "since": "2000-01-01"}') ->> 'rows';
select count(*) from built;
select count(*) from page_fts where page_fts match 'changed';
insert into page_fts (page_fts, rank) values ('integrity-check', 1);
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01"}') ->> 'rows';
select count(*) from page_fts where page_fts match 'word';
--> 1
--> 1
--> 1
--> 2500
--> 0
--> 2500
--> 2500
--> 0
--> 2500
--> 0
