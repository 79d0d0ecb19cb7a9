/*
 * cost.c
 *	  The cost of a plan; see the header.
 */
#include "sqlite_ext/advise/cost.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ROW_COST	0.01
#define BYTE_COST	0.00003
#define SORT_COST	0.003
#define RANGE_SHARE 0.25
#define START_COST	10

/* Rows of a subquery whose plan gives no number. */
#define UNKNOWN_ROWS 1000

/* Columns of EXPLAIN QUERY PLAN. */
enum
{
	ID,
	PARENT,
	NOT_USED,
	DETAIL
};

/* The rows of a subquery. */
typedef struct named_rows
{
	const char *name;
	double rows;
} named_rows;

typedef struct coster
{
	dbcsl_advise_estimates *estimates;
	const dbc_advise_query *query;
	const dbc_advise_index *indexes;
	int nindexes;
	const dbc_rows *plan;
	named_rows *subqueries;
	int nsubqueries;
	bool *joined; /* per source: an outer loop, or this one, has it */
} coster;

/* A loop of a plan. */
typedef struct loop
{
	const char *name;			   /* alias */
	const dbc_advise_index *tried; /* the index, if it is one of these */
	const char *terms;			   /* "(a=? AND b>?)", or NULL */
	bool searches, indexed, covering, automatic, by_rowid, left_join;
	int source;					   /* -1: unknown */
	const dbcsl_advise_rows *rows; /* NULL: not a table */
} loop;

/* The costs of a query level. */
typedef struct level_cost
{
	double cost;
	double once; /* however often the level runs */
	double rows;
	bool sorted;   /* by a temporary b-tree */
	bool grouped;  /* by one */
	bool is_asked; /* by EXISTS: one row is enough */
} level_cost;

static double
log_of(double n)
{
	return n > 2 ? log2(n) : 1;
}

static double
descent(double rows)
{
	return ROW_COST * (1 + log_of(rows) / 4);
}

double
dbcsl_advise_share_of_index(dbcsl_advise_estimates *estimates,
							const dbc_advise_query *query,
							const dbcsl_advise_rows *rows,
							const dbc_advise_index *index)
{
	for (int i = 0; i < query->nterms; i++)
	{
		const dbc_advise_term *term = &query->terms[i];

		if (term->condition && !term->function &&
			dbc_same(query->sources[term->source].table->relation->shown,
					 rows->table->relation->shown) &&
			dbc_ends_with(index->sql, dbc_format(&estimates->h->base,
												 " WHERE %s", term->condition)))
			return dbcsl_advise_share(estimates, rows, term->condition);
	}
	return 1;
}

/* ---- a loop ---- */

/* The word after a phrase of a detail, or NULL. */
static const char *
word_after(coster *c, const char *detail, const char *phrase)
{
	const char *at = strstr(detail, phrase);

	if (!at)
		return NULL;
	at += strlen(phrase);
	return dbc_copy(&c->estimates->h->base, at, strcspn(at, " "));
}

/* Whether a detail goes on with a name. */
static bool
goes_on_with(const char *detail, const char *name)
{
	size_t length = strlen(name);

	return strncasecmp(detail, name, length) == 0 &&
		   (detail[length] == ' ' || detail[length] == '\0');
}

/* The source of an alias: one that no loop has joined yet comes first. */
static int
source_of(const coster *c, const char *alias)
{
	int found = -1;

	for (int i = 0; i < c->query->nsources; i++)
		if (goes_on_with(alias, c->query->sources[i].alias) &&
			(found < 0 || (c->joined[found] && !c->joined[i])))
			found = i;
	return found;
}

static loop
read_loop(coster *c, const char *detail)
{
	loop found = {.searches = dbc_starts_with(detail, "SEARCH ")};
	const char *index = strstr(detail, " INDEX ");

	found.name = strchr(detail, ' ') + 1;
	found.terms = strchr(detail, '(');
	for (int i = 0; index && i < c->nindexes; i++)
		if (goes_on_with(index + 7, c->indexes[i].name))
		{
			found.tried = &c->indexes[i];
			found.terms = strchr(index + 7 + strlen(c->indexes[i].name), '(');
		}
	found.indexed = index != NULL;
	found.covering = strstr(detail, " COVERING INDEX ") != NULL;
	found.automatic = strstr(detail, " AUTOMATIC ") != NULL;
	found.by_rowid = strstr(detail, " PRIMARY KEY ") != NULL;
	found.left_join = strstr(detail, " LEFT-JOIN") != NULL;
	found.source = source_of(c, found.name);
	if (found.source >= 0 && c->query->sources[found.source].table)
		found.rows = dbcsl_advise_rows_of(
			c->estimates, c->query->sources[found.source].table);
	return found;
}

/* Whether a term is about a source and can be counted once per row. */
static bool
is_local(const dbc_advise_term *term, int source)
{
	return term->source == source && term->kind != DBC_ADVISE_JOIN &&
		   term->every_row;
}

/* The share of one term that cannot be measured. */
static double
guess_share(coster *c, const loop *l, const dbc_advise_term *term)
{
	if (term->kind == DBC_ADVISE_RANGE)
		return RANGE_SHARE;
	return 1 / dbcsl_advise_distinct(c->estimates, l->rows, &term->column, 1);
}

/* The share of rows that meet the terms of a source: all, or those that an
 * index is searched by. */
static double
share_of_terms(coster *c, const loop *l, const bool *wanted)
{
	dbc_buffer conditions;
	double share = 1;

	dbc_buffer_init(&conditions, &c->estimates->h->base);
	for (int i = 0; i < c->query->nterms; i++)
	{
		const dbc_advise_term *term = &c->query->terms[i];

		if (!is_local(term, l->source) || (wanted && !wanted[i]))
			continue;
		if (term->condition && !term->function)
			dbc_append_format(&conditions, "%s(%s)",
							  conditions.length > 0 ? " and " : "",
							  term->condition);
		else
			share *= guess_share(c, l, term);
	}
	if (conditions.length > 0)
		share *= dbcsl_advise_share(c->estimates, l->rows, conditions.data);
	return share;
}

/* The columns of a source that are joined to sources of outer loops, or only
 * those of one other source; *count of them. */
static int *
joined_columns(coster *c, int source, int other, const bool *wanted, int *count)
{
	int *columns = dbc_alloc(&c->estimates->h->base,
							 (2 * (size_t) c->query->nterms + 1) * sizeof(int));

	*count = 0;
	for (int i = 0; i < c->query->nterms; i++)
	{
		const dbc_advise_term *term = &c->query->terms[i];
		int column = term->source == source ? term->column : term->other_column;
		int partner = term->source == source ? term->other : term->source;
		bool known = false;

		if (term->kind != DBC_ADVISE_JOIN ||
			(term->source != source && term->other != source) ||
			(wanted && !wanted[i]) ||
			(other >= 0 ? partner != other
						: partner >= 0 && !c->joined[partner]))
			continue;
		for (int k = 0; k < *count; k++)
			known |= columns[k] == column;
		if (!known)
			columns[(*count)++] = column;
	}
	return columns;
}

/* Whether an index may have the expression of a term: one that is tried does if
 * its text has. */
static bool
is_expression_of(coster *c, const loop *l, const dbc_advise_term *term)
{
	return !l->tried ||
		   strstr(l->tried->sql,
				  dbc_format(&c->estimates->h->base, "%s(%s)", term->function,
							 l->rows->table->columns[term->column].shown));
}

/* Whether a plan names a column so: an INTEGER PRIMARY KEY is "rowid". */
static bool
is_shown_as(coster *c, const loop *l, int column, const char *shown,
			size_t length)
{
	const dbc_advise_table *table = l->rows->table;
	const char *name = table->columns[column].name;
	const char *key = dbc_format(&c->estimates->h->base, ",%s,", name);

	if (l->by_rowid && length == 5 && strncmp(shown, "rowid", 5) == 0)
		for (int i = 0; i < table->nexisting; i++)
			if (!table->existing[i].name &&
				dbc_same(table->existing[i].columns, key))
				return true;
	return strlen(name) == length && strncasecmp(name, shown, length) == 0;
}

/* Marks the terms that an index is searched by. */
static void
mark_terms(coster *c, const loop *l, bool *wanted)
{
	const char *at = l->terms ? l->terms + 1 : "";

	while (*at)
	{
		size_t skipped = strncmp(at, "<expr>", 6) == 0 ? 6 : 0;
		size_t length = skipped + strcspn(at + skipped, "=<>)");
		char symbol = at[length];

		for (int i = 0; symbol && i < c->query->nterms; i++)
		{
			const dbc_advise_term *term = &c->query->terms[i];
			bool here = term->source == l->source;
			int column = here ? term->column : term->other_column;

			if (!here && term->other != l->source)
				continue;
			wanted[i] |= (here && term->function
							  ? skipped > 0 && is_expression_of(c, l, term)
							  : is_shown_as(c, l, column, at, length)) &&
						 (symbol == '=') == (term->kind != DBC_ADVISE_RANGE);
		}
		at = strstr(at, " AND ");
		at = at ? at + 5 : "";
	}
}

/* The rows that a search visits. */
static double
visited_rows(coster *c, const loop *l)
{
	dbc_host *host = &c->estimates->h->base;
	bool *wanted = dbc_alloc(host, (size_t) c->query->nterms + 1);
	double rows = l->rows->count *
				  (l->tried ? dbcsl_advise_share_of_index(
								  c->estimates, c->query, l->rows, l->tried)
							: 1);
	int *columns;
	int count;

	if (!l->searches)
		return rows;
	if (l->by_rowid && strstr(l->terms ? l->terms : "", "(rowid=?)"))
		return 1;
	mark_terms(c, l, wanted);
	rows *= share_of_terms(c, l, wanted);
	columns = joined_columns(c, l->source, -1, wanted, &count);
	if (count > 0)
		rows /= dbcsl_advise_distinct(c->estimates, l->rows, columns, count);
	return rows > 0.1 ? rows : 0.1;
}

/* The rows of the result when a source is joined to outer loops with rows: each
 * value of the joined columns, of the side that has more, occurs in the other.
 */
static double
joined_rows(coster *c, const loop *l, double outer)
{
	double rows = outer * l->rows->count * share_of_terms(c, l, NULL);
	double distinct = 1;
	int count;
	int *columns = joined_columns(c, l->source, -1, NULL, &count);

	if (count > 0)
		distinct = dbcsl_advise_distinct(c->estimates, l->rows, columns, count);
	for (int other = 0; count > 0 && other < c->query->nsources; other++)
	{
		const dbc_advise_table *table = c->query->sources[other].table;
		double partner;

		if (other == l->source || !c->joined[other] || !table)
			continue;
		columns = joined_columns(c, other, l->source, NULL, &count);
		partner = count > 0 ? dbcsl_advise_distinct(
								  c->estimates,
								  dbcsl_advise_rows_of(c->estimates, table),
								  columns, count)
							: 1;
		distinct = partner > distinct ? partner : distinct;
		count = 1;
	}
	rows /= distinct;
	if (l->left_join && rows < outer)
		rows = outer;
	return rows > 0.1 ? rows : 0.1;
}

/* Adds a loop that runs for each row of the level so far. */
static void
add_loop(coster *c, const char *detail, level_cost *level)
{
	loop l = read_loop(c, detail);
	double rows, bytes;

	if (!l.rows)
	{
		rows = UNKNOWN_ROWS;
		for (int i = 0; i < c->nsubqueries; i++)
			if (goes_on_with(l.name, c->subqueries[i].name))
				rows = c->subqueries[i].rows;
		level->cost += level->rows * rows * ROW_COST;
		level->rows *= l.searches ? 1 : rows;
		return;
	}
	rows = visited_rows(c, &l);
	bytes = l.covering ? l.rows->bytes / 3 : l.rows->bytes;
	if (l.automatic)
		level->once += l.rows->count * (ROW_COST + l.rows->bytes * BYTE_COST +
										SORT_COST * log_of(l.rows->count));
	if (l.searches)
		level->cost += level->rows * descent(l.rows->count);
	level->cost += level->rows * rows * (ROW_COST + bytes * BYTE_COST);
	if (l.indexed && !l.covering && !l.by_rowid)
		level->cost += level->rows * rows * descent(l.rows->count);
	level->rows = joined_rows(c, &l, level->rows);
	level->is_asked = c->query->sources[l.source].is_asked;
	c->joined[l.source] = true;
}

/* ---- levels ---- */

static level_cost add_level(coster *c, int64_t parent, double outer);

/* Adds a sort of the rows of a level. */
static void
add_sort(coster *c, const char *detail, level_cost *level)
{
	double rows = level->rows;
	bool groups = strstr(detail, "GROUP BY") != NULL;

	/* groups are fewer than rows; how many is not known */
	if (level->grouped)
		rows /= 10;
	if (strstr(detail, "LAST") || strstr(detail, "RIGHT PART"))
		rows /= 2;
	level->cost +=
		rows * SORT_COST *
		log_of(!groups && c->query->limit > 0 && c->query->limit < rows
				   ? c->query->limit + 1
				   : rows);
	level->grouped |= groups;
	level->sorted = true;
}

/* Rows that come in their order end with a limit. */
static void
end_after(level_cost *level, double limit)
{
	if (!level->sorted && level->rows > limit)
		level->cost *= limit / level->rows;
}

/* Adds a subquery. */
static void
add_subquery(coster *c, const char *detail, int64_t id, level_cost *level)
{
	bool correlated = dbc_starts_with(detail, "CORRELATED ");
	level_cost inner = add_level(c, id, 1);
	const char *name = word_after(c, detail, "CO-ROUTINE ");

	name = name ? name : word_after(c, detail, "MATERIALIZE ");
	if (inner.is_asked)
		end_after(&inner, 1);
	level->cost += inner.cost * (correlated ? level->rows : 1);
	level->once += inner.once;
	if (!name)
		return;
	c->subqueries = dbc_grow(&c->estimates->h->base, c->subqueries,
							 (size_t) c->nsubqueries, sizeof(*c->subqueries));
	c->subqueries[c->nsubqueries++] = (named_rows){name, inner.rows};
}

/* The cost of the children of a row of the plan; loops of outer levels give
 * some rows. */
static level_cost
add_level(coster *c, int64_t parent, double outer)
{
	dbc_host *host = &c->estimates->h->base;
	level_cost level = {.rows = outer};

	for (int i = 0; i < c->plan->nrows; i++)
	{
		const char *detail = dbc_get_text(host, c->plan, i, DETAIL);
		int64_t id = dbc_get_int(host, c->plan, i, ID);

		if (dbc_get_int(host, c->plan, i, PARENT) != parent)
			continue;
		if (dbc_starts_with(detail, "SCAN CONSTANT"))
			continue;
		if (dbc_starts_with(detail, "SCAN ") ||
			dbc_starts_with(detail, "SEARCH "))
			add_loop(c, detail, &level);
		else if (strstr(detail, "USING TEMP B-TREE") ||
				 dbc_starts_with(detail, "USE TEMP B-TREE"))
			add_sort(c, detail, &level);
		if (!dbc_starts_with(detail, "SCAN ") &&
			!dbc_starts_with(detail, "SEARCH "))
			add_subquery(c, detail, id, &level);
	}
	return level;
}

double
dbcsl_advise_cost(dbcsl_advise_estimates *estimates,
				  const dbc_advise_query *query,
				  const dbc_advise_index *indexes, int nindexes,
				  const dbc_rows *plan)
{
	coster c = {
		.estimates = estimates,
		.query = query,
		.indexes = indexes,
		.nindexes = nindexes,
		.plan = plan,
		.joined = dbc_alloc(&estimates->h->base, (size_t) query->nsources + 1)};
	level_cost whole = add_level(&c, 0, 1);

	if (query->limit > 0)
		end_after(&whole, query->limit);
	return START_COST + whole.once + whole.cost;
}
