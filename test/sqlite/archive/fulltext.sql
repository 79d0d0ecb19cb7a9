-- Full-text tables whose content is another table follow it when dbcare changes its rows
-- with triggers switched off.

-- integrity-check compares what is indexed with the content
create table books (id integer primary key, title text, body text);
create virtual table books_fts using fts5(title, body, content='books', content_rowid='id');
create trigger books_ai after insert on books begin
	insert into books_fts(rowid, title, body) values (new.id, new.title, new.body); end;
create trigger books_ad after delete on books begin
	insert into books_fts(books_fts, rowid, title, body) values ('delete', old.id, old.title, old.body); end;
create trigger books_au after update on books begin
	insert into books_fts(books_fts, rowid, title, body) values ('delete', old.id, old.title, old.body);
	insert into books_fts(rowid, title, body) values (new.id, new.title, new.body); end;
insert into books values (1, 'alpha beta', 'x'), (2, 'alpha gamma', 'y'), (3, 'delta', 'z');
select dbarchive_enable('books') is not null, dbaudit_enable('books') is not null;
delete from books where id = 1;
select dbarchive_restore('books', 1) ->> 'rows';
select group_concat(rowid) from books_fts where books_fts match 'alpha';
insert into books_fts(books_fts, rank) values ('integrity-check', 1);
--> 1|1
--> 1
--> 1,2

-- the undo of an UPDATE, of a DELETE and of an INSERT
update books set title = 'zeta' where id = 2;
delete from books where id = 3;
insert into books values (4, 'alpha', 'new');
select dbaudit_undo(6) ->> 'rows';
select dbaudit_undo(5) ->> 'rows';
select dbaudit_undo(4) ->> 'rows';
select id, title from books;
select group_concat(rowid) from books_fts where books_fts match 'zeta';
insert into books_fts(books_fts, rank) values ('integrity-check', 1);
update books set title = 'omega' where id = 2;
select count(*) from books_fts where books_fts match 'gamma';
insert into books_fts(books_fts, rank) values ('integrity-check', 1);
--> 1
--> 1
--> 1
--> 1|alpha beta
--> 2|alpha gamma
--> 3|delta
--> 
--> 0

-- a repair, and the undo of the repair
create table shelf (id integer primary key);
insert into shelf values (1);
create table book (id integer primary key, title text, shelf_id integer references shelf, note text);
create virtual table book_fts using fts5(title, note unindexed, content=book);
create trigger "book insert" after insert on book when new.id > 0 begin select 1; end;
create trigger book_ai after insert on book begin
	insert into book_fts (title, rowid, note) values (new.title, new.rowid, new.note); end;
create trigger book_ad after delete on book for each row begin
	insert into book_fts ([book_fts], rowid, title, note) values ('delete', old.rowid, old.title, old.note); end;
create virtual table book_fts4 using fts4(title, content="book");
create trigger book_bd before delete on book begin delete from book_fts4 where docid = old.id; end;
create trigger book_bi after insert on book begin insert into book_fts4 (docid, title) values (new.id, new.title); end;
insert into book values (1, 'one word', 1, 'n'), (2, 'two word', 7, null);
select dbcheck_repair('{"orphans": "quarantine", "dry_run": false}') ->> 'message';
select group_concat(rowid) from book_fts where book_fts match 'word';
select group_concat(docid) from book_fts4 where book_fts4 match 'word';
insert into book_fts(book_fts, rank) values ('integrity-check', 1);
insert into book_fts4(book_fts4) values ('integrity-check');
select dbcheck_undo(1) ->> 'message';
select group_concat(rowid) from book_fts where book_fts match 'word';
select group_concat(docid) from book_fts4 where book_fts4 match 'word';
insert into book_fts(book_fts, rank) values ('integrity-check', 1);
insert into book_fts4(book_fts4) values ('integrity-check');
--> 1 row repaired
--> 1
--> 1
--> 1 row restored
--> 1,2
--> 1,2

-- a repair that changes rows, and its undo
select dbcheck_repair('{"orphans": "set_null", "dry_run": false}') ->> 'message';
insert into book_fts(book_fts, rank) values ('integrity-check', 1);
insert into book_fts4(book_fts4) values ('integrity-check');
select dbcheck_undo(2) ->> 'message';
insert into book_fts(book_fts, rank) values ('integrity-check', 1);
insert into book_fts4(book_fts4) values ('integrity-check');
update book set shelf_id = 1;
--> 1 row repaired
--> 1 row restored

-- a table from a backup
select dbbackup_create('b', json_object('directory', 'backups')) is not null;
delete from book where id = 1;
insert into book values (1, 'other', 1, 'words'), (3, 'new', 1, '');
select dbbackup_restore('b', null, json_object('directory', 'backups', 'table', 'book', 'on_conflict', 'overwrite')) ->> 'overwritten';
select group_concat(rowid) from book_fts where book_fts match 'word';
select group_concat(rowid) from book_fts where book_fts match 'other';
insert into book_fts(book_fts, rank) values ('integrity-check', 1);
insert into book_fts4(book_fts4) values ('integrity-check');
--> 1
--> 1
--> 1,2
--> 

-- full-text tables that no trigger names, or without the sizes of columns, are built anew
create table n (id integer primary key, v text);
create virtual table n_fts using fts5(v, content='n', content_rowid='id');
create virtual table n_fts4 using fts4(v, content="n", matchinfo=fts3);
create virtual table n_small using fts5(v, content='n', content_rowid='id', columnsize=0);
create trigger n_i after insert on n begin insert into n_small (rowid, v) values (new.id, new.v); end;
create trigger n_d after delete on n begin insert into n_small (n_small, rowid, v) values ('delete', old.id, old.v); end;
select dbarchive_enable('n') is not null;
insert into n values (1, 'mark'), (2, 'mark');
delete from n where id = 1;
select dbarchive_restore('n', 1) ->> 'rows';
select group_concat(rowid) from n_fts where n_fts match 'mark';
select group_concat(docid) from n_fts4 where n_fts4 match 'mark';
select group_concat(rowid) from n_small where n_small match 'mark';
--> 1
--> 1
--> 1,2
--> 1,2
--> 1,2

-- those that have something else than the content stay as their triggers made them
create table w (id integer primary key, v text, shown);
create virtual table w_fts using fts5(v, content='w', content_rowid='id');
create trigger w_i after insert on w when new.shown begin insert into w_fts (rowid, v) values (new.id, new.v); end;
create trigger w_d after delete on w when old.shown begin insert into w_fts (w_fts, rowid, v) values ('delete', old.id, old.v); end;
create virtual table w_low using fts5(v, content='w', content_rowid='id');
create trigger w_i2 after insert on w begin insert into w_low (rowid, v) values (new.id, replace(new.v, 'mark', 'x')); end;
create trigger w_d2 after delete on w begin insert into w_low (w_low, rowid, v) values ('delete', old.id, replace(old.v, 'mark', 'x')); end;
select dbarchive_enable('w') is not null;
insert into w values (1, 'mark', 1), (2, 'mark', 0), (3, 'mark', 1);
delete from w where id = 3;
select dbarchive_restore('w', 3) ->> 'rows';
select group_concat(rowid) from w_fts where w_fts match 'mark';
select group_concat(rowid) from w_low where w_low match 'x';
--> 1
--> 1
--> 1
--> 1,2

-- only modules of SQLite are full-text tables
select count(*) from w;
--> 3
