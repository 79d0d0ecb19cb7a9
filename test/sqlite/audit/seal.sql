-- dbaudit_seal and dbaudit_verify: what was changed in the log is found.
create table t (id integer primary key, name text, n);
select dbaudit_enable('t') ->> 'mode';
insert into t values (1, 'a', 1), (2, 'b', x'00ff'), (3, 'c', 1.5);
update t set name = 'say "z"', n = null where id = 2;
delete from t where id = 3;

-- nothing is sealed, so nothing can be found
select count(*) from dbaudit_verify();
--> portable
--> 0

-- what is sealed is counted
select x ->> 'seals', x ->> 'entries', length(x ->> 'root') from (select dbaudit_seal() as x limit 1);
--> 1|6|64

-- a sealed log has no findings, and a second call has nothing to seal
select dbaudit_seal() ->> 'seals';
select count(*) from dbaudit_verify();
--> 0
--> 0

-- the next segment follows from the first
insert into t values (4, 'd', 4);
select dbaudit_seal() ->> 'seal_id';
select count(*) from dbaudit_verify();
--> 2
--> 0

-- an old root is in the log, another one is not
select count(*) from dbaudit_verify((select json_object('root', root) from dbcare_audit_seal where seal_id = 1));
select finding, message from dbaudit_verify('{"root": "00"}');
--> 0
--> root_missing|no seal has the root "00": seals were removed from the end, or all were written anew

-- each column of an entry is part of its hash
create temp table broken (what, entry, finding);
savepoint s;
update dbcare_audit_entry set transaction_id = transaction_id + 1 where entry_id = 2;
insert into broken select 'transaction', entry_id, finding from dbaudit_verify();
update dbcare_audit_entry set transaction_id = transaction_id - 1 where entry_id = 2;
update dbcare_audit_entry set logged_at = '2020-01-01T00:00:00.000Z' where entry_id = 3;
insert into broken select 'time', entry_id, finding from dbaudit_verify();
select * from broken;
rollback to s;
--> transaction|2|entry_changed
--> time|3|entry_changed

-- the action, the key, a value, the columns of the table
update dbcare_audit_entry set action = 'delete' where entry_id = 2;
update dbcare_audit_entry set row_key = '9' where entry_id = 3;
update dbcare_audit_entry set changed = replace(changed, 'say', 'cry') where entry_id = 5;
select entry_id, finding from dbaudit_verify();
rollback to s;
update dbcare_audit_shape set columns = replace(columns, 'name', 'eman');
select count(*), min(finding) from dbaudit_verify();
rollback to s;
--> 2|entry_changed
--> 3|entry_changed
--> 5|entry_changed
--> 7|entry_changed

-- an actor that was not there
insert into dbcare_audit_context values (99, '', '', '', '', 'mallory');
update dbcare_audit_entry set context_id = 99 where entry_id = 4;
select entry_id, finding from dbaudit_verify();
rollback to s;
--> 4|entry_changed

-- entries that change places
update dbcare_audit_entry set entry_id = 77 where entry_id = 2;
update dbcare_audit_entry set entry_id = 2 where entry_id = 3;
update dbcare_audit_entry set entry_id = 3 where entry_id = 77;
select entry_id, finding from dbaudit_verify();
rollback to s;
--> 2|entry_changed
--> 3|entry_changed

-- the mark of an entry that another row got the key
update dbcare_audit_entry set moved_to = '7' where entry_id = 2;
select entry_id, finding from dbaudit_verify();
rollback to s;
--> 2|entry_changed

-- a removed entry, and one put in its place with another number
delete from dbcare_audit_entry where entry_id = 3;
insert into dbcare_audit_entry select -5, transaction_id, logged_at, shape_id, context_id, action, row_key, changed, moved_to from dbcare_audit_entry where entry_id = 2;
select entry_id, finding, message from dbaudit_verify();
rollback to s;
--> 3|entry_removed|entry 3 was removed
--> -5|entry_inserted|entry -5 was inserted after the sealing

-- a value that says that it was erased
update dbcare_audit_entry set changed = json_set(changed, '$.name', json('{"erased": true}')) where entry_id = 5;
select entry_id, finding from dbaudit_verify();
rollback to s;
--> 5|entry_changed

-- an erasure that was not recorded
select dbaudit_erase('t', 2, '["name", "n"]', 'test') ->> 'values';
select count(*) from dbaudit_verify();
update dbcare_audit_entry set changed = json_set(changed, '$.entries', json('[]')) where action = 'erase';
select entry_id, finding, message from dbaudit_verify();
rollback to s;
--> 2
--> 0
--> 5|entry_erased|the value of n in entry 5 is erased, and no entry records who erased it
--> 5|entry_erased|the value of name in entry 5 is erased, and no entry records who erased it

-- an erasure of another column, which was not recorded
select dbaudit_erase('t', 2, '["n"]', 'test') ->> 'values';
update dbcare_audit_entry set changed = replace(changed, '["b", "say \"z\""]', '{"erased": "' || printf('%064d', 0) || '"}') where entry_id = 5;
select entry_id, finding from dbaudit_verify();
rollback to s;
--> 1
--> 5|entry_changed

-- bytes that a reader of JSON may skip, and those after a NUL
update dbcare_audit_entry set changed = '{' || changed where entry_id = 5;
update dbcare_audit_entry set changed = replace(changed, '": ', '"::') where entry_id = 6;
update dbcare_audit_entry set row_key = row_key || char(0) || 'x' where entry_id = 2;
update dbcare_audit_entry set action = action || char(0) where entry_id = 3;
select entry_id, finding from dbaudit_verify();
rollback to s;
--> 2|entry_changed
--> 3|entry_changed
--> 5|entry_changed
--> 6|entry_changed

-- the name of a logged table, its options, and a table that is removed
update dbcare_audited_table set table_name = 'other';
select seal_id, finding, substr(message, 1, 112) from dbaudit_verify();
update dbcare_audited_table set table_name = 't', disabled_at = '2026-01-01T00:00:00.000Z';
select finding from dbaudit_verify();
delete from dbcare_audited_table;
select finding, count(*) from dbaudit_verify() group by 1;
rollback to s;
--> 2|table_changed|the name, the options or the state of table 1 in dbcare_audited_table was changed: it was ["t","portable","{}","
--> table_changed
--> table_changed|1
--> table_missing|6

-- what dbaudit_enable() and dbaudit_disable() change is recorded
select dbaudit_enable('t', '{"exclude": ["n"]}') is not null;
select count(*) from dbaudit_verify();
select dbaudit_disable('t') is not null;
select count(*) from dbaudit_verify();
select dbaudit_seal() is not null;
select count(*) from dbaudit_verify();
update dbcare_audited_table set disabled_at = null;
select finding from dbaudit_verify();
rollback to s;
--> 1
--> 0
--> 1
--> 0
--> 1
--> 0
--> table_changed

-- another value in an entry with erased ones, and another hash of one
select dbaudit_erase('t', 2, '["n"]', 'test') ->> 'values';
update dbcare_audit_entry set changed = replace(changed, 'say', 'cry') where entry_id = 5;
select entry_id, finding from dbaudit_verify();
update dbcare_audit_entry set changed = replace(replace(changed, 'cry', 'say'), 'sed": "', 'sed": "0') where entry_id = 5;
select entry_id, finding from dbaudit_verify();
rollback to s;
--> 1
--> 5|entry_changed
--> 5|entry_changed

-- what an erased value was hashed with is gone, what others were is not
select dbaudit_erase('t', 2, '["n"]', 'test') ->> 'values';
select salts like '1:%', length(salts) > 1000 from dbcare_audit_seal where seal_id = 1;
rollback to s;
--> 1
--> 0|1

-- a removed segment, and all after it
delete from dbcare_audit_seal where seal_id = 1;
select seal_id, finding, message from dbaudit_verify() where finding <> 'entry_inserted';
select count(*) from dbaudit_verify() where finding = 'entry_inserted';
rollback to s;
--> 2|seal_missing|seal 1 is missing
--> 6

-- a truncated log is found by a root noted outside
create temp table noted as select root from dbcare_audit_seal where seal_id = 2;
delete from dbcare_audit_seal where seal_id = 2;
delete from dbcare_audit_entry where entry_id > 6;
select count(*) from dbaudit_verify();
select finding from dbaudit_verify((select json_object('root', root) from noted));
rollback to s;
--> 0
--> root_missing

-- changed seals and leaves
update dbcare_audit_seal set leaves = replace(leaves, '"1":"', '"1":"0') where seal_id = 1;
update dbcare_audit_seal set sealed_at = '2020-01-01T00:00:00.000Z' where seal_id = 2;
select seal_id, finding, message from dbaudit_verify();
rollback to s;
--> 1|seal_changed|the hashes of the entries were changed
--> 2|seal_changed|the seal was changed

-- values that dbcare cannot have written
update dbcare_audit_seal set salts = 'nonsense' where seal_id = 1;
select entry_id, finding from dbaudit_verify();
rollback to s;
--> |seal_changed
--> 1|entry_changed
--> 5|entry_changed
--> 6|entry_changed

-- segments that are removed as if they were old
update dbcare_audit_seal set leaves = null, salts = '' where seal_id = 1;
delete from dbcare_audit_entry where entry_id < 7;
select seal_id, finding, message from dbaudit_verify();
rollback to s;
--> 1|removal_unrecorded|the entries up to this seal were removed, and no entry records that audit_keep_days did

-- old segments are removed whole, in order, and their roots stay
release s;
select dbcare_set('audit_keep_days', 30) is not null;
update dbcare_audit_seal set last_at = '2020-01-01T00:00:00.000Z' where seal_id = 2;
select dbaudit_seal() ->> 'removed';
--> 1
--> 0

-- the first one is older now, too; its roots are those of other times
delete from dbcare_audit_seal;
update dbcare_audit_entry set logged_at = '2020-01-01T00:00:00.000Z' where entry_id < 5;
select dbaudit_seal() ->> 'entries';
insert into t values (5, 'e', 5);
update dbcare_audit_seal set last_at = '2020-01-01T00:00:00.000Z';
select dbaudit_seal() ->> 'removed';
select min(entry_id) > 6, count(*) from dbcare_audit_entry;
select json_extract(changed, '$.removed.seal'), json_extract(changed, '$.removed.entries') from dbcare_audit_entry order by entry_id desc limit 1;
select count(*) from dbaudit_verify() where finding = 'removal_unrecorded';
select seal_id, leaves is null, length(root) from dbcare_audit_seal;
--> 8
--> 8
--> 1|2
--> 1|8
--> 0
--> 1|1|64
--> 2|0|64

-- a row that a repair has saved loses its values
create table saved (id integer primary key, a text);
.output /dev/null
select dbaudit_enable('saved');
insert into saved values (1, 'secret');
select dbcheck_rule_add('no secrets', 'saved', 'a <> ''secret''', '{"repair_sql": "a = ''x'' || a"}');
select dbcheck_repair('{"rules": ["no secrets"], "dry_run": false}');
.output stdout
select row_data, row_left from dbcare_quarantine where table_name = 'saved';
select dbaudit_erase('saved', 1, '["a"]', 'test') ->> 'saved_rows';
select row_data, row_left from dbcare_quarantine where table_name = 'saved';
--> {"a": "secret", "id": 1}|{"a": "xsecret", "id": 1}
--> 1
--> {"a": null, "id": 1}|{"a": null, "id": 1}

-- a trigger that ignores entries, and an index that makes them fail
create trigger stop before insert on dbcare_audit_entry begin select raise(ignore); end;
create unique index few on dbcare_audit_entry (action, row_key, moved_to);
select message from dbaudit_verify() where finding = 'log_altered' order by 1;
drop trigger stop;
drop index few;
--> table dbcare_audit_entry has index "few", which dbcare has not made
--> table dbcare_audit_entry has trigger "stop", which dbcare has not made
