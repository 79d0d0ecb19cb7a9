-- Triggers of the application that dbcare does not fire are named.
pragma foreign_keys = on;

-- enable names what a restore and an undo will not fire; no trigger of another event or of dbcare
create table post (id integer primary key, blog_id int, title text);
create table blog (id integer primary key, posts int not null default 0);
create virtual table post_fts using fts5(title, content='post', content_rowid='id');
create trigger post_index after insert on post begin insert into post_fts (rowid, title) values (new.id, new.title); end;
create trigger post_unindex after delete on post begin
	insert into post_fts (post_fts, rowid, title) values ('delete', old.id, old.title); end;
create trigger "count post" after insert on post begin
	update blog set posts = posts + 1 where id = new.blog_id; end;
create trigger uncount_post after delete on post begin update blog set posts = posts - 1 where id = old.blog_id; end;
create trigger retitled after update of title on post when new.title is null begin select 1; end;
create temp trigger session_one before insert on post begin select 1; end;
insert into blog (id) values (1);
insert into post values (1, 1, 'one'), (2, 1, 'two');
select dbarchive_enable('post') ->> 'triggers_not_fired';
select dbaudit_enable('post') ->> 'triggers_not_fired';
select dbarchive_enable('blog') -> 'triggers_not_fired' is null;
--> ["count post","session_one"]
--> ["count post","retitled","session_one","uncount_post"]
--> 1

-- each result names those that did not fire
delete from post where id = 1;
select dbarchive_restore('post', 1) ->> 'triggers_not_fired';
select posts from blog;
update post set title = 'new' where id = 2;
select dbaudit_undo(4) ->> 'triggers_not_fired';
delete from blog;
select dbarchive_restore_batch(2) -> 'triggers_not_fired' is null;
--> ["count post","session_one"]
--> 1
--> ["count post","retitled","session_one","uncount_post"]
--> 1

-- a trigger that keeps a full-text table and more is named, and so is one whose full-text table is left alone
create table both (id integer primary key, t text);
create virtual table both_fts using fts5(t, content='both');
create trigger b1 after insert on both begin
	insert into both_fts (rowid, t) values (new.id, new.t); update blog set posts = 0; end;
create virtual table some_fts using fts5(t, content='both');
create trigger b2 after insert on both begin insert into some_fts (rowid, t) values (new.id, new.t); end;
create trigger b3 after delete on both when old.t <> '' begin
	insert into some_fts (some_fts, rowid, t) values ('delete', old.id, old.t); end;
select dbarchive_enable('both') ->> 'triggers_not_fired';
--> ["b1","b2"]

-- a repair, and its undo
create table shelf (id integer primary key);
create table book (id integer primary key, shelf_id int references shelf);
create trigger book_gone after delete on book begin select 1; end;
create trigger book_back after insert on book begin select 1; end;
create trigger book_moved after update on book begin select 1; end;
pragma foreign_keys = off;
insert into book values (1, 5);
pragma foreign_keys = on;
select dbcheck_repair('{"relation": "book", "orphans": "quarantine", "dry_run": false}') ->> 'triggers_not_fired';
select dbcheck_undo(1) ->> 'triggers_not_fired';
select dbcheck_repair('{"relation": "book", "orphans": "set_null", "dry_run": false}') ->> 'triggers_not_fired';
select dbcheck_undo(2) ->> 'triggers_not_fired';
delete from book;
--> ["book_gone"]
--> ["book_back"]
--> ["book_moved"]
--> ["book_moved"]

-- a table from a backup
insert into shelf values (7);
insert into book values (1, 7), (2, 7);
select dbbackup_create('b', json_object('directory', 'backups')) is not null;
delete from book where id = 1;
update book set shelf_id = null;
select dbbackup_restore('b', null, json_object('directory', 'backups', 'table', 'book', 'on_conflict', 'keep')) ->> 'triggers_not_fired';
select dbbackup_restore('b', null, json_object('directory', 'backups', 'table', 'book', 'on_conflict', 'overwrite')) ->> 'triggers_not_fired';
--> 1
--> ["book_back"]
--> ["book_moved"]

-- triggers fire if asked to, full-text tables with them
create table story (id integer primary key, body text);
create virtual table story_words using fts5 (body, content = 'story', content_rowid = 'id');
create trigger story_in after insert on story begin insert into story_words (rowid, body) values (new.id, new.body); end;
create trigger story_out after delete on story begin insert into story_words (story_words, rowid, body) values ('delete', old.id, old.body); end;
select dbarchive_enable('story') is not null;
insert into story values (1, 'once upon'), (2, 'a time');
delete from story where id = 1;
select dbarchive_restore('story', 1, '{"triggers": "fire"}') is not null;
select rowid from story_words where story_words match 'upon';
insert into story_words (story_words, rank) values ('integrity-check', 1);
create trigger story_kept before insert on story begin select raise(ignore); end;
delete from story where id = 2;
select dbarchive_restore('story', 2, '{"triggers": "fire"}') is not null;
select count(*) from story;
create table upper (id integer primary key);
create table lower (id integer primary key, upper_id integer references upper (id));
pragma foreign_keys = off;
insert into lower values (1, 7);
select dbarchive_enable('lower') is not null;
pragma foreign_keys = on;
delete from lower;
select dbarchive_restore('lower', 1) is not null;
select dbarchive_restore('lower', 1, '{"orphans": "keep"}') is not null;
--> 1
--> 1
--> 1
--> ERROR: dbcare: batch 4 cannot be restored. SQLite would not restore a row of story as it was. Change or delete the rows in the way, or restore the missing parents, then restore the batch again.
--> 1
--> 1
--> ERROR: dbcare: batch 5 cannot be restored. deferred foreign key constraint is violated. Restore the missing parents first. Rows that had no parent when they were deleted come back with {"orphans": "keep"}. (19)
--> 1
