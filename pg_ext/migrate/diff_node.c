/*
 * diff_node.c
 *	  The objects of two schemas as nodes, with their dependencies.
 */
#include "pg_ext/migrate/diff.h"

#include "common/core/sort.h"

#include <stdlib.h>

/* The names of kinds in a document; all others are DIFF_OTHER. */
static const char *const kind_words[DIFF_NKINDS] = {
	[DIFF_SCHEMA] = "schema",
	[DIFF_EXTENSION] = "extension",
	[DIFF_TYPE] = "type",
	[DIFF_DOMAIN] = "domain",
	[DIFF_FUNCTION] = "function",
	[DIFF_PROCEDURE] = "procedure",
	[DIFF_AGGREGATE] = "aggregate",
	[DIFF_OPERATOR] = "operator",
	[DIFF_CAST] = "cast",
	[DIFF_DICTIONARY] = "text search dictionary",
	[DIFF_CONFIGURATION] = "text search configuration",
	[DIFF_WRAPPER] = "foreign-data wrapper",
	[DIFF_SERVER] = "server",
	[DIFF_SEQUENCE] = "sequence",
	[DIFF_TABLE] = "table",
	[DIFF_FOREIGN_TABLE] = "foreign table",
	[DIFF_COLUMN] = "column",
	[DIFF_PARENTS] = "parents",
	[DIFF_DEFAULT] = "default",
	[DIFF_OWNER] = "owner",
	[DIFF_CONSTRAINT] = "constraint",
	[DIFF_INDEX] = "index",
	[DIFF_REPLICA_IDENTITY] = "replica identity",
	[DIFF_STATISTICS] = "statistics",
	[DIFF_VIEW] = "view",
	[DIFF_MATERIALIZED_VIEW] = "materialized view",
	[DIFF_RULE] = "rule",
	[DIFF_TRIGGER] = "trigger",
	[DIFF_POLICY] = "policy",
	[DIFF_EVENT_TRIGGER] = "event trigger",
	[DIFF_OTHER] = "",
};

/* An object of one schema before it is matched with that of the other. */
typedef struct entry
{
	const char *label;
	diff_kind kind;
	bool is_new;
	diff_side side;
} entry;

/* Entries while they are collected. */
typedef struct entry_list
{
	dbc_host *host;
	entry *items;
	int count;
} entry_list;

/* Whether nodes of a kind are parts of objects. */
static bool
is_part(diff_kind kind)
{
	return kind == DIFF_PARENTS || kind == DIFF_DEFAULT || kind == DIFF_OWNER ||
		   kind == DIFF_REPLICA_IDENTITY;
}

/* The kind of a type of objects. */
static diff_kind
kind_of(const char *type)
{
	int kind;

	for (kind = 0; kind < DIFF_OTHER; kind++)
		if (dbc_same(kind_words[kind], type) && !is_part((diff_kind) kind))
			break;
	return (diff_kind) kind;
}

/* Adds an object to the entries. */
static entry *
add_entry(entry_list *list, const dbc_migrate_object *object, diff_kind kind,
		  bool is_new)
{
	entry *added = &list->items[list->count++];

	added->label = dbc_format(list->host, "%s %s", object->type, object->name);
	added->kind = kind;
	added->is_new = is_new;
	added->side.object = object;
	return added;
}

/* Adds a part of an object that is a node by itself. */
static void
add_part(entry_list *list, const entry *whole, diff_kind kind,
		 const char *definition)
{
	const dbc_migrate_object *object = whole->side.object;
	dbc_migrate_object *part;
	entry *added;

	if (!definition)
		return;
	part = dbc_alloc(list->host, sizeof(*part));
	*part = (dbc_migrate_object){.type = kind_words[kind],
								 .name = object->name,
								 .parent = object->parent,
								 .definition = definition,
								 .depends_on = object->depends_on};
	added = add_entry(list, part, kind, whole->is_new);
	added->side.details = whole->side.details;
	added->side.ndetails = whole->side.ndetails;
}

/* The parents of a table and its place among their children, as one text. */
static const char *
parents_text(dbc_host *host, const diff_side *table)
{
	const diff_detail *parents = dbcpg_migrate_detail_items(table, "parents");
	const char *bound = dbcpg_migrate_detail_text(table, "bound");
	dbc_buffer text;

	if (parents->nitems == 0)
		return NULL;
	dbc_buffer_init(&text, host);
	for (int i = 0; i < parents->nitems; i++)
		dbc_append_format(&text, "%s%s", i > 0 ? ", " : "", parents->items[i]);
	if (bound)
		dbc_append_format(&text, " %s", bound);
	return text.data;
}

/* Adds an object of a schema, and its parts. */
static void
add_object(entry_list *list, const dbc_migrate_object *object, bool is_new)
{
	entry *whole = add_entry(list, object, kind_of(object->type), is_new);
	const diff_side *side = &whole->side;

	dbcpg_migrate_read_details(list->host, &whole->side);
	switch (whole->kind)
	{
		case DIFF_TABLE:
		case DIFF_FOREIGN_TABLE:
			add_part(list, whole, DIFF_PARENTS, parents_text(list->host, side));
			add_part(list, whole, DIFF_REPLICA_IDENTITY,
					 dbcpg_migrate_detail_text(side, "replica_identity"));
			break;
		case DIFF_COLUMN:
			add_part(list, whole, DIFF_DEFAULT,
					 dbcpg_migrate_detail_text(side, "default"));
			break;
		case DIFF_SEQUENCE:
			add_part(list, whole, DIFF_OWNER,
					 dbcpg_migrate_detail_text(side, "owned_by"));
			break;
		default:
			break;
	}
}

/* The order of entries, for qsort: the old one of two comes first. */
static int
compare_entries(const void *left, const void *right)
{
	const entry *l = left;
	const entry *r = right;
	int order = strcmp(l->label, r->label);

	return order != 0 ? order : (int) l->is_new - (int) r->is_new;
}

/* Makes nodes of sorted entries. */
static void
merge_entries(diff *d, const entry_list *list)
{
	d->nodes =
		dbc_alloc(d->host, ((size_t) list->count + 1) * sizeof(*d->nodes));
	for (int i = 0; i < list->count; i++)
	{
		const entry *item = &list->items[i];
		diff_node *node = &d->nodes[d->count];

		if (d->count > 0 && dbc_same(node[-1].label, item->label))
			node--;
		else
			d->count++;
		node->kind = item->kind;
		node->label = item->label;
		node->name = item->side.object->name;
		*(item->is_new ? &node->new : &node->old) = item->side;
	}
}

/* The order of nodes, for bsearch. */
static int
compare_nodes(const void *left, const void *right)
{
	return strcmp(((const diff_node *) left)->label,
				  ((const diff_node *) right)->label);
}

/* The node with a label, or NULL. */
diff_node *
dbcpg_migrate_find_labelled_node(const diff *d, const char *label)
{
	diff_node key = {.label = label};

	return dbc_search(&key, d->nodes, (size_t) d->count, sizeof(*d->nodes),
					  compare_nodes);
}

/* The node of a type and a name, or NULL. */
diff_node *
dbcpg_migrate_find_node(const diff *d, const char *type, const char *name)
{
	return dbcpg_migrate_find_labelled_node(
		d, dbc_format(d->host, "%s %s", type, name));
}

/* Adds a node to a list. */
static void
append_node(diff *d, diff_list *list, diff_node *node)
{
	list->items = dbc_grow(d->host, list->items, (size_t) list->count,
						   sizeof(diff_node *));
	list->items[list->count++] = node;
}

/* The side of a node in one of the schemas. */
static diff_side *
side_of(diff_node *node, bool is_new)
{
	return is_new ? &node->new : &node->old;
}

/* Adds a dependency of a node. */
static void
add_need(diff *d, diff_node *node, diff_node *need, bool is_new)
{
	diff_list *needs = &side_of(node, is_new)->needs;

	if (!need || need == node || !side_of(need, is_new)->object)
		return;
	for (int i = 0; i < needs->count; i++)
		if (needs->items[i] == need)
			return;
	append_node(d, needs, need);
	append_node(d, &side_of(need, is_new)->users, node);
}

/* The relation or domain of a name, or NULL. */
static diff_node *
find_parent(const diff *d, const char *name, bool is_new)
{
	static const char *const types[] = {"table", "foreign table", "view",
										"materialized view", "domain"};

	for (size_t i = 0; name && i < sizeof(types) / sizeof(types[0]); i++)
	{
		diff_node *node = dbcpg_migrate_find_node(d, types[i], name);

		if (node && side_of(node, is_new)->object)
			return node;
	}
	return NULL;
}

/* Whether only the default of a column, not the column, depends on a node. */
static bool
is_of_default(const diff_side *column, const diff_node *need)
{
	return !dbcpg_migrate_detail_text(column, "generated") &&
		   (need->kind == DIFF_FUNCTION || need->kind == DIFF_SEQUENCE ||
			need->kind == DIFF_AGGREGATE || need->kind == DIFF_OPERATOR ||
			need->kind == DIFF_COLUMN);
}

/* Whether a node is a table. */
static bool
is_table(const diff_node *node)
{
	return node->kind == DIFF_TABLE || node->kind == DIFF_FOREIGN_TABLE;
}

/* Adds the dependencies that the document lists. */
static void
add_listed_needs(diff *d, diff_node *node, bool is_new)
{
	const diff_side *side = side_of(node, is_new);
	int count;
	const char **labels = dbcpg_migrate_read_json_texts(
		d->host, side->object->depends_on, &count);

	for (int i = 0; i < count; i++)
	{
		diff_node *need = dbcpg_migrate_find_labelled_node(d, labels[i]);

		if (!need || (node->kind == DIFF_COLUMN && is_of_default(side, need)))
			continue;
		/* ownership and inheritance have their own nodes */
		if ((node->kind == DIFF_SEQUENCE && need->kind == DIFF_COLUMN) ||
			(is_table(node) && is_table(need)))
			continue;
		add_need(d, node, need, is_new);
	}
}

/* Sets the parent tables' columns from which a column is inherited. */
static void
add_origins(diff *d, diff_node *column, bool is_new)
{
	diff_side *side = side_of(column, is_new);
	const diff_detail *parents;

	if (!side->holder || dbcpg_migrate_detail_is_true(side, "local"))
		return;
	parents =
		dbcpg_migrate_detail_items(side_of(side->holder, is_new), "parents");
	for (int i = 0; i < parents->nitems; i++)
	{
		diff_node *origin = dbcpg_migrate_find_node(
			d, "column",
			dbc_format(d->host, "%s.%s", parents->items[i],
					   dbcpg_migrate_unqualified_name(column->name)));

		add_need(d, column, origin, is_new);
		if (origin && origin != column && !side->origin &&
			side_of(origin, is_new)->object)
			side->origin = origin;
	}
}

/* Adds dependencies of a table's parents: its columns, and in the old schema
 * the constraints and indexes that it keeps after leaving the parents. */
static void
add_needed_parts(diff *d, diff_node *node, diff_node *table, bool is_new)
{
	const diff_list *held = &side_of(table, is_new)->held;

	for (int i = 0; i < held->count; i++)
	{
		diff_node *part = held->items[i];

		if (part->kind == DIFF_COLUMN ||
			(!is_new && table != node->old.holder &&
			 (part->kind == DIFF_CONSTRAINT || part->kind == DIFF_INDEX)))
			add_need(d, node, part, is_new);
	}
}

/* Adds dependencies of a table's parents: the tables and their columns, which
 * have to match at ATTACH or INHERIT; columns come before in the list. */
static void
add_needs_of_parents(diff *d, diff_node *node, bool is_new)
{
	const diff_side *side = side_of(node, is_new);
	const diff_detail *parents = dbcpg_migrate_detail_items(side, "parents");

	if (side->holder)
		add_needed_parts(d, node, side->holder, is_new);
	for (int i = 0; i < parents->nitems; i++)
	{
		diff_node *parent = find_parent(d, parents->items[i], is_new);

		add_need(d, node, parent, is_new);
		if (parent)
			add_needed_parts(d, node, parent, is_new);
	}
}

/* Adds the dependency on the index that is the replica identity of a table. */
static void
add_needs_of_identity(diff *d, diff_node *node, bool is_new)
{
	static const char start[] = "USING INDEX ";
	const char *text = side_of(node, is_new)->object->definition;
	const char *space = node->name;
	const char *index;

	if (!dbc_starts_with(text, start))
		return;
	index = text + sizeof(start) - 1;
	add_need(
		d, node,
		dbcpg_migrate_find_node(
			d, "constraint", dbc_format(d->host, "%s.%s", node->name, index)),
		is_new);
	add_need(
		d, node,
		dbcpg_migrate_find_node(
			d, "index",
			dbc_format(d->host, "%.*s%s",
					   (int) (dbcpg_migrate_unqualified_name(space) - space),
					   space, index)),
		is_new);
}

/* The node with which an object is dropped and created, or NULL. */
static diff_node *
find_holder(const diff *d, const diff_node *node, bool is_new)
{
	const diff_side *side = is_new ? &node->new : &node->old;

	switch (node->kind)
	{
		case DIFF_DEFAULT:
			return dbcpg_migrate_find_node(d, "column", node->name);
		case DIFF_OWNER:
			return dbcpg_migrate_find_node(d, "sequence", node->name);
		case DIFF_PARENTS:
		case DIFF_REPLICA_IDENTITY:
			return find_parent(d, node->name, is_new);
		case DIFF_SEQUENCE:
			return dbcpg_migrate_detail_text(side, "owned_by")
					   ? dbcpg_migrate_find_node(
							 d, "column",
							 dbcpg_migrate_detail_text(side, "owned_by"))
					   : NULL;
		default:
			return find_parent(d, side->object->parent, is_new);
	}
}

/* Fails for a document in which a part of a table has no table. */
static void
check_holder(diff *d, const diff_node *node, const diff_side *side)
{
	switch (node->kind)
	{
		case DIFF_COLUMN:
		case DIFF_CONSTRAINT:
		case DIFF_INDEX:
		case DIFF_RULE:
		case DIFF_TRIGGER:
		case DIFF_POLICY:
		case DIFF_DEFAULT:
		case DIFF_OWNER:
		case DIFF_PARENTS:
		case DIFF_REPLICA_IDENTITY:
			break;
		default:
			return;
	}
	if (!side->holder || (!side->object->parent && !is_part(node->kind)))
		dbc_fail(d->host, DBC_INVALID_PARAMETER, NULL,
				 "Pass a document that dbmigrate_schema() returned.",
				 "%s of a schema document has no parent", node->label);
}

/* Links a node with the others of its schema. */
static void
link_node(diff *d, diff_node *node, bool is_new)
{
	diff_side *side = side_of(node, is_new);

	if (!side->object)
		return;
	side->holder = find_holder(d, node, is_new);
	if (side->holder && !side_of(side->holder, is_new)->object)
		side->holder = NULL;
	check_holder(d, node, side);
	if (side->holder)
	{
		append_node(d, &side_of(side->holder, is_new)->held, node);
		if (node->kind != DIFF_SEQUENCE)
			add_need(d, node, side->holder, is_new);
	}
	if (node->kind == DIFF_OWNER)
		add_need(d, node,
				 dbcpg_migrate_find_node(d, "column", side->object->definition),
				 is_new);
	else if (node->kind == DIFF_PARENTS)
		add_needs_of_parents(d, node, is_new);
	else if (node->kind == DIFF_REPLICA_IDENTITY)
		add_needs_of_identity(d, node, is_new);
	else
		add_listed_needs(d, node, is_new);
}

void
dbcpg_migrate_add_nodes(diff *d, const dbc_migrate_schema *from,
						const dbc_migrate_schema *to)
{
	size_t room = 3 * ((size_t) from->count + (size_t) to->count) + 1;
	entry_list list = {.host = d->host};

	list.items = dbc_alloc(d->host, room * sizeof(*list.items));
	for (int i = 0; i < from->count; i++)
		add_object(&list, &from->items[i], false);
	for (int i = 0; i < to->count; i++)
		add_object(&list, &to->items[i], true);
	dbc_sort(list.items, (size_t) list.count, sizeof(*list.items),
			 compare_entries);
	merge_entries(d, &list);
	for (int i = 0; i < d->count; i++)
	{
		link_node(d, &d->nodes[i], false);
		link_node(d, &d->nodes[i], true);
	}
	for (int i = 0; i < d->count; i++)
		if (d->nodes[i].kind == DIFF_COLUMN)
		{
			add_origins(d, &d->nodes[i], false);
			add_origins(d, &d->nodes[i], true);
		}
}
