/*
 * pattern.c
 *	  Filters that look into texts: like, ilike, contains, starts_with, search.
 *
 * Operands are patterns of LIKE; an engine whose LIKE does not tell letters in
 * upper and lower case apart has those of GLOB.
 */
#include "common/ops/pattern.h"

#include <string.h>

/* Appends a character that is not special in a pattern. */
static void
append_literal(dbc_buffer *buffer, bool is_glob, char c)
{
	if (is_glob && (c == '*' || c == '?' || c == '['))
		dbc_append_format(buffer, "[%c]", c);
	else if (!is_glob && (c == '%' || c == '_' || c == '\\'))
		dbc_append_format(buffer, "\\%c", c);
	else
		dbc_append_bytes(buffer, &c, 1);
}

/* The pattern for one of LIKE, optionally in lower case. */
static const char *
translate(dbc_host *host, bool is_glob, const char *pattern, bool lower)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	for (; *pattern; pattern++)
	{
		char c = *pattern;

		if (c == '%' || c == '_')
		{
			dbc_append(&buffer, is_glob && c == '%' ? "*"
								: is_glob			? "?"
								: c == '%'			? "%"
													: "_");
			continue;
		}
		if (c == '\\')
			c = *++pattern;
		if (!c)
			dbc_fail(host, "22025", NULL, "Write \"\\\\\\\\\" for a backslash.",
					 "a pattern cannot end with a backslash");
		append_literal(&buffer, is_glob, lower ? dbc_lower(c) : c);
	}
	return buffer.data;
}

/* The pattern for texts that start with one. */
static const char *
make_prefix(dbc_host *host, bool is_glob, const char *text)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	for (; *text; text++)
		append_literal(&buffer, is_glob, *text);
	dbc_append(&buffer, is_glob ? "*" : "%");
	return buffer.data;
}

/* A query of FTS5 for rows with all words of a text in a column; NULL if the
 * text has none. */
static const char *
make_query(dbc_host *host, const dbc_ops_column *column, const char *text)
{
	static const char spaces[] = " \t\n\r\f\v";
	dbc_buffer buffer;
	bool has_word = false;

	dbc_buffer_init(&buffer, host);
	dbc_append_format(&buffer, "%s : (", column->quoted);
	text += strspn(text, spaces);
	while (*text)
	{
		size_t length = strcspn(text, spaces);

		dbc_append(&buffer, has_word ? " AND \"" : "\"");
		for (size_t i = 0; i < length; i++)
			dbc_append_bytes(&buffer, text[i] == '"' ? "\"\"" : &text[i],
							 text[i] == '"' ? 2 : 1);
		dbc_append(&buffer, "\"");
		has_word = true;
		text += length;
		text += strspn(text, spaces);
	}
	dbc_append(&buffer, ")");
	return has_word ? buffer.data : NULL;
}

static void
add_condition(dbc_ops_statement *s, const dbc_ops_condition *condition,
			  const char *text)
{
	dbc_append(&s->text, condition->before);
	dbc_ops_add_text(s, text);
	dbc_append(&s->text, condition->after);
}

static void
add_search(dbc_ops_statement *s, const dbc_ops_column *column, const char *text)
{
	const dbc_ops_condition *search =
		DBC_CALL(s->host, ops, search)(s->host, s->table, column);

	if (!search)
		dbc_fail(s->host, DBC_UNSUPPORTED, NULL,
				 "Create one: on PostgreSQL a GIN index on "
				 "to_tsvector('simple', column), on SQLite an FTS5 table with "
				 "the option content. Or use contains.",
				 "column \"%s\" has no full-text index", column->name);
	if (search->is_fts5)
		text = make_query(s->host, column, text);
	if (!text)
	{
		dbc_append(&s->text, dbc_ops_never(s));
		return;
	}
	s->reads_others = true;
	add_condition(s, search, text);
}

void
dbc_ops_add_pattern(dbc_ops_statement *s, const dbc_ops_column *column,
					const char *name, const dbc_json_item *item)
{
	bool ignores_case = dbc_same(name, "ilike");
	dbc_ops_condition condition;
	const char *text;

	if (item->kind != DBC_I_STRING)
		dbc_fail(s->host, DBC_INVALID_PARAMETER, NULL, NULL,
				 "the operand of \"%s\" must be a string", name);
	text = dbc_ops_take_text(s->host, item);
	if (dbc_same(name, "search"))
	{
		add_search(s, column, text);
		return;
	}
	if (column->kind != DBC_OPS_TEXT && column->kind != DBC_OPS_ANY)
		dbc_fail(s->host, DBC_UNSUPPORTED, NULL,
				 "Use eq, lt, lte, gt, gte, in or between.",
				 "\"%s\" is for columns of text, and column \"%s\" is of "
				 "another type",
				 name, column->name);
	condition = DBC_CALL(s->host, ops, test)(s->host, column,
											 dbc_same(name, "contains")
												 ? DBC_OPS_CONTAINS
											 : ignores_case ? DBC_OPS_ILIKE
															: DBC_OPS_LIKE);
	if (dbc_same(name, "starts_with"))
		text = make_prefix(s->host, condition.is_glob, text);
	else if (!dbc_same(name, "contains"))
		text = translate(s->host, condition.is_glob, text, ignores_case);
	add_condition(s, &condition, text);
}
