-- Deleted rows of tables that no longer exist.
create table t (id integer primary key, v text);
select dbarchive_enable('t') is not null;
insert into t values (1, 'a'), (2, 'b');
delete from t;
drop table t;
select table_name, row_key from dbarchive_deleted() order by 2;
select table_name, row_key from dbarchive_deleted('t') order by 2;
select * from dbarchive_deleted('other');
--> 1
--> t|1
--> t|2
--> t|1
--> t|2
--> ERROR: dbcare: table other does not exist. Write the name of the table as in SQL, with its schema and quotes if needed.

-- they stay until the term is over; a row cannot be found by its key
select dbarchive_purge('t') ->> 'rows';
select dbarchive_purge('t', '{"older_than_days": 0, "row_key": {"id": 1}}');
--> 0
--> ERROR: dbcare: table t does not exist. Pass the option batch: dbarchive_deleted() lists the batches.

-- then they are purged, also if the clock was set back since; a table without rows in the trash is an error
update dbcare_trash set deleted_at = '2999-01-01T00:00:00.000Z';
select dbarchive_purge('t', '{"older_than_days": 0}') ->> 'rows';
select count(*) from dbarchive_deleted();
select dbarchive_purge('t');
--> 2
--> 0
--> ERROR: dbcare: table t does not exist. Write the name of the table as in SQL, with its schema and quotes if needed.
