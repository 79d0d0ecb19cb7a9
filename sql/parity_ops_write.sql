-- dbops_insert, dbops_upsert, dbops_update, dbops_delete and dbops_execute.
create table author (id integer primary key, name varchar(20) not null unique, born int check (born > 1000));
create table book (
	author_id int not null references author (id),
	number int not null,
	title text default 'untitled',
	twice int generated always as (number * 2) stored,
	primary key (author_id, number)
);
-- sqlite3: pragma foreign_keys = on;

select dbops_insert('author', '{"id": 1, "name": "Ann", "born": 1900}');
select dbops_insert('author', '[{"id": 2, "name": "Bob"}, {"id": 3, "name": "Cid", "born": null}]', '{"returning": ["name", "born"]}');
select dbops_insert('book', '[{"author_id": 1, "number": 1}, {"author_id": 1, "number": 2, "title": "it''s \"here\""}]', '{"returning": ["twice"]}');
select dbops_insert('book', '[]');
select dbops_insert('author', '{"id": 4, "name": "Dan"}', '{"keys": false}');
select dbops_select('book');

-- every problem of every row
select dbops_insert('author', '[{"id": 10, "name": "Eve"}, {"id": 1, "name": null, "born": 5}, {"id": 11, "name": "Fay", "dead": 1}]');
select dbops_count('author');
select dbops_insert('book', '{"author_id": 77, "number": 1, "twice": 3}');
select dbops_insert('author', '[{"id": 10, "name": "Eve"}, {"id": 1, "name": null, "born": 5}, {"id": 11, "name": "Fay"}]', '{"on_error": "skip"}');
select dbops_insert('author', '[{"id": 12, "name": "Gus"}, {"id": 1, "name": "Gus", "born": 5}, {"id": 13, "name": "Hal"}]', '{"on_error": "report"}');
select dbops_insert('author', '[{"id": 14, "name": "Ian"}, {"id": 14, "name": "Jim"}, {"id": 15, "name": "Kim"}]', '{"on_error": "skip", "batch_size": 1}');
select dbops_insert('author', '[{"id": 16, "name": "Lee"}, {"id": 16, "name": "Moe"}, {"id": 17, "name": "Ned"}]', '{"on_error": "skip", "check": false}');
select dbops_select('author', '{"columns": ["id", "name"], "filters": {"id": {"gte": 10}}}');

-- text is no number, also where SQLite would store it
create table measure (id integer primary key, size double precision, weight int check (weight > 0), price numeric(8, 2), pieces int);
select dbops_insert('measure', '{"id": 1, "size": "Infinity", "weight": 1, "price": "2.50", "pieces": "3"}');
select dbops_insert('measure', '{"id": 2, "size": "high", "weight": -1, "price": "low", "pieces": 1.5}');
select dbops_insert('measure', '{"id": 2, "size": "nan%", "weight": true}', '{"on_error": "report"}');
select dbops_upsert('measure', '{"id": 1, "pieces": "few"}');
select dbops_select('measure', '{"columns": ["size", "pieces"]}');

-- upsert
select dbops_upsert('author', '[{"id": 1, "name": "Anna"}, {"id": 20, "name": "Oz"}]', '{"returning": ["born"]}');
select dbops_upsert('author', '{"id": 99, "name": "Bob", "born": 1950}', '{"key": ["name"], "keys": false}');
select dbops_upsert('book', '{"number": 1, "author_id": 1, "title": "one"}');
select dbops_upsert('book', '{"number": 1, "author_id": 1}');
select dbops_upsert('author', '{"id": 1, "name": "Ann", "born": 3}');
select dbops_upsert('author', '{"id": 1, "name": "Ann"}', '{"key": ["born"]}');
select dbops_select('author', '{"filters": {"id": {"lt": 5}}}');

-- update
select dbops_update('author', '{"born": 1901}', '{"name": "Anna"}', '{"returning": ["born", "id"]}');
select dbops_update('author', '{"born": null}', '{"id": {"gte": 10}}');
select dbops_update('book', '{"title": "x", "number": 7}', '{"number": 2}');
select dbops_update('author', '{"born": 1}', '{}');
select dbops_update('author', '{"born": 1}', '{"any": [{}]}');
select dbops_update('author', '{"born": 1960}', '{}', '{"all": true, "keys": false}');
select dbops_update('author', '{}', '{"id": 1}');
select dbops_update('author', '{"bron": 1}', '{"id": 1}');
select dbops_update('author', '{"born": "then"}', '{"id": 1}');
select dbops_update('author', '{"born": 1960.5}', '{"id": 1}');
select dbops_update('book', '{"twice": 1}', '{"number": 7}');

-- delete
select dbops_delete('book', '{"number": 7}', '{"returning": ["title"]}');
select dbops_delete('author', '{}');
select dbops_delete('author', '{"id": {"gte": 10}}');
select dbops_delete('author', '{"id": 3}', '{"soft": true}');
select dbops_delete('book', '{}', '{"all": true}');
select dbops_count('book'), dbops_count('author');

-- rows that are marked
create table note (id integer primary key, body text, deleted_at timestamp, deleted_by text, deletion_id bigint);
select dbops_insert('note', '[{"id": 1, "body": "a"}, {"id": 2, "body": "b"}, {"id": 3, "body": "c"}, {"id": 4, "body": "d"}]', '{"keys": false}');
select dbarchive_enable('note') is not null;
select dbops_delete('note', '{"id": {"lt": 3}}', '{"reason": "old"}');
select dbops_count('note'), dbops_count('note', '{}', '{"deleted": true}');
select dbops_select('note', '{"columns": ["id"], "total": true}');
select dbops_update('note', '{"body": "z"}', '{}', '{"all": true}');
select dbops_delete('note', '{"id": 3}', '{"soft": false}');
select dbops_delete('note', '{"id": 4}', '{"returning": ["id"]}');
select dbops_count('note', '{}', '{"deleted": true}');
select dbarchive_restore('note', 1) is not null;
select dbops_select('note', '{"columns": ["id", "body"]}');

-- statements
select dbops_execute('select 1 as a, ''x'' as b, null as c');
select dbops_execute('select id, name from author where id = $1', '[1]');
select dbops_execute('select id, name from author where id = :id and name = :name', '{"id": 1, "name": "Anna"}');
select dbops_execute('select '':id'' as a, id as ":id" from author where id = :id', '{"id": 1}');
select dbops_execute('update author set born = :born where id = :id', '{"id": 1, "born": 1999}');
select dbops_execute('insert into author (id, name) values ($1, $2) returning id', '[50, "''; drop--"]');
select dbops_execute('delete from author where id = 50');
select dbops_execute('create table made (a int)');
select dbops_execute('drop table made');
select dbops_execute('select 1; select 2');
select dbops_execute('begin');
select dbops_execute('commit');
select dbops_execute('rollback');
select dbops_execute('savepoint a');
select dbops_execute('select $2', '[1]');
select dbops_execute('select 1', '5');
select dbops_execute('');
