-- Held rows, and texts with NUL, when a table is restored.
create table t (id integer primary key, v text);
insert into t values (1, 'a' || char(0) || 'b'), (2, 'two'), (3, 'three');
select dbarchive_enable('t') is null, dbbackup_create('b') is null, dbarchive_hold('t', 2, 'case') is null;
update t set v = 'changed' where id in (1, 2);
delete from t where id = 3;
--> 0|0|0

-- a held row is not overwritten, and then nothing is changed
select dbbackup_restore('b', null, '{"table": "t", "on_conflict": "overwrite"}');
select * from t;
--> ERROR: dbcare: row 2 of table t is held. Reason of the hold: case. dbarchive_release() ends a hold.
--> 1|changed
--> 2|changed
-- after its release it is, and a text with NUL is whole
select dbarchive_release('t', 2) is null;
select dbbackup_restore('b', null, '{"table": "t", "on_conflict": "overwrite"}') ->> 'overwritten';
select id, hex(v) from t;
--> 0
--> 2
--> 1|610062
--> 2|74776F
--> 3|7468726565
