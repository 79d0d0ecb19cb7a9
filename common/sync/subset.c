/*
 * subset.c
 *	  A consistent part of a database: the option where of dbsync_export().
 *
 * Each table that loses rows gets a table expression with what foreign keys can
 * refer to in the rows left out; a row stays if its keys refer to none of that.
 * Tables whose keys form circles share one expression, which is recursive.
 */
#include "common/sync/subset.h"

#include <stdlib.h>
#include <string.h>

#include "common/core/json.h"
#include "common/core/sort.h"
#include "common/core/text.h"
#include "common/sync/host.h"

/* Columns of sync/references.sql. */
enum
{
	R_CHILD,
	R_SOURCE,
	R_KEY,
	R_CHILD_COLUMN,
	R_PARENT,
	R_PARENT_COLUMN,
	R_EQUALS,
	R_EMPTY
};

/* A column that keys refer to, with a null of its type. */
typedef struct referred
{
	const char *column;
	const char *empty;
} referred;

typedef struct node node;

/* A foreign key; its columns are rows of the statement. */
typedef struct link
{
	node *child;
	node *parent;
	int first;
	int count;
} link;

typedef struct links
{
	const link **list;
	int count;
} links;

/* A table. */
struct node
{
	const char *shown;
	const char *source; /* of its rows alone */
	const char *condition;
	bool loses; /* rows are left out */
	/* keys to and from other tables that lose rows */
	links parents;
	links children;
	bool is_placed;
	int place; /* in the order */
	int group; /* place of the first table of its circle, or its own */
	referred *columns;
	int ncolumns;
};

struct dbc_sync_subset
{
	dbc_host *host;
	const dbc_relation *root; /* the first table with a condition */
	const char *trial;		  /* a query with the condition that is read */
	const dbc_rows *rows;	  /* of sync/references.sql */
	node *nodes;			  /* by name */
	int nnodes;
	link *links;
	int nlinks;
	node **order; /* the tables that lose rows, parents first */
	int norder;
	bool *needed; /* groups, by the query that is being made */
};

/* ---- tables and keys ---- */

static int
compare_nodes(const void *left, const void *right)
{
	return strcmp(((const node *) left)->shown, ((const node *) right)->shown);
}

static node *
find_node(const dbc_sync_subset *s, const char *shown)
{
	const node key = {.shown = shown};

	return s->nnodes > 0 ? dbc_search(&key, s->nodes, (size_t) s->nnodes,
									  sizeof(*s->nodes), compare_nodes)
						 : NULL;
}

/* Sorts the tables, so that each is there once. */
static void
sort_nodes(dbc_sync_subset *s)
{
	int count = 0;

	dbc_sort(s->nodes, (size_t) s->nnodes, sizeof(*s->nodes), compare_nodes);
	for (int i = 0; i < s->nnodes; i++)
		if (count == 0 || compare_nodes(&s->nodes[count - 1], &s->nodes[i]))
			s->nodes[count++] = s->nodes[i];
	s->nnodes = count;
}

static const char *
link_text(const dbc_sync_subset *s, const link *key, int place, int column)
{
	return dbc_get_text(s->host, s->rows, key->first + place, column);
}

/* Reads the foreign keys; their children are tables, too. */
static void
read_links(dbc_sync_subset *s)
{
	const dbc_rows *rows = s->rows;
	int64_t last = 0;

	s->links =
		dbc_alloc(s->host, ((size_t) rows->nrows + 1) * sizeof(*s->links));
	for (int i = 0; i < rows->nrows; i++)
	{
		const dbc_value *row = dbc_get_row(s->host, rows, i, "ttittttttt");

		if (s->nlinks == 0 || row[R_KEY].integer != last)
		{
			s->links[s->nlinks++] = (link){.first = i};
			s->nodes[s->nnodes++] = (node){.shown = row[R_CHILD].text,
										   .source = row[R_SOURCE].text};
		}
		s->links[s->nlinks - 1].count++;
		last = row[R_KEY].integer;
	}
}

/* ---- conditions ---- */

static void
ignore_row(dbc_host *host, void *arg, const dbc_sync_value *values)
{
	(void) host;
	(void) arg;
	(void) values;
}

static void
try_query(dbc_host *host, void *arg)
{
	const dbc_sync_subset *s = arg;

	DBC_CALL(host, sync, scan)
	(host, s->trial, s->root, NULL, 0, ignore_row, NULL);
}

/* Reads the condition of a table; fails unless the engine accepts it. */
static const char *
read_condition(dbc_sync_subset *s, const dbc_json_entry *entry,
			   const char *source)
{
	dbc_host *host = s->host;
	dbc_error error;
	const char *condition;

	if (entry->kind != DBC_I_STRING)
		dbc_fail(
			host, DBC_INVALID_PARAMETER, NULL,
			"Write SQL as a string: {\"customer\": \"country = 'PE'\"}.",
			"the condition of table %s in option \"where\" is not a string",
			entry->key);
	/* the line ends a comment in it */
	condition = dbc_format(host, "(%s\n)", entry->text);
	s->trial = dbc_format(
		host,
		"select 1 from (select 1 from %s where %s) as dbcare_x where 1 = 0",
		source, condition);
	if (!dbc_guard(host, try_query, s, DBC_KEEP, true, &error))
		dbc_fail(
			host, error.sqlstate, error.detail,
			"Write a condition over the columns of the table, as in WHERE.",
			"the condition of table %s in option \"where\" is not valid: %s",
			entry->key, error.message);
	return condition;
}

/* Reads the tables of the option, without their conditions. */
static const dbc_sync_table **
read_roots(dbc_sync_subset *s, const dbc_json_entries *where)
{
	const dbc_sync_table **roots =
		dbc_alloc(s->host, ((size_t) where->count + 1) * sizeof(*roots));

	for (int i = 0; i < where->count; i++)
	{
		const dbc_relation *found = dbc_resolve(s->host, where->list[i].key);

		roots[i] = dbc_sync_describe(s->host, found);
		s->nodes[s->nnodes++] =
			(node){.shown = found->shown, .source = roots[i]->source};
	}
	return roots;
}

static void
read_conditions(dbc_sync_subset *s, const dbc_json_entries *where,
				const dbc_sync_table **roots)
{
	for (int i = 0; i < where->count; i++)
	{
		node *table = find_node(s, roots[i]->relation->shown);

		if (table->condition)
			dbc_fail(s->host, DBC_INVALID_PARAMETER, NULL, NULL,
					 "option \"where\" names table %s twice", table->shown);
		table->condition = read_condition(s, &where->list[i], table->source);
		table->loses = true;
	}
}

/* ---- the order of tables ---- */

static void
add_link(dbc_host *host, links *to, const link *key)
{
	to->list = dbc_grow(host, to->list, (size_t) to->count, sizeof(*to->list));
	to->list[to->count++] = key;
}

/* Adds the columns that a key refers to, unless they are there. */
static void
add_columns(dbc_sync_subset *s, const link *key)
{
	node *parent = key->parent;

	for (int place = 0; place < key->count; place++)
	{
		const char *column = link_text(s, key, place, R_PARENT_COLUMN);
		int i = 0;

		while (i < parent->ncolumns &&
			   !dbc_same(parent->columns[i].column, column))
			i++;
		if (i < parent->ncolumns)
			continue;
		parent->columns = dbc_grow(s->host, parent->columns, (size_t) i,
								   sizeof(*parent->columns));
		parent->columns[parent->ncolumns++] =
			(referred){column, link_text(s, key, place, R_EMPTY)};
	}
}

/* Finds the tables that lose rows, and the keys between them. */
static void
follow_links(dbc_sync_subset *s)
{
	for (int i = 0; i < s->nlinks; i++)
	{
		link *key = &s->links[i];

		key->child = find_node(s, link_text(s, key, 0, R_CHILD));
		key->parent = find_node(s, link_text(s, key, 0, R_PARENT));
	}
	for (bool more = true; more;)
	{
		more = false;
		for (int i = 0; i < s->nlinks; i++)
			if (s->links[i].parent && s->links[i].parent->loses &&
				!s->links[i].child->loses)
				more = s->links[i].child->loses = true;
	}
	for (int i = 0; i < s->nlinks; i++)
	{
		const link *key = &s->links[i];

		if (!key->parent || !key->parent->loses)
			continue;
		add_link(s->host, &key->child->parents, key);
		add_link(s->host, &key->parent->children, key);
		add_columns(s, key);
	}
}

/* Whether a table must wait for a parent that has no place yet. */
static bool
waits_for_parent(const node *table)
{
	for (int i = 0; i < table->parents.count; i++)
	{
		const node *parent = table->parents.list[i]->parent;

		if (parent != table && !parent->is_placed)
			return true;
	}
	return false;
}

static bool
waits_for_child(const node *table)
{
	for (int i = 0; i < table->children.count; i++)
	{
		const node *child = table->children.list[i]->child;

		if (child != table && !child->is_placed)
			return true;
	}
	return false;
}

static void
put_in_place(dbc_sync_subset *s, node *table, int place, int group)
{
	s->order[place] = table;
	table->place = place;
	table->group = group;
	table->is_placed = true;
}

/* Orders the tables: first those above circles, then those on circles and
 * between two, as one group, then those below. */
static void
order_tables(dbc_sync_subset *s)
{
	int begin = 0;
	int end;
	int group;

	for (int i = 0; i < s->nnodes; i++)
		s->norder += s->nodes[i].loses;
	s->order = dbc_alloc(s->host, ((size_t) s->norder + 1) * sizeof(*s->order));
	s->needed = dbc_alloc(s->host, (size_t) s->norder + 1);
	end = s->norder;
	for (int before = -1; before != begin - end;)
	{
		before = begin - end;
		for (int i = 0; i < s->nnodes; i++)
		{
			node *table = &s->nodes[i];

			if (!table->loses || table->is_placed)
				continue;
			if (!waits_for_parent(table))
				put_in_place(s, table, begin, begin), begin++;
			else if (!waits_for_child(table))
				end--, put_in_place(s, table, end, end);
		}
	}
	group = begin;
	for (int i = 0; i < s->nnodes; i++)
		if (s->nodes[i].loses && !s->nodes[i].is_placed)
			put_in_place(s, &s->nodes[i], begin++, group);
}

const dbc_sync_subset *
dbc_sync_read_subset(dbc_host *host, const dbc_option_value *where)
{
	dbc_sync_subset *s;
	dbc_json_entries entries;
	const dbc_sync_table **roots;

	if (!where->given)
		return NULL;
	entries = dbc_json_read_entries(host, where->text, "option \"where\"");
	s = dbc_alloc(host, sizeof(*s));
	*s = (dbc_sync_subset){.host = host,
						   .rows = dbc_query(host, "sync/references"),
						   .nodes = NULL};
	s->nodes =
		dbc_alloc(host, ((size_t) s->rows->nrows + (size_t) entries.count + 1) *
							sizeof(*s->nodes));
	read_links(s);
	roots = read_roots(s, &entries);
	if (entries.count > 0)
		s->root = roots[0]->relation;
	sort_nodes(s);
	read_conditions(s, &entries, roots);
	follow_links(s);
	order_tables(s);
	return s;
}

/* ---- queries ---- */

/* A table as columns are qualified with it. */
static const char *
target_of(const node *table)
{
	return dbc_starts_with(table->source, "only ") ? table->source + 5
												   : table->source;
}

/* Appends the condition that a row of the child refers to row dbcare_o. */
static void
append_match(const dbc_sync_subset *s, dbc_buffer *query, const link *key)
{
	const node *parent = key->parent;

	for (int place = 0; place < key->count; place++)
	{
		const char *column = link_text(s, key, place, R_PARENT_COLUMN);
		int i = 0;

		while (!dbc_same(parent->columns[i].column, column))
			i++;
		dbc_append_format(
			query, "%sdbcare_o.k%d_%d %s %s.%s", place > 0 ? " and " : "",
			parent->place, i, link_text(s, key, place, R_EQUALS),
			target_of(key->child), link_text(s, key, place, R_CHILD_COLUMN));
	}
}

/* Appends that the row of the child refers to a row left out. */
static void
append_exists(const dbc_sync_subset *s, dbc_buffer *query, const link *key)
{
	dbc_append_format(query,
					  "exists (select 1 from dbcare_out_%d as dbcare_o "
					  "where ",
					  key->parent->group);
	append_match(s, query, key);
	dbc_append(query, ")");
}

/* Appends the columns of a group, with values of one of its tables; without
 * one, their names. */
static void
append_columns(const dbc_sync_subset *s, dbc_buffer *query, int group,
			   const node *of)
{
	bool any = false;

	for (int place = group; place < s->norder; place++)
	{
		const node *table = s->order[place];

		if (table->group != group)
			return;
		for (int i = 0; i < table->ncolumns; i++)
		{
			const referred *column = &table->columns[i];

			dbc_append(query, any ? ", " : "");
			any = true;
			if (!of)
				dbc_append_format(query, "k%d_%d", place, i);
			else if (table == of)
				dbc_append_format(query, "%s.%s", target_of(table),
								  column->column);
			else
				dbc_append(query, column->empty);
		}
	}
}

/* Appends the rows of a table that are left out whatever its group is. */
static void
append_base(const dbc_sync_subset *s, dbc_buffer *query, const node *table,
			bool *any)
{
	for (int i = table->condition ? -1 : 0; i < table->parents.count; i++)
	{
		if (i >= 0 && table->parents.list[i]->parent->group == table->group)
			continue;
		dbc_append(query, *any ? " union all select " : "select ");
		*any = true;
		append_columns(s, query, table->group, table);
		dbc_append_format(query, " from %s where ", table->source);
		if (i < 0)
			dbc_append(query, dbc_is_not_true(s->host, table->condition));
		else
			append_exists(s, query, table->parents.list[i]);
	}
}

/* Appends the rows of a table that refer to one of its group. */
static void
append_recursion(const dbc_sync_subset *s, dbc_buffer *query, const node *table,
				 bool *any)
{
	bool is_lateral = s->host->traits->lateral;

	for (int i = 0; i < table->parents.count; i++)
	{
		const link *key = table->parents.list[i];

		if (key->parent->group != table->group)
			continue;
		if (is_lateral && !*any)
			dbc_append_format(query,
							  " union select dbcare_x.* from dbcare_out_%d "
							  "as dbcare_o cross join lateral (",
							  table->group);
		else
			dbc_append(query, is_lateral ? " union all " : " union ");
		*any = true;
		dbc_append(query, "select ");
		append_columns(s, query, table->group, table);
		dbc_append(query, " from ");
		if (!is_lateral)
			dbc_append_format(query, "dbcare_out_%d as dbcare_o cross join ",
							  table->group);
		dbc_append_format(query, "%s where ", table->source);
		append_match(s, query, key);
	}
}

/* Appends the table expression of a group. */
static void
append_group(const dbc_sync_subset *s, dbc_buffer *query, int group)
{
	bool any = false;
	bool recursive = false;
	int end = group;

	while (end < s->norder && s->order[end]->group == group)
		end++;
	dbc_append_format(query, "dbcare_out_%d (", group);
	append_columns(s, query, group, NULL);
	dbc_append(query, ") as (");
	for (int place = group; place < end; place++)
		append_base(s, query, s->order[place], &any);
	for (int place = group; place < end; place++)
		append_recursion(s, query, s->order[place], &recursive);
	dbc_append(query,
			   recursive && s->host->traits->lateral ? ") as dbcare_x)" : ")");
}

/* Finds the groups that the query of a table needs. */
static void
find_needed(const dbc_sync_subset *s, const node *table)
{
	bool is_circle = false;

	for (int place = 0; place < s->norder; place++)
		s->needed[place] = false;
	s->needed[table->group] = true;
	for (int place = s->norder - 1; place >= 0; place--)
	{
		const node *child = s->order[place];

		for (int i = 0; s->needed[child->group] && i < child->parents.count;
			 i++)
		{
			int group = child->parents.list[i]->parent->group;

			s->needed[group] = true;
			is_circle |= group == table->group;
		}
	}
	s->needed[table->group] = is_circle;
}

const dbc_relation *
dbc_sync_subset_root(const dbc_sync_subset *s)
{
	return s->root;
}

const char *
dbc_sync_subset_query(const dbc_sync_subset *s, const dbc_sync_table *table)
{
	const node *found = find_node(s, table->relation->shown);
	const char *before = "with recursive ";
	dbc_buffer query;

	if (!found || !found->loses)
		return table->query;
	dbc_buffer_init(&query, s->host);
	find_needed(s, found);
	for (int group = 0; group < s->norder; group++)
		if (s->needed[group])
		{
			dbc_append(&query, before);
			append_group(s, &query, group);
			before = ", ";
		}
	dbc_append_format(&query, " %s where %s", table->query,
					  found->condition ? found->condition : "1 = 1");
	for (int i = 0; i < found->parents.count; i++)
	{
		dbc_append(&query, " and not ");
		append_exists(s, &query, found->parents.list[i]);
	}
	return query.data;
}
