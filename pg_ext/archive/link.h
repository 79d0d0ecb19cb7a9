/*
 * link.h
 *	  Foreign keys of rows whose parents were deleted.
 */
#ifndef DBCPG_ARCHIVE_LINK_H
#define DBCPG_ARCHIVE_LINK_H

#include "pg_ext/core/compat.h"

#include "access/attnum.h"
#include "commands/trigger.h"
#include "executor/spi.h"

/* A foreign key that sets columns to null, or to their default, when the parent
 * is deleted. */
typedef struct dbcpg_archive_link
{
	AttrNumber columns[INDEX_MAX_KEYS]; /* that it sets */
	int ncolumns;
	Oid constraint;					/* invalid: dropped since */
	Oid parent;						/* table */
	AttrNumber key[INDEX_MAX_KEYS]; /* columns that refer to the parent */
	AttrNumber parent_key[INDEX_MAX_KEYS];
	Oid operators[INDEX_MAX_KEYS]; /* parent's column = column */
	int nkey;
	SPIPlanPtr find_parent; /* prepared when first needed */
} dbcpg_archive_link;

/* Reads the foreign key of a trigger from its arguments: the number of the
 * table, the name of the constraint, and the columns it sets.  The link must
 * live as long as the current memory context. */
extern void dbcpg_archive_read_link(dbcpg_archive_link *link,
									const TriggerData *data);

/* Whether an update took the row's parent away because it was deleted: the
 * columns have changed, and the old parent does not exist. */
extern bool dbcpg_archive_lost_parent(dbcpg_archive_link *link,
									  const TriggerData *data);

/* Whether a trigger of dbarchive_capture() makes the holds of a table follow
 * their rows. */
extern bool dbcpg_archive_is_hold(const Trigger *trigger);

#endif /* DBCPG_ARCHIVE_LINK_H */
