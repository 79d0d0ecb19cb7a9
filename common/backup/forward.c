/*
 * forward.c
 *	  Changes up to a moment.
 *
 * The state of a moment is that of the last changes before it, if the database
 * was seen then: a moment between two looks that are far apart is in neither.
 */
#include "common/backup/forward.h"

#include "common/core/clock.h"

/* Whether the database was not seen for long before changes. */
static bool
has_gap(const dbc_change_file *changes)
{
	return changes->at_ms - changes->since_ms > DBC_CHANGES_GRAIN;
}

bool
dbc_backup_forward_covers(const dbc_backup_record *record, int64_t ms)
{
	const dbc_changes_log *log = &record->log;
	int next = 0;

	while (next < log->count && log->list[next].at_ms <= ms)
		next++;
	return next > 0 && ms <= log->until_ms &&
		   (next == log->count || ms <= log->list[next].since_ms ||
			!has_gap(&log->list[next]));
}

/* The changes of a backup, to be read. */
typedef struct opened
{
	dbc_backup_files *files;
	int directory; /* of the changes */
	const dbc_backup_catalog *catalog;
	const dbc_backup_record *record;
	const dbc_backup_key *key;
} opened;

/* Opens the changes in the open directory of a backup; returns what is wrong,
 * or NULL. */
static const char *
open_changes(dbc_host *host, opened *o, int directory,
			 const dbc_backup_secret_place *place, bool *is_wrong)
{
	const char *problem = NULL;

	*is_wrong = false;
	o->directory = DBC_BACKUP(host)->open_directory(
		host, o->files, directory, DBC_CHANGES_DIRECTORY, false);
	if (o->record->backup.encryption)
		problem = dbc_backup_find_key(host, o->files, place, &o->record->backup,
									  &o->key, is_wrong);
	if (!problem && o->key &&
		!dbc_backup_changes_is_sealed(host, o->files, o->directory, o->key))
		problem = "its " DBC_CHANGES_STATE " was changed or is missing";
	return problem;
}

/* ---- which ---- */

/* The newest other backup of the database that has the state of a moment, or
 * NULL. */
static const dbc_backup_record *
find_other(const opened *o, int64_t ms)
{
	for (int i = o->catalog->nrecords - 1; i >= 0; i--)
	{
		const dbc_backup_record *record = &o->catalog->records[i];

		if (!record->problem && dbc_backup_forward_covers(record, ms) &&
			dbc_same(record->backup.database, o->record->backup.database))
			return record;
	}
	return NULL;
}

static _Noreturn void
refuse(dbc_host *host, const opened *o, const dbc_forward_target *target,
	   const char *detail)
{
	const dbc_backup_record *other = find_other(o, target->ms);

	dbc_fail(host, DBC_UNDEFINED_OBJECT, detail,
			 other ? dbc_format(host, "Restore backup \"%s\", which has it.",
								other->name)
				   : "Leave out target_time to restore the last state; "
					 "dbbackup_plan() lists the moments that can be restored.",
			 "backup \"%s\" does not have the state of %s", o->record->name,
			 target->text);
}

/* Fails if the database was not seen between changes and the next ones, and a
 * moment is there. */
static void
check_seen(dbc_host *host, const opened *o, const dbc_forward_target *target,
		   int next)
{
	const dbc_change_file *changes = &o->record->log.list[next];

	if (target->ms > changes->since_ms && has_gap(changes))
		refuse(host, o, target,
			   dbc_format(host,
						  "The database was changed, but not followed, from "
						  "%s to %s.",
						  dbc_time_text(host, changes->since_ms),
						  dbc_time_text(host, changes->at_ms)));
}

/* How many changes a moment has; fails if it cannot be restored. */
static int
choose(dbc_host *host, const opened *o, const dbc_forward_target *target)
{
	const dbc_changes_log *log = &o->record->log;
	int count = 0;

	if (!target->text && log->problem)
		dbc_fail(host, DBC_CORRUPTED, dbc_backup_sentence(host, log->problem),
				 log->count > 0
					 ? dbc_format(host,
								  "What was committed until %s can be "
								  "restored: pass that as target_time.",
								  dbc_time_text(host, log->until_ms))
					 : NULL,
				 "the last state of backup \"%s\" cannot be restored",
				 o->record->name);
	if (!target->text)
		return log->count;
	while (count < log->count && log->list[count].at_ms <= target->ms)
		count++;
	if (count == 0 || target->ms > log->until_ms)
		refuse(host, o, target,
			   log->count == 0
				   ? "The database was not followed from this backup on."
				   : dbc_format(host,
								"The database was followed from %s to %s.",
								dbc_time_text(host, log->list[0].at_ms),
								dbc_time_text(host, log->until_ms)));
	if (count < log->count)
		check_seen(host, o, target, count);
	return count;
}

/* ---- ranges ---- */

void
dbc_backup_forward_ranges(dbc_host *host, const dbc_changes_log *log,
						  dbc_forward_range *fn, void *arg)
{
	int64_t from_ms = log->count > 0 ? log->list[0].at_ms : 0;

	for (int i = 1; i < log->count; i++)
		if (has_gap(&log->list[i]))
		{
			fn(host, from_ms, log->list[i].since_ms, arg);
			from_ms = log->list[i].at_ms;
		}
	if (log->count > 0)
		fn(host, from_ms, log->until_ms, arg);
}

/* ---- applying ---- */

/* Fails for changes that are damaged: those before them can be restored. */
static _Noreturn void
refuse_damage(dbc_host *host, const dbc_segment_reading *reading,
			  const opened *o, const char *problem)
{
	int64_t number = reading->last.number;
	const char *hint = "The backup as it was made can be restored: move its "
					   "directory " DBC_CHANGES_DIRECTORY " elsewhere.";

	if (number > 0)
		hint = dbc_format(
			host,
			"What was committed until %s can be restored: pass that as "
			"target_time.",
			dbc_time_text(host, reading->log->list[number].since_ms));
	dbc_fail(host, DBC_CORRUPTED, dbc_backup_sentence(host, problem), hint,
			 "changes %lld of backup \"%s\" are damaged",
			 (long long) number + 1, o->record->name);
}

dbc_backup_proof
dbc_backup_forward_apply(dbc_host *host, dbc_backup_work *work,
						 const dbc_backup_catalog *catalog,
						 const dbc_backup_record *record,
						 const dbc_backup_secret_place *place,
						 const dbc_forward_target *target, int64_t *at_ms)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	opened o = {.files = work->files, .catalog = catalog, .record = record};
	dbc_segment_reading reading = {.files = work->files,
								   .backup = &record->backup,
								   .log = &record->log,
								   .file = work->database};
	dbc_backup_proof proof = {0};
	const char *problem;
	bool is_wrong;
	int directory = calls->open_directory(host, work->files, catalog->directory,
										  record->name, false);

	proof.problem = open_changes(host, &o, directory, place, &is_wrong);
	if (!proof.problem)
	{
		reading.directory = o.directory;
		reading.key = o.key;
		reading.count = choose(host, &o, target);
		problem = dbc_backup_segment_read_all(host, &reading);
		if (problem)
			refuse_damage(host, &reading, &o, problem);
	}
	calls->close(work->files, o.directory);
	calls->close(work->files, directory);
	*at_ms = reading.last.at_ms;
	if (proof.problem || reading.count == 0)
		return proof;
	work->backup->pages = reading.last.pages;
	work->backup->database_bytes =
		(int64_t) reading.last.pages * reading.last.page_size;
	/* the manifest counts the rows of the backup alone */
	work->fresh = true;
	calls->resize(host, work->files, work->database,
				  work->backup->database_bytes);
	calls->sync(host, work->files, work->database);
	return proof;
}

/* ---- testing ---- */

dbc_backup_proof
dbc_backup_forward_test(dbc_host *host, dbc_backup_work *work,
						const dbc_backup_record *record,
						const dbc_backup_secret_place *place, int level)
{
	opened o = {.files = work->files, .record = record};
	dbc_segment_reading reading = {.files = work->files,
								   .backup = &record->backup,
								   .log = &record->log,
								   .count = record->log.count,
								   .file = -1};
	dbc_backup_proof proof = {.problem = record->log.problem};
	bool is_wrong = false;

	if (level < 1 || proof.problem)
		return proof;
	if (level >= 2 || dbc_backup_has_place(place) || !record->backup.encryption)
		proof.problem =
			open_changes(host, &o, work->directory, place, &is_wrong);
	else
		o.directory = DBC_BACKUP(host)->open_directory(
			host, work->files, work->directory, DBC_CHANGES_DIRECTORY, false);
	reading.directory = o.directory;
	reading.key = o.key;
	if (!proof.problem)
		proof.problem = level >= 2
							? dbc_backup_segment_read_all(host, &reading)
							: dbc_backup_segment_test_bytes(
								  host, work->files, o.directory, &record->log);
	DBC_BACKUP(host)->close(work->files, o.directory);
	if (is_wrong)
		proof = (dbc_backup_proof){.unknown = proof.problem};
	return proof;
}
