/*
 * host.h
 *	  Statements over rows of users' tables: what the room asks of an engine.
 */
#ifndef DBC_OPS_HOST_H
#define DBC_OPS_HOST_H

#include "common/core/host.h"

/* What the values of a column are. */
typedef enum dbc_ops_kind
{
	DBC_OPS_INTEGER,
	DBC_OPS_NUMBER, /* any other number */
	DBC_OPS_BOOL,
	DBC_OPS_TEXT,
	DBC_OPS_BLOB,
	DBC_OPS_JSON,
	DBC_OPS_OTHER, /* written as text */
	DBC_OPS_ANY	   /* [SQLite] a column without a type */
} dbc_ops_kind;

/* Comparisons of two values. */
typedef enum dbc_ops_comparison
{
	DBC_OPS_LT,
	DBC_OPS_LE,
	DBC_OPS_EQ,
	DBC_OPS_GE,
	DBC_OPS_GT,
	DBC_OPS_NCOMPARISONS
} dbc_ops_comparison;

typedef struct dbc_ops_column
{
	const char *name;
	const char *quoted;
	dbc_ops_kind kind;
	int bytes;		  /* [PG] of an integer */
	const char *type; /* for casts; NULL: values need none */
	/* [SQLite] of a column for numbers, as PostgreSQL writes it; or NULL */
	const char *declared;
	/* operators that order the values; NULL if they have no order */
	const char *operators[DBC_OPS_NCOMPARISONS];
	bool is_array;	   /* [PG] also written as a JSON array */
	bool is_generated; /* takes no value */
	bool is_nullable;
	int key; /* place in the primary key, from 1; 0: not in it */
} dbc_ops_column;

/* Statements that rules of PostgreSQL replace. */
typedef enum dbc_ops_event
{
	DBC_OPS_INSERT,
	DBC_OPS_UPDATE,
	DBC_OPS_DELETE,
	DBC_OPS_NEVENTS
} dbc_ops_event;

typedef struct dbc_ops_table
{
	const dbc_relation *relation;
	const char *qualified; /* for statements: with its schema */
	int ncolumns;
	const dbc_ops_column *columns;
	int nkeys;
	const dbc_ops_column **keys;
	/* [PG] the rule that replaces such a statement and returns no rows, or NULL */
	const char *rules[DBC_OPS_NEVENTS];
} dbc_ops_table;

/* A value of a parameter; of a blob the text has hexadecimal digits.  In a
 * result a blob is text such as \x00ff, on SQLite with a one as its integer. */
typedef struct dbc_ops_value
{
	dbc_value value;
	bool is_blob;
	int length; /* [SQLite] bytes of a text with NUL characters, or 0 */
} dbc_ops_value;

/* A condition about a column: the SQL around a parameter. */
typedef struct dbc_ops_condition
{
	const char *before;
	const char *after;
	bool is_fts5; /* the parameter is a query of FTS5 */
	bool is_glob; /* the parameter is a pattern of GLOB, not of LIKE */
} dbc_ops_condition;

/* What a condition tests, whatever the collation of the column is. */
typedef enum dbc_ops_test
{
	DBC_OPS_EQUAL, /* false for a null; the parameter is of the column's type */
	DBC_OPS_CONTAINS,
	DBC_OPS_LIKE,
	DBC_OPS_ILIKE /* the parameter is in lower case */
} dbc_ops_test;

/* Takes the rows of a statement one by one. */
typedef struct dbc_ops_receiver
{
	/* values last until the next row */
	void (*row)(dbc_host *host, void *arg, const dbc_value *values);
	void *arg;
} dbc_ops_receiver;

typedef struct dbc_ops_host
{
	/* The table that a text names, as it is now, or was at an earlier call if
	 * the engine knows that nothing has changed. */
	const dbc_ops_table *(*find)(dbc_host *host, const char *text);

	/* A table as it is now. */
	const dbc_ops_table *(*describe)(dbc_host *host,
									 const dbc_relation *relation);

	/* The condition of a test of a column; all but DBC_OPS_EQUAL are about
	 * texts. */
	dbc_ops_condition (*test)(dbc_host *host, const dbc_ops_column *column,
							  dbc_ops_test test);

	/* The condition that a full-text index of a column finds words of the
	 * parameter, or NULL. */
	const dbc_ops_condition *(*search)(dbc_host *host,
									   const dbc_ops_table *table,
									   const dbc_ops_column *column);

	/* Runs a statement as the caller and under the caller's settings, dbcare's
	 * own as in dbc_script, or the caller's; $1 .. $n are values.  table is the
	 * only one it names, or NULL.  Values of the result are null, integers,
	 * booleans, reals where the engine has only these, and text in fixed
	 * formats.  Sets *reused, unless it is NULL, to whether the statement was
	 * prepared before.  With a receiver it gets the rows, and the result has
	 * none. */
	const dbc_rows *(*run)(dbc_host *host, const dbc_ops_table *table,
						   const char *sql, bool is_own,
						   const dbc_ops_value *values, int nvalues,
						   const dbc_ops_receiver *receiver, bool *reused);

	/* [PG] A JSON array or object as the text of a value of a column; times in it
	 * are read as those of other values, not by settings of the caller. */
	dbc_ops_value (*read_document)(dbc_host *host, const dbc_ops_column *column,
								   const dbc_ops_value *json);

	/* [PG] The longest wait for a lock until the call ends. */
	void (*limit_waits)(dbc_host *host, int64_t timeout_ms);
} dbc_ops_host;

#endif /* DBC_OPS_HOST_H */
