/*
 * restore_server.c
 *	  [PG] A dump becomes a database, a base backup a data directory.
 */
#include <stdlib.h>
#include <string.h>

#include "common/backup/elsewhere.h"
#include "common/backup/others.h"
#include "common/backup/restore.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/rights.h"
#include "common/core/tables.h"
#include "common/schedule/home.h"

/* The longest name of a restore point. */
#define LONGEST_NAME 63

/* Fails for what only a base backup has. */
static void
refuse_target(dbc_host *host, const dbbackup_restore_options *given)
{
	const char *option = given->archive.given			? "archive"
						 : given->target_time.given		? "target_time"
						 : given->target_name.given		? "target_name"
						 : given->target_lsn.given		? "target_lsn"
						 : given->target_timeline.given ? "target_timeline"
														: NULL;

	if (option)
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 "A dump has the state of one moment.",
				 "Restore a base backup: dbbackup_create() with the method "
				 "base.",
				 "option %s is not for dumps", option);
}

/* Reads who restores a dump; what a base backup holds is not run here. */
static void
read_role(dbc_host *host, const dbc_backup *backup,
		  const dbbackup_restore_options *given, dbc_backup_target *target)
{
	if (dbc_backup_is_of_server(backup) &&
		(given->role.given || given->as_superuser.given))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "option %s is for dumps",
				 given->role.given ? "role" : "as_superuser");
	if (given->role.given && given->as_superuser.integer)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "only one of role and as_superuser can be given");
	target->role = given->role.text;
	target->as_superuser = given->as_superuser.integer;
}

static _Noreturn void
refuse_early(dbc_host *host, const dbc_backup *backup, const char *complete)
{
	dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
			 "Restore an earlier backup; dbbackup_list() lists them.",
			 "backup \"%s\" was complete at %s, after the target", backup->name,
			 complete);
}

/* The target time, as the server reads it whatever its time zone. */
static const char *
read_time(dbc_host *host, const dbc_backup *backup, const char *text)
{
	int64_t ms;
	int64_t complete_ms;

	if (!dbc_parse_time(text, &ms))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a time such as \"2026-01-31T12:00:00Z\".",
				 "target_time \"%s\" is not a time", text);
	/* recovery would end at a later moment, without an error */
	if (dbc_parse_time(backup->finished_at, &complete_ms) && ms < complete_ms)
		refuse_early(host, backup, backup->finished_at);
	text = dbc_time_text(host, ms);
	/* the parameter accepts no "Z" */
	return dbc_format(host, "%.10s %.*s+00", text, (int) strlen(text) - 12,
					  text + 11);
}

/* Reads a location in the log; false if it is none. */
static bool
read_lsn(const char *text, uint64_t *lsn)
{
	size_t high = strspn(text, "0123456789ABCDEFabcdef");
	size_t low = text[high] == '/'
					 ? strspn(text + high + 1, "0123456789ABCDEFabcdef")
					 : 0;

	if (high < 1 || high > 8 || low < 1 || low > 8 ||
		text[high + 1 + low] != '\0')
		return false;
	*lsn = strtoull(text, NULL, 16) << 32 | strtoull(text + high + 1, NULL, 16);
	return true;
}

static void
check_lsn(dbc_host *host, const dbc_backup *backup, const char *text)
{
	uint64_t lsn;
	uint64_t complete;

	if (!read_lsn(text, &lsn))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a location such as \"0/3000028\".",
				 "target_lsn \"%s\" is not a WAL location", text);
	if (backup->end_lsn && read_lsn(backup->end_lsn, &complete) &&
		lsn < complete)
		refuse_early(host, backup, backup->end_lsn);
}

void
dbc_backup_restore_check_timeline(dbc_host *host, const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (dbc_same(text, "latest") || dbc_same(text, "current"))
		return;
	if (digits < 1 || digits > 10 || text[digits] != '\0' ||
		strtoull(text, NULL, 10) < 1 || strtoull(text, NULL, 10) > UINT32_MAX)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass \"latest\", \"current\" or the number of a timeline; "
				 "dbbackup_wal_archive() lists those of an archive.",
				 "target_timeline \"%s\" is not a timeline", text);
}

/* Reads where recovery ends. */
static void
read_target(dbc_host *host, const dbc_backup_work *work,
			const dbbackup_restore_options *given, dbc_backup_target *target)
{
	const dbc_backup *backup = work->backup;
	int count = given->target_time.given + given->target_name.given +
				given->target_lsn.given;

	if (count > 1)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "only one of target_time, target_name and target_lsn can be "
				 "given");
	if (work->other && given->archive.given)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Leave out the option archive.",
				 "%s has the log of its backups itself", work->other);
	if ((count == 1 || given->target_timeline.given) && !given->archive.given &&
		!work->other)
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 "A base backup alone has the state of its end.",
				 "Pass the directory of the WAL archive as the option archive.",
				 "a recovery target needs a WAL archive");
	target->archive = given->archive.text;
	if (given->target_time.given)
		target->time = read_time(host, backup, given->target_time.text);
	target->name = given->target_name.text;
	target->timeline = given->target_timeline.text;
	if (target->timeline)
		dbc_backup_restore_check_timeline(host, target->timeline);
	target->lsn = given->target_lsn.text;
	if (target->lsn)
		check_lsn(host, backup, target->lsn);
	if (target->name &&
		(!*target->name || strlen(target->name) > LONGEST_NAME ||
		 strpbrk(target->name, "\n\r")))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "target_name is not a name of a restore point");
}

static _Noreturn void
refuse_damaged(dbc_host *host, const dbc_backup *backup, const char *problem)
{
	dbc_fail(host, DBC_CORRUPTED, "Nothing was restored.",
			 "dbbackup_list() lists other backups.",
			 "backup \"%s\" is damaged: %s", backup->name, problem);
}

/* Tests every byte of a backup before anything is restored from it: of that of
 * a server the engine's tool does, of a dump the hashes tell. */
static void
test(dbc_host *host, dbc_backup_work *work,
	 const dbc_backup_secret_place *place)
{
	dbc_backup_proof proof = dbc_backup_test(
		host, work, dbc_backup_is_of_server(work->backup) ? 2 : 1, place);

	if (proof.problem)
		refuse_damaged(host, work->backup, proof.problem);
	proof = dbc_backup_open_stream(host, work, place);
	if (proof.problem)
		refuse_damaged(host, work->backup, proof.problem);
	if (proof.unknown)
		dbc_fail(host, DBC_NOT_READY, dbc_backup_sentence(host, proof.unknown),
				 "Pass the option decrypt, with what encrypt had.",
				 "backup \"%s\" cannot be read", work->backup->name);
}

/* Opens a backup of the catalog. */
static void
open_record(dbc_host *host, const dbc_backup_catalog *catalog,
			const dbc_backup_record *record, dbc_backup_work *work)
{
	*work->backup = record->backup;
	work->backup->name = record->name;
	work->path = dbc_format(host, "%s/%s", catalog->path, record->name);
	work->directory = DBC_BACKUP(host)->open_directory(
		host, work->files, catalog->directory, record->name, false);
}

/* Finds the backup, and those that it needs. */
static void
find_backup(dbc_host *host, const dbc_restore *r, dbc_backup_catalog *catalog,
			dbc_backup_work *work)
{
	const dbc_backup_record *record;

	dbc_backup_read_catalog(host, work->files,
							DBC_CALL(host, backup, directory)(
								host, r->given->directory.text, NULL, true),
							catalog);
	dbc_backup_keep_catalog(host, work->files, catalog);
	record = dbc_backup_need(host, catalog, r->name);
	if (record->problem)
	{
		*work->backup = record->backup;
		work->backup->name = record->name;
		refuse_damaged(host, work->backup, record->problem);
	}
	open_record(host, catalog, record, work);
	work->chain = dbc_backup_chain(host, catalog, work->backup->parent_name,
								   &work->nchain);
}

/* Tests what a backup needs. */
static void
test_parents(dbc_host *host, const dbc_backup_catalog *catalog,
			 const dbc_backup_work *work, const dbc_backup_secret_place *place)
{
	const char *name = work->backup->parent_name;

	while (name)
	{
		dbc_backup backup;
		dbc_backup_work parent = {.backup = &backup, .files = work->files};

		open_record(host, catalog, dbc_backup_find(catalog, name), &parent);
		test(host, &parent, place);
		DBC_BACKUP(host)->close(work->files, parent.directory);
		name = backup.parent_name;
	}
}

/* The backup that a command prints. */
static void
bring_backup(dbc_host *host, const dbc_restore *r, dbc_backup_work *work)
{
	dbc_backup_bring_back(host, work,
						  DBC_CALL(host, backup, directory)(
							  host, r->given->directory.text, NULL, true),
						  r->given->from_command.text);
	if (r->name && !dbc_same(work->backup->name, r->name))
		dbc_fail(host, DBC_UNDEFINED_OBJECT, "Nothing was restored.", NULL,
				 "the command prints backup \"%s\"", work->backup->name);
}

/* The backup that another tool has. */
static void
find_other(dbc_host *host, const dbc_restore *r, dbc_backup_work *work)
{
	const dbc_backup_record *record = dbc_backup_need_other(host, r->name);

	*work->backup = record->backup;
	work->other = record->source;
	if (record->problem)
		refuse_damaged(host, work->backup, record->problem);
}

static void
restore(dbc_host *host, dbc_backup_files *files, void *arg)
{
	dbc_restore *r = arg;
	dbc_backup_catalog catalog = {.directory = -1};
	dbc_backup backup = {0};
	dbc_backup_work work = {
		.backup = &backup, .files = files, .jobs = r->given->jobs.integer};
	dbc_backup_target target = {.destination = r->destination};
	dbc_backup_restored restored = {0};
	dbc_backup_secret_place place =
		dbc_backup_read_place(host, "decrypt", r->given->decrypt.text);
	dbc_value value;

	if (r->given->from_command.given)
		bring_backup(host, r, &work);
	else if (dbc_backup_is_other(host, r->name))
		find_other(host, r, &work);
	else
		find_backup(host, r, &catalog, &work);
	if (dbc_backup_is_of_server(&backup))
		read_target(host, &work, r->given, &target);
	else
		refuse_target(host, r->given);
	read_role(host, &backup, r->given, &target);
	if (!work.other)
	{
		test_parents(host, &catalog, &work, &place);
		test(host, &work, &place);
	}
	DBC_CALL(host, backup, restore)(host, &work, &target, &restored);
	DBC_PUT_TEXT(r->result, name, backup.name);
	DBC_PUT_TEXT(r->result, kind, backup.kind);
	DBC_PUT_TEXT(r->result, destination,
				 restored.path ? restored.path : r->destination);
	if (!restored.command)
		return;
	value = dbc_json(restored.state);
	DBC_PUT_VALUE(r->result, recovered, &value);
	value = dbc_json(restored.health);
	DBC_PUT_VALUE(r->result, health, &value);
	DBC_PUT_TEXT(r->result, command, restored.command);
	DBC_PUT_TEXT(r->result, accept, "select dbbackup_accept()");
}

void
dbc_backup_restore_on_server(dbc_host *host, const char *name,
							 const char *destination, const dbc_value *options)
{
	dbc_restore r = {
		.given = dbc_read_options(host, options, dbbackup_restore_options),
		.name = name,
		.destination = destination,
		.result = dbc_json_object(host)};
	int64_t start = dbc_microseconds();

	if ((!name && !r.given->from_command.given) || !destination)
		dbc_fail(host, DBC_NULL_NOT_ALLOWED, NULL, NULL,
				 "name and destination must not be null");
	DBC_CALL(host, backup, run)(host, restore, &r);
	DBC_PUT_INT(r.result, duration_ms, (dbc_microseconds() - start) / 1000);
	dbc_json_emit(host, r.result);
}

/* dbbackup_accept() */
DBC_RUN(dbbackup_accept)
{
	dbc_json_node *result = dbc_json_object(host);
	bool complete = false;
	bool is_restored;
	int64_t schedules;

	(void) args;
	if (dbc_has_tables(host))
		dbc_require_tables_owner(host, "accepting a server");
	is_restored = DBC_CALL(host, backup, accept)(host, &complete);
	schedules = dbc_schedule_home_accept(host);
	if (!is_restored && schedules == 0)
		dbc_fail(host, DBC_NOT_READY,
				 "This server was not made by dbbackup_restore(), or it was "
				 "accepted, and no schedule of this database rests.",
				 NULL, "there is no restored server to accept");
	if (is_restored)
		DBC_PUT_BOOL(result, timeline_complete, complete);
	DBC_PUT_INT(result, schedules, schedules);
	dbc_json_emit(host, result);
}
