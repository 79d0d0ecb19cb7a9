/*
 * migrate_schema.c
 *	  dbmigrate_fingerprint: one number for the whole schema.
 *
 * sql/migrate/schema.sql of an engine lists every object of the user with its
 * definition.  PostgreSQL prints definitions from its catalog, normalised;
 * SQLite keeps the text as it was typed, which is normalised here.
 */
#include "functions.h"
#include "migrate.h"

#include <string.h>

#include "text.h"

/* Columns of migrate/schema.sql. */
enum
{
	S_TYPE,
	S_OBJECT,
	S_DEFINITION
};

/* Whether c may be part of a word. */
static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c >= '0' && c <= '9') || c == '_' || c == '$' ||
		   (unsigned char) c >= 0x80;
}

/* The end of what is quoted at text; a doubled quote stays inside. */
static const char *
end_of_quoted(const char *text)
{
	char close = *text == '[' ? ']' : *text;

	for (text++; *text; text++)
	{
		if (*text != close)
			continue;
		if (close == ']' || text[1] != close)
			return text + 1;
		text++;
	}
	return text;
}

/* Skips white space and comments. */
static const char *
skip_blanks(const char *text)
{
	for (;;)
	{
		text += strspn(text, " \t\r\n\f\v");
		if (dbc_starts_with(text, "--"))
			text += strcspn(text, "\n");
		else if (dbc_starts_with(text, "/*"))
		{
			const char *end = strstr(text + 2, "*/");

			text = end ? end + 2 : text + strlen(text);
		}
		else
			return text;
	}
}

/* Whether a quoted identifier could stand without its quotes: words of
 * SQLite's grammar are not tested, they stay words either way. */
static bool
is_plain(const char *text, const char *end)
{
	if (text >= end || (*text >= '0' && *text <= '9'))
		return false;
	for (; text < end; text++)
		if (!is_word(*text))
			return false;
	return true;
}

/* Appends one token in its normal form and returns its end. */
static const char *
append_token(dbc_buffer *buffer, const char *text)
{
	const char *end = text;

	if (*text == '\'')
		end = end_of_quoted(text);
	else if (strchr("\"`[", *text))
	{
		end = end_of_quoted(text);
		if (is_plain(text + 1, end - 1))
		{
			append_token(buffer, dbc_copy(buffer->host, text + 1,
										  (size_t) (end - text - 2)));
			return end;
		}
	}
	else if (is_word(*text))
	{
		for (; is_word(*end); end++)
		{
			char c =
				*end >= 'A' && *end <= 'Z' ? (char) (*end - 'A' + 'a') : *end;

			dbc_append_bytes(buffer, &c, 1);
		}
		return end;
	}
	else
		end = text + 1;
	dbc_append_bytes(buffer, text, (size_t) (end - text));
	return end;
}

/*
 * SQL text without what does not matter: tokens separated by single spaces,
 * no comments, words in lower case, identifiers without needless quotes.
 */
static const char *
normalise(dbc_host *host, const char *text)
{
	dbc_buffer buffer;

	dbc_buffer_init(&buffer, host);
	for (text = skip_blanks(text); *text; text = skip_blanks(text))
	{
		if (buffer.length)
			dbc_append(&buffer, " ");
		text = append_token(&buffer, text);
	}
	return buffer.data;
}

/* dbmigrate_fingerprint() */
void
dbc_run_dbmigrate_fingerprint(dbc_host *host, const dbc_value *args)
{
	const dbc_rows *rows = dbc_query(host, "migrate/schema", NULL, 0);
	dbc_buffer schema;
	dbc_value result;
	int i;

	(void) args;
	dbc_buffer_init(&schema, host);
	for (i = 0; i < rows->nrows; i++)
	{
		const char *definition = dbc_cell(rows, i, S_DEFINITION)->text;

		if (definition && host->engine == DBC_ON_SQLITE)
			definition = normalise(host, definition);
		dbc_append_format(
			&schema, "%s\t%s\t%s\n", dbc_cell(rows, i, S_TYPE)->text,
			dbc_cell(rows, i, S_OBJECT)->text, definition ? definition : "");
	}
	result = dbc_text(dbc_sha256(host, schema.data));
	dbc_emit(host, &result);
}
