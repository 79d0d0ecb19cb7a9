/*
 * follow_home.c
 *	  Who follows a database; see follow_home.h.
 */
#include "common/backup/follow_home.h"

#include <string.h>

#include "common/backup/catalog.h"
#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/names.h"

#define MOST_STATE 65536

static const char *
name_of(dbc_host *host, const char *database, const char *end)
{
	return dbc_format(host, ".%.*s.follow%s", DBC_FOLLOW_LONGEST_NAME, database,
					  end);
}

int
dbc_backup_follow_enter(dbc_host *host, dbc_backup_files *files, int root,
						const char *database)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	const char *name = name_of(host, database, "");
	int lock = calls->open_file(host, files, root, name, false);

	if (lock < 0)
		lock = calls->open_file(host, files, root, name, true);
	if (calls->lock(host, files, lock, true))
		return lock;
	calls->close(files, lock);
	return -1;
}

static void
put_time(dbc_host *host, dbc_json_node *node, const char *key, int64_t ms)
{
	dbc_json_put_text(node, key, ms > 0 ? dbc_time_text(host, ms) : NULL);
}

void
dbc_backup_follow_tell(dbc_host *host, dbc_backup_files *files, int root,
					   const char *database, const dbc_follow_state *state)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	dbc_json_node *node = dbc_json_object(host);
	const char *name = name_of(host, database, ".json");
	const char *hidden = name_of(host, database, ".tmp");
	const char *text;
	int file;

	put_time(host, node, "started_at", state->started_ms);
	put_time(host, node, "ended_at", state->ended_ms);
	DBC_PUT_TEXT(node, problem, state->problem);
	text = dbc_json_text(node);
	calls->remove(host, files, root, hidden);
	file = calls->open_file(host, files, root, hidden, true);
	calls->write(host, files, file, 0, text, strlen(text));
	calls->close(files, file);
	calls->rename(host, files, root, hidden, name, true);
}

static const char *
text_of(dbc_host *host, const dbc_value *json, const char *key)
{
	return dbc_json_string_or_null(host, dbc_json_find(host, json, key));
}

static int64_t
time_of(dbc_host *host, const dbc_value *json, const char *key)
{
	const char *text = text_of(host, json, key);
	int64_t ms;

	return text && dbc_parse_time(text, &ms) ? ms : 0;
}

/* Why a command has not got what is stored, or NULL: see cli/ship.c. */
static const char *
find_undelivered(dbc_host *host, dbc_backup_files *files, int root,
				 const char *database)
{
	const char *text = dbc_backup_read_text(
		host, files, root, name_of(host, database, ".given.json"), MOST_STATE);
	dbc_value json = dbc_json(text);
	const char *problem = text ? text_of(host, &json, "problem") : NULL;

	return problem
			   ? dbc_format(host, "the command of --to-command has failed: %s",
							problem)
			   : NULL;
}

bool
dbc_backup_follow_ask(dbc_host *host, dbc_backup_files *files, int root,
					  const char *database, dbc_follow_state *state,
					  bool *is_running)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int lock =
		calls->open_file(host, files, root, name_of(host, database, ""), false);
	const char *text = dbc_backup_read_text(
		host, files, root, name_of(host, database, ".json"), MOST_STATE);
	dbc_value json = dbc_json(text);

	*is_running = lock >= 0 && !calls->lock(host, files, lock, false);
	calls->close(files, lock);
	*state = (dbc_follow_state){
		.problem = find_undelivered(host, files, root, database)};
	if (!text)
		return *is_running;
	state->started_ms = time_of(host, &json, "started_at");
	state->ended_ms = time_of(host, &json, "ended_at");
	if (text_of(host, &json, "problem"))
		state->problem = text_of(host, &json, "problem");
	return true;
}
