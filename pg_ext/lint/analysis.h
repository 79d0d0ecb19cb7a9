/*
 * analysis.h
 *	  Shared by the files that analyse scripts for dbmigrate_lint.
 *
 * The analysis uses the raw parse trees of statements and the catalog, which it
 * asks through lint/catalog.h alone.  Nothing of the script runs, and only
 * built-in functions are called.  Objects that earlier statements create, and
 * that the catalog does not have yet, are kept in the session.
 *
 * Names passed to the core have its encoding and live as long as the call;
 * parse trees live until the script is analysed.
 */
#ifndef DBCPG_LINT_ANALYSIS_H
#define DBCPG_LINT_ANALYSIS_H

#include "pg_ext/core/compat_nodes.h"
#include "pg_ext/lint/catalog.h"

#include "common/lint/lint.h"

/* A column, read when a statement first uses it. */
typedef struct dbcpg_lint_column
{
	struct dbcpg_lint_column *next;
	const char *name;
	const char *type; /* normalized, or NULL */
	/* type InvalidOid: it does not exist yet; number 0: added by a script */
	dbcpg_catalog_column known;
	bool dropped;
} dbcpg_lint_column;

/* A constraint of a table. */
typedef struct dbcpg_lint_constraint
{
	struct dbcpg_lint_constraint *next;
	Oid oid;		  /* InvalidOid: added by a script */
	const char *name; /* "" if PostgreSQL will choose the name */
	char type;		  /* as in pg_constraint */
	bool valid;
	const char *const *columns;	  /* ended by NULL */
	const char *const *not_nulls; /* columns that a CHECK excludes nulls from,
								   * ended by NULL */
	bool compares;				  /* a CHECK with a comparison */
	dbc_lint_object *other;		  /* table referenced by a foreign key */
} dbcpg_lint_constraint;

/* A relation; dbc_lint_object.engine of each of its names. */
typedef struct dbcpg_lint_relation
{
	Oid oid;				 /* InvalidOid: does not exist yet */
	dbc_lint_object *object; /* shared by all names of the relation */
	char kind;				 /* as in pg_class, as are the next two */
	char persistence;
	Oid tablespace;
	bool dropped;		  /* by a script */
	bool renamed;		  /* the name in the catalog is no longer valid */
	bool has_children;	  /* partitions, or tables that inherit from it */
	bool has_constraints; /* constraints have been read */
	dbcpg_lint_column *columns;
	dbcpg_lint_constraint *constraints;
	dbc_lint_object *table; /* of an index */
	int numbered;			/* last number that made the name of an index
							 * unique */
	const char *const *key; /* of a partitioned table, read on first use */
	int statement;			/* last one with an effect on the relation, and the
							 * effect */
	int effect;
} dbcpg_lint_relation;

/* The script being analysed. */
typedef struct dbcpg_lint_analyzer
{
	dbc_host *host;
	dbc_lint_session *session;
	int *statements; /* of the session so far, with this one */
	const dbc_statement *statement;
	const char *text;				/* of the statement */
	dbc_lint_lock_mode alter_lock;	/* of the current ALTER TABLE, else NONE */
	dbc_lint_operation *operations; /* of the current statement, as are
									 * effects */
	int noperations;
	int operation_room;
	dbc_lint_effect *effects;
	int neffects;
	int effect_room;
} dbcpg_lint_analyzer;

/* ---- lint/analysis.c ---- */

/* Begins to analyse scripts of a session. */
extern dbcpg_lint_analyzer dbcpg_lint_begin(dbc_host *host,
											dbc_lint_session *session);

/* Analyses a statement. */
extern dbc_lint_analysis dbcpg_lint_analyze(dbcpg_lint_analyzer *r,
											const dbc_statement *statement);

/* ---- lint/relation.c ---- */

/* The object with a name; created if necessary. */
extern dbc_lint_object *dbcpg_lint_find_object(dbcpg_lint_analyzer *r,
											   const RangeVar *name,
											   const char *type);

/* The same for a name given as a list of strings. */
extern dbc_lint_object *dbcpg_lint_find_listed_object(dbcpg_lint_analyzer *r,
													  List *names,
													  const char *type);

/* The object of a statement that creates it. */
extern dbc_lint_object *dbcpg_lint_find_created_object(dbcpg_lint_analyzer *r,
													   const RangeVar *name,
													   const char *type,
													   bool if_not_exists);

/* The object of a relation in the catalog, or NULL if a script dropped it. */
extern dbc_lint_object *dbcpg_lint_find_catalog_object(dbcpg_lint_analyzer *r,
													   Oid oid);

/* The relation of an object. */
extern dbcpg_lint_relation *
dbcpg_lint_get_relation(const dbc_lint_object *object);

/* Record that an object is dropped, or has another name or schema. */
extern void dbcpg_lint_record_drop(dbcpg_lint_analyzer *r,
								   dbc_lint_object *object);
extern void dbcpg_lint_record_rename(dbcpg_lint_analyzer *r,
									 dbc_lint_object *object, const char *name);
extern void dbcpg_lint_record_move(dbcpg_lint_analyzer *r,
								   dbc_lint_object *object, const char *schema);

/* An object other than a relation: a schema, a type, a function. */
extern dbc_lint_object *dbcpg_lint_find_other_object(dbcpg_lint_analyzer *r,
													 const char *type,
													 List *names);

/* ---- lint/text.c ---- */

/* A copy of text in the core's encoding and memory; NULL stays NULL. */
extern const char *dbcpg_lint_copy_text(dbcpg_lint_analyzer *r,
										const char *text);

/* Copies a list of strings; ended by NULL. */
extern const char *const *dbcpg_lint_copy_names(dbcpg_lint_analyzer *r,
												List *names);

/* The command tag of a statement, for messages. */
extern const char *dbcpg_lint_statement_tag(dbcpg_lint_analyzer *r,
											const Node *node);

/* The text in parentheses after a location of the statement. */
extern const char *dbcpg_lint_text_in_parentheses(dbcpg_lint_analyzer *r,
												  int location);

/* The expression after a word at or before a location of the statement. */
extern const char *dbcpg_lint_text_after(dbcpg_lint_analyzer *r,
										 const char *word, int location);

/* ---- lint/type.c ---- */

/* The type of a column as written. */
typedef struct dbcpg_lint_column_type
{
	const char *text; /* normalized */
	Oid oid;		  /* InvalidOid: does not exist yet */
	int32 typmod;
	bool is_serial;
	bool is_checked; /* a domain with constraints */
} dbcpg_lint_column_type;

extern dbcpg_lint_column_type dbcpg_lint_read_type(dbcpg_lint_analyzer *r,
												   const TypeName *name);

/* Whether an expression calls a volatile function. */
extern bool dbcpg_lint_is_volatile(Node *expression);

/* ---- lint/change.c ---- */

/* Whether an expression is the column itself, with or without a cast to its new
 * type; also true for NULL. */
extern bool dbcpg_lint_is_column_itself(const Node *expression,
										const char *column,
										const TypeName *type);

/* Sets the flags of an operation that changes a type. */
extern void dbcpg_lint_classify_type_change(dbcpg_lint_analyzer *r,
											dbc_lint_operation *operation,
											const dbcpg_lint_column *column,
											const dbcpg_lint_column_type *type,
											const ColumnDef *def);

/* ---- lint/key.c ---- */

/* Records the partition key of a new table. */
extern void dbcpg_lint_record_partition_key(dbcpg_lint_analyzer *r,
											dbc_lint_object *table,
											const PartitionSpec *spec);

/* The partition key of a table, ended by NULL, "" for an expression; or NULL.
 */
extern const char *const *dbcpg_lint_find_partition_key(dbcpg_lint_analyzer *r,
														dbc_lint_object *table);

/* Whether a table is likely to fit as a partition, without looking at the
 * bounds: a valid CHECK compares exactly the key columns, and none of them can
 * be null. */
extern bool dbcpg_lint_partition_fits(dbcpg_lint_analyzer *r,
									  dbc_lint_object *partition,
									  const char *const *key);

/* Reads the indexes of a table into its object. */
extern void dbcpg_lint_read_indexes(dbcpg_lint_analyzer *r,
									dbc_lint_object *table);

/* ---- lint/constraint.c ---- */

/* The columns in a raw expression, as strings. */
extern List *dbcpg_lint_find_columns(Node *expression);

/* The columns that a raw condition requires to be not null. */
extern List *dbcpg_lint_find_not_nulls(Node *expression);

/* Whether a raw expression contains a comparison. */
extern bool dbcpg_lint_compares_values(Node *expression);

/* A column of a table, or NULL. */
extern dbcpg_lint_column *dbcpg_lint_find_column(dbcpg_lint_analyzer *r,
												 const dbc_lint_object *table,
												 const char *name);

/* Renames a column. */
extern void dbcpg_lint_rename_column(dbcpg_lint_analyzer *r,
									 dbc_lint_object *table,
									 dbcpg_lint_column *column,
									 const char *name);

/* The constraints of a table; one of them by name, or NULL. */
extern dbcpg_lint_constraint *
dbcpg_lint_read_constraints(dbcpg_lint_analyzer *r, dbc_lint_object *table);
extern dbcpg_lint_constraint *dbcpg_lint_find_constraint(dbcpg_lint_analyzer *r,
														 dbc_lint_object *table,
														 const char *name);

/* The primary key of a table, or NULL; sets keyless of the table. */
extern const dbcpg_lint_constraint *
dbcpg_lint_find_primary_key(dbcpg_lint_analyzer *r, dbc_lint_object *table);

/* Record that a script adds or drops a constraint. */
extern void
dbcpg_lint_record_constraint(dbcpg_lint_analyzer *r, dbc_lint_object *table,
							 const dbcpg_lint_constraint *constraint);
extern void
dbcpg_lint_record_constraint_drop(dbc_lint_object *table,
								  const dbcpg_lint_constraint *dropped);

/* Whether a column cannot be null: by NOT NULL or by a valid CHECK. */
extern bool dbcpg_lint_is_not_null(dbcpg_lint_analyzer *r,
								   dbc_lint_object *table, const char *name);

/* ---- lint/create.c ---- */

extern void dbcpg_lint_analyze_create(dbcpg_lint_analyzer *r,
									  const CreateStmt *statement,
									  const char *type);
extern void dbcpg_lint_analyze_create_as(dbcpg_lint_analyzer *r,
										 const CreateTableAsStmt *statement);

/* Adds the operations for a new column with its constraints. */
extern void dbcpg_lint_analyze_column(dbcpg_lint_analyzer *r,
									  dbc_lint_object *table,
									  const ColumnDef *column, unsigned flags,
									  const char *command);

/* Adds the operation for a new constraint; column is the one it is attached to,
 * or NULL. */
extern void dbcpg_lint_analyze_constraint(dbcpg_lint_analyzer *r,
										  dbc_lint_object *table,
										  const Constraint *constraint,
										  const char *column, unsigned flags,
										  const char *command);

/* ---- lint/alter.c ---- */

extern void dbcpg_lint_analyze_alter(dbcpg_lint_analyzer *r,
									 const AlterTableStmt *statement);

/* ---- lint/index.c ---- */

extern void dbcpg_lint_analyze_index(dbcpg_lint_analyzer *r,
									 const IndexStmt *statement);
extern void dbcpg_lint_analyze_reindex(dbcpg_lint_analyzer *r,
									   const ReindexStmt *statement);
extern void dbcpg_lint_analyze_vacuum(dbcpg_lint_analyzer *r,
									  const VacuumStmt *statement);
extern void dbcpg_lint_analyze_cluster(dbcpg_lint_analyzer *r,
									   const ClusterStmt *statement);

/* ---- lint/drop.c ---- */

extern void dbcpg_lint_analyze_drop(dbcpg_lint_analyzer *r,
									const DropStmt *statement);
extern void dbcpg_lint_analyze_rename(dbcpg_lint_analyzer *r,
									  const RenameStmt *statement);

/* ---- lint/object.c ---- */

/* Analyses a statement about an object; false if it has no rules. */
extern bool dbcpg_lint_analyze_object(dbcpg_lint_analyzer *r, Node *node);

/* ---- lint/routine.c ---- */

extern void dbcpg_lint_analyze_alter_enum(dbcpg_lint_analyzer *r,
										  const AlterEnumStmt *statement);
extern void dbcpg_lint_analyze_create_domain(dbcpg_lint_analyzer *r,
											 const CreateDomainStmt *statement);
extern void dbcpg_lint_analyze_alter_domain(dbcpg_lint_analyzer *r,
											const AlterDomainStmt *statement);
extern void
dbcpg_lint_analyze_create_function(dbcpg_lint_analyzer *r,
								   const CreateFunctionStmt *statement);
extern void
dbcpg_lint_analyze_alter_function(dbcpg_lint_analyzer *r,
								  const AlterFunctionStmt *statement);

/* ---- lint/query.c ---- */

/* Analyse a query, or a statement that writes rows. */
extern void dbcpg_lint_analyze_query(dbcpg_lint_analyzer *r, Node *node);
extern void dbcpg_lint_analyze_copy(dbcpg_lint_analyzer *r,
									const CopyStmt *statement);
extern void dbcpg_lint_analyze_truncate(dbcpg_lint_analyzer *r,
										const TruncateStmt *statement);

/* ---- lint/depend.c ---- */

/* Adds the locks of dropping an object of a catalog, or a column: on the
 * relation it is, or belongs to, and on those of all dependent objects that are
 * dropped. */
extern void dbcpg_lint_add_drop_effects(dbcpg_lint_analyzer *r, Oid catalog,
										Oid oid, int column, bool cascade);

/* The same for DROP ... CASCADE of an object that is no relation. */
extern void dbcpg_lint_add_cascade_effects(dbcpg_lint_analyzer *r,
										   ObjectType type, List *names);

/* Adds the locks of recreating the constraints on a column. */
extern void dbcpg_lint_add_constraint_effects(dbcpg_lint_analyzer *r, Oid table,
											  int column);

/* Adds the locks of altering the sequences of a table. */
extern void dbcpg_lint_add_sequence_effects(dbcpg_lint_analyzer *r, Oid table);

/* Adds the locks of validating a domain. */
extern void dbcpg_lint_add_domain_effects(dbcpg_lint_analyzer *r, List *names);

/* Adds the locks of attaching or detaching a partition: on the parent, and on
 * its default partition, which may be scanned. */
extern void dbcpg_lint_add_partition_effects(dbcpg_lint_analyzer *r, Oid parent,
											 dbc_lint_lock_mode mode,
											 bool scans);

/* ---- lint/locks.c ---- */

/* Adds an operation to the statement; the caller fills it in before it adds
 * another one. */
extern dbc_lint_operation *dbcpg_lint_add_operation(dbcpg_lint_analyzer *r,
													dbc_lint_verb verb,
													dbc_lint_object *object,
													const char *command);

/* Merges an effect on a relation into those of the statement. */
extern void dbcpg_lint_add_effect(dbcpg_lint_analyzer *r,
								  const dbc_lint_object *object,
								  dbc_lint_lock_mode lock, bool rewrites,
								  bool scans);

/* The same for a relation with its partitions and children. */
extern void dbcpg_lint_add_tree_effect(dbcpg_lint_analyzer *r,
									   const dbc_lint_object *object,
									   dbc_lint_lock_mode lock, bool rewrites,
									   bool scans);

/* The core's value of a PostgreSQL lock mode. */
extern dbc_lint_lock_mode dbcpg_lint_convert_lock_mode(LOCKMODE mode);

/* Adds the effects of the operations of a statement. */
extern void dbcpg_lint_add_operation_effects(dbcpg_lint_analyzer *r);

#endif /* DBCPG_LINT_ANALYSIS_H */
