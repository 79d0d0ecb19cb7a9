/*
 * verify.h
 *	  Shared declarations of the files that verify rows.
 *
 * Each constraint becomes a test.  SQLite's virtual machine runs as many tests
 * of a table as possible in one scan:
 *
 *		select key from t not indexed
 *		where dbcare_visit_row(scan, a, b, c, ...) or (check1 and ...) is false
 *
 * The function looks up keys in sets and counts violations, so only rows that
 * are samples or violate an expression are returned.
 */
#ifndef DBCSL_CHECK_VERIFY_H
#define DBCSL_CHECK_VERIFY_H

#include "common/check/check.h"
#include "common/check/keyset.h"
#include "common/core/json_write.h"
#include "sqlite_ext/sql/ddl.h"

/* ---- check/rule.c ---- */

extern void dbcsl_check_try_rule(dbc_host *host, const dbc_relation *table,
								 const dbc_check_data_rule *rule,
								 const char *assignments);

/* What the room keeps during a call. */
typedef struct dbcsl_check_schema dbcsl_check_schema;

typedef struct dbcsl_check_state
{
	dbcsl_check_schema *schemas; /* see check/verify_object.c */
	int nfound;					 /* names that were looked up by themselves */
	/* of the last inspected row, or NULL; see check/row.c */
	struct dbcsl_check_row_inspection *row;
} dbcsl_check_state;

extern dbcsl_check_state *dbcsl_check_state_of(dbcsl_host *h);

/* ---- check/verify_object.c: objects of a schema by name ---- */

typedef struct dbcsl_check_object
{
	int place; /* in the order in which SQLite lists them */
	bool is_index;
	bool without_rowid;
	bool strict;
	const char *name;
	const char *type; /* as in pragma_table_list */
	const char *sql;  /* empty where SQLite stores none */
} dbcsl_check_object;

/* The version of a schema, which every change of it increases. */
extern int64_t dbcsl_check_schema_version(dbcsl_host *h, const char *schema);

/* A table, view or index of a name in any case, or NULL. */
extern const dbcsl_check_object *dbcsl_check_find_object(dbcsl_host *h,
														 const char *schema,
														 const char *name,
														 bool is_index);

/* ---- check/verify_layout.c: tables as they are declared ---- */

/* How a value is converted before it is compared with one of a column. */
typedef enum dbcsl_check_affinity
{
	DBCSL_AS_IT_IS, /* BLOB, or none */
	DBCSL_TO_TEXT,
	DBCSL_TO_NUMBER
} dbcsl_check_affinity;

/* How text is compared. */
typedef enum dbcsl_check_collation
{
	DBCSL_BINARY,
	DBCSL_NOCASE,
	DBCSL_RTRIM,
	DBCSL_FOREIGN /* by a function of the application */
} dbcsl_check_collation;

typedef struct dbcsl_check_layout_column
{
	const char *name;
	const char *type;
	dbcsl_check_affinity affinity;
	bool not_null;
} dbcsl_check_layout_column;

typedef struct dbcsl_check_table_layout
{
	/* list of those read by a verification */
	struct dbcsl_check_table_layout *next;
	const char *schema;
	const char *name;
	const char *from; /* both quoted */
	const char *sql;
	dbcsl_check_layout_column *fields;
	int nfields;
	const char **key; /* columns of the primary key */
	int nkey;
	bool is_table; /* neither a view nor virtual */
	bool strict;
	bool without_rowid;
	bool key_is_rowid;
	const char *rowid; /* a name of the rowid, or NULL */
	/* an unsafe function that a generated column calls, or NULL */
	const char *unsafe;
} dbcsl_check_table_layout;

/* The layout of a table; NULL if it does not exist. */
extern dbcsl_check_table_layout *
dbcsl_check_read_layout(dbcsl_host *h, const char *schema, const char *name);

/* The layout of a relation; fails if it does not exist any more. */
extern dbcsl_check_table_layout *
dbcsl_check_require_layout(dbcsl_host *h, const dbc_relation *table);

extern const dbcsl_check_layout_column *
dbcsl_check_find_layout_column(const dbcsl_check_table_layout *layout,
							   const char *name);

extern const char *dbcsl_check_find_column_collation(
	dbcsl_host *h, const dbcsl_check_table_layout *layout, const char *name);

/* Names as the user would write them: "a, b". */
extern const char *dbcsl_check_join_names(dbcsl_host *h,
										  const char *const *names, int count);

/* ---- check/verify_key.c: keys and sets of keys ---- */

/* One column or expression of a key. */
typedef struct dbcsl_check_key_part
{
	dbcsl_check_affinity affinity; /* of the column it is compared with */
	dbcsl_check_collation collation;
	const char *collation_name;
	bool ends_at_nul; /* a number in a text */
} dbcsl_check_key_part;

typedef enum dbcsl_check_key_kind
{
	DBCSL_KEY_NULL,	   /* a part is null */
	DBCSL_KEY_INTEGER, /* a single integer */
	DBCSL_KEY_OTHER,   /* any other key: a fingerprint */
	DBCSL_KEY_FAILED   /* out of memory */
} dbcsl_check_key_kind;

/* Sets for keys of any kind. */
typedef struct dbcsl_check_key_sets
{
	dbc_check_keyset integers;
	dbc_check_keyset others;
} dbcsl_check_key_sets;

typedef struct dbcsl_check_memory_pool
{
	dbc_check_memory_pool base;
	bool nocase_is_foreign; /* NOCASE was replaced by the application */
	bool rtrim_is_foreign;	/* RTRIM was replaced by the application */
	bool ends_at_nul;		/* a number in a text */
} dbcsl_check_memory_pool;

extern void dbcsl_check_open_memory_pool(dbcsl_host *h,
										 dbcsl_check_memory_pool *pool,
										 int64_t memory);

/* A part that is compared by the collation of this name. */
extern dbcsl_check_key_part
dbcsl_check_make_key_part(const dbcsl_check_memory_pool *pool,
						  dbcsl_check_affinity affinity, const char *collation);

/* Whether keys can be compared without functions of the application. */
extern bool dbcsl_check_can_fingerprint(const dbcsl_check_key_part *parts,
										int nparts);

/* Opens a set for about nkeys keys; low .. high is the range of most
 * integers. */
extern void dbcsl_check_open_keysets(dbcsl_check_key_sets *keys,
									 dbcsl_check_memory_pool *pool, int64_t low,
									 int64_t high, int64_t nkeys);
extern void dbcsl_check_close_keysets(dbcsl_check_key_sets *keys);

/* Computes the key whose parts are the values at places. */
extern dbcsl_check_key_kind
dbcsl_check_read_key(uint64_t seed, const dbcsl_check_key_part *parts,
					 int nparts, sqlite3_value **values, const int *places,
					 uint64_t *key);

/* Whether a text is a number, which numeric affinity would convert it to. */
extern bool dbcsl_check_is_numeric(const dbcsl_check_memory_pool *pool,
								   sqlite3_value *value, bool *failed);

/* The set that stores keys of a kind. */
static inline dbc_check_keyset *
dbcsl_check_choose_keyset(dbcsl_check_key_sets *keys, dbcsl_check_key_kind kind)
{
	return kind == DBCSL_KEY_INTEGER ? &keys->integers : &keys->others;
}

/* ---- check/verify_visit.c: the SQL function called for each row ---- */

/* What the first argument of the function points to. */
typedef struct dbcsl_check_row_visitor
{
	/* whether the virtual machine returns the row; sets *code if the visit
	 * fails */
	bool (*visit)(struct dbcsl_check_row_visitor *visitor,
				  sqlite3_value **values, int *code);
} dbcsl_check_row_visitor;

#define DBCSL_VISIT "dbcare_visit_row"

extern int dbcsl_check_register_visit(sqlite3 *db);

/* Prepares h->uncached, and binds visitors to ?1, ?2, ... */
extern sqlite3_stmt *
dbcsl_check_prepare_visit(dbcsl_host *h, const char *sql,
						  dbcsl_check_row_visitor *const *visitors,
						  int nvisitors);

/* ---- check/verify_name.c: names of constraints ---- */

typedef struct dbcsl_check_taken_name dbcsl_check_taken_name;

typedef struct dbcsl_check_constraint_names
{
	dbcsl_host *h;
	const char *table;
	dbcsl_check_taken_name **buckets; /* the names that are taken */
	size_t nbuckets;				  /* a power of 2, or 0 */
	size_t ntaken;
} dbcsl_check_constraint_names;

extern void dbcsl_check_record_name(dbcsl_check_constraint_names *names,
									const char *name);

/* A new name made of the table, columns and a label. */
extern const char *
dbcsl_check_make_constraint_name(dbcsl_check_constraint_names *names,
								 const char *const *columns, int ncolumns,
								 const char *label);

/* The name of an unnamed CHECK. */
extern const char *
dbcsl_check_make_check_name(dbcsl_check_constraint_names *names,
							const dbcsl_check_table_layout *layout,
							const char *expression);

/* ---- check/verify_parent.c: parents of foreign keys ---- */

typedef struct dbcsl_check_parent_keys
{
	struct dbcsl_check_parent_keys *next;
	const dbcsl_check_table_layout *layout; /* NULL: the table does not exist */
	const char **columns;
	int ncolumns;
	dbcsl_check_key_part *parts;
	bool has_key; /* an index finds a key */

	bool tried;	  /* building the set was tried */
	bool has_set; /* the set contains all keys */
	dbcsl_check_key_sets keys;
} dbcsl_check_parent_keys;

/* The range of an indexed column, if its minimum and maximum are integers. */
extern bool
dbcsl_check_read_integer_range(dbcsl_host *h,
							   const dbcsl_check_table_layout *layout,
							   const char *column, int64_t *low, int64_t *high);

/* Tries to build the set of keys, for about nchildren rows. */
extern void dbcsl_check_build_parent_keys(dbcsl_host *h,
										  dbcsl_check_memory_pool *pool,
										  dbcsl_check_parent_keys *parent,
										  int64_t nchildren);

/* Whether the key at places is in the parent or has a part that is null; sets
 * *code on an error. */
extern bool dbcsl_check_has_parent(dbcsl_check_parent_keys *parent,
								   uint64_t seed, sqlite3_value **values,
								   const int *places, int *code);

/* SQL that is false for a row without parent. */
extern const char *dbcsl_check_make_parent_expression(
	dbcsl_host *h, const dbcsl_check_parent_keys *parent,
	const dbcsl_check_table_layout *child, const char *const *columns);

/* ---- check/verify_test.c: the tests of a table ---- */

typedef enum dbcsl_check_method
{
	DBCSL_ALWAYS_VALID, /* cannot be violated */
	DBCSL_UNVERIFIABLE, /* cannot be verified; the result has the reason */
	DBCSL_NOT_NULL,
	DBCSL_TYPED,
	DBCSL_HAS_PARENT,
	DBCSL_DISTINCT, /* no earlier row had the same key */
	DBCSL_SORTED,	/* the same, verified by sorting instead of in the scan */
	DBCSL_SATISFIED /* an expression is not false */
} dbcsl_check_method;

/* Types of values, as bits. */
#define DBCSL_ACCEPT(type) (1u << (type))

typedef struct dbcsl_check_row_test
{
	dbc_check_result result;
	dbcsl_check_method method;
	bool if_violated; /* reported only if it is violated */

	const char **columns; /* of a foreign key */
	const char **values;  /* SQL of the values that it tests */
	int nvalues;
	bool by_type;		/* the types of the values suffice */
	const char *column; /* the column of a key of one column, or NULL */
	dbcsl_check_key_part *parts;	 /* of a key */
	const char *condition;			 /* of a partial index, or NULL */
	const char *expression;			 /* of DBCSL_SATISFIED */
	dbcsl_check_parent_keys *parent; /* of a foreign key */
	unsigned accepted;				 /* of DBCSL_TYPED */
	bool refuses_numeric; /* of DBCSL_TYPED: reject text that is a number */

	/* during the scan */
	int *places; /* of values among arguments; the last one is the condition */
	dbcsl_check_key_sets keys; /* of DBCSL_DISTINCT: keys of the rows so far */
	dbcsl_check_key_sets repeated; /* keys found more than once */
	bool doubtful;				   /* some of them are fingerprints */
	int64_t violations;
	bool wanted; /* the key of the current row is a sample */
	dbc_json_node *samples;
} dbcsl_check_row_test;

/* One call of verify(). */
typedef struct dbcsl_check_verification
{
	dbcsl_host *h;
	const dbc_check_task *task;
	dbcsl_check_table_layout *layout;
	/* of parents: several foreign keys may refer to one */
	dbcsl_check_table_layout *layouts;
	dbcsl_check_memory_pool pool;
	dbcsl_check_parent_keys *parents;
	dbcsl_check_row_test *tests;
	int ntests;
	int64_t nbytes; /* size of the schema with the table */
	int64_t nrows;	/* an upper bound */
} dbcsl_check_verification;

/* Chooses how the tests read values; nbytes and nrows must be set. */
extern void dbcsl_check_choose_test_values(dbcsl_check_verification *v);

/* Adds a test; returns NULL if the task does not request it. */
extern dbcsl_check_row_test *
dbcsl_check_add_test(dbcsl_check_verification *v,
					 dbc_check_constraint_kind kind, const char *name);

/* ---- check/verify_list.c ---- */

/* Lists the tests of a task, in the order of their results. */
extern void dbcsl_check_list_tests(dbcsl_check_verification *v);

/* Columns of check/unique_indexes. */
enum
{
	INDEX_NAME,
	INDEX_ORIGIN,
	INDEX_PARTIAL,
	INDEX_CID,
	INDEX_COLUMN,
	INDEX_COLLATION
};

/* ---- check/verify_unique.c: keys of rows ---- */

extern void dbcsl_check_list_unique(dbcsl_check_verification *v,
									const dbcsl_ddl *ddl,
									dbcsl_check_constraint_names *names);

/* ---- check/verify_foreign.c: foreign keys ---- */

extern void dbcsl_check_list_foreign_keys(dbcsl_check_verification *v,
										  const dbcsl_ddl *ddl,
										  dbcsl_check_constraint_names *names);
extern void dbcsl_check_list_references(dbcsl_check_verification *v);

/* ---- check/verify_scan.c, check/verify_sort.c: running tests ---- */

/* Runs tests in one scan; those that turn out to need sorting are left to
 * dbcsl_check_verify_by_sort(). */
extern void dbcsl_check_verify_by_scan(dbcsl_check_verification *v,
									   dbcsl_check_row_test *tests, int ntests);

/* Runs the test that no two rows have the same key. */
extern void dbcsl_check_verify_by_sort(dbcsl_check_verification *v,
									   dbcsl_check_row_test *test);

/* The columns that identify a row: at least one. */
extern const char *const *
dbcsl_check_list_key_columns(dbcsl_check_verification *v, int *count);

/* Adds the key of the current row, in the first columns of a statement, to the
 * samples of a test. */
extern void dbcsl_check_add_sample(dbcsl_check_verification *v,
								   sqlite3_stmt *statement,
								   dbcsl_check_row_test *test);

#endif /* DBCSL_CHECK_VERIFY_H */
