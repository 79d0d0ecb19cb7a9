/*
 * backfill.h
 *	  Interfaces between the files of dbmigrate_backfill().
 *
 * A backfill is one UPDATE that is run over a table in the order of its key,
 * one range of keys per transaction.  Its position is saved in the same
 * transaction as the rows, so that it resumes at the first row that is not
 * done.
 */
#ifndef DBC_BACKFILL_BACKFILL_H
#define DBC_BACKFILL_BACKFILL_H

#include "common/batch/batch.h"
#include "common/batch/host.h"

/* The states of a backfill, for dbc_get_word(). */
extern const char *const dbc_backfill_states[];

/* ---- backfill/statement.c ---- */

/* A parsed UPDATE; the members are parts of its text. */
typedef struct dbc_backfill_update
{
	const char *text;	   /* the whole, without surrounding blanks */
	const char *relation;  /* the table, as written */
	const char *qualifier; /* prefix of its columns: alias or table */
	const char *target;	   /* the table with its alias, for a FROM clause */
	const char *head;	   /* the text before its WHERE */
	const char *sources;   /* the text after its FROM, or NULL */
	const char *condition; /* the text after its WHERE, or NULL */
	const char **changed;  /* columns that it sets, ending with NULL */
} dbc_backfill_update;

/* Parses the statement of a backfill; fails if it is not one UPDATE to which a
 * range of keys can be added. */
extern dbc_backfill_update
dbc_backfill_read_update(dbc_host *host, const char *name, const char *sql);

/* The UPDATE limited to a range of rows, and a query that returns a row if the
 * condition matches a row of the range. */
extern const char *dbc_backfill_update_range(dbc_host *host,
											 const dbc_backfill_update *update,
											 const char *range);
extern const char *dbc_backfill_match_range(dbc_host *host,
											const dbc_backfill_update *update,
											const char *range);

/* ---- backfill/key.c ---- */

/* Fails if the UPDATE sets a column of the key of its table. */
extern void dbc_backfill_refuse_change_of_key(dbc_host *host,
											  const dbc_backfill_update *update,
											  const dbc_batch_table *table);

/* ---- backfill/run.c ---- */

typedef struct dbc_backfill
{
	const char *name;
	dbc_backfill_update update;
	dbc_batch_table table;
	dbc_batch_run batch;
	int64_t saved_at; /* microseconds; time until then is saved */
} dbc_backfill;

/* Runs a stored backfill until it is complete, another session stops it, or
 * its time limit has passed.  If a batch fails, saves the error and fails. */
extern void dbc_backfill_execute(dbc_host *host, dbc_backfill *b);

/* ---- backfill/gate.c ---- */

/* The name of the backfill in the dependency "backfill:name"; NULL if the
 * dependency is a migration. */
extern const char *dbc_backfill_of_dependency(const char *dependency);

/* Why migrations have to wait for a backfill, as a sentence; NULL if it is
 * complete. */
extern const char *dbc_backfill_describe_wait(dbc_host *host, const char *name);

#endif /* DBC_BACKFILL_BACKFILL_H */
