/*
 * file.h
 *	  Files of rows; doc/sync.md describes their format.
 *
 * A file has the rows of one table after another in canonical form, each with
 * the digests of their parts, then an index, a JSON document, and a footer with
 * the place and hash of the index. What is read from a file is untrusted until
 * it was checked.
 */
#ifndef DBC_SYNC_FILE_H
#define DBC_SYNC_FILE_H

#include "common/archive/host.h"
#include "common/backup/host.h"
#include "common/core/text.h"
#include "common/sync/encode.h"

#define DBC_SYNC_HEADER "dbcare rows 1\n"
#define DBC_SYNC_FOOTER "dbcare rows end\n"

/* The footer: offset and length of the index, 8 bytes each, the highest first;
 * the hash of the index; the text above. */
#define DBC_SYNC_FOOTER_LENGTH (8 + 8 + DBC_SYNC_HASH + 16)

/* A row begins with this byte; the rows of a table end with the other. */
#define DBC_SYNC_ROW_MARK 'R'
#define DBC_SYNC_END_MARK 'E'

/* Most parts of a table that have a digest, and if it has no key. */
#define DBC_SYNC_PARTS	65536
#define DBC_SYNC_HASHES 1024

/* Ranges of a file have 2^6 rows on average, or more. */
#define DBC_SYNC_LEVEL 6

/* Most bytes of an index. */
#define DBC_SYNC_MOST_INDEX (INT64_C(1) << 28)

/* Some rows of a table: a range of keys, or by a hash of the row if there is no
 * key. */
typedef struct dbc_sync_part
{
	const unsigned char *upper; /* the last key of a range; the last has none */
	size_t nupper;
	int64_t offset; /* where a range begins, in the rows of the table */
	int level;		/* of the last key of a range */
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
	bool in_order;					   /* rows are in the order of parts */
	int nparts;						   /* without a key a power of 2 */
	int64_t parts_length;			   /* of their bytes, behind the rows */
	unsigned char parts_hash[DBC_SYNC_HASH];
	dbc_sync_part *parts;
} dbc_sync_section;

/* ---- parts.c ---- */

typedef struct dbc_sync_parts
{
	dbc_host *host;
	dbc_sync_section *section;
	int most;
	int level;			 /* of keys that end a part */
	bool is_end;		 /* the greatest key ends a part */
	dbc_sync_key key;	 /* of the row */
	dbc_sync_key before; /* the greatest one so far */
} dbc_sync_parts;

/* Begins to divide rows into so many parts, ranges of 2^level rows on average,
 * or more. */
extern void dbc_sync_begin_parts(dbc_host *host, dbc_sync_parts *parts,
								 dbc_sync_section *section, int most,
								 int level);

/* Adds a row that was encoded, and is at an offset. */
extern void dbc_sync_add_part(dbc_sync_parts *parts,
							  const dbc_sync_encoder *encoder, int64_t offset);

/* Sums all rows. */
extern void dbc_sync_end_parts(dbc_sync_parts *parts);

/* The part of a row that was encoded; near is that of the row before. */
extern int dbc_sync_part_of(const dbc_sync_section *section,
							const dbc_sync_encoder *encoder, int near);

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

/* Appends the parts of a table as they are in a file. */
extern void dbc_sync_append_parts(dbc_buffer *to,
								  const dbc_sync_section *section);

/* Reads them; fails unless they make the table. */
extern void dbc_sync_parse_parts(dbc_sync_input *input,
								 dbc_sync_section *section,
								 const unsigned char *bytes);

/* Fails because what a file has is not what dbsync_export() writes. */
extern _Noreturn void dbc_sync_refuse_file(dbc_sync_input *input,
										   const char *problem);

/* ---- input.c ---- */

/* Runs fn(host, arg, input) with an open file. */
extern void dbc_sync_open(dbc_host *host, const char *path,
						  void (*fn)(dbc_host *, void *, dbc_sync_input *),
						  void *arg);

/* Reads the parts of a section. */
extern void dbc_sync_read_parts(dbc_sync_input *input,
								dbc_sync_section *section);

/* Goes to an offset in the rows of a section. */
extern void dbc_sync_seek(dbc_sync_input *input,
						  const dbc_sync_section *section, int64_t offset);

/* Hashes the next row; false after the last one.  With values, sets these, by
 * column of the section: null, a decimal, text or a blob, in the arena. */
extern bool dbc_sync_read_row(dbc_sync_input *input,
							  const dbc_sync_section *section,
							  dbc_sync_encoder *encoder,
							  dbc_sync_value *values);

#endif /* DBC_SYNC_FILE_H */
