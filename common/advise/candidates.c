/*
 * candidates.c
 *	  Candidates from the terms and orders of a query.
 *
 * Columns with an equality come first, since each of them narrows the search;
 * one with a range, or columns that are sorted by, can only be last.
 */
#include "common/advise/candidates.h"

#include <string.h>

#include "common/core/text.h"

/* An index has at most so many columns with those that are only read. */
#define MOST_COLUMNS 8

/* Names are at most this long in PostgreSQL. */
#define NAME_BYTES 63

/* A key of an index. */
typedef struct key
{
	int column;
	const char *function; /* of it, or NULL */
	bool descending;
} key;

typedef struct keys
{
	int count;
	key list[DBC_ADVISE_KEYS];
} keys;

/* What a query asks of one source. */
typedef struct demand
{
	dbc_host *host;
	const dbc_advise_query *query;
	int source;
	const dbc_advise_table *table;
	dbc_advise_candidates *candidates;
	int limit; /* number of candidates */
	keys equal, joins, ranges;
} demand;

static bool
has_key(const keys *keys, int column, const char *function)
{
	for (int i = 0; i < keys->count; i++)
		if (keys->list[i].column == column &&
			dbc_same(keys->list[i].function ? keys->list[i].function : "",
					 function ? function : ""))
			return true;
	return false;
}

/* Adds a key; a column occurs only once. */
static void
add_key(keys *keys, key added)
{
	if (keys->count < DBC_ADVISE_KEYS &&
		!has_key(keys, added.column, added.function))
		keys->list[keys->count++] = added;
}

static void
add_keys(keys *to, const keys *from)
{
	for (int i = 0; i < from->count; i++)
		add_key(to, from->list[i]);
}

/* ---- names and texts ---- */

/* The name of an index as PostgreSQL makes it: table_column_idx. */
static const char *
name_index(const demand *d, const keys *keys, bool is_partial)
{
	dbc_host *host = d->host;
	dbc_buffer joined;
	size_t length;

	dbc_buffer_init(&joined, host);
	dbc_append(&joined, d->table->relation->name);
	for (int i = 0; i < keys->count; i++)
		dbc_append_format(&joined, "_%s",
						  keys->list[i].function
							  ? keys->list[i].function
							  : d->table->columns[keys->list[i].column].name);
	if (is_partial)
		dbc_append(&joined, "_partial");
	length = joined.length < NAME_BYTES - 10 ? joined.length : NAME_BYTES - 10;
	for (int n = 0;; n++)
	{
		const char *name = dbc_format(
			host, "%s_idx%s",
			dbc_copy(host, joined.data, dbc_valid_utf8(joined.data, length)),
			n > 0 ? dbc_format(host, "%d", n) : "");
		bool taken = false;

		for (int i = 0; i < d->table->nexisting; i++)
			taken |= d->table->existing[i].name &&
					 dbc_same(d->table->existing[i].name, name);
		if (!taken)
			return name;
	}
}

/* The keys as SQL. */
static const char *
list_keys(const demand *d, const keys *keys)
{
	dbc_buffer text;

	dbc_buffer_init(&text, d->host);
	for (int i = 0; i < keys->count; i++)
	{
		const key *key = &keys->list[i];
		const char *column = d->table->columns[key->column].shown;

		if (i > 0)
			dbc_append(&text, ", ");
		if (key->function)
			dbc_append_format(&text, "%s(%s)", key->function, column);
		else
			dbc_append(&text, column);
		if (key->descending)
			dbc_append(&text, " DESC");
	}
	return text.data;
}

/* The columns that the query reads besides the keys; NULL if there are none or
 * too many. */
static const char *
list_extra(const demand *d, const keys *keys)
{
	const dbc_advise_source *source = &d->query->sources[d->source];
	int count = keys->count;
	dbc_buffer text;

	if (source->reads_all)
		return NULL;
	dbc_buffer_init(&text, d->host);
	for (int i = 0; i < d->table->ncolumns; i++)
		if (source->reads[i] && !has_key(keys, i, NULL))
		{
			dbc_append_format(&text, "%s%s", text.length > 0 ? ", " : "",
							  d->table->columns[i].shown);
			if (++count > MOST_COLUMNS)
				return NULL;
		}
	return text.length > 0 ? text.data : NULL;
}

/* Whether an index exists that begins with these keys. */
static bool
exists_already(const demand *d, const keys *keys)
{
	dbc_buffer columns;

	dbc_buffer_init(&columns, d->host);
	for (int i = 0; i < keys->count; i++)
	{
		if (keys->list[i].function || keys->list[i].descending)
			return false;
		dbc_append_format(&columns, ",%s",
						  d->table->columns[keys->list[i].column].name);
	}
	dbc_append(&columns, ",");
	for (int i = 0; i < d->table->nexisting; i++)
		if (dbc_starts_with(d->table->existing[i].columns, columns.data))
			return true;
	return false;
}

/* ---- candidates ---- */

/* Adds a candidate unless it is there. */
static void
add_candidate(demand *d, const keys *keys, const char *extra,
			  const char *condition)
{
	const dbc_relation *relation = d->table->relation;
	dbc_host *host = d->host;
	dbc_advise_candidates *all = d->candidates;
	dbc_advise_candidate made = {.table = d->table,
								 .keys = list_keys(d, keys),
								 .extra = extra,
								 .condition = condition};
	const char *rest =
		dbc_format(host, "(%s%s%s)%s%s", made.keys,
				   !extra							? ""
				   : host->traits->included_columns ? ") INCLUDE ("
													: ", ",
				   extra ? extra : "", condition ? " WHERE " : "",
				   condition ? condition : "");

	if (all->count >= d->limit || keys->count == 0 ||
		(!extra && exists_already(d, keys)))
		return;
	for (int i = 0; i < all->count; i++)
		if (all->list[i].table == d->table &&
			dbc_ends_with(all->list[i].index.create,
						  dbc_format(host, " %s;", rest)))
			return;
	made.index.name = name_index(d, keys, condition != NULL);
	DBC_CALL(host, advise, define)(host, relation, rest, &made.index);
	all->list =
		dbc_grow(host, all->list, (size_t) all->count, sizeof(*all->list));
	all->list[all->count++] = made;
}

/* Adds an index with these keys, and one that has all columns of the query. */
static void
add_both(demand *d, const keys *keys)
{
	const char *extra = list_extra(d, keys);

	add_candidate(d, keys, NULL, NULL);
	if (extra)
		add_candidate(d, keys, extra, NULL);
}

/* The keys of terms of one kind. */
static keys
keys_of(const demand *d, dbc_advise_term_kind kind)
{
	keys found = {0};

	for (int i = 0; i < d->query->nterms; i++)
	{
		const dbc_advise_term *term = &d->query->terms[i];

		if (term->source == d->source && term->kind == kind)
			add_key(&found, (key){term->column, term->function, false});
		if (term->other == d->source && term->kind == kind)
			add_key(&found, (key){term->other_column, NULL, false});
	}
	return found;
}

/* Some keys, then one list, then another. */
static keys
joined_keys(const keys *first, const keys *second)
{
	keys both = *first;

	add_keys(&both, second);
	return both;
}

/* A list of one key. */
static keys
single(const keys *of, int i)
{
	keys one = {.count = 1};

	one.list[0] = of->list[i];
	return one;
}

/* Adds the combinations of two lists, key by key and as a whole. */
static void
add_pairs(demand *d, const keys *first, const keys *second)
{
	for (int i = 0; i < first->count; i++)
		for (int k = 0; k < second->count; k++)
		{
			keys left = single(first, i);
			keys right = single(second, k);
			keys pair = joined_keys(&left, &right);

			if (pair.count == 2)
				add_both(d, &pair);
		}
}

/* Adds indexes that have an order of the query. */
static void
add_orders(demand *d)
{
	for (int i = 0; i < d->query->norders; i++)
	{
		const dbc_advise_order *order = &d->query->orders[i];
		bool one_way = true;
		keys sorted = {0};
		keys both;

		if (order->source != d->source)
			continue;
		for (int k = 0; k < order->ncolumns; k++)
			one_way &= order->descending[k] == order->descending[0];
		for (int k = 0; k < order->ncolumns; k++)
			add_key(&sorted, (key){order->columns[k], NULL,
								   !one_way && order->descending[k]});
		both = joined_keys(&d->equal, &sorted);
		if (d->equal.count > 0)
			add_both(d, &both);
		both = joined_keys(&d->joins, &sorted);
		if (d->joins.count > 0)
			add_both(d, &both);
		add_both(d, &sorted);
	}
}

/* Adds indexes of the rows that meet a condition of the query. */
static void
add_partial(demand *d)
{
	for (int i = 0; i < d->query->nterms; i++)
	{
		const dbc_advise_term *term = &d->query->terms[i];
		keys rest[] = {d->equal, d->joins, d->ranges};

		if (term->source != d->source || !term->condition || !term->every_row ||
			term->function ||
			(term->kind != DBC_ADVISE_IS && term->kind != DBC_ADVISE_EQUAL))
			continue;
		for (int k = 0; k < 3; k++)
		{
			keys others = {0};

			for (int m = 0; m < rest[k].count; m++)
				if (rest[k].list[m].column != term->column)
					add_key(&others, rest[k].list[m]);
			add_candidate(d, &others, NULL, term->condition);
		}
		for (int k = 0; k < d->query->norders; k++)
			if (d->query->orders[k].source == d->source)
			{
				keys sorted = {.count = 1};

				sorted.list[0] =
					(key){d->query->orders[k].columns[0], NULL, false};
				add_candidate(d, &sorted, NULL, term->condition);
			}
	}
}

/* Adds the candidates of a source, the likeliest first. */
static void
add_for_source(demand *d)
{
	keys all;

	d->equal = keys_of(d, DBC_ADVISE_EQUAL);
	d->joins = keys_of(d, DBC_ADVISE_JOIN);
	d->ranges = keys_of(d, DBC_ADVISE_RANGE);
	for (int i = 0; i < d->equal.count; i++)
	{
		keys one = single(&d->equal, i);

		add_both(d, &one);
	}
	for (int i = 0; i < d->joins.count; i++)
	{
		keys one = single(&d->joins, i);

		add_both(d, &one);
	}
	if (d->equal.count > 1)
		add_both(d, &d->equal);
	add_pairs(d, &d->equal, &d->ranges);
	add_pairs(d, &d->joins, &d->equal);
	add_orders(d);
	all = joined_keys(&d->equal, &d->ranges);
	add_both(d, &all);
	add_pairs(d, &d->equal, &d->joins);
	add_pairs(d, &d->joins, &d->ranges);
	add_pairs(d, &d->joins, &d->joins);
	for (int i = 0; i < d->ranges.count; i++)
	{
		keys one = single(&d->ranges, i);

		add_both(d, &one);
	}
	add_partial(d);
}

void
dbc_advise_add_candidates(dbc_host *host, const dbc_advise_query *query,
						  dbc_advise_candidates *candidates)
{
	int left = DBC_ADVISE_MOST_CANDIDATES;
	int nsources = 0;

	for (int i = 0; i < query->nsources; i++)
		nsources += query->sources[i].table != NULL;
	/* each source gets a share, and what those before it have left */
	for (int i = 0; i < query->nsources; i++)
	{
		demand d = {.host = host,
					.query = query,
					.source = i,
					.table = query->sources[i].table,
					.candidates = candidates};
		int before = candidates->count;

		if (!d.table)
			continue;
		d.limit = before + (left + nsources - 1) / nsources;
		add_for_source(&d);
		left -= candidates->count - before;
		nsources--;
	}
}
