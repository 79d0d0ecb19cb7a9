/*
 * stream.h
 *	  A file of a backup in chunks, each compressed, encrypted and
 *	  authenticated by itself.
 *
 * A stream is a header and chunks; doc/backup-format.md describes the bytes.
 * Each chunk has a tag over the header of the stream, its place and its
 * contents, so that no chunk can be changed, moved, left out or taken from
 * another stream unnoticed.  The tag is that of AES-256-GCM, or without
 * encryption the start of a SHA-256, which detects accidents only.
 *
 * Memory does not grow with the stream.  Calls own nothing between them, so
 * that callbacks need not return.
 */
#ifndef DBC_VAULT_STREAM_H
#define DBC_VAULT_STREAM_H

#include <openssl/sha.h>

#include "common/core/host.h"

/* Most bytes of content in a chunk. */
#define DBC_STREAM_CHUNK ((size_t) 1 << 20)

#define DBC_STREAM_HEADER 48
#define DBC_STREAM_KEY	  32
#define DBC_STREAM_ID	  16

/* What a stream contains. */
typedef enum dbc_stream_role
{
	DBC_STREAM_PAGES = 1, /* pages of a database, each group with its numbers */
	DBC_STREAM_HASHES,	  /* SHA-256 of every page */
	DBC_STREAM_FILE,	  /* a file as it is */
	DBC_STREAM_CHANGES	  /* pages that have changed, see changes.h */
} dbc_stream_role;

typedef struct dbc_stream_kind
{
	dbc_stream_role role;
	unsigned char id[DBC_STREAM_ID]; /* of the backup */
	bool compress;					 /* a reader takes it from the header */
	const unsigned char *key; /* DBC_STREAM_KEY bytes; NULL: not encrypted */
	unsigned char *own_key;	  /* room for as many: the key of this stream */
} dbc_stream_kind;

/* ---- writing ---- */

/* Packing a chunk takes longer than making its content: a binding that has
 * threads packs one chunk while the next one is filled.  There is one task at a
 * time; it calls nothing of the host and must be over when the arena is freed,
 * also after an error. */
typedef struct dbc_stream_tasks
{
	void (*begin)(struct dbc_stream_tasks *tasks, void (*task)(void *),
				  void *arg);
	void (*await)(struct dbc_stream_tasks *tasks);
} dbc_stream_tasks;

/* Appends bytes to the file; does not return if that fails. */
typedef void dbc_stream_write(dbc_host *host, void *arg, const void *bytes,
							  size_t length);

/* A chunk that is being made. */
typedef struct dbc_stream_chunk
{
	struct dbc_stream_writer *writer;
	unsigned char *content;
	size_t length;
	uint32_t number;
	bool is_last;
	bool begun; /* it is packed, or soon will be */
	/* results: the bytes of the chunk; none after a failure */
	unsigned char *bytes;
	size_t nbytes;
} dbc_stream_chunk;

typedef struct dbc_stream_writer
{
	dbc_stream_write *write;
	void *arg;
	dbc_stream_tasks *tasks; /* or NULL */
	bool compress;
	bool encrypt;
	unsigned char header[DBC_STREAM_HEADER];
	unsigned char *key;			/* of this stream alone */
	uint32_t number;			/* of the next chunk */
	dbc_stream_chunk chunks[2]; /* one is filled, the other packed */
	int filled;					/* which */
	SHA256_CTX sum;				/* of what was packed */
} dbc_stream_writer;

/* Starts a stream.  Fails if the system has no random numbers. */
extern dbc_stream_writer *dbc_vault_stream_start(dbc_host *host,
												 const dbc_stream_kind *kind,
												 dbc_stream_tasks *tasks,
												 dbc_stream_write *write,
												 void *arg);
extern void dbc_vault_stream_put(dbc_host *host, dbc_stream_writer *writer,
								 const void *bytes, size_t length);

/* Writes the last chunk, and sets the SHA-256 of the stream.  A stream without
 * that chunk is incomplete. */
extern void dbc_vault_stream_finish(dbc_host *host, dbc_stream_writer *writer,
									unsigned char sha256[SHA256_DIGEST_LENGTH]);

/* ---- reading ---- */

/* Reads up to length bytes of the file; fewer only at its end.  Does not return
 * if that fails. */
typedef size_t dbc_stream_read(dbc_host *host, void *arg, void *bytes,
							   size_t length);

typedef struct dbc_stream_reader
{
	dbc_stream_read *read;
	void *arg;
	bool compressed;
	bool encrypted;
	bool ended;
	unsigned char header[DBC_STREAM_HEADER];
	unsigned char *key;
	uint32_t number;
	unsigned char *content;
	unsigned char *packed;
} dbc_stream_reader;

/* Begins to read a stream, which must be of that kind.  Returns what is wrong
 * with it, as the rest of a sentence about the file, or NULL. */
extern const char *dbc_vault_stream_open(dbc_host *host,
										 dbc_stream_reader *reader,
										 const dbc_stream_kind *kind,
										 dbc_stream_read *read, void *arg);

/* Reads the content of the next chunk, which stays until the next call; none
 * (length 0) after the last one.  Returns what is wrong, like
 * dbc_vault_stream_open(), or NULL. */
extern const char *dbc_vault_stream_next(dbc_host *host,
										 dbc_stream_reader *reader,
										 const unsigned char **content,
										 size_t *length);

#endif /* DBC_VAULT_STREAM_H */
