/*
 * salvage.h
 *	  [PG] What is left of a damaged table.
 */
#ifndef DBC_SALVAGE_SALVAGE_H
#define DBC_SALVAGE_SALVAGE_H

#include "common/backup/verify.h"
#include "common/check/host.h"

/* A salvage of a table. */
typedef struct dbc_salvage
{
	const dbc_relation *table;
	const char *directory; /* of backups, or NULL */
	const dbc_backup_secret_place *place;
	dbc_relation new_table;
	const char *to; /* the same, as SQL */
	int64_t oid;
	int64_t blocks;
	int64_t rows; /* that were read */
	dbc_json_node *lost;
	int64_t nproblems;
	/* blocks with anything that cannot be read, ascending */
	int64_t *bad;
	int nbad;
	const char *unchecked; /* why rows were only read, or NULL */
	const char *verify;	   /* function that tests rows, as SQL, or NULL */
	/* entries of rows that may be lost */
	dbc_check_entries entries;
	int64_t found; /* of them in the backup */
	const char *backup;
	const char *why_no_backup;
	bool failed;
	dbc_error error;
} dbc_salvage;

/* Saves the rows of a table in a new one of its schema. */
extern void dbc_salvage_table(dbc_host *host, const dbc_check_salvage *call,
							  const char *directory,
							  dbc_backup_secret_place place,
							  dbc_json_node *result);

/* Copies what can be read; salvage_read.c. */
extern void dbc_salvage_read(dbc_host *host, dbc_salvage *s);

/* Adds what cannot be read; item 0: the whole block. */
extern void dbc_salvage_add_problem(dbc_host *host, dbc_salvage *s,
									int64_t block, int64_t item,
									const char *problem);

/* Adds the entries whose rows are nowhere. */
extern void dbc_salvage_list_lost(dbc_host *host, dbc_salvage *s);

/* Adds the lost rows that the newest backup has; salvage_backup.c. */
extern void dbc_salvage_merge(dbc_host *host, dbc_salvage *s);

#endif /* DBC_SALVAGE_SALVAGE_H */
