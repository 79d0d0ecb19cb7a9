/*
 * diff.h
 *	  What the files behind dbcpg_migrate_diff() share.
 *
 * The objects of two schemas, old and new, become nodes: one for each name in
 * either.  What PostgreSQL changes by a statement of its own though it belongs
 * to another object (a default, the parents of a table, the owner of a
 * sequence, a replica identity) is a node, too.  Each node is decided: kept,
 * altered, dropped, created, or dropped and created again (remade).  Then the
 * steps are written in an order in which every one finds what it needs.
 */
#ifndef DBCPG_MIGRATE_DIFF_H
#define DBCPG_MIGRATE_DIFF_H

#include <stdlib.h>
#include <string.h>

#include "common/migrate/schema_objects.h"

/* Kinds of nodes, in the order of their creation where no dependency decides.
 */
typedef enum diff_kind
{
	DIFF_SCHEMA,
	DIFF_EXTENSION,
	DIFF_TYPE,
	DIFF_DOMAIN,
	DIFF_FUNCTION,
	DIFF_PROCEDURE,
	DIFF_AGGREGATE,
	DIFF_OPERATOR,
	DIFF_CAST,
	DIFF_DICTIONARY,
	DIFF_CONFIGURATION,
	DIFF_WRAPPER,
	DIFF_SERVER,
	DIFF_SEQUENCE,
	DIFF_TABLE,
	DIFF_FOREIGN_TABLE,
	DIFF_COLUMN,
	DIFF_PARENTS,
	DIFF_DEFAULT,
	DIFF_OWNER,
	DIFF_CONSTRAINT,
	DIFF_INDEX,
	DIFF_REPLICA_IDENTITY,
	DIFF_STATISTICS,
	DIFF_VIEW,
	DIFF_MATERIALIZED_VIEW,
	DIFF_RULE,
	DIFF_TRIGGER,
	DIFF_POLICY,
	DIFF_EVENT_TRIGGER,
	DIFF_OTHER, /* objects without SQL */
	DIFF_NKINDS
} diff_kind;

typedef enum diff_action
{
	DIFF_KEEP,
	DIFF_ALTER,
	DIFF_DROP,
	DIFF_CREATE,
	DIFF_REMAKE
} diff_action;

/* A member of an object's details: a text, or a list of texts. */
typedef struct diff_detail
{
	const char *key;
	const char *text;
	const char **items;
	int nitems;
} diff_detail;

typedef struct diff_node diff_node;

/* A list of nodes that grows. */
typedef struct diff_list
{
	diff_node **items;
	int count;
} diff_list;

/* A node in one of the two schemas. */
typedef struct diff_side
{
	const dbc_migrate_object *object; /* NULL if it does not exist */
	const diff_detail *details;
	int ndetails;
	diff_node *holder; /* dropped and created with it: the table of a column */
	diff_node *origin; /* the column of a parent table that it inherits */
	diff_list held;	   /* the nodes whose holder this is, in order */
	diff_list needs;   /* what it depends on */
	diff_list users;   /* what depends on it */
} diff_side;

struct diff_node
{
	diff_kind kind;
	const char *label; /* "type name" */
	const char *name;
	diff_side old;
	diff_side new;
	diff_action action;
	bool retyped;  /* column: its type changes */
	bool deferred; /* default: set after its column is added */
	bool swapped;  /* type: renamed, created again, the renamed one dropped */
	bool dropping;
	bool dropped;
	bool making;
	bool made;
	bool finished; /* a swapped type: the renamed one is dropped */
};

typedef struct diff
{
	dbc_host *host;
	diff_node *nodes; /* in order of their labels */
	int count;
	dbc_buffer out;
	bool has_functions;
} diff;

/* ---- migrate/diff_node.c ---- */

extern void dbcpg_migrate_add_nodes(diff *d, const dbc_migrate_schema *from,
									const dbc_migrate_schema *to);
extern diff_node *dbcpg_migrate_find_labelled_node(const diff *d,
												   const char *label);
extern diff_node *dbcpg_migrate_find_node(const diff *d, const char *type,
										  const char *name);

/* ---- migrate/diff_detail.c ---- */

/* Reads the details of an object. */
extern void dbcpg_migrate_read_details(dbc_host *host, diff_side *side);

/* The texts of a JSON array; their number goes to *count. */
extern const char **dbcpg_migrate_read_json_texts(dbc_host *host,
												  const char *json, int *count);

/* A member of the details: NULL, false or an empty list if there is none. */
extern const char *dbcpg_migrate_detail_text(const diff_side *side,
											 const char *key);
extern bool dbcpg_migrate_detail_is_true(const diff_side *side,
										 const char *key);
extern const diff_detail *dbcpg_migrate_detail_items(const diff_side *side,
													 const char *key);

/* The same; fails if the document lacks it. */
extern const char *dbcpg_migrate_require_detail_text(diff *d,
													 const diff_side *side,
													 const char *key);

/* Whether a text is the same on both sides, or missing on both. */
extern bool dbcpg_migrate_has_same_detail(const diff_node *node,
										  const char *key);

/* ---- migrate/diff_decide.c ---- */

/* Decides what happens to every node. */
extern void dbcpg_migrate_decide_actions(diff *d);

/* Whether a node is dropped, for good or to be created again. */
extern bool dbcpg_migrate_is_dropped(const diff_node *node);

/* Whether the parents of a table do not change. */
extern bool dbcpg_migrate_has_same_parents(const diff *d,
										   const diff_node *table);

/* The node whose drop, or creation, includes this one: itself or its holder. */
extern diff_node *dbcpg_migrate_find_dropping_node(const diff *d,
												   diff_node *node);
extern diff_node *dbcpg_migrate_find_creating_node(const diff *d,
												   diff_node *node);

/* ---- migrate/diff_order.c ---- */

/* Writes all steps. */
extern void dbcpg_migrate_write_steps(diff *d);

/* ---- migrate/diff_write.c ---- */

extern void dbcpg_migrate_write_drop(diff *d, const diff_node *node);
extern void dbcpg_migrate_write_create(diff *d, const diff_node *node);
extern void dbcpg_migrate_write_alter(diff *d, const diff_node *node);

/* ---- migrate/diff_table.c ---- */

extern void dbcpg_migrate_create_table(diff *d, const diff_node *table);
extern void dbcpg_migrate_alter_table(diff *d, const diff_node *table);
extern void dbcpg_migrate_drop_parents(diff *d, const diff_node *parents);
extern void dbcpg_migrate_add_parents(diff *d, const diff_node *parents);

/* ---- migrate/diff_column.c ---- */

/* A column's clause in CREATE TABLE and ADD COLUMN, without its name. */
extern const char *dbcpg_migrate_column_clause(diff *d,
											   const diff_node *column);

extern void dbcpg_migrate_add_column(diff *d, const diff_node *column);
extern void dbcpg_migrate_alter_column(diff *d, const diff_node *column);

/* Writes the properties of a new column that no clause can set, or those in
 * which an inherited column differs from its origin. */
extern void dbcpg_migrate_write_column_rest(diff *d, const diff_node *column);

/* ---- migrate/diff_convert.c ---- */

/* The " USING ..." that ALTER COLUMN TYPE needs for a column, or nothing. */
extern const char *dbcpg_migrate_using_clause(diff *d, const diff_node *column);

/* Says what a column may lose by its new type, or why it may not take it. */
extern void dbcpg_migrate_comment_conversion(diff *d, const diff_node *column);

/* ---- migrate/diff_foreign.c ---- */

extern void dbcpg_migrate_alter_options(diff *d, const diff_node *node,
										const char *start);
extern void dbcpg_migrate_append_options(dbc_buffer *out,
										 const diff_side *side);

/* ---- migrate/diff_type.c ---- */

/* Whether a changed type is not created again. */
extern bool dbcpg_migrate_can_alter_type(const diff_node *type);

extern void dbcpg_migrate_alter_type(diff *d, const diff_node *type);
extern void dbcpg_migrate_alter_domain(diff *d, const diff_node *domain);
/* Renames a type that is to be created again; columns and types follow the
 * rename. */
extern void dbcpg_migrate_rename_type(diff *d, const diff_node *type);

/* Drops a type that was renamed because it was to be created again. */
extern void dbcpg_migrate_drop_old_type(diff *d, const diff_node *type);

/* ---- migrate/diff_text.c ---- */

/* Writes a statement and its ";". */
extern void dbcpg_migrate_write_statement(diff *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Writes a comment on one line. */
extern void dbcpg_migrate_write_comment(diff *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Writes the comment that goes before a statement which destroys data. */
extern void dbcpg_migrate_comment_data_loss(diff *d, const char *what,
											const char *name);

extern void dbcpg_migrate_comment_omitted(diff *d, const char *what,
										  const diff_node *node);

/* The last part of a qualified name. */
extern const char *dbcpg_migrate_unqualified_name(const char *name);

/* The text up to its first space. */
extern const char *dbcpg_migrate_first_word(diff *d, const char *text);

#endif /* DBCPG_MIGRATE_DIFF_H */
