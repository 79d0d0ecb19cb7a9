/*
 * follow_start.c
 *	  Continuous backup by a thread of the application: start, stop, status.
 */
#include "common/backup/catalog.h"
#include "common/backup/follow_home.h"
#include "common/backup/schedule.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/tables.h"

/* ---- status ---- */

typedef struct status
{
	dbc_json_node *result;
	const char *path; /* of the directory of backups, or NULL */
	const char *database;
} status;

/* The newest backup that was followed, and until when. */
static void
put_until(dbc_host *host, dbc_json_node *result,
		  const dbc_backup_catalog *catalog, const char *database)
{
	const dbc_backup_record *last = NULL;

	for (int i = 0; i < catalog->nrecords; i++)
		if (catalog->records[i].readable && catalog->records[i].log.is_there &&
			dbc_same(catalog->records[i].backup.database, database))
			last = &catalog->records[i];
	DBC_PUT_TEXT(result, backup, last ? last->name : NULL);
	DBC_PUT_TEXT(result, followed_until,
				 last && last->log.until_ms > 0
					 ? dbc_time_text(host, last->log.until_ms)
					 : NULL);
}

static void
put_time(dbc_host *host, dbc_json_node *result, const char *key, int64_t ms)
{
	dbc_json_put_text(result, key, ms > 0 ? dbc_time_text(host, ms) : NULL);
}

static void
read_status(dbc_host *host, dbc_backup_files *files, void *arg)
{
	const status *s = arg;
	dbc_backup_catalog catalog;
	dbc_follow_state state = {0};
	bool is_running = false;

	dbc_backup_read_catalog(host, files, s->path, &catalog);
	if (catalog.directory >= 0)
		(void) dbc_backup_follow_ask(host, files, catalog.directory,
									 s->database, &state, &is_running);
	DBC_PUT_BOOL(s->result, running, is_running);
	DBC_PUT_TEXT(s->result, directory, s->path);
	put_until(host, s->result, &catalog, s->database);
	put_time(host, s->result, "started_at", state.started_ms);
	put_time(host, s->result, "ended_at", is_running ? 0 : state.ended_ms);
	DBC_PUT_TEXT(s->result, problem, state.problem);
}

/* What is known of it; the directory may be NULL. */
static dbc_json_node *
describe(dbc_host *host, const char *directory)
{
	status s = {dbc_json_object(host), NULL, dbc_database_name(host)};
	dbc_follower_report report = {0};
	bool is_here = DBC_CALL(host, backup, followed)(host, &report);

	if (!directory)
		directory = report.directory;
	s.path = DBC_CALL(host, backup, directory)(host, directory, NULL, false);
	if (s.path)
		DBC_CALL(host, backup, run)(host, read_status, &s);
	else
		DBC_PUT_BOOL(s.result, running, false);
	DBC_PUT_BOOL(s.result, here, is_here);
	if (report.problem)
		DBC_PUT_TEXT(s.result, problem, report.problem);
	return s.result;
}

/* dbbackup_follow_status(options) */
DBC_RUN(dbbackup_follow_status)
{
	const dbbackup_follow_status_options *given =
		dbc_read_options(host, &args->options, dbbackup_follow_status_options);

	dbc_json_emit(host, describe(host, given->directory.text));
}

/* ---- start and stop ---- */

static void
check_key(dbc_host *host, dbc_backup_files *files, void *arg)
{
	const dbc_backup_secret_place *place = arg;

	dbc_backup_check_place(host, files, place);
}

/* dbbackup_follow_start(options) */
DBC_RUN(dbbackup_follow_start)
{
	const dbbackup_follow_start_options *given =
		dbc_read_options(host, &args->options, dbbackup_follow_start_options);
	const char *options =
		args->options.kind == DBC_NULL ? "{}" : args->options.text;
	dbc_backup_secret_place place =
		dbc_backup_read_place(host, "encrypt", given->encrypt.text);

	(void) dbc_backup_cleanup_options(host, given->keep.text, NULL, NULL);
	(void) DBC_CALL(host, backup, directory)(host, given->directory.text, NULL,
											 true);
	DBC_CALL(host, backup, run)(host, check_key, &place);
	DBC_CALL(host, backup, begin_following)(host, options);
	dbc_json_emit(host, describe(host, given->directory.text));
}

/* dbbackup_follow_stop() */
DBC_RUN(dbbackup_follow_stop)
{
	dbc_follower_report report = {0};
	dbc_json_node *result;
	bool was_here = DBC_CALL(host, backup, followed)(host, &report);
	const char *directory =
		report.directory ? dbc_format(host, "%s", report.directory) : NULL;

	(void) args;
	if (was_here)
		was_here = DBC_CALL(host, backup, end_following)(host);
	result = describe(host, directory);
	DBC_PUT_BOOL(result, stopped, was_here);
	dbc_json_emit(host, result);
}
