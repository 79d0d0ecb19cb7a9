/*
 * create.c
 *	  dbbackup_create: a new backup.
 *
 * It is made and tested in a hidden directory, which gets its name when
 * everything in it is on disk: a failure, a crash or a full disk leave nothing
 * that is listed.
 */
#include "common/backup/create.h"

#include <string.h>

#include "common/backup/content.h"
#include "common/backup/elsewhere.h"
#include "common/backup/pages.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/names.h"
#include "common/core/options.h"

/* The longest name of a restore point. */
#define LONGEST_POINT 63

const char *const dbc_backup_methods[] = {"dump", "base", "restore_point",
										  NULL};

typedef struct creation
{
	dbc_backup_order *order;
	dbc_backup_work work;
	int root;			/* directory of backups, open */
	const char *hidden; /* name until it is complete */
	bool is_plain;
	const dbc_backup_key *key; /* NULL: it is not encrypted */
	/* of the parent */
	const unsigned char *hashes;
	int64_t nhashes;
} creation;

/* ---- the directory ---- */

/* Makes the hidden directory. */
static void
open_hidden(dbc_host *host, creation *c)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	dbc_backup_work *work = &c->work;
	const char *path =
		dbc_format(host, "%s/%s", c->order->path, c->order->backup.name);
	int existing;

	existing = calls->open_directory(host, work->files, c->root,
									 c->order->backup.name, false);
	if (existing >= 0)
		dbc_fail(host, DBC_DUPLICATE_OBJECT, NULL, NULL,
				 "backup \"%s\" already exists", c->order->backup.name);
	(void) dbc_backup_remove_leftovers(host, work->files, c->root,
									   DBC_BACKUP_DIRECTORY, false);
	work->directory = dbc_backup_make_hidden(host, work->files, c->root,
											 c->order->backup.name, &c->hidden);
	work->path = dbc_format(host, "%s/%s", c->order->path, c->hidden);
	c->order->path = path;
}

/* [SQLite] Opens what the database is copied to: the file of a plain backup, or
 * one that no other user can read. */
static void
open_database(dbc_host *host, creation *c)
{
	dbc_backup_work *work = &c->work;

	work->database =
		c->is_plain
			? DBC_BACKUP(host)->open_file(host, work->files, work->directory,
										  DBC_BACKUP_DATABASE, true)
			: DBC_BACKUP(host)->open_scratch(host, work->files,
											 work->directory);
}

/* Puts a directory with its files on disk, and hashes them. */
static void
seal_file(dbc_host *host, creation *c, dbc_backup_file *file, int at,
		  const char *name)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int open = calls->open_file(host, c->work.files, at, name, false);

	if (open < 0)
		dbc_fail(host, "58P01", NULL, NULL, "file %s is missing", file->path);
	calls->sync(host, c->work.files, open);
	if (dbc_same(file->path, DBC_BACKUP_PAGES))
		file->sha256 = c->work.pages_sha256;
	if (dbc_same(file->path, DBC_BACKUP_HASHES))
		file->sha256 = c->work.hashes_sha256;
	/* the hashes of its pages prove that one */
	if (!file->sha256 && !dbc_same(file->path, DBC_BACKUP_DATABASE))
		file->sha256 = dbc_backup_hash_file(host, c->work.files, open);
	calls->close(c->work.files, open);
}

/* The same for a file within directories of the backup. */
static void
seal_path(dbc_host *host, creation *c, dbc_backup_file *file)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	const char *name = file->path;
	int at = c->work.directory;

	for (const char *slash; (slash = strchr(name, '/')); name = slash + 1)
	{
		int inner = calls->open_directory(
			host, c->work.files, at,
			dbc_copy(host, name, (size_t) (slash - name)), false);

		if (at != c->work.directory)
			calls->close(c->work.files, at);
		at = inner;
	}
	seal_file(host, c, file, at, name);
	calls->sync(host, c->work.files, at);
	if (at != c->work.directory)
		calls->close(c->work.files, at);
}

/* Lists what was made, and hashes it. */
static void
seal_files(dbc_host *host, creation *c)
{
	dbc_backup *backup = &c->order->backup;
	const char *problem;

	backup->files = NULL;
	backup->nfiles = 0;
	problem = dbc_backup_walk(host, c->work.files, c->work.directory, backup);
	if (problem)
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE, NULL, NULL, "%s", problem);
	for (int i = 0; i < backup->nfiles; i++)
		seal_path(host, c, (dbc_backup_file *) &backup->files[i]);
}

/* ---- the parent ---- */

/* Whether a backup has the kind and the data for it. */
static bool
can_be_parent(const dbc_backup *parent, const dbc_backup *backup)
{
	return dbc_backup_is_of_server(backup)
			   ? dbc_backup_is_of_server(parent) &&
					 !dbc_same(parent->compression, "zstd") &&
					 dbc_same(parent->identity, backup->identity)
			   : parent->page_size > 0 &&
					 dbc_same(parent->database, backup->database);
}

/* The newest backup that an incremental one can be made from. */
static const dbc_backup_record *
find_latest(const dbc_backup_catalog *catalog, const dbc_backup *backup)
{
	for (int i = catalog->nrecords - 1; i >= 0; i--)
		if (!catalog->records[i].problem &&
			can_be_parent(&catalog->records[i].backup, backup))
			return &catalog->records[i];
	return NULL;
}

static int
chain_length(const dbc_backup_catalog *catalog, const dbc_backup_record *record)
{
	int length = 0;

	while (record && record->backup.parent_name && length < 1000)
	{
		record = dbc_backup_find(catalog, record->backup.parent_name);
		length++;
	}
	return length;
}

/* Why a backup cannot be the parent, or NULL; reads its hashes. */
static const char *
read_parent(dbc_host *host, creation *c, const dbc_backup_catalog *catalog,
			const dbc_backup_record *parent)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	dbc_backup backup = parent->backup;
	dbc_backup_work work = {.backup = &backup, .files = c->work.files};
	const dbc_backup_key *key = NULL;
	const char *problem = parent->problem;
	bool is_server = dbc_backup_is_of_server(&c->order->backup);
	bool is_wrong;

	if (!problem && is_server && !can_be_parent(&backup, &c->order->backup))
		problem = dbc_same(backup.compression, "zstd")
					  ? "it is compressed, and pg_combinebackup reads data "
						"directories"
					  : "it is not a base backup of this server";
	if (!problem && !dbc_same(backup.identity, c->order->backup.identity))
		problem = "the page size, auto_vacuum or name of the database has "
				  "changed";
	if (!problem && chain_length(catalog, parent) + 1 >= DBC_BACKUP_CHAIN)
		problem =
			dbc_format(host, "its chain has %d backups", DBC_BACKUP_CHAIN);
	if (!problem && !backup.encryption != !c->order->backup.encryption)
		problem = backup.encryption ? "it is encrypted" : "it is not encrypted";
	if (!problem && backup.encryption)
		problem = dbc_backup_find_key(host, c->work.files, &c->order->place,
									  &backup, &key, &is_wrong);
	if (problem || is_server)
		return problem;
	work.directory = calls->open_directory(
		host, c->work.files, catalog->directory, parent->name, false);
	problem = dbc_backup_read_hashes(host, &work, key, &c->hashes);
	calls->close(c->work.files, work.directory);
	c->nhashes = backup.pages;
	return problem;
}

/* Finds the parent of an incremental backup; where none will do, the backup is
 * a full one, unless the parent was named. */
static void
choose_parent(dbc_host *host, creation *c)
{
	const char *wanted = c->order->incremental_from;
	dbc_backup *backup = &c->order->backup;
	dbc_backup_catalog catalog;
	const dbc_backup_record *parent;
	const char *problem;

	if (!wanted)
		return;
	dbc_backup_read_catalog(host, c->work.files, c->order->path, &catalog);
	dbc_backup_keep_catalog(host, c->work.files, &catalog);
	if (dbc_same(wanted, "latest"))
		parent = find_latest(&catalog, backup);
	else
		parent = dbc_backup_need(host, &catalog, wanted);
	problem = parent ? read_parent(host, c, &catalog, parent)
					 : "there is no backup of the database";
	DBC_BACKUP(host)->close(c->work.files, catalog.directory);
	if (problem && !dbc_same(wanted, "latest"))
		dbc_fail(host, DBC_NOT_READY, dbc_backup_sentence(host, problem),
				 "Make a full backup.",
				 "no incremental backup can be made from \"%s\"", wanted);
	c->order->why_full = problem;
	if (problem)
		return;
	backup->kind = "incremental";
	backup->database_bytes = parent->backup.database_bytes;
	c->work.chain =
		dbc_backup_chain(host, &catalog, parent->name, &c->work.nchain);
	backup->parent_name = parent->name;
	backup->parent_id = parent->backup.id;
	c->is_plain = false;
}

/* ---- the backup ---- */

static void
begin(dbc_host *host, creation *c, dbc_backup_files *files)
{
	dbc_backup_order *order = c->order;
	dbc_backup *backup = &order->backup;

	order->path = DBC_CALL(host, backup, directory)(host, order->directory,
													order->schema, true);
	c->key = dbc_backup_describe(host, order, &c->work, files);
	c->is_plain = !order->compress && !dbc_backup_has_place(&order->place);
	c->root = dbc_backup_open_root(host, files, order->path);
	choose_parent(host, c);
	backup->name =
		order->name ? order->name : dbc_backup_make_name(host, backup);
}

static _Noreturn void
refuse_damage(dbc_host *host, const char *problem)
{
	dbc_fail(host, DBC_CORRUPTED,
			 "The new backup was removed, since it did not pass its "
			 "verification.",
			 NULL, "%s", problem);
}

/* Tests the copy of a database file, while it is at hand. */
static dbc_backup_proof
prove_copy(dbc_host *host, creation *c)
{
	dbc_backup_proof proof = {0};

	/* most pages of an incremental one were tested before */
	if (c->order->backup.page_size > 0 &&
		c->order->level >= DBC_BACKUP_DEFAULT_LEVEL)
		proof = DBC_CALL(host, backup, prove)(host, &c->work,
											  c->order->backup.parent_name
												  ? c->order->level
												  : DBC_BACKUP_BEST_LEVEL);
	if (proof.problem)
		refuse_damage(host, proof.problem);
	return proof;
}

/* Tests the new backup before anyone sees it. */
static void
verify(dbc_host *host, creation *c, const dbc_backup_proof *copy)
{
	dbc_backup_proof proof =
		dbc_backup_test(host, &c->work, c->order->level, &c->order->place);

	if (proof.problem)
		refuse_damage(host, proof.problem);
	c->order->pages_proven = !proof.unknown;
	if (!proof.unknown)
		proof.unknown = copy->unknown;
	c->order->verified = dbc_backup_judge(host, c->order->level, &proof);
	dbc_backup_store_result(host, c->work.files, c->work.directory,
							&c->order->verified);
}

void
dbc_backup_make(dbc_host *host, dbc_backup_files *files, void *arg)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	creation c = {.order = arg};
	dbc_backup *backup = &c.order->backup;
	dbc_backup_proof proof;

	begin(host, &c, files);
	open_hidden(host, &c);
	dbc_progress(host, "copying", 0, 1);
	if (host->traits->one_file)
	{
		open_database(host, &c);
		dbc_backup_begin_packing(host, &c.work, c.is_plain, c.key, c.hashes,
								 c.nhashes);
	}
	if (c.work.is_stream)
		dbc_backup_begin_content(host, &c.work, c.key, NULL);
	DBC_CALL(host, backup, copy)(host, &c.work);
	c.order->result = c.work.result;
	if (c.work.result)
		return;
	proof = prove_copy(host, &c);
	if (backup->page_size > 0)
		dbc_backup_finish_packing(host, &c.work);
	if (c.work.is_stream)
		dbc_backup_end_content(host, &c.work);
	else
		seal_files(host, &c);
	dbc_backup_write_text(host, files, c.work.directory, DBC_BACKUP_MANIFEST,
						  dbc_backup_seal(host, backup, c.key));
	calls->sync(host, files, c.work.directory);
	verify(host, &c, &proof);
	calls->rename(host, files, c.root, c.hidden, backup->name, false);
	calls->set_temporary(files, DBC_BACKUP_NOWHERE, NULL);
	calls->sync(host, files, c.root);
	calls->close(files, c.work.directory);
	calls->close(files, c.root);
}

/* ---- dbbackup_create ---- */

/* [PG] Fails for what the programs of PostgreSQL cannot do. */
static void
check_server_options(dbc_host *host, const dbbackup_create_options *given)
{
	if (given->incremental_from.given &&
		(!given->method.text || !dbc_same(given->method.text, "base")))
		dbc_fail(host, DBC_UNSUPPORTED, "A dump always has the whole database.",
				 "Pass the option method with the value base.",
				 "a backup with the method %s cannot be incremental",
				 given->method.text ? given->method.text : "dump");
	if (given->compress.integer && given->incremental_from.given)
		dbc_fail(host, DBC_UNSUPPORTED,
				 "pg_combinebackup reads data directories, no archives.", NULL,
				 "an incremental backup cannot be compressed");
}

dbc_backup_order
dbc_backup_read_order(dbc_host *host, const dbc_value *options)
{
	const dbbackup_create_options *given =
		dbc_read_options(host, options, dbbackup_create_options);

	if (!host->traits->one_file)
		check_server_options(host, given);
	return (dbc_backup_order){
		.directory = given->directory.text,
		.schema = given->schema.text,
		.method = given->method.text,
		.incremental_from = given->incremental_from.text,
		.jobs = given->jobs.integer,
		.level = (int) dbc_option_or(&given->verify, DBC_BACKUP_DEFAULT_LEVEL),
		.to_command = given->to_command.text,
		.compress = given->compress.integer,
		.plain = given->compress.given && !given->compress.integer,
		.place = dbc_backup_read_place(host, "encrypt", given->encrypt.text)};
}

/* [PG] Creates a restore point, which is no backup but a place in the log. */
static void
mark(dbc_host *host, const char *name, dbc_json_node *result)
{
	if (!name)
		name = dbc_format(host, "dbcare-%s", dbc_backup_random(host, 8));
	dbc_backup_check_name(host, name);
	if (strlen(name) > LONGEST_POINT)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "the name of a restore point has at most %d characters",
				 LONGEST_POINT);
	DBC_PUT_TEXT(result, name, name);
	DBC_PUT_TEXT(result, kind, "restore_point");
	DBC_PUT_TEXT(result, lsn, DBC_CALL(host, backup, mark)(host, name));
	dbc_json_emit(host, result);
}

/* dbbackup_create(name, options) */
DBC_RUN(dbbackup_create)
{
	dbc_backup_order order = dbc_backup_read_order(host, &args->options);
	const dbc_backup *backup = &order.backup;
	int64_t start = dbc_microseconds();
	dbc_json_node *result = dbc_json_object(host);

	order.name = args->name.text;
	if (order.method && dbc_same(order.method, "restore_point"))
	{
		mark(host, order.name, result);
		return;
	}
	if (order.to_command)
		dbc_backup_give_away(host, &order);
	else
		DBC_CALL(host, backup, run)(host, dbc_backup_make, &order);
	if (order.result)
	{
		dbc_emit(host, dbc_json(order.result));
		return;
	}
	DBC_PUT_TEXT(result, name, backup->name);
	DBC_PUT_TEXT(result, path, order.path);
	DBC_PUT_TEXT(result, kind, backup->kind);
	DBC_PUT_INT(result, size_bytes, dbc_backup_bytes(backup));
	DBC_PUT_INT(result, database_bytes, backup->database_bytes);
	if (backup->page_size > 0)
	{
		DBC_PUT_INT(result, pages, backup->pages);
		DBC_PUT_INT(result, stored_pages, backup->stored_pages);
	}
	DBC_PUT_TEXT(result, sha256, backup->digest);
	DBC_PUT_INT(result, duration_ms, (dbc_microseconds() - start) / 1000);
	if (!order.to_command)
		DBC_PUT(result, verified,
				dbc_backup_result_node(host, &order.verified));
	if (order.incremental_from)
		DBC_PUT_TEXT(result, why_full, order.why_full);
	dbc_json_emit(host, result);
}
