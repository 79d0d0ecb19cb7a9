/*
 * host.h
 *	  Rows of a table that are saved, changed and restored without loss: what
 * the room asks of an engine.
 *
 * A saved row is JSON: integers, booleans and text as they are, other values in
 * the engine's own notation, so that it can be restored byte for byte.
 */
#ifndef DBC_ROW_HOST_H
#define DBC_ROW_HOST_H

#include "common/core/host.h"

/* Why rows of a table are saved. */
typedef struct dbc_row_cause
{
	const char *constraint; /* name of the constraint or rule */
	const char *condition;	/* SQL that is true for these rows; columns are
							   qualified by the table's name alone */
	const char *reason;		/* for the user */
	int64_t rows;			/* number of rows found */
} dbc_row_cause;

/* Rows of one table that are deleted, or changed, together. */
typedef struct dbc_row_step
{
	int64_t set_id;			   /* of the saved rows; repairs: repair_id */
	int64_t number;			   /* within the set */
	const dbc_relation *table; /* not partitioned */
	int64_t table_id; /* [PG] OID that the first action has found, or 0 */
	/* a row counts for the first cause that applies */
	dbc_row_cause *causes;
	int ncauses;
	const char *except;		 /* condition of rows to skip, or NULL */
	const char *assignments; /* of an UPDATE; NULL deletes the rows */
	/* [PG] condition that restored rows must satisfy, or NULL */
	const char *demands;
	/* saved rows may lack columns: those that no value is known of become null,
	 * generated ones are computed */
	bool partial;
	/* generated columns of restored rows are computed */
	bool computes;
	/* restored rows replace others, which must not be held */
	bool replaces;
	/* restore(): parents of the rows may be missing, as they were before */
	bool keeps_orphans;
	/* triggers of the table fire, also those of dbcare, as those of a DELETE,
	 * an UPDATE or an INSERT; rows that were changed are updated, not replaced.
	 * Fails if a trigger prevents a change, or alters a restored row.  The
	 * table is not partitioned. */
	bool fires;
} dbc_row_step;

/* Actions on the rows of a step. */
typedef enum dbc_row_action
{
	DBC_ACT_COUNT, /* counts them */
	DBC_ACT_SAVE,  /* stores them in dbcare's tables */
	/* deletes or changes saved rows, and stores their new state */
	DBC_ACT_CHANGE,
	DBC_ACT_RESTORE /* restores their original state */
} dbc_row_action;

typedef struct dbc_row_host
{
	/* Performs an action on rows of one table, which the caller must own, and
	 * returns their number; COUNT and SAVE also count per cause.  No trigger,
	 * unless the step fires them, rule or foreign key action fires; restored
	 * rows are only tested against keys, since they were in the table before.
	 * Fails if the rows have changed since they were saved, or if a row could
	 * not be restored later. Memory does not grow with the number of rows. */
	int64_t (*run)(dbc_host *host, dbc_row_action act, dbc_row_step *step);

	/* Restores the deleted rows of several steps, in any order, and returns
	 * their number.  The same as run(), but foreign keys of these rows are
	 * tested after the last step: fails with 23503 if a parent is missing.  All
	 * steps keep orphans, or fire triggers, or none.  Code of triggers runs
	 * with no more rights than its owners have. */
	int64_t (*restore)(dbc_host *host, dbc_row_step *steps, int nsteps);

	/* The names, up to NULL, of the triggers of a table that events, see
	 * row/unfired.h, would have fired, without those that keep only what
	 * follows.  Not needed where SQL row/unfired lists them. */
	const char *const *(*unfired)(dbc_host *host, const dbc_relation *table,
								  int events);
} dbc_row_host;

#endif /* DBC_ROW_HOST_H */
