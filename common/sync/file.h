/*
 * file.h
 *	  Files of rows; doc/sync.md describes their format.
 *
 * A file has the rows of one table after another in canonical form, then an
 * index, a JSON document, and a footer with the place and hash of the index.
 * What is read from a file is untrusted until it was checked.
 */
#ifndef DBC_SYNC_FILE_H
#define DBC_SYNC_FILE_H

#include "common/archive/host.h"
#include "common/backup/host.h"
#include "common/sync/encode.h"

#define DBC_SYNC_HEADER "dbcare rows 1\n"
#define DBC_SYNC_FOOTER "dbcare rows end\n"

/* The footer: offset and length of the index, 8 bytes each, the highest first;
 * the hash of the index; the text above. */
#define DBC_SYNC_FOOTER_LENGTH (8 + 8 + DBC_SYNC_HASH + 16)

/* A row begins with this byte; the rows of a table end with the other. */
#define DBC_SYNC_ROW_MARK 'R'
#define DBC_SYNC_END_MARK 'E'

/* Most parts of a table that have a digest. */
#define DBC_SYNC_PARTS 1024

/* Most bytes of an index. */
#define DBC_SYNC_MOST_INDEX (INT64_C(1) << 28)

/* How the rows of a table are divided into parts. */
typedef enum dbc_sync_division
{
	DBC_SYNC_BY_RANGE, /* of the first column of the key, in its order */
	DBC_SYNC_BY_KEY,   /* a hash of the key */
	DBC_SYNC_BY_ROW	   /* a hash of the row: there is no key */
} dbc_sync_division;

/* Some rows of a table. */
typedef struct dbc_sync_part
{
	int64_t upper;	/* of a range: its last value */
	int64_t offset; /* of a range: where it begins, in the rows of the table */
	dbc_sync_sum sum;
} dbc_sync_part;

/* A table of a file. */
typedef struct dbc_sync_section
{
	const char *schema; /* NULL: the usual one, main or public */
	const char *name;
	dbc_sync_table table; /* its columns; no query, no relation */
	dbc_sync_sum sum;
	int64_t offset;
	int64_t length;
	unsigned char hash[DBC_SYNC_HASH]; /* of these bytes */
	dbc_sync_division division;
	int nparts; /* unless it is by range a power of 2 */
	dbc_sync_part *parts;
} dbc_sync_section;

/* ---- parts.c ---- */

typedef struct dbc_sync_parts
{
	dbc_sync_section *section;
	dbc_sync_part *room; /* for one table after another */
	int shift;			 /* of a hash, to the number of its part */
	int64_t few;		 /* rows after which a range ends */
	int64_t last; /* the value of the last row in the first column of the key */
} dbc_sync_parts;

/* Begins to divide rows; the room is NULL, or that of the table before. */
extern void dbc_sync_begin_parts(dbc_host *host, dbc_sync_parts *parts,
								 dbc_sync_section *section);

/* Before a row by range that is at an offset. */
extern void dbc_sync_next_part(dbc_sync_parts *parts, int64_t value,
							   int64_t offset);
/* Adds a row that was encoded. */
extern void dbc_sync_add_part(dbc_sync_parts *parts,
							  const dbc_sync_encoder *encoder);
extern void dbc_sync_end_parts(dbc_host *host, dbc_sync_parts *parts);

/* The value by which a row is in a range, in the order of the engines. */
extern int64_t dbc_sync_range_value(const dbc_sync_value *value);

/* The part of a row that was encoded; value is for ranges. */
extern int dbc_sync_part_of(const dbc_sync_section *section,
							const dbc_sync_encoder *encoder, int64_t value);

/* The hash by which a row is in a part. */
extern uint64_t dbc_sync_part_hash(const dbc_sync_section *section,
								   const dbc_sync_encoder *encoder);

/* ---- index.c ---- */

/* The index of a file that is written. */
extern const char *dbc_sync_write_index(dbc_host *host,
										const dbc_sync_section *sections,
										int nsections, bool whole);

/* A file that is read. */
typedef struct dbc_sync_input
{
	dbc_host *host;
	const char *path;
	dbc_backup_files *files;
	int file;
	bool whole; /* it has all tables of its database */
	int nsections;
	dbc_sync_section *sections;

	int64_t at; /* of the next byte that is not in the block */
	int64_t end;
	unsigned char *block;
	size_t start; /* of what is unread in the block */
	size_t length;
} dbc_sync_input;

/* Reads the index, whose text is that; rows end before an offset. */
extern void dbc_sync_read_index(dbc_sync_input *input, const char *text,
								size_t length, int64_t end);

/* Fails because what a file has is not what dbsync_export() writes. */
extern _Noreturn void dbc_sync_refuse_file(dbc_sync_input *input,
										   const char *problem);

/* ---- input.c ---- */

/* Runs fn(host, arg, input) with an open file. */
extern void dbc_sync_open(dbc_host *host, const char *path,
						  void (*fn)(dbc_host *, void *, dbc_sync_input *),
						  void *arg);

/* Goes to an offset in the rows of a section. */
extern void dbc_sync_seek(dbc_sync_input *input,
						  const dbc_sync_section *section, int64_t offset);

/* Hashes the next row; false after the last one.  Sets *value to that of the
 * first column of the key, for ranges; or with values, sets these, by column of
 * the section: null, a decimal, text or a blob, in the arena. */
extern bool dbc_sync_read_row(dbc_sync_input *input,
							  const dbc_sync_section *section,
							  dbc_sync_encoder *encoder, int64_t *value,
							  dbc_sync_value *values);

#endif /* DBC_SYNC_FILE_H */
