/*
 * names.c
 *	  Which column a name in a query is.
 */
#include <string.h>

#include "common/advise/terms.h"

#include "common/core/text.h"

/* The column of a source; -1 if it has none of the name. */
static int
column_of(const dbc_host *host, const dbc_advise_source *source,
		  const char *name)
{
	for (int i = 0; source->table && i < source->table->ncolumns; i++)
		if (host->traits->case_matters
				? dbc_same(source->table->columns[i].name, name)
				: dbc_same_nocase(source->table->columns[i].name, name))
			return i;
	return -1;
}

/* Finds a column, in the query level of a token and those around it. */
static bool
find_column(const dbc_advise_reader *reader, int scope, const char *qualifier,
			const char *name, dbc_advise_place *place)
{
	const dbc_advise_query *query = reader->query;

	for (; scope >= 0; scope = reader->tokens->parents[scope])
		for (int i = 0; i < query->nsources; i++)
		{
			const dbc_advise_source *source = &query->sources[i];

			if (source->scope != scope ||
				(qualifier && !dbc_same_nocase(source->alias, qualifier)))
				continue;
			place->source = i;
			place->column = column_of(reader->tokens->host, source, name);
			if (place->column >= 0)
				return true;
			if (qualifier)
				return false;
		}
	return false;
}

int
dbc_advise_find(const dbc_advise_reader *reader, int i, dbc_advise_place *place)
{
	const dbc_advise_tokens *tokens = reader->tokens;
	const char *qualifier = NULL;
	int first = i;

	if (!dbc_advise_is_name(tokens, i) ||
		dbc_advise_is_symbol(tokens, i - 1, "."))
		return 0;
	while (dbc_advise_is_symbol(tokens, i + 1, ".") &&
		   dbc_advise_is_name(tokens, i + 2))
	{
		qualifier = dbc_advise_name(tokens, i);
		i += 2;
	}
	if (dbc_advise_is_symbol(tokens, i + 1, "(") ||
		dbc_advise_is_symbol(tokens, i + 1, ".") ||
		(i + 1 < tokens->count &&
		 tokens->tokens[i + 1].lexeme.kind == DBC_LEX_TEXT) ||
		!find_column(reader, tokens->tokens[i].scope, qualifier,
					 dbc_advise_name(tokens, i), place))
		return 0;
	return i - first + 1;
}
