-- The weekly report, to be read by a person.  For psql and sqlite3.
-- Where statements are counted, dbmonitor_slow_queries() lists the slow ones, and
-- dbhealth_advise() the indexes that would help.

select dbhealth_text('{"level": "full"}') as report;

select part, bytes from dbhealth_size();
select table_name, row_estimate, total_bytes from dbhealth_tables() order by total_bytes desc limit 20;
select dbhealth_growth() as growth;

select alert, object, severity, raised_at, cleared_at from dbmonitor_alerts('{"history": true, "limit": 20}');

select name, kind, started_at, size_bytes, verified_ok, problem from dbbackup_list();
select * from dbhealth_suppressions();
select version, name, applied_at, applied_by from dbmigrate_status() where state = 'applied' order by applied_at desc limit 20;

-- changes of the audit log since it was sealed
select seal_id, entry_id, finding, message from dbaudit_verify();
