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

#include "pg_ext/core/pg_ext.h"

#include "common/lint/lint.h"

/* A column, once a statement needs to know it. */
typedef struct dbcpg_column
{
	struct dbcpg_column *next;
	const char *name;
	const char *type; /* in normal form, or NULL */
	Oid type_oid;	  /* InvalidOid: of a type that is not there yet */
	int32 typmod;
	Oid collation;
	AttrNumber number; /* 0: a script has added it */
	bool not_null;
	bool gone;
} dbcpg_column;

/* A constraint of a table. */
typedef struct dbcpg_constraint
{
	struct dbcpg_constraint *next;
	Oid oid;		  /* InvalidOid: a script has added it */
	const char *name; /* "" where PostgreSQL will choose it */
	char type;		  /* as in pg_constraint */
	bool valid;
	const char *const *columns;	  /* it is on; ended by NULL */
	const char *const *not_nulls; /* that a CHECK says are not null, likewise */
	bool compares;				  /* a CHECK that compares values */
	dbc_subject *other;			  /* that a foreign key refers to */
} dbcpg_constraint;

/* What is known of a relation; dbc_subject.engine of what may name it. */
typedef struct dbcpg_relation
{
	Oid oid;			  /* first: a hash key; InvalidOid: not there yet */
	dbc_subject *subject; /* all its names lead to this one */
	char kind;			  /* as in pg_class, likewise the next two */
	char persistence;
	Oid tablespace;
	bool gone;			  /* a script has dropped it */
	bool renamed;		  /* what the catalog calls it is not its name */
	bool has_children;	  /* partitions, or tables that inherit from it */
	bool has_constraints; /* they have been read */
	dbcpg_column *columns;
	dbcpg_constraint *constraints;
	dbc_subject *table;		/* of an index */
	int numbered;			/* the last index that got its name and a number */
	const char *const *key; /* of a partitioned table, once it is asked for */
	int statement;			/* that last had an effect on it, and which */
	int effect;
} dbcpg_relation;

/* What the reader remembers from one script of a session to the next. */
typedef struct dbcpg_memory
{
	struct HTAB *relations; /* of the catalog, by OID */
	int statements;			/* read so far, with the one being read */
} dbcpg_memory;

/* One script being read. */
typedef struct dbcpg_reader
{
	dbcpg_host *host;
	dbc_session *session;
	dbcpg_memory *memory;
	const char *text;	 /* of the statement */
	dbc_lock alter_lock; /* that an ALTER TABLE takes, else NONE */
	dbc_deed *deeds;	 /* of the statement, likewise effects */
	int ndeeds;
	int deed_room;
	dbc_effect *effects;
	int neffects;
	int effect_room;
} dbcpg_reader;

/* ---- lint/analysis.c ---- */

/* Adds a deed to those of the statement; what is returned is to be filled in
 * before the next one is added. */
extern dbc_deed *dbcpg_deed(dbcpg_reader *r, dbc_verb verb,
							dbc_subject *subject, const char *command);

/* What a statement is called in messages. */
extern const char *dbcpg_tag(const Node *node);

/* Text of PostgreSQL that lives as long as the call; NULL stays NULL. */
extern const char *dbcpg_keep(dbcpg_reader *r, const char *text);

/* Adds an effect on a relation that has none yet, and gives its index. */
extern int dbcpg_new_effect(dbcpg_reader *r, const dbc_subject *subject);

/* Names of a list of strings, ended by NULL. */
extern const char *const *dbcpg_keep_names(dbcpg_reader *r, List *names);

/* ---- lint/relation.c ---- */

/* The subject a name means; made if there is none. */
extern dbc_subject *dbcpg_named(dbcpg_reader *r, const RangeVar *name,
								const char *type);

/* The same of a name that is a list of strings. */
extern dbc_subject *dbcpg_named_list(dbcpg_reader *r, List *names,
									 const char *type);

/* The subject of a statement that creates it. */
extern dbc_subject *dbcpg_created(dbcpg_reader *r, const RangeVar *name,
								  const char *type, bool if_not_exists);

/* The OIDs of the indexes of a relation. */
extern List *dbcpg_indexes_of(Oid table);

/* The subject of a relation of the catalog, or NULL if it is gone. */
extern dbc_subject *dbcpg_subject_of(dbcpg_reader *r, Oid oid);

/* What is known of a relation. */
extern dbcpg_relation *dbcpg_relation_known(const dbc_subject *subject);

/* Says that a subject is dropped, or has another name or schema. */
extern void dbcpg_forget_subject(dbcpg_reader *r, dbc_subject *subject);
extern void dbcpg_rename_subject(dbcpg_reader *r, dbc_subject *subject,
								 const char *name);
extern void dbcpg_move_subject(dbcpg_reader *r, dbc_subject *subject,
							   const char *schema);

/* A subject that is no relation: a schema, a type, a function. */
extern dbc_subject *dbcpg_object(dbcpg_reader *r, const char *type,
								 List *names);

/* Puts a number into words; memory of the call. */
extern const char *dbcpg_id(dbcpg_reader *r, Oid oid);

/* ---- lint/text.c ---- */

/* The text between the parentheses that follow a place of the statement. */
extern const char *dbcpg_text_in_parentheses(dbcpg_reader *r, int location);

/* The expression that follows a word at or before a place of the statement. */
extern const char *dbcpg_text_after(dbcpg_reader *r, const char *word,
									int location);

/* ---- lint/type.c ---- */

/* The type of a column as it is written. */
typedef struct dbcpg_type
{
	const char *text; /* in normal form */
	Oid oid;		  /* InvalidOid: it is not there yet */
	int32 typmod;
	bool is_serial;
	bool is_checked; /* a domain with constraints */
} dbcpg_type;

extern dbcpg_type dbcpg_read_type(dbcpg_reader *r, const TypeName *name);

/* The type of a name, or InvalidOid. */
extern Oid dbcpg_find_type(List *names);

/* The functions of a name that can be called with so many arguments, -1 for any
 * number. */
extern FuncCandidateList dbcpg_find_functions(List *names, int nargs);

/* Whether an expression calls what may give another value each time. */
extern bool dbcpg_is_volatile(Node *expression);

/* The normal form of a type, as format_type() gives it. */
extern const char *dbcpg_type_text(Oid type, int32 typmod);

/* ---- lint/change.c ---- */

/* Whether an expression is a column itself, perhaps cast to its new type; none
 * is, too. */
extern bool dbcpg_is_same_column(const Node *expression, const char *column,
								 const TypeName *type);

/* Says in its deed what a change of a column's type comes to. */
extern void dbcpg_judge_change(dbcpg_reader *r, dbc_deed *deed,
							   const dbcpg_column *column,
							   const dbcpg_type *type, const ColumnDef *def);

/* ---- lint/key.c ---- */

/* Notes by which columns a new table is divided. */
extern void dbcpg_remember_key(dbcpg_reader *r, dbc_subject *table,
							   const PartitionSpec *spec);

/* The columns a table is divided by, ended by NULL, "" for an expression; or
 * NULL. */
extern const char *const *dbcpg_partition_key(dbcpg_reader *r,
											  dbc_subject *table);

/* Whether a table that becomes a partition of another is known to fit, as far
 * as that can be told without the bounds: a valid CHECK compares the columns of
 * the key alone, none of which can be null. */
extern bool dbcpg_fits(dbcpg_reader *r, dbc_subject *partition,
					   const char *const *key);

/* Fills in the indexes of a table. */
extern void dbcpg_know_indexes(dbcpg_reader *r, dbc_subject *table);

/* ---- lint/constraint.c ---- */

/* Names of the columns in a raw expression, as strings. */
extern List *dbcpg_columns_of(Node *expression);

/* Those which a raw condition says are not null. */
extern List *dbcpg_not_nulls_of(Node *expression);

/* Whether a raw expression compares values. */
extern bool dbcpg_compares(Node *expression);

/* A column of a table, or NULL. */
extern dbcpg_column *
dbcpg_find_column(dbcpg_reader *r, const dbc_subject *table, const char *name);

/* Gives a column another name. */
extern void dbcpg_rename_column(dbcpg_reader *r, dbc_subject *table,
								dbcpg_column *column, const char *name);

/* The constraints of a table; one of them by name, or NULL. */
extern dbcpg_constraint *dbcpg_constraints(dbcpg_reader *r, dbc_subject *table);
extern dbcpg_constraint *
dbcpg_find_constraint(dbcpg_reader *r, dbc_subject *table, const char *name);

/* The primary key of a table, or NULL; says so of the table. */
extern const dbcpg_constraint *dbcpg_primary_key(dbcpg_reader *r,
												 dbc_subject *table);

/* Notes that a script adds a constraint, or takes one away. */
extern void dbcpg_remember_constraint(dbcpg_reader *r, dbc_subject *table,
									  const dbcpg_constraint *constraint);
extern void dbcpg_forget_constraint(dbc_subject *table,
									const dbcpg_constraint *gone);

/* Whether no row can have a null in a column: it is declared so, or a valid
 * CHECK says it. */
extern bool dbcpg_is_not_null(dbcpg_reader *r, dbc_subject *table,
							  const char *name);

/* Whether a domain has constraints of its own. */
extern bool dbcpg_domain_has_check(Oid type);

/* ---- lint/create.c ---- */

extern void dbcpg_read_create(dbcpg_reader *r, const CreateStmt *statement,
							  const char *type);
extern void dbcpg_read_create_as(dbcpg_reader *r,
								 const CreateTableAsStmt *statement);

/* A column that is added to a table, with its constraints. */
extern void dbcpg_read_column(dbcpg_reader *r, dbc_subject *table,
							  const ColumnDef *column, unsigned flags,
							  const char *command);

/* A constraint that is added to a table; column is the one it is written at,
 * or NULL. */
extern void dbcpg_read_constraint(dbcpg_reader *r, dbc_subject *table,
								  const Constraint *constraint,
								  const char *column, unsigned flags,
								  const char *command);

/* ---- lint/alter.c ---- */

extern void dbcpg_read_alter(dbcpg_reader *r, const AlterTableStmt *statement);

/* ---- lint/index.c ---- */

extern void dbcpg_read_index(dbcpg_reader *r, const IndexStmt *statement);
extern void dbcpg_read_reindex(dbcpg_reader *r, const ReindexStmt *statement);
extern void dbcpg_read_vacuum(dbcpg_reader *r, const VacuumStmt *statement);
extern void dbcpg_read_cluster(dbcpg_reader *r, const ClusterStmt *statement);

/* ---- lint/drop.c ---- */

extern void dbcpg_read_drop(dbcpg_reader *r, const DropStmt *statement);
extern void dbcpg_read_rename(dbcpg_reader *r, const RenameStmt *statement);

/* ---- lint/object.c ---- */

/* Reads a statement about an object; false if it is not among those known. */
extern bool dbcpg_read_object(dbcpg_reader *r, Node *node);

/* ---- lint/routine.c ---- */

extern void dbcpg_read_enum(dbcpg_reader *r, const AlterEnumStmt *statement);
extern void dbcpg_read_domain(dbcpg_reader *r,
							  const CreateDomainStmt *statement);
extern void dbcpg_read_domain_change(dbcpg_reader *r,
									 const AlterDomainStmt *statement);
extern void dbcpg_read_function(dbcpg_reader *r,
								const CreateFunctionStmt *statement);
extern void dbcpg_read_function_change(dbcpg_reader *r,
									   const AlterFunctionStmt *statement);

/* ---- lint/query.c ---- */

/* What a query, or a statement that writes rows, does. */
extern void dbcpg_read_query(dbcpg_reader *r, Node *node);
extern void dbcpg_read_copy(dbcpg_reader *r, const CopyStmt *statement);
extern void dbcpg_read_truncate(dbcpg_reader *r, const TruncateStmt *statement);

/* ---- lint/depend.c ---- */

/* Adds the locks that dropping an object takes: those of the relations that it
 * is, or is part of, and of all that goes with it. */
extern void dbcpg_drop_effects(dbcpg_reader *r, Oid catalog, Oid oid,
							   int column, bool cascade, dbc_lock lock);

/* Adds those of making the constraints on a column anew. */
extern void dbcpg_constraint_effects(dbcpg_reader *r, Oid table, int column);

/* Adds those of changing the sequences of a table's columns. */
extern void dbcpg_sequence_effects(dbcpg_reader *r, Oid table);

/* Adds those of checking all values of a domain. */
extern void dbcpg_domain_effects(dbcpg_reader *r, List *names);

/* Adds those of the relations that a partition comes to, or goes from: of the
 * parent, and of its default partition, which may be scanned. */
extern void dbcpg_partition_effects(dbcpg_reader *r, Oid parent, dbc_lock mode,
									bool scans);

/* ---- lint/locks.c ---- */

/* Adds what a statement does to a relation to what it is known to do. */
extern void dbcpg_effect(dbcpg_reader *r, const dbc_subject *subject,
						 dbc_lock lock, bool rewrites, bool scans);

/* The same of a relation with its partitions and children. */
extern void dbcpg_effect_on_tree(dbcpg_reader *r, const dbc_subject *subject,
								 dbc_lock lock, bool rewrites, bool scans);

/* The core's lock of a lock mode. */
extern dbc_lock dbcpg_lock_of_mode(LOCKMODE mode);

/* Adds what the deeds of a statement do. */
extern void dbcpg_add_effects(dbcpg_reader *r);

#endif /* DBCPG_LINT_ANALYSIS_H */
