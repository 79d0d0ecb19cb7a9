/*
 * verify.h
 *	  Shared declarations of the files that verify rows.
 *
 * A table is verified in three steps: sets of the parents' keys are built, the
 * rows are read once and tested against all constraints, and queries verify
 * what a scan cannot.  Each constraint carries its result.
 *
 * Code chosen by users (expressions of constraints and indexes) runs as the
 * owner of the table in a security-restricted operation.  All steps run in
 * subtransactions, whose end restores the user and releases resources.
 */
#ifndef DBCPG_CHECK_VERIFY_H
#define DBCPG_CHECK_VERIFY_H

#include "pg_ext/check/heap_read.h"
#include "pg_ext/core/host.h"

#include "access/attnum.h"
#include "access/tableam.h"

#include "common/check/check.h"
#include "common/check/keyset.h"
#include "common/core/text.h"

/* ---- check/rule.c ---- */

extern void dbcpg_check_try_rule(dbc_host *base, const dbc_relation *table,
								 const dbc_check_data_rule *rule,
								 const char *assignments);

/* ---- check/lost.c ---- */

/* Whether the pages of a table can be read here. */
extern bool dbcpg_check_has_pages(Relation table);

extern const char *dbcpg_check_find_lost(dbc_host *host, const char *table);

/* ---- check/places.c ---- */

extern int dbcpg_check_mark_unsound(dbc_host *host, int64_t oid, int64_t block,
									bool marked[DBC_BLOCK_ROWS]);

/* ---- check/plain.c ---- */

/* The type without domains that has the same values, or InvalidOid. */
extern Oid dbcpg_check_plain_type(Oid type, int32 *modifier);

/* Whether the pages of a table have values of a column. */
extern bool dbcpg_check_is_stored(const FormData_pg_attribute *column);

extern void dbcpg_check_make_plain(dbc_host *host, int64_t oid,
								   const dbc_relation *to,
								   const dbc_check_entries *key);
extern void dbcpg_check_give_plain(dbc_host *host, int64_t oid,
								   const dbc_relation *to);

/* ---- check/plain_rows.c ---- */

extern int64_t dbcpg_check_copy_rows(dbc_host *host, int64_t oid,
									 const dbc_relation *to,
									 const dbc_check_range *range);
extern bool dbcpg_check_has_plain(dbc_host *host, const dbc_relation *to,
								  const dbc_check_texts *key);
extern void dbcpg_check_put_plain(dbc_host *host, const dbc_relation *to,
								  const dbc_check_texts *row);

/* ---- check/text.c ---- */

extern const char *dbcpg_check_find_bad_text(dbc_host *host, const char *oid);

/* How a constraint is verified. */
typedef enum dbcpg_check_method
{
	DBCPG_BY_SCAN,
	DBCPG_BY_QUERY,
	DBCPG_SETTLED /* the result is final */
} dbcpg_check_method;

typedef struct dbcpg_check_key_part
{
	AttrNumber column;
	ExprState *expression; /* instead of a column, or NULL */
	int16 width; /* of an integer in bytes; 0: use the hash function */
	Oid collation;
	FmgrInfo hash;
} dbcpg_check_key_part;

/* How to compute the key of a row of one table for a keyset. */
typedef struct dbcpg_check_key
{
	int nparts;
	bool exact;	 /* a single integer, used as it is */
	uint64 seed; /* of the fingerprint of a key that is not exact */
	dbcpg_check_key_part *parts;
} dbcpg_check_key;

/* Hash functions for both sides of the operators of a key. */
typedef struct dbcpg_check_key_hashing
{
	bool possible;
	bool injective; /* different values have different hashes */
	bool integers;	/* both sides are single integers, which need no hash
					   function */
	Oid *left;		/* InvalidOid for integers */
	Oid *right;
} dbcpg_check_key_hashing;

/* Keys of parents, shared by foreign keys that refer to the same columns. */
typedef struct dbcpg_check_parent_keys
{
	struct dbcpg_check_parent_keys *next;
	Oid table;
	int ncolumns;
	const AttrNumber *columns;
	bool integers;
	const Oid *functions; /* hash functions, unless integers is set */
	uint64 seed;
	const char *ends; /* query for the minimum and maximum key, or NULL */
	dbc_check_keyset keys;
	bool usable;
} dbcpg_check_parent_keys;

typedef struct dbcpg_check_constraint
{
	dbc_check_result result;
	dbcpg_check_method way;
	Oid table;	/* declares the constraint: the verified table or a partition */
	Oid object; /* OID of its index, or of its row in pg_constraint */
	bool implied; /* a NOT NULL implied by a primary key */
	Oid domain;	  /* for DBC_K_TYPE; may be nested in the column's type */
	int ncolumns; /* length of columns, parent_columns and operators */
	AttrNumber *columns; /* of table */
	Oid parent;
	AttrNumber *parent_columns;
	Oid *operators; /* parent = child */
	bool match_full;
	const char *row_key;   /* SQL expression for the key of row c */
	const char *condition; /* true for violating rows; or NULL */
	const char *query; /* returns the number and keys of violations; or NULL */
	const char *ends;
	dbcpg_check_key_hashing hashing; /* of a foreign key, parent = child */
	dbcpg_check_parent_keys *parents;
	dbc_check_keyset keys; /* of a unique key; only during a scan */
	dbc_buffer samples;
} dbcpg_check_constraint;

typedef struct dbcpg_check_memory_pool
{
	dbc_check_memory_pool base; /* must be first */
	MemoryContext context;
} dbcpg_check_memory_pool;

/* One call of verify(). */
typedef struct dbcpg_check_verification
{
	dbcpg_host *host;
	const dbc_check_task *task;
	Oid table;
	List *leaves;	   /* the leaf partitions, or the table itself */
	const char *alien; /* a partition that cannot be read, or NULL */
	int nconstraints;
	dbcpg_check_constraint
		*constraints;	 /* declared ones, references, then rules */
	const char *sources; /* the table in FROM, for conditions */
	dbcpg_check_parent_keys *parents;
	dbcpg_check_memory_pool pool;
	/* the constraint being evaluated, or NULL */
	dbcpg_check_constraint *current;
	int64_t done; /* rows read so far, of an estimated total */
	int64_t total;
} dbcpg_check_verification;

/* ---- check/verify_list.c ---- */

/* Fills constraints: the declared ones of the requested kinds and names, then
 * references, then rules. */
extern void dbcpg_check_list_constraints(dbcpg_check_verification *v);

/* Resets the result of a constraint. */
extern void dbcpg_check_start_result(dbcpg_check_verification *v,
									 dbcpg_check_constraint *c);

/* Sets the result of a constraint to unknown. */
extern void dbcpg_check_set_unknown(dbcpg_check_constraint *c,
									const char *reason);

/* ---- check/verify_key.c ---- */

/* Whether a type is an integer that keysets store as it is, or a domain over
 * one. */
extern bool dbcpg_check_is_integer(Oid type);

/* How to hash values that an operator compares, of these column types. */
extern dbcpg_check_key_hashing
dbcpg_check_find_key_hashing(dbc_host *host, const Oid *operators,
							 const Oid *left, const Oid *right, int n);

/* Initializes the fingerprint of columns, each hashed by a function unless it
 * is an integer; the caller may set exact. */
extern void dbcpg_check_make_key(dbcpg_check_key *key, int nparts,
								 const AttrNumber *columns, const Oid *types,
								 const Oid *functions, const Oid *collations,
								 uint64 seed);

/* Computes the key of a row; returns how many of its parts are null. */
extern int dbcpg_check_read_key(dbcpg_check_key *key, TupleTableSlot *row,
								ExprContext *context, uint64 *value);

/* The number that a column of a table has in another table of the same
 * partition tree. */
extern AttrNumber dbcpg_check_map_column(Oid table, Oid other,
										 AttrNumber column);

/* ---- check/verify_estimate.c ---- */

/* Whether a table has no rows now: an unlogged one during recovery. */
extern bool dbcpg_check_is_away(Relation table);

/* The estimated number of rows of tables. */
extern int64_t dbcpg_check_estimate_rows(const List *tables);

/* ---- check/verify_read.c ---- */

typedef struct dbcpg_check_table_scan
{
	dbcpg_check_verification *v;
	Relation table;
	dbcpg_check_heap heap; /* if the table has pages that can be read */
	TableScanDesc scan;	   /* else */
	TupleTableSlot *row;
	EState *executor;
	ExprContext *context;
} dbcpg_check_table_scan;

/* Open a scan of a table, read the next row if there is one, and close it. */
extern void dbcpg_check_open_scan(dbcpg_check_table_scan *reader,
								  dbcpg_check_verification *v, Oid table);
extern bool dbcpg_check_next_scanned_row(dbcpg_check_table_scan *reader);
extern void dbcpg_check_close_scan(dbcpg_check_table_scan *reader);

/* The leaf partitions of a table, or the table itself; *alien is set to one
 * that cannot be read, or NULL. */
extern List *dbcpg_check_list_leaves(dbcpg_host *host, Oid table,
									 const char **alien);

/* Opens a keyset for an estimated number of keys; the query ends returns their
 * range. */
extern void dbcpg_check_open_keyset(dbcpg_check_verification *v,
									dbc_check_keyset *set, const char *ends,
									int64_t nkeys);

/* Collects keys of parents for the constraints verified by a scan. */
extern void dbcpg_check_collect_parents(dbcpg_check_verification *v);

/* ---- check/verify_expression.c ---- */

/* Converts expressions over one table to the columns of another table of the
 * same partition tree. */
extern List *dbcpg_check_move_expressions(List *expressions, Oid from,
										  Relation to);

/* Prepares the expression of a constraint for the rows of a scan. */
extern ExprState *
dbcpg_check_prepare_constraint(dbcpg_check_table_scan *reader,
							   const dbcpg_check_constraint *c);

/* Prepares the expression of a virtual column; NULL for any other column. */
extern ExprState *dbcpg_check_prepare_virtual(dbcpg_check_table_scan *reader,
											  AttrNumber column);

/* Prepares SQL about the row c for the rows of a scan. */
extern ExprState *dbcpg_check_prepare_text(dbcpg_check_table_scan *reader,
										   const char *sql);

/* ---- check/verify_domain.c ---- */

/* Where values of a domain are nested in a type. */
typedef struct dbcpg_check_domain_location dbcpg_check_domain_location;
extern dbcpg_check_domain_location *
dbcpg_check_find_domain_location(Oid type, Oid domain);

struct dbcpg_check_row_test;

/* Whether a value, or a domain value nested in it, violates the domain of a
 * test. */
extern bool dbcpg_check_violates_domain(
	struct dbcpg_check_row_test *t, dbcpg_check_table_scan *reader,
	const dbcpg_check_domain_location *place, Datum value, bool isnull);

/* ---- check/verify_test.c ---- */

/* A constraint, prepared for the rows of one table. */
typedef struct dbcpg_check_row_test
{
	dbcpg_check_constraint *constraint;
	bool (*violates)(struct dbcpg_check_row_test *test,
					 dbcpg_check_table_scan *reader);
	AttrNumber column;
	ExprState *expression; /* instead of a column that is virtual */
	ExprState *predicate;
	ExprState *row_key;					/* prepared on first use */
	dbcpg_check_domain_location *place; /* of DBC_K_TYPE */
	bool nulls_equal;
	dbcpg_check_key key;
} dbcpg_check_row_test;

/* Prepares a constraint for the rows of a scan. */
extern dbcpg_check_row_test
dbcpg_check_prepare_test(dbcpg_check_constraint *c,
						 dbcpg_check_table_scan *reader);

/* ---- check/verify_scan.c ---- */

/* Tests rows against all constraints that a scan can verify. */
extern void dbcpg_check_verify_by_scan(dbcpg_check_verification *v);

/* ---- check/verify_query.c ---- */

/* Runs a query; returns NULL and sets *reason if it fails. */
extern const dbc_rows *dbcpg_check_run_query(dbcpg_check_verification *v,
											 const char *query, bool of_rules,
											 bool without_indexes,
											 const char **reason);

/* Verifies the remaining constraints by queries. */
extern void dbcpg_check_verify_by_query(dbcpg_check_verification *v);

#endif /* DBCPG_CHECK_VERIFY_H */
