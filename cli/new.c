/*
 * new.c
 *	  The verb new: a file in the format of the folder.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/diff.h"
#include "cli/document.h"
#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* How the files of a format are called and begin: in a name %v is the version,
 * %n the name; a text is what stands above the SQL.  With one file the text of
 * the way down stands between both. */
typedef struct template
{
	const char *format;
	const char *up_file;
	const char *down_file; /* NULL: in the same file, or none */
	const char *up;
	const char *down; /* NULL: the format has no way down */
}
template;

static const template templates[] = {
	{"dbmate", "%v_%n.sql", NULL, "-- migrate:up\n", "\n-- migrate:down\n"},
	{"goose", "%v_%n.sql", NULL, "-- +goose Up\n", "\n-- +goose Down\n"},
	{"sql-migrate", "%v_%n.sql", NULL, "-- +migrate Up\n",
	 "\n-- +migrate Down\n"},
	{"node-pg-migrate", "%v_%n.sql", NULL, "-- Up Migration\n",
	 "\n-- Down Migration\n"},
	{"tern", "%v_%n.sql", NULL, "",
	 "\n---- create above / drop below ----\n\n"},
	{"mybatis", "%v_%n.sql", NULL, "", "\n-- //@UNDO\n"},
	{"play", "%v.sql", NULL, "# --- !Ups\n", "\n# --- !Downs\n"},
	{"golang-migrate", "%v_%n.up.sql", "%v_%n.down.sql", "", ""},
	{"pop", "%v_%n.up.sql", "%v_%n.down.sql", "", ""},
	{"diesel", "%v_%n/up.sql", "%v_%n/down.sql", "", ""},
	{"yoyo", "%v.%n.sql", "%v.%n.rollback.sql", "", ""},
	{"flyway", "V%v__%n.sql", NULL, "", NULL},
	{"refinery", "V%v__%n.sql", NULL, "", NULL},
	{"prisma", "%v_%n/migration.sql", NULL, "", NULL},
	{"sqlx", "%v_%n.sql", NULL, "", NULL},
	{"plain", "%v_%n.sql", NULL, "", NULL},
};

/* sqlx has files for the way down if it has one. */
static const template sqlx_pairs = {"sqlx", "%v_%n.up.sql", "%v_%n.down.sql",
									"", ""};

/* What the folder has. */
typedef struct known
{
	char *format; /* NULL: nothing */
	bool pairs;
	cli_result versions; /* column version */
} known;

/* ---- the folder ---- */

/* Reads the folder as dbmigrate_load() does, into a database that is nowhere.
 */
static bool
read_known(const char *folder, known *all)
{
	static const cli_target memory = {.engine = DBC_ON_SQLITE,
									  .text = ":memory:"};
	cli_database db = {.quiet = true};
	const char *args[] = {NULL, "{\"dialect\": \"none\"}"};
	char *files;
	char *loaded = NULL;
	int count = 0;
	bool done = false;

	*all = (known){.versions = cli_new_result(1, 0)};
	if (!cli_is_directory(folder))
		return true;
	files = cli_read_folder(folder, &count);
	if (!files)
		return false;
	args[0] = files;
	if (count == 0)
		done = true;
	else if (cli_open(&db, &memory, true))
	{
		loaded = cli_call_value(&db, "dbmigrate_load", args);
		done =
			loaded && cli_call(&db, "dbmigrate_status", NULL, &all->versions);
		if (!done)
			cli_print_error(&db);
	}
	if (done && loaded)
		all->format = cli_at(loaded, "$.format");
	all->pairs = strstr(files, ".down.sql\"") != NULL;
	cli_close(&db);
	free(loaded);
	free(files);
	return done;
}

static const template *
find_template(const known *all)
{
	const char *format = all->format ? all->format : "dbmate";

	if (strcmp(format, "sqlx") == 0 && all->pairs)
		return &sqlx_pairs;
	for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++)
	{
		if (strcmp(templates[i].format, format) == 0)
			return &templates[i];
	}
	cli_complain("the tool of this folder writes its migrations itself", format,
				 "Add the migration with that tool.");
	return NULL;
}

/* ---- the version ---- */

/* The digits that a version begins with, without dots and dashes. */
static size_t
digits_of(const char *version)
{
	return strspn(version, "0123456789");
}

static bool
exists(const known *all, const char *version)
{
	size_t length = digits_of(version);

	for (int row = 0; row < all->versions.nrows; row++)
	{
		const char *other = *cli_cell(&all->versions, row, 0);

		if (other && digits_of(other) == length &&
			strncmp(other, version, length) == 0)
			return true;
	}
	return false;
}

/* The highest number that a version begins with; *width is its digits. */
static unsigned long long
highest(const known *all, size_t *width)
{
	unsigned long long most = 0;

	*width = 0;
	for (int row = 0; row < all->versions.nrows; row++)
	{
		const char *version = *cli_cell(&all->versions, row, 0);
		size_t length = version ? digits_of(version) : 0;
		unsigned long long number = length ? strtoull(version, NULL, 10) : 0;

		if (length > 0 && (number >= most || *width == 0))
		{
			most = number;
			*width = length;
		}
	}
	return most;
}

/* The next version: a number if the last one is, else the time as it is written
 * there; of two in a second, the later one gets the next second. */
static char *
next_version(const known *all)
{
	size_t width;
	unsigned long long most = highest(all, &width);

	if (width > 0 && width < 10)
	{
		cli_text number = {0};

		cli_addf(&number, "%0*llu", (int) width, most + 1);
		return number.data;
	}
	for (time_t now = time(NULL);; now++)
	{
		char version[32];
		struct tm utc;

		if (width == 10)
			snprintf(version, sizeof(version), "%lld", (long long) now);
		else if (width == 13)
			snprintf(version, sizeof(version), "%lld000", (long long) now);
		else
			strftime(version, sizeof(version), "%Y%m%d%H%M%S",
					 gmtime_r(&now, &utc));
		if (!exists(all, version))
			return cli_copy(version);
	}
}

/* A version as diesel writes it: 2026-01-31-120000. */
static char *
with_dashes(const char *version)
{
	cli_text dashed = {0};

	if (strlen(version) != 14)
		return cli_copy(version);
	cli_addf(&dashed, "%.4s-%.2s-%.2s-%s", version, version + 4, version + 6,
			 version + 8);
	return dashed.data;
}

/* ---- the files ---- */

/* The path of a file: of the name, anything but letters and digits becomes an
 * underscore. */
static char *
path_of(const char *folder, const char *pattern, const char *version,
		const char *name)
{
	cli_text path = {0};

	cli_addf(&path, "%s/", folder);
	for (; *pattern; pattern++)
	{
		if (pattern[0] == '%' && pattern[1] == 'v')
			cli_add(&path, version);
		else if (pattern[0] == '%')
			for (const char *c = name; *c; c++)
				cli_addf(&path, "%c",
						 isalnum((unsigned char) *c) ||
								 (unsigned char) *c >= 0x80
							 ? *c
							 : '_');
		else
			cli_addf(&path, "%c", *pattern);
		pattern += *pattern == '%';
	}
	return path.data;
}

static bool
write_file(const char *folder, const char *pattern, const char *version,
		   const char *name, const char *text)
{
	char *path = path_of(folder, pattern, version, name);
	char *directory = cli_directory_of(path);
	bool written =
		cli_make_directories(directory) && cli_write_new_file(path, text);

	if (written)
	{
		cli_put_raw(path);
		cli_put("\n");
	}
	free(directory);
	free(path);
	return written;
}

/* The path from this database to the one of --from-diff, as migration. */
static bool
add_difference(cli_invocation *invocation, const char *other, cli_text *up,
			   cli_text *down)
{
	cli_schema_source from = {0};
	cli_schema_source to;

	return cli_find_target(invocation->database, &from.target) &&
		   cli_find_schema(other, "--from-diff", &to) &&
		   cli_schema_difference(&from, &to, up, down);
}

int
cli_run_new(cli_invocation *invocation)
{
	const char *folder = cli_folder_of(invocation);
	const char *other = cli_given(invocation, "--from-diff");
	const char *name = cli_given(invocation, "NAME");
	const template *form;
	cli_text up = {0};
	cli_text down = {0};
	cli_text text = {0};
	known all;
	char *version;
	bool written;

	if (!read_known(folder, &all) || !(form = find_template(&all)) ||
		(other && !add_difference(invocation, other, &up, &down)))
		return CLI_ERROR;
	version = next_version(&all);
	if (strcmp(form->format, "diesel") == 0)
		version = with_dashes(version);
	cli_addf(&text, "%s%s", form->up, cli_text_of(&up));
	if (form->down && !form->down_file)
		cli_addf(&text, "%s%s", form->down, cli_text_of(&down));
	written =
		write_file(folder, form->up_file, version, name, cli_text_of(&text)) &&
		(!form->down_file || write_file(folder, form->down_file, version, name,
										cli_text_of(&down)));
	free(version);
	return written ? CLI_SOUND : CLI_ERROR;
}
