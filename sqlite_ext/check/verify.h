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

/* ---- check/verify_layout.c: tables as they are declared ---- */

/* What is done to a value before it is compared with one of a column. */
typedef enum dbcsl_affinity
{
	DBCSL_AS_IT_IS, /* BLOB, or none */
	DBCSL_TO_TEXT,
	DBCSL_TO_NUMBER
} dbcsl_affinity;

/* How text is compared. */
typedef enum dbcsl_collation
{
	DBCSL_BINARY,
	DBCSL_NOCASE,
	DBCSL_RTRIM,
	DBCSL_FOREIGN /* as the application does it */
} dbcsl_collation;

typedef struct dbcsl_field
{
	const char *name;
	const char *type;
	dbcsl_affinity affinity;
	bool not_null;
} dbcsl_field;

typedef struct dbcsl_layout
{
	struct dbcsl_layout *next; /* of those that a verification has read */
	const char *schema;
	const char *name;
	const char *from; /* both, quoted */
	dbcsl_field *fields;
	int nfields;
	const char **key; /* columns of the primary key */
	int nkey;
	bool is_table; /* and neither a view nor virtual */
	bool strict;
	bool without_rowid;
	bool key_is_rowid;
	const char *rowid;	/* a name of it, or NULL */
	const char *unsafe; /* a function that no generated column must call */
} dbcsl_layout;

/* The layout of a table; NULL if there is none of that name. */
extern dbcsl_layout *dbcsl_read_layout(dbcsl_host *h, const char *schema,
									   const char *name);

/* The layout of a relation; fails if it does not exist any more. */
extern dbcsl_layout *dbcsl_require_layout(dbcsl_host *h,
										  const dbc_relation *table);

/* The column of a name, or NULL. */
extern const dbcsl_field *dbcsl_find_field(const dbcsl_layout *layout,
										   const char *name);

/* The collation of a column. */
extern const char *dbcsl_column_collation(dbcsl_host *h,
										  const dbcsl_layout *layout,
										  const char *name);

/* Names as the user would write them: "a, b". */
extern const char *dbcsl_list_names(dbcsl_host *h, const char *const *names,
									int count);

/* ---- check/verify_key.c: keys and sets of them ---- */

/* One column or expression of a key. */
typedef struct dbcsl_part
{
	dbcsl_affinity affinity; /* of what it is compared with */
	dbcsl_collation collation;
	const char *collation_name;
} dbcsl_part;

typedef enum dbcsl_key_kind
{
	DBCSL_KEY_NULL,	   /* a part of it is */
	DBCSL_KEY_INTEGER, /* of one part: the key is itself */
	DBCSL_KEY_OTHER,   /* the key is a fingerprint */
	DBCSL_KEY_FAILED   /* there was no memory */
} dbcsl_key_kind;

/* A set of keys of any kind. */
typedef struct dbcsl_keys
{
	dbc_keyset integers;
	dbc_keyset others;
} dbcsl_keys;

typedef struct dbcsl_pool
{
	dbc_pool base;
	bool nocase_is_foreign; /* NOCASE is not SQLite's own */
	bool rtrim_is_foreign;	/* nor RTRIM */
} dbcsl_pool;

extern void dbcsl_pool_open(dbcsl_host *h, dbcsl_pool *pool, int64_t memory);

/* A part compared by a collation of this name. */
extern dbcsl_part dbcsl_make_part(const dbcsl_pool *pool,
								  dbcsl_affinity affinity,
								  const char *collation);

/* Whether keys of these parts can be told apart without the application. */
extern bool dbcsl_can_fingerprint(const dbcsl_part *parts, int nparts);

/* Opens a set for about nkeys; low .. high is the range of most integers. */
extern void dbcsl_keys_open(dbcsl_keys *keys, dbcsl_pool *pool, int64_t low,
							int64_t high, int64_t nkeys);
extern void dbcsl_keys_close(dbcsl_keys *keys);

/* Reads the key whose parts are the values at places. */
extern dbcsl_key_kind dbcsl_read_key(uint64_t seed, const dbcsl_part *parts,
									 int nparts, sqlite3_value **values,
									 const int *places, uint64_t *key);

/* Whether a text is a number as it stands: affinity would make it one. */
extern bool dbcsl_is_numeric(sqlite3_value *value, bool *failed);

/* The set that a key of a kind is in. */
static inline dbc_keyset *
dbcsl_set_of(dbcsl_keys *keys, dbcsl_key_kind kind)
{
	return kind == DBCSL_KEY_INTEGER ? &keys->integers : &keys->others;
}

/* ---- check/verify_visit.c: the function that SQLite calls ---- */

/* What its first argument points to. */
typedef struct dbcsl_visitor
{
	/* whether the row is to leave the virtual machine; an error code if it
	 * cannot be visited */
	bool (*visit)(struct dbcsl_visitor *visitor, sqlite3_value **values,
				  int *code);
} dbcsl_visitor;

/* The name of the function. */
#define DBCSL_VISIT "dbcare_visit_row"

extern int dbcsl_register_visit(sqlite3 *db);

/* Prepares h->loose, and binds visitors to ?1, ?2, ... */
extern sqlite3_stmt *dbcsl_prepare_visit(dbcsl_host *h, const char *sql,
										 dbcsl_visitor *const *visitors,
										 int nvisitors);

/* ---- check/verify_name.c: names of constraints ---- */

typedef struct dbcsl_taken dbcsl_taken;

typedef struct dbcsl_names
{
	dbcsl_host *h;
	const char *table;
	dbcsl_taken **buckets; /* the names that are taken */
	size_t nbuckets;	   /* a power of 2, or 0 */
	size_t ntaken;
} dbcsl_names;

extern void dbcsl_take_name(dbcsl_names *names, const char *name);

/* A name nobody has, of the table, of columns and a label. */
extern const char *dbcsl_make_name(dbcsl_names *names,
								   const char *const *columns, int ncolumns,
								   const char *label);

/* The name of a CHECK that has none. */
extern const char *dbcsl_make_check_name(dbcsl_names *names,
										 const dbcsl_layout *layout,
										 const char *expression);

/* ---- check/verify_parent.c: where foreign keys refer to ---- */

typedef struct dbcsl_parent
{
	struct dbcsl_parent *next;
	const dbcsl_layout *layout; /* NULL: there is no such table */
	const char **columns;
	int ncolumns;
	dbcsl_part *parts;
	bool has_key; /* seeks find a key */

	bool tried;	  /* to build the set */
	bool has_set; /* which holds all keys */
	dbcsl_keys keys;
} dbcsl_parent;

/* The range of a column that has an index, if these are integers. */
extern bool dbcsl_read_range(dbcsl_host *h, const dbcsl_layout *layout,
							 const char *column, int64_t *low, int64_t *high);

/* Tries to build the set of keys for about nchildren rows. */
extern void dbcsl_build_parent(dbcsl_host *h, dbcsl_pool *pool,
							   dbcsl_parent *parent, int64_t nchildren);

/* Whether the key at places is a parent's, or has a part that is null; *code
 * becomes that of an error. */
extern bool dbcsl_has_parent(dbcsl_parent *parent, uint64_t seed,
							 sqlite3_value **values, const int *places,
							 int *code);

/* SQL that is false of a row without parent. */
extern const char *dbcsl_parent_expression(dbcsl_host *h,
										   const dbcsl_parent *parent,
										   const dbcsl_layout *child,
										   const char *const *columns);

/* ---- check/verify_test.c: what is to be verified ---- */

typedef enum dbcsl_method
{
	DBCSL_SOUND,	/* cannot be violated */
	DBCSL_HOPELESS, /* cannot be verified: the verdict says why */
	DBCSL_NOT_NULL,
	DBCSL_TYPED,
	DBCSL_HAS_PARENT,
	DBCSL_NOT_MET,	/* no row before had the key */
	DBCSL_SORTED,	/* the same, but not in the scan */
	DBCSL_SATISFIED /* an expression is not false */
} dbcsl_method;

/* Types of values, as bits. */
#define DBCSL_ACCEPT(type) (1u << (type))

typedef struct dbcsl_test
{
	dbc_verdict verdict;
	dbcsl_method method;
	bool if_violated; /* there is a verdict only then */

	const char **columns; /* of a foreign key */
	const char **values;  /* SQL of what it looks at */
	int nvalues;
	bool by_type;			/* the names of the types of values are enough */
	const char *column;		/* of a key of its own that is one, or NULL */
	dbcsl_part *parts;		/* of a key of its own */
	const char *condition;	/* of a partial index, or NULL */
	const char *expression; /* of DBCSL_SATISFIED */
	dbcsl_parent *parent;	/* of a foreign key */
	unsigned accepted;		/* of DBCSL_TYPED */
	bool refuses_numeric;	/* of it, text that is a number */

	/* of the scan */
	int *places;		 /* of values among arguments; last of the condition */
	dbcsl_keys keys;	 /* of DBCSL_NOT_MET: those of the rows so far */
	dbcsl_keys repeated; /* those that were met again */
	bool doubtful;		 /* there are fingerprints among them */
	int64_t violations;
	bool wanted; /* the key of the row is a sample */
	dbc_node *samples;
} dbcsl_test;

/* All that a call verifies. */
typedef struct dbcsl_verification
{
	dbcsl_host *h;
	const dbc_verify *task;
	dbcsl_layout *layout;
	dbcsl_layout *layouts; /* of parents: many keys may refer to one */
	dbcsl_pool pool;
	dbcsl_parent *parents;
	dbcsl_test *tests;
	int ntests;
	int64_t nbytes; /* of the schema with the table */
	int64_t nrows;	/* about; at least as many as there are */
} dbcsl_verification;

/* Lists the tests of a task, in the order of their verdicts. */
extern void dbcsl_list_tests(dbcsl_verification *v);

/* Chooses how the tests look at values; nbytes and nrows must be known. */
extern void dbcsl_choose_values(dbcsl_verification *v);

/* Adds a test, or returns NULL if the task does not ask for it. */
extern dbcsl_test *dbcsl_add_test(dbcsl_verification *v,
								  dbc_constraint_kind kind, const char *name);

/* ---- check/verify_index.c: what CREATE INDEX says ---- */

/* A statement as typed. */
typedef struct dbcsl_index_text
{
	const char **items;
	int nitems;
	const char *condition; /* or NULL */
} dbcsl_index_text;

extern dbcsl_index_text dbcsl_read_index_text(dbcsl_host *h, const char *sql);

extern int dbcsl_register_condition(sqlite3 *db);

/* ---- check/verify_safe.c: what stored SQL must not do ---- */

/* A function that an expression calls and must not, or NULL. */
extern const char *dbcsl_find_unsafe(dbcsl_host *h, const char *expression);

/* The parts of a table's definition, and those of its indexes. */
#define DBCSL_IN_CHECKS	 1u
#define DBCSL_IN_COLUMNS 2u /* generated ones */
#define DBCSL_IN_INDEXES 4u
#define DBCSL_ANYWHERE	 7u

/* What a table calls and must not. */
typedef struct dbcsl_unsafe_call
{
	const struct dbcsl_unsafe_call *next;
	const char *table; /* NULL: any, its definition cannot be read */
	const char *function;
	unsigned parts;
} dbcsl_unsafe_call;

/* The tables of a schema that do so; read once per call of dbcare. */
extern const dbcsl_unsafe_call *dbcsl_list_unsafe(dbcsl_host *h,
												  const char *schema);

/* A function that parts of a table, of any if that is NULL, call and must not,
 * or NULL; or fails then. */
extern const char *dbcsl_find_unsafe_table(dbcsl_host *h, const char *schema,
										   const char *table, unsigned parts);
extern void dbcsl_refuse_unsafe_table(dbcsl_host *h, const char *schema,
									  const char *table, unsigned parts);

/* Fails if a definition calls what it must not. */
extern void dbcsl_refuse_unsafe_definition(dbcsl_host *h, const dbcsl_ddl *ddl);

extern int dbcsl_register_unsafe(sqlite3 *db);

/* Gives a test up if one of its expressions calls what it must not. */
extern void dbcsl_refuse_unsafe(dbcsl_verification *v, dbcsl_test *test);

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

extern void dbcsl_list_unique(dbcsl_verification *v, const dbcsl_ddl *ddl,
							  dbcsl_names *names);

/* ---- check/verify_foreign.c: foreign keys ---- */

extern void dbcsl_list_foreign_keys(dbcsl_verification *v, const dbcsl_ddl *ddl,
									dbcsl_names *names);
extern void dbcsl_list_references(dbcsl_verification *v);

/* ---- check/verify_scan.c, check/verify_sort.c: making tests ---- */

/* Makes tests in one scan; those that turn out to need sorting are left to
 * dbcsl_sort(). */
extern void dbcsl_scan(dbcsl_verification *v, dbcsl_test *tests, int ntests);

/* Makes the test that no two rows have a key. */
extern void dbcsl_sort(dbcsl_verification *v, dbcsl_test *test);

/* The columns that show a row: at least one. */
extern const char *const *dbcsl_key_columns(dbcsl_verification *v, int *count);

/* Adds the key of the row a statement is at, in its first columns, to the
 * samples of a test. */
extern void dbcsl_add_sample(dbcsl_verification *v, sqlite3_stmt *statement,
							 dbcsl_test *test);

#endif /* DBCSL_CHECK_VERIFY_H */
