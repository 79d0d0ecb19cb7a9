/*
 * roots.h
 *	  Where backups may be, and which programs make them.
 */
#ifndef DBCPG_BACKUP_ROOTS_H
#define DBCPG_BACKUP_ROOTS_H

#include "pg_ext/core/host.h"

/* Declares dbcare.backup_roots, dbcare.bindir and dbcare.backup_passfile, which
 * only superusers can change. */
extern void dbcpg_backup_define_parameters(void);

/* The first directory of dbcare.backup_roots; if there is none, NULL, or with
 * required a failure in words. */
extern const char *dbcpg_backup_first_root(dbcpg_host *host, bool required);

/* The checked path of a directory, which need not exist: absolute, in one of
 * the roots, without symbolic links below it, outside the data directory. */
extern const char *dbcpg_backup_check_path(dbcpg_host *host, const char *path);

/* The path of a program of PostgreSQL. */
extern const char *dbcpg_backup_program_path(const char *name);

/* PGPASSFILE=... for programs that connect. */
extern const char *dbcpg_backup_passfile(void);

/* Fail in words unless the caller may read, or write, files of the server, and
 * run programs there. */
extern void dbcpg_backup_require_read(const char *path);
extern void dbcpg_backup_require_write(void);
extern void dbcpg_backup_require_program(void);

/* The path of an installed tool that manages backups, or NULL; and HOME=..., of
 * the system user. */
extern const char *dbcpg_backup_find_tool(const char *name);
extern const char *dbcpg_backup_home(void);

/* Asks a program that manages backups; see common/backup/host.h. */
extern const char *dbcpg_backup_ask(dbc_host *host, const char *name,
									const char *const *arguments,
									int most_age_s, const char **problem);

#endif /* DBCPG_BACKUP_ROOTS_H */
