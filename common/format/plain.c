/*
 * plain.c
 *	  Plain SQL: <version>_<name>.sql, up only.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

#define DIGITS "0123456789"

/* Claims every file: this is the last format. */
static bool
claims(const dbc_file *file)
{
	(void) file;
	return true;
}

/* Length of a date, 2017-06-05, or date and time, 2017_06_05_123000, at the
 * start of text; 0: none. */
static size_t
date_length(const char *text)
{
	static const char shape[] = "0000-00-00";
	size_t i;
	size_t digits;

	for (i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == '0' ? !strspn(text + i, DIGITS)
							: text[i] != '-' && text[i] != '_')
			return 0;
	if (strspn(text + i, DIGITS))
		return 0;
	digits =
		text[i] == '-' || text[i] == '_' ? strspn(text + i + 1, DIGITS) : 0;
	return digits == 4 || digits == 6 ? i + 1 + digits : i;
}

/* What postgres-migrations looks for in a file. */
static const char no_transaction[] =
	"-- postgres-migrations disable-transaction";

/* Length of the version at the start of a file name. */
static size_t
version_length(const char *name)
{
	size_t length = date_length(name);

	if (length > 0)
		return length;
	length = strspn(name, DIGITS ".");
	while (length > 0 && name[length - 1] == '.')
		length--;
	return length;
}

static bool
read(dbc_format_reader *reader, const dbc_file *file)
{
	const char *name = file->name + (file->name[0] == 'V');
	size_t length = version_length(name);
	const dbc_format_type *const *claimer = reader->formats;
	dbc_format_registration *m;
	const dbc_format_type *other;
	const char *rest;

	while (!(*claimer)->claims(file))
		claimer++;
	other = *claimer;
	if (other != &dbc_format_plain)
		dbc_fail(reader->host, DBC_INVALID_PARAMETER, NULL,
				 dbc_format(reader->host,
							"Load the files with {\"format\": \"%s\"}.",
							other->name),
				 "file \"%s\" is a migration of %s", file->path, other->name);
	if (length == 0 && !reader->options->by_file)
		dbc_format_refuse_name(reader, file);
	rest = name + length + strspn(name + length, "_-");
	m = dbc_format_start_migration(
		reader, dbc_copy(reader->host, name, length),
		dbc_copy(reader->host, rest, strlen(rest) - strlen(".sql")));
	dbc_format_set_file(m, true, file);
	m->transactional = !strstr(m->up_sql, no_transaction);
	return true;
}

const dbc_format_type dbc_format_plain = {
	.name = "plain",
	.programs =
		(const char *const[]){".go", ".js", ".mjs", ".cjs", ".ts", ".py", NULL},
	.files = "<version>_<name>.sql",
	.claims = claims,
	.parts = 1,
	.read = read};
