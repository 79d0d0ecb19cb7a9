/*
 * golang_migrate.c
 *	  golang-migrate: 1_name.up.sql and 1_name.down.sql.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

/* Whether a file is one of such a pair; a leading V is authelia's. */
static bool
is_half(const char *name)
{
	return strspn(name + (name[0] == 'V'), "0123456789") > 0 &&
		   (dbc_ends_with(name, ".up.sql") || dbc_ends_with(name, ".down.sql"));
}

static bool
claims(const dbc_file *file)
{
	return is_half(dbc_format_base_name(file->name));
}

/* Reads one file; a dot after the version is authelia's, too. */
static void
read(dbc_format_reader *reader, const dbc_file *file)
{
	const char *name = file->name + (file->name[0] == 'V');
	size_t digits = strspn(name, "0123456789");
	bool up = dbc_ends_with(name, ".up.sql");
	size_t tail = strlen(up ? ".up.sql" : ".down.sql");
	const char *rest = name + digits + 1;

	if (!is_half(file->name) || !strchr("_.", name[digits]) ||
		strlen(name) < digits + 1 + tail)
		dbc_format_refuse_name(reader, file);
	dbc_format_set_file(dbc_format_start_migration(
							reader, dbc_copy(reader->host, name, digits),
							dbc_copy(reader->host, rest, strlen(rest) - tail)),
						up, file);
}

const dbc_format_type dbc_format_golang_migrate = {
	.name = "golang-migrate",
	.files = "<digits>_<name>.up.sql and <digits>_<name>.down.sql",
	.claims = claims,
	.read = read,
	.up_optional = true,
	.order = DBC_BY_VALUE};
