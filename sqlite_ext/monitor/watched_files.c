/*
 * watched_files.c
 *	  The files that connections of this process monitor.
 */
#include "sqlite_ext/monitor/monitor.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "common/core/clock.h"

/* The maximum number of unstored statements of a file; the least recently used
 * one is dropped. */
#define MOST_STATEMENTS 2000

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static dbcsl_monitor_file *files;
static int working; /* number of threads taking a sample */

void
dbcsl_monitor_lock_files(void)
{
	pthread_mutex_lock(&mutex);
}

void
dbcsl_monitor_unlock_files(void)
{
	pthread_mutex_unlock(&mutex);
}

void
dbcsl_monitor_count_work(bool starts)
{
	working += starts ? 1 : -1;
}

void
dbcsl_monitor_wait_for_samples(void (*interrupt)(dbcsl_monitor_sampler *,
												 int64_t))
{
	const int64_t begun = dbc_microseconds();

	pthread_mutex_lock(&mutex);
	while (working > 0)
	{
		int64_t waited_ms = (dbc_microseconds() - begun) / 1000;

		for (const dbcsl_monitor_file *file = files; file; file = file->next)
			interrupt(file->sampler, waited_ms);
		pthread_mutex_unlock(&mutex);
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
		pthread_mutex_lock(&mutex);
	}
}

void
dbcsl_monitor_forget_files(void)
{
	files = NULL;
	pthread_mutex_unlock(&mutex);
}

bool
dbcsl_monitor_wait_unlocked(pthread_cond_t *condition, double seconds)
{
	struct timespec until;
	int64_t nanoseconds;

	clock_gettime(CLOCK_MONOTONIC, &until);
	nanoseconds = until.tv_nsec + (int64_t) (seconds * 1e9);
	until.tv_sec += nanoseconds / 1000000000;
	until.tv_nsec = nanoseconds % 1000000000;
	return pthread_cond_timedwait(condition, &mutex, &until) == 0;
}

void
dbcsl_monitor_add_counts(dbcsl_monitor_statement_counts *sum,
						 const dbcsl_monitor_statement_counts *counts)
{
	sum->calls += counts->calls;
	sum->nanoseconds += counts->nanoseconds;
	sum->rows += counts->rows;
	if (counts->longest > sum->longest)
		sum->longest = counts->longest;
	if (counts->last_ms > sum->last_ms)
		sum->last_ms = counts->last_ms;
	dbc_monitor_sketch_merge(&sum->sketch, &counts->sketch);
}

dbc_normalised_sql *
dbcsl_monitor_copy_normal(const dbc_normalised_sql *normal)
{
	size_t size = offsetof(dbc_normalised_sql, text) + normal->length + 1;
	dbc_normalised_sql *copy = sqlite3_malloc64(size);

	return copy ? memcpy(copy, normal, size) : NULL;
}

static void
drop_statement(dbcsl_monitor_statement_stats **place)
{
	dbcsl_monitor_statement_stats *gone = *place;

	*place = gone->next;
	sqlite3_free(gone->normal);
	sqlite3_free(gone);
}

void
dbcsl_monitor_free_statements(dbcsl_monitor_statement_stats **list)
{
	while (*list)
		drop_statement(list);
}

/* Drops the least recently used statement if the list is full. */
static void
make_room(dbcsl_monitor_file *file)
{
	dbcsl_monitor_statement_stats **oldest = &file->stats;
	int count = 0;

	for (dbcsl_monitor_statement_stats **place = &file->stats; *place;
		 place = &(*place)->next)
	{
		count++;
		if ((*place)->counts.last_ms < (*oldest)->counts.last_ms)
			oldest = place;
	}
	if (count >= MOST_STATEMENTS)
		drop_statement(oldest);
}

/* Adds a statement to a file, unless out of memory. */
static void
add_statement(dbcsl_monitor_file *file, const dbc_normalised_sql *normal,
			  const dbcsl_monitor_statement_counts *counts)
{
	dbcsl_monitor_statement_stats *added = sqlite3_malloc(sizeof(*added));

	if (!added)
		return;
	added->normal = dbcsl_monitor_copy_normal(normal);
	if (!added->normal)
	{
		sqlite3_free(added);
		return;
	}
	added->counts = *counts;
	make_room(file);
	added->next = file->stats;
	file->stats = added;
}

void
dbcsl_monitor_add_to_file(dbcsl_monitor_file *file,
						  const dbc_normalised_sql *normal,
						  const dbcsl_monitor_statement_counts *counts)
{
	dbcsl_monitor_statement_stats *stats;

	for (stats = file->stats; stats; stats = stats->next)
		if (stats->normal->hash == normal->hash)
		{
			dbcsl_monitor_add_counts(&stats->counts, counts);
			return;
		}
	add_statement(file, normal, counts);
}

/* Whether a connection has opened a file with the same URI parameters, or is a
 * sample's that reads it without locks. */
static bool
has_opened(const dbcsl_monitor_file *file, sqlite3 *db)
{
	const char *name = sqlite3_db_filename(db, "main");

	if (dbcsl_is_unlocked(db))
		return strcmp(file->name, name) == 0;
	return name && name[0] &&
		   file->read_only == (sqlite3_db_readonly(db, "main") != 0) &&
		   dbcsl_same_filename(file->name, name);
}

dbcsl_monitor_file *
dbcsl_monitor_find_file(sqlite3 *db)
{
	dbcsl_monitor_file *file;

	for (file = files; file; file = file->next)
		if (file->name ? has_opened(file, db) : file->watchers->db == db)
			break;
	return file;
}

dbcsl_monitor_watcher *
dbcsl_monitor_find_watcher(sqlite3 *db, dbcsl_monitor_file **file)
{
	/* compare addresses: a connection that is closing has no file name any
	 * more */
	for (*file = files; *file; *file = (*file)->next)
		for (dbcsl_monitor_watcher *watcher = (*file)->watchers; watcher;
			 watcher = watcher->next)
			if (watcher->db == db)
				return watcher;
	return NULL;
}

void
dbcsl_monitor_reset_slow(dbcsl_monitor_slow *slow)
{
	for (int i = 0; i < DBCSL_SLOW_ENTRIES; i++)
		sqlite3_free(slow->entries[i].normal);
	memset(slow->entries, 0, sizeof(slow->entries));
	/* two sources of a process differ */
	slow->since_ms =
		slow->since_ms >= dbc_now_ms() ? slow->since_ms + 1 : dbc_now_ms();
	slow->number = 0;
}

dbcsl_monitor_file *
dbcsl_monitor_add_file(sqlite3 *db)
{
	const char *name = sqlite3_db_filename(db, "main");
	dbcsl_monitor_file *file = sqlite3_malloc(sizeof(*file));

	if (!file)
		return NULL;
	memset(file, 0, sizeof(*file));
	if (name && name[0])
	{
		file->name = dbcsl_copy_filename(name);
		file->read_only = sqlite3_db_readonly(db, "main") != 0;
		if (!file->name)
		{
			sqlite3_free(file);
			return NULL;
		}
	}
	dbcsl_monitor_reset_slow(&file->slow);
	file->next = files;
	files = file;
	return file;
}

void
dbcsl_monitor_remove_file(dbcsl_monitor_file *file)
{
	dbcsl_monitor_file **place;

	if (file->watchers)
		return;
	for (place = &files; *place != file; place = &(*place)->next)
		;
	*place = file->next;
	dbcsl_monitor_free_statements(&file->stats);
	dbcsl_monitor_free_statements(&file->storing);
	dbcsl_monitor_reset_slow(&file->slow);
	sqlite3_free_filename(file->name);
	sqlite3_free(file);
}

dbcsl_monitor_sampler *
dbcsl_monitor_take_sampler(void)
{
	dbcsl_monitor_sampler *sampler = NULL;

	for (dbcsl_monitor_file *file = files; file && !sampler; file = file->next)
	{
		sampler = file->sampler;
		file->sampler = NULL;
	}
	return sampler;
}
