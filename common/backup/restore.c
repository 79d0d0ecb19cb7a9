/*
 * restore.c
 *	  dbbackup_plan and dbbackup_restore: the way back.
 *
 * A new file has no name until it is tested and on disk.  The live database is
 * replaced only after the backup was tested and a backup of the present state
 * was made.
 */
#include <string.h>

#include "common/backup/create.h"
#include "common/backup/others.h"
#include "common/backup/forward.h"
#include "common/backup/pages.h"
#include "common/backup/restore.h"
#include "common/backup/table.h"
#include "common/backup/wal_plan.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"
#include "common/core/tables.h"

typedef struct restoring
{
	const char *name; /* or NULL: by target_time */
	const char *destination;
	const char *given_directory;
	dbc_forward_target target; /* of the option target_time */
	const dbbackup_restore_options *given;
	dbc_backup_secret_place place;
	dbc_wal_target log;					  /* [PG] of a plan */
	dbc_backup_secret_place safety_place; /* of the key for what is replaced */
	dbc_backup_files *files;

	dbc_backup_catalog catalog;
	const dbc_backup_record *record;
	dbc_backup_result verified;
	int64_t database_bytes;
	int64_t state_ms;	/* time of the last changes; 0: there are none */
	const char *safety; /* name of the backup of what was replaced */
	dbc_json_node *result;
} restoring;

/* ---- which backup ---- */

/* Whether a backup is one of the database, sound, and begun before the wanted
 * time. */
static bool
is_before(dbc_host *host, const restoring *r, const dbc_backup_record *record)
{
	int64_t ms;

	return !record->problem &&
		   dbc_same(record->backup.database, dbc_database_name(host)) &&
		   dbc_parse_time(record->backup.started_at, &ms) && ms <= r->target.ms;
}

/* Whether a backup that was followed was not so yet at a moment. */
static bool
is_followed_later(const dbc_backup_record *record, int64_t ms)
{
	return record->log.count > 0 && record->log.list[0].at_ms > ms;
}

/* The newest backup of the database from a time or before; better one that has
 * the very state of that time, since changes were stored with it, or that can
 * tell why it has not. */
static const dbc_backup_record *
find_by_time(dbc_host *host, const restoring *r)
{
	const dbc_backup_record *found = NULL;

	for (int i = r->catalog.nrecords - 1; i >= 0; i--)
	{
		const dbc_backup_record *record = &r->catalog.records[i];

		if (!is_before(host, r, record))
			continue;
		if (dbc_backup_forward_covers(record, r->target.ms))
			return record;
		if (!found ||
			(is_followed_later(found, r->target.ms) && record->log.count > 0))
			found = record;
	}
	if (!found)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL,
				 "dbbackup_list() lists the backups.",
				 "there is no backup of %s from %s or before",
				 dbc_database_name(host), r->target.text);
	return found;
}

static void
read_catalog(dbc_host *host, restoring *r)
{
	dbc_backup_read_catalog(host, r->files,
							DBC_CALL(host, backup, directory)(
								host, r->given_directory, NULL, false),
							&r->catalog);
}

static void
find_backup(dbc_host *host, restoring *r)
{
	if (r->target.text && !dbc_parse_time(r->target.text, &r->target.ms))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Write a time such as 2026-11-21T09:00:00Z.",
				 "option target_time cannot be \"%s\"", r->target.text);
	if (r->name)
		r->record = dbc_backup_need(host, &r->catalog, r->name);
	else if (r->target.text)
		r->record = find_by_time(host, r);
	else
		dbc_fail(host, DBC_NULL_NOT_ALLOWED, NULL,
				 "Pass the name of a backup, or the option target_time.",
				 "no backup was named");
}

/* Fails if the backup is damaged, or belongs to the other engine. */
static void
check_backup(dbc_host *host, const restoring *r)
{
	const dbc_backup_record *record = r->record;

	if (record->problem)
		dbc_fail(host, DBC_CORRUPTED,
				 dbc_backup_sentence(host, record->problem),
				 "dbbackup_list() lists the backups.",
				 "backup \"%s\" cannot be restored", record->name);
	if (!dbc_same(record->backup.engine, host->engine_name) ||
		record->backup.page_size == 0)
		dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,
				 "backup \"%s\" is one of %s", record->name,
				 record->backup.engine);
}

static bool
is_live(const restoring *r)
{
	return !r->destination;
}

/* ---- pieces ---- */

static _Noreturn void
refuse_proof(dbc_host *host, const restoring *r, const dbc_backup_proof *proof)
{
	dbc_fail(host, proof->problem ? DBC_CORRUPTED : DBC_NOT_READY,
			 "Nothing was changed.", NULL, "backup \"%s\": %s", r->record->name,
			 proof->problem ? proof->problem : proof->unknown);
}

/* Whether the restored state is one of the moments after the backup: a plain
 * one that was found by its time has only its own. */
static bool
has_moments(const restoring *r)
{
	return r->record->log.is_there || (r->name && r->target.text);
}

/* Puts the database together and tests it. */
static void
put_together(dbc_host *host, restoring *r, int at, dbc_backup *backup,
			 dbc_backup_work *scratch)
{
	dbc_backup_proof proof;

	*backup = r->record->backup;
	*scratch = (dbc_backup_work){.backup = backup, .files = r->files};
	proof = dbc_backup_put_together(host, scratch, at, &r->catalog, r->record,
									&r->place);
	if (!proof.problem && !proof.unknown && has_moments(r))
		proof = dbc_backup_forward_apply(host, scratch, &r->catalog, r->record,
										 &r->place, &r->target, &r->state_ms);
	if (proof.problem || proof.unknown)
		refuse_proof(host, r, &proof);
	proof = DBC_CALL(host, backup, prove)(host, scratch, DBC_BACKUP_BEST_LEVEL);
	/* functions of the application may be missing here: no reason not to */
	if (proof.problem)
		refuse_proof(host, r, &proof);
	r->verified = dbc_backup_judge(host, DBC_BACKUP_BEST_LEVEL, &proof);
	r->database_bytes = backup->database_bytes;
}

/* Fails for the rows of another database, unless they are asked for.  The
 * manifest was tested by its key. */
static void
check_database(dbc_host *host, const restoring *r)
{
	const char *database = dbc_database_name(host);

	if (r->given->another_database.integer ||
		dbc_same(r->record->backup.database, database))
		return;
	dbc_fail(host, DBC_INVALID_PARAMETER,
			 dbc_format(host, "It is one of \"%s\", and this is \"%s\".",
						r->record->backup.database, database),
			 "If that is what you want, repeat the call with "
			 "{\"another_database\": true}.",
			 "backup \"%s\" is not one of this database", r->record->name);
}

/* ---- into a new file ---- */

/* The path of a file in the way, or of one that SQLite would take for its
 * journal; NULL: there is none. */
static const char *
find_existing(dbc_host *host, dbc_backup_files *files, int parent,
			  const char *path, const char *name)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
	int count;
	const dbc_backup_entry *entries =
		DBC_BACKUP(host)->list(host, files, parent, &count);

	for (int i = 0; i < count; i++)
		for (size_t e = 0; e < sizeof(ends) / sizeof(ends[0]); e++)
			if (dbc_same(entries[i].name,
						 dbc_format(host, "%s%s", name, ends[e])))
				return dbc_format(host, "%s%s", path, ends[e]);
	return NULL;
}

/* Opens the directory of the destination; -1 if there is none. */
static int
open_parent(dbc_host *host, restoring *r, const char **path, const char **name)
{
	const char *slash = strrchr(r->destination, '/');

	*path =
		slash == r->destination
			? "/"
			: dbc_copy(host, r->destination, (size_t) (slash - r->destination));
	*name = slash + 1;
	return DBC_BACKUP(host)->open_directory(host, r->files, DBC_BACKUP_NOWHERE,
											*path, false);
}

static void
restore_file(dbc_host *host, restoring *r)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	const char *path;
	const char *name;
	int parent = open_parent(host, r, &path, &name);
	const char *existing;
	dbc_backup backup;
	dbc_backup_work scratch;

	if (parent < 0)
		dbc_fail(host, "58P01", NULL, NULL, "directory \"%s\" does not exist",
				 path);
	existing = find_existing(host, r->files, parent, r->destination, name);
	if (existing)
		dbc_fail(host, "58P02", NULL, "Pass another destination.",
				 "file \"%s\" exists", existing);
	(void) dbc_backup_remove_leftovers(host, r->files, parent, DBC_BACKUP_FILE,
									   false);
	put_together(host, r, parent, &backup, &scratch);
	calls->give_name(host, r->files, scratch.database, parent, name);
	calls->sync(host, r->files, parent);
}

/* ---- over the live database ---- */

/* Makes a backup of what is there now, encrypted as the others are.  It has
 * all that one before it has. */
static void
make_safe(dbc_host *host, bool is_locked, void *arg)
{
	restoring *r = arg;
	dbc_backup_order safety = {.directory = r->given_directory,
							   .level = DBC_BACKUP_DEFAULT_LEVEL,
							   .is_before = is_locked,
							   .place = r->safety_place};

	dbc_backup_make(host, r->files, &safety);
	if (r->safety)
		dbc_backup_remove(host, r->files, r->catalog.directory, r->safety);
	r->safety = safety.backup.name;
}

static void
restore_live(dbc_host *host, restoring *r)
{
	const char *database = dbc_database_name(host);
	dbc_backup backup;
	dbc_backup_work scratch;

	if (!r->given->replace.integer)
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 "All its present data would be replaced.",
				 "Pass a destination, or the option replace.",
				 "the destination is the database itself");
	if (!r->given->confirm.text || !dbc_same(r->given->confirm.text, database))
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 "All its present data will be replaced.",
				 dbc_format(host, "Repeat the call with {\"confirm\": \"%s\"}.",
							database),
				 r->given->confirm.text
					 ? "\"%s\" is not the name of this database"
					 : "replacing a database must be confirmed",
				 r->given->confirm.text);
	if (!dbc_backup_has_place(&r->safety_place) &&
		dbc_backup_are_encrypted(&r->catalog, database))
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 "The backups of this database are encrypted, and that of its "
				 "present state would not be.",
				 "Pass the option encrypt, as to dbbackup_create().",
				 "the backup of the present state needs a key");
	put_together(host, r, r->catalog.directory, &backup, &scratch);
	check_database(host, r);
	DBC_CALL(host, backup, replace)(host, &scratch, make_safe, r);
}

/* ---- a single table ---- */

static void
restore_table(dbc_host *host, restoring *r)
{
	dbc_backup backup;
	dbc_backup_work scratch;

	put_together(host, r, r->catalog.directory, &backup, &scratch);
	check_database(host, r);
	dbc_backup_restore_table(
		host, &scratch, r->given->table.text, r->given->on_conflict.text,
		r->given->triggers.given, r->given->dry_run.integer, r->result);
}

/* Fails for options that do not go together. */
static void
check_options(dbc_host *host, const restoring *r)
{
	const dbbackup_restore_options *given = r->given;
	const char *other = given->dry_run.given	   ? "dry_run"
						: given->on_conflict.given ? "on_conflict"
						: given->triggers.given	   ? "triggers"
												   : NULL;

	if (!given->table.given && other)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "dbbackup_plan() tells what a restore would do.",
				 "option %s is for a single table: pass the option table",
				 other);
	if (given->table.given && (r->destination || given->replace.integer))
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Pass null as the destination, and no option replace.",
				 "a single table is restored into the database itself");
	if (given->encrypt.given && !given->replace.integer)
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 "It encrypts the backup of the database that is replaced.",
				 NULL, "option encrypt is for the option replace");
}

/* ---- dbbackup_restore ---- */

static void
restore(dbc_host *host, dbc_backup_files *files, void *arg)
{
	restoring *r = arg;

	r->files = files;
	read_catalog(host, r);
	find_backup(host, r);
	dbc_backup_keep_catalog(host, files, &r->catalog);
	(void) dbc_backup_remove_leftovers(host, files, r->catalog.directory,
									   DBC_BACKUP_DIRECTORY, false);
	check_backup(host, r);
	if (r->destination)
		r->destination =
			DBC_CALL(host, backup, destination)(host, r->destination);
	if (r->given->table.given)
		restore_table(host, r);
	else if (is_live(r))
		restore_live(host, r);
	else
		restore_file(host, r);
}

/* dbbackup_restore(name, destination, options) */
DBC_RUN(dbbackup_restore)
{
	restoring r = {.name = args->name.text,
				   .destination = args->destination.text};
	int64_t start = dbc_microseconds();
	dbc_json_node *result = dbc_json_object(host);

	if (!host->traits->one_file)
	{
		dbc_backup_restore_on_server(host, r.name, r.destination,
									 &args->options);
		return;
	}
	r.given = dbc_read_options(host, &args->options, dbbackup_restore_options);
	r.given_directory = r.given->directory.text;
	r.target.text = r.given->target_time.text;
	r.place = dbc_backup_read_place(host, "decrypt", r.given->decrypt.text);
	r.safety_place =
		r.given->encrypt.given
			? dbc_backup_read_place(host, "encrypt", r.given->encrypt.text)
			: r.place;
	r.result = result;
	check_options(host, &r);
	DBC_CALL(host, backup, run)(host, restore, &r);
	DBC_PUT_TEXT(result, name, r.record->name);
	DBC_PUT_TEXT(result, started_at, r.record->backup.started_at);
	if (r.state_ms > 0)
		DBC_PUT_TEXT(result, state_of, dbc_time_text(host, r.state_ms));
	DBC_PUT_TEXT(result, destination,
				 is_live(&r) ? dbc_database_name(host) : r.destination);
	DBC_PUT_INT(result, database_bytes, r.database_bytes);
	DBC_PUT_TEXT(result, safety_backup, r.safety);
	DBC_PUT(result, verified, dbc_backup_result_node(host, &r.verified));
	DBC_PUT_INT(result, duration_ms, (dbc_microseconds() - start) / 1000);
	dbc_json_emit(host, result);
}

/* ---- dbbackup_plan ---- */

static void
emit_step(dbc_host *host, const char *step, const char *object, int64_t bytes,
		  const char *problem)
{
	dbc_emit(host, dbc_text(step), dbc_text(object),
			 bytes >= 0 ? dbc_int(bytes) : dbc_null(), dbc_text(problem));
}

/* [PG] What the engine would do. */
static void
plan_on_server(dbc_host *host, const restoring *r)
{
	int count;
	const dbc_backup_step *steps = DBC_CALL(host, backup, plan)(
		host, &r->record->backup, r->destination, &count);

	for (int i = 0; i < count; i++)
		emit_step(host, steps[i].step, steps[i].object, steps[i].bytes,
				  steps[i].problem);
	if (!r->log.archive)
		return;
	if (!dbc_backup_is_of_server(&r->record->backup))
		emit_step(host, "read log", r->log.archive, -1,
				  "a dump has the state of one moment");
	else
		dbc_backup_wal_plan(host, r->files, &r->record->backup, &r->log);
}

/* [SQLite] A new file. */
static void
plan_file(dbc_host *host, restoring *r)
{
	int64_t bytes = r->record->backup.database_bytes;
	const char *path;
	const char *name;
	int parent = open_parent(host, r, &path, &name);
	int64_t free_bytes =
		parent < 0 ? 0 : DBC_BACKUP(host)->free_bytes(host, r->files, parent);
	const char *problem = "there is no directory above it";

	if (parent >= 0)
	{
		emit_step(host, "need space", path, bytes,
				  free_bytes < bytes
					  ? dbc_format(host, "only %lld bytes are free",
								   (long long) free_bytes)
					  : NULL);
		problem = find_existing(host, r->files, parent, r->destination, name);
		if (problem)
			problem = dbc_format(host, "file \"%s\" exists", problem);
	}
	emit_step(host, "write", r->destination, bytes, problem);
}

static void
emit_range(dbc_host *host, int64_t from_ms, int64_t to_ms, void *arg)
{
	(void) arg;
	emit_step(host, "reach",
			  dbc_format(host, "%s to %s", dbc_time_text(host, from_ms),
						 dbc_time_text(host, to_ms)),
			  -1, NULL);
}

/* [SQLite] The changes after a backup. */
static void
plan_changes(dbc_host *host, const restoring *r)
{
	const dbc_changes_log *log = &r->record->log;
	const char *problem = r->target.text ? NULL : log->problem;

	if (!log->is_there)
		return;
	if (r->target.text && !dbc_backup_forward_covers(r->record, r->target.ms))
		problem = dbc_format(host, "it does not have the state of %s",
							 r->target.text);
	emit_step(
		host, "read log",
		dbc_format(host, "changes 1 to %d of %s", log->count, r->record->name),
		log->bytes, problem);
	dbc_backup_forward_ranges(host, log, emit_range, NULL);
}

static void
plan(dbc_host *host, dbc_backup_files *files, void *arg)
{
	restoring *r = arg;
	const dbc_backup_record *chain[256];
	int length = 0;

	r->files = files;
	read_catalog(host, r);
	if (dbc_backup_is_other(host, r->name))
	{
		r->record = dbc_backup_need_other(host, r->name);
		emit_step(host, "read", r->name, dbc_backup_bytes(&r->record->backup),
				  r->record->problem);
		emit_step(host, "run", r->record->source, -1, NULL);
		if (r->log.archive)
			emit_step(host, "read log", r->log.archive, -1,
					  dbc_format(host, "%s has the log of its backups itself",
								 r->record->source));
		r->log.archive = NULL;
		plan_on_server(host, r);
		if (r->record->backup.finished_at)
			dbc_backup_wal_plan_reach(host, &r->record->backup, r->log.time, 0);
		return;
	}
	if (r->name)
		dbc_backup_check_name(host, r->name);
	if (r->name && !dbc_backup_find(&r->catalog, r->name))
	{
		emit_step(host, "read", r->name, -1, "there is no backup of that name");
		return;
	}
	find_backup(host, r);
	for (const dbc_backup_record *next = r->record; next && length < 256;
		 next = next->backup.parent_name
					? dbc_backup_find(&r->catalog, next->backup.parent_name)
					: NULL)
		chain[length++] = next;
	while (length-- > 0)
		emit_step(host, "read", chain[length]->name,
				  dbc_backup_bytes(&chain[length]->backup),
				  chain[length]->problem);
	plan_changes(host, r);
	if (r->record->backup.page_size == 0)
	{
		plan_on_server(host, r);
		return;
	}
	if (r->destination)
		r->destination =
			DBC_CALL(host, backup, destination)(host, r->destination);
	if (is_live(r))
	{
		emit_step(host, "back up", dbc_database_name(host), -1, NULL);
		emit_step(host, "replace", dbc_database_name(host),
				  r->record->backup.database_bytes,
				  dbc_same(r->record->backup.database, dbc_database_name(host))
					  ? NULL
					  : "the backup is one of another database");
		return;
	}
	plan_file(host, r);
}

/* dbbackup_plan(name, destination, options) */
DBC_RUN(dbbackup_plan)
{
	const dbbackup_plan_options *given =
		dbc_read_options(host, &args->options, dbbackup_plan_options);
	restoring r = {.name = args->name.text,
				   .destination = args->destination.text,
				   .given_directory = given->directory.text,
				   .target.text = given->target_time.text};

	r.log = (dbc_wal_target){.archive = given->archive.text,
							 .time = given->target_time.text,
							 .timeline = given->target_timeline.text};
	if (r.log.timeline)
		dbc_backup_restore_check_timeline(host, r.log.timeline);
	if (r.log.archive)
		DBC_CALL(host, backup, may_read)(host, r.log.archive);
	DBC_CALL(host, backup, run)(host, plan, &r);
}
