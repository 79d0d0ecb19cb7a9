/*
 * wal_files.h
 *	  [PG] The files of a WAL archive.
 *
 * Names are enough to find gaps: a segment is called by its timeline and its
 * number.  Contents are read of history files, which tell where a timeline
 * begins, and of single segments.
 */
#ifndef DBC_BACKUP_WAL_FILES_H
#define DBC_BACKUP_WAL_FILES_H

#include "common/backup/host.h"

typedef enum dbc_wal_kind
{
	DBC_WAL_SEGMENT,
	DBC_WAL_COMPRESSED,
	DBC_WAL_PARTIAL,
	DBC_WAL_HISTORY,
	DBC_WAL_LABEL,
	DBC_WAL_OTHER
} dbc_wal_kind;

typedef struct dbc_wal_file
{
	const char *name;
	dbc_wal_kind kind;
	uint32_t timeline;
	uint64_t number; /* of the segment, from the beginning of the log */
	int64_t bytes;
	int64_t changed_ms;
	bool is_whole; /* a segment, as far as its size tells */
} dbc_wal_file;

/* Where a timeline begins. */
typedef struct dbc_wal_origin
{
	uint32_t timeline;
	uint32_t parent;
	uint64_t lsn;
	uint64_t number;	/* the segment that both timelines have */
	const char *reason; /* as the server has noted it */
} dbc_wal_origin;

typedef struct dbc_wal_archive
{
	dbc_host *host;
	const char *path;
	int directory; /* open */
	dbc_backup_files *opened;
	uint64_t size;		 /* of a segment */
	dbc_wal_file *files; /* by timeline and number */
	int nfiles;
	dbc_wal_origin *origins;
	int norigins;
} dbc_wal_archive;

/* Lists the files of an archive; fails if there is no such directory.  The
 * caller may read it. */
extern void dbc_backup_wal_read_archive(dbc_host *host, dbc_backup_files *files,
										const char *path,
										dbc_wal_archive *archive);

/* The name of a segment. */
extern const char *dbc_backup_wal_name(const dbc_wal_archive *archive,
									   uint32_t timeline, uint64_t number);

static inline bool
dbc_wal_is_segment(const dbc_wal_file *file)
{
	return file->kind == DBC_WAL_SEGMENT || file->kind == DBC_WAL_COMPRESSED;
}

/* Where a timeline begins; NULL if its history is not there. */
extern const dbc_wal_origin *
dbc_backup_wal_origin_of(const dbc_wal_archive *archive, uint32_t timeline);

/* A segment, better a whole one; NULL if it is not there. */
extern const dbc_wal_file *dbc_backup_wal_find(const dbc_wal_archive *archive,
											   uint32_t timeline,
											   uint64_t number);

/* The last segment of a timeline; NULL if the archive has none. */
extern const dbc_wal_file *dbc_backup_wal_last(const dbc_wal_archive *archive,
											   uint32_t timeline);

/* The bytes of a segment, as the server has written them; NULL if they cannot
 * be read here. */
extern const void *dbc_backup_wal_load(const dbc_wal_archive *archive,
									   const dbc_wal_file *file,
									   size_t *length);

#endif /* DBC_BACKUP_WAL_FILES_H */
