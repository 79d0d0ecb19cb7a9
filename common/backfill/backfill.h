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

#include "common/backfill/host.h"

/* The version of dbcare's tables that added backfills. */
#define DBC_BACKFILL_VERSION 5

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

/* ---- backfill/table.c ---- */

typedef struct dbc_backfill_key_column
{
	const char *name;	   /* as in the catalog */
	const char *quoted;	   /* quoted as in SQL */
	const char *collation; /* COLLATE clause for comparisons, or empty */
	const char *literal;   /* expression that returns its value as a literal */
} dbc_backfill_key_column;

/* A table and the key that orders its rows. */
typedef struct dbc_backfill_keyed_table
{
	const char *shown;	   /* as the user would write it */
	const char *quoted;	   /* quoted as in SQL */
	const char *estimate;  /* expression that returns its number of rows */
	const char *operators; /* [PG] schema of its operators, or NULL */
	dbc_backfill_key_column *key;
	int nkey;
} dbc_backfill_keyed_table;

/* The table of an UPDATE; fails if the table has no usable key, or if the
 * UPDATE changes the key. */
extern dbc_backfill_keyed_table
dbc_backfill_read_keyed_table(dbc_host *host,
							  const dbc_backfill_update *update);

/* The columns of the key, as a JSON array. */
extern const char *
dbc_backfill_key_names(dbc_host *host, const dbc_backfill_keyed_table *table);

/* A place in a table is a JSON array of literals, one per column of the key.
 * NULL is before the first row, or after the last one. */

/* The condition for the rows after one place up to another; qualifier is the
 * prefix of the columns. */
extern const char *dbc_backfill_key_range(dbc_host *host,
										  const dbc_backfill_keyed_table *table,
										  const char *qualifier,
										  const char *after, const char *up_to);

/* The place of row n, from 1, of the rows after one place up to another; NULL
 * if there are fewer rows. */
extern const char *dbc_backfill_nth_place(dbc_host *host,
										  const dbc_backfill_keyed_table *table,
										  const char *after, const char *up_to,
										  int64_t n);

/* The last place after a place; NULL if no row follows. */
extern const char *
dbc_backfill_last_place(dbc_host *host, const dbc_backfill_keyed_table *table,
						const char *after);

/* The number of rows after one place up to another. */
extern int64_t dbc_backfill_count_rows(dbc_host *host,
									   const dbc_backfill_keyed_table *table,
									   const char *after, const char *up_to);

/* ---- backfill/run.c ---- */

/* The settings of one call that runs a backfill. */
typedef struct dbc_backfill
{
	const char *name;
	dbc_backfill_update update;
	dbc_backfill_keyed_table table;
	int64_t batch_ms;
	int64_t pause_ms;	   /* between batches; -1: as long as a batch */
	int64_t max_seconds;   /* time limit of the call; -1: none */
	int64_t max_lag_bytes; /* [PG] pauses beyond it; -1: never */
	int64_t retries;	   /* of a batch after a lock timeout */
} dbc_backfill;

/* Runs a stored backfill until it is complete, another session stops it, or
 * max_seconds have passed.  If a batch fails, saves the error and fails. */
extern void dbc_backfill_run(dbc_host *host, const dbc_backfill *backfill);

/* ---- backfill/gate.c ---- */

/* The name of the backfill in the dependency "backfill:name"; NULL if the
 * dependency is a migration. */
extern const char *dbc_backfill_of_dependency(const char *dependency);

/* Why migrations have to wait for a backfill, as a sentence; NULL if it is
 * complete. */
extern const char *dbc_backfill_describe_wait(dbc_host *host, const char *name);

#endif /* DBC_BACKFILL_BACKFILL_H */
