/*
 * sql_normal.c
 *	  The text of a statement without its data, and a fingerprint of it.
 *
 * What is data is told by the lexemes alone, without the schema.  Where that
 * leaves doubt, a text is taken for data: SQLite reads "x" as a value where no
 * column has that name.
 */
#include "sql_normal.h"

#include <stdio.h>
#include <string.h>

#include "sql_scan.h"

/* FNV-1a. */
#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

/* Parentheses of which it is known what they hold. */
#define MOST_NESTED 64

/* The statement on its way. */
typedef struct normaliser
{
	dbc_normal *normal;
	int engine;
	dbc_lexeme last; /* that was written; END at the start */
	bool pragma;	 /* what is set here are words, too */
	int depth;		 /* open parentheses */
	uint64_t lists;	 /* bit i: those at depth i + 1 are a list of values */
} normaliser;

/* ---- words ---- */

/* Whether a lexeme is one of some words, which are in blanks. */
static bool
is_one_of(const dbc_lexeme *lexeme, const char *words)
{
	size_t length = lexeme->length;
	const char *word;
	size_t i;

	if (lexeme->kind != DBC_LEX_WORD)
		return false;
	for (word = words + 1; *word; word += strcspn(word, " ") + 1)
	{
		for (i = 0; i < length && (lexeme->text[i] | 0x20) == word[i]; i++)
			;
		if (i == length && word[i] == ' ')
			return true;
	}
	return false;
}

/* Whether a lexeme is this symbol. */
static bool
is_symbol(const dbc_lexeme *lexeme, const char *symbol)
{
	return lexeme->kind == DBC_LEX_SYMBOL && lexeme->length == strlen(symbol) &&
		   memcmp(lexeme->text, symbol, lexeme->length) == 0;
}

/* Whether a lexeme is a symbol that stands before an operand. */
static bool
is_operator(const dbc_lexeme *lexeme)
{
	return lexeme->kind == DBC_LEX_SYMBOL &&
		   !strchr("().,;[]:", lexeme->text[0]);
}

/* Words that a value follows, not a name. */
static bool
wants_value(const dbc_lexeme *lexeme)
{
	return is_one_of(lexeme, " like ilike glob regexp match escape similar "
							 "attach database key limit offset between then "
							 "else default ");
}

/* Words that an expression follows. */
static bool
wants_expression(const dbc_lexeme *lexeme)
{
	return wants_value(lexeme) ||
		   is_one_of(lexeme, " select distinct all where and or on having "
							 "when case by return returning from to values in "
							 "using ");
}

/* Words that a name follows. */
static bool
wants_name(const dbc_lexeme *lexeme)
{
	return is_one_of(lexeme, " from join into update table as index view on "
							 "exists trigger references schema column only "
							 "using rename to of function collate ");
}

/* Whether a blank stands between a word and a parenthesis. */
static bool
wants_blank(const dbc_lexeme *lexeme)
{
	return wants_expression(lexeme) ||
		   is_one_of(lexeme, " not as join exists over filter union except "
							 "intersect set is check with any some ");
}

/* ---- writing ---- */

/* Appends bytes to the text, as far as there is room, and to the hash. */
static void
append(dbc_normal *normal, const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
	{
		normal->hash = (normal->hash ^ (unsigned char) text[i]) * HASH_PRIME;
		if (normal->length < DBC_NORMAL_TEXT)
			normal->text[normal->length++] = text[i];
	}
}

/* Whether a blank stands between the last lexeme and the next one. */
static bool
is_apart(const normaliser *n, const dbc_lexeme *next)
{
	const dbc_lexeme *last = &n->last;

	if (last->kind == DBC_LEX_END || is_symbol(last, "(") ||
		is_symbol(last, "[") || is_symbol(last, ".") || is_symbol(last, "::"))
		return false;
	if (next->kind != DBC_LEX_SYMBOL)
		return true;
	if (next->text[0] == '(')
		return is_operator(last) || is_symbol(last, ",") || wants_blank(last);
	return !strchr(").,;[]", next->text[0]) && !is_symbol(next, "::");
}

/* Writes a word, which is in lower case. */
static void
write_word(dbc_normal *normal, const dbc_lexeme *word)
{
	size_t i;

	for (i = 0; i < word->length; i++)
	{
		char c = word->text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char) (c | 0x20);
		append(normal, &c, 1);
	}
}

/* Writes a name in the quotes of the standard. */
static void
write_name(dbc_normal *normal, const dbc_lexeme *name)
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

/* Writes a lexeme that is no value, or a ?. */
static void
write_lexeme(normaliser *n, const dbc_lexeme *lexeme, bool value)
{
	dbc_normal *normal = n->normal;

	if (is_apart(n, lexeme))
		append(normal, " ", 1);
	if (value)
		append(normal, "?", 1);
	else if (lexeme->kind == DBC_LEX_WORD)
		write_word(normal, lexeme);
	else if (lexeme->kind == DBC_LEX_NAME)
		write_name(normal, lexeme);
	else if (is_symbol(lexeme, "!="))
		append(normal, "<>", 2);
	else if (is_symbol(lexeme, "=="))
		append(normal, "=", 1);
	else
		append(normal, lexeme->text, lexeme->length);
	n->last = *lexeme;
}

/* ---- values ---- */

/* The lexeme after one. */
static dbc_lexeme
after(const normaliser *n, const dbc_lexeme *lexeme)
{
	return dbc_scan_sql(lexeme->text + lexeme->length, n->engine);
}

/* Whether the innermost parentheses hold values alone. */
static bool
in_list(const normaliser *n)
{
	return n->depth > 0 && n->depth <= MOST_NESTED &&
		   (n->lists >> (n->depth - 1) & 1);
}

/* Whether what comes next is an operand, so that + and - are signs. */
static bool
at_operand(const normaliser *n)
{
	const dbc_lexeme *last = &n->last;

	return last->kind == DBC_LEX_END || is_operator(last) ||
		   is_symbol(last, "(") || is_symbol(last, ",") ||
		   is_symbol(last, "[") || is_symbol(last, ":=") ||
		   wants_expression(last);
}

/* Whether a text in double quotes may be a value; see above. */
static bool
is_quoted_value(const normaliser *n, const dbc_lexeme *name)
{
	dbc_lexeme next = after(n, name);
	size_t i;

	if (name->text[0] != '"' || is_symbol(&n->last, ".") ||
		is_symbol(&next, "."))
		return false;
	if ((is_operator(&n->last) && !is_symbol(&n->last, "*")) ||
		wants_value(&n->last) || in_list(n))
		return true;
	if (wants_name(&n->last))
		return false;
	for (i = 1; i + 1 < name->length; i++)
		if (!dbc_is_word_character(name->text[i]))
			return true;
	return false;
}

/* Whether a lexeme is a value where it stands. */
static bool
is_value(const normaliser *n, const dbc_lexeme *lexeme)
{
	switch (lexeme->kind)
	{
		case DBC_LEX_TEXT:
		case DBC_LEX_NUMBER:
		case DBC_LEX_PARAMETER:
			return true;
		case DBC_LEX_NAME:
			return is_quoted_value(n, lexeme);
		case DBC_LEX_WORD:
			if (n->pragma && (is_operator(&n->last) || in_list(n)))
				return true;
			return is_one_of(lexeme, " null true false ") && at_operand(n);
		case DBC_LEX_SYMBOL:
		case DBC_LEX_END:
			break;
	}
	return false;
}

/* The end of a list of values behind the parenthesis that opens it: the one
 * that closes it, or END where it holds something else. */
static dbc_lexeme
end_of_list(const normaliser *n, const dbc_lexeme *open)
{
	normaliser inside = *n;
	dbc_lexeme next = after(n, open);

	inside.last = *open;
	inside.depth = 1;
	inside.lists = 1;
	for (;;)
	{
		if (is_symbol(&next, "-") || is_symbol(&next, "+"))
			next = after(n, &next);
		if (!is_value(&inside, &next))
			break;
		next = after(n, &next);
		if (is_symbol(&next, ")") || is_symbol(&next, "]"))
			return next;
		if (!is_symbol(&next, ","))
			break;
		next = after(n, &next);
	}
	return (dbc_lexeme){DBC_LEX_END, open->text, 0};
}

/* Passes over more rows of VALUES behind the one that closes here. */
static void
skip_rows(const normaliser *n, dbc_lexeme *close)
{
	dbc_lexeme comma = after(n, close);
	dbc_lexeme open = after(n, &comma);

	while (is_symbol(&comma, ",") && is_symbol(&open, "("))
	{
		dbc_lexeme end = end_of_list(n, &open);

		if (end.kind == DBC_LEX_END)
			return;
		*close = end;
		comma = after(n, close);
		open = after(n, &comma);
	}
}

/* Writes a list of values, or all rows of such, as one; false if it is none.
 * *open becomes what closes it. */
static bool
write_list(normaliser *n, dbc_lexeme *open)
{
	bool rows = is_one_of(&n->last, " values ");
	dbc_lexeme close;

	if (!(is_symbol(open, "(") && (rows || is_one_of(&n->last, " in "))) &&
		!(is_symbol(open, "[") && is_one_of(&n->last, " array ")))
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

/* ---- the whole ---- */

/* Keeps count of parentheses. */
static void
count_parentheses(normaliser *n, const dbc_lexeme *lexeme)
{
	dbc_lexeme next = after(n, lexeme);
	uint64_t bit;

	if (is_symbol(lexeme, ")") && n->depth > 0)
		n->depth--;
	if (!is_symbol(lexeme, "("))
		return;
	n->depth++;
	if (n->depth > MOST_NESTED)
		return;
	bit = UINT64_C(1) << (n->depth - 1);
	n->lists &= ~bit;
	if (n->pragma || (is_one_of(&n->last, " in values ") &&
					  !is_one_of(&next, " select with values ")))
		n->lists |= bit;
}

/* Writes the lexeme that is next; *lexeme may become a later one. */
static void
write_next(normaliser *n, dbc_lexeme *lexeme)
{
	dbc_lexeme number;

	if (write_list(n, lexeme))
		return;
	if ((is_symbol(lexeme, "-") || is_symbol(lexeme, "+")) && at_operand(n))
	{
		number = after(n, lexeme);
		if (number.kind == DBC_LEX_NUMBER)
			*lexeme = number;
	}
	if (is_value(n, lexeme))
		write_lexeme(n, lexeme, true);
	else
	{
		count_parentheses(n, lexeme);
		write_lexeme(n, lexeme, false);
	}
}

/* Spreads all bits of a hash. */
static uint64_t
spread(uint64_t hash)
{
	hash = (hash ^ hash >> 33) * UINT64_C(0xff51afd7ed558ccd);
	hash = (hash ^ hash >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	return hash ^ hash >> 33;
}

/* Cuts a character that is not all there. */
static void
end_text(dbc_normal *normal)
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

/* Normalises a statement; see sql_normal.h. */
void
dbc_normalise(const char *sql, int engine, dbc_normal *normal)
{
	normaliser n = {.normal = normal, .engine = engine};
	dbc_lexeme next;

	normal->hash = HASH_START;
	normal->length = 0;
	for (next = dbc_scan_sql(sql, engine); next.kind != DBC_LEX_END;)
	{
		dbc_lexeme done = next;
		bool end = is_symbol(&next, ";");

		if (n.last.kind == DBC_LEX_END && is_one_of(&next, " pragma "))
			n.pragma = true;
		if (!end)
			write_next(&n, &done);
		next = after(&n, &done);
		if (end && next.kind != DBC_LEX_END && n.last.kind != DBC_LEX_END &&
			!is_symbol(&next, ";"))
			write_lexeme(&n, &done, false);
	}
	normal->hash = spread(normal->hash);
	snprintf(normal->fingerprint, sizeof(normal->fingerprint), "%016llx",
			 (unsigned long long) normal->hash);
	end_text(normal);
}
