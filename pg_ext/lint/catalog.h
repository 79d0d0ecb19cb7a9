/*
 * catalog.h
 *	  What the analysis of a script asks about the database.
 *
 * The other files of this room read parse trees and keep what scripts change;
 * they call nothing of the server but what works on parse trees, text and
 * memory.  The questions are answered by catalog*.c from the caches of the
 * server, without keeping locks; in the command, which compiles this room once
 * more with the parser as a library, by wire/lint/.
 *
 * Answers are in the encoding and the memory of the parser; lists of names have
 * strings.  NIL, NULL and InvalidOid mean that there is nothing, or that
 * nothing is known.
 */
#ifndef DBCPG_LINT_CATALOG_H
#define DBCPG_LINT_CATALOG_H

#include "pg_ext/core/host.h"

/* ---- lint/catalog.c: relations ---- */

typedef struct dbcpg_catalog_relation
{
	char kind; /* as in pg_class, as are the next two */
	char persistence;
	Oid tablespace;
	bool is_partition;
	bool has_children;
	bool measured;
	double rows; /* with partitions; -1 if unknown */
	int64 bytes;
	const char *foreign; /* the foreign table that this is or has as a
							partition, as messages show it */
	Oid table;			 /* of an index */
} dbcpg_catalog_relation;

/* The relation with a name; without a schema along search_path. */
extern Oid dbcpg_lint_catalog_find_relation(const char *schema,
											const char *name);

/* The schema where unqualified names are created. */
extern const char *dbcpg_lint_catalog_default_schema(void);

/* Reads a relation; false if it was dropped. */
extern bool dbcpg_lint_catalog_read_relation(dbc_host *host, Oid oid,
											 dbcpg_catalog_relation *relation);

/* The name of a relation, and its schema unless it is visible without. */
extern const char *dbcpg_lint_catalog_name(Oid oid, const char **schema);

/* A relation with its partitions and children. */
extern List *dbcpg_lint_catalog_list_tree(Oid oid);

/* The default partition of a partitioned table. */
extern Oid dbcpg_lint_catalog_default_partition(Oid parent);

/* The sequences that belong to columns of a table. */
extern List *dbcpg_lint_catalog_list_sequences(Oid table);

/* The tables with foreign keys to some tables, and not among them. */
extern List *dbcpg_lint_catalog_list_referencing(List *tables);

/* Whether a tablespace, which is the one of the database if it is InvalidOid,
 * has a name. */
extern bool dbcpg_lint_catalog_is_tablespace(Oid tablespace, const char *name);

/* The columns of a partition key; "" for an expression. */
extern List *dbcpg_lint_catalog_read_key(Oid table);

/* The columns of each valid index without WHERE. */
extern List *dbcpg_lint_catalog_read_indexes(Oid table);

/* ---- lint/catalog_constraint.c: columns and constraints ---- */

typedef struct dbcpg_catalog_column
{
	Oid type;
	int32 typmod;
	Oid collation;
	AttrNumber number;
	bool not_null;
} dbcpg_catalog_column;

/* Reads a column; false if there is none with that name. */
extern bool dbcpg_lint_catalog_read_column(Oid table, const char *name,
										   dbcpg_catalog_column *column);

typedef struct dbcpg_catalog_constraint
{
	Oid oid;
	const char *name;
	char type; /* as in pg_constraint */
	bool valid;
	List *columns;
	List *not_nulls; /* columns that a CHECK excludes nulls from */
	bool compares;	 /* a CHECK with a comparison */
	Oid other;		 /* table referenced by a foreign key */
} dbcpg_catalog_constraint;

extern List *dbcpg_lint_catalog_read_constraints(Oid table);

/* ---- lint/catalog_type.c: types and functions ---- */

/* The type of a type name, with its array bounds. */
extern Oid dbcpg_lint_catalog_find_type(const TypeName *name);

/* The modifier of a type with this name; -1: none, or one that only a function
 * of a user can read, which makes *known false. */
extern int32 dbcpg_lint_catalog_read_modifier(const TypeName *name, Oid type,
											  bool *known);

/* A type as format_type() returns it. */
extern const char *dbcpg_lint_catalog_type_text(Oid type, int32 typmod);

/* Whether a type is a domain with constraints. */
extern bool dbcpg_lint_catalog_is_checked(Oid type);

/* Whether a function call may be volatile, as one of an unknown function
 * may. */
extern bool dbcpg_lint_catalog_is_volatile(const FuncCall *call);

/* ---- lint/catalog_change.c: changes of a column's type ---- */

/* Whether rows, and indexes of a table, stay as they are if a column gets
 * another type, with a collation unless the clause is NULL. */
extern bool dbcpg_lint_catalog_keeps_rows(const dbcpg_catalog_column *column,
										  Oid type, int32 typmod);
extern bool dbcpg_lint_catalog_keeps_indexes(Oid table,
											 const dbcpg_catalog_column *column,
											 Oid type,
											 const CollateClause *clause);

/* ---- lint/catalog_depend.c: what a DROP drops ---- */

/* The relations, and those that dropped objects belong to, if an object is
 * dropped: one of a catalog, or a column of a relation. */
extern List *dbcpg_lint_catalog_list_dropped(Oid catalog, Oid oid, int column,
											 bool cascade);

/* The same for objects that are no relations, with CASCADE. */
extern List *dbcpg_lint_catalog_list_dropped_by_name(ObjectType type,
													 List *names);

/* The relations of the constraints on a column, which are recreated. */
extern List *dbcpg_lint_catalog_list_constrained(Oid table, int column);

/* The tables with columns of a domain, or of a type built on it. */
extern List *dbcpg_lint_catalog_list_of_domain(List *names);

/* ---- lint/catalog_statement.c: statements, settings and text ---- */

/* Applies a setting of the script that affects how later names and types
 * resolve; assigning it calls no user code. */
extern void dbcpg_lint_catalog_apply_setting(const VariableSetStmt *statement);

/* The command tag of a statement. */
extern const char *dbcpg_lint_catalog_tag(const Node *node,
										  const dbc_statement *statement);

/* A copy of text in the core's encoding and memory. */
extern const char *dbcpg_lint_catalog_copy(dbc_host *host, const char *text);

#endif /* DBCPG_LINT_CATALOG_H */
