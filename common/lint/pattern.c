/*
 * pattern.c
 *	  Search for patterns of lexemes in SQL text; see the header.
 */
#include "common/lint/pattern.h"

#include <string.h>

/* ---- statements ---- */

/* Whether a lexeme is a word, in any case; word is in lower case. */
static bool
is_word(const dbc_lexeme *lexeme, const char *word, size_t length)
{
	if (lexeme->kind != DBC_LEX_WORD || lexeme->length != length)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		char c = lexeme->text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char) (c - 'A' + 'a');
		if (c != word[i])
			return false;
	}
	return true;
}

static bool
is_symbol(const dbc_lexeme *lexeme, char c)
{
	return lexeme->kind == DBC_LEX_SYMBOL && lexeme->length == 1 &&
		   lexeme->text[0] == c;
}

/* Whether the first lexemes of a statement open a body with statements inside:
 * of a SQLite trigger or a PostgreSQL function. */
static bool
opens_body(const dbc_lexeme *items, int count, int engine)
{
	const dbc_lexeme *last = &items[count - 1];

	if (engine == DBC_ON_POSTGRESQL)
		return count > 1 && is_word(last, "atomic", 6) &&
			   is_word(last - 1, "begin", 5);
	return (count == 2 || count == 3) && is_word(items, "create", 6) &&
		   is_word(last, "trigger", 7);
}

/* All lexemes of a text, the last one of kind DBC_LEX_END. */
static dbc_lexeme *
scan_all(dbc_host *host, const char *text, int engine, int *count)
{
	int room = 64;
	dbc_lexeme *items = dbc_alloc(host, (size_t) room * sizeof(*items));
	dbc_lexeme lexeme = dbc_scan_sql(text, engine);

	for (*count = 0;;
		 lexeme = dbc_scan_sql(lexeme.text + lexeme.length, engine))
	{
		if (*count == room)
		{
			dbc_lexeme *more =
				dbc_alloc(host, 2 * (size_t) room * sizeof(*items));

			memcpy(more, items, (size_t) room * sizeof(*items));
			items = more;
			room *= 2;
		}
		items[*count] = lexeme;
		if (lexeme.kind == DBC_LEX_END)
			return items;
		(*count)++;
	}
}

/* Whether a semicolon ends a statement: in a body, only the one after "; end".
 */
static bool
ends(const dbc_lexeme *items, int at, bool body)
{
	return is_symbol(&items[at], ';') &&
		   (!body || (at > 1 && is_word(&items[at - 1], "end", 3) &&
					  is_symbol(&items[at - 2], ';')));
}

const dbc_lint_lexed_statement *
dbc_lint_lex(dbc_host *host, const char *text, int engine, int *count)
{
	int nitems;
	dbc_lexeme *items = scan_all(host, text, engine, &nitems);
	dbc_lint_lexed_statement *statements =
		dbc_alloc(host, ((size_t) nitems + 1) * sizeof(*statements));
	const char *counted = text;
	bool body = false;
	int line = 1;
	int start = 0;

	*count = 0;
	for (int at = 0; at <= nitems; at++)
	{
		body = body ||
			   (at > start && opens_body(&items[start], at - start, engine));
		if (at < nitems && !ends(items, at, body))
			continue;
		for (; counted < items[start].text; counted++)
			line += *counted == '\n';
		if (at > start)
		{
			statements[*count] =
				(dbc_lint_lexed_statement){.items = &items[start],
										   .count = at - start,
										   .number = *count + 1,
										   .line = line};
			(*count)++;
		}
		items[at].kind = DBC_LEX_END;
		start = at + 1;
		body = false;
	}
	return statements;
}

/* ---- patterns ---- */

/* An item of a pattern, and the rest of the pattern. */
typedef struct item
{
	const char *text;
	size_t length;
	const char *rest;
} item;

static item
first_item(const char *pattern)
{
	item i = {pattern, strcspn(pattern, " "), NULL};

	i.rest = pattern + i.length + (pattern[i.length] == ' ');
	return i;
}

static bool
is_item(const item *i, const char *text)
{
	return i->length == strlen(text) && strncmp(i->text, text, i->length) == 0;
}

static bool
is_name(const dbc_lexeme *lexeme)
{
	return lexeme->kind == DBC_LEX_WORD || lexeme->kind == DBC_LEX_NAME;
}

/* The number of lexemes of the name at a lexeme; 0 if none. */
static int
name_length(const dbc_lexeme *at)
{
	int length = 1;

	if (!is_name(at))
		return 0;
	while (is_symbol(&at[length], '.') && is_name(&at[length + 1]))
		length += 2;
	return length;
}

/* The same for a name with a schema. */
static int
qualified_length(const dbc_lexeme *at)
{
	int length = name_length(at);

	return length < 3 || is_word(at, "main", 4) || is_word(at, "temp", 4)
			   ? 0
			   : length;
}

/* Whether a lexeme starts with these characters, in any case. */
static bool
opens_with(const dbc_lexeme *at, dbc_lexeme_kind kind, const item *i)
{
	if (at->kind != kind || at->length < i->length)
		return false;
	return (at->text[0] | 0x20) == (i->text[0] | 0x20) &&
		   (i->length == 1 || at->text[1] == i->text[1]);
}

/* The number of lexemes that match an item; 0 if none. */
static int
item_length(const dbc_lexeme *at, const item *i)
{
	if (at->kind == DBC_LEX_END)
		return 0;
	if (is_item(i, "@"))
		return name_length(at);
	if (is_item(i, "&"))
		return qualified_length(at);
	if (is_item(i, "#"))
		return at->kind == DBC_LEX_NUMBER;
	if (is_item(i, "'") || is_item(i, "e'") || is_item(i, "x'"))
		return opens_with(at, DBC_LEX_TEXT, i);
	if (is_item(i, "$$"))
		return at->kind == DBC_LEX_TEXT && at->text[0] == '$';
	if (i->text[0] == '\'')
		return at->kind == DBC_LEX_TEXT && at->length == i->length &&
			   strncmp(at->text, i->text, i->length) == 0;
	if (i->length == 1 && strchr("`[\"", i->text[0]) &&
		at->kind == DBC_LEX_NAME)
		return at->text[0] == i->text[0];
	if (at->kind == DBC_LEX_SYMBOL)
		return at->length == i->length &&
			   strncmp(at->text, i->text, i->length) == 0;
	return is_word(at, i->text, i->length);
}

/* Whether a pattern matches at a lexeme. */
static bool
follows(const dbc_lexeme *at, const char *pattern)
{
	while (*pattern)
	{
		item i = first_item(pattern);
		int length;

		if (is_item(&i, "..."))
		{
			int depth = 0;

			for (; at->kind != DBC_LEX_END && depth >= 0; at++)
			{
				if (depth == 0 && follows(at, i.rest))
					return true;
				depth += is_symbol(at, '(') - is_symbol(at, ')');
			}
			return false;
		}
		length = item_length(at, &i);
		if (length == 0)
			return false;
		at += length;
		pattern = i.rest;
	}
	return true;
}

/* Whether a column type stands at a position: after a name that starts a list
 * item or follows ADD or COLUMN. */
static bool
is_type_position(const dbc_lint_lexed_statement *statement, int at)
{
	const dbc_lexeme *name = &statement->items[at - 1];

	return at >= 2 && is_name(name) &&
		   (is_symbol(name - 1, '(') || is_symbol(name - 1, ',') ||
			is_word(name - 1, "add", 3) || is_word(name - 1, "column", 6)) &&
		   (is_word(statement->items, "create", 6) ||
			is_word(statement->items, "alter", 5));
}

bool
dbc_lint_has_pattern(const dbc_lint_lexed_statement *statement,
					 const char *pattern)
{
	if (*pattern == '^')
		return follows(statement->items, pattern + 1);
	if (*pattern == '%')
	{
		for (int at = 2; at < statement->count; at++)
			if (is_type_position(statement, at) &&
				follows(&statement->items[at], pattern + 1))
				return true;
		return false;
	}
	for (int at = 0; at < statement->count; at++)
		if ((at == 0 || !is_symbol(&statement->items[at - 1], '.')) &&
			follows(&statement->items[at], pattern))
			return true;
	return false;
}
