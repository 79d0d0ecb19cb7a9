/*
 * catalog.c
 *	  Reading the backups of a directory.
 */
#include "common/backup/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/asserts.h"
#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/names.h"
#include "common/core/sort.h"

/* Larger files are no manifests and results of verifications. */
#define MOST_MANIFEST (INT64_C(64) << 20)
#define MOST_RESULT	  (INT64_C(1) << 16)

/* Digits in the name of a segment of the log. */
#define SEGMENT_NAME 24

/* ---- results of verifications ---- */

static void
read_result(dbc_host *host, dbc_backup_files *files, int directory,
			dbc_backup_result *result)
{
	const char *text = dbc_backup_read_text(host, files, directory,
											DBC_BACKUP_VERIFIED, MOST_RESULT);
	dbc_value json = dbc_json(text);
	const dbc_json_item *ok = dbc_json_find(host, &json, "ok");
	const char *at =
		dbc_json_string_or_null(host, dbc_json_find(host, &json, "at"));
	double level;
	int64_t ms;

	*result = (dbc_backup_result){.level = -1};
	if (!dbc_json_real(host, dbc_json_find(host, &json, "level"), &level) ||
		level < 0 || level > 3 || !at || !dbc_parse_time(at, &ms))
		return;
	*result = (dbc_backup_result){
		.level = (int64_t) level,
		.at = at,
		.known = ok && (ok->kind == DBC_I_TRUE || ok->kind == DBC_I_FALSE),
		.ok = ok && ok->kind == DBC_I_TRUE,
		.detail = dbc_json_string_or_null(
			host, dbc_json_find(host, &json, "detail"))};
}

typedef struct storing
{
	dbc_backup_files *files;
	int directory;
	const char *text;
} storing;

static void
store_result(dbc_host *host, void *arg)
{
	const storing *s = arg;
	const char *name = dbc_backup_hidden_name(host, DBC_BACKUP_VERIFIED, "tmp");

	dbc_backup_write_text(host, s->files, s->directory, name, s->text);
	DBC_BACKUP(host)->rename(host, s->files, s->directory, name,
							 DBC_BACKUP_VERIFIED, true);
	DBC_BACKUP(host)->sync(host, s->files, s->directory);
}

void
dbc_backup_store_result(dbc_host *host, dbc_backup_files *files, int directory,
						const dbc_backup_result *result)
{
	dbc_json_node *node = dbc_json_object(host);
	storing s = {files, directory, NULL};
	dbc_error error;

	DBC_PUT_INT(node, level, result->level);
	DBC_PUT_TEXT(node, at, result->at);
	if (result->known)
		DBC_PUT_BOOL(node, ok, result->ok);
	else
		DBC_PUT(node, ok, NULL);
	DBC_PUT_TEXT(node, detail, result->detail);
	s.text = dbc_format(host, "%s\n", dbc_json_text(node));
	(void) dbc_guard(host, store_result, &s, DBC_KEEP, true, &error);
}

/* ---- one backup ---- */

static int
compare_paths(const void *left, const void *right)
{
	return strcmp(((const dbc_backup_file *) left)->path,
				  ((const dbc_backup_file *) right)->path);
}

/* Compares the files of a backup with its manifest, both sorted by path. */
static const char *
compare_files(dbc_host *host, const dbc_backup *backup, const dbc_backup *found)
{
	int f = 0;

	DBC_ASSERT(host, dbc_is_ascending(found->files, found->nfiles,
									  sizeof(*found->files), compare_paths));
	for (int i = 0; i < backup->nfiles; i++, f++)
	{
		const dbc_backup_file *file = &backup->files[i];
		int order =
			f < found->nfiles ? strcmp(found->files[f].path, file->path) : 1;

		if (order < 0)
			break;
		if (order > 0)
			return dbc_format(host, "file %s is missing", file->path);
		if (found->files[f].bytes < file->bytes)
			return dbc_format(host, "file %s is truncated: %lld of %lld bytes",
							  file->path, (long long) found->files[f].bytes,
							  (long long) file->bytes);
		if (found->files[f].bytes > file->bytes)
			return dbc_format(host, "file %s has %lld bytes instead of %lld",
							  file->path, (long long) found->files[f].bytes,
							  (long long) file->bytes);
	}
	return f < found->nfiles
			   ? dbc_format(host, "file %s is not part of the backup",
							found->files[f].path)
			   : NULL;
}

static const char *
read_manifest(dbc_host *host, dbc_backup_files *files, int directory,
			  dbc_backup_record *record)
{
	const char *text = dbc_backup_read_text(host, files, directory,
											DBC_BACKUP_MANIFEST, MOST_MANIFEST);
	dbc_backup *backup = &record->backup;
	const char *problem;

	if (!text)
		return DBC_BACKUP_MANIFEST " is missing or not readable";
	problem = dbc_backup_read_manifest(host, text, backup);
	if (problem)
		return problem;
	record->readable = true;
	/* it may have been edited */
	dbc_backup_sort_files(backup);
	if (!dbc_backup_split_manifest(host, text, &backup->body, &backup->seal))
		return DBC_BACKUP_MANIFEST " was changed: it has no seal";
	/* the seal of an encrypted backup needs its key */
	if (!backup->encryption &&
		!dbc_same(dbc_sha256(host, backup->body), backup->seal))
		return DBC_BACKUP_MANIFEST " was changed";
	return NULL;
}

void
dbc_backup_read_record(dbc_host *host, dbc_backup_files *files, int directory,
					   dbc_backup_record *record)
{
	dbc_backup found = {0};

	read_result(host, files, directory, &record->result);
	record->problem = read_manifest(host, files, directory, record);
	if (!record->problem && record->name &&
		!dbc_same(record->name, record->backup.name))
		record->problem =
			dbc_format(host, "its name in " DBC_BACKUP_MANIFEST " is \"%s\"",
					   record->backup.name);
	if (!record->problem)
		record->problem = dbc_backup_walk(host, files, directory, &found);
	if (!record->problem)
		record->problem = compare_files(host, &record->backup, &found);
	if (record->readable && record->backup.page_size > 0)
		dbc_backup_changes_list(host, files, directory, &record->backup,
								&record->log);
}

const char *
dbc_backup_problem(const dbc_backup_record *record)
{
	return record->problem ? record->problem : record->log.problem;
}

int64_t
dbc_backup_all_bytes(const dbc_backup_record *record)
{
	return dbc_backup_bytes(&record->backup) + record->log.bytes;
}

/* ---- all backups ---- */

typedef struct reading
{
	dbc_backup_files *files;
	int parent;
	dbc_backup_record *record;
} reading;

static void
read_one(dbc_host *host, void *arg)
{
	const reading *r = arg;
	int directory = DBC_BACKUP(host)->open_directory(host, r->files, r->parent,
													 r->record->name, false);

	if (directory < 0)
		dbc_fail(host, DBC_UNDEFINED_OBJECT, NULL, NULL, "it was removed");
	dbc_backup_read_record(host, r->files, directory, r->record);
	DBC_BACKUP(host)->close(r->files, directory);
}

/* Whether a directory is no backup, but an archive of the log or a data
 * directory, which a restore has made beside the backups. */
static bool
is_foreign(dbc_host *host, dbc_backup_files *files, int parent,
		   const char *name)
{
	int count;
	const dbc_backup_entry *entries;
	int directory =
		DBC_BACKUP(host)->open_directory(host, files, parent, name, false);

	if (directory < 0)
		return false;
	entries = DBC_BACKUP(host)->list(host, files, directory, &count);
	DBC_BACKUP(host)->close(files, directory);
	for (int i = 0; i < count; i++)
		if (dbc_same(entries[i].name, "PG_VERSION") ||
			strspn(entries[i].name, "0123456789ABCDEF") == SEGMENT_NAME)
			return true;
	return false;
}

static void
look_into(dbc_host *host, void *arg)
{
	const reading *r = arg;

	r->record->is_foreign =
		is_foreign(host, r->files, r->parent, r->record->name);
}

/* What cannot be read is a backup with a problem. */
static void
read_guarded(dbc_host *host, dbc_backup_files *files, int parent,
			 dbc_backup_record *record)
{
	reading r = {files, parent, record};
	dbc_error error;

	record->result.level = -1;
	if (!dbc_guard(host, read_one, &r, DBC_KEEP, true, &error))
		record->problem = error.message;
	if (!record->readable)
		(void) dbc_guard(host, look_into, &r, DBC_KEEP, true, &error);
}

static const char *
time_of(const dbc_backup_record *record)
{
	return record->backup.started_at ? record->backup.started_at : "";
}

static int
compare_times(const void *left, const void *right)
{
	const dbc_backup_record *l = left;
	const dbc_backup_record *r = right;
	int order = strcmp(time_of(l), time_of(r));

	return order ? order : strcmp(l->name, r->name);
}

const dbc_backup_record *
dbc_backup_find(const dbc_backup_catalog *catalog, const char *name)
{
	for (int i = 0; i < catalog->nrecords; i++)
		if (dbc_same(catalog->records[i].name, name))
			return &catalog->records[i];
	return NULL;
}

/* What is wrong with the chain of a backup, or NULL. */
static const char *
check_chain(dbc_host *host, const dbc_backup_catalog *catalog,
			const dbc_backup_record *record)
{
	const dbc_backup *child = &record->backup;
	int length = 0;

	while (child->parent_name)
	{
		const dbc_backup_record *parent =
			dbc_backup_find(catalog, child->parent_name);

		if (!parent)
			return dbc_format(host, "its parent \"%s\" is missing",
							  child->parent_name);
		if (!parent->readable || !dbc_same(parent->backup.id, child->parent_id))
			return dbc_format(host,
							  "its parent \"%s\" is not the backup it was "
							  "made from",
							  child->parent_name);
		if (parent->problem)
			return dbc_format(host, "its parent \"%s\": %s", parent->name,
							  parent->problem);
		child = &parent->backup;
		if (++length > catalog->nrecords)
			return "its parents are a circle";
	}
	return NULL;
}

void
dbc_backup_read_catalog(dbc_host *host, dbc_backup_files *files,
						const char *path, dbc_backup_catalog *catalog)
{
	const dbc_backup_entry *entries;
	dbc_backup_record *records;
	int count;

	*catalog = (dbc_backup_catalog){.path = path};
	catalog->directory =
		path ? DBC_BACKUP(host)->open_directory(host, files, DBC_BACKUP_NOWHERE,
												path, false)
			 : -1;
	if (catalog->directory < 0)
		return;
	entries = DBC_BACKUP(host)->list(host, files, catalog->directory, &count);
	records = dbc_alloc(host, ((size_t) count + 1) * sizeof(*records));
	for (int i = 0; i < count; i++)
		if (entries[i].kind == DBC_BACKUP_DIRECTORY &&
			dbc_backup_is_name(entries[i].name))
		{
			dbc_backup_record *record = &records[catalog->nrecords++];

			*record = (dbc_backup_record){.source = DBC_BACKUP_OWN};
			record->name = entries[i].name;
			read_guarded(host, files, catalog->directory, record);
			if (record->is_foreign)
				catalog->nrecords--;
			dbc_poll(host);
		}
	dbc_sort(records, (size_t) catalog->nrecords, sizeof(*records),
			 compare_times);
	catalog->records = records;
	/* parents come first, unless a time was changed */
	for (int i = 0; i < catalog->nrecords; i++)
		if (!records[i].problem)
			records[i].problem = check_chain(host, catalog, &records[i]);
}

void
dbc_backup_keep_catalog(dbc_host *host, dbc_backup_files *files,
						const dbc_backup_catalog *catalog)
{
	if (catalog->directory >= 0 &&
		!DBC_BACKUP(host)->lock(host, files, catalog->directory, false))
		dbc_fail(host, DBC_LOCK_NOT_AVAILABLE, NULL, "Repeat the call.",
				 "backups in \"%s\" are being removed", catalog->path);
}

const dbc_backup_record *
dbc_backup_need(dbc_host *host, const dbc_backup_catalog *catalog,
				const char *name)
{
	const dbc_backup_record *record;

	dbc_backup_check_name(host, name);
	record = dbc_backup_find(catalog, name);
	if (!record)
		dbc_fail(host, DBC_UNDEFINED_OBJECT,
				 catalog->path
					 ? dbc_format(host, "The directory of backups is \"%s\".",
								  catalog->path)
					 : NULL,
				 "dbbackup_list() lists the backups.",
				 "there is no backup \"%s\"", name);
	return record;
}

bool
dbc_backup_are_encrypted(const dbc_backup_catalog *catalog,
						 const char *database)
{
	for (int i = catalog->nrecords - 1; i >= 0; i--)
		if (catalog->records[i].readable &&
			dbc_same(catalog->records[i].backup.database, database))
			return catalog->records[i].backup.encryption;
	return false;
}

/* Most backups of a chain that are followed. */
#define LONGEST_CHAIN 256

const char *const *
dbc_backup_chain(dbc_host *host, const dbc_backup_catalog *catalog,
				 const char *name, int *count)
{
	const char **paths = dbc_alloc(host, LONGEST_CHAIN * sizeof(*paths));
	int first = LONGEST_CHAIN;

	while (name && first > 0)
	{
		const dbc_backup_record *record = dbc_backup_find(catalog, name);

		if (!record)
			break;
		paths[--first] = dbc_format(host, "%s/%s", catalog->path, record->name);
		name = record->backup.parent_name;
	}
	*count = LONGEST_CHAIN - first;
	return paths + first;
}

int
dbc_backup_open_root(dbc_host *host, dbc_backup_files *files, const char *path)
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
