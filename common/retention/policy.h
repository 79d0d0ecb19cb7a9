/*
 * policy.h
 *	  Retention policies: what becomes of the rows of a table when they are old
 *	  enough.
 */
#ifndef DBC_RETENTION_POLICY_H
#define DBC_RETENTION_POLICY_H

#include "common/archive/archive.h"
#include "common/core/json_write.h"
#include "common/core/functions.h"

/* What a policy does, in this order. */
typedef enum dbc_policy_action
{
	DBC_POLICY_ARCHIVE,
	DBC_POLICY_DELETE,
	DBC_POLICY_ANONYMISE,
	DBC_POLICY_PURGE,
	DBC_POLICY_NACTIONS
} dbc_policy_action;

extern const char *const dbc_retention_actions[];

/* The period of an action, in days, or NULL. */
extern const dbc_option_value *
dbc_retention_period(const dbarchive_policy_options *given,
					 dbc_policy_action action);

/* Reads stored options, and fails if they are not those of a policy. */
extern const dbarchive_policy_options *dbc_retention_read(dbc_host *host,
														  const char *json);

/* ---- retention/policy_rows.c ---- */

/* An action on the live rows of a table.  The caller sets the members up to
 * days. */
typedef struct dbc_policy_rows
{
	const dbc_relation *table;
	const dbarchive_policy_options *options;
	dbc_policy_action action;
	int64_t days;

	const char *lock;		 /* [PG] statement: no key may be added; or NULL */
	const char *age;		 /* condition that a row is old enough */
	const char *shown;		 /* expression for its time, as text */
	const char *bytes;		 /* expression for its size */
	const char *assignments; /* anonymise: SET list ... */
	const char *differs;	 /* ... and condition that it changes a row */
	const char *to;			 /* archive: table ... */
	const char *columns;	 /* ... its columns ... */
	const char *same_key;	 /* ... condition that a row's key is there */
	const char *images;		 /* ... and what tells whether all of it is */
	const char *statements;	 /* JSON array: that make the table */
	bool is_apart;			 /* the table is in another file */
	/* [PG] the partitions that go as a whole, or NULL: rows go one by one */
	const dbc_rows *partitions;
	int64_t *counts; /* of their rows, about */
} dbc_policy_rows;

/* Prepares an action; fails if the table or the policy does not allow it. */
extern void dbc_retention_prepare(dbc_host *host, dbc_policy_rows *rows);

/* Makes the table that rows are archived in, or adds columns to it. */
extern void dbc_retention_make_target(dbc_host *host,
									  const dbc_policy_rows *rows);

/* Locks the table against new foreign keys: first of all in a transaction. */
extern void dbc_retention_lock(dbc_host *host, const dbc_policy_rows *rows);

/* The condition that a row is of the kind of the policy and old enough, and
 * that it may go; the latter only in the transaction that runs the action. */
extern const char *dbc_retention_age(dbc_host *host,
									 const dbc_policy_rows *rows);
extern const char *dbc_retention_condition(dbc_host *host,
										   const dbc_policy_rows *rows);

/* What the action would do: adds rows, bytes, oldest, newest, held, referenced
 * and the children that go with rows to an object. */
extern void dbc_retention_preview(dbc_host *host, const dbc_policy_rows *rows,
								  dbc_json_node *result);

/* Runs the action on the rows of a range, a condition; in_target is the same for
 * rows "dbcare_target" of the table of the archive.  Returns their number.
 * *copied tells whether the last call has only copied the rows, so that the
 * next one, in another transaction, deletes them. */
extern int64_t dbc_retention_run(dbc_host *host, const dbc_policy_rows *rows,
								 const char *range, const char *in_target,
								 bool *copied);

/* Why rows that the action should have deleted are still there, though all
 * statements succeeded; or NULL.  They are counted where something may have kept
 * them: if the table has triggers, or if nothing was done. */
extern const char *dbc_retention_explain_left(dbc_host *host,
											  const dbc_policy_rows *rows,
											  int64_t done);

/* ---- retention/policy_columns.c ---- */

/* Fails if a column that a policy names is not the one that it was stored for.
 */
extern void
dbc_retention_require_columns(dbc_host *host, const dbc_relation *table,
							  int64_t policy, const char *name,
							  const dbarchive_policy_options *given);

/* ---- retention/policy_children.c ---- */

/* Counts, for each table, the rows that a cascade deletes with the rows of a
 * table that satisfy a condition and that may go. */
extern void dbc_retention_count_children(dbc_host *host,
										 const dbc_relation *table,
										 const char *condition,
										 dbc_json_node *children);

/* ---- retention/policy_partitions.c ---- */

/* Finds the partitions that go as a whole; fails if pg_partman removes them. */
extern void dbc_retention_find_partitions(dbc_host *host,
										  dbc_policy_rows *rows);

/* Reads how many rows they have, before they are locked: an estimate, or if they
 * were never analyzed the number. */
extern void dbc_retention_count_partitions(dbc_host *host,
										   dbc_policy_rows *rows);

/* As dbc_retention_preview(); rows and bytes are estimates, and partitions has the
 * names. */
extern void dbc_retention_preview_partitions(dbc_host *host,
											 const dbc_policy_rows *rows,
											 dbc_json_node *result);

/* Detaches or drops partition i, unless rows of it are held or referred to, and
 * adds the estimate of its rows to *count; false if there is none. */
extern bool dbc_retention_run_partition(dbc_host *host,
										const dbc_policy_rows *rows, int i,
										int64_t *count);

/* ---- retention/apply_after.c ---- */

/* Repairs rows without a parent, some of which may have lost it now. */
extern void dbc_retention_repair_orphans(dbc_host *host,
										 const dbarchive_apply_options *given,
										 dbc_json_node *result,
										 int64_t *failed);

/* Frees the space of the rows that are gone. */
extern void dbc_retention_vacuum(dbc_host *host,
								 const dbarchive_apply_options *given,
								 dbc_json_node *result);

#endif /* DBC_RETENTION_POLICY_H */
