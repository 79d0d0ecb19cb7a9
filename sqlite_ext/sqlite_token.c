/*
 * sqlite_token.c
 *	  Tokens of SQL, as far as splitting and classifying need them.
 *
 * This follows sqlite3_complete(), which is documented to know of quotes,
 * comments, words and semicolons and of nothing else.
 */
#include "sqlite_ext.h"

#include <string.h>

/* White space to SQLite at the start of a token, wherever files are joined. */
#define BOM "\xef\xbb\xbf"

/* White space of SQL. */
static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* A character of names, keywords and numbers; all of UTF-8 is. */
static bool
is_word_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c >= '0' && c <= '9') || c == '_' || c == '$' || (c & 0x80) != 0;
}

/* What follows a comment that starts at text, or NULL if it has no end. */
static const char *
after_comment(const char *text)
{
	const char *end;

	if (text[0] == '-')
		return text + strcspn(text, "\n");
	end = strstr(text + 2, "*/");
	return end ? end + 2 : NULL;
}

/* A token that starts at text with a quote. */
static dbcsl_token
quoted_token(const char *text)
{
	char close = *text == '[' ? ']' : *text;
	const char *end = strchr(text + 1, close);

	if (!end)
		return (dbcsl_token){*text == '[' ? DBCSL_OPEN_BRACKET
										  : DBCSL_OPEN_QUOTE,
							 text, strlen(text)};
	/* a doubled quote makes two tokens, which does no harm here */
	return (dbcsl_token){DBCSL_QUOTED, text, (size_t) (end + 1 - text)};
}

/* The first token of a text; white space and comments are passed over. */
dbcsl_token
dbcsl_first_token(const char *text)
{
	const char *after;
	size_t length = 0;

	for (;; text = after)
	{
		while (is_space(*text) || strncmp(text, BOM, 3) == 0)
			text += is_space(*text) ? 1 : 3;
		if (strncmp(text, "--", 2) != 0 && strncmp(text, "/*", 2) != 0)
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
		return quoted_token(text);
	while (is_word_character(text[length]))
		length++;
	if (length > 0)
		return (dbcsl_token){DBCSL_WORD, text, length};
	return (dbcsl_token){DBCSL_OTHER, text, 1};
}

/* The token after one. */
dbcsl_token
dbcsl_next_token(const dbcsl_token *token)
{
	return dbcsl_first_token(token->text + token->length);
}

/* Whether a token is this word, in any case. */
bool
dbcsl_is_word(const dbcsl_token *token, const char *word)
{
	return token->kind == DBCSL_WORD && strlen(word) == token->length &&
		   sqlite3_strnicmp(token->text, word, (int) token->length) == 0;
}
