-- Health checks of integrity: integrity_structure, integrity_index_match,
-- partial_index_stale, and those of rows.

-- ---- integrity_structure ----

update topic set id = 'integrity_structure';
create table sound (id integer primary key, a text);
create index sound_a on sound (a);
insert into sound select value, printf('%020d', value) from generate_series(1, 1000);
create table "Order Details" (id integer primary key, "a""b" text);
insert into "Order Details" values (1, null);
create table checked (a integer);
insert into checked values (-1);

-- an undamaged database is no finding
select severity, object from said;
--> ok|

-- level fast does not run the check
select severity, reason from dbhealth_checks('{"verbose": true}') where check_id = 'integrity_structure';
--> skipped|needs level full

-- a null in a NOT NULL column is left to another check
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '"a""b" text', '"a""b" text not null')
where name = 'Order Details';
.open test.db
.read begin.inc
update topic set id = 'integrity_structure';
select check_id, severity, object, message, fix_sql
from dbhealth_checks('{"checks": ["integrity_structure", "constraint_violations"], "level": "full"}');
--> integrity_structure|ok||nothing found|
--> constraint_violations|warning|"Order Details"|"Order Details": 1 row violates "Order Details_a""b_not_null"|

-- repairing the row ends the finding
update "Order Details" set "a""b" = '';
select severity, object from said;
--> ok|

-- a row that violates a CHECK is no damage
pragma writable_schema = on;
update sqlite_schema set sql = 'create table checked (a integer check (a > 0))'
where name = 'checked';
.open test.db
.read begin.inc
update topic set id = 'integrity_structure';
select severity, object from said;
--> ok|

-- too many violations make the result unknown
pragma ignore_check_constraints = on;
insert into checked select -value from generate_series(1, 98);
pragma ignore_check_constraints = off;
select severity, object from said;
pragma ignore_check_constraints = on;
insert into checked values (-99);
pragma ignore_check_constraints = off;
select severity, object, message, reason from said;
delete from checked;
select severity, object from said;
--> ok|
--> unknown|main|main could not be checked|quick_check stopped at 100 problems: fix the rows listed by dbcheck_constraints(), then repeat the check
--> ok|

-- an overwritten page is damage of what has it
.open zeros.db
create table sound (a unique);
.system dd if=/dev/zero of=zeros.db bs=4096 seek=2 count=1 conv=notrunc status=none
.open zeros.db
.read begin.inc
update topic set id = 'integrity_structure';
select severity, object, message, fix_sql from said;
--> critical|sqlite_autoindex_sound_1|sqlite_autoindex_sound_1 is damaged: its root page 3 is damaged: it is not a page of a table or an index|

-- the report and the score include the damage
select dbhealth_report('{"level": "full"}') ->> 'status', dbhealth_score('{"level": "full"}');
--> critical|50

-- rows in the wrong order are damage
.open places.db
create table sound (a);
insert into sound values (1), (2);
.system dd if=places.db of=places.db bs=1 skip=4106 seek=4104 count=2 conv=notrunc status=none
.open places.db
.read begin.inc
update topic set id = 'integrity_structure';
select severity, object, message from said;
--> critical|sound|sound is damaged: its root page 2 is damaged: its rows are out of order; 1 row can still be read

-- a page of two tables is damage
.open roots.db
create table one (a);
create table two (a);
pragma writable_schema = on;
update sqlite_schema set rootpage = 2 where name = 'two';
.open roots.db
.read begin.inc
update topic set id = 'integrity_structure';
select severity, object, message from said;
--> critical|two|two is damaged: its root page 2 is damaged: it is also in use elsewhere; no row can still be read

-- level fast finds a destroyed root page, names the backup, and the database is not healthy
.open fast.db
create table one (a);
create table two (a unique);
.load ./dbcare
select dbbackup_create('monday') is not null;
.system dd if=/dev/zero of=fast.db bs=4096 seek=3 count=1 conv=notrunc status=none
.open fast.db
.read begin.inc
select severity, object, message, suggestion glob 'Stop the application and keep a copy of the files of the database, then restore backup "monday" of 20*Z, or save what can be read with dbcheck_salvage().'
from dbhealth_checks() where check_id = 'root_pages';
select dbhealth_status(), dbhealth_score() < 60;
--> 1
--> critical|sqlite_autoindex_two_1|sqlite_autoindex_two_1 is damaged: its root page 4 is damaged: it is not a page of a table or an index|1
--> critical|1

-- with damaged pages nothing is said of indexes, whose entries may be all that is left
select severity, check_id, coalesce(reason, message) from dbhealth_checks('{"level": "full"}') where check_id glob 'integrity*';
--> critical|integrity_structure|sqlite_autoindex_two_1 is damaged: its root page 4 is damaged: it is not a page of a table or an index
--> unknown|integrity_index_match|pages are damaged: see integrity_structure

-- a file whose schema cannot be read is an error, in the engine's words
-- until 3.47: SQLite 3.48 reads the schema before it calls a function
.open short.db
create table a (t);
create table b (t);
.system truncate -s 6000 short.db
.open short.db
.load ./dbcare
select dbhealth_ping();
select dbhealth_score();
select * from dbmigrate_status;
--> ERROR: dbcare: database disk image is malformed (11)
--> ERROR: dbcare: database disk image is malformed (11)
--> ERROR: database disk image is malformed (11)

-- a file that is no database is an error
-- until 3.47: SQLite 3.48 reads the schema before it calls a function
.system echo 'this is not a database, is it' >text.db
.open text.db
.load ./dbcare
select dbhealth_ping();
select dbmigrate_apply();
--> ERROR: dbcare: file is not a database (11)
--> ERROR: dbcare: file is not a database (11)

-- ---- orphaned_rows ----

.open orphans.db
.read begin.inc
update topic set id = 'orphaned_rows';
create table parent (id integer primary key, word text collate nocase unique, a, b, unique (a, b));
insert into parent values (1, 'One', 1, 1), (2, 'Two', 2, 2);

-- rows with a parent or a null key are no finding
create table child (id integer primary key, p references parent);
insert into child values (1, 1), (2, null), (3, '2');
create table by_word (w references parent (word));
insert into by_word values ('one'), ('TWO');
create table by_pair (a, b, foreign key (a, b) references parent (a, b));
insert into by_pair values (1, 1), (9, null), (null, 9), (null, null);
create table self (id integer primary key, up references self);
insert into self values (1, null), (2, 1), (3, 3);
select severity, object from said;
--> ok|

-- rows without parent are found, as by foreign_key_check
insert into child values (4, 4), (5, 'two'), (6, x'31');
insert into by_word values ('three');
insert into by_pair values (1, 2), (2, 1);
insert into self values (4, 5);
select severity, object, value, message from said;
select "table", count(*) from pragma_foreign_key_check group by 1 order by 1;
--> warning|by_pair|2.0|by_pair: 2 rows have no parent in parent by foreign key (a, b)
--> warning|by_word|1.0|by_word: 1 row has no parent in parent by foreign key (w)
--> warning|child|3.0|child: 3 rows have no parent in parent by foreign key (p)
--> warning|self|1.0|self: 1 row has no parent in self by foreign key (up)
--> by_pair|2
--> by_word|1
--> child|3
--> self|1

-- each relation costs five points
select dbhealth_score('{"checks": ["orphaned_rows"]}');
--> 80

-- fix_sql moves the rows to quarantine
select fix_sql from said where object = 'child';
--> SELECT dbcheck_repair('{"dry_run": false, "orphans": "quarantine", "relation": "child"}');

-- relations of one table are listed separately
delete from child where id > 3; delete from by_word where w = 'three';
delete from by_pair where a = 1 and b = 2 or a = 2; delete from self where id = 4;
create table two_keys (p references parent, q references parent);
insert into two_keys values (1, 8), (9, 8), (1, null);
select severity, object, value, message from said;
drop table two_keys;
--> warning|two_keys|1.0|two_keys: 1 row has no parent in parent by foreign key (p)
--> warning|two_keys|2.0|two_keys: 2 rows have no parent in parent by foreign key (q)

-- a parent that does not exist has no rows
create table lost (a references nowhere, b references nowhere (x));
insert into lost values (null, 1);
select severity, object, message from said;
drop table lost;
--> warning|lost|lost: 1 row has no parent in nowhere by foreign key (b)

-- a missing parent column makes only its relation unknown
create table broken (a references parent (missing));
insert into broken values (1);
insert into child values (4, 4);
select severity, object, reason from said;
drop table broken;
delete from child where id = 4;
--> unknown|broken|parent has no unique key of (missing)
--> warning|child|

-- a parent without a key makes its relation unknown
create table keyless (a);
create table unsure (a references keyless);
insert into unsure values (1);
select severity, object, reason from said;
drop table unsure;
--> unknown|unsure|keyless has no primary key of 1 column

-- awkward names are quoted
create table "Order ""Details""" ("select" primary key, "таблица" unique);
create table "from" ("a""b" references "Order ""Details""", "it's" references "Order ""Details""" ("таблица"));
insert into "from" values (1, null);
select object, message, fix_sql from said;
--> "from"|"from": 1 row has no parent in "Order ""Details""" by foreign key ("a""b")|SELECT dbcheck_repair('{"dry_run": false, "orphans": "quarantine", "relation": "\"from\""}');

-- adding the parents ends the finding
insert into "Order ""Details""" ("select") values (1);
select severity, object from said;
--> ok|

-- a temporary table of the same name hides nothing
create temp table parent (id integer primary key);
select severity, object from said;
--> ok|

-- ---- duplicate_keys, constraint_violations, data_rules_failed ----

-- a rule is added
.open rows.db
.read begin.inc
create table t (id integer primary key, a text, b integer check (b > 0));
create index u on t (a);
insert into t values (1, 'x', 1), (2, 'y', 2);
select dbcheck_rule_add('long', 't', 'length(a) > 1', '{"severity": "critical", "repair_sql": "delete"}') ->> 'action';
--> added

-- rows that satisfy a rule are no finding
update topic set id = 'duplicate_keys';
select severity, object from said;
update topic set id = 'constraint_violations';
select severity, object from said;
--> ok|
--> ok|

-- rows that violate a rule are found
insert into t values (3, 'x', 1), (4, 'x', 1);
pragma ignore_check_constraints = on;
insert into t values (5, 'zz', -1);
pragma writable_schema = on;
update sqlite_schema set sql = 'create unique index u on t (a)' where name = 'u';
.open rows.db
.read begin.inc
update topic set id = 'duplicate_keys';
select severity, object, value, message, fix_sql from said;
update topic set id = 'constraint_violations';
select severity, object, value, message, fix_sql from said;
update topic set id = 'data_rules_failed';
select severity, object, value, message, fix_sql from said;
--> critical|t|2.0|t: 2 rows repeat a key of u|
--> warning|t|1.0|t: 1 row violates t_b_check|
--> critical|t|4.0|t: 4 rows violate the rule long|SELECT dbcheck_repair('{"rules": ["long"], "dry_run": false}');

-- duplicate keys halve the score
select dbhealth_score('{"checks": ["duplicate_keys"]}');
--> 50

-- ---- integrity_index_match ----

-- indexes that match their tables are no finding
.open match.db
.read begin.inc
update topic set id = 'integrity_index_match';
create table t (a text, b int);
create index "odd ""one" on t (a);
create index one on t (a);
create index "an index one" on t (a);
insert into t select 'word ' || value, value from generate_series(1, 20);
select severity, object from said;
--> ok|

-- an index with other values than its table is damaged
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '(a)', '(b)') where type = 'index' and name <> 'one';
.open match.db
.read begin.inc
update topic set id = 'integrity_index_match';
select severity, object, message, fix_sql from said;
select dbhealth_score('{"checks": ["integrity_index_match"]}');
--> critical|"an index one"|"an index one" does not match its table: row 1 missing from index an index one|REINDEX main."an index one";
--> critical|"odd ""one"|"odd ""one" does not match its table: row 1 missing from index odd "one|REINDEX main."odd ""one";
--> 50

-- dbhealth_optimize() lists damaged indexes
select dbhealth_optimize() -> '$.steps[1].state';
select dbhealth_optimize() -> '$.steps[2].sql';
select count(*) from said where severity = 'critical';
--> "planned"
--> "REINDEX main.\"odd \"\"one\";"
--> 2

-- fix_sql rebuilds the index
.read repair.inc
select severity, object from said;
--> ok|

-- dbhealth_optimize() rebuilds damaged indexes unless dry_run is true
-- until 3.40: PRAGMA optimize analyzes more tables since SQLite 3.46
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, '(b)', '(a)') where type = 'index' and name <> 'one';
.open match.db
.read begin.inc
update topic set id = 'integrity_index_match';
select dbhealth_optimize('{"dry_run": false}') ->> 'fixed';
select severity, object from said;
--> 2
--> ok|

-- PRAGMA optimize runs if it would analyze a table
create table counted (a int);
create index counted_a on counted (a);
insert into counted select value from generate_series(1, 100);
select count(*) from counted where a = 7;
select dbhealth_optimize('{"steps": ["analyze"]}') -> '$.steps[1]';
select dbhealth_optimize('{"steps": ["analyze"], "dry_run": false}') ->> 'fixed';
select tbl from sqlite_stat1 where tbl = 'counted';
select function_name from dbcare_events;
select dbcare_uninstall('{"confirm": "match.db"}') is null;
select dbhealth_optimize('{"steps": ["analyze"]}') -> '$.steps[1]';
drop table counted;
--> 1
--> {"sql":"PRAGMA main.optimize(0x1fffe);","risk":null,"step":"analyze","bytes":null,"error":null,"locks":null,"state":"planned","object":"main","reason":null,"duration_ms":null}
--> 1
--> counted
--> dbhealth_optimize
--> dbhealth_optimize
--> dbhealth_optimize
--> 0
--> {"sql":null,"risk":null,"step":"analyze","bytes":null,"error":null,"locks":null,"state":"ok","object":"main","reason":"PRAGMA optimize finds no table to analyze","duration_ms":null}

-- other problems may hide a damaged index
create table checked (a int);
pragma writable_schema = on;
update sqlite_schema set sql = 'create table checked (a int check (a > 0))' where name = 'checked';
.open match.db
.read begin.inc
update topic set id = 'integrity_index_match';
pragma ignore_check_constraints = on;
insert into checked select -value from generate_series(1, 100);
pragma ignore_check_constraints = off;
select severity, object, reason from said;
--> unknown|main|integrity_check stopped at 100 problems: fix the rows listed by dbcheck_constraints(), then repeat the check

-- ---- partial_index_stale ----

-- partial indexes that match their tables are no finding
.open partial.db
.read begin.inc
update topic set id = 'partial_index_stale';
create table t (id integer primary key, a, b text);
create index t_a on t (a) where a > 5;
create index "odd "" '-- /*i" on t (b) where a > 5 and "t"."b" <> 'x;'')--' -- trailing ; comment
;
create index t_lower on t (a) where lower(b) > 'a' /* another */
;
create table keyed (k1 text, k2 int, a, primary key (k2, k1)) without rowid;
create index keyed_a on keyed (a) where a is not null and k2 > 0;
insert into t select value, value, 'word ' || value from generate_series(1, 50);
insert into keyed select value, value, value from generate_series(1, 50);
select severity, object from said;
--> ok|

-- the condition of an index is read from its definition
select dbcare_index_condition(sql) from sqlite_schema where type = 'index' and sql like '%where%';
select dbcare_index_condition('create index i on t (a)') is null,
	dbcare_index_condition('create index i on t (a) where a) or (1') is null,
	dbcare_index_condition('create index i on t (a) where writefile(a, b)') is null,
	dbcare_index_condition(null) is null;
select dbcare_index_condition('create index i on t (a, (b || '')''), "where (") where a > 1; drop table t');
select dbcare_index_condition('create index "i (" on t (a) where a > 1 /* not closed');
--> a > 5
--> a > 5 and "t"."b" <> 'x;'')--'
--> lower(b) > 'a'
--> a is not null and k2 > 0
--> 1|1|1|1
--> a > 1
--> a > 1

-- index entries that do not satisfy the condition are found
pragma writable_schema = on;
update sqlite_schema set sql = replace(replace(sql, 'a > 5', 'a > 7'), 'k2 > 0', 'k2 > 2')
where type = 'index' and name <> 't_a';
.open partial.db
.read begin.inc
update topic set id = 'partial_index_stale';
select severity, object, value, message, fix_sql from said;
--> critical|keyed_a|2.0|index keyed_a: 2 entries point to missing rows, or to rows that do not satisfy its WHERE|REINDEX main."keyed_a";
--> critical|"odd "" '-- /*i"|2.0|index "odd "" '-- /*i": 2 entries point to missing rows, or to rows that do not satisfy its WHERE|REINDEX main."odd "" '-- /*i";

-- the repair rebuilds the indexes
.read repair.inc
select severity, object from said;
--> ok|

-- entries of missing rows or with other values are found
create table plain (a, b);
create table planted (a, b);
create index planted_a on planted (a) where a > 0;
insert into planted values (1, 1), (2, 2), (3, 3);
insert into plain values (1, 1), (-2, 2);
.read plant.inc
.open partial.db
.read begin.inc
update topic set id = 'partial_index_stale';
select severity, object, value from said;
.read repair.inc
select severity, object from said;
--> critical|planted_a|2.0
--> ok|

-- a condition with a forbidden function is not run
pragma writable_schema = on;
update sqlite_schema set sql = 'create index planted_a on planted (a) where writefile(''harm'', ''done'')'
where name = 'planted_a';
select severity, object, reason from said;
select readfile('harm') is null;
--> unknown|planted_a|unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS
--> 1

-- a malformed condition is not run
update sqlite_schema set sql = 'create index planted_a on planted (a) where 1) or (1' where name = 'planted_a';
select severity, object, reason from said;
--> unknown|planted_a|its WHERE cannot be read

-- columns may hide the names of the rowid; without any the result is unknown
.open names.db
.read begin.inc
update topic set id = 'partial_index_stale';
create table named (_rowid_, RowId, a, b);
create index named_a on named (a) where b;
create table taken (_rowid_, rowid, oid, a, b);
create index taken_a on taken (a) where b;
insert into named values (null, null, 1, 1), (1, 1, 2, 1);
insert into taken values (null, null, null, 1, 1);
select severity, object, reason from said;
--> unknown|taken_a|the table has columns rowid, _rowid_ and oid
