#!/bin/bash
# Roles without privileges: each READ function answers or says what is missing,
# each WRITE function refuses with 42501 unless there is nothing to write, or what it
# writes is for each role with EXECUTE: settings, suppressions, schedules and what
# monitoring keeps, which are of no table of others.  PostgreSQL alone.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# refused DATABASE ROLE NAME: WRITE functions refuse, but for those of standard
# input, which find nothing to write or need EXECUTE alone, and give what they give
# anybody.
refused()
{
	is "$(outcomes WRITE "$1" "set role $2;" |
		sed -E 's/ (permission denied (for|to)|must be owner of) .*$/ .../; s/ [a-z ]* needs the rights of role .*$/ .../; s/ 0A000 dbcare cannot change rows of table .*/ 42501 .../
			# what ran before decides whether there is an alert
			s/^(dbmonitor_ack) 42704 alert 1 does not exist/\1 00000/' | sort)" \
		"$({ cat; each_of WRITE postgresql '42501 ...'; } | sort -s -u -k 1,1 | only_tried postgresql)" \
		"postgresql $1: no WRITE for $3"
}

# what functions say that cannot be called for a table of the catalog
no_table=' 0A000 dbcare cannot change rows of table '

start_server server
postgresql_new bare
postgresql_new filled
postgresql filled <<<"$filled_sql" >"$tmp/made"
postgresql postgres <<-'END'
	create role nobody;
	create role guest;
END

declare -A not_refused=(
	[bare]='dbarchive_analyze 00000
dbarchive_export 00000
dbarchive_orphans 00000
dbarchive_vacuum 00000
dbaudit_actor 25P01 no transaction is open
dbbackup_accept 55000 there is no restored server to accept
dbcare_uninstall 00000
dbmigrate_adopt 42704 no ledger of a migration tool was found
dbmigrate_apply 00000
dbmigrate_deploy 00000
dbmigrate_rollback 00000
dbmigrate_test 00000
dbmigrate_measure 00000
dbmigrate_baseline 42704 migration "900" does not exist
dbcheck_repair 00000
dbcheck_rule_drop 42704 rule "always" does not exist
dbcheck_undo 42704 repair 1 does not exist
dbhealth_fix 00000
dbhealth_optimize 00000
dbmonitor_ack 00000
dbmonitor_stop 00000
dbops_execute 00000'
	[filled]='dbarchive_orphans 00000
dbarchive_schedule 00000
dbaudit_actor 25P01 no transaction is open
dbbackup_schedule 00000
dbcare_install 00000
dbcare_set 00000
dbhealth_fix 00000
dbhealth_optimize 00000
dbhealth_suppress 00000
dbmonitor_ack 00000
dbmonitor_reset 00000
dbmonitor_sample 00000
dbmonitor_start 00000
dbmonitor_stop 00000
dbops_execute 00000'
)
# what these have written
declare -A taken_back=(
	[bare]=
	# a sampler may have been faster than the end of monitoring
	[filled]="delete from dbcare.setting where name = 'log_keep_days'; delete from dbcare.suppression; delete from dbcare.monitor;
		$(printf 'delete from dbcare.%s; ' sample table_sample alert wait_event check_run vacuum_due)"
)
for db in bare filled; do
	where="postgresql $db"
	postgresql "$db" <<<'grant execute on all routines in schema public to guest'
	postgresql_reads "$db" >"$tmp/usual"
	for role in nobody guest; do
		is "$(outcomes READ "$db" "set role $role;" | grep -vE " 00000$|$no_table")" \
			"$({ [ "$db" = bare ] || sed -E 's/.*/& 42501 permission denied for table migration/
				s/(dbmigrate_history.*)migration/\1history/
				s/(dbmigrate_(drift|snapshot).*)migration/\1snapshot/
				s/(dbmigrate_backfills.*)migration/\1backfill/
				s/(dbcheck_rules.*)migration/\1rule/
				s/(dbcheck_quarantine.*)migration/\1quarantine/
				s/(dbcare_events.*)migration/\1event/' <<-'END'
				dbcare_events
				dbmigrate_status
				dbmigrate_pending
				dbmigrate_history
				dbmigrate_version
				dbmigrate_plan
				dbmigrate_verify
				dbmigrate_drift
				dbmigrate_snapshot
				dbmigrate_backfills
				dbcheck_rules
				dbcheck_quarantine
			END
			# there is no pg_stat_statements
			printf 'dbmonitor_%s 55000 statements are not counted\n' queries slow_queries
			[ "$db" = bare ] && echo 'dbmonitor_slow_log 55000 slow executions are not recorded' ||
				printf 'db%s 42501 permission denied for table %s\n' monitor_slow_log slow_log \
					monitor_waits wait_event monitor_plans query_plan archive_deleted archived_table archive_archives archive_file archive_policies policy_run archive_holds hold archive_export_rows archived_table archive_status archived_table archive_files left_file audit_log audit_entry audit_verify audited_table audit_tables audited_table backup_status schedule
			echo 'dbbackup_wal_archive 42501 permission denied to read directory "/srv" of the server'
			[ "$db" = bare ] || printf 'db%s 42501 permission denied for table %s\n' \
				seed_status seed init_status manifest init_validate manifest; } | only_tried postgresql)" \
			"$where, $role: each READ answers, or says what it may not read"
	done
	refused "$db" nobody 'a role that may not call' </dev/null
	refused "$db" guest 'a role that may call, and no more' <<<"${not_refused[$db]}"
	until_true "$db" "select not exists (select from pg_stat_activity where backend_type ~ 'dbcare' and datname = '$db')"
	is "$(postgresql_reads "$db" "${taken_back[$db]}")" "$(cat "$tmp/usual")" "$where: the attempts changed nothing else"
done

# What is missing and who grants it is all: no SQL of dbcare, which the caller cannot change.
said=$(postgresql filled <<<"\\set ON_ERROR_STOP off
set role guest; $(read_all postgresql)" 2>&1)
like "$said" 'dbcare_grant\(ROLE' 'a READ without rights names the area to be granted'
is "$(grep -cE '^(CONTEXT|QUERY|LINE)' <<<"$said" || true)" 0 'and shows no statement of dbcare'

# Without a right on its schema, an ordinary name is all there is to see.
postgresql filled <<-'END'
	create schema hidden;
	alter extension dbcare set schema hidden;
END
like "$(postgresql filled <<<'set role guest; select hidden.dbmigrate_apply();' || true)" \
	'permission denied for schema hidden' 'a schema that may not be used hides dbcare'
finish
