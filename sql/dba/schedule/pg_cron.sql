-- Maintenance of the database shop by pg_cron: psql -d postgres -f pg_cron.sql, as a
-- superuser, in the database of cron.database_name.  In production each call needs
-- the name of the database: {"confirm": "shop"}.  A retention policy of
-- dbarchive_policy() is needed for retention, the setting backup_directory for backups.
-- care is the schema of the extension after dbcare setup; after CREATE EXTENSION dbcare
-- it is public.
select cron.schedule_in_database('dbcare backup', '30 3 * * *', 'select care.dbbackup_create()', 'shop');
select cron.schedule_in_database('dbcare cleanup', '0 5 * * *',
	$$select care.dbbackup_cleanup('{"confirm": "shop"}')$$, 'shop');
select cron.schedule_in_database('dbcare retention', '0 4 * * *',
	$$call care.dbarchive_apply('{"vacuum": true, "max_seconds": 3600, "confirm": "shop"}')$$, 'shop');
select cron.schedule_in_database('dbcare optimize', '30 4 * * *',
	$$call care.dbhealth_optimize('{"dry_run": false, "confirm": "shop"}')$$, 'shop');
-- what became of them: select jobid, status, return_message from cron.job_run_details;
