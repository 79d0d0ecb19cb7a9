/*
 * analysis.h
 *	  What the files share that read scripts for dbmigrate_lint.
 *
 * A script is read from the raw parse trees of its statements and from the
 * catalog, which is read without locks that stay.  Nothing of the script runs,
 * and no function but PostgreSQL's own is called.  What the catalog does not
 * know yet, because an earlier statement makes it, the reader remembers.
 *
 * Names of the core have its encoding and live as long as the call; trees live
 * until the script is read.
 */
#ifndef DBCPG_LINT_ANALYSIS_H
#define DBCPG_LINT_ANALYSIS_H

#include "pg_ext/core/host.h"

#include "common/lint/lint.h"

/* A column, once a statement needs to know it. */
typedef struct dbcpg_lint_column
{
	struct dbcpg_lint_column *next;
	const char *name;
	const char *type; /* in normal form, or NULL */
	Oid type_oid;	  /* InvalidOid: of a type that is not there yet */
	int32 typmod;
	Oid collation;
	AttrNumber number; /* 0: a script has added it */
	bool not_null;
	bool gone;
} dbcpg_lint_column;

/* A constraint of a table. */
typedef struct dbcpg_lint_constraint
{
	struct dbcpg_lint_constraint *next;
	Oid oid;		  /* InvalidOid: a script has added it */
	const char *name; /* "" where PostgreSQL will choose it */
	char type;		  /* as in pg_constraint */
	bool valid;
	const char *const *columns;	  /* it is on; ended by NULL */
	const char *const *not_nulls; /* that a CHECK says are not null, likewise */
	bool compares;				  /* a CHECK that compares values */
	dbc_lint_object *other;		  /* that a foreign key refers to */
} dbcpg_lint_constraint;

/* What is known of a relation; dbc_lint_object.engine of what may name it. */
typedef struct dbcpg_lint_relation
{
	Oid oid;				 /* first: a hash key; InvalidOid: not there yet */
	dbc_lint_object *object; /* all its names lead to this one */
	char kind;				 /* as in pg_class, likewise the next two */
	char persistence;
	Oid tablespace;
	bool gone;			  /* a script has dropped it */
	bool renamed;		  /* what the catalog calls it is not its name */
	bool has_children;	  /* partitions, or tables that inherit from it */
	bool has_constraints; /* they have been read */
	dbcpg_lint_column *columns;
	dbcpg_lint_constraint *constraints;
	dbc_lint_object *table; /* of an index */
	int numbered;			/* the last index that got its name and a number */
	const char *const *key; /* of a partitioned table, once it is asked for */
	int statement;			/* that last had an effect on it, and which */
	int effect;
} dbcpg_lint_relation;

/* What the reader remembers from one script of a session to the next. */
typedef struct dbcpg_lint_session_state
{
	struct HTAB *relations; /* of the catalog, by OID */
	int statements;			/* read so far, with the one being read */
} dbcpg_lint_session_state;

/* One script being read. */
typedef struct dbcpg_lint_analyzer
{
	dbcpg_host *host;
	dbc_lint_session *session;
	dbcpg_lint_session_state *memory;
	const char *text;				/* of the statement */
	dbc_lint_lock_mode alter_lock;	/* that an ALTER TABLE takes, else NONE */
	dbc_lint_operation *operations; /* of the statement, likewise effects */
	int noperations;
	int operation_room;
	dbc_lint_effect *effects;
	int neffects;
	int effect_room;
} dbcpg_lint_analyzer;

/* ---- lint/analysis.c ---- */

/* Adds an operation to those of the statement; what is returned is to be filled
 * in before the next one is added. */
extern dbc_lint_operation *dbcpg_lint_add_operation(dbcpg_lint_analyzer *r,
													dbc_lint_verb verb,
													dbc_lint_object *object,
													const char *command);

/* What a statement is called in messages. */
extern const char *dbcpg_lint_statement_tag(const Node *node);

/* Text of PostgreSQL that lives as long as the call; NULL stays NULL. */
extern const char *dbcpg_lint_copy_text(dbcpg_lint_analyzer *r,
										const char *text);

/* Adds an effect on a relation that has none yet, and gives its index. */
extern int dbcpg_lint_make_effect(dbcpg_lint_analyzer *r,
								  const dbc_lint_object *object);

/* Names of a list of strings, ended by NULL. */
extern const char *const *dbcpg_lint_copy_names(dbcpg_lint_analyzer *r,
												List *names);

/* ---- lint/relation.c ---- */

/* The object a name means; made if there is none. */
extern dbc_lint_object *dbcpg_lint_find_object(dbcpg_lint_analyzer *r,
											   const RangeVar *name,
											   const char *type);

/* The same of a name that is a list of strings. */
extern dbc_lint_object *dbcpg_lint_find_listed_object(dbcpg_lint_analyzer *r,
													  List *names,
													  const char *type);

/* The object of a statement that creates it. */
extern dbc_lint_object *dbcpg_lint_find_created_object(dbcpg_lint_analyzer *r,
													   const RangeVar *name,
													   const char *type,
													   bool if_not_exists);

/* The OIDs of the indexes of a relation. */
extern List *dbcpg_lint_list_indexes(Oid table);

/* The object of a relation of the catalog, or NULL if it is gone. */
extern dbc_lint_object *dbcpg_lint_find_catalog_object(dbcpg_lint_analyzer *r,
													   Oid oid);

/* What is known of a relation. */
extern dbcpg_lint_relation *
dbcpg_lint_get_relation(const dbc_lint_object *object);

/* Says that an object is dropped, or has another name or schema. */
extern void dbcpg_lint_record_drop(dbcpg_lint_analyzer *r,
								   dbc_lint_object *object);
extern void dbcpg_lint_record_rename(dbcpg_lint_analyzer *r,
									 dbc_lint_object *object, const char *name);
extern void dbcpg_lint_record_move(dbcpg_lint_analyzer *r,
								   dbc_lint_object *object, const char *schema);

/* An object that is no relation: a schema, a type, a function. */
extern dbc_lint_object *dbcpg_lint_find_other_object(dbcpg_lint_analyzer *r,
													 const char *type,
													 List *names);

/* ---- lint/text.c ---- */

/* The text between the parentheses that follow a place of the statement. */
extern const char *dbcpg_lint_text_in_parentheses(dbcpg_lint_analyzer *r,
												  int location);

/* The expression that follows a word at or before a place of the statement. */
extern const char *dbcpg_lint_text_after(dbcpg_lint_analyzer *r,
										 const char *word, int location);

/* ---- lint/type.c ---- */

/* The type of a column as it is written. */
typedef struct dbcpg_lint_column_type
{
	const char *text; /* in normal form */
	Oid oid;		  /* InvalidOid: it is not there yet */
	int32 typmod;
	bool is_serial;
	bool is_checked; /* a domain with constraints */
} dbcpg_lint_column_type;

extern dbcpg_lint_column_type dbcpg_lint_read_type(dbcpg_lint_analyzer *r,
												   const TypeName *name);

/* The type of a name, or InvalidOid. */
extern Oid dbcpg_lint_find_type(List *names);

/* The functions of a name that can be called with so many arguments, -1 for any
 * number. */
extern FuncCandidateList dbcpg_lint_find_functions(List *names, int nargs);

/* Whether an expression calls what may give another value each time. */
extern bool dbcpg_lint_is_volatile(Node *expression);

/* The normal form of a type, as format_type() gives it. */
extern const char *dbcpg_lint_type_text(Oid type, int32 typmod);

/* ---- lint/change.c ---- */

/* Whether an expression is a column itself, perhaps cast to its new type; none
 * is, too. */
extern bool dbcpg_lint_is_column_itself(const Node *expression,
										const char *column,
										const TypeName *type);

/* Says in its operation what a change of a column's type comes to. */
extern void dbcpg_lint_classify_type_change(dbcpg_lint_analyzer *r,
											dbc_lint_operation *operation,
											const dbcpg_lint_column *column,
											const dbcpg_lint_column_type *type,
											const ColumnDef *def);

/* ---- lint/key.c ---- */

/* Notes by which columns a new table is divided. */
extern void dbcpg_lint_record_partition_key(dbcpg_lint_analyzer *r,
											dbc_lint_object *table,
											const PartitionSpec *spec);

/* The columns a table is divided by, ended by NULL, "" for an expression; or
 * NULL. */
extern const char *const *dbcpg_lint_find_partition_key(dbcpg_lint_analyzer *r,
														dbc_lint_object *table);

/* Whether a table that becomes a partition of another is known to fit, as far
 * as that can be told without the bounds: a valid CHECK compares the columns of
 * the key alone, none of which can be null. */
extern bool dbcpg_lint_partition_fits(dbcpg_lint_analyzer *r,
									  dbc_lint_object *partition,
									  const char *const *key);

/* Fills in the indexes of a table. */
extern void dbcpg_lint_read_indexes(dbcpg_lint_analyzer *r,
									dbc_lint_object *table);

/* ---- lint/constraint.c ---- */

/* Names of the columns in a raw expression, as strings. */
extern List *dbcpg_lint_find_columns(Node *expression);

/* Those which a raw condition says are not null. */
extern List *dbcpg_lint_find_not_nulls(Node *expression);

/* Whether a raw expression compares values. */
extern bool dbcpg_lint_compares_values(Node *expression);

/* A column of a table, or NULL. */
extern dbcpg_lint_column *dbcpg_lint_find_column(dbcpg_lint_analyzer *r,
												 const dbc_lint_object *table,
												 const char *name);

/* Gives a column another name. */
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

/* The primary key of a table, or NULL; says so of the table. */
extern const dbcpg_lint_constraint *
dbcpg_lint_find_primary_key(dbcpg_lint_analyzer *r, dbc_lint_object *table);

/* Notes that a script adds a constraint, or takes one away. */
extern void
dbcpg_lint_record_constraint(dbcpg_lint_analyzer *r, dbc_lint_object *table,
							 const dbcpg_lint_constraint *constraint);
extern void
dbcpg_lint_record_constraint_drop(dbc_lint_object *table,
								  const dbcpg_lint_constraint *gone);

/* Whether no row can have a null in a column: it is declared so, or a valid
 * CHECK says it. */
extern bool dbcpg_lint_is_not_null(dbcpg_lint_analyzer *r,
								   dbc_lint_object *table, const char *name);

/* Whether a domain has constraints of its own. */
extern bool dbcpg_lint_domain_has_check(Oid type);

/* ---- lint/create.c ---- */

extern void dbcpg_lint_analyze_create(dbcpg_lint_analyzer *r,
									  const CreateStmt *statement,
									  const char *type);
extern void dbcpg_lint_analyze_create_as(dbcpg_lint_analyzer *r,
										 const CreateTableAsStmt *statement);

/* A column that is added to a table, with its constraints. */
extern void dbcpg_lint_analyze_column(dbcpg_lint_analyzer *r,
									  dbc_lint_object *table,
									  const ColumnDef *column, unsigned flags,
									  const char *command);

/* A constraint that is added to a table; column is the one it is written at,
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

/* Reads a statement about an object; false if it is not among those known. */
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

/* What a query, or a statement that writes rows, does. */
extern void dbcpg_lint_analyze_query(dbcpg_lint_analyzer *r, Node *node);
extern void dbcpg_lint_analyze_copy(dbcpg_lint_analyzer *r,
									const CopyStmt *statement);
extern void dbcpg_lint_analyze_truncate(dbcpg_lint_analyzer *r,
										const TruncateStmt *statement);

/* ---- lint/depend.c ---- */

/* Adds the locks that dropping an object takes: those of the relations that it
 * is, or is part of, and of all that goes with it. */
extern void dbcpg_lint_add_drop_effects(dbcpg_lint_analyzer *r, Oid catalog,
										Oid oid, int column, bool cascade,
										dbc_lint_lock_mode lock);

/* Adds those of making the constraints on a column anew. */
extern void dbcpg_lint_add_constraint_effects(dbcpg_lint_analyzer *r, Oid table,
											  int column);

/* Adds those of changing the sequences of a table's columns. */
extern void dbcpg_lint_add_sequence_effects(dbcpg_lint_analyzer *r, Oid table);

/* Adds those of checking all values of a domain. */
extern void dbcpg_lint_add_domain_effects(dbcpg_lint_analyzer *r, List *names);

/* Adds those of the relations that a partition comes to, or goes from: of the
 * parent, and of its default partition, which may be scanned. */
extern void dbcpg_lint_add_partition_effects(dbcpg_lint_analyzer *r, Oid parent,
											 dbc_lint_lock_mode mode,
											 bool scans);

/* ---- lint/locks.c ---- */

/* Adds what a statement does to a relation to what it is known to do. */
extern void dbcpg_lint_add_effect(dbcpg_lint_analyzer *r,
								  const dbc_lint_object *object,
								  dbc_lint_lock_mode lock, bool rewrites,
								  bool scans);

/* The same of a relation with its partitions and children. */
extern void dbcpg_lint_add_tree_effect(dbcpg_lint_analyzer *r,
									   const dbc_lint_object *object,
									   dbc_lint_lock_mode lock, bool rewrites,
									   bool scans);

/* The core's lock of a lock mode. */
extern dbc_lint_lock_mode dbcpg_lint_convert_lock_mode(LOCKMODE mode);

/* Adds what the operations of a statement do. */
extern void dbcpg_lint_add_operation_effects(dbcpg_lint_analyzer *r);

#endif /* DBCPG_LINT_ANALYSIS_H */
