/*
 * list.c
 *	  dbbackup_list and dbbackup_verify.
 */
#include "common/backup/elsewhere.h"
#include "common/backup/forward.h"
#include "common/backup/others.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"

#define DEFAULT_LEVEL 2

/* ---- dbbackup_list ---- */

static dbc_value
count_or_null(int64_t count)
{
	return count > 0 ? dbc_int(count) : dbc_null();
}

static void
emit_record(dbc_host *host, const dbc_backup_record *record)
{
	const dbc_backup *b = &record->backup;
	const dbc_backup_result *v = &record->result;
	bool was_verified = v->level >= 0;
	const char *problem = dbc_backup_problem(record);
	const char *until = record->log.until_ms > 0
							? dbc_time_text(host, record->log.until_ms)
							: NULL;

	dbc_emit(host, dbc_text(record->name), dbc_text(b->kind),
			 dbc_text(b->started_at), dbc_text(b->database),
			 record->readable ? dbc_int(dbc_backup_all_bytes(record))
							  : dbc_null(),
			 count_or_null(b->database_bytes), dbc_text(b->parent_name),
			 record->readable ? dbc_bool(b->encryption) : dbc_null(),
			 dbc_text(b->compression),
			 was_verified ? dbc_int(v->level) : dbc_null(), dbc_text(v->at),
			 was_verified && v->known ? dbc_bool(v->ok) : dbc_null(),
			 dbc_text(problem ? problem : v->detail), dbc_text(record->source),
			 dbc_text(until));
}

static void
list(dbc_host *host, dbc_backup_files *files, void *arg)
{
	const dbbackup_list_options *given = arg;
	dbc_backup_catalog catalog;

	dbc_backup_read_catalog(host, files,
							DBC_CALL(host, backup, directory)(
								host, given->directory.text, NULL, false),
							&catalog);
	for (int i = 0; i < catalog.nrecords; i++)
		emit_record(host, &catalog.records[i]);
}

/* dbbackup_list(options) */
DBC_RUN(dbbackup_list)
{
	const dbbackup_list_options *given =
		dbc_read_options(host, &args->options, dbbackup_list_options);
	const dbc_backup_record *others;
	int count = 0;

	DBC_CALL(host, backup, run)(host, list, (void *) given);
	/* they are in no directory of dbcare */
	others =
		given->directory.given ? NULL : dbc_backup_read_others(host, 0, &count);
	for (int i = 0; i < count; i++)
		emit_record(host, &others[i]);
}

/* ---- dbbackup_verify ---- */

typedef struct verification
{
	const dbbackup_verify_options *given;
	const char *name;
	int64_t level;
	dbc_backup_secret_place place;
	dbc_backup_result result;
} verification;

/* Level 3 of a backup that is made of pages: puts the database together, and
 * has the engine test it. */
static dbc_backup_proof
test_restored(dbc_host *host, dbc_backup_files *files, const verification *v,
			  const dbc_backup_catalog *catalog,
			  const dbc_backup_record *record, dbc_backup *backup)
{
	static const dbc_forward_target last = {NULL, 0};
	dbc_backup_work scratch = {.backup = backup, .files = files};
	int64_t at_ms;
	dbc_backup_proof proof = dbc_backup_put_together(
		host, &scratch, catalog->directory, catalog, record, &v->place);

	if (!proof.problem && !proof.unknown && record->log.count > 0)
		proof = dbc_backup_forward_apply(host, &scratch, catalog, record,
										 &v->place, &last, &at_ms);
	if (!proof.problem && !proof.unknown)
		proof = DBC_CALL(host, backup, prove)(host, &scratch,
											  DBC_BACKUP_BEST_LEVEL);
	return proof;
}

/* The highest level that needs no engine but this one, which may be another
 * than that of the backup; it has none if its manifest cannot be read. */
static int64_t
level_here(const dbc_host *host, const dbc_backup *backup, int64_t wanted)
{
	int64_t most = backup->engine && dbc_same(backup->engine, host->engine_name)
					   ? DBC_BACKUP_BEST_LEVEL
				   : backup->page_size > 0 ? 2
										   : 1;

	return wanted < most ? wanted : most;
}

/* [PG] Tests the backup that a command prints, which has no place for the
 * result. */
static void
verify_elsewhere(dbc_host *host, dbc_backup_files *files, verification *v)
{
	dbc_backup backup = {0};
	dbc_backup_work work = {
		.backup = &backup, .files = files, .jobs = v->given->jobs.integer};
	dbc_backup_proof proof = {0};

	dbc_backup_bring_back(host, &work,
						  DBC_CALL(host, backup, directory)(
							  host, v->given->directory.text, NULL, true),
						  v->given->from_command.text);
	if (!dbc_same(backup.name, v->name))
		proof.problem =
			dbc_format(host, "the command prints backup \"%s\"", backup.name);
	else
		proof = dbc_backup_test(host, &work, (int) v->level, &v->place);
	v->result = dbc_backup_judge(host, v->level, &proof);
}

/* [PG] Lets another tool test its backup, which it has started at level 3. */
static void
verify_other(dbc_host *host, dbc_backup_files *files, verification *v)
{
	const dbc_backup_record *record = dbc_backup_need_other(host, v->name);
	dbc_backup backup = record->backup;
	dbc_backup_work work = {
		.backup = &backup, .files = files, .other = record->source};
	dbc_backup_proof proof = {.problem = record->problem};

	work.path = dbc_format(host, "%s/other",
						   DBC_CALL(host, backup, directory)(
							   host, v->given->directory.text, NULL, true));
	if (!proof.problem && v->level > 0)
		proof = DBC_CALL(host, backup, prove)(host, &work, (int) v->level);
	v->result = dbc_backup_judge(host, v->level, &proof);
}

static void
verify(dbc_host *host, dbc_backup_files *files, void *arg)
{
	verification *v = arg;
	dbc_backup_catalog catalog;
	const dbc_backup_record *record;
	dbc_backup backup;
	dbc_backup_work work = {
		.backup = &backup, .files = files, .jobs = v->given->jobs.integer};
	dbc_backup_proof proof = {0};
	int64_t level;

	if (v->given->from_command.given)
	{
		verify_elsewhere(host, files, v);
		return;
	}
	if (dbc_backup_is_other(host, v->name))
	{
		verify_other(host, files, v);
		return;
	}
	dbc_backup_read_catalog(host, files,
							DBC_CALL(host, backup, directory)(
								host, v->given->directory.text, NULL, true),
							&catalog);
	dbc_backup_keep_catalog(host, files, &catalog);
	if (catalog.directory >= 0)
		(void) dbc_backup_remove_leftovers(host, files, catalog.directory,
										   DBC_BACKUP_DIRECTORY, false);
	record = dbc_backup_need(host, &catalog, v->name);
	backup = record->backup;
	work.path = dbc_format(host, "%s/%s", catalog.path, record->name);
	work.directory = DBC_BACKUP(host)->open_directory(
		host, files, catalog.directory, record->name, false);
	work.chain =
		dbc_backup_chain(host, &catalog, backup.parent_name, &work.nchain);
	level = level_here(host, &backup, v->level);
	proof.problem = record->problem;
	if (!proof.problem)
		proof = dbc_backup_test(host, &work, (int) level, &v->place);
	if (!proof.problem && !proof.unknown && record->log.is_there)
		proof = dbc_backup_forward_test(host, &work, record, &v->place,
										(int) level);
	if (!proof.problem && !proof.unknown && level < v->level)
		proof.unknown = dbc_format(
			host, "it is one of %s, of which level %lld is tested here",
			backup.engine, (long long) level);
	if (!proof.problem && !proof.unknown && level == DBC_BACKUP_BEST_LEVEL &&
		backup.page_size > 0)
		proof = test_restored(host, files, v, &catalog, record, &backup);
	v->result = dbc_backup_judge(host, v->level, &proof);
	/* what cannot be told says nothing against what was */
	if (v->result.known || record->result.level < 0)
		dbc_backup_store_result(host, files, work.directory, &v->result);
}

/* dbbackup_verify(name, options) */
DBC_RUN(dbbackup_verify)
{
	verification v = {.given = dbc_read_options(host, &args->options,
												dbbackup_verify_options),
					  .name = args->name.text};
	int64_t start = dbc_microseconds();
	dbc_json_node *result = dbc_json_object(host);

	v.place = dbc_backup_read_place(host, "decrypt", v.given->decrypt.text);
	v.level = dbc_option_or(&v.given->level, v.given->restore.integer
												 ? DBC_BACKUP_BEST_LEVEL
												 : DEFAULT_LEVEL);
	DBC_CALL(host, backup, run)(host, verify, &v);
	DBC_PUT_TEXT(result, name, v.name);
	DBC_PUT_INT(result, level, v.level);
	if (v.result.known)
		DBC_PUT_BOOL(result, ok, v.result.ok);
	else
		DBC_PUT(result, ok, NULL);
	DBC_PUT_TEXT(result, detail, v.result.detail);
	DBC_PUT_INT(result, duration_ms, (dbc_microseconds() - start) / 1000);
	dbc_json_emit(host, result);
}
