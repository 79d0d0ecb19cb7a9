/*
 * hostile_calls.h
 *	  What registry/hostile calls: statements in an order in which each has
 *	  something to do, then every function of api.def.
 */
#ifndef DBCARE_TEST_HOSTILE_CALLS_H
#define DBCARE_TEST_HOSTILE_CALLS_H

#include "common/core/dbc.h"

#include <sqlite3.h>
#include <string.h>

/* A manifest that the calls run and repair, too. */
#define MANIFEST                                                            \
	"{\"name\": \"pack\", \"migrations\": [{\"version\": \"1\", \"up\": "   \
	"\"create table made (id integer primary key, a integer); create view " \
	"made_view as select id from made;\"}]}"

#define FULL "'{\"level\": \"full\"}'"

static const char *const statements[] = {
	"select * from dbcheck_integrity",
	"select * from dbcheck_integrity('{\"level\": \"quick\"}')",
	"select * from dbcheck_constraints",
	"select * from dbcheck_constraints('t')",
	"select * from dbcheck_orphans",
	"select dbcheck_repair('{\"relation\": \"t\", \"rules\": [\"r\"]}')",
	"select * from dbcheck_orphans('child', '{\"relations\": [{\"child\":"
	" \"child.t_id\", \"parent\": \"t.id\"}]}')",
	"select * from dbcheck_row('t', '{\"a\": 3}')",
	"select * from dbcheck_row('t', '{\"id\": 1}')",
	"select * from dbcheck_run",
	"select * from dbcheck_rules",
	"select dbhealth_ping()",
	"select dbhealth_report(" FULL ")",
	"select * from dbhealth_checks(" FULL ")",
	"select dbhealth_html(" FULL ")",
	"select * from dbhealth_size",
	"select * from dbhealth_tables",
	"select * from dbhealth_indexes",
	"select dbhealth_schema()",
	"select dbhealth_statistics()",
	"select * from dbhealth_suppressions",
	"select dbhealth_growth()",
	"select dbmigrate_fingerprint()",
	"select dbmigrate_schema()",
	"select dbmigrate_snapshot()",
	"select dbmigrate_diff(dbmigrate_schema(), dbmigrate_schema())",
	"select * from dbmigrate_lint('alter table t add column z integer not null"
	" default 0; create index t_z on t (z); update t set a = 1; drop view if"
	" exists v; drop table child; analyze; reindex;')",
	"select dbcare_install()",
	"select dbcare_set('actor', 'somebody')",
	"select dbcare_get('actor')",
	"select dbmigrate_add('1', 'one', 'create table made (x)', 'drop table"
	" made')",
	"select dbmigrate_load('{\"2_a.up.sql\": \"create table made2 (x)\"}')",
	"select * from dbmigrate_status",
	"select * from dbmigrate_pending",
	"select * from dbmigrate_plan",
	"select dbmigrate_test()",
	"select dbmigrate_apply('1')",
	"select dbmigrate_rollback()",
	"select dbmigrate_baseline('1')",
	"select dbmigrate_deploy()",
	"select dbmigrate_repair()",
	"select dbmigrate_version()",
	"select * from dbmigrate_history",
	"select * from dbmigrate_verify",
	"select * from dbmigrate_drift",
	"select dbmigrate_rebuild('child', 'create table child (id integer primary"
	" key, t_id references t, p integer references parent, more text)')",
	"select dbmigrate_rebuild('t', 'create table t (id integer primary key,"
	" a numeric)')",
	"select dbmigrate_backfill('b', 'update t set a = 3 where a is null')",
	"select * from dbmigrate_backfills",
	"select dbhealth_suppress('disk_free', '*', 'why')",
	"select dbcheck_repair()",
	"select dbcheck_repair('{\"orphans\": \"quarantine\", \"rules\":"
	" [\"r\"]}')",
	"select dbcheck_repair('{\"orphans\": \"quarantine\"}')",
	"select dbcheck_repair('{\"orphans\": \"quarantine\", \"dry_run\":"
	" false}')",
	"select * from dbcheck_quarantine",
	"select dbcheck_undo(1)",
	"select dbcheck_repair('{\"relation\": \"t\", \"rules\": [\"r\"],"
	" \"dry_run\": false}')",
	"select dbcheck_rule_add('mine', 't', 'trap(a)')",
	"select dbcheck_rule_add('sound', 't', 'a < 7')",
	"select * from dbcheck_run",
	"select dbcheck_rule_drop('sound')",
	"select dbmonitor_start(3600)",
	"select dbmonitor_sample(" FULL ")",
	"select dbmonitor_status()",
	"select * from dbmonitor_queries",
	"select * from dbmonitor_slow_queries",
	"select * from dbmonitor_slow_log('{\"plan\": true}')",
	"select dbmonitor_statistics()",
	"select * from dbmonitor_alerts",
	"select dbmonitor_ack(1)",
	"select dbmonitor_stop()",
	"select dbmonitor_reset()",
	"select dbhealth_optimize()",
	"select dbhealth_optimize('{\"steps\": [\"analyze\", \"reindex\","
	" \"vacuum\"], \"dry_run\": false}')",
	"select dbhealth_fix('integrity_index_match')",
};

#define NSTATEMENTS (sizeof(statements) / sizeof(statements[0]))

/* Arguments of functions, which are called after the statements. */
static const struct
{
	const char *function;
	const char *arguments;
} arguments[] = {
#define ENGINE					  "sqlite"
#define CALL(function, arguments) {#function, arguments},
#define TABLE					  "t"
#include "test/calls.def"
};

/* Calls about what a schema can have, besides those of calls.def. */
static const char *const others[] = {
	"select dbops_select('v')",
	"select dbops_count('w')",
	"select dbops_select('f', '{}')",
	"select dbops_insert('t', '{\"a\": 1}')",
	"select dbops_update('t', '{\"a\": 2}', '{\"id\": 1}')",
	"select dbops_upsert('t', '{\"id\": 1, \"a\": 2}')",
	"select dbops_delete('t', '{\"id\": 2}')",
	"select dbops_execute('select * from v')",
	"select dbops_execute('insert into t (a) values (9)')",
	"select dbarchive_apply('{\"dry_run\": false}')",
	"select dbarchive_apply()",
	"select dbarchive_delete('t', 1)",
	"select dbarchive_purge('t')",
	"select dbmigrate_backfill('c', 'update t set a = trap(a) where a > 0')",
	"select dbseed_add('s', 't', '[{\"id\": 70, \"a\": 1}]')",
	"select dbseed_apply()",
	"select * from dbsync_digest()",
	"select dbcheck_repair('{\"orphans\": \"quarantine\", \"dry_run\": "
	"false}')",
	"select dbbackup_create('b', '{\"directory\": \"@\", \"verify\": 0}')",
	"select dbbackup_verify('b', '{\"directory\": \"@\", \"level\": 3}')",
	"select * from dbbackup_plan('b', null, '{\"directory\": \"@\"}')",
	"select dbbackup_restore('b', '@/restored', '{\"directory\": \"@\"}')",
	"select dbops_update('t', '{\"a\": 7}', '{\"id\": 3}')",
	"select dbbackup_restore('b', null, '{\"directory\": \"@\", \"table\":"
	" \"t\", \"on_conflict\": \"overwrite\"}')",
	"select dbbackup_create('c', '{\"directory\": \"@\","
	" \"incremental_from\": \"b\"}')",
	"select dbbackup_restore('c', null, '{\"directory\": \"@\", \"replace\":"
	" true, \"confirm\": \"db\"}')",
	"select dbbackup_schedule('00:00', '{\"directory\": \"@\"}')",
	"select dbsync_export('@/exported', '{\"tables\": [\"t\", \"child\"]}')",
	"select * from dbsync_compare('@/exported')",
	"select dbops_delete('t', '{\"id\": 3}')",
	"select dbsync_import('@/exported', '{\"on_conflict\": \"overwrite\","
	" \"dry_run\": false}')",
	"select dbarchive_export('t', '@/archived', '{\"dry_run\": false}')",
	"select dbarchive_enable('t', '{\"mode\": \"trash\"}')",
	"select dbops_upsert('t', '[{\"id\": 2, \"a\": 1}]')",
	"select dbarchive_delete('t', 2)",
	"select dbarchive_restore_batch(2)",
	"select dbarchive_delete('t', 2)",
	"select dbarchive_purge('t', '{\"dry_run\": false}')",
	"select dbaudit_enable('t')",
	"select dbops_update('t', '{\"a\": 8}', '{\"id\": 1}')",
	"select dbaudit_undo(1, '{\"dry_run\": false}')",
	"select dbinit_repair('" MANIFEST "')",
	"select dbinit_run('" MANIFEST "')",
	"select * from dbinit_validate('" MANIFEST "')",
};

#define NOTHERS (sizeof(others) / sizeof(others[0]))

/* Statement NUMBER; NULL after the last one.  @ is a directory for files.  For
 * sqlite3_free(). */
static char *
statement_of(size_t number)
{
	const dbc_function *function;
	const char *given = "";
	size_t i;

	if (number < NSTATEMENTS)
		return sqlite3_mprintf("%s", statements[number]);
	number -= NSTATEMENTS;
	if (number < NOTHERS)
		return sqlite3_mprintf("%s", others[number]);
	number -= NOTHERS;
	if (number >= (size_t) dbc_nfunctions)
		return NULL;
	function = &dbc_functions[number];
	for (i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++)
		if (strcmp(arguments[i].function, function->name) == 0)
			given = arguments[i].arguments;
	return sqlite3_mprintf("select %s%s(%s)",
						   function->result == DBC_T_ROWS ? "* from " : "",
						   function->name, given);
}

#endif /* DBCARE_TEST_HOSTILE_CALLS_H */
