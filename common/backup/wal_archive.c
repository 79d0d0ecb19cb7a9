/*
 * wal_archive.c
 *	  [PG] What a WAL archive holds: dbbackup_wal_archive().
 *
 * Names are enough to find gaps: a segment is called by its timeline and its
 * number.  Contents are read of history files only, which tell where a timeline
 * begins.
 */
#include "common/backup/host.h"
#include "common/core/clock.h"
#include "common/core/functions.h"
#include "common/core/text.h"

#include <stdlib.h>
#include <string.h>

/* Characters of a name of a segment, and of the timeline in it. */
#define NAME	 24
#define TIMELINE 8

/* A history file that is longer is none. */
#define LONGEST_HISTORY 1000000

typedef enum file_kind
{
	SEGMENT,
	COMPRESSED,
	PARTIAL,
	HISTORY,
	LABEL,
	OTHER
} file_kind;

typedef struct archived
{
	const char *name;
	file_kind kind;
	uint32_t timeline;
	uint64_t number; /* of the segment, from the beginning of the log */
	int64_t bytes;
	int64_t changed_ms;
} archived;

/* Where a timeline begins. */
typedef struct beginning
{
	uint32_t timeline;
	uint32_t parent;
	uint64_t number; /* the segment that both timelines have */
} beginning;

typedef struct archive
{
	dbc_host *host;
	const char *path;
	uint64_t size; /* of a segment */
	archived *files;
	int nfiles;
	beginning *beginnings;
	int nbeginnings;
} archive;

/* ---- names ---- */

/* Reads hexadecimal digits. */
static bool
read_hex(const char *text, int digits, uint64_t *number)
{
	*number = 0;
	for (int i = 0; i < digits; i++)
	{
		const char *all = "0123456789ABCDEF";
		const char *digit = text[i] ? strchr(all, text[i]) : NULL;

		if (!digit)
			return false;
		*number = *number * 16 + (uint64_t) (digit - all);
	}
	return true;
}

static uint64_t
segments_per_file(const archive *a)
{
	return UINT64_C(0x100000000) / a->size;
}

/* The name of a segment. */
static const char *
name_of(const archive *a, uint32_t timeline, uint64_t number)
{
	return dbc_format(a->host, "%08X%08X%08X", timeline,
					  (unsigned) (number / segments_per_file(a)),
					  (unsigned) (number % segments_per_file(a)));
}

/* What a file is, by its name. */
static void
classify(const archive *a, archived *file)
{
	static const char *const compressed[] = {".gz",	 ".lz4", ".zst",
											 ".bz2", ".xz",	 NULL};
	const char *name = file->name;
	const char *rest = name + NAME;
	uint64_t timeline;
	uint64_t high;
	uint64_t low;

	file->kind = OTHER;
	if (!read_hex(name, TIMELINE, &timeline) || timeline == 0)
		return;
	file->timeline = (uint32_t) timeline;
	if (dbc_same(name + TIMELINE, ".history"))
		file->kind = HISTORY;
	if (!read_hex(name + TIMELINE, 8, &high) ||
		!read_hex(name + TIMELINE + 8, 8, &low) || low >= segments_per_file(a))
		return;
	file->number = high * segments_per_file(a) + low;
	if (!*rest)
		file->kind = SEGMENT;
	else if (dbc_same(rest, ".partial"))
		file->kind = PARTIAL;
	else if (dbc_ends_with(rest, ".backup"))
		file->kind = LABEL;
	for (int i = 0; compressed[i]; i++)
		if (dbc_same(rest, compressed[i]))
			file->kind = COMPRESSED;
}

static bool
is_segment(const archived *file)
{
	return file->kind == SEGMENT || file->kind == COMPRESSED;
}

static int
compare_files(const void *left, const void *right)
{
	const archived *l = left;
	const archived *r = right;

	return l->timeline != r->timeline ? (l->timeline < r->timeline ? -1 : 1)
		   : l->number != r->number	  ? (l->number < r->number ? -1 : 1)
									  : strcmp(l->name, r->name);
}

/* ---- history files ---- */

/* Reads the last line of a history file: parent, place of the switch, reason.
 */
static bool
read_switch(const archive *a, const char *text, beginning *found)
{
	bool any = false;

	while (*text)
	{
		size_t length = strcspn(text, "\n");
		char *end;
		char *rest;
		unsigned long parent;
		unsigned long high;
		unsigned long low;

		parent = strtoul(text, &end, 10);
		if (end > text && end < text + length && parent > 0 &&
			(*end == '\t' || *end == ' '))
		{
			high = strtoul(end, &rest, 16);
			if (rest > end && *rest == '/')
			{
				low = strtoul(rest + 1, NULL, 16);
				found->parent = (uint32_t) parent;
				found->number = (((uint64_t) high << 32) | low) / a->size;
				any = true;
			}
		}
		text += length + (text[length] == '\n');
	}
	return any;
}

/* Reads where the timeline of a history file begins. */
static void
read_history(archive *a, dbc_backup_files *files, int directory,
			 const archived *history)
{
	int file = DBC_CALL(a->host, backup, open_file)(a->host, files, directory,
													history->name, false);
	beginning found = {.timeline = history->timeline};
	int64_t bytes = history->bytes;
	char *text;

	if (file < 0)
		return;
	if (bytes <= LONGEST_HISTORY)
	{
		text = dbc_alloc(a->host, (size_t) bytes + 1);
		text[DBC_CALL(a->host, backup, read)(a->host, files, file, 0, text,
											 (size_t) bytes)] = '\0';
		if (read_switch(a, text, &found))
		{
			a->beginnings =
				dbc_grow(a->host, a->beginnings, (size_t) a->nbeginnings,
						 sizeof(*a->beginnings));
			a->beginnings[a->nbeginnings++] = found;
		}
	}
	DBC_CALL(a->host, backup, close)(files, file);
}

static const beginning *
beginning_of(const archive *a, uint32_t timeline)
{
	for (int i = 0; i < a->nbeginnings; i++)
		if (a->beginnings[i].timeline == timeline)
			return &a->beginnings[i];
	return NULL;
}

/* ---- reading ---- */

/* Lists the files of an archive. */
static void
list_archive(dbc_host *host, dbc_backup_files *files, void *arg)
{
	archive *a = arg;
	int directory = DBC_CALL(host, backup, open_directory)(
		host, files, DBC_BACKUP_NOWHERE, a->path, false);
	const dbc_backup_entry *entries;
	int count;

	if (directory < 0)
		dbc_fail(host, "58P01", NULL, NULL, "there is no directory \"%s\"",
				 a->path);
	entries = DBC_CALL(host, backup, list)(host, files, directory, &count);
	a->files = dbc_alloc(host, ((size_t) count + 1) * sizeof(*a->files));
	for (int i = 0; i < count; i++)
	{
		archived *file = &a->files[a->nfiles];

		if (entries[i].kind != DBC_BACKUP_FILE)
			continue;
		*file = (archived){.name = entries[i].name,
						   .bytes = entries[i].bytes,
						   .changed_ms = entries[i].changed_ms};
		classify(a, file);
		a->nfiles++;
	}
	qsort(a->files, (size_t) a->nfiles, sizeof(*a->files), compare_files);
	for (int i = 0; i < a->nfiles; i++)
		if (a->files[i].kind == HISTORY)
			read_history(a, files, directory, &a->files[i]);
}

/* ---- rows ---- */

static void
emit_range(const archive *a, const archived *first, const archived *last)
{
	const beginning *origin = beginning_of(a, first->timeline);
	int64_t bytes = 0;

	for (const archived *file = first; file <= last; file++)
		bytes += is_segment(file) ? file->bytes : 0;
	dbc_emit(a->host, dbc_text("range"), dbc_int(first->timeline),
			 dbc_text(name_of(a, first->timeline, first->number)),
			 dbc_text(name_of(a, last->timeline, last->number)),
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
emit_gap(const archive *a, uint32_t timeline, uint64_t first, uint64_t last,
		 const char *detail)
{
	dbc_emit(a->host, dbc_text("gap"), dbc_int(timeline),
			 dbc_text(name_of(a, timeline, first)),
			 dbc_text(name_of(a, timeline, last)),
			 dbc_int((int64_t) (last - first + 1)), dbc_null(), dbc_null(),
			 dbc_null(), dbc_text(detail));
}

static void
emit_file(const archive *a, const char *item, const archived *file,
		  const char *detail)
{
	dbc_emit(a->host, dbc_text(item),
			 file->kind == OTHER ? dbc_null() : dbc_int(file->timeline),
			 dbc_text(file->name), dbc_text(file->name), dbc_int(1),
			 dbc_int(file->bytes),
			 dbc_text(dbc_time_text(a->host, file->changed_ms)),
			 dbc_text(dbc_time_text(a->host, file->changed_ms)),
			 dbc_text(detail));
}

/* The last segment of a timeline; NULL if the archive has none. */
static const archived *
last_segment(const archive *a, uint32_t timeline)
{
	const archived *last = NULL;

	for (int i = 0; i < a->nfiles; i++)
		if (is_segment(&a->files[i]) && a->files[i].timeline == timeline)
			last = &a->files[i];
	return last;
}

/* Emits what is missing between a timeline and its parent. */
static void
emit_joint(const archive *a, const archived *first)
{
	const beginning *origin = beginning_of(a, first->timeline);
	const archived *last;

	if (first->timeline > 1 && !origin)
		dbc_emit(a->host, dbc_text("gap"), dbc_int(first->timeline),
				 dbc_text(dbc_format(a->host, "%08X.history", first->timeline)),
				 dbc_null(), dbc_int(1), dbc_null(), dbc_null(), dbc_null(),
				 dbc_text("without it, recovery does not find this timeline"));
	if (!origin)
		return;
	last = last_segment(a, origin->parent);
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
emit_timeline(const archive *a, int at)
{
	const archived *first = NULL;
	const archived *last = NULL;
	uint32_t timeline = a->files[at].timeline;

	for (; at < a->nfiles && a->files[at].timeline == timeline; at++)
	{
		const archived *next = &a->files[at];

		if (!is_segment(next) || (last && next->number == last->number))
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
emit_files(const archive *a)
{
	for (int i = 0; i < a->nfiles; i++)
	{
		const archived *file = &a->files[i];

		if (file->kind == HISTORY)
			emit_file(a, "history", file, NULL);
		if (file->kind == LABEL)
			emit_file(a, "backup", file, "a base backup began here");
		if (file->kind == PARTIAL)
			emit_file(a, "partial", file,
					  "recovery does not read it under this name");
		if (file->kind == OTHER)
			emit_file(a, "other", file, "no name of WAL");
		if ((file->kind == SEGMENT && file->bytes != (int64_t) a->size) ||
			(file->kind == COMPRESSED && file->bytes == 0))
			emit_file(a, "wrong_size", file,
					  dbc_format(a->host, "a segment has %lld bytes",
								 (long long) a->size));
	}
}

/* dbbackup_wal_archive(path) */
DBC_RUN(dbbackup_wal_archive)
{
	const char *size = host->setting(host, "wal_segment_size");
	archive a = {.host = host, .path = args->path.text};

	a.size = size ? strtoull(size, NULL, 10) : 0;
	if (a.size < 1 << 20 || a.size > 1 << 30)
		a.size = 16 << 20;
	DBC_CALL(host, backup, may_read)(host, a.path);
	DBC_CALL(host, backup, run)(host, list_archive, &a);
	for (int at = 0; at < a.nfiles;)
		at = emit_timeline(&a, at);
	emit_files(&a);
}
