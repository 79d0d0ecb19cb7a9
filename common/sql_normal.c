/*
 * sql_normal.c
 *	  The text of a statement without its data, and a fingerprint of it.
 *
 * What is data is told by the lexemes alone, without the schema.  Where that
 * leaves doubt, a text is taken for data: SQLite reads "x" as a value where no
 * column has that name, so there it is kept only where the grammar wants a
 *name.
 */
#include "sql_normal.h"

#include <stdio.h>
#include <string.h>

#include "sql_scan.h"

/* FNV-1a. */
#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

/* Parentheses of which it is known what they hold. */
#define MOST_NESTED 63

/* What the whole of a statement is. */
typedef enum statement_kind
{
	AT_START, /* not known yet */
	ORDINARY,
	PRAGMA, /* what is set here are words, too */
	ATTACH, /* so is what is attached */
	VACUUM	/* INTO comes before an expression */
} statement_kind;

/* The statement on its way. */
typedef struct normaliser
{
	dbc_normal *normal;
	int engine;
	dbc_lexeme last; /* that was written; END at the start */
	statement_kind kind;
	int depth;		  /* open parentheses */
	uint64_t lists;	  /* bit i: those at depth i are a list of values */
	uint64_t names;	  /* bit i: items at depth i begin with a name */
	bool wants_table; /* a name here, and then ( begins a list of names */
	bool has_table;	  /* that name was the last lexeme */
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

/* Words that a name follows in SQLite, never a value; but see vacuum, and the
 * FROM of IS DISTINCT FROM. */
static bool
wants_name(const dbc_lexeme *lexeme)
{
	return is_one_of(lexeme, " from join into update table as index view "
							 "exists trigger references column using rename to "
							 "of collate window over constraint savepoint "
							 "release with recursive add drop reindex "
							 "analyze ");
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

/* A bit for the innermost parentheses; 0 where they are not known. */
static uint64_t
bit_of(const normaliser *n)
{
	return n->depth <= MOST_NESTED ? UINT64_C(1) << n->depth : 0;
}

/* Whether the innermost parentheses hold values alone. */
static bool
in_list(const normaliser *n)
{
	return (n->lists & bit_of(n)) != 0;
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

/* Whether the grammar of SQLite wants a name where one is, not an expression.
 */
static bool
is_place_of_name(const normaliser *n, const dbc_lexeme *name)
{
	const dbc_lexeme *last = &n->last;
	dbc_lexeme next = after(n, name);

	if (is_symbol(last, ".") || is_symbol(&next, ".") || is_symbol(&next, "("))
		return true;
	if (is_symbol(last, ",") || is_symbol(last, "("))
		return (n->names & bit_of(n)) != 0;
	if (is_one_of(last, " on ")) /* of a trigger */
		return is_one_of(&next, " begin for when ");
	if (is_one_of(last, " from "))
		return (n->names & bit_of(n)) != 0;
	return wants_name(last) || is_one_of(last, " set ");
}

/* Whether ATTACH gives what it attaches this name, and no expression. */
static bool
is_schema_name(const normaliser *n, const dbc_lexeme *name)
{
	dbc_lexeme next = after(n, name);

	return is_one_of(&n->last, " as ") &&
		   (next.kind == DBC_LEX_END || is_symbol(&next, ";") ||
			is_one_of(&next, " key "));
}

/* Whether a name, in quotes or not, is what a pragma is set to, what is
 * attached, or a default, which SQLite reads as text. */
static bool
is_bare_value(const normaliser *n, const dbc_lexeme *name)
{
	if (n->engine != DBC_ON_SQLITE)
		return false;
	if (n->kind == PRAGMA)
		return is_operator(&n->last) || in_list(n);
	if (n->kind == ATTACH)
		return !is_schema_name(n, name) &&
			   !is_one_of(name, " database as key ");
	return is_one_of(&n->last, " default ") && !is_one_of(name, " values ");
}

/* Whether a name in quotes may be a value; see above. */
static bool
is_quoted_value(const normaliser *n, const dbc_lexeme *name)
{
	if (n->engine != DBC_ON_SQLITE)
		return false;
	if (is_bare_value(n, name))
		return true;
	if (name->text[0] != '"')
		return false;
	return n->kind == VACUUM || !is_place_of_name(n, name);
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
			return is_bare_value(n, lexeme) ||
				   (is_one_of(lexeme, " null true false ") && at_operand(n));
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
	inside.depth = 0;
	inside.lists = 1;
	inside.names = 0;
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

/* Whether a parenthesis that opens here begins a list of values. */
static bool
opens_values(const normaliser *n, const dbc_lexeme *open)
{
	dbc_lexeme next = after(n, open);

	return n->kind == PRAGMA || (is_one_of(&n->last, " in values ") &&
								 !is_one_of(&next, " select with values "));
}

/* Whether its items begin with names: columns, or tables of a join. */
static bool
opens_names(const normaliser *n)
{
	bool inherits = (is_symbol(&n->last, ",") || is_symbol(&n->last, "(") ||
					 is_one_of(&n->last, " from ")) &&
					(n->names & bit_of(n));

	return n->has_table || inherits ||
		   is_one_of(&n->last, " join using set key unique conflict ");
}

/* Keeps count of parentheses. */
static void
count_parentheses(normaliser *n, const dbc_lexeme *lexeme)
{
	bool values;
	bool names;

	if (is_symbol(lexeme, ")") && n->depth > 0)
		n->depth--;
	if (!is_symbol(lexeme, "("))
		return;
	values = opens_values(n, lexeme);
	names = n->kind == ORDINARY && opens_names(n);
	n->depth++;
	n->lists &= ~bit_of(n);
	n->names &= ~bit_of(n);
	if (values)
		n->lists |= bit_of(n);
	if (names)
		n->names |= bit_of(n);
}

/* Notes what a word begins: a list of names, or its end. */
static void
note_clause(normaliser *n, const dbc_lexeme *word)
{
	bool compares = is_one_of(&n->last, " distinct "); /* FROM does */

	if (is_one_of(word, " set ") || (is_one_of(word, " from ") && !compares))
		n->names |= bit_of(n);
	else if (is_one_of(word, " from select where group having order limit "
							 "offset union except intersect window returning "
							 "values do "))
		n->names &= ~bit_of(n);
}

/* Notes whether a lexeme is the name of a table before its columns. */
static void
note_table(normaliser *n, const dbc_lexeme *lexeme)
{
	bool named = n->wants_table &&
				 (lexeme->kind == DBC_LEX_WORD || lexeme->kind == DBC_LEX_NAME);

	if (named && is_one_of(lexeme, " if not exists recursive "))
		return;
	n->wants_table =
		is_one_of(lexeme, " into references table with recursive ") ||
		(n->has_table && is_symbol(lexeme, "."));
	n->has_table = named;
}

/* Notes what a statement is by its first words. */
static void
note_kind(normaliser *n, const dbc_lexeme *word)
{
	if (n->kind != AT_START || is_one_of(word, " explain query plan "))
		return;
	n->kind = is_one_of(word, " pragma ")	? PRAGMA
			  : is_one_of(word, " attach ") ? ATTACH
			  : is_one_of(word, " vacuum ") ? VACUUM
											: ORDINARY;
}

/* Notes what a lexeme that is written as it is means for those after it. */
static void
note(normaliser *n, const dbc_lexeme *lexeme)
{
	note_kind(n, lexeme);
	count_parentheses(n, lexeme);
	if (lexeme->kind == DBC_LEX_WORD && !is_symbol(&n->last, "."))
		note_clause(n, lexeme);
	note_table(n, lexeme);
	if (!is_symbol(lexeme, ";"))
		return;
	n->kind = AT_START;
	n->depth = 0;
	n->names = 0;
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
	{
		n->wants_table = n->has_table = false;
		write_lexeme(n, lexeme, true);
	}
	else
	{
		note(n, lexeme);
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

		if (!end)
			write_next(&n, &done);
		next = after(&n, &done);
		if (end && next.kind != DBC_LEX_END && n.last.kind != DBC_LEX_END &&
			!is_symbol(&next, ";"))
		{
			note(&n, &done);
			write_lexeme(&n, &done, false);
		}
	}
	normal->hash = spread(normal->hash);
	snprintf(normal->fingerprint, sizeof(normal->fingerprint), "%016llx",
			 (unsigned long long) normal->hash);
	end_text(normal);
}
