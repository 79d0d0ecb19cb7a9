/*
 * dump.h
 *	  [PG] Backups of one database by pg_dump.
 */
#ifndef DBC_BACKUP_DUMP_H
#define DBC_BACKUP_DUMP_H

#include "common/backup/program.h"
#include "common/core/sql_scan.h"

/* The kind of these backups, and the directory of the dump in one. */
#define DBC_DUMP "dump"

/* What pg_dump reads. */
typedef struct dbc_dump_source
{
	const char *snapshot; /* that the rows were counted in */
	const char *role;	  /* that is not the user of the session; or NULL */
	int lock_timeout_ms;  /* 0: none */
	bool is_standby;
} dbc_dump_source;

/* Fills the facts of a dump that the database knows; its name and the number of
 * its server, if that is known, are there.  A directory is compressed by gzip or
 * zstd. */
extern void dbc_backup_dump_describe(dbc_host *host, dbc_backup_work *work,
									 const char *compression);

/* The tables of a dump; see backup/dumped_tables.sql. */
extern const dbc_rows *dbc_backup_dump_read_tables(dbc_host *host);

/* Makes the dump. */
extern void dbc_backup_dump_copy(dbc_host *host, dbc_backup_work *work,
								 const dbc_dump_source *source);

/* Runs pg_restore on a dump, with the arguments of a program, which get the
 * path of the dump. */
extern dbc_backup_proof dbc_backup_dump_run(dbc_host *host,
											dbc_backup_work *work,
											dbc_program *program,
											dbc_program_end *end);

/* Where pg_restore finds a dump: adds that to a program.  Returns what is
 * wrong, or NULL. */
extern const char *dbc_backup_dump_locate(dbc_host *host, dbc_backup_work *work,
										  dbc_program *program);

/* A name that SQL has written, as it is in the catalog. */
extern const char *dbc_backup_dump_read_name(dbc_host *host,
											 const dbc_lexeme *lexeme);

/* Lets pg_restore read everything. */
extern dbc_backup_proof dbc_backup_dump_read(dbc_host *host,
											 dbc_backup_work *work);

#endif /* DBC_BACKUP_DUMP_H */
