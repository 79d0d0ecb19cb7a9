/*
 * token.c
 *	  Tokens of SQL.
 *
 * Where quotes and comments end follows sqlite3_complete(), which splitting
 * relies on; numbers, blobs and operators are those of SQLite's tokenizer.
 */
#include "sqlite_ext/sql/token.h"

#include <string.h>

#include "common/core/sql_scan.h"
#include "common/core/text.h"

/* SQLite treats a BOM as white space at the start of a token. */
#define BOM "\xef\xbb\xbf"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Whether text starts with a part; fast if the first character differs. */
static bool
starts(const char *text, const char *part)
{
	return *text == *part && strncmp(text, part, strlen(part)) == 0;
}

/* Skips white space; SQLite accepts a vertical tab only after other white
 * space. */
static const char *
after_space(const char *text)
{
	for (;;)
	{
		if (is_space(*text))
			while (is_space(*text) || *text == '\v')
				text++;
		else if (starts(text, BOM))
			text += strlen(BOM);
		else
			return text;
	}
}

/* The end of a comment that starts at text, or NULL if it is not closed. */
static const char *
after_comment(const char *text)
{
	const char *end;

	if (text[0] == '-')
		return text + strcspn(text, "\n");
	end = strstr(text + 2, "*/");
	return end ? end + 2 : NULL;
}

/* The token at text that ends with the quoted part at quote; a doubled quote
 * stands for itself. */
static dbcsl_token
quoted_token(dbcsl_token_kind kind, const char *text, const char *quote)
{
	bool bracket = *quote == '[';
	char close = bracket ? ']' : *quote;
	const char *end = strchr(quote + 1, close);

	while (end && !bracket && end[1] == close)
		end = strchr(end + 2, close);
	if (!end)
		return (dbcsl_token){bracket ? DBCSL_OPEN_BRACKET : DBCSL_OPEN_QUOTE,
							 text, strlen(text)};
	return (dbcsl_token){kind, text, (size_t) (end + 1 - text)};
}

dbcsl_token
dbcsl_first_token(const char *text)
{
	const char *after;
	size_t length = 0;

	for (;; text = after)
	{
		text = after_space(text);
		if (!starts(text, "--") && !starts(text, "/*"))
			break;
		after = after_comment(text);
		if (!after)
			return (dbcsl_token){DBCSL_OPEN_COMMENT, text, strlen(text)};
	}
	if (*text == '\0')
		return (dbcsl_token){DBCSL_END, text, 0};
	if (*text == ';')
		return (dbcsl_token){DBCSL_SEMICOLON, text, 1};
	if (strchr("'\"`[", *text))
		return quoted_token(DBCSL_QUOTED, text, text);
	if ((*text == 'x' || *text == 'X') && text[1] == '\'')
		return quoted_token(DBCSL_BLOB, text, text + 1);
	length = dbc_sql_number_length(text);
	if (length > 0)
		return (dbcsl_token){DBCSL_NUMBER, text, length};
	while (dbc_is_word_character(text[length]))
		length++;
	if (length > 0)
		return (dbcsl_token){DBCSL_WORD, text, length};
	return (dbcsl_token){DBCSL_OTHER, text,
						 dbc_sql_symbol_length(text, DBC_ON_SQLITE)};
}

/* The token after one. */
dbcsl_token
dbcsl_next_token(const dbcsl_token *token)
{
	return dbcsl_first_token(token->text + token->length);
}

bool
dbcsl_is_word(const dbcsl_token *token, const char *word)
{
	/* the first letter nearly always decides */
	return token->kind == DBCSL_WORD &&
		   ((token->text[0] ^ word[0]) & ~0x20) == 0 &&
		   strlen(word) == token->length &&
		   sqlite3_strnicmp(token->text, word, (int) token->length) == 0;
}

const char *
dbcsl_unquote_token(dbcsl_host *h, const dbcsl_token *token)
{
	char quote = token->text[0];
	char *name;
	size_t to = 0;

	if (token->kind != DBCSL_QUOTED)
		return dbc_copy(&h->base, token->text, token->length);
	name = dbcsl_alloc(&h->base, token->length);
	for (size_t from = 1; from < token->length - 1; from++)
	{
		name[to++] = token->text[from];
		if (token->text[from] == quote && quote != '[') /* the first of two */
			from++;
	}
	return name;
}
