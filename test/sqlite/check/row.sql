-- dbcheck_row on SQLite: what only it has.

create table parent (id integer primary key, code text collate nocase unique, x, y, unique (x, y));
insert into parent values (1, 'One', 1, 'a'), (5, '5', '2', null);

-- ---- types ----

create table loose (i integer, r real, t text, n numeric, b blob, "any thing" some type,
	check (typeof(i) = 'integer' and typeof(r) = 'real' and typeof(t) = 'text' and typeof(n) = 'integer' and typeof(b) = 'text'));

-- an ordinary table converts values
select count(*) from dbcheck_row('loose', '{"i": "5", "r": 1, "t": 7, "n": 3.0, "b": "5", "ANY THING": [1, {"a": null}]}');
select count(*) from dbcheck_row('loose', '{"i": "five", "r": 1, "t": 7, "n": 3.0, "b": "5"}');
--> 0
--> 1

-- a STRICT table refuses values of another type
create table strict_one (i int, r real, t text, b blob, a any, d int default ('x')) strict;
select * from dbcheck_row('strict_one', '{"i": "5", "r": "1e1", "t": 7, "a": "z", "d": 2.0}');
select * from dbcheck_row('strict_one', '{"i": 1.5, "r": "x", "t": {"a": [true]}, "b": "00"}');
--> i||invalid input syntax for type integer: "1.5"
--> r||invalid input syntax for type real: "x"
--> b||invalid input syntax for type blob: "00"
--> d||invalid input syntax for type integer: "x"

-- the rowid is an integer in any table
create table numbered (id integer primary key, n int check (n <> id) check (rowid <> 3));
insert into numbered values (1, 0);
select * from dbcheck_row('numbered', '{"id": "x"}');
select * from dbcheck_row('numbered', '{"id": "1", "n": 1}');
--> id||invalid input syntax for type integer: "x"
--> id|numbered_pkey|the row repeats a key of (id)
--> |numbered_check|the row does not satisfy n <> id

-- a rowid that SQLite chooses is not checked
select count(*) from dbcheck_row('numbered', '{"n": 1}');
select count(*) from dbcheck_row('numbered', '{"id": null}');
--> 0
--> 0

-- booleans are numbers, the last duplicate member counts, names are case-insensitive
create table flags (Flag int not null check (flag in (0, 1)));
select * from dbcheck_row('flags', '{"flag": 7, "flag": true}');
select * from dbcheck_row('flags', '{"FLAG": true, "FLAG": null}');
--> Flag|flags_Flag_not_null|the row is null in "Flag"

-- ---- defaults, generated columns ----

create table filled (k int default 5 check (k <> 5), w text default word check (w = 'word'), at text default current_timestamp check (at > '2020'),
	v int default (abs(random())) check (v < 0), c int default (cast('7' as integer)) check (c = 7),
	g int as (k * 2) check (g < 100), s text generated always as (g || v) stored check (s is null), n int not null default (null));

-- constant defaults are checked, others are not
select * from dbcheck_row('filled', '{"n": 1}');
select * from dbcheck_row('filled', '{"k": 50, "v": -1}');
select * from dbcheck_row('filled', '{"k": 50, "s": 1}') limit 1;
--> k|filled_k_check|the row does not satisfy k <> 5
--> n|filled_n_not_null|the row is null in n
--> g|filled_g_check|the row does not satisfy g < 100
--> s|filled_s_check|the row does not satisfy s is null
--> s||column s is generated and takes no value

-- ---- keys ----

create table keyed (a text collate nocase, b text, c, primary key (a, b), unique (b collate rtrim), unique (c)) without rowid;
create unique index keyed_lower on keyed (lower(b) collate binary desc, c + 1) where c > 5;
insert into keyed values ('A', 'x', 1), ('B', 'Y', 7), ('C', 'z', x'35');

-- unique indexes are checked with their collations, expressions and conditions
select * from dbcheck_row('keyed', '{"a": "a", "b": "x"}');
select * from dbcheck_row('keyed', '{"a": "q", "b": "x  "}');
select * from dbcheck_row('keyed', '{"a": "q", "b": "y", "c": 7}');
select * from dbcheck_row('keyed', '{"a": "q", "b": "y", "c": 5}');
select * from dbcheck_row('keyed', '{"b": "new", "c": "7"}');
--> b|keyed_b_key|the row repeats a key of (b)
--> |keyed_pkey|the row repeats a key of (a, b)
--> b|keyed_b_key|the row repeats a key of (b)
--> c|keyed_c_key|the row repeats a key of (c)
--> |keyed_lower|the row repeats a key of (lower(b) collate binary, c + 1)
--> a|keyed_a_not_null|the row is null in a

-- a null key conflicts with nothing, even in the primary key of an ordinary table
create table ordinary (a text primary key, b unique);
insert into ordinary values (null, null);
select count(*) from dbcheck_row('ordinary', '{}');
--> 0

-- ON CONFLICT REPLACE accepts a duplicate
create table replacing (id integer primary key on conflict replace, u unique on conflict replace, n not null on conflict replace default 1);
insert into replacing values (1, 1, 1);
select count(*) from dbcheck_row('replacing', '{"id": 1, "u": 1, "n": null}');
--> 0

-- ---- foreign keys, enforced or not ----

create table child (id integer primary key, code text references parent (code), pid text references parent, x, y int, boss int references child,
	ghost int references nowhere (id), unlike int references parent (x),
	foreign key (x, y) references parent (x, y));
pragma foreign_keys = off;

-- foreign keys are compared with the affinity and collation of the parent
select * from dbcheck_row('child', '{"id": 1, "code": "oNE", "pid": "5.0", "x": 1, "boss": 1}');
select * from dbcheck_row('child', '{"id": 1, "code": 5, "x": "1", "y": "a", "boss": 2}');
--> unlike|child_unlike_fkey|parent has no unique key of (x)
--> boss|child_boss_fkey|the row has no parent in child (id)
--> unlike|child_unlike_fkey|parent has no unique key of (x)
--> |child_x_y_fkey|the row has no parent in parent (x, y)

-- a missing parent table has no rows
select * from dbcheck_row('child', '{"ghost": 1}') where column_name = 'ghost';
--> ghost|child_ghost_fkey|the row has no parent in nowhere (id)

-- ---- CHECK ----

-- functions and collations of the connection are used
create table calling (v text check (dbcare_version() <> v), j text check (dbcheck_json(j, '{"type": "object"}')));
select column_name, constraint_name from dbcheck_row('calling', json_object('v', dbcare_version(), 'j', json('[1]')));
select count(*) from dbcheck_row('calling', '{"v": "x", "j": {}}');
--> j|calling_j_check
--> v|calling_v_check
--> 0

-- a constraint that cannot be evaluated refuses the row
create table failing (a int check (abs(a) > 0), b text check (json_extract(b, '$.a') > 1 -- a comment
));
select * from dbcheck_row('failing', '{"a": -9223372036854775808, "b": "x"}');
--> a|failing_a_check|integer overflow
--> b|failing_b_check|malformed JSON

-- a string in double quotes stays a string
create table dated (a text check (a in ("x", 'y')), b check ("b" <> dated.a));
select * from dbcheck_row('dated', '{"a": "z", "b": "z"}');
--> a|dated_a_check|the row does not satisfy a in ("x", 'y')
--> |dated_check|the row does not satisfy "b" <> dated.a

-- ---- nothing happens ----

-- no trigger fires, and nothing is written
create trigger refuse before insert on parent begin select raise(abort, 'a trigger has fired'); end;
select * from dbcheck_row('parent', '{"id": 2, "code": "two"}');
select count(*), total_changes() from parent;
pragma query_only = on;
select * from dbcheck_row('parent', '{"id": 1}');
pragma query_only = off;
--> 2|8
--> id|parent_pkey|the row repeats a key of (id)

create table primarily (k text, up references primarily, primary key (k collate nocase));
insert into primarily values ('A', null);

-- a foreign key uses the collation of the primary key if no columns are named
select * from dbcheck_row('primarily', '{"k": "b", "up": "a"}');
select * from dbcheck_row('primarily', '{"k": "b", "up": "B"}');
select * from dbcheck_row('primarily', '{"k": "b", "up": "c"}');
--> up|primarily_up_fkey|the row has no parent in primarily (k)

-- ---- schemas ----

attach ':memory:' as other;
create table other.parent (id integer primary key);
create table other.child (p int references parent, q int default 4 references child);
insert into other.parent values (77);
create temp table parent (id integer primary key check (id > 5));

-- parents are sought in the table's schema; temporary tables come first
select * from dbcheck_row('other.child', '{"p": 77}');
select * from dbcheck_row('other.child', '{"p": 1, "q": null}');
select * from dbcheck_row('parent', '{"id": 5}');
--> q|child_q_fkey|other.child has no primary key of 1 column
--> p|child_p_fkey|the row has no parent in other.parent (id)
--> q|child_q_fkey|other.child has no primary key of 1 column
--> id|parent_id_check|the row does not satisfy id > 5

-- ---- calls ----

-- row_data must be an object
select * from dbcheck_row('keyed', '"a"');
--> ERROR: dbcare: row_data must be a JSON object, not "a". Pass a JSON object with a member per column.

-- row_data must be JSON
select * from dbcheck_row('keyed', '{"a":');
--> ERROR: dbcare: argument row_data of dbcheck_row is not valid JSON

-- a view is refused
create view glance as select 1;
select * from dbcheck_row('glance', '{}');
--> ERROR: dbcare: glance is not a table. Pass the name of a table.

-- functions that stored SQL must not call are not called
-- until 3.49: SQLite 3.50 refuses such a table when it is created
create table risky (a text check (writefile('hacked', a)), b default (writefile('hacked', 'b')), c text check (c > 'b'));
select * from dbcheck_row('risky', '{"a": "x", "c": "a"}');
select readfile('hacked') is null;
--> |risky_a_check|unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS
--> c|risky_c_check|the row does not satisfy c > 'b'
--> 1
