/*
 * wal_keep.c
 *	  [PG] Retention of archived WAL; see wal_keep.h.
 *
 * What a base backup needs begins with the segment that it begins in.  History
 * files stay: they are small, and without them no later timeline is found.
 */
#include "common/backup/wal_keep.h"

#include <stdlib.h>

#include "common/backup/wal_files.h"
#include "common/core/text.h"
#include "common/core/names.h"

/* The number of the segment that a backup begins in; false if it is unknown. */
static bool
first_needed(const dbc_wal_archive *archive, const dbc_backup *backup,
			 uint64_t *number)
{
	char *end;
	uint64_t high;

	if (!backup->start_lsn)
		return false;
	high = strtoull(backup->start_lsn, &end, 16);
	if (*end != '/')
		return false;
	*number = (high << 32 | strtoull(end + 1, NULL, 16)) / archive->size;
	return true;
}

/* Finds the first segment that is needed.  Returns why none may be removed, or
 * NULL. */
static const char *
find_first(dbc_host *host, const dbc_wal_archive *archive,
		   const dbc_backup_catalog *catalog, const bool *is_kept,
		   uint64_t *first)
{
	*first = UINT64_MAX;
	for (int i = 0; i < catalog->nrecords; i++)
	{
		const dbc_backup_record *record = &catalog->records[i];
		uint64_t number;

		if (!record->readable)
			return dbc_format(host, "backup \"%s\" cannot be read",
							  record->name);
		if (!is_kept[i] || !dbc_backup_is_of_server(&record->backup))
			continue;
		if (!first_needed(archive, &record->backup, &number))
			return dbc_format(host,
							  "backup \"%s\" does not say where it begins",
							  record->name);
		if (number < *first)
			*first = number;
	}
	return *first == UINT64_MAX ? "there is no base backup" : NULL;
}

/* Whether a file is of a segment: history files are not. */
static bool
is_of_segment(const dbc_wal_file *file)
{
	return dbc_wal_is_segment(file) || file->kind == DBC_WAL_PARTIAL ||
		   file->kind == DBC_WAL_LABEL;
}

dbc_json_node *
dbc_backup_wal_remove(dbc_host *host, dbc_backup_files *files, const char *path,
					  const dbc_backup_catalog *catalog, const bool *is_kept,
					  bool dry_run)
{
	dbc_json_node *result = dbc_json_object(host);
	dbc_wal_archive archive;
	const char *why_none;
	uint64_t first;
	int64_t removed = 0;
	int64_t bytes = 0;

	dbc_backup_wal_read_archive(host, files, path, &archive);
	why_none = find_first(host, &archive, catalog, is_kept, &first);
	for (int i = 0; i < archive.nfiles && !why_none; i++)
	{
		const dbc_wal_file *file = &archive.files[i];

		if (!is_of_segment(file) || file->number >= first)
			continue;
		if (!dry_run)
			DBC_BACKUP(host)->remove(host, files, archive.directory,
									 file->name);
		removed++;
		bytes += file->bytes;
		dbc_poll(host);
	}
	if (removed > 0 && !dry_run)
		DBC_BACKUP(host)->sync(host, files, archive.directory);
	DBC_BACKUP(host)->close(files, archive.directory);
	DBC_PUT_INT(result, removed, removed);
	DBC_PUT_INT(result, bytes, bytes);
	DBC_PUT_TEXT(result, kept_all_because, why_none);
	return result;
}
