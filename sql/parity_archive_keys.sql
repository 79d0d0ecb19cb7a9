-- keys of several columns, which are renamed
create table pair (uuid text, user_uuid text, v text, at timestamp, primary key (user_uuid, uuid));
select dbarchive_enable('pair') is not null;
insert into pair values ('a', '1', 'x', '2020-01-01'), ('b', '2', 'y', '2020-01-01'), ('c', '3', 'z', '2020-01-01'), ('d', '4', 'w', '2020-01-01'), ('4', 'd', 'mirrored', '2020-01-01');
delete from pair where uuid = 'a';
delete from pair where uuid = 'b';
delete from pair where uuid = '4';
select dbarchive_hold('pair', '{"uuid": "b", "user_uuid": "2"}', 'case 1') is not null;
select dbarchive_hold('pair', '{"uuid": "d", "user_uuid": "4"}', 'case 2') is not null;
select dbarchive_policy('pair', '{"timestamp_column": "at", "delete_after_days": 1}') is not null;
-- two columns exchange their names, one gets a new one
alter table pair rename column uuid to x;
alter table pair rename column user_uuid to uuid;
alter table pair rename column x to user_uuid;
alter table pair rename column uuid to id;
-- all lists have the present names
select table_name, row_key from dbarchive_deleted('pair') order by 2;
select row_key, reason, deleted from dbarchive_holds('pair') order by reason;
select object, message from dbhealth_checks('{"level": "full", "checks": ["held_rows_lost"]}');
-- what deletes for good finds held rows
call dbarchive_apply();
select user_uuid, id from pair;
call dbarchive_purge('pair', '{"older_than_days": 0, "dry_run": true, "row_key": {"id": "2", "user_uuid": "b"}}');
call dbarchive_purge('pair', '{"older_than_days": 0, "row_key": {"id": "d", "user_uuid": "4"}}');
delete from pair where id = '4';
call dbarchive_purge('pair', '{"older_than_days": 0}');
select row_key from dbarchive_deleted('pair') order by 1;
-- the held row comes back, and the hold follows its key
select cast(dbarchive_restore('pair', '{"id": "4", "user_uuid": "d"}') as text) like '%"rows": 1%';
update pair set id = '44', user_uuid = 'dd';
select row_key, reason, deleted from dbarchive_holds('pair') order by reason;
select dbops_delete('pair', '{"id": "44"}', '{"soft": false}');
select dbarchive_release('pair', '{"id": "44", "user_uuid": "dd"}') is not null;
select dbarchive_restore('pair', '{"id": "b", "user_uuid": "2"}');
select cast(dbarchive_restore('pair', '{"id": "2", "user_uuid": "b"}') as text) like '%"rows": 1%';
select dbarchive_delete('pair', '{"id": "2", "user_uuid": "b"}', '{"reason": "test"}') is not null;
select row_key, reason, deleted from dbarchive_holds('pair');
-- a null in a key is named, whatever takes the key
create table no_null (a integer not null, b integer not null, v text, primary key (a, b));
select dbarchive_enable('no_null') is not null, dbaudit_enable('no_null') is not null;
insert into no_null values (1, 1, 'x');
select dbarchive_restore('no_null', '{"a": null, "b": 1}');
select dbarchive_delete('no_null', '{"a": 1, "b": null}');
select dbarchive_hold('no_null', '{"a": null, "b": 1}', 'case');
select dbarchive_release('no_null', '{"a": null, "b": 1}');
call dbarchive_purge('no_null', '{"row_key": {"a": null, "b": 1}}');
select * from dbaudit_history('no_null', '{"a": null, "b": 1}');
select dbaudit_as_of('no_null', '{"a": null, "b": 1}', '2999-01-01');
select dbaudit_erase('no_null', '{"a": null, "b": 1}', '["v"]', 'asked');

-- a deleted row whose key has another name since is held, and let go, by that
create table named (a integer, b text, note text, primary key (a, b));
select dbarchive_enable('named', '{"mode": "trash"}') is not null;
insert into named values (1, 'x', null);
select dbarchive_hold('named', '{"a": 1, "b": "x"}', 'case 3') is not null;
delete from named;
alter table named rename column b to c;
select dbarchive_hold('named', '{"a": 1, "c": "x"}', 'case 4');
select row_key, reason, deleted from dbarchive_holds('named') order by reason;
select dbarchive_release('named', '{"c": "x", "a": 1}');
select count(*) from dbarchive_holds('named');
