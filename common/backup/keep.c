/*
 * keep.c
 *	  Which backups retention keeps; see keep.h.
 */
#include "common/backup/keep.h"

#include <time.h>

#include "common/core/asserts.h"
#include "common/core/text.h"

#define DAY_MS INT64_C(86400000)

/* The period that a time is in, as text that is equal for times of the same
 * one. */
typedef const char *period_of(dbc_host *host, int64_t ms);

static const char *
format_time(dbc_host *host, const char *format, int64_t ms)
{
	time_t seconds = (time_t) (ms / 1000);
	struct tm parts;
	char text[32];

	if (!gmtime_r(&seconds, &parts) ||
		strftime(text, sizeof(text), format, &parts) == 0)
		return "";
	return dbc_format(host, "%s", text);
}

static const char *
day_of(dbc_host *host, int64_t ms)
{
	return format_time(host, "of day %Y-%m-%d", ms);
}

static const char *
week_of(dbc_host *host, int64_t ms)
{
	return format_time(host, "of week %G-W%V", ms);
}

static const char *
month_of(dbc_host *host, int64_t ms)
{
	return format_time(host, "of month %Y-%m", ms);
}

/* Keeps a backup; the first reason stays. */
static void
keep(dbc_keep_backup *backup, const char *reason)
{
	backup->kept = true;
	if (!backup->reason)
		backup->reason = reason;
}

/* Keeps the newest backup of each of the last periods that have one. */
static void
keep_periods(dbc_host *host, dbc_keep_backup *backups, int nbackups,
			 int64_t now_ms, int64_t count, period_of *period)
{
	const char *previous = NULL;

	for (int i = nbackups - 1; i >= 0 && count > 0; i--)
	{
		const char *current;

		if (!backups[i].good || backups[i].at_ms > now_ms)
			continue;
		current = period(host, backups[i].at_ms);
		if (previous && dbc_same(previous, current))
			continue;
		previous = current;
		keep(&backups[i], current);
		count--;
	}
}

/* Keeps what kept backups need, however their times are ordered. */
static void
keep_parents(dbc_host *host, dbc_keep_backup *backups, int nbackups)
{
	for (int i = 0; i < nbackups; i++)
	{
		const dbc_keep_backup *child = &backups[i];

		while (child->kept && child->parent >= 0 &&
			   !backups[child->parent].kept)
		{
			dbc_keep_backup *parent = &backups[child->parent];

			keep(parent, dbc_format(host, "needed by %s", child->name));
			child = parent;
		}
	}
}

static int
compare_times(const void *left, const void *right)
{
	int64_t l = ((const dbc_keep_backup *) left)->at_ms;
	int64_t r = ((const dbc_keep_backup *) right)->at_ms;

	return (l > r) - (l < r);
}

void
dbc_backup_keep(dbc_host *host, const dbc_keep_rules *rules,
				dbc_keep_backup *backups, int nbackups)
{
	int64_t last = rules->last;
	bool is_newest = true;

	DBC_ASSERT(host, dbc_is_sorted(backups, nbackups, sizeof(*backups),
								   compare_times));
	for (int i = nbackups - 1; i >= 0; i--)
	{
		dbc_keep_backup *b = &backups[i];

		b->kept = false;
		b->reason = NULL;
		/* the clock was set back: which one is newer is not known */
		if (b->at_ms > rules->now_ms)
		{
			keep(b, "from a time that is still to come");
			continue;
		}
		if (rules->days > 0 && b->at_ms >= rules->now_ms - rules->days * DAY_MS)
			keep(b, dbc_format(host, "not older than %s",
							   dbc_count_text(host, rules->days, "day")));
		if (!b->good)
			continue;
		if (last-- > 0)
			keep(b, dbc_format(host, "one of the last %lld",
							   (long long) rules->last));
		if (is_newest)
			keep(b, "the newest good one");
		is_newest = false;
	}
	keep_periods(host, backups, nbackups, rules->now_ms, rules->daily, day_of);
	keep_periods(host, backups, nbackups, rules->now_ms, rules->weekly,
				 week_of);
	keep_periods(host, backups, nbackups, rules->now_ms, rules->monthly,
				 month_of);
	keep_parents(host, backups, nbackups);
}
