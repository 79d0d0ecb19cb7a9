/*
 * graphile.c
 *	  graphile-migrate: committed/000001-name.sql with a header of "--!" lines.
 *	  What is not committed yet, current.sql, is left alone.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

/* The text after "--! key:" in the header of a file, up to the end of its line;
 * NULL if it is not there. */
static const char *
header(dbc_host *host, const dbc_file *file, const char *key)
{
	for (const char *line = dbc_format_file_text(file);
		 dbc_starts_with(line, "--!"); line = dbc_format_next_line(line))
	{
		const char *rest = line + 3 + strspn(line + 3, " \t");

		if (!dbc_starts_with_nocase(rest, key))
			continue;
		rest += strlen(key);
		rest += strspn(rest, ": \t");
		return dbc_copy(host, rest, strcspn(rest, "\r\n"));
	}
	return NULL;
}

static bool
claims(const dbc_file *file)
{
	return dbc_starts_with_nocase(dbc_format_file_text(file), "--! previous:");
}

/* Reads one file. */
static void
read(dbc_format_reader *reader, const dbc_file *file)
{
	const char *name = dbc_format_base_name(file->name);
	const char *message;
	dbc_format_registration *m;

	if (dbc_starts_with(name, "current") ||
		dbc_starts_with(file->name, "current/"))
		return;
	if (!claims(file))
		dbc_format_refuse_name(reader, file);
	m = dbc_format_start_numbered(reader, file);
	message = header(reader->host, file, "message");
	if (message && *message)
		m->description = message;
	m->transactional = !header(reader->host, file, "no-transaction");
	dbc_format_set_file(m, true, file);
}

const dbc_format_type dbc_format_graphile = {
	.name = "graphile-migrate",
	.files = "<digits>-<name>.sql and begin with \"--! Previous:\"",
	.claims = claims,
	.read = read,
	.order = DBC_BY_TEXT};
