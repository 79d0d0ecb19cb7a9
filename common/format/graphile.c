/*
 * graphile.c
 *	  graphile-migrate: committed/000001-name.sql with a header of "--!"
 *	  lines. The uncommitted migration, current.sql, is ignored.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

/* Characters allowed after the number in a file name. */
#define SLUG       \
	"-_0123456789" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/* The value of "--! key:" in the header of a file; NULL if it is missing. */
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

static bool
read(dbc_format_reader *reader, const dbc_file *file)
{
	const char *name = file->name;
	size_t digits = strspn(name, "0123456789");
	const char *message;
	dbc_format_registration *m;

	if (digits == 0 || strstr(file->path, "current/") ||
		(name[digits] != '-' && name[digits] != '.') ||
		!dbc_same(name + digits + strspn(name + digits, SLUG), ".sql"))
		return false;
	if (!claims(file))
		dbc_format_refuse_name(reader, file);
	m = dbc_format_start_numbered(reader, file);
	message = header(reader->host, file, "message");
	if (message && *message)
		m->description = message;
	m->transactional = !header(reader->host, file, "no-transaction");
	dbc_format_set_file(m, true, file);
	return true;
}

const dbc_format_type dbc_format_graphile = {
	.name = "graphile-migrate",
	.files = "<digits>-<name>.sql and begin with \"--! Previous:\"",
	.claims = claims,
	.read = read,
	.parts = 1,
	.order = DBC_BY_TEXT};
