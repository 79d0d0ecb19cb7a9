/*
 * changes.c
 *	  Listing the changes after a backup, and until when it was followed.
 */
#include "common/backup/changes.h"

#include <stdlib.h>
#include <string.h>

#include "common/backup/catalog.h"
#include "common/vault/key.h"
#include "common/core/clock.h"
#include "common/core/json.h"
#include "common/core/names.h"

#define STATE_FORMAT 1
#define MOST_STATE	 4096

/* Digits of a number, and characters of a time, in a name. */
#define NUMBER_DIGITS 10
#define TIME_LENGTH	  (sizeof("20260131T123456789Z") - 1)

/* ---- names ---- */

const char *
dbc_backup_changes_name(dbc_host *host, int64_t number, int64_t since_ms,
						int64_t at_ms, const char *sha256)
{
	const char *t = dbc_time_text(host, at_ms); /* 2026-01-31T12:34:56.789Z */

	return dbc_format(host, "%0*lld-%.4s%.2s%.5s%.2s%.2s%.3sZ-%lld-%.*s.dbs",
					  NUMBER_DIGITS, (long long) number, t, t + 5, t + 8,
					  t + 14, t + 17, t + 20, (long long) (at_ms - since_ms),
					  DBC_CHANGES_DIGITS, sha256);
}

/* Reads a name; false if it is none. */
static bool
read_name(dbc_host *host, const dbc_backup_entry *entry,
		  dbc_change_file *changes)
{
	const char *t = entry->name + NUMBER_DIGITS + 1;
	const char *digits = strrchr(entry->name, '-');
	int64_t length_ms;

	if (strlen(entry->name) <
			NUMBER_DIGITS + 1 + TIME_LENGTH + 1 + DBC_CHANGES_DIGITS ||
		strspn(entry->name, "0123456789") != NUMBER_DIGITS || !digits ||
		digits <= t + TIME_LENGTH || strlen(digits) <= DBC_CHANGES_DIGITS)
		return false;
	length_ms = strtoll(t + TIME_LENGTH + 1, NULL, 10);
	*changes = (dbc_change_file){.name = entry->name,
								 .number = strtoll(entry->name, NULL, 10),
								 .bytes = entry->bytes};
	memcpy(changes->digits, digits + 1, DBC_CHANGES_DIGITS);
	if (!dbc_parse_time(dbc_format(host, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s.%.3sZ",
								   t, t + 4, t + 6, t + 9, t + 11, t + 13,
								   t + 15),
						&changes->at_ms) ||
		length_ms < 0 || length_ms > changes->at_ms)
		return false;
	changes->since_ms = changes->at_ms - length_ms;
	return dbc_same(entry->name, dbc_backup_changes_name(
									 host, changes->number, changes->since_ms,
									 changes->at_ms, changes->digits));
}

/* ---- the state ---- */

static const char *
seal_of(dbc_host *host, const char *body, const dbc_backup_key *key)
{
	return key ? dbc_vault_key_sign(host, key, body) : dbc_sha256(host, body);
}

void
dbc_backup_changes_store_state(dbc_host *host, dbc_backup_files *files,
							   int directory, const dbc_changes_state *state,
							   const dbc_backup_key *key)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	dbc_json_node *node = dbc_json_object(host);
	const char *body;
	const char *text;
	int file;

	DBC_PUT_INT(node, format, STATE_FORMAT);
	DBC_PUT_TEXT(node, seen_at, dbc_time_text(host, state->seen_ms));
	DBC_PUT_INT(node, changes, state->number);
	body = dbc_json_text(node);
	body = dbc_copy(host, body, strlen(body) - 1);
	text = dbc_backup_seal_manifest(host, body, seal_of(host, body, key));
	/* not put on disk each time: after a crash of the machine the last changes
	 * tell enough */
	calls->remove(host, files, directory, "." DBC_CHANGES_STATE);
	file =
		calls->open_file(host, files, directory, "." DBC_CHANGES_STATE, true);
	calls->write(host, files, file, 0, text, strlen(text));
	calls->close(files, file);
	calls->rename(host, files, directory, "." DBC_CHANGES_STATE,
				  DBC_CHANGES_STATE, true);
}

/* Reads the state; false if there is none that is valid.  Unless the backup is
 * encrypted, its seal is tested. */
static bool
read_state(dbc_host *host, dbc_backup_files *files, int directory,
		   bool is_encrypted, dbc_changes_state *state)
{
	const char *text = dbc_backup_read_text(host, files, directory,
											DBC_CHANGES_STATE, MOST_STATE);
	dbc_value json = dbc_json(text);
	const char *body;
	const char *seal;
	const char *seen;
	double number;

	if (!text || !dbc_backup_split_manifest(host, text, &body, &seal) ||
		(!is_encrypted && !dbc_same(dbc_sha256(host, body), seal)))
		return false;
	seen = dbc_json_string_or_null(host, dbc_json_find(host, &json, "seen_at"));
	if (!seen || !dbc_parse_time(seen, &state->seen_ms) ||
		!dbc_json_real(host, dbc_json_find(host, &json, "changes"), &number) ||
		!(number >= 0 && number <= 1e10))
		return false;
	state->number = (int64_t) number;
	return true;
}

bool
dbc_backup_changes_is_sealed(dbc_host *host, dbc_backup_files *files,
							 int directory, const dbc_backup_key *key)
{
	const char *text = dbc_backup_read_text(host, files, directory,
											DBC_CHANGES_STATE, MOST_STATE);
	const char *body;
	const char *seal;

	return text && dbc_backup_split_manifest(host, text, &body, &seal) &&
		   dbc_same(seal, seal_of(host, body, key));
}

/* ---- all changes ---- */

/* Adds a file to the list, which is sorted by numbers. */
static void
add(dbc_host *host, const dbc_backup_entry *entry, dbc_changes_log *log,
	dbc_change_file *list)
{
	dbc_change_file changes;

	/* one that is not complete */
	if (*entry->name == '.' || dbc_same(entry->name, DBC_CHANGES_STATE) ||
		log->problem)
		return;
	if (entry->kind != DBC_BACKUP_FILE || !read_name(host, entry, &changes) ||
		changes.number <= log->count)
		log->problem =
			dbc_format(host, "file %s is not part of the backup", entry->name);
	else if (changes.number > log->count + 1)
		log->problem = dbc_format(host, "its changes %lld are missing",
								  (long long) log->count + 1);
	else
		list[log->count++] = changes;
}

static void
read_list(dbc_host *host, dbc_backup_files *files, int directory,
		  const dbc_backup *backup, dbc_changes_log *log)
{
	int count;
	const dbc_backup_entry *entries =
		DBC_BACKUP(host)->list(host, files, directory, &count);
	dbc_change_file *list =
		dbc_alloc(host, ((size_t) count + 1) * sizeof(*list));
	dbc_changes_state state;
	int64_t last_ms;

	log->list = list;
	for (int i = 0; i < count; i++)
	{
		log->bytes += entries[i].bytes;
		add(host, &entries[i], log, list);
	}
	if (log->count == 0 && log->problem)
		return;
	last_ms = log->count > 0 ? list[log->count - 1].at_ms : 0;
	log->until_ms = last_ms;
	if (!read_state(host, files, directory, backup->encryption, &state))
		return;
	if (state.number > log->count && !log->problem)
		log->problem = dbc_format(host, "its changes %lld are missing",
								  (long long) log->count + 1);
	if (state.number == log->count && log->count > 0 && state.seen_ms > last_ms)
		log->until_ms = state.seen_ms;
}

void
dbc_backup_changes_list(dbc_host *host, dbc_backup_files *files, int directory,
						const dbc_backup *backup, dbc_changes_log *log)
{
	int inner = DBC_BACKUP(host)->open_directory(host, files, directory,
												 DBC_CHANGES_DIRECTORY, false);

	*log = (dbc_changes_log){.is_there = inner >= 0};
	if (inner >= 0)
		read_list(host, files, inner, backup, log);
	DBC_BACKUP(host)->close(files, inner);
}
