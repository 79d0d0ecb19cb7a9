-- Files of others whose tables of dbcare lead to edit(): FTS4 calls what uncompress names.
-- Without a program, the function fails.
create table t (id integer primary key);
-- samples in a separate file
select dbmonitor_sample() is not null;
--> 1
create virtual table dbcare_bookkeeping using fts4(version, installed_at, compress=trim, uncompress=edit);
insert into dbcare_bookkeeping values ('1', '2026-01-01');
-- in the database, when the samples are in a separate file
select count(*) from dbhealth_checks();
--> ERROR: dbcare: unsafe use of edit(), which the application has not registered with SQLITE_INNOCUOUS (23)
drop table dbcare_bookkeeping;
attach 'test.db-samples' as other;
drop table other.dbcare_samples_of;
create virtual table other.dbcare_samples_of using fts4(database_file, since, compress=trim, uncompress=edit);
insert into other.dbcare_samples_of values ('test.db', '2026-01-01');
detach other;
-- in the file of samples
select count(*) from dbhealth_checks();
--> ERROR: dbcare: unsafe use of edit(), which the application has not registered with SQLITE_INNOCUOUS (23)
-- ... for a function that stores samples
select dbmonitor_sample();
--> ERROR: dbcare: unsafe use of edit(), which the application has not registered with SQLITE_INNOCUOUS (23)
