/*
 * detect.c
 *	  Detects the format of a directory by the names of most files, then by
 *	  marks.
 */
#include "common/format/format.h"

#include <string.h>

#include "common/core/text.h"

/* Naming schemes, in the order of preference on a tie. */
typedef enum naming
{
	IN_DIRECTORIES,
	IN_NAMED_DIRECTORIES,
	IN_PAIRS,
	WITH_LETTERS,
	OTHERWISE,
	NNAMINGS
} naming;

static const char *const naming_words[] = {
	"<version>_<name>/up.sql", "<name>/migration.sql", "<digits>_<name>.up.sql",
	"V<version>__<name>.sql", "<version>_<name>.sql"};

/* Formats recognized by marks in most of their files. */
static const dbc_format_type *const marked[] = {
	&dbc_format_liquibase, &dbc_format_goose,	 &dbc_format_sql_migrate,
	&dbc_format_dbmate,	   &dbc_format_graphile, &dbc_format_node_pg,
	&dbc_format_tern,	   &dbc_format_mybatis,	 &dbc_format_play,
	&dbc_format_yoyo};

/* Whether a file name looks like an undo migration of Flyway. */
static bool
is_undo(const dbc_file *file)
{
	const char *name = dbc_format_base_name(file->name);

	return *name == 'U' && strspn(name + 1, "0123456789") > 0 &&
		   strstr(name, "__");
}

/* The naming scheme of a file. */
static naming
naming_of(const dbc_file *file)
{
	if (dbc_format_diesel.claims(file) ||
		(strchr(file->name, '/') &&
		 dbc_same(dbc_format_base_name(file->name), "down.sql")))
		return IN_DIRECTORIES;
	if (dbc_format_prisma.claims(file))
		return IN_NAMED_DIRECTORIES;
	if (dbc_format_golang_migrate.claims(file))
		return IN_PAIRS;
	return dbc_format_flyway.claims(file) || is_undo(file) ? WITH_LETTERS
														   : OTHERWISE;
}

/* Whether a file is SQL and has a naming scheme. */
static bool
is_named(const dbc_file *file, naming way)
{
	return dbc_ends_with(file->name, ".sql") && naming_of(file) == way;
}

/* The number of files in a naming scheme that a format claims (NULL: that begin
 * with a digit). */
static int
count_claims(const dbc_format_reader *reader, naming way,
			 const dbc_format_type *format)
{
	int count = 0;

	for (int i = 0; i < reader->nfiles; i++)
	{
		const dbc_file *file = &reader->files[i];

		if (is_named(file, way))
			count += format ? format->claims(file)
							: strspn(dbc_format_base_name(file->name),
									 "0123456789") > 0;
	}
	return count;
}

/* The format whose marks are in at least half of the files, or NULL. */
static const dbc_format_type *
find_marked(const dbc_format_reader *reader, naming way, int files, int *best)
{
	int numbered = count_claims(reader, way, NULL);
	const dbc_format_type *found = NULL;
	size_t f;

	*best = 0;
	for (f = 0; f < sizeof(marked) / sizeof(marked[0]); f++)
	{
		int count = count_claims(reader, way, marked[f]);

		if (count > *best && (2 * count >= numbered || 2 * count >= files))
		{
			*best = count;
			found = marked[f];
		}
	}
	return found;
}

/* The format for a naming scheme alone. */
static const dbc_format_type *
format_of(const dbc_format_reader *reader, naming way)
{
	switch (way)
	{
		case IN_DIRECTORIES:
			return &dbc_format_diesel;
		case IN_NAMED_DIRECTORIES:
			return &dbc_format_prisma;
		case WITH_LETTERS:
			return &dbc_format_flyway;
		case IN_PAIRS:
			if (reader->mixed || count_claims(reader, way, &dbc_format_pop))
				return &dbc_format_pop;
			return count_claims(reader, way, &dbc_format_sqlx)
					   ? &dbc_format_sqlx
					   : &dbc_format_golang_migrate;
		default:
			return count_claims(reader, way, &dbc_format_sqlx)
					   ? &dbc_format_sqlx
					   : &dbc_format_plain;
	}
}

/* The detected format, and the reason. */
const dbc_format_type *
dbc_format_detect(const dbc_format_reader *reader, const char **reason)
{
	int counts[NNAMINGS] = {0};
	const dbc_format_type *found;
	int way = OTHERWISE;
	int most = 0;
	int files = 0;
	int count;

	for (int i = 0; i < reader->nfiles; i++)
	{
		const dbc_file *file = &reader->files[i];

		if (dbc_format_sqitch.claims(file))
		{
			*reason = dbc_format(reader->host, "plan \"%s\"", file->path);
			return &dbc_format_sqitch;
		}
		if (dbc_format_drizzle.claims(file))
		{
			*reason = dbc_format(reader->host, "journal \"%s\"", file->path);
			return &dbc_format_drizzle;
		}
		if (!dbc_ends_with(file->name, ".sql"))
			continue;
		files++;
		counts[naming_of(file)]++;
	}
	for (int i = 0; i < NNAMINGS; i++)
		if (counts[i] > most)
			most = counts[way = i];
	found = find_marked(reader, (naming) way, counts[way], &count);
	if (found)
		*reason = dbc_format(reader->host, "marks of %s (%d of %d)",
							 found->name, count, files);
	else
		*reason = dbc_format(reader->host, "file names like %s (%d of %d)",
							 naming_words[way], counts[way], files);
	return found ? found : format_of(reader, (naming) way);
}
