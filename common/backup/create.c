/*
 * create.c
 *	  dbbackup_create: a new backup.
 *
 * It is made and tested in a hidden directory, which gets its name when
 * everything in it is on disk: a failure, a crash or a full disk leave nothing
 * that is listed.
 */
#include <string.h>

#include "common/backup/verify.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/json_write.h"
#include "common/core/options.h"

static const char *const methods[] = {"dump", "base", "restore_point", NULL};

#define CREATE_OPTIONS(O)                    \
	O(directory, TEXT)                       \
	O(verify, INT, 0, DBC_BACKUP_BEST_LEVEL) \
	O(schema, TEXT)                          \
	O(method, TEXT, .choices = methods)      \
	O(jobs, INT, 1, 64)
DBC_OPTIONS(create_options, CREATE_OPTIONS);

#define DEFAULT_LEVEL 2

typedef struct creation
{
	const create_options *given;
	const char *name; /* as given, or NULL */
	const char *path; /* of the backup */
	dbc_backup backup;
	dbc_backup_work work;
	dbc_backup_verdict verdict;
	int root;			/* directory of backups, open */
	const char *hidden; /* name until it is complete */
} creation;

/* ---- options ---- */

static _Noreturn void
refuse_option(dbc_host *host, const char *name)
{
	dbc_fail(host, DBC_UNSUPPORTED, NULL, NULL,
			 "%s has no backups with the option %s", host->engine_title, name);
}

static const create_options *
read_options(dbc_host *host, const dbc_value *options)
{
	const create_options *given =
		dbc_read_options(host, options, create_options);
	bool on_sqlite = host->engine == DBC_ON_SQLITE;

	if (on_sqlite && (given->method.given || given->jobs.given))
		refuse_option(host, given->method.given ? "method" : "jobs");
	if (!on_sqlite && given->schema.given)
		refuse_option(host, "schema");
	return given;
}

/* ---- the directory ---- */

/* Opens the directory of backups; makes it if necessary, but no others. */
static int
open_root(dbc_host *host, dbc_backup_files *files, const char *path)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int root =
		calls->open_directory(host, files, DBC_BACKUP_NOWHERE, path, false);
	const char *slash = strrchr(path, '/');
	int parent;

	if (root >= 0)
		return root;
	parent = calls->open_directory(
		host, files, DBC_BACKUP_NOWHERE,
		slash == path || !slash ? "/"
								: dbc_copy(host, path, (size_t) (slash - path)),
		false);
	if (parent < 0)
		dbc_fail(host, "58P01", NULL, "Create the directory above it first.",
				 "directory \"%s\" cannot be created", path);
	root = calls->open_directory(host, files, parent, slash + 1, true);
	calls->sync(host, files, parent);
	calls->close(files, parent);
	return root;
}

/* Makes the hidden directory. */
static void
open_hidden(dbc_host *host, creation *c)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	dbc_backup_work *work = &c->work;
	const char *path = dbc_format(host, "%s/%s", c->path, c->backup.name);
	int existing;

	existing = calls->open_directory(host, work->files, c->root, c->backup.name,
									 false);
	if (existing >= 0)
		dbc_fail(host, DBC_DUPLICATE_OBJECT, NULL, NULL,
				 "backup \"%s\" already exists", c->backup.name);
	c->hidden = dbc_backup_hidden_name(host, c->backup.name, "tmp");
	work->path = dbc_format(host, "%s/%s", c->path, c->hidden);
	work->directory =
		calls->open_directory(host, work->files, c->root, c->hidden, true);
	calls->set_temporary(work->files, c->root, c->hidden);
	/* a cleanup does not take it for a leftover */
	(void) calls->lock(host, work->files, work->directory);
	c->path = path;
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
	/* the hashes of its pages prove that one */
	if (!dbc_same(file->path, DBC_BACKUP_DATABASE))
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

/* Lists what copy() has made, and makes its digest. */
static void
seal_files(dbc_host *host, creation *c)
{
	dbc_backup *backup = &c->backup;
	const char *problem;
	int database;

	backup->files = NULL;
	backup->nfiles = 0;
	problem = dbc_backup_walk(host, c->work.files, c->work.directory, backup);
	if (problem)
		dbc_fail(host, DBC_WRONG_OBJECT_TYPE, NULL, NULL, "%s", problem);
	for (int i = 0; i < backup->nfiles; i++)
		seal_path(host, c, (dbc_backup_file *) &backup->files[i]);
	if (backup->page_size == 0)
	{
		backup->digest = dbc_backup_hash_list(host, backup);
		return;
	}
	database = DBC_BACKUP(host)->open_file(
		host, c->work.files, c->work.directory, DBC_BACKUP_DATABASE, false);
	backup->digest = dbc_backup_hash_pages(host, c->work.files, database,
										   backup->page_size, backup->pages);
	DBC_BACKUP(host)->close(c->work.files, database);
}

/* ---- the backup ---- */

/* Fills what does not depend on the copy. */
static void
begin(dbc_host *host, creation *c, dbc_backup_files *files)
{
	const create_options *given = c->given;
	dbc_backup *backup = &c->backup;

	c->work = (dbc_backup_work){.backup = backup,
								.files = files,
								.method = given->method.text,
								.schema = given->schema.text,
								.jobs = given->jobs.integer};
	backup->id = dbc_backup_random(host, DBC_BACKUP_ID / 2);
	backup->engine = host->engine_name;
	backup->dbcare_version = DBC_VERSION;
	backup->compression = "none";
	backup->started_at = dbc_now(host);
	if (c->name)
		dbc_backup_check_name(host, c->name);
	c->path = DBC_CALL(host, backup, directory)(host, given->directory.text,
												given->schema.text, true);
	DBC_CALL(host, backup, describe)(host, &c->work);
	backup->name = c->name ? c->name : dbc_backup_make_name(host, backup);
}

/* Tests the new backup before anyone sees it. */
static void
verify(dbc_host *host, creation *c)
{
	int level = (int) dbc_option_or(&c->given->verify, DEFAULT_LEVEL);
	dbc_backup_proof proof = dbc_backup_test(host, &c->work, level);

	/* damage of the database itself is found while the copy is at hand */
	if (!proof.problem && level == DEFAULT_LEVEL && c->backup.page_size > 0)
		proof = DBC_CALL(host, backup, prove)(host, &c->work,
											  DBC_BACKUP_BEST_LEVEL);
	if (proof.problem)
		dbc_fail(host, DBC_CORRUPTED,
				 "The new backup was removed, since it did not pass its "
				 "verification.",
				 NULL, "%s", proof.problem);
	c->verdict = dbc_backup_judge(host, level, &proof);
	dbc_backup_store_verdict(host, c->work.files, c->work.directory,
							 &c->verdict);
}

static void
create(dbc_host *host, dbc_backup_files *files, void *arg)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	creation *c = arg;
	const char *body;

	begin(host, c, files);
	c->root = open_root(host, files, c->path);
	open_hidden(host, c);
	dbc_progress(host, "copying", 0, 1);
	DBC_CALL(host, backup, copy)(host, &c->work);
	if (c->work.result)
		return;
	seal_files(host, c);
	c->backup.finished_at = dbc_now(host);
	body = dbc_backup_manifest_body(host, &c->backup);
	dbc_backup_write_text(
		host, files, c->work.directory, DBC_BACKUP_MANIFEST,
		dbc_backup_seal_manifest(host, body, dbc_sha256(host, body)));
	calls->sync(host, files, c->work.directory);
	verify(host, c);
	calls->rename(host, files, c->root, c->hidden, c->backup.name, false);
	calls->set_temporary(files, DBC_BACKUP_NOWHERE, NULL);
	calls->sync(host, files, c->root);
}

static dbc_json_node *
describe_verdict(dbc_host *host, const dbc_backup_verdict *verdict)
{
	dbc_json_node *node = dbc_json_object(host);

	dbc_json_put_int(node, "level", verdict->level);
	if (verdict->known)
		dbc_json_put_bool(node, "ok", verdict->ok);
	else
		dbc_json_put(node, "ok", NULL);
	dbc_json_put_text(node, "detail", verdict->detail);
	return node;
}

/* dbbackup_create(name, options) */
DBC_RUN(dbbackup_create)
{
	creation c = {.given = read_options(host, &args->options),
				  .name = args->name.text};
	int64_t start = dbc_microseconds();
	dbc_json_node *result = dbc_json_object(host);

	DBC_CALL(host, backup, run)(host, create, &c);
	if (c.work.result)
	{
		dbc_emit(host, dbc_json(c.work.result));
		return;
	}
	dbc_json_put_text(result, "name", c.backup.name);
	dbc_json_put_text(result, "path", c.path);
	dbc_json_put_text(result, "kind", c.backup.kind);
	dbc_json_put_int(result, "size_bytes", dbc_backup_bytes(&c.backup));
	dbc_json_put_int(result, "database_bytes", c.backup.database_bytes);
	if (c.backup.page_size > 0)
		dbc_json_put_int(result, "pages", c.backup.pages);
	dbc_json_put_text(result, "sha256", c.backup.digest);
	dbc_json_put_int(result, "duration_ms",
					 (dbc_microseconds() - start) / 1000);
	dbc_json_put(result, "verified", describe_verdict(host, &c.verdict));
	dbc_json_emit(host, result);
}
