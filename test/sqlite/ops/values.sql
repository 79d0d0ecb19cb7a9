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

-- SQLite has no NaN, so the check refuses it
create table size (id integer primary key, r real);
select dbops_insert('size', '{"id": 1, "r": "NaN"}', '{"on_error": "report"}') ->> '$.problems[0].message';
--> invalid input syntax for type real: "NaN"
-- without the check it is inserted ...
select dbops_insert('size', '{"id": 1, "r": "NaN"}', '{"check": false}');
--> {"keys": [1], "failed": 0, "affected": 1}
-- ... as text
select typeof(r) from size;
--> text

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

-- pages of one row over values of all kinds, in each direction
create table mixed (id integer primary key, n numeric, i int, x, b blob);
insert into mixed values (1, 9e999, 9223372036854775807, 1.5, x'00ff'), (2, 'Infinity', -9223372036854775808, '1.5', 'x'),
	(3, null, 9223372036854775806, x'31', null), (4, -9e999, null, null, x'00'), (5, 0.1, 1, -0.0, x''), (6, 'x', 1, 9e999, x'00ff'),
	(7, null, 9.5, 9007199254740993, null), (8, 1e300, 'y', '\x31', x'5c78');
with recursive page (sort, number, result) as (
	select value, 1, dbops_select('mixed', json_object('columns', json('["id"]'), 'sort', json(value), 'limit', 1))
	from json_each('[["n"], ["-n"], ["i", "-x"], ["-i"], ["x"], ["-x", "n"], ["b", "n"], ["-b", "-i"]]')
	union all
	select sort, number + 1, dbops_select('mixed', json_object('columns', json('["id"]'), 'sort', json(sort), 'limit', 1, 'after', json_extract(result, '$.next')))
	from page where json_type(result, '$.next') = 'array' and number < 20)
select sort, group_concat(json_extract(result, '$.rows[0].id'), ',') from (select * from page order by sort, number) group by sort;
--> ["-b","-i"]|3,7,8,1,6,4,5,2
--> ["-i"]|4,8,1,3,7,6,5,2
--> ["-n"]|7,3,6,2,1,8,5,4
--> ["-x","n"]|4,3,8,2,6,7,1,5
--> ["b","n"]|2,5,4,1,6,8,3,7
--> ["i","-x"]|2,6,5,7,3,1,8,4
--> ["n"]|4,5,8,1,2,6,3,7
--> ["x"]|5,1,7,6,2,8,3,4
-- ... as SQLite orders them
select group_concat(id, ',') from (select id from mixed order by x desc nulls first, n nulls last, id);
--> 4,3,8,2,6,7,1,5
-- next of a blob in a column for others, and of an infinite number
select json_extract(dbops_select('mixed', '{"sort": ["x"], "limit": 7}'), '$.next'), json_extract(dbops_select('mixed', '{"sort": ["-n"], "limit": 5}'), '$.next');
--> [["\\x31"],3]|[9e999,1]
-- infinite numbers in filters and rows
select dbops_count('mixed', '{"n": "Infinity"}'), dbops_count('mixed', '{"n": {"lt": "-1e308"}}'), dbops_count('mixed', '{"n": {"gt": "-Infinity"}}');
--> 1|1|5
-- an infinite number is inserted as one
select dbops_insert('mixed', '{"id": 9, "n": "-Infinity"}');
select typeof(n) from mixed where id = 9;
--> {"keys": [9], "failed": 0, "affected": 1}
--> real
-- integers of 64 bits
select dbops_count('mixed', '{"i": 9223372036854775807}'), dbops_count('mixed', '{"i": {"gt": 9223372036854775806}}'), dbops_count('mixed', '{"i": -9223372036854775808}');
--> 1|2|1
-- what is no value of an order
select dbops_select('mixed', '{"sort": ["x"], "after": [{}, 1]}');
--> ERROR: dbcare: option after cannot have {}. Pass next of the page before, with the same sort.

-- a result that the connection cannot return changes nothing
-- until 3.46: .limit prints nothing in SQLite 3.53
create table long (id integer primary key, a text, b int);
insert into long (id, a) values (1, printf('%.*c', 400000, 'x')), (2, printf('%.*c', 400000, 'y')), (3, printf('%.*c', 400000, 'z'));
.limit length 1000000
select length(dbops_update('long', '{"b": 1}', '{"id": {"lte": 2}}', '{"returning": ["a"]}')) > 800000;
select dbops_update('long', '{"b": 2}', '{"id": {"gte": 1}}', '{"returning": ["a"]}');
select id, b from long;
-->               length 1000000
--> 1
--> ERROR: dbcare: the result is longer than the 1000000 bytes that the connection allows. The application can raise SQLITE_LIMIT_LENGTH.
--> 1|1
--> 2|1
--> 3|

-- triggers that are off log no change and keep no row
create table watched (id integer primary key, n integer);
insert into watched values (1, 1);
.dbconfig enable_trigger off
select dbops_insert('watched', '{"id": 2}');
select dbops_delete('watched', '{"id": 1}');
select count(*) from watched;
.dbconfig enable_trigger on
select json_extract(dbops_insert('watched', '{"id": 2}'), '$.affected');
-->      enable_trigger off
--> ERROR: dbcare: triggers are off on this connection. Changes would not be logged, and deleted rows not kept. In row 1 of 1. Turn on SQLITE_DBCONFIG_ENABLE_TRIGGER.
--> ERROR: dbcare: triggers are off on this connection. Changes would not be logged, and deleted rows not kept. Turn on SQLITE_DBCONFIG_ENABLE_TRIGGER.
--> 1
-->      enable_trigger on
--> 1
