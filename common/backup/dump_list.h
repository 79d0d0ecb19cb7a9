/*
 * dump_list.h
 *	  [PG] What a plain role restores of a dump: not extensions, nor the schemas
 *	  that they are in, which exist before.
 */
#ifndef DBC_BACKUP_DUMP_LIST_H
#define DBC_BACKUP_DUMP_LIST_H

#include "common/backup/fill.h"

typedef struct dbc_dump_extension
{
	const char *name;
	const char *schema; /* NULL: not named */
} dbc_dump_extension;

typedef struct dbc_dump_extensions
{
	dbc_dump_extension *list;
	int count;
} dbc_dump_extensions;

/* Reads which extensions a dump creates; false, with the reason in *proof, if
 * that fails. */
extern bool dbc_backup_dump_read_extensions(const dbc_filling *fill,
											dbc_dump_extensions *extensions,
											dbc_backup_proof *proof);

/* Writes fill->list to an open directory with a path, without the schemas of
 * extensions. */
extern bool dbc_backup_dump_write_list(dbc_filling *fill,
									   dbc_backup_files *files, int directory,
									   const char *path,
									   const dbc_dump_extensions *extensions,
									   dbc_backup_proof *proof);

#endif /* DBC_BACKUP_DUMP_LIST_H */
