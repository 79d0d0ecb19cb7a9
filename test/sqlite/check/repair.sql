-- Repairing rows and putting them back: values of any kind, rows of any table.

create table par (id integer primary key);
create table odd (a, b real, c blob, "we""ird" text, par_id integer references par on delete restrict,
	later as (par_id * 2) virtual, stored as (par_id + 1) stored);
insert into odd values (-9223372036854775808, 9e999, x'00ff', 'a' || char(0) || 'b', 5),
	(9223372036854775807, -9e999, x'', cast(x'c328ff' as text), 6),
	(0.1, 1, zeroblob(3), 'é "q" \ ' || char(9) || char(1), 7),
	('', 5e-324, null, null, 8), (1e15, 2251799813685249.5, 'text', '12', 9),
	(1e-7, 123456789.123456789, 1, '{"x":1}', 10);
insert into odd (rowid, par_id) values (100, 99), (-9223372036854775808, 98);
create unique index odd_some on odd (a) where par_id < 8;
create table keyed (k text, n real, par_id integer references par, primary key (k, n)) without rowid;
insert into keyed values ('a', 1, 55), ('é', 2.5, 56), ('ok', 3, null);
create table exact (id integer primary key autoincrement, par_id int references par, v any, t text) strict;
insert into exact values (10, 77, 1.5, 'x'), (11, 77, x'01', 'y'), (12, 77, 1, null), (13, 77, '1', 'z');
create table self (id integer primary key, up integer references self on delete cascade);
insert into self values (1, null), (2, 1), (3, 99), (4, 3), (5, 4), (6, 7), (7, 6);
create table named (rowid text, x integer references par);
insert into named values ('r', 1), ('s', 2);
create table checked (id integer primary key, par_id references par, n integer check (n > 0));
pragma ignore_check_constraints = on;
insert into checked values (1, 3, -1);
pragma ignore_check_constraints = off;
create table log (x);
create trigger refuse before delete on odd begin select raise(abort, 'no'); end;
create trigger note_update after update on exact begin insert into log values ('fired'); end;
create trigger note_insert after insert on odd begin insert into log values ('fired'); end;
.once before.txt
.dump odd keyed exact self named checked log sqlite_sequence
pragma foreign_keys = on;

-- a dry run writes nothing and creates no tables of dbcare
select dbcheck_repair() ->> 'message';
select count(*) from sqlite_schema where name like 'dbcare%';
select count(*) from odd;
--> 20 rows to be repaired
--> 0
--> 8

-- rows that refer to removed rows are removed only on request
select dbcheck_repair('{"orphans": "quarantine", "dry_run": false}');
select count(*) from odd;
--> ERROR: dbcare: other rows reference rows that the repair would delete. The repair would also change 2 rows of self (self_up_fkey: delete). To delete these rows as well, add {"cascade": true} to the options. (19)
--> 8

-- a repair removes rows without firing triggers or cascades
select dbcheck_repair('{"orphans": "quarantine", "dry_run": false, "cascade": true}') ->> 'message';
select (select count(*) from odd), (select count(*) from keyed), (select count(*) from exact), (select count(*) from self),
	(select count(*) from named), (select count(*) from checked), (select count(*) from log);
select foreign_keys from pragma_foreign_keys;
--> 20 rows repaired
--> 0|1|0|4|0|0|0
--> 1

-- the quarantine has every value unchanged
-- how many digits of two of the reals are written depends on the release of SQLite
select row_key, replace(replace(row_data, '24950008e+15', '2495e+15'), '91039e+08', '91e+08') from dbcheck_quarantine() where table_name in ('odd', 'keyed', 'exact', 'named');
--> 10|{"t": "x", "v": {"real": "1.5"}, "id": 10, "par_id": 77}
--> 11|{"t": "y", "v": {"blob": "01"}, "id": 11, "par_id": 77}
--> 12|{"t": null, "v": 1, "id": 12, "par_id": 77}
--> 13|{"t": "z", "v": "1", "id": 13, "par_id": 77}
--> {"k": "a", "n": {"real": "1.0"}}|{"k": "a", "n": {"real": "1.0"}, "par_id": 55}
--> {"k": "é", "n": {"real": "2.5"}}|{"k": "é", "n": {"real": "2.5"}, "par_id": 56}
--> {"rowid": 1}|{"x": 1, "rowid": "r"}
--> {"rowid": 2}|{"x": 2, "rowid": "s"}
--> {"rowid": -9223372036854775808}|{"a": null, "b": null, "c": null, "later": 196, "par_id": 98, "stored": 99, "we\"ird": null}
--> {"rowid": 1}|{"a": -9223372036854775808, "b": {"real": "Infinity"}, "c": {"blob": "00ff"}, "later": 10, "par_id": 5, "stored": 6, "we\"ird": {"text": "610062"}}
--> {"rowid": 2}|{"a": 9223372036854775807, "b": {"real": "-Infinity"}, "c": {"blob": ""}, "later": 12, "par_id": 6, "stored": 7, "we\"ird": {"text": "c328ff"}}
--> {"rowid": 3}|{"a": {"real": "0.1"}, "b": {"real": "1.0"}, "c": {"blob": "000000"}, "later": 14, "par_id": 7, "stored": 8, "we\"ird": "é \"q\" \\ \t\u0001"}
--> {"rowid": 4}|{"a": "", "b": {"real": "4.94065645841247e-324"}, "c": null, "later": 16, "par_id": 8, "stored": 9, "we\"ird": null}
--> {"rowid": 5}|{"a": {"real": "1.0e+15"}, "b": {"real": "2.2517998136852495e+15"}, "c": "text", "later": 18, "par_id": 9, "stored": 10, "we\"ird": "12"}
--> {"rowid": 6}|{"a": {"real": "1.0e-07"}, "b": {"real": "1.23456789123456791e+08"}, "c": 1, "later": 20, "par_id": 10, "stored": 11, "we\"ird": "{\"x\":1}"}
--> {"rowid": 100}|{"a": null, "b": null, "c": null, "later": 198, "par_id": 99, "stored": 100, "we\"ird": null}

-- undo restores the same bytes
select dbcheck_undo(1) ->> 'rows';
.once after.txt
.dump odd keyed exact self named checked log sqlite_sequence
select readfile('before.txt') = readfile('after.txt');
--> 20
--> 1

-- orphans are set to null, and undo restores them
select dbcheck_repair('{"orphans": "set_null", "dry_run": false}') ->> 'message';
select count(*) from pragma_foreign_key_check;
select dbcheck_undo(2) ->> 'rows';
.once after.txt
.dump odd keyed exact self named checked log sqlite_sequence
select readfile('before.txt') = readfile('after.txt');
--> 18 rows repaired
--> 0
--> 18
--> 1

-- triggers fire again, and foreign keys and CHECKs are enforced
delete from odd where rowid = 100;
insert into exact (par_id) values (1234);
insert into checked (n) values (-1);
--> ERROR: no (19)
--> ERROR: FOREIGN KEY constraint failed (19)
--> ERROR: CHECK constraint failed: n > 0 (19)

-- undo does not overwrite rows that were changed since
select dbcheck_repair('{"orphans": "set_null", "relation": "named", "dry_run": false}') ->> 'message';
update named set rowid = 'other' where rowid = 's';
select dbcheck_undo(3);
select * from named;
update named set rowid = 's' where rowid = 'other';
select dbcheck_undo(3) ->> 'rows';
--> 2 rows repaired
--> ERROR: dbcare: rows of named have been changed since the repair
--> r|
--> other|
--> 2

-- undo does not overwrite a key that is in use again
select dbcheck_repair('{"orphans": "quarantine", "relation": "keyed", "dry_run": false}') ->> 'message';
insert into keyed values ('a', 1, null);
select dbcheck_undo(4);
select count(*) from keyed;
delete from keyed where k = 'a';
select dbcheck_undo(4) ->> 'rows';
--> 2 rows repaired
--> ERROR: dbcare: another row of keyed now has the key of a row to be restored. UNIQUE constraint failed: keyed.k, keyed.n. Change or delete the conflicting row, then undo the repair again. (19)
--> 2
--> 2

-- undo refuses a table with other columns, or whose columns then are not recorded
select dbcheck_repair('{"orphans": "quarantine", "relation": "named", "dry_run": false}') ->> 'message';
begin;
delete from dbcare_repair_table;
select dbcheck_undo(5);
rollback;
alter table named add column more;
select dbcheck_undo(5);
alter table named drop column more;
alter table named rename column x to "X y";
select dbcheck_undo(5);
alter table named rename to gone;
select dbcheck_undo(5);
alter table gone rename to named;
alter table named rename column "X y" to x;
select dbcheck_undo(5) ->> 'rows';
--> 2 rows repaired
--> ERROR: dbcare: the record of table named at the time of repair 5 is missing. So it is not known whether the saved rows fit the table. dbcheck_quarantine() lists the saved rows.
--> ERROR: dbcare: table named has changed since the repair. Column more was added. Restore the definition of the table, then undo the repair again.
--> ERROR: dbcare: table named has changed since the repair. Column "X y" was added. Column x is missing. Restore the definition of the table, then undo the repair again.
--> ERROR: dbcare: table named does not exist. Write the name of the table as in SQL, with its schema and quotes if needed.
--> 2

-- undo refuses a table with other types or without rowids
create table retyped (id integer primary key, par_id integer references par, amount text);
pragma foreign_keys = off;
insert into retyped values (1, 901, '1.50');
select dbcheck_repair('{"orphans": "quarantine", "relation": "retyped", "dry_run": false}') ->> 'rows';
drop table retyped;
create table retyped (id integer primary key, par_id integer references par, amount numeric) without rowid;
select dbcheck_undo(6);
select count(*) from retyped;
drop table retyped;
create table retyped (id integer primary key, par_id integer references par, amount text);
select dbcheck_undo(6) ->> 'rows';
select amount from retyped;
drop table retyped;
pragma foreign_keys = on;
delete from dbcare_quarantine where repair_id = 6;
delete from dbcare_repair where repair_id = 6;
--> 1
--> ERROR: dbcare: table retyped has changed since the repair. Column amount was text and is now numeric. The table was a table with rowids and is now a WITHOUT ROWID table. Restore the definition of the table, then undo the repair again.
--> 0
--> 1
--> 1.50

-- rolling back the caller's transaction undoes the repair
begin;
select dbcheck_repair('{"orphans": "quarantine", "relation": "named", "dry_run": false}') ->> 'repair_id';
select count(*) from named;
rollback;
select count(*) from named;
--> 6
--> 0
--> 2

-- a repair is refused while a deferred violation is pending
create table late (id integer references par deferrable initially deferred);
begin;
insert into late values (1);
select dbcheck_repair('{"orphans": "quarantine", "relation": "named", "dry_run": false}');
rollback;
--> ERROR: dbcare: foreign_keys cannot be changed while rows violate a deferred foreign key. SQLite would forget the violations, or never allow the transaction to commit. Change foreign_keys before the rows, or repair the rows first.

-- rows that could not be restored are not removed
pragma foreign_keys = off;
create table strictly (id integer primary key, par_id integer references par, word text);
insert into strictly values (1, 5, null);
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, 'word text', 'word text not null') where name = 'strictly';
pragma writable_schema = reset;
select dbcheck_repair('{"orphans": "quarantine", "relation": "strictly"}') ->> 'message';
select dbcheck_repair('{"orphans": "quarantine", "relation": "strictly", "dry_run": false}');
select count(*) from strictly;
drop table strictly;
create table hidden (rowid, _rowid_, oid integer references par);
insert into hidden values (1, 2, 3);
select dbcheck_repair('{"orphans": "quarantine", "relation": "hidden", "dry_run": false}');
drop table hidden;
--> 1 row to be repaired, but an undo could not restore all of them: NOT NULL constraint failed: strictly.word
--> ERROR: dbcare: rows that the repair would change could not be restored by an undo. The reason: NOT NULL constraint failed: strictly.word. Repair the rows manually; dbcheck_constraints() lists their violations. (19)
--> 1
--> ERROR: dbcare: the rowid of table "hidden" cannot be named: it has columns rowid, _rowid_ and oid

-- unnamed keys have the names that dbcheck_orphans() shows
create table two (a integer references par, b integer references par, c integer constraint "third key" references par);
insert into two values (1, 2, 3), (null, 5, null);
select constraint_name, orphans from dbcheck_orphans('two');
select dbcheck_repair('{"orphans": "set_null", "relation": "two"}') -> 'relations';
--> third key|1
--> two_a_fkey|1
--> two_b_fkey|2
--> [{"rows":1,"action":"set_null","table_name":"two","constraint_name":"two_a_fkey"},{"rows":2,"action":"set_null","table_name":"two","constraint_name":"two_b_fkey"},{"rows":1,"action":"set_null","table_name":"two","constraint_name":"third key"}]

-- a repair compares with the collation of the primary key if no columns are named
create table primarily (k text, primary key (k collate nocase));
insert into primarily values ('A');
create table by_key (id integer primary key, k references primarily);
insert into by_key values (1, 'a'), (2, 'b');
select orphans, sample_keys from dbcheck_orphans('by_key');
select dbcheck_repair('{"orphans": "quarantine", "relation": "by_key"}') -> 'relations';
--> 1|[2]
--> [{"rows":1,"action":"delete","table_name":"by_key","constraint_name":"by_key_k_fkey"}]

drop table by_key;

-- a parent that cannot be read is refused
create table many (a, b);
create table lost (x references many);
select dbcheck_repair('{"orphans": "quarantine", "relation": "lost"}') -> 'unknown';
--> [{"reason":"foreign key mismatch - \"lost\" referencing \"many\"","table_name":"lost","constraint_name":"lost_x_fkey"}]

-- a damaged index is rebuilt although other tables have many violations
create table crowd (a integer check (a > 0));
pragma ignore_check_constraints = on;
insert into crowd select -value from generate_series(1, 100);
pragma ignore_check_constraints = off;
create table indexed (id integer primary key, word text);
create index indexed_word on indexed (word);
insert into indexed values (1, 'a'), (2, 'b');
pragma writable_schema = on;
update sqlite_schema set sql = 'create index indexed_word on indexed (word) where id > 0' where name = 'indexed_word';
pragma writable_schema = reset;
update indexed set id = -1 where id = 1;
pragma writable_schema = on;
update sqlite_schema set sql = 'create index indexed_word on indexed (word)' where name = 'indexed_word';
pragma writable_schema = reset;
select dbcheck_repair('{"indexes": true, "relation": "indexed"}') -> 'indexes';
select dbcheck_repair('{"indexes": true, "relation": "named"}') -> 'indexes';
select integrity_check <> 'ok' from pragma_integrity_check limit 1;
select dbcheck_repair('{"indexes": true, "dry_run": false}') ->> 'message';
drop table crowd;
select count(*) from pragma_integrity_check where integrity_check glob '*indexed*';
--> [{"problem":"row 1 missing from index indexed_word","index_name":"indexed_word"}]
--> []
--> 1
--> 1 index repaired
--> 0

-- rows that SQLite would store differently are not removed
create table converts (id integer primary key, par_id integer references par, n integer) strict;
insert into converts values (1, 501, 5), (2, 502, 6);
pragma writable_schema = on;
update sqlite_schema set sql = replace(sql, 'n integer', 'n text') where name = 'converts';
pragma writable_schema = reset;
select dbcheck_repair('{"orphans": "quarantine", "relation": "converts"}') ->> 'message';
select dbcheck_repair('{"orphans": "quarantine", "relation": "converts", "dry_run": false}');
select count(*), min(typeof(n)) from converts;
drop table converts;
--> 2 rows to be repaired, but an undo could not restore all of them: SQLite would not restore a row of converts as it was
--> ERROR: dbcare: rows that the repair would change could not be restored by an undo. The reason: SQLite would not restore a row of converts as it was. Repair the rows manually; dbcheck_constraints() lists their violations.
--> 2|integer

-- a stored rule cannot call SQLITE_DIRECTONLY functions
create table risky (id integer primary key, a text);
insert into risky values (1, 'x');
select dbcheck_rule_add('reads', 'risky', 'readfile(a) is not null', '{"repair_sql": "delete"}');
select dbcheck_rule_add('writes', 'risky', 'a = ''y''', '{"repair_sql": "a = writefile(''planted'', a)"}');
select dbcheck_rule_add('reads', 'risky', 'a = ''y''') is not null, dbcheck_rule_add('writes', 'risky', 'a = ''y''') is not null;
update dbcare_rule set expression = 'readfile(a) is not null', repair_sql = 'delete' where name = 'reads';
update dbcare_rule set repair_sql = 'a = writefile(''planted'', a)' where name = 'writes';
select dbcheck_repair('{"relation": "risky"}') -> 'unknown';
select dbcheck_repair('{"rules": ["writes"], "dry_run": false}');
select count(*) from fsdir('.') where name like '%planted';
select dbcheck_rule_drop('reads') is not null;
select dbcheck_rule_drop('writes') is not null;
drop table risky;
--> ERROR: dbcare: unsafe use of readfile(), which the application has not registered with SQLITE_INNOCUOUS (23)
--> ERROR: dbcare: unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS (23)
--> 1|1
--> [{"reason":"unsafe use of readfile(), which the application has not registered with SQLITE_INNOCUOUS","rule_name":"reads","table_name":"risky"},{"reason":"unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS","rule_name":"writes","table_name":"risky"}]
--> ERROR: dbcare: unsafe use of writefile(), which the application has not registered with SQLITE_INNOCUOUS (23)
--> 0
--> 1
--> 1

-- a foreign key whose parent columns are no key is reported as unknown
create table keyless (a integer, b integer, c integer, unique (b, a));
create unique index some on keyless (c) where c > 0;
create table to_keyless (a integer, b integer, c integer, foreign key (a, b) references keyless (a, b),
	foreign key (b) references keyless (b), foreign key (c) references keyless (c));
insert into to_keyless values (1, 2, 3);
select dbcheck_repair('{"orphans": "quarantine", "relation": "to_keyless"}') -> 'unknown';
select dbcheck_repair('{"orphans": "quarantine", "relation": "to_keyless"}') -> 'relations';
drop table to_keyless;
drop table keyless;
--> [{"reason":"foreign key mismatch - \"to_keyless\" referencing \"keyless\"","table_name":"to_keyless","constraint_name":"to_keyless_b_fkey"},{"reason":"foreign key mismatch - \"to_keyless\" referencing \"keyless\"","table_name":"to_keyless","constraint_name":"to_keyless_c_fkey"}]
--> [{"rows":1,"action":"delete","table_name":"to_keyless","constraint_name":"to_keyless_a_b_fkey"}]

-- only tables of the user in the main database are repaired
attach ':memory:' as other;
create table other.self (id integer primary key);
select dbcheck_repair('{"orphans": "quarantine", "relation": "other.self"}');
select dbcheck_repair('{"orphans": "quarantine", "relation": "dbcare_rule"}');
insert into dbcare_repair (repair_id, actor) values (99, 'somebody');
insert into dbcare_quarantine (quarantine_id, repair_id, step, table_name, constraint_name, action, row_data, place, reason)
	values (999, 99, 1, 'dbcare_rule', 'c', 'delete', '{}', 1, 'forged');
select dbcheck_undo(99);
delete from dbcare_quarantine where repair_id = 99;
--> ERROR: dbcare: dbcare cannot change rows of table other.self
--> ERROR: dbcare: dbcare cannot change rows of table dbcare_rule
--> ERROR: dbcare: dbcare cannot change rows of table dbcare_rule

-- undo removes no rows by ON CONFLICT REPLACE
create table replacing (id integer primary key, up int references replacing, word text unique on conflict replace);
insert into replacing values (1, 9, 'same'), (2, null, 'other');
select dbcheck_repair('{"orphans": "quarantine", "relation": "replacing", "dry_run": false}') ->> 'repair_id';
update replacing set word = 'same' where id = 2;
select dbcheck_undo(100) is null;
select * from replacing;
--> 100
--> ERROR: dbcare: another row of replacing now has the key of a row to be restored. UNIQUE constraint failed: replacing.word. Change or delete the conflicting row, then undo the repair again. (19)
--> 2||same

-- changing rows removes no rows by ON CONFLICT REPLACE
insert into replacing values (3, null, 'x');
select dbcheck_rule_add('replaced', 'replacing', 'word <> ''x''', '{"repair_sql": "word = ''same''"}') is null;
select dbcheck_repair('{"rules": ["replaced"], "dry_run": false}') is null;
select * from replacing;
select dbcheck_rule_drop('replaced') is null;
--> 0
--> ERROR: dbcare: UNIQUE constraint failed: replacing.word (19)
--> 2||same
--> 3||x
--> 0

-- a repair cannot change a rowid that no column holds
create table moving (word text);
insert into moving (rowid, word) values (5, 'x');
select dbcheck_rule_add('moves', 'moving', 'word <> ''x''', '{"repair_sql": "rowid = 105, word = ''y''"}') is null;
select dbcheck_repair('{"rules": ["moves"], "dry_run": false}') is null;
select rowid, word from moving;
select dbcheck_rule_drop('moves') is null;
--> 0
--> ERROR: dbcare: a repair cannot change the rowid of moving
--> 5|x
--> 0

-- uninstalling reports what would be lost
select dbcare_uninstall();
--> ERROR: dbcare: uninstalling drops dbcare's tables and their history. Data that would be lost: 0 in settings, 0 in migrations, 0 in applied, 0 in history, 0 in rules, 45 in quarantined rows, 0 in samples, 0 in alerts, 0 in suppressions, 0 in backfills, 0 in deleted rows, 0 in logged changes, 32 in events, 0 in held rows, 0 in retention policies, 0 in files of deleted rows, 0 in files with archived rows, 0 in seeds. Repeat the call with {"confirm": "test.db"}.

-- undo refuses a table whose columns have exchanged their names
create table swapped (id integer primary key, x integer references par, a text, b text);
insert into swapped values (1, 99, 'a', 'b');
select dbcheck_repair('{"orphans": "quarantine", "relation": "swapped", "dry_run": false}') ->> 'message';
alter table swapped rename column a to c;
alter table swapped rename column b to a;
alter table swapped rename column c to b;
select dbcheck_undo(101);
--> 1 row repaired
--> ERROR: dbcare: table swapped has changed since the repair. Column a is another one: columns have exchanged their names. Column b is another one: columns have exchanged their names. Restore the definition of the table, then undo the repair again.

-- rows whose parents are lost in damaged pages are not repaired unless that is asked for
.open lost.db
create table parent (id integer primary key, a);
create table child (id integer primary key, parent_id references parent);
insert into parent values (1, 1), (2, 2);
insert into child values (1, 1), (2, 2);
.system dd if=lost.db of=swapped bs=1 skip=4104 count=4 status=none
.system dd if=swapped of=lost.db bs=1 skip=2 count=2 seek=4104 conv=notrunc status=none
.system dd if=swapped of=lost.db bs=1 count=2 seek=4106 conv=notrunc status=none
.open lost.db
.load ./dbcare
select json_extract(dbcheck_repair('{"orphans": "quarantine"}'), '$.unknown[0].reason');
select dbcheck_repair('{"orphans": "quarantine", "dry_run": false}');
select count(*) from child;
select json_extract(dbcheck_repair('{"orphans": "quarantine", "despite_damage": true}'), '$.rows');
--> rows of parent are lost: its root page 2 is damaged: its rows are out of order; 1 row can still be read
--> ERROR: dbcare: rows of parent are lost: its root page 2 is damaged: its rows are out of order; 1 row can still be read. Rows of child refer to them. Restore the lost rows first, from a backup; to repair the rows all the same, add {"despite_damage": true} to the options.
--> 2
--> 1
