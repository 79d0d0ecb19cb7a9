/*
 * quotes.c
 *	  Names in double quotes that name nothing, which SQLite takes for texts.
 *
 * A condition about a column that was renamed would be about a text, and hold
 * for all rows or for none.
 */
#include "sqlite_ext/sql/quotes.h"
#include "sqlite_ext/sql/token.h"

#include <string.h>

#include "common/core/text.h"

/* Adds a name in backticks. */
static void
append_name(dbc_buffer *sql, const char *name)
{
	dbc_append(sql, "`");
	for (; *name; name++)
		dbc_append_bytes(sql, *name == '`' ? "``" : name, *name == '`' ? 2 : 1);
	dbc_append(sql, "`");
}

/* A statement with its names in backticks, which SQLite takes for names only.
 * (A setting would do the same, and make all statements that run fail.) */
static const char *
quote_strictly(dbcsl_host *h, const char *text)
{
	dbc_buffer strict;
	dbcsl_token token = dbcsl_first_token(text);

	dbc_buffer_init(&strict, &h->base);
	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
	{
		dbc_append_bytes(&strict, text, (size_t) (token.text - text));
		text = token.text + token.length;
		if (token.kind == DBCSL_QUOTED && *token.text == '"')
			append_name(&strict, dbcsl_unquote_token(h, &token));
		else
			dbc_append_bytes(&strict, token.text, token.length);
	}
	dbc_append(&strict, text);
	return strict.data;
}

/* SQLite's message if a statement that it can prepare has such a name. */
static const char *
prepare_strictly(dbcsl_host *h, const char *text)
{
	sqlite3_stmt *statement = NULL;
	const char *message = NULL;

	if (sqlite3_prepare_v2(h->db, quote_strictly(h, text), -1, &statement,
						   NULL) == SQLITE_ERROR)
		message = dbcsl_printf(h, "%s", sqlite3_errmsg(h->db));
	sqlite3_finalize(statement);
	return message;
}

const char *
dbcsl_find_quoted_text(dbcsl_host *h, const char *text)
{
	static const char start[] = "no such column: ";
	const char *message;
	const char *quoted;

	if (!strchr(text, '"'))
		return NULL;
	message = prepare_strictly(h, text);
	if (!message || !dbc_starts_with(message, start))
		return NULL;
	quoted = dbcsl_printf(h, "\"%w\"", message + strlen(start));
	return strstr(text, quoted) ? quoted : NULL;
}

void
dbcsl_refuse_quoted_texts(dbcsl_host *h, const char *text)
{
	const char *quoted = dbcsl_find_quoted_text(h, text);

	if (quoted)
		dbc_fail(&h->base, DBC_UNDEFINED_COLUMN,
				 "SQLite would take it for a text.",
				 "Write texts in single quotes.", "column %s does not exist",
				 quoted);
}
