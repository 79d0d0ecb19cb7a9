/*
 * manifest.h
 *	  The facts of a backup, and the file that holds them.
 *
 * A manifest is written by dbcare, but anyone may have changed it since:
 * reading checks every value, and never fails; what is wrong is a problem.
 */
#ifndef DBC_BACKUP_MANIFEST_H
#define DBC_BACKUP_MANIFEST_H

#include "common/backup/host.h"

#define DBC_BACKUP_FORMAT 1

/* Files of a backup. */
#define DBC_BACKUP_MANIFEST "manifest.json"
#define DBC_BACKUP_VERIFIED "verified.json"
#define DBC_BACKUP_DATABASE "database.db"
#define DBC_BACKUP_PAGES	"pages.dbs"
#define DBC_BACKUP_HASHES	"hashes.dbs"
/* [PG] A file whose directory is verified by PostgreSQL's tool. */
#define DBC_BACKUP_BASE_MANIFEST "backup_manifest"
/* [PG] The directory of a compressed base backup, whose files are listed. */
#define DBC_BACKUP_PACKED "packed"
/* [PG] All of a backup in one stream; see content.h. */
#define DBC_BACKUP_CONTENT "content.dbs"

#define DBC_BACKUP_HASH 32
#define DBC_BACKUP_ID	32 /* hexadecimal digits */

typedef struct dbc_backup_file
{
	const char *path; /* within the directory of the backup */
	int64_t bytes;
	const char *sha256; /* 64 hexadecimal digits; NULL: the digest proves it */
} dbc_backup_file;

/* The rows of a table. */
typedef struct dbc_backup_table
{
	const char *name;
	int64_t rows;
} dbc_backup_table;

struct dbc_backup
{
	const char *name;
	const char *id;
	const char *kind; /* full, incremental, dump, base */
	const char *engine;
	const char *engine_version;
	const char *dbcare_version;
	const char *database;
	const char *identity;	 /* equal along a chain */
	const char *parent_name; /* NULL: none */
	const char *parent_id;
	const char *started_at;
	const char *finished_at;
	const char *compression; /* none, zstd */
	const char *encryption;	 /* JSON, see key.h; NULL: none */
	const char *digest;		 /* of the hashes of the pages, or of the files */
	const char *schema_digest;
	const char *audit_root;	  /* root of the last seal, or NULL */
	const char *journal_mode; /* [SQLite] */
	/* [PG] */
	const char *start_lsn;
	const char *end_lsn;
	const char *server_version;
	const char *system_identifier;
	/* of a dump: how the database compares text */
	const char *encoding;
	const char *collate;
	const char *ctype;
	const char *locale_provider; /* libc, icu or builtin */
	const char *locale;			 /* of another provider than libc */
	int64_t timeline;
	int64_t content_bytes; /* of files that are not listed: of base/ */
	int64_t database_bytes;
	/* [SQLite] */
	int64_t page_size;
	int64_t pages;
	int64_t stored_pages;

	const dbc_backup_table *tables;
	int ntables;
	const dbc_backup_file *files;
	int nfiles;

	const char *body; /* what was read, or will be written, with its seal */
	const char *seal;
};

/* [PG] Whether it is one of a whole server, not of a database. */
extern bool dbc_backup_is_of_server(const dbc_backup *backup);

/* The bytes of all files of a backup. */
extern int64_t dbc_backup_bytes(const dbc_backup *backup);

/* The text of a manifest up to its seal: '{...', without the end. */
extern const char *dbc_backup_manifest_body(dbc_host *host,
											const dbc_backup *backup);

/* A body with its seal. */
extern const char *dbc_backup_seal_manifest(dbc_host *host, const char *body,
											const char *seal);

/* Splits the text of a manifest into body and seal; false if it has none. */
extern bool dbc_backup_split_manifest(dbc_host *host, const char *text,
									  const char **body, const char **seal);

/* Reads a manifest; returns what is wrong with it, or NULL. */
extern const char *dbc_backup_read_manifest(dbc_host *host, const char *text,
											dbc_backup *backup);

/* Whether a path of a manifest stays within the directory. */
extern bool dbc_backup_is_inner_path(const char *path);

#endif /* DBC_BACKUP_MANIFEST_H */
