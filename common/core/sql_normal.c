/*
 * sql_normal.c
 *	  The text of a statement without its data, and a fingerprint of it.
 *
 * Only the lexemes decide what is data, not the schema.  In doubt a quoted
 * token counts as data: SQLite reads "x" as a string if there is no column of
 * that name, so "x" is kept only where the grammar requires a name.
 */
#include "common/core/sql_normal.h"

#include <stdio.h>
#include <string.h>

#include "common/core/sql_place.h"

/* FNV-1a. */
#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

typedef struct normaliser
{
	dbc_normalised_sql *normal;
	dbc_sql_place place;
} normaliser;

static bool
wants_blank(const dbc_lexeme *lexeme)
{
	return dbc_lexeme_precedes_expression(lexeme) ||
		   dbc_lexeme_is_one_of(lexeme,
								" not as join exists over filter union except "
								"intersect set is check with any some ");
}

/* Appends bytes to the text, up to its limit, and to the hash. */
static void
append(dbc_normalised_sql *normal, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
	{
		normal->hash = (normal->hash ^ (unsigned char) text[i]) * HASH_PRIME;
		if (normal->length < DBC_NORMAL_TEXT)
			normal->text[normal->length++] = text[i];
	}
}

/* Whether a blank belongs between the last lexeme and the next one. */
static bool
needs_blank(const normaliser *n, const dbc_lexeme *next)
{
	const dbc_lexeme *last = &n->place.last;

	if (last->kind == DBC_LEX_END || dbc_lexeme_is_symbol(last, "(") ||
		dbc_lexeme_is_symbol(last, "[") || dbc_lexeme_is_symbol(last, ".") ||
		dbc_lexeme_is_symbol(last, "::"))
		return false;
	if (next->kind != DBC_LEX_SYMBOL)
		return true;
	if (next->text[0] == '(')
		return dbc_lexeme_is_operator(last) ||
			   dbc_lexeme_is_symbol(last, ",") || wants_blank(last);
	return !strchr(").,;[]", next->text[0]) &&
		   !dbc_lexeme_is_symbol(next, "::");
}

/* Appends a word in lower case. */
static void
write_word(dbc_normalised_sql *normal, const dbc_lexeme *word)
{
	for (size_t i = 0; i < word->length; i++)
	{
		char c = word->text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char) (c | 0x20);
		append(normal, &c, 1);
	}
}

/* Appends a name in double quotes. */
static void
write_name(dbc_normalised_sql *normal, const dbc_lexeme *name)
{
	bool plain = name->text[0] == '[' || name->text[0] == '`';

	if (!plain)
		append(normal, name->text, name->length);
	else
	{
		append(normal, "\"", 1);
		append(normal, name->text + 1,
			   name->length > 2 ? name->length - 2 : name->length - 1);
		append(normal, "\"", 1);
	}
}

/* Appends a lexeme that is not a value, or a ?. */
static void
write_lexeme(normaliser *n, const dbc_lexeme *lexeme, bool value)
{
	dbc_normalised_sql *normal = n->normal;

	if (needs_blank(n, lexeme))
		append(normal, " ", 1);
	if (value)
		append(normal, "?", 1);
	else if (lexeme->kind == DBC_LEX_WORD)
		write_word(normal, lexeme);
	else if (lexeme->kind == DBC_LEX_NAME)
		write_name(normal, lexeme);
	else if (dbc_lexeme_is_symbol(lexeme, "!="))
		append(normal, "<>", 2);
	else if (dbc_lexeme_is_symbol(lexeme, "=="))
		append(normal, "=", 1);
	else
		append(normal, lexeme->text, lexeme->length);
	n->place.last = *lexeme;
}

/* ---- values ---- */

/* The end of a list of values after its opening parenthesis: the closing one,
 * or END if the list contains anything else. */
static dbc_lexeme
end_of_list(const normaliser *n, const dbc_lexeme *open)
{
	dbc_sql_place inside = n->place;
	dbc_lexeme next = dbc_sql_next(&n->place, open);

	inside.last = *open;
	inside.depth = 0;
	inside.lists = 1;
	inside.names = 0;
	for (;;)
	{
		if (dbc_lexeme_is_symbol(&next, "-") ||
			dbc_lexeme_is_symbol(&next, "+"))
			next = dbc_sql_next(&n->place, &next);
		if (!dbc_sql_is_value(&inside, &next))
			break;
		next = dbc_sql_next(&n->place, &next);
		if (dbc_lexeme_is_symbol(&next, ")") ||
			dbc_lexeme_is_symbol(&next, "]"))
			return next;
		if (!dbc_lexeme_is_symbol(&next, ","))
			break;
		next = dbc_sql_next(&n->place, &next);
	}
	return (dbc_lexeme){DBC_LEX_END, open->text, 0};
}

/* Skips further rows of VALUES after the closing parenthesis. */
static void
skip_rows(const normaliser *n, dbc_lexeme *close)
{
	dbc_lexeme comma = dbc_sql_next(&n->place, close);
	dbc_lexeme open = dbc_sql_next(&n->place, &comma);

	while (dbc_lexeme_is_symbol(&comma, ",") &&
		   dbc_lexeme_is_symbol(&open, "("))
	{
		dbc_lexeme end = end_of_list(n, &open);

		if (end.kind == DBC_LEX_END)
			return;
		*close = end;
		comma = dbc_sql_next(&n->place, close);
		open = dbc_sql_next(&n->place, &comma);
	}
}

/* Appends a list of values, or all rows of VALUES, as one; false if there is no
 * such list. *open is set to the closing parenthesis. */
static bool
write_list(normaliser *n, dbc_lexeme *open)
{
	bool rows = dbc_lexeme_is_one_of(&n->place.last, " values ");
	dbc_lexeme close;

	if (!(dbc_lexeme_is_symbol(open, "(") &&
		  (rows || dbc_lexeme_is_one_of(&n->place.last, " in "))) &&
		!(dbc_lexeme_is_symbol(open, "[") &&
		  dbc_lexeme_is_one_of(&n->place.last, " array ")))
		return false;
	close = end_of_list(n, open);
	if (close.kind == DBC_LEX_END)
		return false;
	if (rows)
		skip_rows(n, &close);
	write_lexeme(n, open, false);
	write_lexeme(n, open, true);
	write_lexeme(n, &close, false);
	*open = close;
	return true;
}

/* Appends the next lexeme; *lexeme may be set to a later one. */
static void
write_next(normaliser *n, dbc_lexeme *lexeme)
{
	dbc_lexeme number;

	if (write_list(n, lexeme))
		return;
	if ((dbc_lexeme_is_symbol(lexeme, "-") ||
		 dbc_lexeme_is_symbol(lexeme, "+")) &&
		dbc_sql_at_operand(&n->place))
	{
		number = dbc_sql_next(&n->place, lexeme);
		if (number.kind == DBC_LEX_NUMBER)
			*lexeme = number;
	}
	if (dbc_sql_is_value(&n->place, lexeme))
	{
		n->place.wants_table = n->place.has_table = false;
		write_lexeme(n, lexeme, true);
	}
	else
	{
		dbc_sql_advance(&n->place, lexeme);
		write_lexeme(n, lexeme, false);
	}
}

/* Mixes all bits of a hash. */
static uint64_t
spread(uint64_t hash)
{
	hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
	hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return hash ^ hash >> 33;
}

/* Removes an incomplete UTF-8 character from the end. */
static void
end_text(dbc_normalised_sql *normal)
{
	size_t length = normal->length;

	if (length == DBC_NORMAL_TEXT)
	{
		while (length > 0 && (normal->text[length - 1] & 0xc0) == 0x80)
			length--;
		if (length > 0 && (normal->text[length - 1] & 0x80))
			length--;
	}
	normal->length = length;
	normal->text[length] = '\0';
}

void
dbc_normalise_sql(const char *sql, int engine, dbc_normalised_sql *normal)
{
	normaliser n = {.normal = normal, .place = {.engine = engine}};

	normal->hash = HASH_START;
	normal->length = 0;
	for (dbc_lexeme next = dbc_scan_sql(sql, engine); next.kind != DBC_LEX_END;)
	{
		dbc_lexeme done = next;
		bool end = dbc_lexeme_is_symbol(&next, ";");

		if (!end)
			write_next(&n, &done);
		next = dbc_sql_next(&n.place, &done);
		if (end && next.kind != DBC_LEX_END &&
			n.place.last.kind != DBC_LEX_END &&
			!dbc_lexeme_is_symbol(&next, ";"))
		{
			dbc_sql_advance(&n.place, &done);
			write_lexeme(&n, &done, false);
		}
	}
	normal->hash = spread(normal->hash);
	snprintf(normal->fingerprint, sizeof(normal->fingerprint), "%016llx",
			 (unsigned long long) normal->hash);
	end_text(normal);
}
