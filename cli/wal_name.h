/*
 * wal_name.h
 *	  Files of PostgreSQL's log: names, headers and histories.
 */
#ifndef CLI_WAL_NAME_H
#define CLI_WAL_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum cli_wal_kind
{
	CLI_WAL_SEGMENT,
	CLI_WAL_HISTORY,
	CLI_WAL_OTHER /* the label of a backup, or a part of a segment */
} cli_wal_kind;

typedef struct cli_wal_name
{
	cli_wal_kind kind;
	uint32_t timeline;
	uint64_t log;	 /* second part of the name of a segment */
	uint64_t within; /* third part */
} cli_wal_name;

typedef struct cli_wal_bytes
{
	unsigned char *bytes;
	size_t length;
} cli_wal_bytes;

/* The header of a segment. */
typedef struct cli_wal_header
{
	uint32_t timeline;
	uint64_t start;
	uint64_t system;
	uint32_t segment_bytes;
} cli_wal_header;

/* Where a timeline begins. */
typedef struct cli_wal_origin
{
	uint32_t parent;
	uint64_t start;
} cli_wal_origin;

/* In the data directory: the timeline that dbbackup_accept() has accepted. */
#define CLI_WAL_ACCEPTED "dbcare.accepted_timeline"

/* Splits a name; false if it is none of the log. */
extern bool cli_wal_split(const char *name, cli_wal_name *parts);

/* Reads a regular file, decompressed if its name ends with .zst; false with
 * errno set. */
extern bool cli_wal_read(int at, const char *name, cli_wal_bytes *content);

extern bool cli_wal_read_header(const cli_wal_bytes *content,
								cli_wal_header *header);

/* The header of some segment of an archive; false if it has none. */
extern bool cli_wal_any_header(int at, cli_wal_header *header);

/* The number of the last segment of a timeline in an archive; false if there is
 * none. */
extern bool cli_wal_last(int at, uint32_t timeline, uint32_t segment_bytes,
						 uint64_t *number);

/* The number of a segment, from the beginning of the log. */
extern uint64_t cli_wal_number(const cli_wal_name *parts,
							   uint32_t segment_bytes);

/* Where a timeline begins, by its history beside a file or in the archive. */
extern bool cli_wal_find_origin(const char *path, int at, uint32_t timeline,
								cli_wal_origin *origin);

/* Whether dbbackup_accept() has accepted the timeline on the server in whose
 * directory archive_command runs. */
extern bool cli_wal_is_accepted(uint32_t timeline);

#endif /* CLI_WAL_NAME_H */
