/*
 * plain.c
 *	  Plain SQL: <version>_<name>.sql, up only.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

/* Whatever no other format has claimed. */
static bool
claims(const dbc_file *file)
{
	(void) file;
	return true;
}

/* Reads one file. */
static void
read(dbc_format_reader *reader, const dbc_file *file)
{
	const char *name = file->name + (file->name[0] == 'V');
	size_t length = strspn(name, "0123456789.");
	const dbc_format_type *const *claimer = reader->formats;
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
				 "file \"%s\" is a migration of %s", file->name, other->name);
	while (length > 0 && name[length - 1] == '.')
		length--;
	if (length == 0)
		dbc_format_refuse_name(reader, file);
	rest = name + length + strspn(name + length, "_-");
	dbc_format_set_file(
		dbc_format_start_migration(
			reader, dbc_copy(reader->host, name, length),
			dbc_copy(reader->host, rest, strlen(rest) - strlen(".sql"))),
		true, file);
}

const dbc_format_type dbc_format_plain = {.name = "plain",
										  .files = "<version>_<name>.sql",
										  .claims = claims,
										  .read = read};
