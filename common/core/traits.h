/*
 * traits.h
 *	  What an engine is like: the reasons for which the core does one thing on
 *	  one engine and another thing elsewhere.
 *
 * Each binding has one of these, at host->traits.  A member names what is so of
 * the engine, never the engine.  Where SQL or a behaviour differs as a whole, it
 * is a statement of the bindings, or a call of the seam, and no trait.
 */
#ifndef DBC_CORE_TRAITS_H
#define DBC_CORE_TRAITS_H

#include "common/core/dbc.h"

typedef struct dbc_traits
{
	/* ---- transactions ---- */

	/* A transaction that writes excludes all others that write: its rows need no
	 * locks, and the order of entries is that of commits. */
	bool one_writer;
	/* Any foreign key can be checked when the transaction ends. */
	bool deferrable_keys;
	/* A change of the schema has all statements of the session prepared again. */
	bool schema_unprepares;

	/* ---- values ---- */

	/* Conditions have a type, whose keywords cannot be names of columns: false,
	 * true, and the tests for them. */
	bool booleans;
	/* All values of a column, and of a parameter, are of its type. */
	bool typed_columns;
	/* Numbers have any count of digits, and one of them is NaN. */
	bool decimals;
	/* A text can have NUL characters. */
	bool nul_in_text;
	/* Stored times have microseconds; else milliseconds, as text. */
	bool microseconds;
	/* An order puts nulls after all values, or, descending, before them. */
	bool nulls_last;

	/* ---- tables ---- */

	/* A database has schemas of users, by default public. */
	bool schemas;
	/* Names that differ in upper and lower case alone are two names. */
	bool case_matters;
	/* Tables and columns have numbers, which no others have after them. */
	bool lasting_numbers;
	/* Rows of a table can be in others, which inherit from it: ONLY. */
	bool inheritance;
	/* Sequences make numbers of rows, and no rollback takes back what they made. */
	bool sequences;
	/* An index can have columns that are not part of its key: INCLUDE. */
	bool included_columns;

	/* ---- statements ---- */

	/* A backslash in a literal can be an escape, as the session has set. */
	bool escapes;
	/* Functions and operators of one name differ by the types of their
	 * arguments: a call has to say which one it is. */
	bool overloads;
	/* Parameters have numbers, and a type only by a cast. */
	bool numbered_parameters;
	/* A subquery in FROM can be lateral, and a recursive query has to name
	 * itself once. */
	bool lateral;
	/* The most parameters with which one statement inserts rows fast. */
	int most_parameters;
	/* Before names of the engine's functions: its schema and a dot, or "". */
	const char *catalog;
	/* The function that makes a literal of a value. */
	const char *quote_value;

	/* ---- the database ---- */

	/* The database is one file, which the process of the call reads and writes;
	 * else a server has it, whose files are not the caller's. */
	bool one_file;
	/* Scans of tables and indexes are counted. */
	bool counts_scans;
	/* The planner compares costs, which grow as the time of a query does. */
	bool costs;
} dbc_traits;

#endif /* DBC_CORE_TRAITS_H */
