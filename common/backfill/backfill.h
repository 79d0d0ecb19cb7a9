/*
 * backfill.h
 *	  What the files of dbmigrate_backfill share.
 *
 * A backfill is one UPDATE that goes through a table in the order of its key,
 * a range of keys per transaction.  How far it has come is written down in the
 * same transaction as the rows, so that whatever stops it, it goes on with the
 * first row that is not done.
 */
#ifndef DBC_BACKFILL_BACKFILL_H
#define DBC_BACKFILL_BACKFILL_H

#include "common/backfill/host.h"

/* The version of the bookkeeping that has them. */
#define DBC_BACKFILL_VERSION 5

/* Its states, as dbc_get_word() reads them. */
extern const char *const dbc_backfill_states[];

/* ---- backfill/statement.c ---- */

/* An UPDATE that was taken apart; parts are text of the statement. */
typedef struct dbc_backfill_update
{
	const char *text;	   /* the whole, without what is around it */
	const char *relation;  /* the table, as it was written */
	const char *qualifier; /* what its columns are called by */
	const char *target;	   /* the table with its alias, for a FROM clause */
	const char *head;	   /* up to its WHERE */
	const char *sources;   /* what is after its FROM, or NULL */
	const char *condition; /* what is after its WHERE, or NULL */
	const char **changed;  /* names of the columns it sets, ended by NULL */
} dbc_backfill_update;

/* Takes the statement of a backfill apart; fails if it is not one UPDATE of
 * the sort a range of keys can be added to. */
extern dbc_backfill_update
dbc_backfill_read_update(dbc_host *host, const char *name, const char *sql);

/* The same UPDATE, of a range of rows only; and a query that gives a row if
 * its condition matches any of them. */
extern const char *dbc_backfill_update_range(dbc_host *host,
											 const dbc_backfill_update *update,
											 const char *range);
extern const char *dbc_backfill_match_range(dbc_host *host,
											const dbc_backfill_update *update,
											const char *range);

/* ---- backfill/table.c ---- */

typedef struct dbc_backfill_key_column
{
	const char *name;	   /* as it is in the catalog */
	const char *quoted;	   /* as SQL writes it */
	const char *collation; /* what comes after it where it is compared */
	const char *literal;   /* expression that gives its value as a literal */
} dbc_backfill_key_column;

/* A table and the key its rows are gone through by. */
typedef struct dbc_backfill_keyed_table
{
	const char *shown;	   /* as the user would write it */
	const char *quoted;	   /* as SQL writes it */
	const char *estimate;  /* expression that gives its number of rows */
	const char *operators; /* [PG] schema of those that compare, or NULL */
	dbc_backfill_key_column *key;
	int nkey;
} dbc_backfill_keyed_table;

/* The table an UPDATE is of; fails if it cannot be gone through, or if the
 * UPDATE changes its key. */
extern dbc_backfill_keyed_table
dbc_backfill_read_keyed_table(dbc_host *host,
							  const dbc_backfill_update *update);

/* The names of its key, as a JSON array. */
extern const char *
dbc_backfill_key_names(dbc_host *host, const dbc_backfill_keyed_table *table);

/* A place in a table is a JSON array of literals, one per column of the key;
 * NULL is before the first row, and after the last one. */

/* The condition of rows after one place and up to another; qualifier is what
 * the columns are called by. */
extern const char *dbc_backfill_key_range(dbc_host *host,
										  const dbc_backfill_keyed_table *table,
										  const char *qualifier,
										  const char *after, const char *up_to);

/* The place of row number n, from 1, of those after one place and up to
 * another; NULL if there are fewer. */
extern const char *dbc_backfill_nth_place(dbc_host *host,
										  const dbc_backfill_keyed_table *table,
										  const char *after, const char *up_to,
										  int64_t n);

/* The place of the last row after a place; NULL if there is none. */
extern const char *
dbc_backfill_last_place(dbc_host *host, const dbc_backfill_keyed_table *table,
						const char *after);

/* How many rows there are after one place and up to another. */
extern int64_t dbc_backfill_count_rows(dbc_host *host,
									   const dbc_backfill_keyed_table *table,
									   const char *after, const char *up_to);

/* ---- backfill/run.c ---- */

/* How a call runs a backfill. */
typedef struct dbc_backfill
{
	const char *name;
	dbc_backfill_update update;
	dbc_backfill_keyed_table table;
	int64_t batch_ms;
	int64_t pause_ms;	   /* between batches; -1: as long as the last one */
	int64_t max_seconds;   /* then it stops; -1: never */
	int64_t max_lag_bytes; /* [PG] of standbys, beyond which it waits; or -1 */
	int64_t retries;	   /* of a batch that waits too long for a lock */
} dbc_backfill;

/* Runs a backfill that is written down until it is complete, is stopped by
 * another session or its time is over.  Fails if it does, which is written down
 * then. */
extern void dbc_backfill_run(dbc_host *host, const dbc_backfill *backfill);

/* ---- backfill/gate.c ---- */

/* The name of the backfill that a migration depends on by "backfill:name"; NULL
 * if the dependency is a migration. */
extern const char *dbc_backfill_of_dependency(const char *dependency);

/* What there is to wait for until a backfill is complete, as a sentence; NULL
 * if it is. */
extern const char *dbc_backfill_describe_wait(dbc_host *host, const char *name);

#endif /* DBC_BACKFILL_BACKFILL_H */
