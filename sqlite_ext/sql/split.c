/*
 * split.c
 *	  Splitting a script into statements.
 *
 * A statement ends at the first semicolon for which sqlite3_complete() returns
 * true.  Calling it at every semicolon would take quadratic time in the length
 * of a trigger, so this finds the semicolon first, in one pass, and calls it
 * once.  The tail that sqlite3_prepare() returns does not help: for a trigger
 * on a table that does not exist yet it points into the body.
 */
#include "sqlite_ext/sql/script.h"

#include <string.h>

#include "common/core/excerpt.h"
#include "common/core/text.h"

/* How much of CREATE TRIGGER has been recognized. */
typedef enum trigger_state
{
	AT_START,
	AFTER_EXPLAIN,
	AFTER_CREATE,
	IN_TRIGGER,		 /* ends with ; END ; */
	AFTER_SEMICOLON, /* after the first of these tokens */
	AFTER_END,		 /* after the second one */
	NO_TRIGGER
} trigger_state;

typedef struct splitter
{
	dbcsl_host *h;
	dbc_script *script;
	dbc_statement *statements;
	const char *counted; /* end of the counted text ... */
	int line;			 /* ... and its line */
	const char *text;	 /* the script */
} splitter;

/* The line of a position at or after the previous one. */
static int
line_at(splitter *s, const char *place)
{
	for (; s->counted < place; s->counted++)
		if (*s->counted == '\n')
			s->line++;
	return s->line;
}

/* Fails for a statement without an end. */
static _Noreturn void
fail_open(splitter *s, const char *place, const char *message)
{
	dbc_error error = {.sqlstate = DBC_SYNTAX_ERROR,
					   .message = message,
					   .statement_no = s->script->nstatements + 1,
					   .line = line_at(s, place),
					   .column = dbc_column_of(s->text, place)};

	dbc_rethrow(&s->h->base, &error);
}

/* Fails for a token without an end. */
static void
check_token(splitter *s, const dbcsl_token *token)
{
	if (token->kind == DBCSL_OPEN_QUOTE && token->text[0] == '\'')
		fail_open(s, token->text, "unterminated quoted string");
	if (token->kind == DBCSL_OPEN_QUOTE || token->kind == DBCSL_OPEN_BRACKET)
		fail_open(s, token->text, "unterminated quoted identifier");
	if (token->kind == DBCSL_OPEN_COMMENT)
		fail_open(s, token->text, "unterminated comment");
}

/* The state after one more token, which is not a semicolon. */
static trigger_state
next_state(trigger_state state, const dbcsl_token *token)
{
	switch (state)
	{
		case AT_START:
			if (dbcsl_is_word(token, "explain"))
				return AFTER_EXPLAIN;
			return dbcsl_is_word(token, "create") ? AFTER_CREATE : NO_TRIGGER;
		case AFTER_EXPLAIN: /* QUERY PLAN may follow */
			return dbcsl_is_word(token, "create") ? AFTER_CREATE : state;
		case AFTER_CREATE:
			if (dbcsl_is_word(token, "temp") ||
				dbcsl_is_word(token, "temporary"))
				return state;
			return dbcsl_is_word(token, "trigger") ? IN_TRIGGER : NO_TRIGGER;
		case AFTER_SEMICOLON:
			return dbcsl_is_word(token, "end") ? AFTER_END : IN_TRIGGER;
		case AFTER_END:
			return IN_TRIGGER;
		case IN_TRIGGER:
		case NO_TRIGGER:
			break;
	}
	return state;
}

/* Finds the end of the statement that starts with a token: the token after its
 * last one, a semicolon or the end of the script. *length is set to the length
 * of the statement without trailing white space and comments. */
static dbcsl_token
find_end(splitter *s, const dbcsl_token *first, size_t *length)
{
	trigger_state state = AT_START;
	dbcsl_token token = *first;

	for (;; token = dbcsl_next_token(&token))
	{
		check_token(s, &token);
		if (token.kind == DBCSL_END)
		{
			if (state == IN_TRIGGER || state == AFTER_SEMICOLON)
				fail_open(s, first->text, "trigger without END");
			return token;
		}
		if (token.kind == DBCSL_SEMICOLON)
		{
			if (state < IN_TRIGGER || state > AFTER_SEMICOLON)
				return token;
			state = AFTER_SEMICOLON;
		}
		else
			state = next_state(state, &token);
		*length = (size_t) (token.text + token.length - first->text);
	}
}

/* A dot command of the sqlite3 shell (.read). */
static dbcsl_token
shell_line(const dbcsl_token *first, size_t *length)
{
	*length = strcspn(first->text, "\r\n");
	return (dbcsl_token){DBCSL_SEMICOLON, first->text + *length, 0};
}

/* Copies a statement, after SQLite has confirmed that the semicolon ends it. */
static const char *
confirmed_text(splitter *s, const char *text, size_t length)
{
	char *copy = dbc_copy(&s->h->base, text, length + 1);

	copy[length] = ';';
	if (!sqlite3_complete(copy))
		fail_open(s, text, "the end of this statement cannot be found");
	copy[length] = '\0';
	return copy;
}

/* Adds the statement that starts with a token; returns the token that ends
 * it. */
static dbcsl_token
add_statement(splitter *s, const dbcsl_token *first)
{
	bool shell = first->kind == DBCSL_OTHER && first->text[0] == '.';
	dbc_statement statement = {.line = line_at(s, first->text)};
	size_t length = 0;
	dbcsl_token end =
		shell ? shell_line(first, &length) : find_end(s, first, &length);

	statement.text = shell ? dbc_copy(&s->h->base, first->text, length)
						   : confirmed_text(s, first->text, length);
	dbcsl_classify(s->h, &statement);
	s->statements =
		dbc_grow(&s->h->base, s->statements, (size_t) s->script->nstatements,
				 sizeof(statement));
	s->statements[s->script->nstatements++] = statement;
	return end;
}

void
dbcsl_split(dbc_host *host, const char *text, dbc_script *script)
{
	splitter s = {.h = dbcsl_of(host),
				  .script = script,
				  .line = script->first_line,
				  .text = text};
	dbcsl_token token;

	s.counted = text;
	script->nstatements = 0;
	token = dbcsl_first_token(text);
	while (token.kind != DBCSL_END)
	{
		check_token(&s, &token);
		if (token.kind != DBCSL_SEMICOLON)
			token = add_statement(&s, &token);
		if (token.kind == DBCSL_SEMICOLON)
			token = dbcsl_next_token(&token);
	}
	script->statements = s.statements;
}
