/*
 * refinery.c
 *	  refinery: V<version>__<name>.sql and U<version>__<name>.sql, forward only.
 *
 * A U file is no undo: it is a migration that refinery may run out of order.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

#define DIGITS "0123456789"

/* ASCII characters that are not allowed in a name. */
#define NO_WORD " !\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~"

/* Never detected: its files look like those of Flyway, which is more common. */
static bool
claims(const dbc_file *file)
{
	(void) file;
	return false;
}

/* Length of the version at the start of text: digits, and a fraction, which
 * refinery refuses. */
static size_t
version_length(const char *text)
{
	size_t length = strspn(text, DIGITS);
	size_t fraction = 0;

	if (length > 0 && text[length] == '.')
		fraction = strspn(text + length + 1, DIGITS);
	return fraction ? length + 1 + fraction : length;
}

static bool
read(dbc_format_reader *reader, const dbc_file *file)
{
	const char *name = dbc_format_base_name(file->name);
	const char *version = name + 1;
	size_t length = version_length(version);
	const char *rest = version + length + strlen("__");
	size_t letters = strcspn(rest, NO_WORD);

	if ((*name != 'V' && *name != 'U') || length == 0 ||
		!dbc_starts_with(version + length, "__") || letters == 0 ||
		!dbc_same(rest + letters, ".sql"))
		return false;
	if (memchr(version, '.', length))
		dbc_format_refuse_name(reader, file);
	dbc_format_set_file(dbc_format_start_migration(
							reader, dbc_copy(reader->host, version, length),
							dbc_copy(reader->host, rest, letters)),
						true, file);
	return true;
}

const dbc_format_type dbc_format_refinery = {
	.name = "refinery",
	.programs = (const char *const[]){".rs", NULL},
	.files = "V<version>__<name>.sql and U<version>__<name>.sql, with a name "
			 "of letters, digits and \"_\"",
	.claims = claims,
	.read = read,
	.order = DBC_BY_VALUE};
