-- Health checks of backups.
create temp view backups_said as
	select check_id, severity, message
	from dbhealth_checks('{"checks": ["backup_missing", "backup_failed", "backup_follow", "backup_old", "backup_unverified", "backup_damaged", "backup_same_disk"]}');
create table t (a);
select distinct severity from backups_said;
--> not_applicable
-- a new backup
select dbbackup_create('one') ->> 'name';
select check_id, severity from backups_said;
--> one
--> backup_missing|ok
--> backup_failed|ok
--> backup_follow|ok
--> backup_old|ok
--> backup_unverified|ok
--> backup_damaged|ok
--> backup_same_disk|info
-- thresholds are settings
select dbcare_set('check_backup_old_warning', 0) is null, dbcare_set('check_backup_unverified_warning', 0) is null;
select message from backups_said where severity = 'info' and check_id <> 'backup_same_disk';
select dbcare_set('environment', 'production') is null;
select check_id, severity from backups_said where severity <> 'ok' and check_id <> 'backup_same_disk';
--> 0|0
--> the newest backup of test.db is 0 hours old: one
--> backup one has not been verified for 0 days
--> 0
--> backup_old|warning
--> backup_unverified|warning
-- a damaged one
select severity from backups_said where check_id = 'backup_damaged';
.shell rm test.db-backups/one/database.db
select check_id, message from backups_said where check_id in ('backup_missing', 'backup_damaged');
--> ok
--> backup_missing|test.db has no backup that can be restored: the only one is damaged
--> backup_damaged|backup one cannot be restored: file database.db is missing
