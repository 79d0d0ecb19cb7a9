/*
 * verify.h
 *	  What the files that verify rows share.
 *
 * A constraint is a test.  All tests of a table that can be are made in one
 * scan of it, by SQLite's own virtual machine:
 *
 *		select key from t not indexed
 *		where dbcare_visit_row(scan, a, b, c, ...) or (check1 and ...) is false
 *
 * where the function looks up keys in sets and counts; so only rows whose keys
 * are to be shown, or which do not satisfy an expression, leave the machine.
 */
#ifndef DBCSL_CHECK_VERIFY_H
#define DBCSL_CHECK_VERIFY_H

#include "common/check/check.h"
#include "common/check/keyset.h"
#include "common/core/json_write.h"
#include "sqlite_ext/core/ddl.h"

/* ---- check/rule.c ---- */

extern void dbcsl_check_try_rule(dbc_host *host, const dbc_relation *table,
								 const dbc_check_data_rule *rule,
								 const char *assignments);

/* ---- check/verify_layout.c: tables as they are declared ---- */

/* What is done to a value before it is compared with one of a column. */
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
	DBCSL_FOREIGN /* as the application does it */
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
	struct dbcsl_check_table_layout
		*next; /* of those that a verification has read */
	const char *schema;
	const char *name;
	const char *from; /* both, quoted */
	dbcsl_check_layout_column *fields;
	int nfields;
	const char **key; /* columns of the primary key */
	int nkey;
	bool is_table; /* and neither a view nor virtual */
	bool strict;
	bool without_rowid;
	bool key_is_rowid;
	const char *rowid;	/* a name of it, or NULL */
	const char *unsafe; /* a function that no generated column must call */
} dbcsl_check_table_layout;

/* The layout of a table; NULL if there is none of that name. */
extern dbcsl_check_table_layout *
dbcsl_check_read_layout(dbcsl_host *h, const char *schema, const char *name);

/* The layout of a relation; fails if it does not exist any more. */
extern dbcsl_check_table_layout *
dbcsl_check_require_layout(dbcsl_host *h, const dbc_relation *table);

/* The column of a name, or NULL. */
extern const dbcsl_check_layout_column *
dbcsl_check_find_layout_column(const dbcsl_check_table_layout *layout,
							   const char *name);

/* The collation of a column. */
extern const char *dbcsl_check_find_column_collation(
	dbcsl_host *h, const dbcsl_check_table_layout *layout, const char *name);

/* Names as the user would write them: "a, b". */
extern const char *dbcsl_check_join_names(dbcsl_host *h,
										  const char *const *names, int count);

/* ---- check/verify_key.c: keys and sets of them ---- */

/* One column or expression of a key. */
typedef struct dbcsl_check_key_part
{
	dbcsl_check_affinity affinity; /* of what it is compared with */
	dbcsl_check_collation collation;
	const char *collation_name;
} dbcsl_check_key_part;

typedef enum dbcsl_check_key_kind
{
	DBCSL_KEY_NULL,	   /* a part of it is */
	DBCSL_KEY_INTEGER, /* of one part: the key is itself */
	DBCSL_KEY_OTHER,   /* the key is a fingerprint */
	DBCSL_KEY_FAILED   /* there was no memory */
} dbcsl_check_key_kind;

/* A set of keys of any kind. */
typedef struct dbcsl_check_key_sets
{
	dbc_check_keyset integers;
	dbc_check_keyset others;
} dbcsl_check_key_sets;

typedef struct dbcsl_check_memory_pool
{
	dbc_check_memory_pool base;
	bool nocase_is_foreign; /* NOCASE is not SQLite's own */
	bool rtrim_is_foreign;	/* nor RTRIM */
} dbcsl_check_memory_pool;

extern void dbcsl_check_open_memory_pool(dbcsl_host *h,
										 dbcsl_check_memory_pool *pool,
										 int64_t memory);

/* A part compared by a collation of this name. */
extern dbcsl_check_key_part
dbcsl_check_make_key_part(const dbcsl_check_memory_pool *pool,
						  dbcsl_check_affinity affinity, const char *collation);

/* Whether keys of these parts can be told apart without the application. */
extern bool dbcsl_check_can_fingerprint(const dbcsl_check_key_part *parts,
										int nparts);

/* Opens a set for about nkeys; low .. high is the range of most integers. */
extern void dbcsl_check_open_keysets(dbcsl_check_key_sets *keys,
									 dbcsl_check_memory_pool *pool, int64_t low,
									 int64_t high, int64_t nkeys);
extern void dbcsl_check_close_keysets(dbcsl_check_key_sets *keys);

/* Reads the key whose parts are the values at places. */
extern dbcsl_check_key_kind
dbcsl_check_read_key(uint64_t seed, const dbcsl_check_key_part *parts,
					 int nparts, sqlite3_value **values, const int *places,
					 uint64_t *key);

/* Whether a text is a number as it stands: affinity would make it one. */
extern bool dbcsl_check_is_numeric(sqlite3_value *value, bool *failed);

/* The set that a key of a kind is in. */
static inline dbc_check_keyset *
dbcsl_check_choose_keyset(dbcsl_check_key_sets *keys, dbcsl_check_key_kind kind)
{
	return kind == DBCSL_KEY_INTEGER ? &keys->integers : &keys->others;
}

/* ---- check/verify_visit.c: the function that SQLite calls ---- */

/* What its first argument points to. */
typedef struct dbcsl_check_row_visitor
{
	/* whether the row is to leave the virtual machine; an error code if it
	 * cannot be visited */
	bool (*visit)(struct dbcsl_check_row_visitor *visitor,
				  sqlite3_value **values, int *code);
} dbcsl_check_row_visitor;

/* The name of the function. */
#define DBCSL_VISIT "dbcare_visit_row"

extern int dbcsl_check_register_visit(sqlite3 *db);

/* Prepares h->loose, and binds visitors to ?1, ?2, ... */
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

/* A name nobody has, of the table, of columns and a label. */
extern const char *
dbcsl_check_make_constraint_name(dbcsl_check_constraint_names *names,
								 const char *const *columns, int ncolumns,
								 const char *label);

/* The name of a CHECK that has none. */
extern const char *
dbcsl_check_make_check_name(dbcsl_check_constraint_names *names,
							const dbcsl_check_table_layout *layout,
							const char *expression);

/* ---- check/verify_parent.c: where foreign keys refer to ---- */

typedef struct dbcsl_check_parent_keys
{
	struct dbcsl_check_parent_keys *next;
	const dbcsl_check_table_layout *layout; /* NULL: there is no such table */
	const char **columns;
	int ncolumns;
	dbcsl_check_key_part *parts;
	bool has_key; /* seeks find a key */

	bool tried;	  /* to build the set */
	bool has_set; /* which holds all keys */
	dbcsl_check_key_sets keys;
} dbcsl_check_parent_keys;

/* The range of a column that has an index, if these are integers. */
extern bool
dbcsl_check_read_integer_range(dbcsl_host *h,
							   const dbcsl_check_table_layout *layout,
							   const char *column, int64_t *low, int64_t *high);

/* Tries to build the set of keys for about nchildren rows. */
extern void dbcsl_check_build_parent_keys(dbcsl_host *h,
										  dbcsl_check_memory_pool *pool,
										  dbcsl_check_parent_keys *parent,
										  int64_t nchildren);

/* Whether the key at places is a parent's, or has a part that is null; *code
 * becomes that of an error. */
extern bool dbcsl_check_has_parent(dbcsl_check_parent_keys *parent,
								   uint64_t seed, sqlite3_value **values,
								   const int *places, int *code);

/* SQL that is false of a row without parent. */
extern const char *dbcsl_check_make_parent_expression(
	dbcsl_host *h, const dbcsl_check_parent_keys *parent,
	const dbcsl_check_table_layout *child, const char *const *columns);

/* ---- check/verify_test.c: what is to be verified ---- */

typedef enum dbcsl_check_method
{
	DBCSL_SOUND,	/* cannot be violated */
	DBCSL_HOPELESS, /* cannot be verified: the result says why */
	DBCSL_NOT_NULL,
	DBCSL_TYPED,
	DBCSL_HAS_PARENT,
	DBCSL_NOT_MET,	/* no row before had the key */
	DBCSL_SORTED,	/* the same, but not in the scan */
	DBCSL_SATISFIED /* an expression is not false */
} dbcsl_check_method;

/* Types of values, as bits. */
#define DBCSL_ACCEPT(type) (1u << (type))

typedef struct dbcsl_check_row_test
{
	dbc_check_result result;
	dbcsl_check_method method;
	bool if_violated; /* there is a result only then */

	const char **columns; /* of a foreign key */
	const char **values;  /* SQL of what it looks at */
	int nvalues;
	bool by_type;		/* the names of the types of values are enough */
	const char *column; /* of a key of its own that is one, or NULL */
	dbcsl_check_key_part *parts;	 /* of a key of its own */
	const char *condition;			 /* of a partial index, or NULL */
	const char *expression;			 /* of DBCSL_SATISFIED */
	dbcsl_check_parent_keys *parent; /* of a foreign key */
	unsigned accepted;				 /* of DBCSL_TYPED */
	bool refuses_numeric;			 /* of it, text that is a number */

	/* of the scan */
	int *places; /* of values among arguments; last of the condition */
	dbcsl_check_key_sets keys; /* of DBCSL_NOT_MET: those of the rows so far */
	dbcsl_check_key_sets repeated; /* those that were met again */
	bool doubtful;				   /* there are fingerprints among them */
	int64_t violations;
	bool wanted; /* the key of the row is a sample */
	dbc_json_node *samples;
} dbcsl_check_row_test;

/* All that a call verifies. */
typedef struct dbcsl_check_verification
{
	dbcsl_host *h;
	const dbc_check_task *task;
	dbcsl_check_table_layout *layout;
	dbcsl_check_table_layout
		*layouts; /* of parents: many keys may refer to one */
	dbcsl_check_memory_pool pool;
	dbcsl_check_parent_keys *parents;
	dbcsl_check_row_test *tests;
	int ntests;
	int64_t nbytes; /* of the schema with the table */
	int64_t nrows;	/* about; at least as many as there are */
} dbcsl_check_verification;

/* Lists the tests of a task, in the order of their results. */
extern void dbcsl_check_list_tests(dbcsl_check_verification *v);

/* Chooses how the tests look at values; nbytes and nrows must be known. */
extern void dbcsl_check_choose_test_values(dbcsl_check_verification *v);

/* Adds a test, or returns NULL if the task does not ask for it. */
extern dbcsl_check_row_test *
dbcsl_check_add_test(dbcsl_check_verification *v,
					 dbc_check_constraint_kind kind, const char *name);

/* ---- check/verify_index.c: what CREATE INDEX says ---- */

/* A statement as typed. */
typedef struct dbcsl_check_index_text
{
	const char **items;
	int nitems;
	const char *condition; /* or NULL */
} dbcsl_check_index_text;

extern dbcsl_check_index_text dbcsl_check_read_index_text(dbcsl_host *h,
														  const char *sql);

extern int dbcsl_check_register_condition(sqlite3 *db);

/* ---- check/verify_safe.c: what stored SQL must not do ---- */

/* A function that an expression calls and must not, or NULL. */
extern const char *dbcsl_check_find_unsafe(dbcsl_host *h,
										   const char *expression);

/* The parts of a table's definition, and those of its indexes. */
#define DBCSL_IN_CHECKS	 1u
#define DBCSL_IN_COLUMNS 2u /* generated ones */
#define DBCSL_IN_INDEXES 4u
#define DBCSL_ANYWHERE	 7u

/* What a table calls and must not. */
typedef struct dbcsl_check_unsafe_call
{
	const struct dbcsl_check_unsafe_call *next;
	const char *table; /* NULL: any, its definition cannot be read */
	const char *function;
	unsigned parts;
} dbcsl_check_unsafe_call;

/* A function that parts of a table, of any if that is NULL, call and must not,
 * or NULL; or fails then. */
extern const char *dbcsl_check_find_unsafe_table(dbcsl_host *h,
												 const char *schema,
												 const char *table,
												 unsigned parts);
extern void dbcsl_check_refuse_unsafe_table(dbcsl_host *h, const char *schema,
											const char *table, unsigned parts);

/* Fails if a definition calls what it must not. */
extern void dbcsl_check_refuse_unsafe_definition(dbcsl_host *h,
												 const dbcsl_ddl *ddl);

extern int dbcsl_check_register_unsafe(sqlite3 *db);

/* Gives a test up if one of its expressions calls what it must not. */
extern void dbcsl_check_refuse_unsafe(dbcsl_check_verification *v,
									  dbcsl_check_row_test *test);

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

/* ---- check/verify_scan.c, check/verify_sort.c: making tests ---- */

/* Makes tests in one scan; those that turn out to need sorting are left to
 * dbcsl_check_verify_by_sort(). */
extern void dbcsl_check_verify_by_scan(dbcsl_check_verification *v,
									   dbcsl_check_row_test *tests, int ntests);

/* Makes the test that no two rows have a key. */
extern void dbcsl_check_verify_by_sort(dbcsl_check_verification *v,
									   dbcsl_check_row_test *test);

/* The columns that show a row: at least one. */
extern const char *const *
dbcsl_check_list_key_columns(dbcsl_check_verification *v, int *count);

/* Adds the key of the row a statement is at, in its first columns, to the
 * samples of a test. */
extern void dbcsl_check_add_sample(dbcsl_check_verification *v,
								   sqlite3_stmt *statement,
								   dbcsl_check_row_test *test);

#endif /* DBCSL_CHECK_VERIFY_H */
