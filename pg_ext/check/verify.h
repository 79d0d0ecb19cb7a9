/*
 * verify.h
 *	  Shared declarations of the files that verify rows.
 *
 * A table is verified in three steps: sets of the parents' keys are built, the
 * rows are read once and tested against all constraints, and queries verify
 * what a scan cannot.  Each constraint carries its result.
 *
 * Code that users have chosen (expressions of constraints and indexes) runs as
 * the owner of the table in a security-restricted operation.  All steps run in
 * subtransactions, whose end restores the user and releases resources.
 */
#ifndef DBCPG_CHECK_VERIFY_H
#define DBCPG_CHECK_VERIFY_H

#include "pg_ext/core/pg_ext.h"

#include "access/attnum.h"
#include "access/tableam.h"
#include "nodes/execnodes.h"
#include "utils/rel.h"

#include "common/check/check.h"
#include "common/check/keyset.h"
#include "common/core/text.h"

/* ---- check/rule.c ---- */

extern void dbcpg_check_try_rule(dbc_host *base, const dbc_relation *table,
								 const dbc_check_data_rule *rule,
								 const char *assignments);

/* How a constraint is verified. */
typedef enum dbcpg_check_method
{
	DBCPG_BY_SCAN,
	DBCPG_BY_QUERY,
	DBCPG_SETTLED /* the result is final */
} dbcpg_check_method;

/* One column of a key. */
typedef struct dbcpg_check_key_part
{
	AttrNumber column;
	ExprState *expression; /* in place of a column, or NULL */
	int16 width;		   /* of an integer in bytes; 0: it is to be hashed */
	Oid collation;
	FmgrInfo hash;
} dbcpg_check_key_part;

/* How to get a key of a row of one table as a member of a keyset. */
typedef struct dbcpg_check_key
{
	int nparts;
	bool exact;	 /* it is one integer, taken as it is */
	uint64 seed; /* of the fingerprint of any other key */
	dbcpg_check_key_part *parts;
} dbcpg_check_key;

/* Hash functions for both sides of the operators of a key. */
typedef struct dbcpg_check_key_hashing
{
	bool possible;
	bool telling;  /* values that differ have hashes that differ */
	bool integers; /* both sides are one integer: nothing is to be hashed */
	Oid *left;	   /* InvalidOid: integers */
	Oid *right;
} dbcpg_check_key_hashing;

/* Keys of parents, shared by the foreign keys that ask for the same. */
typedef struct dbcpg_check_parent_keys
{
	struct dbcpg_check_parent_keys *next;
	Oid table;
	int ncolumns;
	const AttrNumber *columns;
	bool integers;
	const Oid *functions; /* that hash them, else */
	uint64 seed;
	const char *ends; /* query for the least and the greatest key, or NULL */
	dbc_check_keyset keys;
	bool usable;
} dbcpg_check_parent_keys;

typedef struct dbcpg_check_constraint
{
	dbc_check_result result;
	dbcpg_check_method way;
	Oid table;			 /* that declares it: the one verified or a partition */
	Oid object;			 /* its index, or its row in pg_constraint */
	bool implied;		 /* a NOT NULL that is part of a primary key */
	Oid domain;			 /* of a type; it may be inside of that of the column */
	int ncolumns;		 /* of columns, parent_columns and operators */
	AttrNumber *columns; /* of table */
	Oid parent;
	AttrNumber *parent_columns;
	Oid *operators; /* parent = child */
	bool match_full;
	const char *row_key; /* SQL for the key of row c */
	const char *query;	 /* gives number and keys of violations, or NULL */
	const char *ends;
	dbcpg_check_key_hashing hashing; /* of a foreign key, parent = child */
	dbcpg_check_parent_keys *parents;
	dbc_check_keyset keys; /* of a unique key; only during a scan */
	dbc_buffer samples;
} dbcpg_check_constraint;

/* Memory for sets. */
typedef struct dbcpg_check_memory_pool
{
	dbc_check_memory_pool base; /* first: a dbc_check_memory_pool * is a
								   dbcpg_check_memory_pool * */
	MemoryContext context;
} dbcpg_check_memory_pool;

/* One call of verify(). */
typedef struct dbcpg_check_verification
{
	dbcpg_host *host;
	const dbc_check_task *task;
	Oid table;
	List *leaves;	   /* tables with its rows */
	const char *alien; /* a partition that is not read, or NULL */
	int nconstraints;
	dbcpg_check_constraint *constraints; /* rules among them, in the end */
	const char *counts; /* query that counts the violations of each rule */
	dbcpg_check_parent_keys *parents;
	dbcpg_check_memory_pool pool;
	dbcpg_check_constraint *current; /* what is being evaluated, or NULL */
	int64_t done;					 /* rows read, of about so many */
	int64_t total;
} dbcpg_check_verification;

/* ---- check/verify_list.c ---- */

/* Fills constraints: the declared ones of chosen kinds and names, then
 * references, then rules. */
extern void dbcpg_check_list_constraints(dbcpg_check_verification *v);

/* Starts the result of a constraint anew. */
extern void dbcpg_check_start_result(dbcpg_check_verification *v,
									 dbcpg_check_constraint *c);

/* Makes the result of a constraint unknown. */
extern void dbcpg_check_set_unknown(dbcpg_check_constraint *c,
									const char *reason);

/* ---- check/verify_key.c ---- */

/* Whether a type is an integer that sets take as it is, or a domain of one. */
extern bool dbcpg_check_is_integer(Oid type);

/* How to hash what an operator compares, of these types of columns. */
extern dbcpg_check_key_hashing
dbcpg_check_find_key_hashing(dbc_host *host, const Oid *operators,
							 const Oid *left, const Oid *right, int n);

/* A fingerprint of columns of some types, each hashed by a function unless it
 * is an integer; the caller may make it exact. */
extern void dbcpg_check_make_key(dbcpg_check_key *key, int nparts,
								 const AttrNumber *columns, const Oid *types,
								 const Oid *functions, const Oid *collations,
								 uint64 seed);

/* The key of a row; returns how many of its parts are null. */
extern int dbcpg_check_read_key(dbcpg_check_key *key, TupleTableSlot *row,
								ExprContext *context, uint64 *value);

/* The column of a table that another one of its family has. */
extern AttrNumber dbcpg_check_map_column(Oid table, Oid other,
										 AttrNumber column);

/* ---- check/verify_read.c ---- */

/* A scan of one table in the active snapshot. */
typedef struct dbcpg_check_table_scan
{
	dbcpg_check_verification *v;
	const char *phase;
	Relation table;
	TableScanDesc scan;
	TupleTableSlot *row;
	EState *executor;
	ExprContext *context;
} dbcpg_check_table_scan;

/* Starts to read a table, reads the next row if there is one, and ends. */
extern void dbcpg_check_open_scan(dbcpg_check_table_scan *reader,
								  dbcpg_check_verification *v, Oid table,
								  const char *phase);
extern bool dbcpg_check_next_scanned_row(dbcpg_check_table_scan *reader);
extern void dbcpg_check_close_scan(dbcpg_check_table_scan *reader);

/* The tables with the rows of a table; *alien is one of them that cannot be
 * read, if there is one. */
extern List *dbcpg_check_list_leaves(dbcpg_host *host, Oid table,
									 const char **alien);

/* About how many rows tables have. */
extern int64_t dbcpg_check_estimate_rows(const List *tables);

/* Opens a set for about so many keys, the range of which a query knows. */
extern void dbcpg_check_open_keyset(dbcpg_check_verification *v,
									dbc_check_keyset *set, const char *ends,
									int64_t nkeys);

/* Collects keys of parents for the constraints that are to be scanned for. */
extern void dbcpg_check_collect_parents(dbcpg_check_verification *v);

/* ---- check/verify_expression.c ---- */

/* Expressions over one table as expressions over another of its family. */
extern List *dbcpg_check_move_expressions(List *expressions, Oid from,
										  Relation to);

/* The expression of a constraint over the rows of a reader. */
extern ExprState *
dbcpg_check_prepare_constraint(dbcpg_check_table_scan *reader,
							   const dbcpg_check_constraint *c);

/* A column that is computed when it is read; NULL for any other. */
extern ExprState *dbcpg_check_prepare_virtual(dbcpg_check_table_scan *reader,
											  AttrNumber column);

/* SQL about the row c over the rows of a reader. */
extern ExprState *dbcpg_check_prepare_text(dbcpg_check_table_scan *reader,
										   const char *sql);

/* ---- check/verify_domain.c ---- */

/* Where values of a domain are in those of a type. */
typedef struct dbcpg_check_domain_location dbcpg_check_domain_location;
extern dbcpg_check_domain_location *
dbcpg_check_find_domain_location(Oid type, Oid domain);

struct dbcpg_check_row_test;

/* Whether a value is one that the domain of a test refuses, or has one at that
 * place. */
extern bool dbcpg_check_violates_domain(
	struct dbcpg_check_row_test *t, dbcpg_check_table_scan *reader,
	const dbcpg_check_domain_location *place, Datum value, bool isnull);

/* ---- check/verify_test.c ---- */

/* A constraint as it is verified on the rows of one table. */
typedef struct dbcpg_check_row_test
{
	dbcpg_check_constraint *constraint;
	bool (*violates)(struct dbcpg_check_row_test *test,
					 dbcpg_check_table_scan *reader);
	AttrNumber column;
	ExprState *expression; /* or the column, if it is virtual */
	ExprState *predicate;
	ExprState *row_key;					/* made when it is needed */
	dbcpg_check_domain_location *place; /* of a type */
	bool nulls_equal;
	dbcpg_check_key key;
} dbcpg_check_row_test;

/* Prepares a constraint to be verified on the rows of a reader. */
extern dbcpg_check_row_test
dbcpg_check_prepare_test(dbcpg_check_constraint *c,
						 dbcpg_check_table_scan *reader);

/* ---- check/verify_scan.c ---- */

/* Tests rows against all constraints that a scan can verify. */
extern void dbcpg_check_verify_by_scan(dbcpg_check_verification *v);

/* ---- check/verify_query.c ---- */

/* Runs a query; NULL, and *reason, if it fails. */
extern const dbc_rows *dbcpg_check_run_query(dbcpg_check_verification *v,
											 const char *query, bool of_rules,
											 bool without_indexes,
											 const char **reason);

/* Verifies what is left by queries. */
extern void dbcpg_check_verify_by_query(dbcpg_check_verification *v);

#endif /* DBCPG_CHECK_VERIFY_H */
