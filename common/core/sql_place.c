/*
 * sql_place.c
 *	  Which tokens of a statement are values and which are names; see the header
 *	  of core/sql_normal.c.
 */
#include "common/core/sql_place.h"

#include <string.h>

/* The maximum nesting depth of parentheses that is tracked. */
#define MOST_NESTED 63

/* ---- words ---- */

bool
dbc_lexeme_is_one_of(const dbc_lexeme *lexeme, const char *words)
{
	size_t length = lexeme->length;
	size_t i;

	if (lexeme->kind != DBC_LEX_WORD)
		return false;
	for (const char *word = words + 1; *word; word += strcspn(word, " ") + 1)
	{
		for (i = 0; i < length && (lexeme->text[i] | 0x20) == word[i]; i++)
			;
		if (i == length && word[i] == ' ')
			return true;
	}
	return false;
}

bool
dbc_lexeme_is_symbol(const dbc_lexeme *lexeme, const char *symbol)
{
	return lexeme->kind == DBC_LEX_SYMBOL && lexeme->length == strlen(symbol) &&
		   memcmp(lexeme->text, symbol, lexeme->length) == 0;
}

bool
dbc_lexeme_is_operator(const dbc_lexeme *lexeme)
{
	return lexeme->kind == DBC_LEX_SYMBOL &&
		   !strchr("().,;[]:", lexeme->text[0]);
}

/* Words followed by a value, never a name. */
static bool
wants_value(const dbc_lexeme *lexeme)
{
	return dbc_lexeme_is_one_of(lexeme,
								" like ilike glob regexp match escape similar "
								"attach database key limit offset between then "
								"else default ");
}

bool
dbc_lexeme_precedes_expression(const dbc_lexeme *lexeme)
{
	return wants_value(lexeme) ||
		   dbc_lexeme_is_one_of(
			   lexeme, " select distinct all where and or on having "
					   "when case by return returning from to values in "
					   "using ");
}

/* Words followed by a name in SQLite, never a value; exceptions are VACUUM, and
 * FROM in IS DISTINCT FROM. */
static bool
wants_name(const dbc_lexeme *lexeme)
{
	return dbc_lexeme_is_one_of(
		lexeme, " from join into update table as index view "
				"exists trigger references column using rename to "
				"of collate window over constraint savepoint "
				"release with recursive add drop reindex "
				"analyze ");
}

/* ---- values ---- */

dbc_lexeme
dbc_sql_next(const dbc_sql_place *place, const dbc_lexeme *lexeme)
{
	return dbc_scan_sql(lexeme->text + lexeme->length, place->engine);
}

/* A bit for the innermost parentheses; 0 if they are not tracked. */
static uint64_t
bit_of(const dbc_sql_place *place)
{
	return place->depth <= MOST_NESTED ? UINT64_C(1) << place->depth : 0;
}

/* Whether the innermost parentheses only contain values. */
static bool
in_list(const dbc_sql_place *place)
{
	return (place->lists & bit_of(place)) != 0;
}

bool
dbc_sql_at_operand(const dbc_sql_place *place)
{
	const dbc_lexeme *last = &place->last;

	return last->kind == DBC_LEX_END || dbc_lexeme_is_operator(last) ||
		   dbc_lexeme_is_symbol(last, "(") || dbc_lexeme_is_symbol(last, ",") ||
		   dbc_lexeme_is_symbol(last, "[") ||
		   dbc_lexeme_is_symbol(last, ":=") ||
		   dbc_lexeme_precedes_expression(last);
}

/* Whether SQLite's grammar requires a name here, not an expression. */
static bool
is_place_of_name(const dbc_sql_place *place, const dbc_lexeme *name)
{
	const dbc_lexeme *last = &place->last;
	dbc_lexeme next = dbc_sql_next(place, name);

	if (dbc_lexeme_is_symbol(last, ".") || dbc_lexeme_is_symbol(&next, ".") ||
		dbc_lexeme_is_symbol(&next, "("))
		return true;
	if (dbc_lexeme_is_symbol(last, ",") || dbc_lexeme_is_symbol(last, "("))
		return (place->names & bit_of(place)) != 0;
	if (dbc_lexeme_is_one_of(last, " on ")) /* of a trigger */
		return dbc_lexeme_is_one_of(&next, " begin for when ");
	if (dbc_lexeme_is_one_of(last, " from "))
		return (place->names & bit_of(place)) != 0;
	return wants_name(last) || dbc_lexeme_is_one_of(last, " set ");
}

/* Whether a lexeme is the schema name in ATTACH. */
static bool
is_schema_name(const dbc_sql_place *place, const dbc_lexeme *name)
{
	dbc_lexeme next = dbc_sql_next(place, name);

	return dbc_lexeme_is_one_of(&place->last, " as ") &&
		   (next.kind == DBC_LEX_END || dbc_lexeme_is_symbol(&next, ";") ||
			dbc_lexeme_is_one_of(&next, " key "));
}

/* Whether SQLite reads a name as text: the value of a pragma, an attached file
 * or a default. */
static bool
is_bare_value(const dbc_sql_place *place, const dbc_lexeme *name)
{
	if (place->engine != DBC_ON_SQLITE)
		return false;
	if (place->in == DBC_IN_PRAGMA)
		return dbc_lexeme_is_operator(&place->last) || in_list(place);
	if (place->in == DBC_IN_ATTACH)
		return !is_schema_name(place, name) &&
			   !dbc_lexeme_is_one_of(name, " database as key ");
	return dbc_lexeme_is_one_of(&place->last, " default ") &&
		   !dbc_lexeme_is_one_of(name, " values ");
}

/* Whether a quoted name may be a value. */
static bool
is_quoted_value(const dbc_sql_place *place, const dbc_lexeme *name)
{
	if (place->engine != DBC_ON_SQLITE)
		return false;
	if (is_bare_value(place, name))
		return true;
	if (name->text[0] != '"')
		return false;
	return place->in == DBC_IN_VACUUM || !is_place_of_name(place, name);
}

bool
dbc_sql_is_value(const dbc_sql_place *place, const dbc_lexeme *lexeme)
{
	switch (lexeme->kind)
	{
		case DBC_LEX_TEXT:
		case DBC_LEX_NUMBER:
		case DBC_LEX_PARAMETER:
			return true;
		case DBC_LEX_NAME:
			return is_quoted_value(place, lexeme);
		case DBC_LEX_WORD:
			return is_bare_value(place, lexeme) ||
				   (dbc_lexeme_is_one_of(lexeme, " null true false ") &&
					dbc_sql_at_operand(place));
		case DBC_LEX_SYMBOL:
		case DBC_LEX_END:
			break;
	}
	return false;
}

/* ---- context of later lexemes ---- */

/* Whether an opening parenthesis starts a list of values. */
static bool
opens_values(const dbc_sql_place *place, const dbc_lexeme *open)
{
	dbc_lexeme next = dbc_sql_next(place, open);

	return place->in == DBC_IN_PRAGMA ||
		   (dbc_lexeme_is_one_of(&place->last, " in values ") &&
			!dbc_lexeme_is_one_of(&next, " select with values "));
}

/* Whether items in parentheses start with names: columns, or tables of a
 * join. */
static bool
opens_names(const dbc_sql_place *place)
{
	bool inherits = (dbc_lexeme_is_symbol(&place->last, ",") ||
					 dbc_lexeme_is_symbol(&place->last, "(") ||
					 dbc_lexeme_is_one_of(&place->last, " from ")) &&
					(place->names & bit_of(place));

	return place->has_table || inherits ||
		   dbc_lexeme_is_one_of(&place->last,
								" join using set key unique conflict ");
}

/* Counts parentheses. */
static void
count_parentheses(dbc_sql_place *place, const dbc_lexeme *lexeme)
{
	bool values;
	bool names;

	if (dbc_lexeme_is_symbol(lexeme, ")") && place->depth > 0)
		place->depth--;
	if (!dbc_lexeme_is_symbol(lexeme, "("))
		return;
	values = opens_values(place, lexeme);
	names = place->in == DBC_IN_ORDINARY && opens_names(place);
	place->depth++;
	place->lists &= ~bit_of(place);
	place->names &= ~bit_of(place);
	if (values)
		place->lists |= bit_of(place);
	if (names)
		place->names |= bit_of(place);
}

/* Records whether a word starts or ends a list of names. */
static void
note_clause(dbc_sql_place *place, const dbc_lexeme *word)
{
	bool compares = dbc_lexeme_is_one_of(
		&place->last, " distinct "); /* except FROM in IS DISTINCT FROM */

	if (dbc_lexeme_is_one_of(word, " set ") ||
		(dbc_lexeme_is_one_of(word, " from ") && !compares))
		place->names |= bit_of(place);
	else if (dbc_lexeme_is_one_of(
				 word, " from select where group having order limit "
					   "offset union except intersect window returning "
					   "values do "))
		place->names &= ~bit_of(place);
}

/* Records whether a lexeme is the name of a table before its columns. */
static void
note_table(dbc_sql_place *place, const dbc_lexeme *lexeme)
{
	bool named = place->wants_table &&
				 (lexeme->kind == DBC_LEX_WORD || lexeme->kind == DBC_LEX_NAME);

	if (named && dbc_lexeme_is_one_of(lexeme, " if not exists recursive "))
		return;
	place->wants_table =
		dbc_lexeme_is_one_of(lexeme,
							 " into references table with recursive ") ||
		(place->has_table && dbc_lexeme_is_symbol(lexeme, "."));
	place->has_table = named;
}

/* Records the kind of a statement from its first words. */
static void
note_kind(dbc_sql_place *place, const dbc_lexeme *word)
{
	if (place->in != DBC_IN_START ||
		dbc_lexeme_is_one_of(word, " explain query plan "))
		return;
	place->in = dbc_lexeme_is_one_of(word, " pragma ")	 ? DBC_IN_PRAGMA
				: dbc_lexeme_is_one_of(word, " attach ") ? DBC_IN_ATTACH
				: dbc_lexeme_is_one_of(word, " vacuum ") ? DBC_IN_VACUUM
														 : DBC_IN_ORDINARY;
}

void
dbc_sql_advance(dbc_sql_place *place, const dbc_lexeme *lexeme)
{
	note_kind(place, lexeme);
	count_parentheses(place, lexeme);
	if (lexeme->kind == DBC_LEX_WORD &&
		!dbc_lexeme_is_symbol(&place->last, "."))
		note_clause(place, lexeme);
	note_table(place, lexeme);
	if (!dbc_lexeme_is_symbol(lexeme, ";"))
		return;
	place->in = DBC_IN_START;
	place->depth = 0;
	place->names = 0;
}
