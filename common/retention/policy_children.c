/*
 * policy_children.c
 *	  Which rows of other tables a cascade deletes with the rows of a policy.
 *
 * Every way along foreign keys is followed, as far as stays.c does: a row to
 * which others refer in a circle stays, and so do its parents.
 */
#include "common/retention/policy.h"

#include "common/core/text.h"

/* Columns of archive/children.sql. */
enum
{
	C_SHOWN = 2,
	C_MATCHES,
	C_CASCADES
};

/* A table that loses rows. */
typedef struct loser
{
	struct loser *next; /* in the order in which they are found */
	const dbc_relation *table;
	const char *alias;
	dbc_buffer condition; /* for its rows that are deleted */
} loser;

typedef struct search
{
	dbc_host *host;
	loser *first;
	loser **end;
	int count;
} search;

/* A table on the way from that of the policy to a child. */
typedef struct way
{
	const struct way *parent;
	const dbc_relation *table;
	const char *alias;
	const char *as; /* "" if that is its name */
	const char *condition;
} way;

static bool
is_on_way(const way *at, const char *shown)
{
	for (; at; at = at->parent)
		if (dbc_same(at->table->shown, shown))
			return true;
	return false;
}

/* The table with a name; a new one has no condition. */
static loser *
find_loser(search *s, const char *shown)
{
	loser *l;

	for (l = s->first; l; l = l->next)
		if (dbc_same(l->table->shown, shown))
			return l;
	l = dbc_alloc(s->host, sizeof(*l));
	l->next = NULL;
	l->table = dbc_resolve(s->host, shown);
	l->alias = dbc_format(s->host, "dbcare_child_%d", ++s->count);
	dbc_buffer_init(&l->condition, s->host);
	*s->end = l;
	s->end = &l->next;
	return l;
}

static const dbc_rows *
read_links(dbc_host *host, const way *at, const char *alias)
{
	return dbc_query(host, "archive/children", dbc_text(at->table->schema),
					 dbc_text(at->table->name), dbc_text(at->alias),
					 dbc_text(alias));
}

/* Follows the foreign keys that delete rows with those of a table. */
static void
follow(search *s, const way *at)
{
	dbc_host *host = s->host;
	const dbc_rows *links = read_links(host, at, "dbcare_child");

	for (int i = 0; i < links->nrows; i++)
	{
		const char *shown = dbc_get_text(host, links, i, C_SHOWN);
		loser *child;
		way next = {.parent = at};

		if (!dbc_get_bool(host, links, i, C_CASCADES) || is_on_way(at, shown))
			continue;
		dbc_poll(host);
		child = find_loser(s, shown);
		next.table = child->table;
		next.alias = child->alias;
		next.as = dbc_format(host, " as %s", child->alias);
		next.condition =
			dbc_format(host, "exists (select 1 from %s%s where (%s) and %s)",
					   at->table->shown, at->as, at->condition,
					   dbc_get_text(host, read_links(host, at, child->alias), i,
									C_MATCHES));
		dbc_append_format(&child->condition, "%s%s",
						  child->condition.length > 0 ? " or " : "",
						  next.condition);
		follow(s, &next);
	}
}

void
dbc_retention_count_children(dbc_host *host, const dbc_relation *table,
							 const char *condition, dbc_json_node *children)
{
	search s = {.host = host};
	way root = {.table = table,
				.alias = dbc_quote(host, table->name),
				.as = "",
				.condition = condition};

	s.end = &s.first;
	follow(&s, &root);
	for (const loser *l = s.first; l; l = l->next)
		dbc_json_put_int(
			children, l->table->shown,
			dbc_archive_read_row(host, table,
								 dbc_format(host,
											"select count(*) from %s as %s "
											"where %s",
											l->table->shown, l->alias,
											l->condition.data),
								 "i")[0]
				.integer);
}
