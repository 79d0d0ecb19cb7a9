/*
 * ddl_normal.c
 *	  The normal form of SQL text; see sql/ddl.h.
 */
#include "sqlite_ext/sql/ddl.h"

#include "common/core/sort.h"

#include <stdlib.h>
#include <string.h>

/* Words that must be quoted to be names, sorted.  SQLite's other keywords need
 * no quotes.  The list is fixed, so that the normal form does not depend on
 * the version of SQLite. */
static const char *const reserved[] = {
	"add",			"all",
	"alter",		"and",
	"as",			"autoincrement",
	"between",		"case",
	"check",		"collate",
	"commit",		"constraint",
	"create",		"current_date",
	"current_time", "current_timestamp",
	"default",		"deferrable",
	"delete",		"distinct",
	"drop",			"else",
	"escape",		"except",
	"exists",		"false",
	"foreign",		"from",
	"group",		"having",
	"in",			"index",
	"insert",		"intersect",
	"into",			"is",
	"isnull",		"join",
	"limit",		"not",
	"nothing",		"notnull",
	"null",			"on",
	"or",			"order",
	"primary",		"references",
	"returning",	"select",
	"set",			"table",
	"then",			"to",
	"transaction",	"true",
	"union",		"unique",
	"update",		"using",
	"values",		"when",
	"where",
};

/* A word with its length, for bsearch(). */
typedef struct word
{
	const char *text;
	size_t length;
} word;

/* Compares a word with an entry of the list, for bsearch(). */
static int
compare_word(const void *key, const void *entry)
{
	const word *w = key;
	const char *name = *(const char *const *) entry;
	int order = sqlite3_strnicmp(w->text, name, (int) w->length);

	return order != 0 ? order : -(name[w->length] != '\0');
}

/* Whether a word must be quoted to be a name. */
static bool
is_reserved(const char *text, size_t length)
{
	word key = {text, length};

	return dbc_search(&key, reserved, sizeof(reserved) / sizeof(reserved[0]),
					  sizeof(reserved[0]), compare_word) != NULL;
}

/* Whether a name needs no quotes. */
static bool
is_plain(const char *name)
{
	dbcsl_token token = dbcsl_first_token(name);

	return token.kind == DBCSL_WORD && token.text == name &&
		   name[token.length] == '\0' && *name != '$' &&
		   !is_reserved(name, token.length);
}

/* Changes ASCII letters from a position on into lower case. */
static void
to_lower(dbc_buffer *buffer, size_t start)
{
	for (size_t i = start; i < buffer->length; i++)
		if (buffer->data[i] >= 'A' && buffer->data[i] <= 'Z')
			buffer->data[i] = (char) (buffer->data[i] - 'A' + 'a');
}

/* Appends text with ASCII letters in lower case. */
static void
append_lower(dbc_buffer *buffer, const char *text, size_t length)
{
	dbc_append_bytes(buffer, text, length);
	to_lower(buffer, buffer->length - length);
}

void
dbcsl_append_shown_name(dbc_buffer *buffer, const char *name)
{
	const char *quote;

	if (is_plain(name))
	{
		dbc_append(buffer, name);
		return;
	}
	dbc_append(buffer, "\"");
	for (; (quote = strchr(name, '"')) != NULL; name = quote + 1)
	{
		dbc_append_bytes(buffer, name, (size_t) (quote - name));
		dbc_append(buffer, "\"\"");
	}
	dbc_append(buffer, name);
	dbc_append(buffer, "\"");
}

void
dbcsl_append_normal_name(dbc_buffer *buffer, const char *name)
{
	size_t start = buffer->length;

	dbcsl_append_shown_name(buffer, name);
	to_lower(buffer, start);
}

void
dbcsl_append_quoted_name(dbc_buffer *buffer, const char *name)
{
	bool plain = is_plain(name);

	for (size_t i = 0; plain && name[i]; i++)
		plain = (name[i] >= 'a' && name[i] <= 'z') || name[i] == '_' ||
				(i > 0 && name[i] >= '0' && name[i] <= '9');
	dbc_append(buffer,
			   plain ? name
					 : dbcsl_printf(dbcsl_of(buffer->host), "\"%w\"", name));
}

dbcsl_token_writer
dbcsl_start_token_writer(dbc_buffer *buffer)
{
	return (dbcsl_token_writer){.buffer = buffer, .glued = true};
}

static bool
is_character(const dbcsl_token *token, char c)
{
	return token->length == 1 && token->text[0] == c;
}

/* Whether a token follows the previous one without a blank. */
static bool
sticks(const dbcsl_token_writer *writer, const dbcsl_token *token)
{
	if (is_character(token, '('))
		return writer->name;
	return token->length == 1 && strchr("),;.", token->text[0]) != NULL;
}

/* Whether a token is the sign of an operand. */
static bool
is_sign(const dbcsl_token_writer *writer, const dbcsl_token *token)
{
	dbcsl_token next;

	if (writer->operand || token->length != 1 || !strchr("+-~", *token->text))
		return false;
	next = dbcsl_next_token(token);
	/* not another sign: two of them would start a comment */
	return next.kind != DBCSL_OTHER || is_character(&next, '(');
}

/* Appends the text of a token. */
static void
append_text(dbc_buffer *buffer, const dbcsl_token *token)
{
	if (token->kind == DBCSL_QUOTED && token->text[0] != '\'')
		dbcsl_append_normal_name(
			buffer, dbcsl_unquote_token(dbcsl_of(buffer->host), token));
	else if (token->kind == DBCSL_WORD || token->kind == DBCSL_NUMBER ||
			 token->kind == DBCSL_BLOB)
		append_lower(buffer, token->text, token->length);
	else
		dbc_append_bytes(buffer, token->text, token->length);
}

/* Appends a token in normal form, with the blank before it. */
void
dbcsl_write_token(dbcsl_token_writer *writer, const dbcsl_token *token)
{
	bool keyword =
		token->kind == DBCSL_WORD && is_reserved(token->text, token->length);

	if (!writer->glued && !sticks(writer, token))
		dbc_append(writer->buffer, " ");
	append_text(writer->buffer, token);
	writer->glued = is_character(token, '(') || is_character(token, '.') ||
					is_sign(writer, token);
	writer->name =
		!keyword && (token->kind == DBCSL_WORD ||
					 (token->kind == DBCSL_QUOTED && token->text[0] != '\''));
	writer->operand =
		token->kind == DBCSL_OTHER ? is_character(token, ')') : !keyword;
}
