-- dbops_select and dbops_count: rows by filters.
create table person (
	id integer primary key,
	name varchar(20) not null,
	age int,
	active boolean,
	score double precision,
	"Odd ""name" text
);
insert into person values (1, 'anna', 30, true, 1.5, 'x'), (2, 'Bob', null, false, 0.1, null),
	(3, 'carl%', 20, null, null, 'a_b'), (4, 'anna_b', 30, true, 1e30, 'quote '' and "'),
	(5, 'back\slash', 5, false, -2, 'x[y]*?');
create table pair (a int, b text, c int, primary key (a, b));
insert into pair values (1, 'x', 1), (1, 'y', 1), (2, 'x', null), (2, 'y', 2), (3, 'x', null);
create table keyless (a int);
insert into keyless values (1), (2);

select dbops_select('person');
select dbops_select('person', '{"columns": ["name", "id"], "filters": {"name": "anna"}}');
select dbops_select('person', '{"columns": []}');
select dbops_select('person', '{"columns": ["id"], "total": true, "limit": 2}');
select dbops_select('person', '{"columns": ["id"], "total": true, "limit": 0}');
select dbops_select('person', '{"columns": ["id"], "limit": 2, "offset": 3}');
select dbops_select('person', '{"columns": ["Odd \"name"], "filters": {"Odd \"name": {"is_null": false}}}');
select dbops_select('person', '{"columns": ["id", "id"], "limit": 1}');
select dbops_count('person');
select dbops_count('person', '{}');
select dbops_count('person', '{"age": 30}');

-- comparisons
select dbops_count('person', '{"age": null}'), dbops_count('person', '{"age": {"ne": null}}'), dbops_count('person', '{"age": {"ne": 30}}');
select dbops_count('person', '{"age": "30"}'), dbops_count('person', '{"age": 30.0}'), dbops_count('person', '{"age": 29.5}');
select dbops_count('person', '{"age": {"gte": 19.5, "lt": 30.5}}'), dbops_count('person', '{"age": {"lt": 99999999999999999999}}');
select dbops_count('person', '{"age": {"between": [5, 20]}}'), dbops_count('person', '{"age": {"lte": 20, "gt": 5}}');
select dbops_count('person', '{"age": {"in": [5, 20, 7.5]}}'), dbops_count('person', '{"age": {"in": []}}'), dbops_count('person', '{"age": {"in": [null, 5]}}');
select dbops_count('person', '{"age": {"not_in": [5, 20]}}'), dbops_count('person', '{"age": {"not_in": []}}'), dbops_count('person', '{"age": {"not_in": [null, 5]}}');
select dbops_count('person', '{"age": {"in": [7.5]}}'), dbops_count('person', '{"age": {"not_in": [7.5]}}');
select dbops_count('person', '{"age": {}}'), dbops_count('person', '{"age": {"is_null": true}}');
select dbops_count('person', '{"active": true}'), dbops_count('person', '{"active": 0}'), dbops_count('person', '{"active": "false"}');
select dbops_count('person', '{"score": 0.1}'), dbops_count('person', '{"score": {"gt": "1"}}'), dbops_count('person', '{"score": 1e30}');
select dbops_count('person', '{"Odd \"name": "quote '' and \""}');
select dbops_count('person', '{"name": {"gte": "b", "lt": "d"}}');

-- text
select dbops_count('person', '{"name": {"like": "a%"}}'), dbops_count('person', '{"name": {"like": "A%"}}'), dbops_count('person', '{"name": {"ilike": "A%"}}');
select dbops_count('person', '{"name": {"like": "anna\\_b"}}'), dbops_count('person', '{"name": {"like": "____"}}'), dbops_count('person', '{"name": {"like": "%\\%"}}');
select dbops_count('person', '{"name": {"like": "back\\\\slash"}}'), dbops_count('person', '{"name": {"ilike": "B_B"}}');
select dbops_count('person', '{"name": {"contains": "_"}}'), dbops_count('person', '{"name": {"contains": ""}}'), dbops_count('person', '{"name": {"contains": "ANN"}}');
select dbops_count('person', '{"name": {"starts_with": "carl%"}}'), dbops_count('person', '{"Odd \"name": {"starts_with": "x[y]*?"}}'), dbops_count('person', '{"name": {"starts_with": "_"}}');
select dbops_count('person', '{"Odd \"name": {"like": "x[y]*?"}}'), dbops_count('person', '{"Odd \"name": {"contains": "[y]*"}}');

-- any and not
select dbops_select('person', '{"columns": ["id"], "filters": {"any": [{"age": 5}, {"name": "Bob"}]}}');
select dbops_select('person', '{"columns": ["id"], "filters": {"not": {"age": 30}}}');
select dbops_select('person', '{"columns": ["id"], "filters": {"not": {"any": [{"age": {"is_null": true}}, {"age": 30}]}, "id": {"gt": 3}}}');
select dbops_count('person', '{"any": []}'), dbops_count('person', '{"not": {}}'), dbops_count('person', '{"any": [{}]}');

-- order and pages
select dbops_select('person', '{"columns": ["id"], "sort": ["age"]}');
select dbops_select('person', '{"columns": ["id"], "sort": ["-age"]}');
select dbops_select('person', '{"columns": ["id"], "sort": ["-age", "id"], "limit": 2}');
select dbops_select('person', '{"columns": ["id"], "sort": ["-age", "id"], "limit": 2, "after": [30, 1]}');
select dbops_select('person', '{"columns": ["id"], "sort": ["-age", "id"], "limit": 2, "after": [null, 2]}');
select dbops_select('person', '{"columns": ["id"], "sort": ["age"], "limit": 2, "after": [30, 4]}');
select dbops_select('person', '{"columns": ["id"], "sort": ["score"], "limit": 3}');
select dbops_select('person', '{"columns": ["id"], "sort": ["score"], "after": ["1.5", 1]}');
select dbops_select('pair', '{"limit": 2}');
select dbops_select('pair', '{"limit": 2, "after": [1, "y"]}');
select dbops_select('pair', '{"columns": ["a"], "limit": 2, "sort": ["c", "-b"]}');
select dbops_select('pair', '{"columns": ["a"], "sort": ["c", "-b"], "after": [1, "x", 1]}');
select dbops_select('pair', '{"columns": ["a"], "sort": ["c", "-b"], "after": [null, "x", 3]}');
select dbops_select('keyless', '{"limit": 1, "sort": ["-a"]}');

-- refused
select dbops_select('nowhere');
select dbops_select('person', '{"filter": {}}');
select dbops_select('person', '{"filters": {"nam": "x"}}');
select dbops_select('person', '{"columns": ["nam"]}');
select dbops_select('person', '{"sort": ["nam"]}');
select dbops_select('person', '{"sort": ["id", "-id"]}');
select dbops_select('person', '{"limit": -1}');
select dbops_select('keyless', '{"after": [1]}');
select dbops_select('person', '{"after": [1, 2]}');
select dbops_select('person', '{"filters": []}');
select dbops_count('person', '[]');
select dbops_count('person', '{"age": [1, 2]}');
select dbops_count('person', '{"age": {"gtt": 1}}');
select dbops_count('person', '{"age": "abc"}');
select dbops_count('person', '{"age": true}');
select dbops_count('person', '{"age": {"gt": null}}');
select dbops_count('person', '{"age": {"like": "3%"}}');
select dbops_count('person', '{"age": {"is_null": 1}}');
select dbops_count('person', '{"age": {"between": [1]}}');
select dbops_count('person', '{"age": {"in": 1}}');
select dbops_count('person', '{"name": 5}');
select dbops_count('person', '{"name": {"like": 5}}');
select dbops_count('person', '{"name": {"like": "a\\"}}');
select dbops_count('person', '{"name": {"search": "a"}}');
select dbops_count('person', '{"active": "yes"}');
select dbops_count('person', '{"any": [1]}');
select dbops_count('person', '{"any": {"age": 1}}');
select dbops_count('{"a": 1}');
select dbops_count('person', '{"name": "''; drop table person; --"}');
select dbops_count('person', '{"name\"; drop table person; --": 1}');
