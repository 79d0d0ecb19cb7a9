/*
 * wal_archive.c
 *	  [PG] What a WAL archive holds: dbbackup_wal_archive().
 */
#include "common/backup/wal_files.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/text.h"

/* ---- rows ---- */

static void
emit_range(const dbc_wal_archive *a, const dbc_wal_file *first,
		   const dbc_wal_file *last)
{
	const dbc_wal_origin *origin = dbc_backup_wal_origin_of(a, first->timeline);
	int64_t bytes = 0;

	for (const dbc_wal_file *file = first; file <= last; file++)
		bytes += dbc_wal_is_segment(file) ? file->bytes : 0;
	dbc_emit(a->host, dbc_text("range"), dbc_int(first->timeline),
			 dbc_text(dbc_backup_wal_name(a, first->timeline, first->number)),
			 dbc_text(dbc_backup_wal_name(a, last->timeline, last->number)),
			 dbc_int((int64_t) (last->number - first->number + 1)),
			 dbc_int(bytes),
			 dbc_text(dbc_time_text(a->host, first->changed_ms)),
			 dbc_text(dbc_time_text(a->host, last->changed_ms)),
			 dbc_text(origin && origin->number == first->number
						  ? dbc_format(a->host, "continues timeline %u",
									   origin->parent)
						  : NULL));
}

static void
emit_gap(const dbc_wal_archive *a, uint32_t timeline, uint64_t first,
		 uint64_t last, const char *detail)
{
	dbc_emit(a->host, dbc_text("gap"), dbc_int(timeline),
			 dbc_text(dbc_backup_wal_name(a, timeline, first)),
			 dbc_text(dbc_backup_wal_name(a, timeline, last)),
			 dbc_int((int64_t) (last - first + 1)), dbc_null(), dbc_null(),
			 dbc_null(), dbc_text(detail));
}

static void
emit_file(const dbc_wal_archive *a, const char *item, const dbc_wal_file *file,
		  const char *detail)
{
	dbc_emit(a->host, dbc_text(item),
			 file->kind == DBC_WAL_OTHER ? dbc_null() : dbc_int(file->timeline),
			 dbc_text(file->name), dbc_text(file->name), dbc_int(1),
			 dbc_int(file->bytes),
			 dbc_text(dbc_time_text(a->host, file->changed_ms)),
			 dbc_text(dbc_time_text(a->host, file->changed_ms)),
			 dbc_text(detail));
}

/* Emits what is missing between a timeline and its parent. */
static void
emit_joint(const dbc_wal_archive *a, const dbc_wal_file *first)
{
	const dbc_wal_origin *origin = dbc_backup_wal_origin_of(a, first->timeline);
	const dbc_wal_file *last;

	if (first->timeline > 1 && !origin)
		dbc_emit(a->host, dbc_text("gap"), dbc_int(first->timeline),
				 dbc_text(dbc_format(a->host, "%08X.history", first->timeline)),
				 dbc_null(), dbc_int(1), dbc_null(), dbc_null(), dbc_null(),
				 dbc_text("without it, recovery does not find this timeline"));
	if (!origin)
		return;
	last = dbc_backup_wal_last(a, origin->parent);
	if (last && last->number + 1 < origin->number)
		emit_gap(a, origin->parent, last->number + 1, origin->number - 1,
				 dbc_format(a->host, "timeline %u continues after it",
							first->timeline));
	if (first->number > origin->number)
		emit_gap(
			a, first->timeline, origin->number, first->number - 1,
			dbc_format(a->host, "timeline %u ends before it", origin->parent));
}

/* Emits the ranges of a timeline and the gaps between them; returns the index
 * after its files. */
static int
emit_timeline(const dbc_wal_archive *a, int at)
{
	const dbc_wal_file *first = NULL;
	const dbc_wal_file *last = NULL;
	uint32_t timeline = a->files[at].timeline;

	for (; at < a->nfiles && a->files[at].timeline == timeline; at++)
	{
		const dbc_wal_file *next = &a->files[at];

		if (!dbc_wal_is_segment(next) || (last && next->number == last->number))
			continue;
		if (!first)
			emit_joint(a, next);
		if (last && next->number != last->number + 1)
		{
			emit_range(a, first, last);
			emit_gap(a, timeline, last->number + 1, next->number - 1, NULL);
			first = next;
		}
		if (!first)
			first = next;
		last = next;
	}
	if (last)
		emit_range(a, first, last);
	return at;
}

/* Emits what is no whole segment. */
static void
emit_files(const dbc_wal_archive *a)
{
	for (int i = 0; i < a->nfiles; i++)
	{
		const dbc_wal_file *file = &a->files[i];

		if (file->kind == DBC_WAL_HISTORY)
			emit_file(a, "history", file, NULL);
		if (file->kind == DBC_WAL_LABEL)
			emit_file(a, "backup", file, "a base backup began here");
		if (file->kind == DBC_WAL_PARTIAL)
			emit_file(a, "partial", file,
					  "recovery does not read it under this name");
		if (file->kind == DBC_WAL_OTHER)
			emit_file(a, "other", file, "no name of WAL");
		if (dbc_wal_is_segment(file) && !file->is_whole)
			emit_file(a, "wrong_size", file,
					  dbc_format(a->host, "a segment has %lld bytes",
								 (long long) a->size));
	}
}

typedef struct reading
{
	const char *path;
	dbc_wal_archive archive;
} reading;

static void
read_all(dbc_host *host, dbc_backup_files *files, void *arg)
{
	reading *r = arg;

	dbc_backup_wal_read_archive(host, files, r->path, &r->archive);
}

/* dbbackup_wal_archive(path) */
DBC_RUN(dbbackup_wal_archive)
{
	reading r = {.path = args->path.text};
	const dbc_wal_archive *a = &r.archive;

	DBC_CALL(host, backup, may_read)(host, r.path);
	DBC_CALL(host, backup, run)(host, read_all, &r);
	for (int at = 0; at < a->nfiles;)
		at = emit_timeline(a, at);
	emit_files(a);
}
