-- Triggers of the application fire where that is asked for, in an undo, a repair, the undo of a repair.

create table blog (id integer primary key, posts integer not null default 0);
create table post (id integer primary key, blog_id integer, title text, length integer as (length(title)));
create table comment (id integer primary key, post_id integer);
create table heard (what text);
create virtual table title using fts5(t);
create trigger post_in after insert on post begin
	update blog set posts = posts + 1 where id = new.blog_id;
	insert into title (rowid, t) values (new.id, upper(new.title));
	insert into heard values ('insert ' || new.id); end;
create trigger post_out after delete on post begin
	update blog set posts = posts - 1 where id = old.blog_id;
	delete from title where rowid = old.id;
	delete from comment where post_id = old.id;
	insert into heard values ('delete ' || old.id); end;
create trigger post_new after update on post begin
	update blog set posts = posts - 1 where id = old.blog_id;
	update blog set posts = posts + 1 where id = new.blog_id;
	delete from title where rowid = old.id;
	insert into title (rowid, t) values (new.id, upper(new.title));
	insert into heard values ('update ' || new.id); end;
insert into blog (id) values (1), (2);
insert into post values (1, 1, 'one'), (2, 1, 'two'), (3, 1, 'three');
insert into comment values (1, 1), (2, 2), (3, 3);
select dbaudit_enable('post') ->> 'triggers_not_fired';
select dbarchive_enable('post') ->> 'mode';
begin;
select dbaudit_actor('ann') is not null;
update post set title = 'changed', blog_id = 2 where id = 1;
delete from post where id = 2;
insert into post values (4, 2, 'four');
update post set id = 5 where id = 3;
commit;
delete from heard;
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "triggers": "fire", "dry_run": true}');
select count(*) from heard;
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01", "triggers": "fire"}');
select id, blog_id, title from post order by id;
select posts from blog order by id;
select rowid, t from title order by rowid;
select group_concat(what) from (select what from heard order by what);
-- a row that was changed keeps what a trigger deletes with a deleted one
select id from comment order by id;
-- the log has each change once, an undo of the undo takes it back
select action, row_key from (select * from dbaudit_log() order by id desc limit 5) order by 2, 1;
select group_concat(row_key) from dbarchive_deleted('post');
--> ["post_in","post_new","post_out"]
--> trash
--> 1
--> {"kept": 0, "rows": 5, "tables": 1, "dry_run": true, "entries": 4, "conflicts": []}
--> 0
--> {"kept": 0, "rows": 5, "tables": 1, "dry_run": false, "entries": 4, "conflicts": []}
--> 1|1|one
--> 2|1|two
--> 3|1|three
--> 3
--> 0
--> 1|ONE
--> 2|TWO
--> 3|THREE
--> delete 4,delete 5,insert 2,insert 3,update 1
--> 1
--> 3
--> update|1
--> insert|2
--> insert|3
--> delete|4
--> delete|5
--> 5,4

-- a trigger that prevents or alters a row: nothing is changed
begin;
select dbaudit_actor('bea') is not null;
update post set title = 'later' where id = 1;
commit;
create trigger post_no before update on post when new.title = 'one' begin select raise(ignore); end;
select dbaudit_undo(null, '{"actor": "bea", "since": "2000-01-01", "triggers": "fire"}');
drop trigger post_no;
create trigger post_alters after update on post when new.title = 'one' begin update post set title = 'altered' where id = new.id; end;
select dbaudit_undo(null, '{"actor": "bea", "since": "2000-01-01", "triggers": "fire"}');
drop trigger post_alters;
create trigger post_stays before delete on post begin select raise(ignore); end;
begin;
select dbaudit_actor('cid') is not null;
insert into post values (9, 2, 'nine');
commit;
select dbaudit_undo(null, '{"actor": "cid", "since": "2000-01-01", "triggers": "fire"}');
drop trigger post_stays;
select dbaudit_undo(null, '{"actor": "cid", "since": "2000-01-01", "triggers": "none"}');
select id, title from post order by id;
--> 1
--> ERROR: dbcare: the changes cannot be undone. a trigger of post prevents that a row is changed. Leave out {"triggers": "fire"}.
--> ERROR: dbcare: the changes cannot be undone. SQLite would not restore a row of post as it was. The row was {"id":1,"blog_id":1,"title":"one"}. Leave out {"triggers": "fire"}.
--> 1
--> ERROR: dbcare: the changes cannot be undone. a trigger of post prevents that a row is changed. Leave out {"triggers": "fire"}.
--> ERROR: dbcare: option "triggers" cannot be "none". The value must be one of: fire.
--> 1|later
--> 2|two
--> 3|three
--> 9|nine

-- a repair that deletes rows, one that changes rows, and their undos
delete from heard;
create table tag (id integer primary key, post_id integer references post (id), shade text check (shade <> 'none'), n integer as (id + 1));
create trigger tag_out after delete on tag begin insert into heard values ('delete tag ' || old.id); end;
create trigger tag_in after insert on tag begin insert into heard values ('insert tag ' || new.id); end;
create trigger tag_new after update on tag begin insert into heard values ('update tag ' || new.id || ' ' || coalesce(new.post_id, 0)); end;
pragma ignore_check_constraints = on;
insert into tag values (1, 77, 'none'), (2, 2, 'red');
pragma ignore_check_constraints = off;
delete from heard;
select dbcheck_repair('{"relation": "tag", "orphans": "quarantine", "triggers": "fire"}') ->> 'message';
select count(*) from heard;
select dbcheck_repair('{"relation": "tag", "orphans": "quarantine", "triggers": "fire", "dry_run": false}') ->> 'triggers_not_fired';
select dbcheck_undo(1, '{"triggers": "fire"}') ->> 'triggers_not_fired';
select dbcheck_repair('{"relation": "tag", "orphans": "set_null", "triggers": "fire", "dry_run": false}') ->> 'message';
select dbcheck_undo(2, '{"triggers": "fire"}') ->> 'message';
select what from heard;
select * from tag;
create trigger tag_stays before delete on tag begin select raise(ignore); end;
select dbcheck_repair('{"relation": "tag", "orphans": "quarantine", "triggers": "fire", "dry_run": false}');
drop trigger tag_stays;
select dbcheck_undo(1, '{"triggers": true}');
--> 1 row to be repaired
--> 0
--> 
--> 
--> 1 row repaired
--> 1 row restored
--> delete tag 1
--> insert tag 1
--> update tag 1 0
--> update tag 1 77
--> 1|77|none|2
--> 2|2|red|3
--> ERROR: dbcare: a trigger of tag prevents that a row is changed. Leave out {"triggers": "fire"}.
--> ERROR: dbcare: option "triggers" cannot be true. The value must be one of: fire.
