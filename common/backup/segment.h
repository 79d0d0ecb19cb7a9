/*
 * segment.h
 *	  A file of changes: writing, reading and applying it.
 *
 * It is a stream (see stream.h); doc/backup-format.md describes its content.
 */
#ifndef DBC_BACKUP_SEGMENT_H
#define DBC_BACKUP_SEGMENT_H

#include "common/backup/stream_file.h"

/* What changes say of themselves. */
typedef struct dbc_segment
{
	int64_t number;
	int64_t since_ms; /* the state before them was last seen */
	int64_t at_ms;	  /* they were seen */
	uint32_t page_size;
	uint32_t pages;							 /* of the database with them */
	uint32_t count;							 /* of pages that have changed */
	unsigned char previous[DBC_BACKUP_HASH]; /* SHA-256 of the changes before */
	unsigned char place[DBC_FOLLOWER_PLACE];
} dbc_segment;

/* Reads page i of those that have changed; does not return if that fails. */
typedef void dbc_segment_page(dbc_host *host, void *arg, uint32_t i,
							  unsigned char *bytes);

/* What is written: numbers are ascending. */
typedef struct dbc_segment_source
{
	const uint32_t *numbers;
	dbc_segment_page *page;
	void *arg;
} dbc_segment_source;

/* Writes changes to a directory, on disk; returns the size of the file, and its
 * SHA-256.  A failure leaves a hidden file, which the next call replaces. */
extern int64_t dbc_backup_segment_write(dbc_host *host, dbc_backup_files *files,
										int directory,
										const dbc_stream_kind *kind,
										const dbc_segment *segment,
										const dbc_segment_source *source,
										unsigned char sha256[DBC_BACKUP_HASH]);

/* Reads what changes say of themselves, but not the pages.  Returns what is
 * wrong, or NULL. */
extern const char *
dbc_backup_segment_read(dbc_host *host, dbc_backup_files *files, int directory,
						const dbc_stream_kind *kind,
						const dbc_change_file *changes, dbc_segment *segment);

/* A backup whose changes are read one after the other. */
typedef struct dbc_segment_reading
{
	dbc_backup_files *files;
	int directory; /* of the changes, open */
	const dbc_backup *backup;
	const dbc_backup_key *key;
	const dbc_changes_log *log;
	int first; /* place of the first one to read in the list, as if those before
				  had been read */
	int count; /* of those to read, from the start of the list */
	int file;  /* pages are written to it; -1: only tested */
	dbc_segment last;					   /* result */
	unsigned char sha256[DBC_BACKUP_HASH]; /* of the last one, the same */
} dbc_segment_reading;

/* Reads changes in their order.  Returns what is wrong, or NULL. */
extern const char *dbc_backup_segment_read_all(dbc_host *host,
											   dbc_segment_reading *reading);

/* Tests the bytes of all changes by their names, without a key.  Returns what
 * is wrong, or NULL. */
extern const char *dbc_backup_segment_test_bytes(dbc_host *host,
												 dbc_backup_files *files,
												 int directory,
												 const dbc_changes_log *log);

#endif /* DBC_BACKUP_SEGMENT_H */
