-- What lowers protection is an entry of the log of changes, sealed with the others.
create table thing (id integer primary key, note text);
insert into thing values (1, 'a'), (2, 'b'), (3, 'c');

-- a setting, before anything is logged
select dbcare_set('audit_keep_days', 30) ->> 'value';
select dbcare_set('audit_keep_days', null) ->> 'name';
select action, row_key, replace(cast(before as text), 'dbcare.setting', 'dbcare_setting') from dbaudit_log() order by id;
-- what protects nothing is no entry
select dbcare_set('lock_retries', 3) ->> 'value';
select count(*) from dbaudit_log();

create table other (id integer primary key, note text);
insert into other values (1, 'a'), (2, 'b');
-- a hold of a table that is not logged
select dbarchive_enable('other', '{"mode": "trash"}') ->> 'mode';
select dbarchive_hold('other', 2, 'court') ->> 'row_key';
select dbarchive_release('other', 2) ->> 'row_key';
select table_name, action, row_key, before from dbaudit_log('{"limit": 1}');
-- the mode, and its end
select dbarchive_enable('other', '{"mode": "trash"}') ->> 'mode';
select dbarchive_enable('other', '{"mode": "flag"}') ->> 'mode';
select dbarchive_disable('other') ->> 'table_name';
-- what fails is no entry
select dbarchive_release('other', 2);
-- a policy
select dbarchive_policy('other', '{"purge_deleted_after_days": 0}') ->> 'action';
select table_name, row_key, before from dbaudit_log('{"action": "protection", "limit": 3}') order by id;

-- a table that is logged
select dbaudit_enable('thing') ->> 'table_name';
delete from thing where id = 1;
select dbarchive_hold('thing', 2, 'court') ->> 'row_key';
select dbarchive_release('thing', 2) ->> 'row_key';
select dbaudit_enable('thing', '{"exclude": ["note"]}') ->> 'table_name';
select dbaudit_erase('thing', 1, '["note"]', 'asked for') ->> 'values';
select dbaudit_disable('thing') ->> 'table_name';
select action, row_key, before from dbaudit_log('{"table": "thing"}') where action <> 'protection' order by id;
-- psql: select before ->> 'function', before -> 'options' ->> 'exclude', before ->> 'reason', (before ->> 'state') is null from dbaudit_log('{"table": "thing"}') where action = 'protection' order by id;
-- sqlite3: select before ->> '$.function', before ->> '$.options.exclude', before ->> '$.reason', (before ->> '$.state') is null from dbaudit_log('{"table": "thing"}') where action = 'protection' order by id;
-- not a dry run
select dbarchive_enable('thing', '{"mode": "flag", "dry_run": true}') ->> 'mode';
select dbaudit_enable('thing', '{"dry_run": true}') ->> 'table_name';
select count(*) from dbaudit_log();
select action from dbaudit_history('thing', 2);
select action, count(*) from dbaudit_log('{"after": 0}') group by action order by action;

-- sealed and verified with the others
select dbaudit_seal() ->> 'seals';
select finding from dbaudit_verify();
select count(*) from dbaudit_log() where hash is null;
-- psql: update dbcare.audit_entry set changed = replace(changed, '"old": "30"', '"old": "31"') where action = 'protection';
-- sqlite3: update dbcare_audit_entry set changed = replace(changed, '"old": "30"', '"old": "31"') where action = 'protection';
select finding, message from dbaudit_verify();
-- psql: delete from dbcare.audit_entry where changed like '%dbarchive_disable%';
-- sqlite3: delete from dbcare_audit_entry where changed like '%dbarchive_disable%';
select finding from dbaudit_verify();
