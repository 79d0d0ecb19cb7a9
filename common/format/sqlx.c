/*
 * sqlx.c
 *	  sqlx: <version>_<name>.sql, or .up.sql and .down.sql.
 *
 * Its file names are also those of golang-migrate and plain SQL; only the
 * comment that disables the transaction is specific to sqlx.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

/* Whether a name starts with digits and '_'. */
static bool
is_numbered(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	return digits > 0 && name[digits] == '_';
}

/* Whether a file begins with the comment; sqlx reads no further. */
static bool
says_no_transaction(const dbc_file *file)
{
	return dbc_starts_with(dbc_format_file_text(file), "-- no-transaction");
}

static bool
claims(const dbc_file *file)
{
	return is_numbered(dbc_format_base_name(file->name)) &&
		   says_no_transaction(file);
}

/* A copy of text with '_' replaced by blanks. */
static const char *
with_blanks(dbc_format_reader *reader, const char *text, size_t length)
{
	char *copy = dbc_copy(reader->host, text, length);

	for (char *c = copy; *c; c++)
		if (*c == '_')
			*c = ' ';
	return copy;
}

static bool
read(dbc_format_reader *reader, const dbc_file *file)
{
	size_t digits = strspn(file->name, "0123456789");
	const char *rest = file->name + digits + 1;
	bool down = dbc_ends_with(file->name, ".down.sql");
	const char *tail = down									  ? ".down.sql"
					   : dbc_ends_with(file->name, ".up.sql") ? ".up.sql"
															  : ".sql";
	dbc_format_registration *m;

	if (!strchr(file->name, '_'))
		return false;
	if (!is_numbered(file->name) ||
		!dbc_format_fits(file->name, DBC_LARGEST_INT64))
		dbc_format_refuse_name(reader, file);
	m = dbc_format_start_migration(
		reader, dbc_copy(reader->host, file->name, digits),
		with_blanks(reader, rest, strlen(rest) - strlen(tail)));
	m->transactional = !says_no_transaction(file);
	dbc_format_set_file(m, !down, file);
	return true;
}

const dbc_format_type dbc_format_sqlx = {
	.name = "sqlx",
	.files = "<digits>_<name>.sql, or .up.sql and .down.sql",
	.claims = claims,
	.read = read,
	.parts = 1,
	.order = DBC_BY_VALUE};
