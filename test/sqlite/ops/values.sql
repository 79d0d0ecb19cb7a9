-- rows with values of all types
create table "odd ""t'" (id integer primary key, r real, b blob, "old.x", bool boolean, d datetime, note text) ;
select dbops_insert('"odd ""t''"', '[{"id": 1, "r": 0.1, "b": "\\x00ff", "old.x": 1.5, "bool": true, "d": "2026-01-01", "note": "a"}, {"id": 2, "r": 1e300, "old.x": "text", "bool": 0}]');
--> {"keys": [1, 2], "failed": 0, "affected": 2}
insert into "odd ""t'" values (3, 9e999, x'', x'01', 7, 5, 'x' || char(0) || 'y');
-- what is stored
select typeof(b), typeof("old.x"), typeof(bool) from "odd ""t'" order by id;
--> blob|real|integer
--> null|text|integer
--> blob|blob|integer
-- what is returned
select value from json_each(dbops_select('"odd ""t''"'), '$.rows');
--> {"b":"\\x00ff","d":"2026-01-01","r":"0.1","id":1,"bool":true,"note":"a","old.x":"1.5"}
--> {"b":null,"d":null,"r":"1e+300","id":2,"bool":false,"note":null,"old.x":"text"}
--> {"b":"\\x","d":5,"r":"Infinity","id":3,"bool":7,"note":"\\x780079","old.x":"\\x01"}
-- what is found
select dbops_count('"odd ""t''"', '{"b": "\\x00ff"}'), dbops_count('"odd ""t''"', '{"old.x": 1.5}'), dbops_count('"odd ""t''"', '{"old.x": "text"}');
--> 1|1|1
-- a page after a number in a column without a type
select json_extract(dbops_select('"odd ""t''"', '{"columns": ["id"], "sort": ["old.x"], "limit": 1}'), '$.next');
--> [1.5,1]
-- ... and the page
select json_extract(dbops_select('"odd ""t''"', '{"columns": ["id"], "sort": ["old.x"], "limit": 1, "after": [1.5, 1]}'), '$.rows');
--> [{"id":2}]

-- full-text search in the FTS5 table of a table
create table page (page_id integer primary key, title text, body text);
create virtual table found using fts5(title, body, content='page', content_rowid='page_id');
insert into page values (1, 'Dogs', 'they run "fast"'), (2, 'Cats', 'they sleep'), (3, 'body : dogs', 'AND OR NOT');
insert into found (rowid, title, body) select * from page;
select dbops_count('page', '{"body": {"search": "they run"}}'), dbops_count('page', '{"title": {"search": "dogs"}}'), dbops_count('page', '{"title": {"search": "they"}}');
--> 1|2|0
-- words that FTS5 takes for operators
select dbops_count('page', '{"body": {"search": "\"fast\" OR"}}'), dbops_count('page', '{"body": {"search": "AND"}}'), dbops_count('page', '{"body": {"search": " "}}');
--> 0|1|0

-- tables of other databases, and of the same name
attach ':memory:' as other;
create table other.page (id integer primary key, a text);
insert into other.page values (9, 'x');
create temp table page (id integer primary key, t text);
insert into temp.page values (8, 'y');
select dbops_select('other.page'), dbops_count('main.page'), dbops_count('page');
--> {"next": null, "rows": [{"a": "x", "id": 9}], "total": null}|3|1
-- only tables of the main database are changed
select dbops_insert('other.page', '{"id": 10, "a": "z"}');
--> ERROR: dbcare: dbcare cannot change rows of table other.page

-- PRAGMA case_sensitive_like and a function of the application change nothing
pragma case_sensitive_like = on;
select dbops_count('main.page', '{"title": {"ilike": "d%"}}'), dbops_count('main.page', '{"title": {"like": "d%"}}');
--> 1|0

-- a character that text cannot have
select dbops_count('main.page', '{"title": "a\u0000b"}');
--> ERROR: dbcare: text cannot have the character NUL
