-- Text that is not valid UTF-8 in logged tables.
create table t (id integer primary key, a text, b text);
select dbcare_install() is not null;
select dbaudit_enable('t') ->> 'mode';
insert into t values (1, 'plain', 'x');
--> 1
--> portable

-- values that programs without dbcare have written are listed with their bytes
.shell sqlite3 test.db "insert into t values (2, cast(x'61ff22' as text), 'y'), (3, cast(x'eda0800a' as text), 'z')"
.shell sqlite3 test.db "update t set a = cast(x'5cc328' as text) where id = 1; update t set b = cast(x'090dfe' as text) where id = 2"
.shell sqlite3 test.db "delete from t where id > 1; update t set a = 'q' || char(34) where id = 1"
select id, row_key, action, before, after, changed from dbaudit_log('{"table": "t"}') where action <> 'protection';
--> 9|1|update|{"a": {"text": "5cc328"}}|{"a": "q\""}|["a"]
--> 8|3|delete|{"a": {"text": "eda0800a"}, "b": "z", "id": 3}||
--> 7|2|delete|{"a": {"text": "61ff22"}, "b": {"text": "090dfe"}, "id": 2}||
--> 6|2|update|{"b": "y"}|{"b": {"text": "090dfe"}}|["b"]
--> 5|1|update|{"a": "plain"}|{"a": {"text": "5cc328"}}|["a"]
--> 4|3|insert|||
--> 3|2|insert|||
--> 2|1|insert|||

-- so in the feed and in the history of a row
select id, before, after from dbaudit_log('{"after": 4, "limit": 3}');
select action, before, after from dbaudit_history('t', 2);
--> 5|{"a": "plain"}|{"a": {"text": "5cc328"}}
--> 6|{"b": "y"}|{"b": {"text": "090dfe"}}
--> 7|{"a": {"text": "61ff22"}, "b": {"text": "090dfe"}, "id": 2}|
--> delete|{"a": {"text": "61ff22"}, "b": {"text": "090dfe"}, "id": 2}|
--> update|{"b": "y"}|{"b": {"text": "090dfe"}}
--> insert||

-- rows of the past have the bytes
select dbaudit_as_of('t', e.row_key, e.logged_at) from dbcare_audit_entry as e where e.entry_id in (4, 5, 6) order by 1;
select row_key, row_data from dbaudit_table_as_of('t', (select logged_at from dbcare_audit_entry where entry_id = 6)) order by 1;
--> {"a": {"text": "5cc328"}, "b": "x", "id": 1}
--> {"a": {"text": "61ff22"}, "b": {"text": "090dfe"}, "id": 2}
--> {"a": {"text": "eda0800a"}, "b": "z", "id": 3}
--> 1|{"a": {"text": "5cc328"}, "b": "x", "id": 1}
--> 2|{"a": {"text": "61ff22"}, "b": {"text": "090dfe"}, "id": 2}
--> 3|{"a": {"text": "eda0800a"}, "b": "z", "id": 3}

-- undoing a deletion and an update brings them back
select dbaudit_undo(7) ->> 'rows', dbaudit_undo(8) ->> 'rows', dbaudit_undo(9) ->> 'rows';
select id, typeof(a), hex(a), hex(b) from t;
--> 1|1|1
--> 1|text|5CC328|78
--> 2|text|61FF22|090DFE
--> 3|text|EDA0800A|7A

-- sealed entries stay valid when one of the values is erased
select dbaudit_seal() ->> 'entries';
select dbaudit_erase('t', 2, '["b"]', 'on request') ->> 'values';
select id, before ->> '$.a.text', length(before ->> '$.b.erased') from dbaudit_log('{"table": "t"}') where id in (6, 7);
select * from dbaudit_verify();
--> 13
--> 2
--> 7|61ff22|64
--> 6||64

-- keys: blobs and text that is not valid UTF-8
create table k (id text primary key, n);
create table b (id blob primary key, n);
create table kb (k blob, text text, n, primary key (text, k)) without rowid;
select dbaudit_enable('k') ->> 'mode', dbaudit_enable('b') ->> 'mode', dbaudit_enable('kb') ->> 'mode';
insert into k values (cast(x'61ff0a' as text), 1), (cast(x'6100' as text), 1);
insert into b values (x'00ff', 1);
insert into kb values (x'', cast(x'ff' as text), 1);
update k set n = 2;
update b set n = 2;
update kb set n = 2;
.shell sleep 0.01
update k set id = cast(x'5cfe' as text) where n = 2 and length(id) = 3;
update b set id = x'11';
select row_key, count(*) from dbaudit_log where table_name in ('k', 'b', 'kb') and action <> 'protection' group by table_name, row_key;
select count(*) from dbaudit_history('k', '{"text": "61ff0a"}');
select count(*) from dbaudit_history('k', '{"id": {"text": "6100"}}');
select count(*) from dbaudit_history('b', '{"blob": "00ff"}');
select count(*) from dbaudit_history('kb', '{"k": {"blob": ""}, "text": {"text": "ff"}}');
select dbaudit_as_of('k', '{"text": "61ff0a"}', (select max(logged_at) from dbcare_audit_entry where row_key glob '"a?*' and changed glob '*"n"*'));
select count(*) from dbaudit_history('kb', '{"text": "ff"}');
select count(*) from dbaudit_history('b', '{"blob": "0"}');
select count(*) from dbaudit_history('b', '{"blob": "0g"}');
--> portable|portable|portable
--> {"blob": "00ff"}|3
--> {"text": "6100"}|2
--> {"text": "61ff0a"}|3
--> {"k": {"blob": ""}, "text": {"text": "ff"}}|2
--> 3
--> 2
--> 3
--> 2
--> {"n": 2, "id": {"text": "61ff0a"}}
--> ERROR: dbcare: {"text": "ff"} is not the key of a row. For table kb the key of the table is (text, k). Pass the value of a key of one column, or a JSON object with a member for each column.
--> ERROR: dbcare: {"blob": "0"} is not the key of a row. For table b the key of the table is (id). Pass the value of a key of one column, or a JSON object with a member for each column.
--> ERROR: dbcare: {"blob": "0g"} is not the key of a row. For table b the key of the table is (id). Pass the value of a key of one column, or a JSON object with a member for each column.

-- undoing changes of such keys
select dbaudit_undo(26) ->> 'rows', dbaudit_undo(27) ->> 'rows', dbaudit_undo(25) ->> 'rows';
select hex(id), n from k;
select hex(id), n from b;
select hex(k), hex(text), n from kb;
--> 2|2|1
--> 6100|2
--> 61FF0A|2
--> 00FF|2
--> |FF|1

-- mode strict logs the same
select dbaudit_enable('k', '{"mode": "strict"}') ->> 'mode';
update k set n = 3;
delete from k;
select row_key, action, before, after from dbaudit_log('{"table": "k", "limit": 4}');
select count(*) from dbaudit_history('k', '{"text": "61ff0a"}');
--> strict
--> {"text": "61ff0a"}|delete|{"n": 3, "id": {"text": "61ff0a"}}|
--> {"text": "6100"}|delete|{"n": 3, "id": {"text": "6100"}}|
--> {"text": "61ff0a"}|update|{"n": 2}|{"n": 3}
--> {"text": "6100"}|update|{"n": 2}|{"n": 3}
--> 6

-- deleted rows are listed with the bytes
select dbarchive_enable('t') ->> 'mode';
delete from t;
select row_key, row_data from dbarchive_deleted('t');
--> trash
--> 3|{"a": {"text": "eda0800a"}, "b": "z", "id": 3}
--> 2|{"a": {"text": "61ff22"}, "b": {"text": "090dfe"}, "id": 2}
--> 1|{"a": {"text": "5cc328"}, "b": "x", "id": 1}

-- undoing a deletion computes generated columns anew
create table g (id integer primary key, a int, b int as (a * 2) stored, c int as (a + 1));
select dbaudit_enable('g') ->> 'mode';
insert into g values (1, 5), (2, null);
begin;
select count(dbaudit_actor('ann'));
delete from g;
commit;
select dbaudit_undo(null, '{"actor": "ann", "since": "2000-01-01"}') ->> 'rows';
select * from g;
--> portable
--> 1
--> 2
--> 1|5|10|6
--> 2|||

-- keys are compared as their columns compare them
create table keyed (r real primary key, v text);
select dbaudit_enable('keyed') ->> 'mode';
insert into keyed values (5, 'a'), (-0.5, 'b');
update keyed set v = 'c';
select dbaudit_erase('keyed', 5, '["v"]', 'test') ->> 'values', dbaudit_erase('keyed', -0.5, '["v"]', 'test') ->> 'values';
create table pairs (t varchar(9), n int, v text, primary key (t, n));
select dbaudit_enable('pairs') ->> 'mode';
insert into pairs values ('7', 8, 'a');
update pairs set v = 'c';
select dbaudit_erase('pairs', '{"t": 7, "n": "8"}', '["v"]', 'test') ->> 'values';
select dbaudit_erase('pairs', '{"t": 8, "n": 7}', '["v"]', 'test');
--> portable
--> 1|1
--> portable
--> 1
--> ERROR: dbcare: no row of table pairs with the key {"n": 7, "t": "8"} is known. dbaudit_log() lists the keys of logged rows.

-- keys that are real numbers have one name, whoever writes an entry
create table reals (k primary key, v);
select dbarchive_enable('reals') is not null, dbaudit_enable('reals') is not null;
begin;
select dbaudit_actor('real') is not null;
insert into reals values (2.0, 1);
commit;
select dbaudit_undo(null, '{"actor": "real", "since": "2000-01-01"}') is not null;
insert into reals values (1e300, cast(x'ff61' as text));
begin;
select dbaudit_actor('other') is not null;
delete from reals;
commit;
select dbaudit_undo(null, '{"actor": "other", "since": "2000-01-01"}') is not null;
select distinct row_key from dbcare_audit_entry where shape_id = (select max(shape_id) from dbcare_audit_shape) and row_key is not null order by 1;
select count(*) from dbarchive_deleted('reals');
insert into reals values (null, 1), (null, 2);
select * from dbaudit_table_as_of('reals', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
--> 1|1
--> 1
--> 1
--> 1
--> 1
--> {"real": "1.0e+300"}
--> {"real": "2.0"}
--> 0
--> {"real": "1.0e+300"}|{"k": "1.0e+300", "v": {"text": "ff61"}}
--> null|{"k": null, "v": 1}
--> null|{"k": null, "v": 2}

-- many rows with keys that are blobs, real numbers, or of several columns that ignore case
create table blobs (k blob primary key, v);
create table halves (k real primary key, v);
create table folded (a integer, b text collate nocase, v, primary key (b, a)) without rowid;
select dbaudit_enable('blobs') is not null, dbaudit_enable('halves') is not null, dbaudit_enable('folded') is not null;
insert into halves with recursive s (i) as (select 1 union all select i + 1 from s where i < 80) select i / 3.0, i from s;
insert into blobs select cast('row ' || v as blob), v from halves;
insert into folded select v % 3, 'Row ' || v, v from halves;
create table blobs_was as select * from blobs;
create table halves_was as select * from halves;
create table folded_was as select * from folded;
begin;
select dbaudit_actor('many') is not null;
update blobs set v = -v;
update halves set v = -v;
update folded set v = -v;
delete from blobs where v % 3 = 0;
delete from halves where v % 3 = 0;
delete from folded where v % 3 = 0;
update folded set b = upper(b) where v % 5 = 0;
commit;
select dbaudit_undo(null, '{"actor": "many", "since": "2000-01-01"}') ->> 'rows';
select (select count(*) from blobs), (select count(*) from halves), (select count(*) from folded);
select * from blobs except select * from blobs_was;
select * from halves except select * from halves_was;
select a, cast(b as blob), v from folded except select a, cast(b as blob), v from folded_was;
--> 1|1|1
--> 1
--> 251
--> 80|80|80

-- the first column is computed, and so is another one
create table computed (twice as (n * 2) stored, id integer primary key, n int, thrice as (n * 3));
select dbaudit_enable('computed') is not null;
insert into computed (id, n) values (1, 10), (2, 20);
begin;
select dbaudit_actor('ed') is not null;
update computed set n = 11 where id = 1;
commit;
select row_data from dbaudit_table_as_of('computed', '2999-01-01');
select dbaudit_as_of('computed', 1, '2999-01-01');
select dbaudit_undo(null, '{"actor": "ed", "since": "2000-01-01"}') ->> 'rows';
select twice, id, n, thrice from computed;
--> 1
--> 1
--> {"n": 11, "id": 1}
--> {"n": 20, "id": 2}
--> {"n": 11, "id": 1}
--> 1
--> 20|1|10|30
--> 40|2|20|60
