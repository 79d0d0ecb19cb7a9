/*
 * overview.c
 *	  How a database stands with its backups; see overview.h.
 */
#include "common/backup/overview.h"

#include "common/backup/follow_home.h"
#include "common/backup/schedule.h"
#include "common/core/clock.h"
#include "common/core/settings.h"
#include "common/core/tables.h"
#include "common/core/text.h"
#include "common/schedule/home.h"

const char *
dbc_backup_describe_damage(const dbc_backup_record *record)
{
	const dbc_backup_result *result = &record->result;

	if (dbc_backup_problem(record))
		return dbc_backup_problem(record);
	if (result->level < 0 || !result->known || result->ok)
		return NULL;
	return result->detail ? result->detail : "its verification failed";
}

/* Whether a backup may be one of the database: of one that cannot be
 * read this is unknown. */
static bool
concerns(const dbc_host *host, const dbc_backup_overview *overview,
		 const dbc_backup_record *record)
{
	const dbc_backup *backup = &record->backup;

	return !record->readable ||
		   (dbc_same(backup->engine, host->engine_name) &&
			(dbc_backup_is_of_server(backup) ||
			 dbc_same(backup->database, overview->object)));
}

/* The last moment that can be restored of what was followed, or 0. */
static int64_t
find_until(dbc_host *host, const dbc_backup_overview *overview,
		   const dbc_backup_catalog *catalog)
{
	int64_t until_ms = 0;

	for (int i = 0; i < catalog->nrecords; i++)
		if (catalog->records[i].readable &&
			concerns(host, overview, &catalog->records[i]) &&
			catalog->records[i].log.until_ms > until_ms)
			until_ms = catalog->records[i].log.until_ms;
	return until_ms;
}

/* Finds why what is committed now is in no backup, of a database that is
 * followed. */
static void
inspect_follow(dbc_host *host, dbc_backup_files *files,
			   dbc_backup_overview *overview, const dbc_backup_catalog *catalog)
{
	dbc_follow_state state;
	bool is_running;
	int64_t until_ms = find_until(host, overview, catalog);

	if (!dbc_backup_follow_ask(host, files, catalog->directory,
							   overview->object, &state, &is_running) ||
		(!is_running && state.ended_ms > 0))
		return;
	if (is_running)
	{
		overview->follow_problem = state.problem;
		/* one that has just begun may continue what ended long ago */
		if (until_ms > 0)
			overview->followed_ms =
				until_ms > state.started_ms ? until_ms : state.started_ms;
	}
	else
		overview->follow_problem =
			until_ms > 0 ? dbc_format(host,
									  "its process is gone; the last moment "
									  "that can be restored is %s",
									  dbc_time_text(host, until_ms))
						 : "its process is gone";
}

/* Reads what is in the directory. */
static void
inspect(dbc_host *host, dbc_backup_files *files, void *arg)
{
	dbc_backup_overview *overview = arg;
	dbc_backup_record *damaged;
	dbc_backup_catalog catalog;

	dbc_backup_read_catalog(
		host, files, DBC_CALL(host, backup, directory)(host, NULL, NULL, false),
		&catalog);
	overview->path = catalog.path;
	if (catalog.directory < 0)
		return;
	overview->configured = true;
	overview->on_data_disk =
		DBC_CALL(host, backup, on_data_disk)(host, catalog.path);
	inspect_follow(host, files, overview, &catalog);
	damaged =
		dbc_alloc(host, ((size_t) catalog.nrecords + 1) * sizeof(*damaged));
	for (int i = 0; i < catalog.nrecords; i++)
		if (concerns(host, overview, &catalog.records[i]) &&
			dbc_backup_describe_damage(&catalog.records[i]))
			damaged[overview->ndamaged++] = catalog.records[i];
	overview->damaged = damaged;
}

static void
read_schedule(dbc_host *host, void *arg)
{
	dbc_backup_overview *overview = arg;
	dbc_schedule_state state = dbc_schedule_read(host, &dbc_backup_schedule);

	overview->scheduled = state.at != NULL;
	overview->why_resting = dbc_schedule_home_why_any_rests(host);
	overview->last_error = dbc_backup_describe_errors(host, &state);
}

/* Reads all that is about files. */
static void
read_backups(dbc_host *host, void *arg)
{
	dbc_backup_overview *overview = arg;

	DBC_CALL(host, backup, run)(host, inspect, overview);
	if (dbc_backup_find_newest(host, NULL, &overview->newest) ||
		dbc_setting_text(host, dbc_read_settings(host),
						 DBC_SETTING_backup_directory) ||
		/* a file has a directory, whether it is used or not */
		(!host->traits->one_file && overview->path))
		overview->configured = true;
}

void
dbc_backup_read_overview(dbc_host *host, dbc_backup_overview *overview)
{
	dbc_error error;

	*overview = (dbc_backup_overview){.object = dbc_database_name(host)};
	if (!host->rooms.backup || !host->rooms.backup->on_data_disk)
		overview->problem = "only the extension knows of backups";
	else if (!dbc_guard(host, read_backups, overview, DBC_KEEP, true, &error))
		overview->problem = error.message;
	if (!dbc_guard(host, read_schedule, overview, DBC_KEEP, true, &error))
		overview->scheduled = false;
	overview->configured |= overview->scheduled;
}
