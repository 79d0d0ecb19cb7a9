/*
 * program.h
 *	  [PG] Programs of PostgreSQL that make and restore backups.
 */
#ifndef DBC_BACKUP_PROGRAM_H
#define DBC_BACKUP_PROGRAM_H

#include "common/backup/host.h"
#include "common/core/text.h"

/* Adds an argument; NULL adds none. */
extern void dbc_backup_program_add(dbc_host *host, dbc_program *program,
								   const char *text);

/* Appends a keyword of a connection string; no value appends none. */
extern void dbc_backup_append_keyword(dbc_buffer *text, const char *keyword,
									  const char *value);

/* Runs a program to its end. */
extern dbc_program_end dbc_backup_program_run(dbc_host *host,
											  const dbc_program *program);

/* Runs SQL by psql with a connection string; its output is read up to most
 * bytes. */
extern dbc_program_end dbc_backup_program_run_sql(dbc_host *host,
												  const char *conninfo,
												  const char *sql, size_t most);

/* How a program has ended, as the end of a sentence. */
extern const char *dbc_backup_program_describe(dbc_host *host,
											   const dbc_program_end *end);

/* Fails in words unless a program has ended well. */
extern void dbc_backup_program_require(dbc_host *host, const char *name,
									   const dbc_program_end *end);

/* What its end means for a test. */
extern dbc_backup_proof dbc_backup_program_proof(dbc_host *host,
												 const char *name,
												 const dbc_program_end *end);

#endif /* DBC_BACKUP_PROGRAM_H */
