/*
 * archive.h
 *	  Deleted rows that can be restored: shared declarations of the room.
 *
 * Triggers store the deleted rows of a table with mode trash, and of the tables
 * that its cascades delete from, in dbcare's table trash.  What one command has
 * deleted is a batch, and is restored together.
 */
#ifndef DBC_ARCHIVE_ARCHIVE_H
#define DBC_ARCHIVE_ARCHIVE_H

#include "common/check/repair.h"
#include "common/core/json_write.h"
#include "common/row/key.h"

/* The name by which a call that applies policies locks this work. */
#define DBC_ARCHIVE_POLICIES "retention policies"

/* How deleted rows of a table are kept: "flag", "trash" or NULL. */
extern const char *dbc_archive_mode(dbc_host *host, const dbc_relation *table);

/* Copies rows of a batch to where they are restored from, as a step of a set:
 * of the table with a name and a number, all or one (0: all).  New columns get
 * the value that rows have which were there before; fails if a column of a row
 * no longer exists, if that value is not known, or if another table has the
 * name now. */
extern void dbc_archive_stage(dbc_host *host, int64_t batch,
							  const char *table_name, int64_t number,
							  int64_t row, dbc_row_step *step);

/* Why the rows of a batch cannot be restored, each by itself, as sentences;
 * NULL if they can.  Copies get the number of a set. */
extern const char *dbc_archive_list_conflicts(dbc_host *host, int64_t batch,
											  int64_t set);

/* ---- archive/upkeep.c ---- */

typedef struct dbc_archive_upkeep_call
{
	const char *relation; /* the only table, or NULL */
	bool dry_run;
	const char *confirm; /* option, or NULL */
} dbc_archive_upkeep_call;

/* Runs vacuum or analyze for the tables from which dbcare deletes rows, and for
 * the trash, or lists what would run; adds the outcome to an object. */
extern void dbc_archive_upkeep(dbc_host *host, const char *command,
							   const dbc_archive_upkeep_call *call,
							   dbc_json_node *result);

#endif /* DBC_ARCHIVE_ARCHIVE_H */
