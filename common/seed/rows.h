/*
 * rows.h
 *	  The rows of a seed, and what is wrong with them.
 */
#ifndef DBC_SEED_ROWS_H
#define DBC_SEED_ROWS_H

#include "common/ops/ops.h"

/* What the cells of a seed are. */
typedef enum dbc_seed_cell
{
	DBC_SEED_PLAIN,
	DBC_SEED_REF,	  /* {"$ref": {column: value, ...}} */
	DBC_SEED_HASH,	  /* {"$hash": "scrypt", "from_env": name} */
	DBC_SEED_GENERATE /* {"$generate": "password"} */
} dbc_seed_cell;

/* Something that a user wants to know of a row. */
typedef struct dbc_seed_problem
{
	const char *kind; /* error, conflict, deleted, kept or difference */
	const char *seed;
	int row;			/* from 1; 0: not of a row of the seed */
	const char *key;	/* JSON, or NULL */
	const char *column; /* or NULL */
	const char *message;
	const char *sqlstate; /* of an error */
} dbc_seed_problem;

typedef struct dbc_seed_problems
{
	dbc_seed_problem *list;
	int count;
	int nerrors;
} dbc_seed_problems;

/* The most problems that an error or a short result lists. */
#define DBC_SEED_MOST_LISTED 50

extern void dbc_seed_add_problem(dbc_host *host, dbc_seed_problems *problems,
								 dbc_seed_problem problem);

/* Fails with all errors; the message is that of the call. */
extern _Noreturn void dbc_seed_fail(dbc_host *host,
									const dbc_seed_problems *problems,
									const char *message);

/* A seed with its table and its rows. */
typedef struct dbc_seed_rows
{
	const char *name;
	const dbc_ops_table *table;
	const dbc_ops_column **key;
	int nkey;
	const dbc_json_item **rows; /* objects */
	const char **keys;			/* JSON of the key of each row */
	int nrows;
} dbc_seed_rows;

/* The column of a name, or NULL. */
extern const dbc_ops_column *dbc_seed_find_column(const dbc_ops_table *table,
												  const dbc_json_item *name);

/* Whether the column is one of the key. */
extern bool dbc_seed_in_key(const dbc_seed_rows *rows,
							const dbc_ops_column *column);

/* What a cell is; fills *problem if it is nothing that a seed can have. */
extern dbc_seed_cell dbc_seed_read_cell(dbc_host *host,
										const dbc_ops_column *column,
										const dbc_json_item *item,
										const char **problem);

/* Reads rows of a table by the columns of a key, or NULL for the primary key,
 * and adds what is wrong with them; fails if the key is not unique. */
extern void dbc_seed_read_rows(dbc_host *host, dbc_seed_rows *rows,
							   const char *const *key, const char *json,
							   dbc_seed_problems *problems);

#endif /* DBC_SEED_ROWS_H */
