/*
 * new.c
 *	  The verb new.
 */
#include <ctype.h>
#include <stdlib.h>
#include <time.h>

#include "cli/diff.h"
#include "cli/folder.h"
#include "cli/terminal.h"
#include "cli/verbs.h"

/* The path of a migration of this moment: digits, then the name with
 * underscores where it has anything but letters and digits. */
static char *
new_path(const char *folder, const char *name)
{
	cli_text path = {0};
	char version[32];
	time_t now = time(NULL);
	struct tm utc;

	strftime(version, sizeof(version), "%Y%m%d%H%M%S", gmtime_r(&now, &utc));
	cli_addf(&path, "%s/%s_", folder, version);
	for (; *name; name++)
	{
		bool plain =
			isalnum((unsigned char) *name) || (unsigned char) *name >= 0x80;

		cli_addf(&path, "%c", plain ? *name : '_');
	}
	cli_add(&path, ".sql");
	return path.data;
}

/* The path from this database to the one of --from-diff, as migration. */
static bool
add_difference(cli_invocation *invocation, const char *other, cli_text *up,
			   cli_text *down)
{
	cli_target from;
	cli_target to;

	return cli_find_target(invocation->database, &from) &&
		   cli_argument_target(other, "--from-diff", &to) &&
		   cli_schema_difference(&from, &to, up, down);
}

int
cli_run_new(cli_invocation *invocation)
{
	const char *folder = cli_folder_of(invocation);
	const char *other = cli_given(invocation, "--from-diff");
	char *path = new_path(folder, cli_given(invocation, "NAME"));
	cli_text up = {0};
	cli_text down = {0};
	cli_text text = {0};
	bool written;

	if (other && !add_difference(invocation, other, &up, &down))
		return CLI_ERROR;
	cli_addf(&text, "-- migrate:up\n%s\n-- migrate:down\n%s", cli_text_of(&up),
			 cli_text_of(&down));
	written =
		cli_make_directories(folder) && cli_write_new_file(path, text.data);
	if (written)
	{
		cli_put_raw(path);
		cli_put("\n");
	}
	free(path);
	return written ? CLI_SOUND : CLI_ERROR;
}
