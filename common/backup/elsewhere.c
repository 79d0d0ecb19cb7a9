/*
 * elsewhere.c
 *	  [PG] Backups that a command takes elsewhere, and brings back.
 */
#include "common/backup/elsewhere.h"

#include "common/backup/content.h"

/* ---- there ---- */

typedef struct giving
{
	dbc_backup_order *order;
	dbc_backup_work work;
	const dbc_backup_key *key;
} giving;

static void
give(dbc_host *host, void *pipe, void *arg)
{
	giving *g = arg;
	dbc_backup *backup = g->work.backup;

	dbc_backup_begin_content(host, &g->work, g->key, pipe);
	DBC_CALL(host, backup, copy)(host, &g->work);
	dbc_backup_end_content(host, &g->work);
	dbc_backup_put_manifest(host, pipe, dbc_backup_seal(host, backup, g->key));
}

static void
give_away(dbc_host *host, dbc_backup_files *files, void *arg)
{
	giving *g = arg;

	g->key = dbc_backup_describe(host, g->order, &g->work, files);
	g->order->backup.name = g->order->name
								? g->order->name
								: dbc_backup_make_name(host, &g->order->backup);
	DBC_CALL(host, backup, with_command)
	(host, g->order->to_command, false, give, g);
}

void
dbc_backup_give_away(dbc_host *host, dbc_backup_order *order)
{
	giving g = {.order = order};

	DBC_CALL(host, backup, run)(host, give_away, &g);
}

/* ---- and back ---- */

typedef struct bringing
{
	dbc_backup_work *work;
	int at;
	const char *manifest;
	const char *problem;
} bringing;

static void
bring(dbc_host *host, void *pipe, void *arg)
{
	bringing *b = arg;

	b->problem = dbc_backup_spool(host, b->work, b->at, pipe, &b->manifest);
}

/* What is wrong with the manifest, or NULL. */
static const char *
read_manifest(dbc_host *host, dbc_backup_work *work, const char *text)
{
	dbc_backup *backup = work->backup;
	const dbc_backup_file *file;
	const char *problem = dbc_backup_read_manifest(host, text, backup);

	if (problem)
		return problem;
	if (!dbc_backup_split_manifest(host, text, &backup->body, &backup->seal))
		return DBC_BACKUP_MANIFEST " was changed: it has no seal";
	if (!backup->encryption &&
		!dbc_same(dbc_sha256(host, backup->body), backup->seal))
		return DBC_BACKUP_MANIFEST " was changed";
	file = dbc_backup_find_content(backup);
	if (!file || backup->nfiles != 1)
		return DBC_BACKUP_MANIFEST " is not that of one stream";
	return file->bytes == work->spooled_bytes
			   ? NULL
			   : dbc_format(host, "its stream has %lld bytes instead of %lld",
							(long long) work->spooled_bytes,
							(long long) file->bytes);
}

void
dbc_backup_bring_back(dbc_host *host, dbc_backup_work *work,
					  const char *directory, const char *command)
{
	bringing b = {.work = work};

	b.at = DBC_BACKUP(host)->open_directory(
		host, work->files, DBC_BACKUP_NOWHERE, directory, false);
	if (b.at < 0)
		dbc_fail(host, "58P01", "What the command prints is read to there.",
				 NULL, "directory \"%s\" does not exist", directory);
	DBC_CALL(host, backup, with_command)(host, command, true, bring, &b);
	DBC_BACKUP(host)->close(work->files, b.at);
	if (!b.problem)
		b.problem = read_manifest(host, work, b.manifest);
	if (b.problem)
		dbc_fail(host, DBC_CORRUPTED, dbc_backup_sentence(host, b.problem),
				 NULL, "what the command prints is no backup");
	work->path = dbc_format(host, "%s/%s", directory, work->backup->name);
}
