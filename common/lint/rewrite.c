/*
 * rewrite.c
 *	  Safe alternatives to reported statements, as SQL to copy.
 */
#include "common/lint/rewrite.h"

#include <string.h>

#include "common/core/sql_scan.h"

/* Longest name that neither engine truncates, in bytes. */
#define NAME_BYTES 63

/* Columns, separated; NULL if one is an expression. */
static const char *
joined(const dbc_lint *lint, const char *const *columns, const char *between,
	   bool quote)
{
	dbc_buffer buffer;

	if (!columns)
		return NULL;
	dbc_buffer_init(&buffer, lint->host);
	for (int i = 0; columns[i]; i++)
	{
		if (!*columns[i])
			return NULL;
		dbc_append_format(&buffer, "%s%s", i ? between : "",
						  quote ? dbc_lint_quote(lint, columns[i])
								: columns[i]);
	}
	return buffer.data;
}

const char *
dbc_lint_column_list(const dbc_lint *lint, const char *const *columns)
{
	return joined(lint, columns, ", ", true);
}

/* Truncates before the suffix, at a character boundary. */
const char *
dbc_lint_make_name(const dbc_lint *lint, const dbc_lint_object *object,
				   const char *column, const char *suffix)
{
	char *start = dbc_format(lint->host, "%s%s%s", object->name,
							 column ? "_" : "", column ? column : "");
	size_t room = NAME_BYTES - 1 - strlen(suffix);

	if (strlen(start) > room)
	{
		while ((start[room] & 0xc0) == 0x80)
			room--;
		start[room] = '\0';
	}
	return dbc_lint_quote(lint, dbc_format(lint->host, "%s_%s", start, suffix));
}

const char *
dbc_lint_make_key_name(const dbc_lint *lint, const dbc_lint_object *object,
					   const char *const *columns, const char *suffix)
{
	return dbc_lint_make_name(lint, object, joined(lint, columns, "_", false),
							  suffix);
}

/* The end of the first of these words in the current statement, or NULL. */
static const char *
end_of_word(const dbc_lint *lint, const char *const *words)
{
	dbc_lexeme lexeme =
		dbc_scan_sql(dbc_lint_statement_text(lint), lint->engine);

	while (lexeme.kind != DBC_LEX_END)
	{
		const char *end = lexeme.text + lexeme.length;

		for (int i = 0; lexeme.kind == DBC_LEX_WORD && words[i]; i++)
			if (strlen(words[i]) == lexeme.length &&
				dbc_starts_with_nocase(lexeme.text, words[i]))
				return end;
		lexeme = dbc_scan_sql(end, lint->engine);
	}
	return NULL;
}

const char *
dbc_lint_insert_words(const dbc_lint *lint, const char *const *after,
					  const char *words)
{
	const char *text = dbc_lint_statement_text(lint);
	const char *end = end_of_word(lint, after);

	return end ? dbc_format(lint->host, "%.*s %s%s", (int) (end - text), text,
							words, end)
			   : NULL;
}

/* Adds CONCURRENTLY, and removes IF NOT EXISTS: it would accept the invalid
 * index of a failed build. */
const char *
dbc_lint_rewrite_index(const dbc_lint *lint)
{
	static const char *const kinds[] = {
		"index", "table", "schema", "database", "system", "column", NULL};
	static const char *const exists[] = {"exists", NULL};
	const char *text = dbc_lint_statement_text(lint);
	const char *kind = end_of_word(lint, kinds);
	const char *end = kind;

	if (!kind)
		return NULL;
	if (dbc_lint_has_flag(&lint->analyses[lint->statement].operations[0],
						  DBC_OP_IF_EXISTS) &&
		dbc_starts_with_nocase(text, "create"))
		end = end_of_word(lint, exists);
	return dbc_format(lint->host, DBC_ALONE "%.*s CONCURRENTLY%s;",
					  (int) (kind - text), text, end);
}

/* Creates the index on the partitioned table only, then one per partition. */
const char *
dbc_lint_rewrite_partitioned_index(const dbc_lint *lint,
								   const dbc_lint_operation *operation)
{
	static const char *const on[] = {"on", NULL};
	const char *only = dbc_lint_insert_words(lint, on, "ONLY");
	const char *columns = dbc_lint_column_list(lint, operation->columns);

	if (!only || !columns || !operation->name)
		return NULL;
	return dbc_format(
		lint->host,
		"-- migration 1\n"
		"%s;\n"
		"-- for each partition, here p: a separate migration, outside a "
		"transaction\n"
		"CREATE %sINDEX CONCURRENTLY p_index ON p (%s);\n"
		"ALTER INDEX %s ATTACH PARTITION p_index;",
		only, dbc_lint_has_flag(operation, DBC_OP_UNIQUE) ? "UNIQUE " : "",
		columns, dbc_lint_quote(lint, operation->name));
}

/* Whether the script drops a constraint whose name the new one gets: until then
 * the old index has the name. */
static bool
replaces_constraint(const dbc_lint *lint, const dbc_lint_operation *operation)
{
	const dbc_lint_operation *dropped = dbc_lint_find_operation(
		lint, 0, lint->statement + 1, DBC_VERB(DROP_CONSTRAINT),
		operation->object, NULL);

	return dropped && dropped->name && operation->name &&
		   dbc_same(dropped->name, operation->name);
}

/* Whether a key has more clauses than columns, so that a plain index on the
 * columns differs. */
static bool
has_other_clauses(const dbc_lint *lint)
{
	static const char *const more[] = {"include",	 "nulls",	   "with",
									   "deferrable", "tablespace", NULL};

	return end_of_word(lint, more) != NULL;
}

const char *
dbc_lint_rewrite_unique(const dbc_lint *lint,
						const dbc_lint_operation *operation)
{
	bool primary = operation->verb == DBC_V_ADD_PRIMARY_KEY;
	const char *columns = dbc_lint_column_list(lint, operation->columns);
	const char *table = operation->object->shown;
	const char *drop = "";
	const char *name;
	const char *index;

	/* a column of the same statement cannot have an index yet */
	if (!columns || has_other_clauses(lint) ||
		(!operation->columns[1] &&
		 dbc_lint_find_operation(lint, lint->statement, lint->statement + 1,
								 DBC_VERB(ADD_COLUMN), operation->object,
								 operation->columns[0])))
		return NULL;
	if (operation->name)
		name = dbc_lint_quote(lint, operation->name);
	else if (primary)
		name = dbc_lint_make_name(lint, operation->object, NULL, "pkey");
	else
		name = dbc_lint_make_key_name(lint, operation->object,
									  operation->columns, "key");
	index = name;
	if (replaces_constraint(lint, operation))
	{
		index = dbc_lint_make_key_name(lint, operation->object,
									   operation->columns, "new");
		drop = dbc_format(lint->host, "DROP CONSTRAINT %s, ", name);
	}
	return dbc_format(lint->host,
					  "-- migration 1, outside a transaction\n"
					  "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s);\n"
					  "-- migration 2\n"
					  "ALTER TABLE %s %sADD CONSTRAINT %s %s USING INDEX %s;",
					  index, table, columns, table, drop, name,
					  primary ? "PRIMARY KEY" : "UNIQUE", index);
}

const char *
dbc_lint_rewrite_not_valid(const dbc_lint *lint,
						   const dbc_lint_operation *operation)
{
	static const char *const add[] = {"add", NULL};
	bool foreign = operation->verb == DBC_V_ADD_FOREIGN_KEY;
	const char *name;
	const char *sql;

	if (!dbc_lint_is_single_operation(lint) || operation->object->partitioned)
		return NULL;
	if (operation->name)
	{
		name = dbc_lint_quote(lint, operation->name);
		sql = dbc_lint_statement_text(lint);
	}
	else
	{
		name =
			dbc_lint_make_key_name(lint, operation->object, operation->columns,
								   foreign ? "fkey" : "check");
		sql = dbc_lint_insert_words(
			lint, add, dbc_format(lint->host, "CONSTRAINT %s", name));
	}
	return dbc_format(lint->host,
					  "-- migration 1\n"
					  "%s NOT VALID;\n"
					  "-- migration 2\n"
					  "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
					  sql, operation->object->shown, name);
}

const char *
dbc_lint_rewrite_not_null(const dbc_lint *lint, const dbc_lint_object *object,
						  const char *column, int first)
{
	const char *name = dbc_lint_make_name(lint, object, column, "not_null");
	const char *table = object->shown;
	const char *c = dbc_lint_quote(lint, column);

	return dbc_format(lint->host,
					  "-- migration %d\n"
					  "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) "
					  "NOT VALID;\n"
					  "-- migration %d\n"
					  "ALTER TABLE %s VALIDATE CONSTRAINT %s;\n"
					  "-- migration %d\n"
					  "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n"
					  "ALTER TABLE %s DROP CONSTRAINT %s;",
					  first, table, name, c, first + 1, table, name, first + 2,
					  table, c, table, name);
}

/* The text in parentheses after a word of the current statement, or NULL. */
static const char *
in_parentheses(const dbc_lint *lint, const char *word)
{
	const char *after[] = {word, NULL};
	const char *start = end_of_word(lint, after);
	dbc_lexeme lexeme;
	const char *end = start;
	int depth = 0;

	if (!start)
		return NULL;
	do
	{
		lexeme = dbc_scan_sql(end, lint->engine);
		end = lexeme.text + lexeme.length;
		if (depth == 0)
			start = end;
		if (lexeme.kind == DBC_LEX_SYMBOL)
			depth += (*lexeme.text == '(') - (*lexeme.text == ')');
	} while (lexeme.kind != DBC_LEX_END && depth > 0);
	return lexeme.kind == DBC_LEX_END
			   ? NULL
			   : dbc_copy(lint->host, start, (size_t) (lexeme.text - start));
}

/* Whether a partition bound is unbounded. */
static bool
is_unbounded(const char *bound)
{
	return dbc_starts_with_nocase(bound, "minvalue") ||
		   dbc_starts_with_nocase(bound, "maxvalue");
}

/* The CHECK condition for the bounds of a partition, or NULL. */
static const char *
bounds_of(const dbc_lint *lint, const dbc_lint_operation *operation)
{
	const char *list = in_parentheses(lint, "in");
	const char *from = in_parentheses(lint, "from");
	const char *to = in_parentheses(lint, "to");
	const char *column = dbc_lint_column_list(lint, operation->columns);

	if (!column || operation->columns[1])
		return NULL;
	if (list)
		return dbc_format(lint->host, "%s IS NOT NULL AND %s IN (%s)", column,
						  column, list);
	if (!from || !to || is_unbounded(from) || is_unbounded(to))
		return NULL;
	return dbc_format(lint->host, "%s IS NOT NULL AND %s >= %s AND %s < %s",
					  column, column, from, column, to);
}

/* Adds a CHECK for the bounds first, so that ATTACH scans no rows. */
const char *
dbc_lint_rewrite_attach(const dbc_lint *lint,
						const dbc_lint_operation *operation)
{
	const char *bounds = bounds_of(lint, operation);
	const char *name =
		dbc_lint_make_name(lint, operation->other, NULL, "bounds");
	const char *table = operation->other->shown;

	if (!bounds)
		return NULL;
	return dbc_format(lint->host,
					  "-- migration 1\n"
					  "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID;\n"
					  "-- migration 2\n"
					  "ALTER TABLE %s VALIDATE CONSTRAINT %s;\n"
					  "-- migration 3\n"
					  "%s;\n"
					  "ALTER TABLE %s DROP CONSTRAINT %s;",
					  table, name, bounds, table, name,
					  dbc_lint_statement_text(lint), table, name);
}

const char *
dbc_lint_query_duplicates(const dbc_lint *lint,
						  const dbc_lint_operation *operation)
{
	const char *columns = dbc_lint_column_list(lint, operation->columns);
	const char *filled =
		joined(lint, operation->columns, " IS NOT NULL AND ", true);
	static const char *const nulls[] = {"nulls", NULL};

	if (!columns || dbc_lint_has_flag(operation, DBC_OP_PARTIAL) ||
		end_of_word(lint, nulls))
		return NULL;
	return dbc_format(lint->host,
					  "-- first run this: it must return no rows\n"
					  "SELECT %s, count(*) FROM %s WHERE %s IS NOT NULL GROUP "
					  "BY %s HAVING count(*) > 1;",
					  columns, operation->object->shown, filled, columns);
}
