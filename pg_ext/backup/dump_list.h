/*
 * dump_list.h
 *	  What a plain role restores of a dump: not extensions, nor the schemas that
 *	  they are in, which exist before.
 */
#ifndef DBCPG_BACKUP_DUMP_LIST_H
#define DBCPG_BACKUP_DUMP_LIST_H

#include "pg_ext/core/compat.h"

#include "nodes/parsenodes.h"

#include "common/backup/fill.h"

/* Reads the statements that create extensions (CreateExtensionStmt); false,
 * with the reason in *proof, if that fails. */
extern bool dbcpg_dump_read_extensions(const dbc_filling *fill,
									   List **extensions,
									   dbc_backup_proof *proof);

/* The schema of an extension in the dump; NULL: not named. */
extern const char *dbcpg_dump_schema_of(const CreateExtensionStmt *statement);

/* Writes fill->list to a directory, without the schemas of extensions. */
extern bool dbcpg_dump_write_list(dbc_filling *fill, List *extensions,
								  const char *directory,
								  dbc_backup_proof *proof);

#endif /* DBCPG_BACKUP_DUMP_LIST_H */
