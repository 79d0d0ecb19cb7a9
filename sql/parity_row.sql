-- dbcheck_row: would a table accept a row.
create table parent (id integer primary key, code varchar(3) unique, x int, y int, unique (x, y));
insert into parent values (1, 'one', 1, 1), (5, 'two', 2, null);
create table child (
	id integer primary key,
	a int not null,
	b text default 'x',
	c int constraint c_positive check (c > 0),
	code varchar(3) constraint c_code references parent (code),
	parent_id int constraint c_parent references parent (id),
	twice int generated always as (a * 2) stored,
	boss int constraint c_boss references child (id),
	x int,
	y int,
	low text,
	constraint c_key unique (a, b),
	constraint c_differ check (a <> c),
	constraint c_twice check (twice < 100),
	constraint c_both foreign key (x, y) references parent (x, y)
);
create unique index child_low on child (lower(low)) where a > 0;
insert into child (id, a, low) values (1, 1, 'Q'), (2, 2, 'R'), (3, -3, 's');

-- what is well
select count(*) from dbcheck_row('child', '{"id": 10, "a": 4}');
select count(*) from dbcheck_row('child', '{"id": 9, "a": 4, "b": null, "c": null, "code": "one", "parent_id": 5}');
select count(*) from dbcheck_row('child', '{"id": 4, "a": 4, "boss": 4, "x": 1, "y": 1, "low": "t"}');
select count(*) from dbcheck_row('child', '{"id": 5, "a": 4, "boss": 1, "x": 7}');
select count(*) from dbcheck_row('child', '{"id": 10, "a": 1, "b": "y"}');
select count(*) from dbcheck_row('child', '{"id": 10, "a": 8, "low": "S"}');
select count(*) from dbcheck_row('child', '{"id": 10, "a": -8, "low": "q"}');

-- what is not
select * from dbcheck_row('child', '{"id": 10}');
select * from dbcheck_row('child', '{"id": 10, "a": null}');
select * from dbcheck_row('child', '{"id": 10, "a": 1}');
select * from dbcheck_row('child', '{"id": 2, "a": 4, "c": 0}');
select * from dbcheck_row('child', '{"id": 10, "a": 4, "c": 4, "zz": 1, "id2": 2, "twice": 8}');
select * from dbcheck_row('child', '{"id": 10, "a": 50}');
select constraint_name, column_name from dbcheck_row('child', '{"id": 10, "a": 4, "code": "thr", "parent_id": 2, "boss": 77, "x": 2, "y": 2}');
select * from dbcheck_row('child', '{"id": 10, "a": 4, "low": "q"}');
select * from dbcheck_row('child', '{"id": "seven", "a": 4, "boss": 1}');

-- several at once, each told
select column_name, constraint_name from dbcheck_row('child', '{"id": 1, "a": 1, "c": -1, "low": "r", "parent_id": 9, "nobody": 0}');

-- what depends on a value nobody can know is not judged
create table drawn (lot int default (random()), constraint d_lot check (lot is null));
select count(*) from dbcheck_row('drawn', '{}');
select column_name, constraint_name from dbcheck_row('drawn', '{"lot": 1}');

-- odd names
create table "odd ""table" ("a b" int constraint "odd check" check ("a b" > 1), "select" text not null);
select * from dbcheck_row('"odd ""table"', '{"a b": 1}');
select * from dbcheck_row('"odd ""table"', '{"a b": 2, "select": "{}"}');

-- nothing has happened
select count(*), sum(a) from child;

-- wrong calls
select * from dbcheck_row('child', '[1]');
select * from dbcheck_row('child', '1');
select * from dbcheck_row('{"a": 1}', '{}');
select * from dbcheck_row('child', null);
