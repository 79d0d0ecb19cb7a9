/*
 * follow.c
 *	  dbbackup_follow: continuous backup of a database file.
 *
 * Twice a second it looks for what has been committed, and stores the pages
 * with the newest full backup that was made for it; see changes.h.  When it
 * cannot be certain that nothing was missed, or when the changes have become
 * many, another full backup is made, while changes are still stored with the
 * old one.
 */
#include "common/backup/follow.h"

#include <stdio.h>
#include <string.h>

#include "common/backup/follow_home.h"
#include "common/backup/schedule.h"

#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/json.h"
#include "common/core/names.h"
#include "common/core/tables.h"

/* From the beginning of a look to the next one, ... */
#define PERIOD_MS 500
/* ... but it rests as long as the look has taken, up to this. */
#define MOST_REST_MS 500

#define DEFAULT_HOURS 24

/* By default another backup is made when the changes need more than so many
 * times the space of the database, and more than this. */
#define MOST_TIMES 4
#define LEAST_MOST (INT64_C(64) << 20)

/* When a full backup that has failed is tried again: while there is another
 * one, and while there is none. */
#define RETRY_MS	   INT64_C(600000)
#define RETRY_FIRST_MS INT64_C(5000)

#define HOUR_MS INT64_C(3600000)

typedef struct following
{
	const dbbackup_follow_options *given;
	dbc_backup_files *files;
	dbc_follower *follower;
	const char *path;	  /* of the directory of backups */
	const char *database; /* its name */
	dbc_backup_secret_place key;
	const char *create; /* options of the calls that the other thread makes */
	const char *cleanup;

	dbc_follow_chain chain; /* the backup that changes are stored with */
	dbc_follow_chain next;	/* its successor, until it has changes */
	unsigned char snapshot_place[DBC_FOLLOWER_PLACE];
	int64_t now_ms; /* of the look */
	int64_t snapshot_not_before_ms;
	int64_t stored;			/* result: changes */
	bool has_chain;			/* there was one */
	dbc_follow_state state; /* that others can read ... */
	bool is_told;			/* ... as it is */
	char problem[512];		/* why changes are not stored; "": they are */
	char no_backup[512];	/* why there is none to store them with */
} following;

/* ---- storing ---- */

/* What is written, in an attempt: a failure must leave no file open. */
typedef struct writing
{
	following *f;
	dbc_follow_chain *chain;
	const dbc_follower_changes *changes; /* NULL: the state alone */
} writing;

static void
read_page(dbc_host *host, void *arg, uint32_t i, unsigned char *bytes)
{
	DBC_BACKUP(host)->page(host, arg, i, bytes);
}

static void
write_changes(dbc_host *host, void *arg)
{
	const writing *w = arg;
	dbc_segment_source source = {w->changes->numbers, read_page,
								 w->f->follower};
	dbc_segment segment = {.number = w->chain->number + 1,
						   .since_ms = w->chain->seen_ms,
						   .at_ms = w->f->now_ms,
						   .page_size = w->changes->page_size,
						   .pages = w->changes->pages,
						   .count = w->changes->count};

	DBC_BACKUP(host)->place(w->f->follower, segment.place);
	dbc_backup_follow_append(host, w->f->files, w->chain, &segment, &source);
}

static void
write_state(dbc_host *host, void *arg)
{
	const writing *w = arg;

	dbc_backup_follow_store_state(host, w->f->files, w->chain);
}

static void
attempt(dbc_host *host, following *f, void (*fn)(dbc_host *, void *), void *arg)
{
	const char *message;

	if (!DBC_BACKUP(host)->attempt(host, f->follower, f->files, fn, arg,
								   &message))
		dbc_fail(host, DBC_NOT_READY, NULL, NULL, "%s", message);
}

/* Stores what has changed, with a backup; the first changes also if nothing
 * has.  Returns why that is not known, or NULL. */
static const char *
store(dbc_host *host, following *f, dbc_follow_chain *chain)
{
	dbc_follower_changes changes =
		DBC_BACKUP(host)->changes(host, f->follower, chain->place);
	writing w = {f, chain, &changes};

	if (changes.lost)
		return changes.lost;
	if (changes.count > 0 || chain->number == 0)
	{
		attempt(host, f, write_changes, &w);
		f->stored++;
	}
	else
		/* a log that was begun, and has no commit yet */
		DBC_BACKUP(host)->place(f->follower, chain->place);
	chain->seen_ms = f->now_ms;
	return NULL;
}

static void
tell_new(dbc_host *host, const following *f, const char *why)
{
	dbc_notice(host, "%s: a new full backup is made, since %s", f->database,
			   why);
}

/* Takes the backup that was made as the next one that changes are stored
 * with. */
static void
open_next(dbc_host *host, void *arg)
{
	following *f = arg;
	const char *result;
	const char *name;
	const char *problem;
	dbc_value json;

	(void) DBC_BACKUP(host)->snapshot(host, f->follower, &result);
	json = dbc_json(result);
	name = dbc_json_string_or_null(host, dbc_json_find(host, &json, "name"));
	problem = dbc_backup_follow_open(host, f->files, f->path, name, &f->key,
									 true, &f->next);
	if (problem)
		dbc_fail(host, DBC_NOT_READY, NULL, NULL, "backup \"%s\": %s", name,
				 problem);
	memcpy(f->next.place, f->snapshot_place, sizeof(f->next.place));
}

static void
begin_chain(dbc_host *host, following *f)
{
	writing last = {f, &f->chain, NULL};
	const char *lost;

	attempt(host, f, open_next, f);
	/* a clock that was set back while the backup was made */
	if (f->now_ms < f->next.seen_ms)
		f->now_ms = f->next.seen_ms;
	lost = store(host, f, &f->next);
	if (lost)
	{
		dbc_backup_follow_close(host, f->files, &f->next);
		tell_new(host, f, lost);
		return;
	}
	/* no moment is between the two */
	if (f->chain.is_open)
		attempt(host, f, write_state, &last);
	dbc_backup_follow_close(host, f->files, &f->chain);
	f->chain = f->next;
	f->next = (dbc_follow_chain){.lock = -1};
	*f->no_backup = '\0';
	dbc_notice(host, "%s: changes are stored with backup \"%s\"", f->database,
			   f->chain.name);
}

/* ---- full backups ---- */

static bool
is_due(const following *f)
{
	int64_t hours = dbc_option_or(&f->given->snapshot_hours, DEFAULT_HOURS);
	int64_t most = MOST_TIMES * f->chain.database_bytes;

	if (f->now_ms < f->snapshot_not_before_ms)
		return false;
	if (!f->chain.is_open)
		return true;
	most = most > LEAST_MOST ? most : LEAST_MOST;
	if (f->given->snapshot_mb.given)
		most = f->given->snapshot_mb.integer << 20;
	return f->now_ms - f->chain.started_ms >= hours * HOUR_MS ||
		   f->chain.bytes >= most;
}

static void
begin_snapshot(dbc_host *host, following *f)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);

	calls->begin_snapshot(host, f->follower, f->create, f->cleanup);
	calls->place(f->follower, f->snapshot_place);
}

/* Sees to the backup that is made, or must be, as it was before the look: a
 * later one can have what the look has not.  Returns whether it can be forgotten
 * once the look is kept. */
static bool
see_to_snapshot(dbc_host *host, following *f, dbc_follower_snapshot state,
				const char *result)
{
	if (state == DBC_SNAPSHOT_DONE)
		begin_chain(host, f);
	if (state == DBC_SNAPSHOT_FAILED)
	{
		if (!f->has_chain)
			dbc_fail(host, DBC_NOT_READY, NULL, NULL,
					 "no full backup could be made: %s", result);
		f->snapshot_not_before_ms =
			f->now_ms + (f->chain.is_open ? RETRY_MS : RETRY_FIRST_MS);
		(void) snprintf(f->no_backup, sizeof(f->no_backup),
						"no full backup could be made: %s", result);
		dbc_notice(host, "%s: %s", f->database, f->no_backup);
	}
	return state == DBC_SNAPSHOT_DONE || state == DBC_SNAPSHOT_FAILED;
}

/* ---- looks ---- */

/* Stores what has been committed since the last look. */
static void
look(dbc_host *host, following *f)
{
	const dbc_backup_host *calls = DBC_BACKUP(host);
	int64_t now_ms;
	const char *lost = NULL;

	calls->look(host, f->follower);
	now_ms = dbc_now_ms();
	/* a clock that was set back */
	f->now_ms = now_ms > f->now_ms ? now_ms : f->now_ms;
	if (f->chain.is_open)
		lost = dbc_backup_follow_is_there(host, f->files, &f->chain)
				   ? store(host, f, &f->chain)
				   : "the backup was removed";
	if (lost)
	{
		dbc_backup_follow_close(host, f->files, &f->chain);
		tell_new(host, f, lost);
	}
}

static void
run_period(dbc_host *host, void *arg)
{
	following *f = arg;
	const dbc_backup_host *calls = DBC_BACKUP(host);
	writing w = {f, &f->chain, NULL};
	const char *result;
	dbc_follower_snapshot state = calls->snapshot(host, f->follower, &result);
	bool is_over;

	look(host, f);
	is_over = see_to_snapshot(host, f, state, result);
	calls->keep(host, f->follower);
	if (is_over)
		calls->forget_snapshot(host, f->follower);
	if (calls->shorten(host, f->follower))
	{
		look(host, f);
		calls->keep(host, f->follower);
	}
	if (f->chain.is_open)
		attempt(host, f, write_state, &w);
	if (calls->snapshot(host, f->follower, &result) == DBC_SNAPSHOT_NONE &&
		is_due(f))
		begin_snapshot(host, f);
}

static void
tell(dbc_host *host, void *arg)
{
	following *f = arg;
	int root = dbc_backup_open_root(host, f->files, f->path);

	dbc_backup_follow_tell(host, f->files, root, f->database, &f->state);
	DBC_BACKUP(host)->close(f->files, root);
}

/* Lets others know what has become of it, unless they do. */
static void
report(dbc_host *host, following *f)
{
	const char *message;

	if (f->is_told)
		return;
	f->state.problem = *f->problem ? f->problem : NULL;
	DBC_BACKUP(host)->report(host, f->follower,
							 &(dbc_follower_report){f->path, f->state.problem});
	f->is_told = DBC_BACKUP(host)->attempt(host, f->follower, f->files, tell, f,
										   &message);
}

/* Looks once more; what fails is tried again later. */
static void
try_period(dbc_host *host, following *f)
{
	const char *message;
	const char *problem = "";
	bool was_failing = *f->problem;
	bool done = DBC_BACKUP(host)->attempt(host, f->follower, NULL, run_period,
										  f, &message);

	if (!done && f->next.is_open)
		dbc_backup_follow_close(host, f->files, &f->next);
	if (!done && !f->has_chain)
		dbc_fail(host, DBC_NOT_READY, NULL, NULL, "%s cannot be followed: %s",
				 f->database, message);
	if (!done)
		problem = message;
	else if (!f->chain.is_open)
		problem = f->no_backup;
	if (!done && !was_failing)
		dbc_notice(host, "%s: changes cannot be stored: %s", f->database,
				   message);
	if (!*problem && was_failing)
		dbc_notice(host, "%s: changes are stored again", f->database);
	f->is_told &= strcmp(f->problem, problem) == 0;
	(void) snprintf(f->problem, sizeof(f->problem), "%s", problem);
	f->has_chain |= f->chain.is_open;
	report(host, f);
}

/* Continues the newest backup of the database that has changes. */
static void
resume(dbc_host *host, void *arg)
{
	following *f = arg;
	const char *problem;

	problem = dbc_backup_follow_resume(host, f->files, f->path, f->database,
									   &f->key, &f->chain);
	f->now_ms = f->chain.seen_ms;
	f->has_chain = f->chain.is_open;
	if (problem)
		tell_new(host, f, problem);
	else if (f->chain.is_open)
		dbc_notice(host, "%s: changes are stored with backup \"%s\" again",
				   f->database, f->chain.name);
}

/* How often, and after how many milliseconds, the lock is tried: a call that
 * asks for the status has it for a moment. */
#define LOCK_TRIES 5
#define LOCK_MS	   20

/* Fails if another process follows the database. */
static void
enter(dbc_host *host, following *f)
{
	int root = dbc_backup_open_root(host, f->files, f->path);
	int lock = -1;

	for (int i = 0; i < LOCK_TRIES && lock < 0; i++)
	{
		if (i > 0)
			(void) DBC_BACKUP(host)->pause(host, f->follower, LOCK_MS);
		lock = dbc_backup_follow_enter(host, f->files, root, f->database);
	}
	DBC_BACKUP(host)->close(f->files, root);
	if (lock < 0)
		dbc_fail(host, DBC_LOCK_NOT_AVAILABLE,
				 "The lock ends with its process.", NULL,
				 "another process follows %s", f->database);
	f->state.started_ms = dbc_now_ms();
}

/* Looks, and returns how long to rest. */
static int64_t
run_look(dbc_host *host, following *f)
{
	int64_t began = dbc_microseconds();
	int64_t spent_ms;

	try_period(host, f);
	spent_ms = (dbc_microseconds() - began) / 1000;
	if (2 * spent_ms < PERIOD_MS)
		return PERIOD_MS - spent_ms;
	return spent_ms < MOST_REST_MS ? spent_ms : MOST_REST_MS;
}

static void
follow(dbc_host *host, dbc_follower *follower, void *arg)
{
	following *f = arg;
	const dbc_backup_host *calls = DBC_BACKUP(host);
	const char *message;
	int64_t rest_ms;

	f->follower = follower;
	enter(host, f);
	if (!calls->attempt(host, follower, NULL, resume, f, &message))
		dbc_fail(host, DBC_NOT_READY, NULL, NULL, "%s cannot be followed: %s",
				 f->database, message);
	do
		rest_ms = run_look(host, f);
	while (calls->pause(host, follower, rest_ms));
	/* what has been committed until now */
	try_period(host, f);
	f->state.ended_ms = dbc_now_ms();
	f->is_told = false;
	report(host, f);
	if (*f->problem)
		dbc_fail(host, DBC_NOT_READY, NULL, NULL,
				 "the last changes of %s were not stored", f->database);
}

/* ---- dbbackup_follow ---- */

/* The options of dbbackup_create(). */
static const char *
create_options(dbc_host *host, const following *f)
{
	dbc_json_node *node = dbc_json_object(host);
	dbc_value key = dbc_json(f->given->encrypt.text);

	DBC_PUT_TEXT(node, directory, f->path);
	DBC_PUT_BOOL(node, compress, dbc_option_or(&f->given->compress, true));
	if (f->given->encrypt.given)
		DBC_PUT_VALUE(node, encrypt, &key);
	return dbc_json_text(node);
}

static void
run(dbc_host *host, dbc_backup_files *files, void *arg)
{
	following *f = arg;
	const char *file = f->given->file.text;
	const char *directory = f->given->directory.text;
	const char *slash = file ? strrchr(file, '/') : NULL;

	f->files = files;
	f->database = slash ? slash + 1 : file ? file : dbc_database_name(host);
	if (!directory && file)
		directory = dbc_format(host, "%s-backups", file);
	f->path = DBC_CALL(host, backup, directory)(host, directory, NULL, true);
	dbc_backup_check_place(host, files, &f->key);
	f->create = create_options(host, f);
	if (f->given->keep.given)
		f->cleanup = dbc_json_text(dbc_backup_cleanup_options(
			host, f->given->keep.text, f->path, f->given->confirm.text));
	DBC_CALL(host, backup, follow)(host, file, follow, f);
}

/* dbbackup_follow(options) */
DBC_RUN(dbbackup_follow)
{
	following f = {.given = dbc_read_options(host, &args->options,
											 dbbackup_follow_options),
				   .chain = {.lock = -1},
				   .next = {.lock = -1}};
	dbc_json_node *result = dbc_json_object(host);

	f.key = dbc_backup_read_place(host, "encrypt", f.given->encrypt.text);
	/* an interrupt is how it ends: no statement runs after it */
	host->silent = true;
	DBC_CALL(host, backup, run)(host, run, &f);
	DBC_PUT_TEXT(result, database, f.database);
	DBC_PUT_TEXT(result, directory, f.path);
	DBC_PUT_TEXT(result, backup, f.chain.name);
	DBC_PUT_INT(result, stored, f.stored);
	dbc_json_emit(host, result);
}
