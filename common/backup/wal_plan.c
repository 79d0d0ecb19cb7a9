/*
 * wal_plan.c
 *	  [PG] What a restore finds in a WAL archive; see wal_plan.h.
 *
 * A restore that ends at a gap, or follows the timeline of a copy, succeeds
 * with other rows than were wanted: both are seen before anything is restored.
 */
#include "common/backup/wal_plan.h"

#include <stdlib.h>

#include "common/backup/wal_files.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/text.h"

/* Most timelines from the backup to the one that is followed, and most segments
 * that are read to find the last commit. */
#define MOST_TIMELINES 1000
#define MOST_READ	   64

/* Segments without a gap along the timelines. */
typedef struct path
{
	dbc_wal_archive archive;
	const dbc_backup *backup;
	uint32_t timelines[MOST_TIMELINES]; /* from that of the backup on */
	int ntimelines;
	uint64_t start;	   /* of the backup */
	uint64_t last;	   /* number of the last segment; 0: there is none */
	uint32_t timeline; /* that it is of */
	int64_t bytes;
	const char *problem;
} path;

static void
emit(dbc_host *host, const char *step, const char *object, int64_t bytes,
	 const char *problem)
{
	dbc_emit(host, dbc_text(step), dbc_text(object),
			 bytes >= 0 ? dbc_int(bytes) : dbc_null(), dbc_text(problem));
}

static bool
parse_lsn(const char *text, uint64_t *lsn)
{
	char *end;

	if (!text)
		return false;
	*lsn = strtoull(text, &end, 16) << 32;
	if (*end != '/')
		return false;
	*lsn |= strtoull(end + 1, NULL, 16);
	return true;
}

/* ---- which timeline ---- */

static uint32_t
newest_timeline(const path *p)
{
	uint32_t newest = (uint32_t) p->backup->timeline;

	for (int i = 0; i < p->archive.norigins; i++)
		if (p->archive.origins[i].timeline > newest)
			newest = p->archive.origins[i].timeline;
	return newest;
}

/* The timeline of this server if the backup is one of it; else that of the
 * backup. */
static uint32_t
default_timeline(dbc_host *host, const path *p)
{
	const char *system =
		dbc_get_text(host, dbc_query(host, "backup/system"), 0, 0);

	return dbc_same(system, p->backup->identity)
			   ? (uint32_t) dbc_get_int(
					 host, dbc_query(host, "backup/timeline"), 0, 0)
			   : (uint32_t) p->backup->timeline;
}

static uint32_t
followed_timeline(dbc_host *host, const path *p, const char *wanted)
{
	if (!wanted)
		return default_timeline(host, p);
	if (dbc_same(wanted, "latest"))
		return newest_timeline(p);
	if (dbc_same(wanted, "current"))
		return (uint32_t) p->backup->timeline;
	return (uint32_t) strtoul(wanted, NULL, 10);
}

/* Finds the timelines from that of the backup to one; false if they are not
 * known. */
static bool
find_timelines(path *p, uint32_t timeline)
{
	uint32_t reversed[MOST_TIMELINES];
	int count = 0;

	while (timeline != (uint32_t) p->backup->timeline)
	{
		const dbc_wal_origin *origin =
			dbc_backup_wal_origin_of(&p->archive, timeline);

		if (!origin || count + 1 >= MOST_TIMELINES)
			return false;
		reversed[count++] = timeline;
		timeline = origin->parent;
	}
	p->timelines[p->ntimelines++] = timeline;
	while (count > 0)
		p->timelines[p->ntimelines++] = reversed[--count];
	return true;
}

static bool
is_followed(const path *p, uint32_t timeline)
{
	for (int i = 0; i < p->ntimelines; i++)
		if (p->timelines[i] == timeline)
			return true;
	return false;
}

/* ---- segments ---- */

/* The number of the first segment that is not of a timeline any more, since the
 * next one has it. */
static uint64_t
end_of(const path *p, int t)
{
	return t + 1 < p->ntimelines
			   ? dbc_backup_wal_origin_of(&p->archive, p->timelines[t + 1])
					 ->number
			   : UINT64_MAX;
}

/* A segment along the timelines; NULL if it is not there. */
static const dbc_wal_file *
find_segment(const path *p, uint64_t number, int *t)
{
	while (number >= end_of(p, *t))
		++*t;
	return dbc_backup_wal_find(&p->archive, p->timelines[*t], number);
}

/* Why recovery would end at a segment, though it is not the last. */
static const char *
describe_hole(const path *p, const dbc_wal_file *file, int t, uint64_t number)
{
	return dbc_format(p->archive.host, "segment %s is %s%s",
					  dbc_backup_wal_name(&p->archive, p->timelines[t], number),
					  file ? "not whole" : "missing",
					  p->last ? ": a restore would end before it" : "");
}

/* Follows the segments from one on, until one is missing. */
static void
follow(path *p, uint64_t number)
{
	uint64_t end = 0; /* of the log that the backup has itself */
	int t = 0;

	(void) parse_lsn(p->backup->end_lsn, &end);
	for (;; number++)
	{
		const dbc_wal_file *file = find_segment(p, number, &t);
		const dbc_wal_file *last =
			dbc_backup_wal_last(&p->archive, p->timelines[t]);
		bool goes_on = last && last->number > number;

		if (!file && goes_on && number * p->archive.size < end)
			continue;
		if (!file || !file->is_whole)
		{
			if (file || t + 1 < p->ntimelines || p->last == 0 || goes_on)
				p->problem = describe_hole(p, file, t, number);
			return;
		}
		p->last = number;
		p->timeline = p->timelines[t];
		p->bytes += file->bytes;
	}
}

/* The time of the last commit in the segments that were followed, in
 * milliseconds; 0 if it is not known. */
static int64_t
last_commit(dbc_host *host, const path *p)
{
	uint64_t number = p->last;
	int t = p->ntimelines - 1;
	int64_t time = 0;

	while (t > 0 && p->timelines[t] != p->timeline)
		t--;
	for (int i = 0; i < MOST_READ && p->last && time == 0; i++, number--)
	{
		const dbc_wal_file *file =
			dbc_backup_wal_find(&p->archive, p->timelines[t], number);
		size_t length;
		const void *bytes;

		if (!file && t > 0)
			file = dbc_backup_wal_find(&p->archive, p->timelines[--t], number);
		bytes = file ? dbc_backup_wal_load(&p->archive, file, &length) : NULL;
		if (!bytes)
			return 0;
		time = DBC_CALL(host, backup, read_segment)(host, bytes, length)
				   .last_commit_ms;
		dbc_poll(host);
	}
	return time;
}

/* ---- the steps ---- */

static void
emit_log(dbc_host *host, const path *p)
{
	emit(host, "read log",
		 dbc_format(
			 host, "%s to %s",
			 dbc_backup_wal_name(&p->archive, (uint32_t) p->backup->timeline,
								 p->start / p->archive.size),
			 p->last ? dbc_backup_wal_name(&p->archive, p->timeline, p->last)
					 : "none"),
		 p->bytes, p->problem);
}

void
dbc_backup_wal_plan_reach(dbc_host *host, const dbc_backup *backup,
						  const char *target, int64_t last_ms)
{
	int64_t first_ms = 0;
	int64_t wanted_ms = 0;
	const char *problem = NULL;

	(void) dbc_parse_time(backup->finished_at, &first_ms);
	if (last_ms < first_ms)
		last_ms = 0;
	if (target && !dbc_parse_time(target, &wanted_ms))
		problem = "target_time is not a time";
	else if (target && wanted_ms < first_ms)
		problem = "target_time is before the end of the backup";
	else if (target && last_ms && wanted_ms > last_ms)
		problem = "the archive has no commit after target_time: recovery would "
				  "not find it";
	emit(host, "reach",
		 dbc_format(host, "%s to %s", backup->finished_at,
					last_ms ? dbc_time_text(host, last_ms)
							: "the end of the log"),
		 -1, problem);
}

/* Whose a timeline is that is not followed. */
static const char *
describe_timeline(dbc_host *host, const path *p, const dbc_wal_origin *origin)
{
	const dbc_wal_file *last =
		dbc_backup_wal_last(&p->archive, origin->timeline);
	dbc_wal_facts facts = {0};
	const char *system =
		dbc_get_text(host, dbc_query(host, "backup/system"), 0, 0);
	uint32_t own =
		(uint32_t) dbc_get_int(host, dbc_query(host, "backup/timeline"), 0, 0);
	const char *owner = "of a copy or a promoted standby";
	int64_t commit_ms = 0;

	for (int i = 0; i < MOST_READ && last && commit_ms == 0; i++)
	{
		size_t length;
		const void *bytes = dbc_backup_wal_load(&p->archive, last, &length);

		if (!bytes)
			break;
		facts = DBC_CALL(host, backup, read_segment)(host, bytes, length);
		commit_ms = facts.last_commit_ms;
		last = last->number > 0
				   ? dbc_backup_wal_find(&p->archive, origin->timeline,
										 last->number - 1)
				   : NULL;
		dbc_poll(host);
	}
	if (facts.system_identifier &&
		!dbc_same(facts.system_identifier, p->backup->identity))
		owner = dbc_format(host, "of another server, with the identifier %s",
						   facts.system_identifier);
	else if (dbc_same(system, p->backup->identity) && origin->timeline == own)
		owner = "of this server";
	return dbc_format(
		host, "timeline %u %s: left timeline %u at %X/%08X%s%s%s%s",
		origin->timeline, owner, origin->parent, (unsigned) (origin->lsn >> 32),
		(unsigned) origin->lsn, *origin->reason ? ", " : "", origin->reason,
		facts.last_commit_ms ? ", last commit " : "",
		facts.last_commit_ms ? dbc_time_text(host, facts.last_commit_ms) : "");
}

/* Follows the log from a backup on; false if it is not known which way. */
static bool
read_path(dbc_host *host, dbc_backup_files *files, const dbc_backup *backup,
		  const dbc_wal_target *target, path *p)
{
	uint32_t timeline;

	*p = (path){.backup = backup};
	dbc_backup_wal_read_archive(host, files, target->archive, &p->archive);
	timeline = followed_timeline(host, p, target->timeline);
	if (!parse_lsn(backup->start_lsn, &p->start))
		p->problem = "the backup does not say where it begins in the log";
	else if (!find_timelines(p, timeline))
		p->problem = dbc_format(
			host, "the archive does not tell how timeline %u follows from %lld",
			timeline, (long long) backup->timeline);
	if (p->problem)
		return false;
	follow(p, p->start / p->archive.size);
	return true;
}

void
dbc_backup_wal_plan(dbc_host *host, dbc_backup_files *files,
					const dbc_backup *backup, const dbc_wal_target *target)
{
	path *p = dbc_alloc(host, sizeof(*p));
	int64_t wanted_ms = 0;
	int64_t last_ms = 0;

	(void) read_path(host, files, backup, target, p);
	if (p->last)
		last_ms = last_commit(host, p);
	/* a hole after the target is not in its way */
	if (target->time && dbc_parse_time(target->time, &wanted_ms) &&
		wanted_ms <= last_ms)
		p->problem = NULL;
	emit_log(host, p);
	if (p->last)
		dbc_backup_wal_plan_reach(host, backup, target->time, last_ms);
	for (int i = 0; i < p->archive.norigins; i++)
		if (!is_followed(p, p->archive.origins[i].timeline))
			emit(host, "leave out",
				 describe_timeline(host, p, &p->archive.origins[i]), -1, NULL);
}

/* ---- the end of the archive ---- */

/* How to restore what is before a place of the log. */
static const char *
advise(dbc_host *host, const path *p, uint64_t lsn)
{
	int t = 0;
	const dbc_wal_file *file =
		lsn > 0 ? find_segment(p, (lsn - 1) / p->archive.size, &t) : NULL;
	size_t length;
	const void *bytes =
		file ? dbc_backup_wal_load(&p->archive, file, &length) : NULL;
	uint64_t last =
		bytes
			? DBC_CALL(host, backup, read_segment)(host, bytes, length).last_lsn
			: 0;
	uint64_t complete;

	if (!parse_lsn(p->backup->end_lsn, &complete) || last < complete)
		return "dbbackup_plan() lists the moments that can be restored.";
	return dbc_format(host,
					  "To restore what was committed before that, pass "
					  "{\"target_lsn\": \"%X/%08X\"}.",
					  (unsigned) (last >> 32), (unsigned) last);
}

void
dbc_backup_wal_need_whole(dbc_host *host, dbc_backup_files *files,
						  const dbc_backup *backup,
						  const dbc_wal_target *target)
{
	path *p = dbc_alloc(host, sizeof(*p));

	if (read_path(host, files, backup, target, p) && p->problem)
		dbc_fail(host, DBC_CORRUPTED, "Nothing was restored.",
				 advise(host, p, (p->last + 1) * p->archive.size), "%s",
				 p->problem);
}

/* Whether a segment has what its name says: files that a server has kept for
 * later use have the log of earlier segments.  One that cannot be read here
 * has. */
static bool
is_genuine(dbc_host *host, const path *p, uint64_t number)
{
	int t = 0;
	size_t length;
	const void *bytes =
		dbc_backup_wal_load(&p->archive, find_segment(p, number, &t), &length);

	dbc_poll(host);
	return !bytes ||
		   DBC_CALL(host, backup, read_segment)(host, bytes, length).lsn ==
			   number * p->archive.size;
}

/* Where the newest timeline of a server begins: where recovery ended; 0: it has
 * one alone. */
static uint64_t
find_end(dbc_host *host, dbc_backup_files *files, const char *data)
{
	const dbc_wal_origin *newest = NULL;
	dbc_wal_archive log;

	dbc_backup_wal_read_archive(host, files,
								dbc_format(host, "%s/pg_wal", data), &log);
	for (int i = 0; i < log.norigins; i++)
		if (!newest || log.origins[i].timeline > newest->timeline)
			newest = &log.origins[i];
	return newest ? newest->lsn : 0;
}

void
dbc_backup_wal_need_end(dbc_host *host, dbc_backup_files *files,
						const dbc_backup *backup, const dbc_wal_target *target,
						const char *data)
{
	path *p = dbc_alloc(host, sizeof(*p));
	uint64_t end = find_end(host, files, data);
	uint64_t number;

	if (!read_path(host, files, backup, target, p))
		return;
	number = (end + p->archive.size - 1) / p->archive.size;
	while (number <= p->last && !is_genuine(host, p, number))
		number++;
	if (number <= p->last)
		dbc_fail(host, DBC_CORRUPTED, "The new data directory was removed.",
				 advise(host, p, end),
				 "recovery ended at %X/%08X, and the archive goes on: the log "
				 "is damaged there",
				 (unsigned) (end >> 32), (unsigned) end);
}
