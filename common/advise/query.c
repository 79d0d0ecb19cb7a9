/*
 * query.c
 *	  The FROM clauses of a query, and which columns its names are.
 */
#include "common/advise/query.h"

#include <string.h>

#include "common/advise/terms.h"
#include "common/core/json.h"
#include "common/core/text.h"

/* ---- the statement ---- */

void
dbc_advise_check_statement(dbc_host *host, const char *text)
{
	static const char words[] =
		" select with insert update delete values replace ";
	dbc_lexeme lexeme = dbc_scan(host, text);

	if (!dbc_lexeme_is_one_of(&lexeme, words))
		dbc_fail(host, DBC_INVALID_PARAMETER,
				 "Indexes are advised for SELECT, INSERT, UPDATE, DELETE and "
				 "WITH.",
				 NULL, "statement has no plan: %.60s", text);
	while (lexeme.kind != DBC_LEX_END && !dbc_lexeme_is_symbol(&lexeme, ";"))
		lexeme = dbc_scan_next(host, &lexeme);
	if (lexeme.kind != DBC_LEX_END &&
		dbc_scan(host, lexeme.text + 1).kind != DBC_LEX_END)
		dbc_fail(host, DBC_INVALID_PARAMETER, NULL,
				 "Call dbhealth_advise() for each statement.",
				 "query has more than one statement");
}

/* ---- tables ---- */

/* Reads the indexes of a table. */
static void
read_indexes(dbc_host *host, dbc_advise_table *table)
{
	const dbc_rows *rows =
		dbc_query(host, "advise/indexes", dbc_text(table->relation->schema),
				  dbc_text(table->relation->name));

	table->existing =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*table->existing));
	for (int i = 0; i < rows->nrows; i++)
	{
		dbc_advise_existing *index = &table->existing[table->nexisting];
		const char *keys = dbc_get_json_or_null(host, rows, i, 1);
		dbc_json_entries names;
		dbc_buffer columns;

		index->name = dbc_get_text_or_null(host, rows, i, 0);
		table->nindexes += index->name != NULL;
		table->nexisting++;
		dbc_buffer_init(&columns, host);
		index->columns = columns.data;
		if (!keys)
			continue;
		names = dbc_json_read_entries(host, keys, "keys");
		for (int k = 0; k < names.count; k++)
			dbc_append_format(&columns, ",%s",
							  names.list[k].text ? names.list[k].text : "");
		dbc_append(&columns, ",");
		index->columns = columns.data;
	}
}

/* The table of a relation, read once per call. */
static dbc_advise_table *
table_of(dbc_host *host, dbc_advise_schema *schema,
		 const dbc_relation *relation)
{
	dbc_advise_table *table;
	const dbc_rows *rows;

	for (int i = 0; i < schema->ntables; i++)
		if (dbc_same(schema->tables[i]->relation->shown, relation->shown))
			return schema->tables[i];
	table = dbc_alloc(host, sizeof(*table));
	table->relation = relation;
	rows = dbc_query(host, "advise/columns", dbc_text(relation->schema),
					 dbc_text(relation->name));
	table->columns =
		dbc_alloc(host, ((size_t) rows->nrows + 1) * sizeof(*table->columns));
	for (; table->ncolumns < rows->nrows; table->ncolumns++)
	{
		const char *name = dbc_get_text(host, rows, table->ncolumns, 0);

		table->columns[table->ncolumns] =
			(dbc_advise_column){name, dbc_quote(host, name)};
	}
	read_indexes(host, table);
	schema->tables = dbc_grow(host, schema->tables, (size_t) schema->ntables,
							  sizeof(*schema->tables));
	schema->tables[schema->ntables++] = table;
	return table;
}

typedef struct name_lookup
{
	const char *text;
	const dbc_relation *relation;
} name_lookup;

static void
resolve(dbc_host *host, void *arg)
{
	name_lookup *lookup = arg;

	lookup->relation = dbc_resolve(host, lookup->text);
}

/* ---- FROM ---- */

/* Whether token i names a WITH query: name AS (, or name (a, b) AS (. */
static bool
is_with_query(const dbc_advise_tokens *tokens, int i)
{
	int next = i + 1;

	if (!dbc_advise_is_name(tokens, i) ||
		dbc_advise_is_symbol(tokens, i - 1, ")") ||
		!(dbc_advise_is_symbol(tokens, i - 1, ",") ||
		  dbc_advise_is(tokens, i - 1, " with recursive ")))
		return false;
	if (dbc_advise_is_symbol(tokens, next, "("))
		while (next < tokens->count &&
			   !dbc_advise_is_symbol(tokens, next++, ")"))
			;
	if (!dbc_advise_is(tokens, next++, " as "))
		return false;
	while (dbc_advise_is(tokens, next, " not materialized "))
		next++;
	return dbc_advise_is_symbol(tokens, next, "(") &&
		   dbc_advise_is(tokens, next + 1,
						 " select with values insert update delete ");
}

/* Whether a name is one of a WITH query of the text. */
static bool
names_with_query(const dbc_advise_tokens *tokens, const char *name)
{
	for (int i = 0; i < tokens->count; i++)
		if (is_with_query(tokens, i) &&
			dbc_same_nocase(dbc_advise_name(tokens, i), name))
			return true;
	return false;
}

/* Whether an item of FROM begins at token i. */
static bool
begins_item(const dbc_advise_tokens *tokens, int i)
{
	const dbc_advise_token *token = &tokens->tokens[i];

	return token->clause == DBC_ADVISE_FROM && dbc_advise_is_name(tokens, i) &&
		   (dbc_advise_is(tokens, i - 1, " from join update only lateral ") ||
			((dbc_advise_is_symbol(tokens, i - 1, ",") ||
			  dbc_advise_is_symbol(tokens, i - 1, "(")) &&
			 !dbc_advise_is(tokens, i - 2, " using ")));
}

/* Whether a query level is that of EXISTS. */
static bool
is_of_exists(const dbc_advise_tokens *tokens, int scope)
{
	int i = 0;

	while (i < tokens->count && (tokens->tokens[i].scope != scope ||
								 !dbc_advise_is(tokens, i, " select ")))
		i++;
	return dbc_advise_is_symbol(tokens, i - 1, "(") &&
		   dbc_advise_is(tokens, i - 2, " exists ");
}

/* Adds the item of FROM at token i. */
static void
add_source(dbc_advise_reader *reader, int i)
{
	const dbc_advise_tokens *tokens = reader->tokens;
	dbc_host *host = tokens->host;
	dbc_advise_query *query = reader->query;
	dbc_advise_source *source;
	name_lookup lookup = {0};
	dbc_error error;
	int end = i;

	while (dbc_advise_is_symbol(tokens, end + 1, ".") &&
		   dbc_advise_is_name(tokens, end + 2))
		end += 2;
	if (dbc_advise_is_symbol(tokens, end + 1, "(") ||
		tokens->tokens[i].group != tokens->tokens[end].group)
		return;
	query->sources = dbc_grow(host, query->sources, (size_t) query->nsources,
							  sizeof(*query->sources));
	source = &query->sources[query->nsources++];
	*source = (dbc_advise_source){
		.scope = tokens->tokens[i].scope,
		.alias = dbc_advise_name(tokens, end),
		.is_asked = is_of_exists(tokens, tokens->tokens[i].scope)};
	lookup.text = dbc_copy(host, tokens->tokens[i].lexeme.text,
						   (size_t) (tokens->tokens[end].lexeme.text +
									 tokens->tokens[end].lexeme.length -
									 tokens->tokens[i].lexeme.text));
	if ((end > i || !names_with_query(tokens, source->alias)) &&
		dbc_guard(host, resolve, &lookup, DBC_UNDO, true, &error))
		source->table = table_of(host, reader->schema, lookup.relation);
	if (source->table)
		source->reads = dbc_alloc(host, (size_t) source->table->ncolumns + 1);
	end += dbc_advise_is(tokens, end + 1, " as ");
	if (dbc_advise_is_name(tokens, end + 1))
		source->alias = dbc_advise_name(tokens, end + 1);
}

/* ---- columns ---- */

/* Notes which columns are read. */
static void
read_columns(dbc_advise_reader *reader)
{
	const dbc_advise_tokens *tokens = reader->tokens;
	dbc_advise_query *query = reader->query;
	dbc_advise_place place;

	for (int i = 0; i < tokens->count; i++)
	{
		const char *alias = dbc_advise_is_symbol(tokens, i - 1, ".") &&
									dbc_advise_is_name(tokens, i - 2)
								? dbc_advise_name(tokens, i - 2)
								: NULL;

		if (dbc_advise_find(reader, i, &place) > 0)
			query->sources[place.source].reads[place.column] = true;
		if (!dbc_advise_is_symbol(tokens, i, "*") ||
			(!alias && !dbc_advise_is_symbol(tokens, i - 1, ",") &&
			 !dbc_advise_is(tokens, i - 1, " select distinct all returning ")))
			continue;
		for (int s = 0; s < query->nsources; s++)
			query->sources[s].reads_all |=
				query->sources[s].scope == tokens->tokens[i].scope &&
				(!alias || dbc_same_nocase(alias, query->sources[s].alias));
	}
}

const dbc_advise_query *
dbc_advise_read_query(dbc_host *host, dbc_advise_schema *schema,
					  const char *text)
{
	dbc_advise_query *query = dbc_alloc(host, sizeof(*query));
	dbc_advise_reader reader = {.tokens = dbc_advise_scan(host, text),
								.schema = schema,
								.query = query};

	query->text = text;
	for (int i = 0; i < reader.tokens->count; i++)
		if (begins_item(reader.tokens, i))
			add_source(&reader, i);
	read_columns(&reader);
	dbc_advise_read_terms(&reader);
	dbc_advise_read_orders(&reader);
	return query;
}
