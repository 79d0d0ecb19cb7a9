/*
 * sql_scan.c
 *	  Lexical scanner for the SQL of either engine.
 */
#include "common/core/sql_scan.h"

#include <string.h>

#include "common/core/host.h"

/* SQLite treats a BOM as white space at the start of a token; in PostgreSQL it is
 * a part of a name. */
#define BOM "\xef\xbb\xbf"

/* ---- white space ---- */

static bool
is_space(char c, int engine)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' ||
		   (c == '\v' && engine == DBC_ON_POSTGRESQL);
}

/* The end of the block comment at text; in PostgreSQL they nest. */
static const char *
after_block(const char *text, int engine)
{
	int depth = 1;

	for (text += 2; *text && depth > 0; text++)
		if (text[0] == '*' && text[1] == '/')
		{
			depth--;
			text++;
		}
		else if (engine == DBC_ON_POSTGRESQL && text[0] == '/' &&
				 text[1] == '*')
		{
			depth++;
			text++;
		}
	return text;
}

/* Skips white space and comments. */
static const char *
skip(const char *text, int engine)
{
	const char *line_end = engine == DBC_ON_POSTGRESQL ? "\n\r" : "\n";

	for (;;)
		if (is_space(*text, engine))
			text++;
		else if (text[0] == '-' && text[1] == '-')
			text += strcspn(text, line_end);
		else if (text[0] == '/' && text[1] == '*')
			text = after_block(text, engine);
		else if (engine == DBC_ON_SQLITE && strncmp(text, BOM, 3) == 0)
			text += 3;
		else
			return text;
}

/* ---- quotes ---- */

/* The end of the quotes at text, in which a doubled quote, or a backslash with
 * the next character, stands for itself. */
static const char *
after_quote(const char *text, bool backslash)
{
	char quote = *text == '[' ? ']' : *text;

	for (text++; *text; text++)
		if (backslash && *text == '\\' && text[1])
			text++;
		else if (*text == quote)
		{
			if (text[1] != quote || quote == ']')
				return text + 1;
			text++;
		}
	return text;
}

/* Skips what PostgreSQL allows between the parts of a literal: no block
 * comments. */
static const char *
skip_gap(const char *text)
{
	for (;;)
		if (is_space(*text, DBC_ON_POSTGRESQL))
			text++;
		else if (text[0] == '-' && text[1] == '-')
			text += strcspn(text, "\n\r");
		else
			return text;
}

/* The end of a literal, which in PostgreSQL continues after a line break. */
static const char *
after_literal(const char *text, bool backslash, int engine)
{
	const char *end = after_quote(text, backslash);
	const char *next = skip_gap(end);

	while (engine == DBC_ON_POSTGRESQL && next > end && *next == '\'' &&
		   strcspn(end, "\n\r") < (size_t) (next - end))
	{
		end = after_quote(next, backslash);
		next = skip_gap(end);
	}
	return end;
}

/* The end of the dollar quotes at text, or NULL if there are none. */
static const char *
after_dollars(const char *text)
{
	const char *tag_end = text + 1;
	size_t length;

	if (*tag_end >= '0' && *tag_end <= '9')
		return NULL;
	while (dbc_is_word_character(*tag_end) && *tag_end != '$')
		tag_end++;
	if (*tag_end != '$')
		return NULL;
	length = (size_t) (tag_end + 1 - text);
	for (const char *close = strchr(text + length, '$'); close;
		 close = strchr(close + 1, '$'))
		if (strncmp(close, text, length) == 0)
			return close + length;
	return text + strlen(text);
}

static dbc_lexeme
lexeme(dbc_lexeme_kind kind, const char *text, const char *end)
{
	return (dbc_lexeme){kind, text, (size_t) (end - text)};
}

/* The quoted lexeme at text, which may start with a letter; of kind END if
 * there is none. */
static dbc_lexeme
quoted(const char *text, int engine)
{
	bool postgres = engine == DBC_ON_POSTGRESQL;
	char letter = (char) (*text | 0x20);

	if (*text == '"' || (!postgres && (*text == '`' || *text == '[')))
		return lexeme(DBC_LEX_NAME, text, after_quote(text, false));
	if (*text == '\'')
		return lexeme(DBC_LEX_TEXT, text, after_literal(text, false, engine));
	if (postgres && letter == 'u' && text[1] == '&' && text[2] == '"')
		return lexeme(DBC_LEX_NAME, text, after_quote(text + 2, false));
	if (postgres && letter == 'u' && text[1] == '&' && text[2] == '\'')
		return lexeme(DBC_LEX_TEXT, text,
					  after_literal(text + 2, false, engine));
	if (text[0] && text[1] == '\'' && strchr(postgres ? "ebnx" : "x", letter))
		return lexeme(DBC_LEX_TEXT, text,
					  after_literal(text + 1, letter == 'e', engine));
	if (postgres && *text == '$' && after_dollars(text))
		return lexeme(DBC_LEX_TEXT, text, after_dollars(text));
	return lexeme(DBC_LEX_END, text, text);
}

/* ---- other lexemes ---- */

/* The length of the number at text: 12, 0x1F, 1_000, 1.5e-3 or .5; 0 if there
 * is none. */
size_t
dbc_sql_number_length(const char *text)
{
	bool hexadecimal = text[0] == '0' && (text[1] | 0x20) == 'x';
	const char *digits = text + (*text == '.');
	const char *end = text;

	if (*digits < '0' || *digits > '9')
		return 0;
	while (dbc_is_word_character(*end) || (*end == '.' && !hexadecimal) ||
		   ((*end == '+' || *end == '-') && !hexadecimal &&
			(end[-1] | 0x20) == 'e' && end[1] >= '0' && end[1] <= '9'))
		end++;
	return (size_t) (end - text);
}

/* The length of the parameter at text: $1, or SQLite's ?, ?1, :a, @a, $a::b(c);
 * 0 if there is none. */
static size_t
parameter_length(const char *text, int engine)
{
	size_t digits = strspn(text + 1, "0123456789");
	const char *end = text + 1;
	const char *close;

	if (engine == DBC_ON_POSTGRESQL)
		return *text == '$' && digits > 0 ? digits + 1 : 0;
	if (*text == '?')
		return digits + 1;
	if (!strchr(":@$", *text))
		return 0;
	while (dbc_is_word_character(*end) || (end[0] == ':' && end[1] == ':'))
		end += *end == ':' ? 2 : 1;
	if (end == text + 1)
		return 0;
	close = *end == '(' ? end + strcspn(end, ") \t\n\r\f") : end;
	return (size_t) ((*close == ')' ? close + 1 : end) - text);
}

/* The length of the PostgreSQL operator at text, at least 1. */
static size_t
operator_length(const char *text)
{
	size_t length = strspn(text, "+-*/<>=~!@#%^&|`?");
	bool may_end_in_sign = false;

	for (size_t i = 1; i < length; i++)
		if ((text[i] == '-' && text[i - 1] == '-') ||
			(text[i] == '*' && text[i - 1] == '/'))
			length = i - 1; /* before a comment */
	for (size_t i = 0; i < length; i++)
		may_end_in_sign |= strchr("~!@#%^&|`?", text[i]) != NULL;
	while (length > 1 && !may_end_in_sign &&
		   (text[length - 1] == '+' || text[length - 1] == '-'))
		length--;
	return length;
}

size_t
dbc_sql_symbol_length(const char *text, int engine)
{
	static const char pairs[] = "-> || <= <> << >= >> == !=";
	size_t length;

	if (engine == DBC_ON_POSTGRESQL)
	{
		length = operator_length(text);
		if (*text == ':' && (text[1] == ':' || text[1] == '='))
			length = 2;
		return length > 0 ? length : 1;
	}
	if (strncmp(text, "->>", 3) == 0)
		return 3;
	for (const char *pair = pairs; pair < pairs + sizeof(pairs) - 1; pair += 3)
		if (text[0] == pair[0] && text[1] == pair[1])
			return 2;
	return 1;
}

dbc_lexeme
dbc_scan_sql(const char *text, int engine)
{
	dbc_lexeme found;
	size_t length;

	text = skip(text, engine);
	if (*text == '\0')
		return (dbc_lexeme){DBC_LEX_END, text, 0};
	found = quoted(text, engine);
	if (found.kind != DBC_LEX_END)
		return found;
	length = dbc_sql_number_length(text);
	if (length > 0)
		return (dbc_lexeme){DBC_LEX_NUMBER, text, length};
	length = parameter_length(text, engine);
	if (length > 0)
		return (dbc_lexeme){DBC_LEX_PARAMETER, text, length};
	while (dbc_is_word_character(text[length]))
		length++;
	if (length > 0)
		return (dbc_lexeme){DBC_LEX_WORD, text, length};
	return (dbc_lexeme){DBC_LEX_SYMBOL, text,
						dbc_sql_symbol_length(text, engine)};
}

dbc_lexeme
dbc_scan(const dbc_host *host, const char *text)
{
	return dbc_scan_sql(text, host->engine);
}

dbc_lexeme
dbc_scan_next(const dbc_host *host, const dbc_lexeme *lexeme)
{
	return dbc_scan(host, lexeme->text + lexeme->length);
}
