/*
 * follow_chain.c
 *	  Storing changes with a backup; see follow.h.
 */
#include <stdio.h>
#include <string.h>

#include "common/backup/follow.h"
#include "common/backup/verify.h"
#include "common/core/asserts.h"
#include "common/core/clock.h"
#include "common/core/text.h"

/* ---- opening ---- */

/* Opens the directory of changes, and locks it. */
static const char *
open_changes(dbc_host *host, dbc_backup_files *files, int directory,
			 bool create, dbc_follow_chain *chain)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);

	chain->lock = calls->open_directory(host, files, directory,
										DBC_CHANGES_DIRECTORY, false);
	if (chain->lock < 0 && create)
	{
		chain->lock = calls->open_directory(host, files, directory,
											DBC_CHANGES_DIRECTORY, true);
		calls->sync(host, files, directory);
	}
	if (chain->lock < 0)
		return "it has no changes";
	if (!calls->lock(host, files, chain->lock, true))
		dbc_fail(host, DBC_LOCK_NOT_AVAILABLE,
				 "The lock ends with its process.", NULL,
				 "another process stores changes with backup \"%s\"",
				 chain->name);
	return NULL;
}

/* Finds the key, and tests that the manifest was sealed with it. */
static const char *
find_key(dbc_host *host, dbc_backup_files *files,
		 const dbc_backup_secret_place *place, const dbc_backup *backup,
		 dbc_follow_chain *chain)
{
	const char *problem;
	bool is_wrong;

	if (!backup->encryption != !dbc_backup_has_place(place))
		return backup->encryption ? "it is encrypted, and no key was given"
								  : "it is not encrypted";
	if (!backup->encryption)
		return NULL;
	problem =
		dbc_backup_find_key(host, files, place, backup, &chain->key, &is_wrong);
	if (!problem &&
		!dbc_same(dbc_vault_key_sign(host, chain->key, backup->body),
				  backup->seal))
		problem = DBC_BACKUP_MANIFEST " was changed";
	return problem;
}

static const char *
open_record(dbc_host *host, dbc_backup_files *files, int directory,
			const dbc_backup_secret_place *place, bool create,
			dbc_follow_chain *chain)
{
	dbc_backup_record record = {.name = chain->name};
	const char *problem;

	dbc_backup_read_record(host, files, directory, &record);
	problem = record.problem;
	if (!problem)
		problem = find_key(host, files, place, &record.backup, chain);
	if (!problem)
		problem = open_changes(host, files, directory, create, chain);
	if (problem)
		return problem;
	chain->kind = dbc_backup_stream_kind_of(host, files, &record.backup,
											DBC_STREAM_CHANGES, chain->key);
	chain->database_bytes = record.backup.database_bytes;
	(void) dbc_parse_time(record.backup.started_at, &chain->started_ms);
	chain->seen_ms = chain->started_ms;
	chain->is_open = true;
	return NULL;
}

const char *
dbc_backup_follow_open(dbc_host *host, dbc_backup_files *files,
					   const char *path, const char *name,
					   const dbc_backup_secret_place *place, bool create,
					   dbc_follow_chain *chain)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int root =
		calls->open_directory(host, files, DBC_BACKUP_NOWHERE, path, false);
	int directory =
		root < 0 ? -1 : calls->open_directory(host, files, root, name, false);
	const char *problem = "it was removed";

	*chain = (dbc_follow_chain){.path = path, .lock = -1};
	(void) snprintf(chain->name, sizeof(chain->name), "%s", name);
	if (directory >= 0)
		problem = open_record(host, files, directory, place, create, chain);
	calls->close(files, directory);
	calls->close(files, root);
	if (problem)
		dbc_backup_follow_close(host, files, chain);
	return problem;
}

/* ---- resuming ---- */

/* Reads where the changes of an open backup end. */
static const char *
read_end(dbc_host *host, dbc_backup_files *files, const dbc_changes_log *log,
		 dbc_follow_chain *chain)
{
	const dbc_change_file *last = &log->list[log->count - 1];
	dbc_segment segment;
	int file;
	const char *problem;

	if (chain->key &&
		!dbc_backup_changes_is_sealed(host, files, chain->lock, chain->key))
		return "its " DBC_CHANGES_STATE " was changed";
	problem = dbc_backup_segment_read(host, files, chain->lock, &chain->kind,
									  last, &segment);
	if (problem)
		return problem;
	file = DBC_BACKUP(host)->open_file(host, files, chain->lock, last->name,
									   false);
	dbc_backup_stream_read_hex(dbc_backup_hash_file(host, files, file),
							   chain->previous);
	DBC_BACKUP(host)->close(files, file);
	memcpy(chain->place, segment.place, sizeof(chain->place));
	chain->number = last->number;
	chain->seen_ms = log->until_ms;
	chain->bytes = log->bytes;
	return NULL;
}

const char *
dbc_backup_follow_resume(dbc_host *host, dbc_backup_files *files,
						 const char *path, const char *database,
						 const dbc_backup_secret_place *place,
						 dbc_follow_chain *chain)
{
	dbc_backup_catalog catalog;
	const dbc_backup_record *record = NULL;
	const char *problem;

	*chain = (dbc_follow_chain){.path = path, .lock = -1};
	dbc_backup_read_catalog(host, files, path, &catalog);
	for (int i = 0; i < catalog.nrecords; i++)
		if (catalog.records[i].readable && catalog.records[i].log.is_there &&
			dbc_same(catalog.records[i].backup.database, database))
			record = &catalog.records[i];
	DBC_BACKUP(host)->close(files, catalog.directory);
	if (!record)
		return NULL;
	problem = record->problem		   ? record->problem
			  : record->log.problem	   ? record->log.problem
			  : record->log.count == 0 ? "it has no changes"
									   : NULL;
	if (!problem)
		problem = dbc_backup_follow_open(host, files, path, record->name, place,
										 false, chain);
	if (!problem)
		problem = read_end(host, files, &record->log, chain);
	if (problem)
		dbc_backup_follow_close(host, files, chain);
	return problem ? dbc_format(host, "backup \"%s\" cannot be continued: %s",
								record->name, problem)
				   : NULL;
}

/* ---- storing ---- */

/* Opens the directory of changes to write there; -1: there is none. */
static int
find_directory(dbc_host *host, dbc_backup_files *files,
			   const dbc_follow_chain *chain)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int root = calls->open_directory(host, files, DBC_BACKUP_NOWHERE,
									 chain->path, false);
	int backup =
		root < 0 ? -1
				 : calls->open_directory(host, files, root, chain->name, false);
	int changes = backup < 0
					  ? -1
					  : calls->open_directory(host, files, backup,
											  DBC_CHANGES_DIRECTORY, false);

	calls->close(files, backup);
	calls->close(files, root);
	return changes;
}

bool
dbc_backup_follow_is_there(dbc_host *host, dbc_backup_files *files,
						   const dbc_follow_chain *chain)
{
	int directory = find_directory(host, files, chain);

	DBC_BACKUP(host)->close(files, directory);
	return directory >= 0;
}

static int
enter(dbc_host *host, dbc_backup_files *files, const dbc_follow_chain *chain)
{
	int directory = find_directory(host, files, chain);

	if (directory < 0)
		dbc_fail(host, "58P01", NULL, NULL, "backup \"%s\" was removed",
				 chain->name);
	return directory;
}

void
dbc_backup_follow_append(dbc_host *host, dbc_backup_files *files,
						 dbc_follow_chain *chain, dbc_segment *segment,
						 const dbc_segment_source *source)
{
	int directory = enter(host, files, chain);

	memcpy(segment->previous, chain->previous, sizeof(segment->previous));
	DBC_ASSERT(host, segment->number == chain->number + 1);
	chain->bytes += dbc_backup_segment_write(
		host, files, directory, &chain->kind, segment, source, chain->previous);
	memcpy(chain->place, segment->place, sizeof(chain->place));
	chain->number = segment->number;
	DBC_BACKUP(host)->close(files, directory);
}

void
dbc_backup_follow_store_state(dbc_host *host, dbc_backup_files *files,
							  const dbc_follow_chain *chain)
{
	dbc_changes_state state = {chain->seen_ms, chain->number};
	int directory = enter(host, files, chain);

	dbc_backup_changes_store_state(host, files, directory, &state, chain->key);
	DBC_BACKUP(host)->close(files, directory);
}

void
dbc_backup_follow_close(dbc_host *host, dbc_backup_files *files,
						dbc_follow_chain *chain)
{
	DBC_BACKUP(host)->close(files, chain->lock);
	chain->lock = -1;
	chain->is_open = false;
}
