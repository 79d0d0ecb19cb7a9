/*
 * cleanup.c
 *	  dbbackup_cleanup: removes the backups that no rule of retention keeps.
 */
#include <string.h>

#include "common/backup/catalog.h"
#include "common/backup/keep.h"
#include "common/backup/wal_keep.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/settings.h"

typedef struct cleanup
{
	const dbbackup_cleanup_options *given;
	dbc_keep_rules rules;
	dbc_backup_files *files;
	dbc_backup_catalog catalog;
	int64_t bytes; /* of what is removed */
	int64_t leftovers;
	dbc_json_node *removed; /* names */
	dbc_json_node *kept;	/* names with the reason */
	dbc_json_node *skipped; /* what cannot be read */
	bool *is_kept;			/* per backup, also what cannot be read */
	dbc_json_node *log;		/* [PG] what was removed of the archive, or NULL */
} cleanup;

/* The rules; without any, the setting backup_keep_days. */
static dbc_keep_rules
read_rules(dbc_host *host, const dbbackup_cleanup_options *given)
{
	dbc_keep_rules rules = {.days = given->keep_days.integer,
							.last = given->keep_last.integer,
							.daily = given->daily.integer,
							.weekly = given->weekly.integer,
							.monthly = given->monthly.integer,
							.now_ms = dbc_now_ms()};

	if (rules.days + rules.last + rules.daily + rules.weekly + rules.monthly ==
		0)
		rules.days = dbc_setting_int(host, dbc_read_settings(host),
									 DBC_SETTING_backup_keep_days);
	return rules;
}

/* The place of a parent, which is most often just before its child; -1: it is
 * not there. */
static int
find_parent(const dbc_keep_backup *backups, int count, int child,
			const char *name)
{
	for (int i = 1; name && i < count; i++)
	{
		int place = (child + count - i) % count;

		if (dbc_same(backups[place].name, name))
			return place;
	}
	return -1;
}

/* Whether two backups are of the same database: base backups are of a whole
 * server. */
static bool
is_same_database(const dbc_backup *left, const dbc_backup *right)
{
	return dbc_same(left->engine, right->engine) &&
		   dbc_backup_is_of_server(left) == dbc_backup_is_of_server(right) &&
		   dbc_same(left->database, right->database);
}

/* Judges the backups of a database, which is that of a record. */
static void
judge_database(dbc_host *host, const cleanup *c, const dbc_backup *which,
			   dbc_keep_backup *judged)
{
	const dbc_backup_catalog *catalog = &c->catalog;
	size_t most = (size_t) catalog->nrecords;
	dbc_keep_backup *backups = dbc_alloc(host, most * sizeof(*backups));
	int *places = dbc_alloc(host, most * sizeof(*places));
	int count = 0;

	for (int i = 0; i < catalog->nrecords; i++)
	{
		const dbc_backup_record *record = &catalog->records[i];
		const dbc_backup_result *result = &record->result;
		dbc_keep_backup *b = &backups[count];

		if (!record->readable || !is_same_database(&record->backup, which))
			continue;
		*b = (dbc_keep_backup){.name = record->name,
							   .good = !record->problem &&
									   (!result->known || result->ok)};
		(void) dbc_parse_time(record->backup.started_at, &b->at_ms);
		/* the last moment that it has */
		if (record->log.until_ms > b->at_ms)
			b->at_ms = record->log.until_ms;
		places[count++] = i;
	}
	for (int i = 0; i < count; i++)
		backups[i].parent = find_parent(
			backups, count, i, catalog->records[places[i]].backup.parent_name);
	dbc_backup_keep(host, &c->rules, backups, count);
	for (int i = 0; i < count; i++)
		judged[places[i]] = backups[i];
}

/* Judges all backups whose manifests are valid; the others have no name. */
static dbc_keep_backup *
judge(dbc_host *host, const cleanup *c)
{
	const dbc_backup_catalog *catalog = &c->catalog;
	size_t size = ((size_t) catalog->nrecords + 1) * sizeof(dbc_keep_backup);
	dbc_keep_backup *judged = dbc_alloc(host, size);

	memset(judged, 0, size);
	for (int i = 0; i < catalog->nrecords; i++)
		if (catalog->records[i].readable && !judged[i].name)
			judge_database(host, c, &catalog->records[i].backup, judged);
	return judged;
}

/* Adds a name with a reason to a list. */
static void
put_reason(dbc_host *host, dbc_json_node *list, const char *name,
		   const char *reason)
{
	dbc_json_node *entry = dbc_json_object(host);

	DBC_PUT_TEXT(entry, name, name);
	DBC_PUT_TEXT(entry, reason, reason);
	dbc_json_push(list, entry);
}

/* Whether another process stores changes with a backup. */
static bool
is_followed(dbc_host *host, const cleanup *c, const dbc_backup_record *record)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int directory;
	int changes;
	bool locked;

	if (!record->log.is_there)
		return false;
	directory = calls->open_directory(host, c->files, c->catalog.directory,
									  record->name, false);
	changes = directory < 0
				  ? -1
				  : calls->open_directory(host, c->files, directory,
										  DBC_CHANGES_DIRECTORY, false);
	locked = changes >= 0 && !calls->lock(host, c->files, changes, true);
	calls->close(c->files, changes);
	calls->close(c->files, directory);
	return locked;
}

/* Removes what no rule keeps, the newest first: increments go before what they
 * need. */
static void
remove_backups(dbc_host *host, cleanup *c)
{
	const dbc_backup_catalog *catalog = &c->catalog;
	const dbc_keep_backup *judged = judge(host, c);

	c->is_kept = dbc_alloc(host, (size_t) catalog->nrecords + 1);
	for (int i = catalog->nrecords - 1; i >= 0; i--)
	{
		const dbc_backup_record *record = &catalog->records[i];

		dbc_progress(host, "removing", catalog->nrecords - 1 - i,
					 catalog->nrecords);
		c->is_kept[i] = !record->readable || judged[i].kept;
		if (!record->readable)
			put_reason(host, c->skipped, record->name, record->problem);
		else if (judged[i].kept)
			put_reason(host, c->kept, record->name, judged[i].reason);
		else if (is_followed(host, c, record))
			put_reason(host, c->kept, record->name,
					   "changes are stored with it");
		else
		{
			if (!c->given->dry_run.integer)
				dbc_backup_remove(host, c->files, catalog->directory,
								  record->name);
			c->bytes += dbc_backup_all_bytes(record);
			dbc_json_push_text(c->removed, record->name);
		}
	}
}

static void
clean(dbc_host *host, dbc_backup_files *files, void *arg)
{
	cleanup *c = arg;

	c->files = files;
	dbc_backup_read_catalog(host, files,
							DBC_CALL(host, backup, directory)(
								host, c->given->directory.text, NULL, true),
							&c->catalog);
	if (c->catalog.directory < 0)
		return;
	if (!c->given->dry_run.integer &&
		!DBC_BACKUP(host)->lock(host, files, c->catalog.directory, true))
		dbc_fail(host, DBC_LOCK_NOT_AVAILABLE,
				 "Another call verifies or restores one, makes an incremental "
				 "one, or removes some.",
				 "Repeat the call later.", "backups in \"%s\" are in use",
				 c->catalog.path);
	remove_backups(host, c);
	/* after the backups that need them: a call that ends here leaves more, not
	 * less */
	if (c->given->archive.text)
		c->log = dbc_backup_wal_remove(
			host, files,
			DBC_CALL(host, backup, directory)(host, c->given->archive.text,
											  NULL, true),
			&c->catalog, c->is_kept, c->given->dry_run.integer);
	c->leftovers = dbc_backup_remove_leftovers(
		host, files, c->catalog.directory, DBC_BACKUP_DIRECTORY,
		c->given->dry_run.integer);
}

/* dbbackup_cleanup(options) */
DBC_RUN(dbbackup_cleanup)
{
	cleanup c = {.given = dbc_read_options(host, &args->options,
										   dbbackup_cleanup_options),
				 .removed = dbc_json_array(host),
				 .kept = dbc_json_array(host),
				 .skipped = dbc_json_array(host)};
	dbc_json_node *result = dbc_json_object(host);

	c.rules = read_rules(host, c.given);
	if (!c.given->dry_run.integer)
		dbc_require_confirmation(host, dbc_read_settings(host),
								 c.given->confirm.text, "removes backups",
								 NULL);
	DBC_CALL(host, backup, run)(host, clean, &c);
	DBC_PUT_BOOL(result, dry_run, c.given->dry_run.integer);
	DBC_PUT_INT(result, kept, dbc_json_length(c.kept));
	if (c.given->verbose.integer)
		DBC_PUT(result, reasons, c.kept);
	DBC_PUT(result, removed, c.removed);
	DBC_PUT(result, skipped, c.skipped);
	DBC_PUT_INT(result, bytes, c.bytes);
	DBC_PUT_INT(result, leftovers, c.leftovers);
	if (c.given->archive.given)
		DBC_PUT(result, archive, c.log);
	dbc_json_emit(host, result);
}
