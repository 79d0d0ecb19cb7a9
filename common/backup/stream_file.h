/*
 * stream_file.h
 *	  Streams in the files of a backup, written from the beginning and read by
 *	  bytes.
 */
#ifndef DBC_BACKUP_STREAM_FILE_H
#define DBC_BACKUP_STREAM_FILE_H

#include "common/backup/catalog.h"
#include "common/vault/key.h"
#include "common/vault/stream.h"

/* A file that is read or written from its beginning. */
typedef struct dbc_stream_file
{
	dbc_backup_files *files;
	int file;
	int64_t at;
} dbc_stream_file;

/* What the streams of a backup have in common; without a key they are not
 * encrypted.  Each call with a key takes memory of secrets. */
extern dbc_stream_kind dbc_backup_stream_kind_of(dbc_host *host,
												 dbc_backup_files *files,
												 const dbc_backup *backup,
												 dbc_stream_role role,
												 const dbc_backup_key *key);

/* 64 hexadecimal digits. */
extern const char *
dbc_backup_stream_hex(dbc_host *host,
					  const unsigned char hash[DBC_BACKUP_HASH]);

/* The other way. */
extern void dbc_backup_stream_read_hex(const char *hex,
									   unsigned char hash[DBC_BACKUP_HASH]);

/* Starts a stream in a new file of a directory. */
extern dbc_stream_writer *
dbc_backup_stream_create(dbc_host *host, dbc_stream_file *file, int directory,
						 const char *name, const dbc_stream_kind *kind,
						 dbc_stream_tasks *tasks);

/* Ends it; the file stays open.  Returns its SHA-256. */
extern const char *dbc_backup_stream_end(dbc_host *host,
										 dbc_stream_writer *writer);

/* A stream that is read by bytes, not by chunks. */
typedef struct dbc_stream_bytes
{
	const char *name;
	dbc_stream_file file;
	dbc_stream_reader reader;
	const unsigned char *content;
	size_t left;
	const char *problem; /* what is wrong, or NULL */
} dbc_stream_bytes;

/* A problem of the file as a sentence without its end. */
extern const char *dbc_backup_stream_about(dbc_host *host,
										   const dbc_stream_bytes *r,
										   const char *problem);

/* Opens the file of a directory. */
extern void dbc_backup_stream_open_bytes(dbc_host *host,
										 dbc_backup_files *files, int directory,
										 dbc_stream_bytes *r, const char *name,
										 const dbc_stream_kind *kind);

/* Reads bytes; fewer at the end, or with a problem. */
extern size_t dbc_backup_stream_take(dbc_host *host, dbc_stream_bytes *r,
									 unsigned char *bytes, size_t length);

/* Reads all of so many bytes, which must be there. */
extern bool dbc_backup_stream_take_all(dbc_host *host, dbc_stream_bytes *r,
									   unsigned char *bytes, size_t length);

/* Closes it; bytes that were not read are a problem. */
extern void dbc_backup_stream_close_bytes(dbc_host *host, dbc_stream_bytes *r);

static inline void
dbc_stream_put_number(unsigned char *bytes, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (unsigned char) (number >> (8 * i));
}

static inline uint32_t
dbc_stream_get_number(const unsigned char *bytes)
{
	return (uint32_t) bytes[0] | (uint32_t) bytes[1] << 8 |
		   (uint32_t) bytes[2] << 16 | (uint32_t) bytes[3] << 24;
}

#endif /* DBC_BACKUP_STREAM_FILE_H */
